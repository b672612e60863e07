// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_SELECTIVE_H
#define ECHOIC_SELECTIVE_H

#include "dsp/arena.h"
#include "dsp/causal_conv.h"
#include "dsp/echoic.h"
#include "dsp/node.h"

#include <stdbool.h>
#include <stdint.h>

/**
   What selective memories (nodes "mamba" and "mamba2") share.

   A selective memory fades by e^(dt A) a frame, where the input sets dt.
*/

/**
   Set A = -e^A_log from the tensor "A_log".

   @param a [n] As many as the tensor's elements.
   @return ECHOIC_BAD_FORMAT unless all are finite and below 0.
*/
ECHOIC_SETUP EchoicStatus
echoic_selective_rates(const EchoicNodeSpec* spec,
                       float*                a,
                       uint32_t              n,
                       EchoicError*          error);

/// Make the filter "conv1d.weight" (W, 1, K), "conv1d.bias" (W) if it is there
ECHOIC_SETUP bool
echoic_selective_conv(const EchoicNodeSpec* spec,
                      EchoicArena*          arena,
                      EchoicCausalConv*     conv);

#endif // ECHOIC_SELECTIVE_H
