// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_CONCAT_H
#define ECHOIC_NODES_CONCAT_H

#include "dsp/node.h"

/**
   Inputs one after the other: y = [x_0; x_1; ...].  Cost: copies.
*/
extern const EchoicNodeType echoic_concat_type;

#endif // ECHOIC_NODES_CONCAT_H
