// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_WROPE_H
#define ECHOIC_NODES_WROPE_H

#include "dsp/node.h"

/**
   Positions as angles of complex or hypercomplex numbers (WRoPE).

       y_k(n) = exp(axis m_k D_n) x_k(n)

   with the absolute angle D_n of frame n, see dsp/angles.h: word "code"
   ("uniform", "warped" (default), "blend") and number "length" L.  Tensor
   "angles" (W) are the multiples m_k, default 1: one angle for all components
   keeps positions in one plane; multiples k = 0 .. L-1 of the uniform code, on
   equal components, make L positions orthogonal.

   Number "axes" a: 1 (default) for complex numbers, 3 quaternions, 7 octonions;
   tensor "axis" (a), default the first: which way it turns, scaled to length 1.
   Multiplied from the left: the angle is D_n, not half of it.  The input (W) is
   real, x_k = (x, 0, ..): its imaginary parts are reserved for the angle.
   Output ((a + 1) W), the parts of a number together.  State "position".
   Cost: W (a + 1) MAC; 2W sines with "angles".
   Smith, "Inventing Sequence Models as Vectorized Signal Processors".
*/
extern const EchoicNodeType echoic_wrope_type;

#endif // ECHOIC_NODES_WROPE_H
