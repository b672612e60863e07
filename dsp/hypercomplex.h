// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HYPERCOMPLEX_H
#define ECHOIC_HYPERCOMPLEX_H

#include "dsp/echoic.h"

#include <stdint.h>

/**
   Numbers with more than one imaginary axis: more angles to keep positions in.

   Cayley-Dickson pairs, from real numbers (k = 0) to complex numbers,
   quaternions (k = 2) and octonions (k = 3), 2^k numbers each:

       (a, b)(c, d) = (a c - d* b, d a + b c*),   (a, b)* = (a*, -b)

   Multiplying by a unit number keeps the length up to k = 3; from k = 4 on it
   does so only along basis axes, so k ends here.
*/

#define ECHOIC_HYPERCOMPLEX_MAX 8U

/// out = x y; `n` is 1, 2, 4 or 8, `out` overlaps neither
ECHOIC_RT void
echoic_hypercomplex_multiply(const double* x,
                             const double* y,
                             double*       out,
                             uint32_t      n);

/**
   exp(axis angle) = cos(angle) + axis sin(angle)

   @param axis [n - 1] Unit vector of the imaginary axes.
   @param out [n]
*/
ECHOIC_RT void
echoic_hypercomplex_exp(const double* axis,
                        double        angle,
                        double*       out,
                        uint32_t      n);

#endif // ECHOIC_HYPERCOMPLEX_H
