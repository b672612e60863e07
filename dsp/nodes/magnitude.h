// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_MAGNITUDE_H
#define ECHOIC_NODES_MAGNITUDE_H

#include "dsp/node.h"

/**
   Magnitudes of complex numbers: y_i = sqrt(x_i^2 + x_(W+i)^2).

   Input (2W), all real parts and then all imaginary parts; output (W).  Cost:
   2W MAC and W square roots.
*/
extern const EchoicNodeType echoic_magnitude_type;

#endif // ECHOIC_NODES_MAGNITUDE_H
