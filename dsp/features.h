// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_FEATURES_H
#define ECHOIC_FEATURES_H

#include "dsp/echoic.h"

#include <stdint.h>

#define ECHOIC_SILENCE 1e-10F ///< Energy that is added to each band's

#define ECHOIC_FLUX_LAG 2U        ///< Frames
#define ECHOIC_FEATURES_FRAMES 6U ///< Made at once, at most

/**
   Mel energies to level-independent features, frame by frame.

       L_b = ln(E_b + 1e-10)
       pk  = max(pk - 0.8 hop_s, max_b L_b, -14)    slow peak follower
       fl  = pk - 9                                 39 dB range
       N_b += (hop_s / 2 s) (max(L_b, fl) - N_b)    background, tau 2 s
       R_b = max(N_b + 1, fl)
       X_b = ln(1 + exp(L_b - R_b))                 gate
       D_b = max(0, X_b(k) - X_b(k - 2))            positive flux, 10.7 ms

   Output [X; D], ECHOIC_N_FEATURES numbers.  No latency.
*/
typedef struct {
  uint32_t n_bands;  ///< Bands above are silent, whatever they hold
  uint32_t n_frames; ///< Made at last
  uint64_t frame;    ///< Frames since the start
  float    peak;     ///< pk
  float    noise[ECHOIC_N_BANDS];                         ///< N
  float    level[ECHOIC_FEATURES_FRAMES][ECHOIC_N_BANDS]; ///< L of these frames
  float    gate[ECHOIC_FEATURES_FRAMES][ECHOIC_N_BANDS];  ///< R of them
  float    above[ECHOIC_FLUX_LAG + ECHOIC_FEATURES_FRAMES]
             [ECHOIC_N_BANDS]; ///< X of those before and of them
} EchoicFeatures;

/// Start; `n_bands` up to ECHOIC_N_BANDS are listened to
ECHOIC_RT void
echoic_features_reset(EchoicFeatures* features, uint32_t n_bands);

/// Go on as after silence: what begins at once stands out of that, not of
/// itself
ECHOIC_RT void
echoic_features_hear_silence(EchoicFeatures* features);

/**
   Turn frames into features; any split gives the same bits.

   @param energies [n_frames][ECHOIC_N_BANDS]
   @param n_frames 1 to ECHOIC_FEATURES_FRAMES
   @param out [n_frames][ECHOIC_N_FEATURES]
*/
ECHOIC_RT void
echoic_features_process(EchoicFeatures* features,
                        const float*    energies,
                        uint32_t        n_frames,
                        float*          out);

#endif // ECHOIC_FEATURES_H
