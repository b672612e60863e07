// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_EMBEDDING_H
#define ECHOIC_NODES_EMBEDDING_H

#include "dsp/node.h"

/**
   A vector for each token: row x of a table.

       y = weight[x]

   The input is one number, the token, from 0 to V - 1; anything else gives
   zeros.  Tensor "weight" (V, W).  Input (1), output (W).  Cost: none.
*/
extern const EchoicNodeType echoic_embedding_type;

#endif // ECHOIC_NODES_EMBEDDING_H
