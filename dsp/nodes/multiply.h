// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_MULTIPLY_H
#define ECHOIC_NODES_MULTIPLY_H

#include "dsp/node.h"

/**
   The product of 1 to 16 inputs of equal width, element by element: a gate.

       y = x_1 x_2 ...

   Input (W) each, output (W).  Cost: W multiplications an input.
*/
extern const EchoicNodeType echoic_multiply_type;

#endif // ECHOIC_NODES_MULTIPLY_H
