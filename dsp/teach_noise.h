// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_NOISE_H
#define ECHOIC_TEACH_NOISE_H

#include "dsp/echoic.h"

#include <stdint.h>

/**
   Coloured, fluctuating noise on mel energies.

       noise_b(k) = exp(level) q_b G exp(v(k))

   q = exp(u t + sum_{i=1..3} (n_i / i) cos(pi i t + phi_i)), t = b / 39, sum 1:
   a random smooth spectrum, u ~ U(-6, 0), n_i ~ N(0, 1), phi ~ U(0, 6.3);
   G ~ Gamma(shape 2, mean 1) per band and frame: the statistics of a short
   spectrum; v = 2.1 AR1(0.98, gain 0.02): slow level.

   The same seed gives the same noise.  Bands that are 0 throughout stay 0.

   @param energies [n_frames][ECHOIC_N_BANDS] Noise is added to.
   @param level Natural logarithm of the mean total energy of the noise.
*/
ECHOIC_SETUP void
echoic_noise_add(float*   energies,
                 uint32_t n_frames,
                 float    level,
                 uint64_t seed);

#endif // ECHOIC_TEACH_NOISE_H
