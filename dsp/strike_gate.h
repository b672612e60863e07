// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_STRIKE_GATE_H
#define ECHOIC_STRIKE_GATE_H

#include "dsp/echoic.h"
#include "dsp/short_front.h"

#include <stdbool.h>
#include <stdint.h>

/**
   Onsets in frames of the short front end, and what is seen of them.

       D = sum_b max(0, (L_b - R_b) / s_b - 0.3)

   L is the log energy of a band in this frame, R its largest in the frames from
   5 to 11 before (to 27 before in the four lowest bands, where the phase of a
   tone shows), s its spread, see strike_fit.h.  An onset is told when D exceeds
   7 and still grows, at most at every fourth frame.  What was there before an
   onset at frame n is the mean of frames n - 12 to n - 5 (n - 28 in the lowest
   bands).
*/

#define ECHOIC_STRIKE_KEPT 64U ///< Frames, a ring

/// The last frames
typedef struct {
  uint32_t n_bands;
  uint64_t n;    ///< Frames heard
  uint64_t last; ///< Frame of the last onset
  float    rise; ///< D of the last frame
  float    energy[ECHOIC_STRIKE_KEPT][ECHOIC_SHORT_BANDS];
  float    level[ECHOIC_STRIKE_KEPT][ECHOIC_SHORT_BANDS];
} EchoicStrikeGate;

/// Forget what was heard; `n_bands` are listened to
ECHOIC_RT void
echoic_strike_gate_reset(EchoicStrikeGate* gate, uint32_t n_bands);

/// Hear the next frame; true if there is an onset in it
ECHOIC_RT bool
echoic_strike_gate_process(EchoicStrikeGate* gate, const float* energies);

/**
   Look at an onset: what was there before, and a frame after it.

   @param onset Frame of the onset, at most 35 ago.
   @param before Set to [ECHOIC_SHORT_BANDS] energies.
*/
ECHOIC_RT void
echoic_strike_before(const EchoicStrikeGate* gate,
                     uint64_t                onset,
                     float*                  before);

/// Return the energies of a frame that is still kept
ECHOIC_RT const float*
echoic_strike_frame(const EchoicStrikeGate* gate, uint64_t frame);

#endif // ECHOIC_STRIKE_GATE_H
