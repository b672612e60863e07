// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_MEL_BANDS_H
#define ECHOIC_MEL_BANDS_H

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "dsp/kernels.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Triangles over the bins of a power spectrum, see mel.h: E_b = sum_j w_bj P_j.

   Each row holds only the bins that its band has.
*/

/// The spectrum under them
typedef struct {
  double   bin_hz;
  uint32_t n_bins;
  uint32_t n_bands; ///< With centres below Nyquist
} EchoicSpectrum;

/// Return how many numbers after the bins the rows may read; nothing of them
/// counts
ECHOIC_SETUP uint32_t
echoic_mel_bands_after(const EchoicSpectrum* spectrum);

/// Return the arena bytes
ECHOIC_SETUP size_t
echoic_mel_bands_bytes(const EchoicSpectrum* spectrum);

/// Make the rows; false if no space
ECHOIC_SETUP bool
echoic_mel_bands_prepare(const EchoicSpectrum* spectrum,
                         EchoicArena*          arena,
                         EchoicBanded*         bands);

#endif // ECHOIC_MEL_BANDS_H
