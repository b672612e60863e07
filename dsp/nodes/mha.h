// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_MHA_H
#define ECHOIC_NODES_MHA_H

#include "dsp/node.h"

/**
   Causal multi-head self-attention, as torch.nn.MultiheadAttention computes it.

       [q, k, v] = in_proj_weight x + in_proj_bias
       o_h(n)    = sum_m softmax_m(q_h(n) . k_h(n - m) / sqrt(E/H)) v_h(n - m)
       y         = out_proj.weight o + out_proj.bias

   over the ages m = 0 .. window - 1, see dsp/nodes/kv_ring.h.

   Tensors: "in_proj_weight" (3E, E), rows q, k, v; "out_proj.weight" (E, E);
   optional "in_proj_bias" (3E) and "out_proj.bias" (E).  Numbers: "heads" H,
   divides E; "window", taps with the present frame, 1 to 1e6: for full causal
   attention a length that is enough, after which the oldest frame falls out.
   Input (E), output (E).  State: "keys" and "values" (window - 1, E), frame t
   in row t mod (window - 1), zeros before it, and "position".
   Cost: 4 E^2 + 2 E window MAC and H window exponentials.
   Vaswani et al., "Attention is all you need", 2017; pytorch/pytorch.
*/
extern const EchoicNodeType echoic_mha_type;

#endif // ECHOIC_NODES_MHA_H
