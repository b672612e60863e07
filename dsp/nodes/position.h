// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_POSITION_H
#define ECHOIC_NODES_POSITION_H

#include "dsp/node.h"

/**
   Learned absolute positions: y = x + weight_n, n the frames since the reset.

   A table has an end and a stream has none: from frame N - 1 on the last row
   is added.  Tensor "weight" (N, W).  Input (W), output (W).  State:
   "position".  Cost: W additions.
   Radford et al., "Improving language understanding by generative
   pre-training", 2018; "wpe" of karpathy/makemore.
*/
extern const EchoicNodeType echoic_position_type;

#endif // ECHOIC_NODES_POSITION_H
