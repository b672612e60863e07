// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_SHORT_FRONT_H
#define ECHOIC_SHORT_FRONT_H

#include "dsp/arena.h"
#include "dsp/echoic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Samples to energies of 24 bands in short frames, at any sample rate.

   Frame k ends with sample round((k + 1) hop_s rate_hz), so that it says the
   most of what has just been heard: its window of 5.33 ms rises over three
   quarters of its length (half a cosine) and falls over the last eighth.
   Amplitude scale 2 / sum(window).  Bands are triangles from 0 Hz up, 190 Hz
   wide or 1/27 of the mel from 0 Hz to 16 kHz, whichever is more; rows of
   weights are normalised to sum 1.  Bands centred above Nyquist are 0.

   Samples before the first are 0.  Cost: an FFT of 256 points at 48 kHz every
   0.67 ms.
*/

#define ECHOIC_SHORT_BANDS 24U
#define ECHOIC_SHORT_HOP_S (ECHOIC_HOP_S / 8.0)
#define ECHOIC_SHORT_WINDOW_S (ECHOIC_WINDOW_S / 4.0)

typedef struct EchoicShortImpl EchoicShort;

/// Return the arena bytes for a sample rate, or 0 if it is out of range
ECHOIC_SETUP size_t
echoic_short_bytes(double rate_hz);

/// Make a front end in `arena`, or return null
ECHOIC_SETUP EchoicShort*
echoic_short_prepare(double rate_hz, EchoicArena* arena);

/// Return how many bands are centred below a frequency
ECHOIC_SETUP uint32_t
echoic_short_bands(double below_hz);

/// Back to the start of the sound
ECHOIC_RT void
echoic_short_reset(EchoicShort* front);

/**
   Take samples until a frame is complete or there are no more.

   @param n_used Set to the number of samples taken.
   @param energies [ECHOIC_SHORT_BANDS] The frame, if there is one.
   @return True if there is one.
*/
ECHOIC_RT bool
echoic_short_process(EchoicShort* front,
                     const float* in,
                     uint32_t     n,
                     uint32_t*    n_used,
                     float*       energies);

/// Return how many samples have been heard when frame `k` is complete
ECHOIC_RT uint64_t
echoic_short_end(const EchoicShort* front, uint64_t k);

#endif // ECHOIC_SHORT_FRONT_H
