// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_LINEAR_H
#define ECHOIC_NODES_LINEAR_H

#include "dsp/matrix.h"
#include "dsp/node.h"

/**
   A linear map: y = W x + b.

   Tensors "weight" (M, N) and optional "bias" (M), as torch.nn.Linear.  Input
   (N), output (M).  Cost: M N MAC.
*/
extern const EchoicNodeType echoic_linear_type;

/// Return the map of a prepared node
ECHOIC_RT const EchoicMatrix*
echoic_linear_map(const void* node);

#endif // ECHOIC_NODES_LINEAR_H
