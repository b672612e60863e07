// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Screen of rows of 8-bit numbers: dsp/bank.h has the formula. */

#define SCREENED 4U ///< Vectors of rows at once

static ECHOIC_RT void
screen(const EchoicScreen* const      s,
       const EchoicScreenInput* const input,
       float* const                   margin)
{
  const size_t n_pairs = (s->n_cols + 1U) / 2U;
  for (uint32_t row = 0U; row < s->n_rows; row += SCREENED * WIDTH) {
    const int8_t* w[SCREENED];
    VecInt        sum[SCREENED];
#pragma GCC unroll 4
    for (uint32_t v = 0U; v < SCREENED;
         ++v) { // The last again if there are fewer
      const uint32_t at   = row + (v * WIDTH);
      const uint32_t here = at < s->n_rows ? at : row;
      w[v]   = s->weight + ((((here / ECHOIC_PANEL) * n_pairs * ECHOIC_PANEL) +
                           (here % ECHOIC_PANEL)) *
                          2U);
      sum[v] = vec_bits(vec_set(0.0F));
    }

    for (size_t i = 0U; i < n_pairs; ++i) {
      int32_t pair = 0;
      memcpy(&pair, s->input + (2U * i), sizeof(pair));
#pragma GCC unroll 4
      for (uint32_t v = 0U; v < SCREENED; ++v) {
        sum[v] = vec_add_pairs(sum[v], w[v] + (2U * i * ECHOIC_PANEL), pair);
      }
    }

    for (uint32_t v = 0U; v < SCREENED && row + (v * WIDTH) < s->n_rows; ++v) {
      const uint32_t at  = row + (v * WIDTH);
      const Vec      dot = vec_load(s->step + at) * vec_float(sum[v]);
      const Vec      far = vec_fma(vec_load(s->own + at),
                              vec_set(input->lost),
                              vec_load(s->lost + at) * input->whole);
      const Vec bound = vec_fma(dot, vec_set(input->step), far) + input->least;
      vec_store(margin + at, bound + vec_load(s->bias + at));
    }
  }
}
