// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_MAMBA_H
#define ECHOIC_NODES_MAMBA_H

#include "dsp/node.h"

/**
   Mamba: one-pole memories whose duration, input and readout the input selects.

       [x, z] = in_proj u                                   (2 W)
       x = silu(conv1d(x))                                  (K taps a channel)
       [d, B, C] = x_proj x,  dt = softplus(dt_proj d)
       h[w, n] = exp(dt[w] A[w, n]) h[w, n] + dt[w] B[n] x[w],  A = -e^A_log
       y[w] = (sum_n C[n] h[w, n] + D[w] x[w]) silu(z[w])
       out_proj y

   Input (M), output (M).  Tensors, with inner width W, N states a channel,
   rank R and K taps: "in_proj.weight" (2W, M), "conv1d.weight" (W, 1, K), last
   tap current, "x_proj.weight" (R + 2N, W), "dt_proj.weight" (W, R),
   "dt_proj.bias" (W), "A_log" (W, N), "D" (W), "out_proj.weight" (M, W);
   optional: "in_proj.bias" (2W), "conv1d.bias" (W), "out_proj.bias" (M).
   State "conv" (W, K), oldest first and the current one included, and "ssm"
   (W, N).  A that isn't below 0 is refused.  What isn't finite doesn't stay:
   see echoic_graph_process().
   Cost: 2 W M + K W + W (2R + 2N) + 3 W N + W M MAC, W N exponentials.
   Gu & Dao, "Mamba: linear-time sequence modeling with selective state
   spaces", 2023; state-spaces/mamba, mamba_ssm/modules/mamba_simple.py.
*/
extern const EchoicNodeType echoic_mamba_type;

#endif // ECHOIC_NODES_MAMBA_H
