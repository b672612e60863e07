// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_TEMPORAL_CONV_H
#define ECHOIC_NODES_TEMPORAL_CONV_H

#include "dsp/node.h"

/**
   Causal convolution over time, each number of the vector by itself: an FIR.

       y_i(n) = b_i + sum_k w_(N-1-k),i x_i(n - k),  k = 0 .. N - 1

   Tensors: "w" (N, W), the last row for the present frame; "b" (W).  Input
   (W), output (W).  State: "conv" (N - 1, W), the last frames, oldest first,
   zeros before the start.  Cost: N W MAC.
   De et al., "Griffin", 2024; Conv1D of google-deepmind/recurrentgemma.
*/
extern const EchoicNodeType echoic_temporal_conv_type;

#endif // ECHOIC_NODES_TEMPORAL_CONV_H
