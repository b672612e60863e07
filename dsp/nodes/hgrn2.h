// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_HGRN2_H
#define ECHOIC_NODES_HGRN2_H

#include "dsp/node.h"

/**
   HGRN2: gated linear recurrence with state expansion.

   H heads, each with K keys and V values.  The forget gate keeps at least the
   lower bound b of the state, and lets in what it lets go:

       w = b + (1 - b) sigmoid(f)
       S[k][v] = w[k] S[k][v] + (1 - w[k]) input_act(i)[v]
       y[v] = sum_k query_scale query_act(q)[k] S[k][v]

   What comes before and after is `linear`, `rmsnorm` or `layernorm`: i, q and
   f are linear in x, and y is normed and projected.  Inputs i (H V), q (H K)
   and f (H K), or one with all three (3 H K, K = V) as the authors'
   "in_proj" gives.  Tensor "lower_bound" (H K) for b, from 0 to below 1;
   without it b is 0.  Number "heads", and "query_scale" (default 1); words
   "input_act" (default none) and "query_act" (default silu): none, or a type of
   node `activation`.  Output y (H V).  State "S" (H, K, V).  Cost: 3 H K V MAC.
   Qin et al., "HGRN2: Gated linear RNNs with state expansion", 2024;
   https://github.com/Doraemonzzz/hgru2-pytorch and
   https://github.com/sustcsonglin/flash-linear-attention fla/layers/hgrn2.py.
*/
extern const EchoicNodeType echoic_hgrn2_type;

#endif // ECHOIC_NODES_HGRN2_H
