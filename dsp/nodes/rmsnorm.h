// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_RMSNORM_H
#define ECHOIC_NODES_RMSNORM_H

#include "dsp/node.h"

/**
   RMSNorm, and a soft one: onto the hypersphere, unless it is nearly silent.

       y = w x / sqrt(|x|^2 + c^2)                 with number "c", or neither
       y = w x / sqrt(mean of x^2 + eps)           with number "eps"

   The first gives loud vectors the length 1, and shrinks vectors much shorter
   than c to the origin: an input gate.  "c" is from 0 to 1e6, default 0: then a
   zero vector stays zero.  The second is torch.nn.RMSNorm (length sqrt(W)),
   "eps" from 0 to 1.  Optional tensor "weight" (W), w, default 1; with it,
   number "offset" (0 to 1, default 0) is added to it: 1 for networks that learn
   w - 1.  Number "reserved" r (default 0): the last r numbers are no part of
   the sphere and pass as they are; then weights are (W - r).  Input (W), output
   (W).  Cost: 2W MAC.
   Zhang & Sennrich, "Root mean square layer normalization", 2019.
*/
extern const EchoicNodeType echoic_rmsnorm_type;

#endif // ECHOIC_NODES_RMSNORM_H
