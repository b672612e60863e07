// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_RGLRU_H
#define ECHOIC_NODES_RGLRU_H

#include "dsp/node.h"

/**
   RG-LRU: a vector one-pole whose poles and input gains follow its input.

       r = sigmoid(a_gate x)       recurrence gate
       i = sigmoid(input_gate x)   input gate
       a = exp(-8 r softplus(a_param))
       h = a h + sqrt(1 - a^2) i x,    y = h

   Where a document begins (the first frame, and "reset_at") a is 0 and the
   gain 1: h = i x.  Gates are block-diagonal: head k maps its own W/H numbers,
   (gate x)_j = b_j + sum_i x_i w_ij.

   Tensors: "a_param" (W); "input_gate.w" (H, W/H, W/H), "input_gate.b" (H,
   W/H), "a_gate.w" and "a_gate.b" alike.  Number "reset_at": frame at which a
   second document begins, default none.  Input (W), output (W).  State: "h"
   (W) and "position".  Cost: 2 W^2/H MAC and 3W exponentials.
   De et al., "Griffin", 2024; google-deepmind/recurrentgemma.
*/
extern const EchoicNodeType echoic_rglru_type;

#endif // ECHOIC_NODES_RGLRU_H
