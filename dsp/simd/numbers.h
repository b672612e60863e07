// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Loops over numbers, of vectors of any width. */

#define CHAINS 4U ///< Of sums or others that run at once

static ECHOIC_RT void
multiply(const float* const x,
         const float* const y,
         float* const       z,
         const uint32_t     n)
{
  uint32_t i = 0U;
  for (; i + WIDTH <= n; i += WIDTH) {
    vec_store(z + i, vec_load(x + i) * vec_load(y + i));
  }

  for (; i < n; ++i) {
    z[i] = x[i] * y[i];
  }
}

static ECHOIC_RT void
clean(const float* const x, const float most, float* const z, const uint32_t n)
{
  const Vec limit = vec_set(most);
  const Vec zero  = vec_set(0.0F);
  size_t    i     = 0U;
  for (; i + WIDTH <= n; i += WIDTH) {
    const Vec v = vec_load(x + i);
    vec_store(z + i, vec_if_greater(limit, vec_abs(v), v, zero));
  }

  for (; i < n; ++i) {
    z[i] = fabsf(x[i]) < most ? x[i] : 0.0F;
  }
}

static ECHOIC_RT float
loudest(const float* const x, const uint32_t n)
{
  Vec      most[CHAINS];
  uint32_t i = 0U;
#pragma GCC unroll 4
  for (uint32_t k = 0U; k < CHAINS; ++k) {
    most[k] = vec_set(0.0F);
  }

  for (; i + (CHAINS * WIDTH) <= n; i += CHAINS * WIDTH) {
#pragma GCC unroll 4
    for (uint32_t k = 0U; k < CHAINS; ++k) {
      most[k] = vec_max(vec_abs(vec_load(x + i + (k * WIDTH))), most[k]);
    }
  }

  for (; i + WIDTH <= n; i += WIDTH) {
    most[0] = vec_max(vec_abs(vec_load(x + i)), most[0]);
  }

  if (i < n) {
    most[0] = vec_max(vec_abs(vec_load_n(x + i, n - i)), most[0]);
  }

  return vec_greatest(
    vec_max(vec_max(most[0], most[1]), vec_max(most[2], most[3])));
}

static ECHOIC_RT void
moments(const float* const x, const uint32_t n, float* const sums)
{
  Vec      sum    = vec_set(0.0F);
  Vec      square = vec_set(0.0F);
  uint32_t i      = 0U;
  for (; i + WIDTH <= n; i += WIDTH) {
    const Vec v = vec_load(x + i);
    sum += v;
    square = vec_fma(v, v, square);
  }

  if (i < n) {
    const Vec v = vec_load_n(x + i, n - i);
    sum += v;
    square = vec_fma(v, v, square);
  }

  sums[0] = vec_sum(sum);
  sums[1] = vec_sum(square);
}

static ECHOIC_RT void
norm(const float* const x,
     const float* const w,
     const float        more,
     float* const       y,
     const uint32_t     n)
{
  Vec      sum = vec_set(0.0F);
  uint32_t i   = 0U;
  for (; i + WIDTH <= n; i += WIDTH) {
    const Vec v = vec_load(x + i);
    sum         = vec_fma(v, v, sum);
  }

  if (i < n) {
    const Vec v = vec_load_n(x + i, n - i);
    sum         = vec_fma(v, v, sum);
  }

  const float square = vec_sum(sum) + more;
  const float scale  = square > 0.0F ? 1.0F / sqrtf(square) : 0.0F;
  for (i = 0U; i + WIDTH <= n; i += WIDTH) {
    vec_store(y + i, vec_load(w + i) * (vec_load(x + i) * scale));
  }

  if (i < n) {
    const Vec v = vec_load_n(x + i, n - i) * scale;
    vec_store_n(y + i, vec_load_n(w + i, n - i) * v, n - i);
  }
}

static ECHOIC_RT uint32_t
tops(const float* const before,
     const float* const now,
     const float* const after,
     const float        least,
     const uint32_t     n,
     uint32_t* const    at)
{
  uint32_t found = 0U;
  for (uint32_t i = 0U; i < n; i += WIDTH) {
    const uint32_t left = n - i < WIDTH ? n - i : WIDTH;
    const Vec      x    = vec_load_n(now + i, left);
    const Vec      most = vec_max(vec_set(least), vec_load_n(before + i, left));
    const Vec      next = vec_load_n(after + i, left);
    uint32_t bits = vec_which_greater(x, most) & ~vec_which_greater(next, x);
    for (; bits; bits &= bits - 1U) { // The lowest first
      at[found++] = i + (uint32_t)__builtin_ctz(bits);
    }
  }

  return found;
}

static ECHOIC_RT bool
is_finite(const float* const x, const size_t n)
{
  Vec    sum[CHAINS]; // Zero times anything else is no number
  size_t i = 0U;
#pragma GCC unroll 4
  for (uint32_t k = 0U; k < CHAINS; ++k) {
    sum[k] = vec_set(0.0F);
  }

  for (; i + (CHAINS * WIDTH) <= n; i += CHAINS * WIDTH) {
#pragma GCC unroll 4
    for (uint32_t k = 0U; k < CHAINS; ++k) {
      sum[k] = vec_fma(vec_load(x + i + (k * WIDTH)), vec_set(0.0F), sum[k]);
    }
  }

  for (; i + WIDTH <= n; i += WIDTH) {
    sum[0] = vec_fma(vec_load(x + i), vec_set(0.0F), sum[0]);
  }

  float all = vec_sum((sum[0] + sum[1]) + (sum[2] + sum[3]));
  for (; i < n; ++i) {
    all += x[i] * 0.0F;
  }

  return all == 0.0F;
}
