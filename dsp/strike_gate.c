// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/strike_gate.h"

#include "dsp/activate.h"
#include "dsp/strike_fit.h"

#include <math.h>
#include <string.h>

#define N_BANDS ECHOIC_SHORT_BANDS
#define MASK (ECHOIC_STRIKE_KEPT - 1U)

static const uint32_t n_low      = 4U; ///< Bands in which tones show phase
static const uint32_t near       = 5U; ///< Frames back
static const uint32_t far        = 11U;
static const uint32_t far_low    = 27U;
static const uint32_t warm       = 30U; ///< Frames until there is a past
static const uint32_t apart      = 3U;
static const float    tolerance  = 0.3F;
static const float    least_rise = 7.0F; ///< D
static const float    silence    = 1e-9F;

ECHOIC_RT void
echoic_strike_gate_reset(EchoicStrikeGate* const gate, const uint32_t n_bands)
{
  memset(gate, 0, sizeof(*gate));
  gate->n_bands = n_bands;
}

/// R of a band
static float
reference(const EchoicStrikeGate* const gate,
          const uint64_t                frame,
          const uint32_t                band)
{
  const uint32_t last = band < n_low ? far_low : far;
  float          most = -INFINITY;
  for (uint32_t k = near; k <= last; ++k) {
    const float level = gate->level[(frame - k) & MASK][band];
    most              = level > most ? level : most;
  }

  return most;
}

ECHOIC_RT bool
echoic_strike_gate_process(EchoicStrikeGate* const gate,
                           const float* const      energies)
{
  const uint64_t frame = gate->n++;
  float* const   level = gate->level[frame & MASK];
  memcpy(gate->energy[frame & MASK], energies, N_BANDS * sizeof(float));
  for (uint32_t b = 0U; b < N_BANDS; ++b) {
    level[b] = energies[b] + silence;
  }

  echoic_log(level, N_BANDS);
  if (frame < warm) {
    return false;
  }

  float rise = 0.0F;
  for (uint32_t b = 0U; b < gate->n_bands; ++b) {
    const float up = level[b] - reference(gate, frame, b);
    rise += fmaxf((up / echoic_strike_spread(b)) - tolerance, 0.0F);
  }

  const bool is_onset = rise > least_rise && rise > gate->rise &&
                        (!gate->last || frame - gate->last > apart);
  gate->rise = rise;
  gate->last = is_onset ? frame : gate->last;
  return is_onset;
}

ECHOIC_RT void
echoic_strike_before(const EchoicStrikeGate* const gate,
                     const uint64_t                onset,
                     float* const                  before)
{
  for (uint32_t b = 0U; b < N_BANDS; ++b) {
    const uint32_t last = (b < n_low ? far_low : far) + 1U;
    float          sum  = 0.0F;
    for (uint32_t k = near; k <= last; ++k) {
      sum += gate->energy[(onset - k) & MASK][b];
    }
    before[b] = sum / (float)(last - near + 1U);
  }
}

ECHOIC_RT const float*
echoic_strike_frame(const EchoicStrikeGate* const gate, const uint64_t frame)
{
  return gate->energy[frame & MASK];
}
