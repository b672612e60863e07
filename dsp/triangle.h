// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TRIANGLE_H
#define ECHOIC_TRIANGLE_H

#include "dsp/echoic.h"

#include <stdbool.h>
#include <stdint.h>

/**
   Triangles over the bins of a power spectrum: what bands weigh.

   A bin's weight is that of the triangle times a hat, 1 at the bin and 0 at
   those beside it: energy between bins counts whatever their spacing.
*/
typedef struct {
  double low_hz;
  double centre_hz;
  double high_hz;
} EchoicTriangle;

/// Return whether a bin's hat, as far as it is looked at, meets a triangle
ECHOIC_SETUP bool
echoic_triangle_touches(const EchoicTriangle* triangle,
                        double                bin_hz,
                        uint32_t              bin);

/// Return the weight of a bin, times 32
ECHOIC_SETUP double
echoic_triangle_weight(const EchoicTriangle* triangle,
                       double                bin_hz,
                       uint32_t              bin);

/**
   Make a band's row of weights, whose sum is 1; all 0 if it has no bins.

   @param row [n_bins]
*/
ECHOIC_SETUP void
echoic_triangle_row(const EchoicTriangle* triangle,
                    double                bin_hz,
                    uint32_t              n_bins,
                    float*                row);

#endif // ECHOIC_TRIANGLE_H
