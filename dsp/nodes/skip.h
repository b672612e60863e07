// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_SKIP_H
#define ECHOIC_NODES_SKIP_H

#include "dsp/node.h"

/**
   Output gate and bypass: what isn't helpful is passed by.

       y = (o h + x) k

   Inputs: h (W), the gate o (W) or (1), the bypass x (W).  Word "normalise":
   "none" (default), k = 1, for networks with RMSNorm at the input of the next
   layer; or "power", k = 1 / sqrt(2): the sum of two unrelated vectors keeps
   their power.  Output (W).  Cost: W MAC.
   Smith, "Inventing Sequence Models as Vectorized Signal Processors".
*/
extern const EchoicNodeType echoic_skip_type;

#endif // ECHOIC_NODES_SKIP_H
