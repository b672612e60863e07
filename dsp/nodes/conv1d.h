// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_CONV1D_H
#define ECHOIC_NODES_CONV1D_H

#include "dsp/node.h"

/**
   Convolution within the vector, which is C channels of L numbers each.

       y[o][t] = b[o] + sum_{i,k} weight[o][i][k] x[i][t stride + k - padding]

   with zeros outside, as torch.nn.Conv1d.  The state of time is elsewhere: for
   a convolution over frames see delay.h.  Tensors "weight" (O, C, K), optional
   "bias" (O); numbers "stride" (default 1) and "padding" (default 0), at most
   65536.  Input (C L), output (O T) with T = (L + 2 padding - K) / stride + 1,
   channel after channel.  Cost: O C K T MAC.
*/
extern const EchoicNodeType echoic_conv1d_type;

#endif // ECHOIC_NODES_CONV1D_H
