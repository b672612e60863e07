// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_SLICE_H
#define ECHOIC_NODES_SLICE_H

#include "dsp/node.h"

/**
   A stretch of the vector: y_i = x_(start + i).

   Numbers "start", default 0, and "width", default all that is left.  Input
   (W), output ("width").  Cost: none.
*/
extern const EchoicNodeType echoic_slice_type;

#endif // ECHOIC_NODES_SLICE_H
