// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_GRU_H
#define ECHOIC_NODES_GRU_H

#include "dsp/node.h"

/**
   Gated recurrent unit: L layers of a one-pole memory h whose update gate (z)
   sets input and feedback together, and whose reset gate (r) clears what the
   candidate sees of it.

       r = s(W_ir x + b_ir + W_hr h(n-1) + b_hr)     s = logistic function
       z = s(W_iz x + b_iz + W_hz h(n-1) + b_hz)
       c = act(W_in x + b_in + r (W_hn h(n-1) + b_hn))      reset "after"
       c = act(W_in x + b_in + W_hn (r h(n-1)) + b_hn)      reset "before"
       h(n) = z h(n-1) + (1 - z) c                          update "keep"
       h(n) = (1 - z) h(n-1) + z c                          update "replace"

   Words "reset": "after" (default) or "before"; "update": "keep" (default) or
   "replace"; "candidate": act, "tanh" (default) or "relu".  torch.nn.GRU has
   the defaults; Cho et al. 2014 "before" and "replace"; RNNoise "before" and
   "relu".  Tensors as in recurrent.h with 3 gates, rows in the order r, z, n.
   Input (I), output h of the last layer (H).  State "h" (L, H).  Cost:
   3H (I + H) MAC and 3H exponentials a layer.
*/
extern const EchoicNodeType echoic_gru_type;

#endif // ECHOIC_NODES_GRU_H
