// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Loops over numbers, of vectors of any width. */

#define CHAINS 4U ///< Of sums that run at once

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
  uint32_t  i     = 0U;
  for (; i + WIDTH <= n; i += WIDTH) {
    const Vec v = vec_load(x + i);
    vec_store(z + i, vec_if_greater(limit, vec_abs(v), v, zero));
  }

  for (; i < n; ++i) {
    z[i] = fabsf(x[i]) < most ? x[i] : 0.0F;
  }
}

/// Add a vector, or the first n numbers of one, to sums of x, x x and x y
ALWAYS void
moments_some(const float* const x,
             const float* const y,
             const uint32_t     n,
             Vec                sum[3])
{
  const Vec v = vec_load_n(x, n);
  sum[0] += v;
  sum[1] = vec_fma(v, v, sum[1]);
  sum[2] = vec_fma(v, vec_load_n(y, n), sum[2]);
}

static ECHOIC_RT void
moments(const float* const x,
        const size_t       stride,
        const float* const y,
        const uint32_t     n_rows,
        const uint32_t     n_cols,
        float* const       sums)
{
  Vec sum[3] = {vec_set(0.0F), vec_set(0.0F), vec_set(0.0F)};
  for (uint32_t r = 0U; r < n_rows; ++r) {
    const float* const a = x + (r * stride);
    const float* const b = y + ((size_t)r * n_cols);
    uint32_t           i = 0U;
    for (; i + WIDTH <= n_cols; i += WIDTH) {
      moments_some(a + i, b + i, WIDTH, sum);
    }
    if (i < n_cols) {
      moments_some(a + i, b + i, n_cols - i, sum);
    }
  }

  sums[0] += vec_sum(sum[0]);
  sums[1] += vec_sum(sum[1]);
  sums[2] += vec_sum(sum[2]);
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
