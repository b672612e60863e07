// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_RMSNORM_H
#define ECHOIC_NODES_RMSNORM_H

#include "dsp/node.h"

/**
   Soft RMSNorm: onto the hypersphere, unless it is nearly silent.

       y = w x / sqrt(|x|^2 + c^2)

   Loud vectors get length 1, vectors much shorter than c shrink to the origin:
   an input gate.  Number "c", 0 to 1e6, default 0: then a zero vector stays
   zero.  Optional tensor "weight" (W).  Input (W), output (W).  Cost: 2W MAC.
   Zhang & Sennrich, "Root mean square layer normalization", 2019, up to the
   factor sqrt(W).
*/
extern const EchoicNodeType echoic_rmsnorm_type;

#endif // ECHOIC_NODES_RMSNORM_H
