// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_MEL_H
#define ECHOIC_MEL_H

#include "dsp/arena.h"
#include "dsp/echoic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Samples to mel energies, at any sample rate.

   Frame k is centred on sample round(k hop_s rate_hz), Hann window (periodic)
   of n = round(window_s rate_hz) samples, FFT of the next power of two,
   amplitude scale 2 / sum(window).  E_b = sum_j w_bj |X_j|^2: triangles with
   edges equally spaced in mel(f) = 2595 log10(1 + f/700) from 30 Hz to 16 kHz,
   each row normalised to sum 1.  Bands centred above Nyquist are 0.

   Samples before the first are 0.  Latency: half a window, 10.7 ms.
*/
typedef struct EchoicMelImpl EchoicMel;

/// Return the arena bytes for a sample rate, or 0 if it is out of range
ECHOIC_SETUP size_t
echoic_mel_bytes(double rate_hz, uint32_t n_kept);

/**
   Make a front end in `arena`.

   @param n_kept How many of the last samples others want to see, at least.
*/
ECHOIC_SETUP EchoicStatus
echoic_mel_prepare(double       rate_hz,
                   uint32_t     n_kept,
                   EchoicArena* arena,
                   EchoicMel**  mel);

/// Return the ring of samples, with zeros for what was no number: sample i is
/// at i & mask
ECHOIC_RT const float*
echoic_mel_kept(const EchoicMel* mel, uint32_t* mask);

/// Return how many bands are below Nyquist at a rate
ECHOIC_SETUP uint32_t
echoic_mel_bands(double rate_hz);

/// Return the centre frequency of a band in hertz
ECHOIC_SETUP double
echoic_mel_centre_hz(uint32_t band);

/// Back to the start of the sound
ECHOIC_RT void
echoic_mel_reset(EchoicMel* mel);

/**
   Take samples until a frame is ready or there are no more.

   @param in [n] Samples, full scale 1.
   @param n_used Set to the number of samples taken.
   @param energies [ECHOIC_N_BANDS] The frame, if there is one.

   @return True if a frame is ready: its number is echoic_mel_frame() - 1.
*/
ECHOIC_RT bool
echoic_mel_process(EchoicMel*   mel,
                   const float* in,
                   uint32_t     n,
                   uint32_t*    n_used,
                   float*       energies);

/// Return the number of frames that were made since the start
ECHOIC_RT uint64_t
echoic_mel_frame(const EchoicMel* mel);

/// Return the sample on which frame `k` is centred
ECHOIC_RT uint64_t
echoic_mel_centre(const EchoicMel* mel, uint64_t k);

#endif // ECHOIC_MEL_H
