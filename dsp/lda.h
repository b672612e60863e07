// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_LDA_H
#define ECHOIC_LDA_H

#include "dsp/echoic.h"

#include <stdbool.h>
#include <stdint.h>

/**
   Linear algebra of teaching: symmetric matrices of a few hundred rows.

   Matrices are row-major [n][n]; of symmetric ones only the lower triangle is
   read and written, unless stated.  All set-up.
*/

/**
   Add the outer products of `n_rows` vectors: C += Z^T Z.

   Rounding is that of float32 sums of at most 64 rows, collected in double.

   @param z [n_rows][n]
   @param scratch [n][n] floats, overwritten.
   @param c [n][n]
*/
ECHOIC_SETUP void
echoic_lda_add_products(const float* z,
                        uint32_t     n_rows,
                        uint32_t     n,
                        float*       scratch,
                        double*      c);

/// Factor C = L L^T in place; false if C isn't positive definite
ECHOIC_SETUP bool
echoic_lda_factor(double* c, uint32_t n);

/// Solve L L^T x = x in place, with `l` from echoic_lda_factor()
ECHOIC_SETUP void
echoic_lda_solve(const double* l, uint32_t n, double* x);

#endif // ECHOIC_LDA_H
