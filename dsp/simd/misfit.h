// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What energies differ from others: summed in eight lanes, so that vectors of
   any width add in the same order. */

static ECHOIC_RT float
misfit(const EchoicMisfit* const m,
       const float* const        others,
       const float* const        shape,
       const float               gain)
{
  float     rho[ECHOIC_MISFIT_MOST];
  float     lane[8] = {0.0F};
  const Vec knee    = vec_set(m->knee);
  for (uint32_t c = 0U; c < m->n; c += WIDTH) {
    const Vec sum =
      vec_load(others + c) + (vec_set(gain) * vec_load(shape + c)) + m->least;
    const Vec off  = vec_load(m->level + c) - vec_log(sum);
    const Vec d    = vec_abs(off) * vec_load(m->weight + c);
    const Vec near = vec_min(d, knee);
    vec_store(rho + c, near * (d - (near * 0.5F)));
  }

  for (uint32_t c = 0U; c < m->n; c += 8U) {
    for (uint32_t i = 0U; i < 8U; ++i) {
      lane[i] += rho[c + i];
    }
  }

  return ((lane[0] + lane[1]) + (lane[2] + lane[3])) +
         ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}
