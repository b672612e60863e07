// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/fft.h"

#include <kiss_fftr.h>

struct EchoicFftImpl {
  uint32_t      n_bins; ///< n / 2 + 1
  kiss_fftr_cfg plan;   ///< In the arena
  kiss_fft_cpx* bins;   ///< [n_bins]
};

static size_t
plan_bytes(const uint32_t n)
{
  size_t size = 0U;
  (void)kiss_fftr_alloc((int)n, 0, NULL, &size);
  return size;
}

size_t
echoic_fft_bytes(const uint32_t n)
{
  return echoic_arena_round(sizeof(EchoicFft)) +
         echoic_arena_round(plan_bytes(n)) +
         echoic_arena_round(((n / 2U) + 1U) * sizeof(kiss_fft_cpx));
}

EchoicFft*
echoic_fft_prepare(const uint32_t n, EchoicArena* const arena)
{
  size_t           size = plan_bytes(n);
  EchoicFft* const fft = (EchoicFft*)echoic_arena_take(arena, 1U, sizeof(*fft));
  void* const      plan    = echoic_arena_take(arena, 1U, size);
  kiss_fft_cpx* const bins = (kiss_fft_cpx*)echoic_arena_take(
    arena, (n / 2U) + 1U, sizeof(kiss_fft_cpx));
  if (!fft || !plan || !bins) {
    return NULL;
  }

  fft->n_bins = (n / 2U) + 1U;
  fft->bins   = bins;
  fft->plan   = kiss_fftr_alloc((int)n, 0, plan, &size);
  return fft->plan ? fft : NULL;
}

ECHOIC_RT void
echoic_fft_power(EchoicFft* const   fft,
                 const float* const in,
                 float* const       power)
{
  kiss_fft_cpx* const bins = fft->bins;
  kiss_fftr(fft->plan, in, bins);
  for (uint32_t j = 0U; j < fft->n_bins; ++j) {
    power[j] = (bins[j].r * bins[j].r) + (bins[j].i * bins[j].i);
  }
}
