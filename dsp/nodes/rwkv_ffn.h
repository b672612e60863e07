// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_RWKV_FFN_H
#define ECHOIC_NODES_RWKV_FFN_H

#include "dsp/node.h"

/**
   RWKV-5 and RWKV-6: channel mixing.

   Each projection sees its own mixture of this frame and the one before:

       x_k = x(n) + (x(n-1) - x(n)) maa_k,  and so for r
       y = sigmoid(R x_r) (V relu(K x_k)^2)

   Tensors "key.weight" (F, C), "value.weight" (C, F), "receptance.weight"
   (C, C), and (1, 1, C) each "time_maa_k" and "time_maa_r" as in RWKV-6, or
   "time_mix_k" and "time_mix_r" as in RWKV-5, which are 1 - maa: the names of
   "blocks.N.ffn" of a checkpoint.  Input (C), output (C).  State "shift" (C).
   Cost: C^2 + 2 C F MAC.
   Peng et al., "Eagle and Finch: RWKV with matrix-valued states and dynamic
   recurrence", 2024; https://github.com/BlinkDL/ChatRWKV.
*/
extern const EchoicNodeType echoic_rwkv_ffn_type;

#endif // ECHOIC_NODES_RWKV_FFN_H
