// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_STRIKE_LOW_H
#define ECHOIC_STRIKE_LOW_H

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "dsp/short_front.h"

#include <stddef.h>
#include <stdint.h>

/**
   What a longer window sees of low notes, now and then.

   A Hann window of 13.3 ms over what was last heard, amplitude scale
   2 / sum(window); ECHOIC_SHORT_BANDS triangles centred on multiples of
   62.5 Hz, from 62.5 to 1500 Hz, with rows of sum 1.  A kick beneath a cowbell
   stands out here, where the short window smears one over the other.

   Samples before the first are 0.  Cost: nothing but to keep samples; four
   FFTs of 1024 points at 48 kHz for an onset.
*/

#define ECHOIC_LOW_WINDOW_S (0.625 * ECHOIC_WINDOW_S)
#define ECHOIC_LOW_FRAME 17U ///< After an onset, at which to look

typedef struct EchoicLowImpl EchoicLow;

/// Return the arena bytes for a sample rate, or 0 if it is out of range
ECHOIC_SETUP size_t
echoic_low_bytes(double rate_hz);

/// Make one in `arena`, or return null
ECHOIC_SETUP EchoicLow*
echoic_low_prepare(double rate_hz, EchoicArena* arena);

/// Forget what was heard
ECHOIC_RT void
echoic_low_reset(EchoicLow* low);

/// Hear samples
ECHOIC_RT void
echoic_low_keep(EchoicLow* low, const float* in, uint32_t n);

/// Look at an onset ECHOIC_LOW_FRAME frames of the short front end ago:
/// [ECHOIC_SHORT_BANDS] energies of what is heard now
ECHOIC_RT void
echoic_low_after(EchoicLow* low, float* energies);

/// And of what was heard before it: the mean of three windows, which end 4, 16
/// and 28 frames before it
ECHOIC_RT void
echoic_low_before(EchoicLow* low, float* energies);

#endif // ECHOIC_STRIKE_LOW_H
