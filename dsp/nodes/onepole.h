// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_ONEPOLE_H
#define ECHOIC_NODES_ONEPOLE_H

#include "dsp/node.h"

/**
   The gated vector one-pole: gates are inputs, so anything may learn them.

       h(n) = p p(n) e^{j d_n} h(n-1) + g g(n) x(n)

   p(n) = 0 resets the memory, g(n) = 0 keeps an input out.  Inputs: x (W), and
   if they are there p(n) and g(n), (W) or (1) each, default 1.  |p p(n)| is
   limited to 1: the memory may keep, but not grow.

   Numbers "p" (-1 to 1, default 1: nothing fades) and "g" (default 1).  Word
   "code" with number "length": the memory turns ("ages") by d_n in every frame,
   see dsp/angles.h; then h is complex.  Output (W), or (2W) with real and
   imaginary parts interleaved.  State "h", and "position" with a code.
   Cost: 2W MAC, 5W with a code.
   Smith, "Inventing Sequence Models as Vectorized Signal Processors".
*/
extern const EchoicNodeType echoic_onepole_type;

#endif // ECHOIC_NODES_ONEPOLE_H
