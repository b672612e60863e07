// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_TRAPE_H
#define ECHOIC_NODES_TRAPE_H

#include "dsp/node.h"

/**
   Positions as a reserved dimension (TraPE): y = [x, gain D_n / (2 pi)].

   D_n is the absolute angle of frame n, see dsp/angles.h: word "code"
   ("uniform": a saw of L frames, "warped" (default), "blend": both from 0
   towards 1 for ever) with number "length".  Number "gain", default 1.  The
   last dimension is no part of the hypersphere: leave it out of norms with
   rmsnorm's number "reserved" 1.  Input (W), output (W + 1).  State "position".
   Smith, "Inventing Sequence Models as Vectorized Signal Processors".
*/
extern const EchoicNodeType echoic_trape_type;

#endif // ECHOIC_NODES_TRAPE_H
