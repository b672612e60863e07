// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/features.h"

#include "dsp/kernels.h"

#include <stdbool.h>
#include <string.h>

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

ECHOIC_RT void
echoic_features_hear_silence(EchoicFeatures* const f)
{
  f->frame = 1U;
  f->peak  = least_peak;
  for (uint32_t b = 0U; b < ECHOIC_N_BANDS; ++b) {
    f->noise[b] = least_peak - range;
  }
}

/// Fill in levels, and the greatest of each frame
static void
levels(EchoicFeatures* const f,
       const float* const    energies,
       const uint32_t        n_frames,
       float* const          greatest)
{
  const size_t n_silent = ECHOIC_N_BANDS - f->n_bands;
  const float* heard    = energies;
  if (n_silent) {
    const size_t size = (size_t)n_frames * ECHOIC_N_BANDS * sizeof(float);
    memcpy(f->level, energies, size);
    for (uint32_t k = 0U; k < n_frames; ++k) {
      memset(f->level[k] + f->n_bands, 0, n_silent * sizeof(float));
    }
    heard = f->level[0];
  }

  echoic_kernels()->levels(
    heard, ECHOIC_SILENCE, f->level[0], greatest, ECHOIC_N_BANDS, n_frames);
}

ECHOIC_RT void
echoic_features_process(EchoicFeatures* const f,
                        const float* const    energies,
                        const uint32_t        n_frames,
                        float* const          out)
{
  float      floor[ECHOIC_FEATURES_FRAMES];
  float      follow[ECHOIC_FEATURES_FRAMES];
  const bool begins = !f->frame;
  levels(f, energies, n_frames, floor);
  for (uint32_t k = 0U; k < n_frames; ++k) {
    const float fallen = f->frame ? f->peak - peak_fall : least_peak;
    f->peak   = echoic_greater(floor[k], echoic_greater(fallen, least_peak));
    floor[k]  = f->peak - range;
    follow[k] = f->frame ? noise_follow : 1.0F; // From 0
    ++f->frame;
  }

  memmove(
    f->above, f->above[f->n_frames], ECHOIC_FLUX_LAG * sizeof(f->above[0]));
  f->n_frames             = n_frames;
  const EchoicGates gates = {ECHOIC_N_BANDS,
                             n_frames,
                             ECHOIC_FLUX_LAG,
                             begins,
                             over_noise,
                             floor,
                             follow,
                             f->level[0],
                             f->noise,
                             f->gate[0],
                             f->above[0],
                             out};
  echoic_kernels()->gates(&gates);
}
