// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_GATHER_H
#define ECHOIC_NODES_GATHER_H

#include "dsp/node.h"

/**
   Elements of the vector in another order, some left out or repeated.

       y_i = x_(index_i)

   Tensor "index" (W), whole numbers from 0 to the input's width - 1.  Padding
   by reflection, for instance, is such an index.  Output (W).  Cost: none.
*/
extern const EchoicNodeType echoic_gather_type;

#endif // ECHOIC_NODES_GATHER_H
