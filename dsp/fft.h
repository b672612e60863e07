// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_FFT_H
#define ECHOIC_FFT_H

#include "dsp/arena.h"
#include "dsp/echoic.h"

#include <stdint.h>

/**
   Power spectrum of real samples.

       P_j = |sum_i x_i exp(-2 pi j i / n)|^2,  j = 0 .. n/2

   128 to 16384 points: Stockham, radix 8 and 4, by vectors (dsp/simd/fft.h);
   signal to error above 130 dB.  Other lengths: kissfft.
*/
typedef struct EchoicFftImpl EchoicFft;

/// Return the arena bytes for `n` points, a power of two of at least 2
ECHOIC_SETUP size_t
echoic_fft_bytes(uint32_t n);

/// Make a transform in `arena`, or return null if it doesn't fit
ECHOIC_SETUP EchoicFft*
echoic_fft_prepare(uint32_t n, EchoicArena* arena);

/// Ask for the first `n_bins` only, n / 2 + 1 at most: further ones may be left
/// as they are
ECHOIC_SETUP void
echoic_fft_limit(EchoicFft* fft, uint32_t n_bins);

/**
   Transform.

   @param in [n]
   @param window [n] Half of what is multiplied by, or null; only for 128 to
   16384 points.
   @param power [n / 2 + 1]
*/
ECHOIC_RT void
echoic_fft_power(EchoicFft*   fft,
                 const float* in,
                 const float* window,
                 float*       power);

#endif // ECHOIC_FFT_H
