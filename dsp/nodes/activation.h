// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_ACTIVATION_H
#define ECHOIC_NODES_ACTIVATION_H

#include "dsp/node.h"

/**
   An elementwise function, and softmax over the vector: y = f(x).

   Word "type": "sigmoid", "tanh", "silu", "softplus", "relu", "gelu" (by erf),
   "gelu_tanh", "exp" or "softmax", as defined in activate.h;
   "decay", exp(-softplus(x)) = sigmoid(-x): a pole between 0 and 1 from any
   number; "smooth_step", (1 + tanh x) / 2.  Input (W), output
   (W).  Cost: about one exponential an element.
*/
extern const EchoicNodeType echoic_activation_type;

/// A function of a vector, in place
typedef void (*EchoicActivation)(float* x, uint32_t n);

/// Return the function of that type, or null: for nodes that have one inside
ECHOIC_SETUP EchoicActivation
echoic_activation(const char* type);

#endif // ECHOIC_NODES_ACTIVATION_H
