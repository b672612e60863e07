// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_MEAN_H
#define ECHOIC_NODES_MEAN_H

#include "dsp/node.h"

/**
   The mean of all frames since the reset: a vector memory with p = 1.

       acc(n) = acc(n-1) + x(n),    y(n) = acc(n) / (n + 1)

   Attention whose every tap weighs the same.  Input (W), output (W).  State:
   "acc" (W) and "position".  Cost: 2W.
   CausalBoW of karpathy/makemore.
*/
extern const EchoicNodeType echoic_mean_type;

#endif // ECHOIC_NODES_MEAN_H
