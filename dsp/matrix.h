// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_MATRIX_H
#define ECHOIC_MATRIX_H

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "dsp/kernels.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   A matrix with a bias, packed for the machine: y = W x + b.

   The weights of every node that multiplies by a matrix.  Packing is private;
   weights are given as PyTorch keeps them, [n_out][n_in] row-major.  The sum
   of a row is taken in the same order for every call, one frame or many: any
   split of frames gives the same bits.  Cost: n_out n_in MAC; many frames at
   once read the weights once for six.
*/
typedef EchoicPanels EchoicMatrix;

/// Return the arena bytes of a matrix
ECHOIC_SETUP size_t
echoic_matrix_bytes(uint32_t n_out, uint32_t n_in);

/**
   Pack a matrix into the arena; false if it doesn't fit.

   @param weight [n_out][n_in] Copied; null for zeros.
   @param bias [n_out] Copied; null for zeros.
*/
ECHOIC_SETUP bool
echoic_matrix_prepare(EchoicMatrix* matrix,
                      const float*  weight,
                      const float*  bias,
                      uint32_t      n_out,
                      uint32_t      n_in,
                      EchoicArena*  arena);

/// Pack a matrix that is given by columns, `weight` is [n_in][n_out]: x W
ECHOIC_SETUP bool
echoic_matrix_prepare_columns(EchoicMatrix* matrix,
                              const float*  weight,
                              const float*  bias,
                              uint32_t      n_out,
                              uint32_t      n_in,
                              EchoicArena*  arena);

/// Set the weights of one row, [n_in]
ECHOIC_SETUP void
echoic_matrix_set_row(EchoicMatrix* matrix, uint32_t row, const float* weight);

/// y = W x + b; `y` is [n_out] and may not overlap `x` [n_in]
ECHOIC_RT void
echoic_matrix_apply(const EchoicMatrix* matrix, const float* x, float* y);

/// y += W x + b
ECHOIC_RT void
echoic_matrix_add(const EchoicMatrix* matrix, const float* x, float* y);

/// y = W x + b for each frame of `x` [n_frames][n_in]; `y` [n_frames][n_out]
ECHOIC_RT void
echoic_matrix_apply_frames(const EchoicMatrix* matrix,
                           const float*        x,
                           float*              y,
                           uint32_t            n_frames);

#endif // ECHOIC_MATRIX_H
