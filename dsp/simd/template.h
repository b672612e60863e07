// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Comparison with templates, of vectors of any width. */

#define MANY 8U ///< Places at once
#define FEW 4U  ///< And if there are no more than these

/// Products at up to `n` places from `x` on; further ones are that of the last
ALWAYS void
slide_places(const float* const x,
             const size_t       apart,
             const float* const t,
             const uint32_t     n_rows,
             const uint32_t     n_cols,
             float* const       y,
             const uint32_t     n_places,
             const uint32_t     n)
{
  Vec    sum[MANY];
  size_t at[MANY];
#pragma GCC unroll 8
  for (uint32_t k = 0U; k < n; ++k) {
    sum[k] = vec_set(0.0F);
    at[k]  = apart * (k < n_places ? k : n_places - 1U);
  }

  for (uint32_t r = 0U; r < n_rows; ++r) {
    const float* const row = x + (r * apart);
    const float* const own = t + ((size_t)r * n_cols);
    uint32_t           i   = 0U;
    for (; i + WIDTH <= n_cols; i += WIDTH) {
      const Vec w = vec_load(own + i);
#pragma GCC unroll 8
      for (uint32_t k = 0U; k < n; ++k) {
        sum[k] = vec_fma(vec_load(row + at[k] + i), w, sum[k]);
      }
    }
    if (i < n_cols) {
      const Vec w = vec_load_n(own + i, n_cols - i);
#pragma GCC unroll 8
      for (uint32_t k = 0U; k < n; ++k) {
        sum[k] = vec_fma(vec_load_n(row + at[k] + i, n_cols - i), w, sum[k]);
      }
    }
  }

  for (uint32_t k = 0U; k < n_places; ++k) {
    y[k] = vec_sum(sum[k]);
  }
}

static ECHOIC_RT void
slide(const float* const x,
      const size_t       apart,
      const float* const t,
      const uint32_t     n_rows,
      const uint32_t     n_cols,
      float* const       y,
      const uint32_t     n_places)
{
  // Rows without gaps are one
  const bool     is_one = apart == n_cols;
  const uint32_t rows   = is_one ? 1U : n_rows;
  const uint32_t cols   = is_one ? n_rows * n_cols : n_cols;
  for (uint32_t k = 0U; k < n_places;) {
    const float* const at   = x + (k * apart);
    const uint32_t     left = n_places - k;
    if (left > FEW) {
      const uint32_t n = left < MANY ? left : MANY;
      slide_places(at, apart, t, rows, cols, y + k, n, MANY);
      k += n;
    } else {
      slide_places(at, apart, t, rows, cols, y + k, left, FEW);
      k += left;
    }
  }
}

/// 2^r - 1 for |r| <= 1/2; minimax, error 3e-6
ALWAYS Vec
power_part(const Vec r)
{
  Vec p = vec_fma(r, vec_set(9.68175635e-3F), vec_set(5.59197502e-2F));
  p     = vec_fma(p, r, vec_set(0.240220243F));
  p     = vec_fma(p, r, vec_set(0.693121516F));
  return p * r;
}

/// max(x, 0) + ln(1 + e^-|x|), error 2e-5: less than levels differ by anyway
ALWAYS Vec
softplus_roughly(const Vec x)
{
  const Vec size   = vec_max(vec_set(-80.0F), vec_minus_abs(x));
  const Vec whole  = vec_set(MAGIC + 127.0F);
  const Vec biased = vec_fma(size, vec_set(LOG2_E), whole);
  const Vec r      = vec_fma(size, vec_set(LOG2_E), whole - biased);
  const Vec power  = vec_of_bits(vec_shift_left(vec_bits(biased), 23));
  const Vec t      = vec_fma(power_part(r), power, power);
  Vec       p = vec_fma(t, vec_set(3.21518687e-2F), vec_set(-0.136043715F));
  p           = vec_fma(p, t, vec_set(0.289455316F));
  p           = vec_fma(p, t, vec_set(-0.491900776F));
  p           = vec_fma(p, t, vec_set(0.999494401F));
  return vec_fma(p, t, vec_max(vec_set(0.0F), x));
}

/// Sums over one vector of cells, those of `used` that are 1 and not 0
ALWAYS void
expect(const Vec level,
       const Vec gate,
       const Vec heard,
       const Vec used,
       Vec       sum[3])
{
  const Vec y = softplus_roughly(level - gate) * used;
  sum[0] += y;
  sum[1] = vec_fma(y, y, sum[1]);
  sum[2] = vec_fma(y, heard, sum[2]);
}

static ECHOIC_RT void
expected(const EchoicExpected* const e, float* const sums)
{
  float ones[WIDTH];
  vec_store(ones, vec_set(1.0F));
  const bool     is_one = e->apart == e->n_cols;
  const uint32_t n_rows = is_one ? 1U : e->n_rows;
  const uint32_t n_cols = is_one ? e->n_rows * e->n_cols : e->n_cols;
  const Vec      gain   = vec_set(e->gain);
  const Vec      all    = vec_set(1.0F);
  Vec            sum[3] = {vec_set(0.0F), vec_set(0.0F), vec_set(0.0F)};
  for (uint32_t r = 0U; r < n_rows; ++r) {
    const float* const level = e->level + ((size_t)r * n_cols);
    const float* const gate  = e->gate + (r * e->apart);
    const float* const heard = e->heard + (r * e->apart);
    uint32_t           i     = 0U;
    for (; i + WIDTH <= n_cols; i += WIDTH) {
      expect(vec_load(level + i) + gain,
             vec_load(gate + i),
             vec_load(heard + i),
             all,
             sum);
    }
    if (i < n_cols) {
      const uint32_t left = n_cols - i;
      expect(vec_load_n(level + i, left) + gain,
             vec_load_n(gate + i, left),
             vec_load_n(heard + i, left),
             vec_load_n(ones, left),
             sum);
    }
  }

  for (uint32_t k = 0U; k < 3U; ++k) {
    sums[k] += vec_sum(sum[k]);
  }
}

/// Numbers on both sides of a pivot
typedef struct {
  uint32_t n_below;
  float    below; ///< Greatest below it
  float    rest;  ///< Least of the rest
} Split;

/// Split whole vectors of numbers, those that are there but don't count are
/// infinite
ALWAYS Split
split(const float* const x, const uint32_t n, const float pivot)
{
  const Vec p     = vec_set(pivot);
  const Vec most  = vec_set(INFINITY);
  Vec       count = vec_set(0.0F);
  Vec       below = -most;
  Vec       rest  = most;
  for (uint32_t i = 0U; i < n; i += WIDTH) {
    const Vec v = vec_load(x + i);
    count += vec_if_greater(p, v, vec_set(1.0F), vec_set(0.0F));
    below = vec_max(vec_if_greater(p, v, v, -most), below);
    rest  = vec_min(vec_if_greater(p, v, most, v), rest);
  }

  const Split s = {
    (uint32_t)vec_sum(count), vec_greatest(below), -vec_greatest(-rest)};
  return s;
}

static ECHOIC_RT float
median(float* const x, const uint32_t n)
{
  const float k = (float)(n / 2U);
  vec_store(x + n, vec_set(INFINITY));
  float low    = split(x, n, -INFINITY).rest;
  float high   = split(x, n, INFINITY).below;
  float n_low  = 0.0F;     // Below `low`
  float n_high = (float)n; // Up to `high`
  while (low < high) {     // Each time a number is left out, at the least
    const float part  = (k + 0.5F - n_low) / (n_high - n_low);
    const float guess = low + ((high - low) * part);
    const Split s     = split(x, n, guess > low ? guess : high);
    const float n_s   = (float)s.n_below;
    low               = n_s > k ? low : s.rest;
    n_low             = n_s > k ? n_low : n_s;
    high              = n_s > k ? s.below : high;
    n_high            = n_s > k ? n_s : n_high;
    if (n_s == k || n_s == k + 1.0F) {
      return n_s > k ? high : low;
    }
  }

  return low;
}
