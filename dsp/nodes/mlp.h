// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_MLP_H
#define ECHOIC_NODES_MLP_H

#include "dsp/node.h"

/**
   A pointwise network of two layers: perceptrons that perceptrons read.

       h = act(fc1 x + b1)                      or, gated,
       h = act(fc1 x + b1) (gate x + b_g)       (GLU, SwiGLU, GeGLU by act)
       y = fc2 h + b2

   Tensors "fc1.weight" (H, W) and "fc2.weight" (V, H), optional "fc1.bias" (H)
   and "fc2.bias" (V); gated with "gate.weight" (H, W), optional "gate.bias"
   (H).  Word "activation": as of node "activation", default "relu".
   Input (W), output (V).  No state.  Cost: H (W + V) MAC, H W more if gated,
   and H functions. Shazeer, "GLU variants improve transformer", 2020.
*/
extern const EchoicNodeType echoic_mlp_type;

#endif // ECHOIC_NODES_MLP_H
