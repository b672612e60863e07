// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_STATS_H
#define ECHOIC_TEACH_STATS_H

#include "dsp/echoic.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Return the quantile of some numbers, which are sorted on the way.

   @param values [n] Finite, n of at least 1.
   @param q 0 for the least, 0.5 for the median, 1 for the greatest; between
   two numbers it is interpolated linearly.
*/
ECHOIC_SETUP float
echoic_quantile(float* values, size_t n, float q);

/// Numbers that are being collected; start from zeros, free `values`
typedef struct {
  size_t n;
  size_t capacity;
  float* values; ///< [n]
} EchoicNumbers;

/// Append a number; false without memory
ECHOIC_SETUP bool
echoic_numbers_add(EchoicNumbers* numbers, float value);

#endif // ECHOIC_TEACH_STATS_H
