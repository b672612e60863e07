// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_SCALE_H
#define ECHOIC_NODES_SCALE_H

#include "dsp/node.h"

/**
   Gain and offset: y = gain x + offset.

   Numbers "gain" (default 1) and "offset" (default 0), -1e6 to 1e6.  Input (W),
   output (W).  Cost: W MAC.
*/
extern const EchoicNodeType echoic_scale_type;

#endif // ECHOIC_NODES_SCALE_H
