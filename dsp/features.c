// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/features.h"

#include "dsp/kernels.h"

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

/// Fill in levels; return the greatest
static float
levels(EchoicFeatures* const f, const float* const energies)
{
  const size_t n_silent = ECHOIC_N_BANDS - f->n_bands;
  const float* heard    = energies;
  if (n_silent) {
    memcpy(f->level, energies, f->n_bands * sizeof(float));
    memset(f->level + f->n_bands, 0, n_silent * sizeof(float));
    heard = f->level;
  }

  return echoic_kernels()->levels(heard, silence, f->level, ECHOIC_N_BANDS);
}

static float
max(const float a, const float b) // Compiles to one instruction; fmaxf doesn't
{
  return a > b ? a : b;
}

ECHOIC_RT void
echoic_features_process(EchoicFeatures* const f,
                        const float* const    energies,
                        float* const          out)
{
  const uint32_t n_past = ECHOIC_FLUX_LAG + 1U;
  const uint64_t back =
    f->frame < ECHOIC_FLUX_LAG ? 0U : f->frame - ECHOIC_FLUX_LAG;
  const float fallen  = f->frame ? f->peak - peak_fall : least_peak;
  const float loudest = levels(f, energies);
  f->peak             = max(loudest, max(fallen, least_peak));

  const EchoicGates gates = {ECHOIC_N_BANDS,
                             f->peak - range,
                             f->frame ? noise_follow : 1.0F, // From 0
                             over_noise,
                             f->level,
                             f->noise,
                             f->gate,
                             f->past[f->frame % n_past],
                             f->past[back % n_past],
                             out};
  echoic_kernels()->gates(&gates);
  ++f->frame;
}
