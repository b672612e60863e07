// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_PERCEPTRON_H
#define ECHOIC_NODES_PERCEPTRON_H

#include "dsp/node.h"

/**
   Perceptrons: detectors that read a memory.

       y_i = act(w_i . h + b_i)

   Tensors "weight" (R, N), optional "bias" (R).  With number "groups" = R each
   row sees its own slice of the input only: "weight" is (R, N / R).  Word
   "activation": "linear" (default), "step" (1 if above 0, else 0), "smooth"
   (the smooth step (1 + tanh) / 2), "tanh", "sigmoid".  Input (N), output (R).
   Cost: R N MAC, N with groups.
*/
extern const EchoicNodeType echoic_perceptron_type;

#endif // ECHOIC_NODES_PERCEPTRON_H
