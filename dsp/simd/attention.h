// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* One head of attention: rows of keys and values lie `stride` apart. */

#define COLUMNS 4U ///< Vectors of a row that are mixed at once

static ECHOIC_RT void
scores(const float* const k,
       const size_t       stride,
       const float* const q,
       const float        gain,
       float* const       y,
       const uint32_t     n_rows,
       const uint32_t     n_cols)
{
  const Vec same = vec_set(gain);
  for (uint32_t r = 0U; r < n_rows; r += WIDTH) {
    const uint32_t n = n_rows - r < WIDTH ? n_rows - r : WIDTH;
    Vec            part[WIDTH];
    for (uint32_t i = 0U; i < WIDTH; ++i) {
      part[i] = row_products(k + ((r + (i < n ? i : 0U)) * stride), q, n_cols);
    }
    vec_store_n(y + r, same * vec_sums(part), n);
  }
}

ALWAYS void
mix_columns(const float* const v,
            const size_t       stride,
            const float* const p,
            float* const       y,
            const uint32_t     n_rows,
            const uint32_t     n_vecs)
{
  Vec sum[COLUMNS];
#pragma GCC unroll 4
  for (uint32_t c = 0U; c < n_vecs; ++c) {
    sum[c] = vec_load(y + (c * WIDTH));
  }

  for (size_t r = 0U; r < n_rows; ++r) {
    const Vec same = vec_set(p[r]);
#pragma GCC unroll 4
    for (uint32_t c = 0U; c < n_vecs; ++c) {
      sum[c] = vec_fma(vec_load(v + (r * stride) + (c * WIDTH)), same, sum[c]);
    }
  }

#pragma GCC unroll 4
  for (uint32_t c = 0U; c < n_vecs; ++c) {
    vec_store(y + (c * WIDTH), sum[c]);
  }
}

static ECHOIC_RT void
mix(const float* const v,
    const size_t       stride,
    const float* const p,
    float* const       y,
    const uint32_t     n_rows,
    const uint32_t     n_cols)
{
  uint32_t i = 0U;
  for (; i + (COLUMNS * WIDTH) <= n_cols; i += COLUMNS * WIDTH) {
    mix_columns(v + i, stride, p, y + i, n_rows, COLUMNS);
  }

  for (; i + WIDTH <= n_cols; i += WIDTH) {
    mix_columns(v + i, stride, p, y + i, n_rows, 1U);
  }

  if (i < n_cols) {
    Vec sum = vec_load_n(y + i, n_cols - i);
    for (size_t r = 0U; r < n_rows; ++r) {
      const Vec some = vec_load_n(v + (r * stride) + i, n_cols - i);
      sum            = vec_fma(some, vec_set(p[r]), sum);
    }
    vec_store_n(y + i, sum, n_cols - i);
  }
}
