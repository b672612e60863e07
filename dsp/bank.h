// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_BANK_H
#define ECHOIC_BANK_H

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "dsp/kernels.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   A bank of many detectors: which rows have w_r . x + b_r > 0?

   A screen of 8-bit weights rules out most rows; the others are computed in
   float32.  With w = s q + e for whole numbers q up to 127, x = t p + d,

       w . x <= s t (q . p) + |w| |d| + |e| |t p|

   (Cauchy-Schwarz; |w| and |e| are known beforehand).  A row is ruled out only
   if this bound, with what rounding can add, is not above -b: decisions are
   those of float32 always.  Cost: a quarter of reading the weights, and the
   rows that are near or above.
*/
typedef struct {
  EchoicScreen screen;
  float*       weight; ///< [n_rows][n_cols]
  float*       bias;   ///< [n_rows]
  float*       margin; ///< [n_rows] Of the last x: bound above -b
} EchoicBank;

/// Return the arena bytes of a bank
ECHOIC_SETUP size_t
echoic_bank_bytes(uint32_t n_rows, uint32_t n_cols);

/**
   Pack a bank into the arena; false if it doesn't fit.

   @param weight [n_rows][n_cols] Finite; copied.
   @param bias [n_rows] Copied; null for zeros.
*/
ECHOIC_SETUP bool
echoic_bank_prepare(EchoicBank*  bank,
                    const float* weight,
                    const float* bias,
                    uint32_t     n_rows,
                    uint32_t     n_cols,
                    EchoicArena* arena);

/**
   Find the rows that are above 0.

   @param x [n_cols] Finite.
   @param rows [n_rows] Set to their numbers, ascending.
   @return How many there are.
*/
ECHOIC_RT uint32_t
echoic_bank_find(const EchoicBank* bank, const float* x, uint32_t* rows);

/// Return w_r . x + b_r in float32, by which rows are decided
ECHOIC_RT float
echoic_bank_score(const EchoicBank* bank, uint32_t row, const float* x);

#endif // ECHOIC_BANK_H
