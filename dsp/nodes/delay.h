// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_DELAY_H
#define ECHOIC_NODES_DELAY_H

#include "dsp/node.h"

/**
   The shift matrix: an exact memory of the last frames (an FIR's state).

   Number "frames" d, 0 to 1e6.  Word "output": "all" (default) gives
   [x(n), x(n-1), ..., x(n-d)], "last" gives x(n-d).  Before the start, 0.
   Number "pool" P, default 1: instead of frames, means of blocks of P frames,
   the first of x(n) .. x(n-P+1).  Input (W), output ((d + 1) W) or (W).
   Cost: copies; W (d + 1) P additions with a pool.
*/
extern const EchoicNodeType echoic_delay_type;

#endif // ECHOIC_NODES_DELAY_H
