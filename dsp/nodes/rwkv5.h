// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_RWKV5_H
#define ECHOIC_NODES_RWKV5_H

#include "dsp/node.h"

/**
   RWKV-5 ("Eagle", version 5.2): time mixing.

   H heads of S numbers, C = H S.  Each projection sees its own mixture of this
   frame and the one before, in shares fixed by training:

       x_r = x(n) mix_r + x(n-1) (1 - mix_r),  and so for k, v, g
       w = exp(-exp(time_decay))

   The rest is the memory of dsp/nodes/wkv.h.  Tensors "time_mix_r",
   "time_mix_k", "time_mix_v", "time_mix_g" (1, 1, C), "time_decay" (H, S) with
   w below 1, and those of wkv.h: the names of "blocks.N.att" of a checkpoint.
   Number "eps", default 64e-5 (ChatRWKV; some checkpoints were trained with
   1e-5).  Input (C), output (C).  State "shift" (C) and "S" (H, S, S).
   Cost: 5 C^2 + 4 C S MAC.
   Peng et al., "Eagle and Finch: RWKV with matrix-valued states and dynamic
   recurrence", 2024; https://github.com/BlinkDL/ChatRWKV RWKV_v5_demo.py.
*/
extern const EchoicNodeType echoic_rwkv5_type;

#endif // ECHOIC_NODES_RWKV5_H
