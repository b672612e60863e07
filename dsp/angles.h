// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_ANGLES_H
#define ECHOIC_ANGLES_H

#include "dsp/echoic.h"
#include "dsp/node.h"

#include <stdint.h>

/**
   Positions as angles: rotary codes, uniform, warped and blended.

   The absolute angle of frame n, with L the sequence length:

       uniform  D_n = 2 pi n / L                     for sequences up to L
       warped   D_n = 2 pi n / (n + L)               of any length, below 2 pi
       blend    D_n = pi n / L, n < L;  2 pi - pi L / n, n >= L
                                                     typical length L, any
   length

   A memory that is turned in each frame ("aged") turns by d_n = D_n - D_(n-1),
   d_0 = 0.  Warped by age a vector comes ever closer to those before it.

   Smith, "Inventing Sequence Models as Vectorized Signal Processors"; its blend
   jumps at n = L and leaves nothing for later n: the one given here has the
   value pi and the slope pi / L there, and goes to 2 pi.
*/
typedef enum {
  ECHOIC_ANGLE_NONE,
  ECHOIC_ANGLE_UNIFORM,
  ECHOIC_ANGLE_WARPED,
  ECHOIC_ANGLE_BLEND,
} EchoicAngleCode;

/// A code and its length
typedef struct {
  EchoicAngleCode code;
  double          length; ///< L, frames
} EchoicAngle;

/// Return D_n, uniform modulo 2 pi, exact for any n
ECHOIC_RT double
echoic_angle(const EchoicAngle* angle, int64_t n);

/// Return d_n
ECHOIC_RT double
echoic_angle_step(const EchoicAngle* angle, int64_t n);

/**
   A query for any time from n_1 to n_2, uniform code:

       q = w sum_{n=n_1..n_2} e^{j n D} = w gain e^{j theta}
       gain = sin((n_2 - n_1 + 1) D / 2) / sin(D / 2),  theta = (n_1 + n_2) D /
   2

   The response Re(q^H e^{j m D} w) = gain cos(theta - m D) to a unit w at m is
   a lobe around the middle; gain is n_2 - n_1 + 1 for D = 0, and 0 for a
   circle.
*/
typedef struct {
  double gain;
  double theta;
} EchoicRangeQuery;

ECHOIC_RT EchoicRangeQuery
echoic_range_query(double step, int64_t n1, int64_t n2);

/**
   Read a code from the options of a node: word "code" ("none", "uniform",
   "warped", "blend"), number "length" (1 to 1e9), required with a code.

   @param fallback Code if there is no such word.
*/
ECHOIC_SETUP EchoicStatus
echoic_angle_read(const EchoicNodeSpec* spec,
                  EchoicAngleCode       fallback,
                  EchoicAngle*          angle,
                  EchoicError*          error);

#endif // ECHOIC_ANGLES_H
