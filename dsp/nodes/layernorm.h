// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_LAYERNORM_H
#define ECHOIC_NODES_LAYERNORM_H

#include "dsp/node.h"

/**
   Layer normalisation: mean 0, variance 1 over the vector, then gain and bias.

       y = w (x - mean) / sqrt(variance + eps) + b

   The variance is that of the population, as torch.nn.LayerNorm.  Optional
   tensors "weight" and "bias" (W), default 1 and 0; number "eps", 0 to 1,
   default 1e-5.  Input (W), output (W).  Cost: 3W MAC.
   Ba, Kiros & Hinton, "Layer normalization", 2016.
*/
extern const EchoicNodeType echoic_layernorm_type;

#endif // ECHOIC_NODES_LAYERNORM_H
