// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_CAPACITY_H
#define ECHOIC_CAPACITY_H

#include "dsp/echoic.h"

#include <stdint.h>

/**
   How much a memory of unit vectors holds.

   A one-pole filter h(n) = p h(n-1) + x(n) on random unit vectors x of N
   numbers holds them all at once: w . h is p^d if w was stored d frames ago,
   and noise otherwise.  These functions say how large that noise is.

   Arguments out of the ranges given are answered with NAN, or 0 for a count.
   No state, no units but frames.

   Smith, "Inventing Sequence Models as Vectorized Signal Processors".  Where
   its slides disagree with simulation, what holds is given here: a sum over
   m = 0..n has n + 1 terms, and 1/N and L/N are variances, so that a threshold
   must be compared with their square roots.
*/

/// E[(a . b)^2] = 1 / N for independent unit vectors, N from 1
ECHOIC_SETUP double
echoic_capacity_crosstalk(uint32_t n_dims);

/// Mean square of w . sum_{m=0..n} x(m) = (n + 1) / N: nothing fades
ECHOIC_SETUP double
echoic_capacity_sum(uint32_t n_dims, uint32_t n);

/// Mean square of w . sum_{m=0..n} p^m x(n-m), p from 0 to 1:
/// sum_{m=0..n} p^(2m) / N
ECHOIC_SETUP double
echoic_capacity_decaying_sum(uint32_t n_dims, uint32_t n, double p);

/// The decaying sum's limit for large n, p below 1: 1 / (N (1 - p^2))
ECHOIC_SETUP double
echoic_capacity_decaying_limit(uint32_t n_dims, double p);

/// The largest p whose limit doesn't exceed 1: sqrt((N - 1) / N), N from 1
ECHOIC_SETUP double
echoic_capacity_max_pole(uint32_t n_dims);

/// The largest p whose limit doesn't exceed 1/2: sqrt((N - 2) / N), N from 2
ECHOIC_SETUP double
echoic_capacity_max_pole_half(uint32_t n_dims);

/**
   How long a vector stays above a threshold.

   @param p Pole, 0 < p < 1.
   @param b Threshold, 0 < b < 1.
   @return The largest d with p^d > b, strictly, in frames.
*/
ECHOIC_SETUP uint32_t
echoic_capacity_max_age(double p, double b);

/// Standard deviation of w . h with L unrelated vectors in h: sqrt(L / N)
ECHOIC_SETUP double
echoic_capacity_threshold(uint32_t n_dims, uint32_t n_stored);

#endif // ECHOIC_CAPACITY_H
