// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_PERCEPTRON_H
#define ECHOIC_NODES_PERCEPTRON_H

#include "dsp/node.h"

#include <stdbool.h>

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

/**
   Take the weights of a prepared node with groups and linear activation.

   @param weight Set to [R][N / R].
   @param bias Set to [R].
   @return False if it is another.
*/
ECHOIC_RT bool
echoic_perceptron_groups(const void*   node,
                         const float** weight,
                         const float** bias);

#endif // ECHOIC_NODES_PERCEPTRON_H
