// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/features.h"

#include <math.h>
#include <string.h>

static const float silence      = 1e-10F; ///< Added to energies
static const float peak_fall    = (float)(0.8 * ECHOIC_HOP_S); ///< Nat a frame
static const float least_peak   = -14.0F;                      ///< Nat, -61 dB
static const float range        = 9.0F;                        ///< Nat, 39 dB
static const float noise_follow = (float)(ECHOIC_HOP_S / 2.0); ///< Tau 2 s
static const float over_noise   = 1.0F;                        ///< Nat, 4.3 dB

ECHOIC_RT void
echoic_features_reset(EchoicFeatures* const f, const uint32_t n_bands)
{
  memset(f, 0, sizeof(*f));
  f->n_bands = n_bands;
}

static float
softplus(const float x)
{
  return x > 0.0F ? x + log1pf(expf(-x)) : log1pf(expf(x));
}

static void
levels(const EchoicFeatures* const f,
       const float* const          energies,
       float* const                level)
{
  for (uint32_t b = 0U; b < ECHOIC_N_BANDS; ++b) {
    level[b] = logf((b < f->n_bands ? energies[b] : 0.0F) + silence);
  }
}

static void
follow_peak(EchoicFeatures* const f, const float* const level)
{
  float peak = f->frame ? f->peak - peak_fall : least_peak;
  peak       = fmaxf(peak, least_peak);
  for (uint32_t b = 0U; b < ECHOIC_N_BANDS; ++b) {
    peak = fmaxf(peak, level[b]);
  }

  f->peak = peak;
}

ECHOIC_RT void
echoic_features_process(EchoicFeatures* const f,
                        const float* const    energies,
                        float* const          out)
{
  float* const level = f->level;
  levels(f, energies, level);
  follow_peak(f, level);

  const float    floor  = f->peak - range;
  const uint32_t n_past = ECHOIC_FLUX_LAG + 1U;
  float* const   now    = f->past[f->frame % n_past];
  const uint64_t back =
    f->frame < ECHOIC_FLUX_LAG ? 0U : f->frame - ECHOIC_FLUX_LAG;
  const float* const before = f->past[back % n_past];
  for (uint32_t b = 0U; b < ECHOIC_N_BANDS; ++b) {
    const float heard = fmaxf(level[b], floor);
    f->noise[b] =
      f->frame ? f->noise[b] + (noise_follow * (heard - f->noise[b])) : heard;
    f->gate[b]              = fmaxf(f->noise[b] + over_noise, floor);
    now[b]                  = softplus(level[b] - f->gate[b]);
    out[b]                  = now[b];
    out[ECHOIC_N_BANDS + b] = fmaxf(0.0F, now[b] - before[b]);
  }

  ++f->frame;
}
