// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_SUM_H
#define ECHOIC_NODES_SUM_H

#include "dsp/node.h"

/**
   The sum of 1 to 16 inputs of equal width: y = sum_i k_i x_i.

   Optional tensor "gain" (number of inputs), default 1.  Cost: W MAC an input.
*/
extern const EchoicNodeType echoic_sum_type;

#endif // ECHOIC_NODES_SUM_H
