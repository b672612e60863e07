// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_ATTENTION_H
#define ECHOIC_NODES_ATTENTION_H

#include "dsp/node.h"

/**
   Causal attention over queries, keys and values made by nodes before it.

       y_h(n) = sum_m softmax_m(scale q_h(n) . k_g(n - m)) v_g(n - m)

   over the ages m = 0 .. window - 1, see dsp/nodes/kv_ring.h.  Word "form":
   "softmax" (default); "linear", without the softmax: relevance gates alone;
   "power", that divided by the root of the number of ages.

   Numbers: "heads" H; "kv_heads" K, divides H, default H (1: multi-query
   attention); "window", taps with the present frame, 1 to 1e6: older frames
   fall out, so memory is bounded; "scale", default d^-0.5,
   1 without softmax.
   Inputs: q (H d), k (K d), v (K d), or one that is all of them in this order.
   Output (H d).  No tensors.  State: "keys" and "values" (window - 1, K d),
   frame t in row t mod (window - 1), zeros before it, and "position".
   Cost: 2 H d window MAC and H window exponentials.
   Vaswani et al., "Attention is all you need", 2017; Shazeer, "Fast
   transformer decoding: one write-head is all you need", 2019.
*/
extern const EchoicNodeType echoic_attention_type;

#endif // ECHOIC_NODES_ATTENTION_H
