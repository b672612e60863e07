// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Products of a vector and rows of few numbers, of vectors of any width. */

/// Sums of eight vectors
ALWAYS void
put_sums(const Vec* const part, float* const y)
{
#if WIDTH > ECHOIC_BAND_ROWS
  Vec all[WIDTH];
  for (uint32_t r = 0U; r < WIDTH; ++r) {
    all[r] = r < ECHOIC_BAND_ROWS ? part[r] : vec_set(0.0F);
  }
  vec_store_n(y, vec_sums(all), ECHOIC_BAND_ROWS);
#else
  for (uint32_t r = 0U; r < ECHOIC_BAND_ROWS; r += WIDTH) {
    vec_store(y + r, vec_sums(part + r));
  }
#endif
}

static ECHOIC_RT void
banded(const EchoicBanded* const m, const float* const x, float* const y)
{
  const float* w = m->weights;
  for (uint32_t b = 0U; b < m->n_rows; b += ECHOIC_BAND_ROWS) {
    const uint32_t* const first = m->first + b;
    const uint32_t        width = m->width[b / ECHOIC_BAND_ROWS];
    Vec                   part[ECHOIC_BAND_ROWS];
#pragma GCC unroll 8
    for (uint32_t r = 0U; r < ECHOIC_BAND_ROWS; ++r) {
      part[r] = vec_set(0.0F);
    }

    for (uint32_t i = 0U; i < width; i += ECHOIC_BAND_STEP) {
#pragma GCC unroll 8
      for (uint32_t r = 0U; r < ECHOIC_BAND_ROWS; ++r) {
#pragma GCC unroll 16
        for (uint32_t c = 0U; c < ECHOIC_BAND_STEP; c += WIDTH, w += WIDTH) {
          part[r] =
            vec_fma(vec_load(x + first[r] + i + c), vec_load(w), part[r]);
        }
      }
    }
    put_sums(part, y + b);
  }
}
