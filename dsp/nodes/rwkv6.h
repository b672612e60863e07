// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_RWKV6_H
#define ECHOIC_NODES_RWKV6_H

#include "dsp/node.h"

/**
   RWKV-6 ("Finch"): time mixing that depends on the data.

   H heads of S numbers, C = H S.  Shares of the frame before, and the decay,
   are learned functions of the input, of low rank (M and D):

       d = x(n-1) - x(n)
       z = tanh((x + d maa_x) maa_w1), five parts of M: for w, k, v, r, g
       x_w = x + d (maa_w + z_w maa_w2[0]),  and so for k, v, r, g
       w = exp(-exp(time_decay + tanh(x_w decay_w1) decay_w2))

   The rest is the memory of dsp/nodes/wkv.h.  Tensors "time_maa_x",
   "time_maa_w", "time_maa_k", "time_maa_v", "time_maa_r", "time_maa_g",
   "time_decay" (1, 1, C), "time_maa_w1" (C, 5 M), "time_maa_w2" (5, M, C),
   "time_decay_w1" (C, D), "time_decay_w2" (D, C), and those of wkv.h: the
   names of "blocks.N.att" of a checkpoint.  Number "eps", default 64e-5.
   Input (C), output (C).  State "shift" (C) and "S" (H, S, S).
   Cost: 5 C^2 + 4 C S + 10 C M + 2 C D MAC.
   Peng et al., "Eagle and Finch: RWKV with matrix-valued states and dynamic
   recurrence", 2024; https://github.com/BlinkDL/ChatRWKV RWKV_v6_demo.py.
*/
extern const EchoicNodeType echoic_rwkv6_type;

#endif // ECHOIC_NODES_RWKV6_H
