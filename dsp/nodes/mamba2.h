// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_MAMBA2_H
#define ECHOIC_NODES_MAMBA2_H

#include "dsp/node.h"

/**
   Mamba-2: matrix memories, each with one decay that the input selects.

       [v, g, z, xBC, d] = in_proj u        (E, E, W, W + 2GN, H)
       [x, B, C] = silu(conv1d(xBC)),  dt = softplus(d + dt_bias)
       S_h[p, n] = exp(dt_h A_h) S_h[p, n] + dt_h x_h[p] B[n],  A = -e^A_log
       y_h[p] = sum_n C[n] S_h[p, n] + D_h x_h[p]
       y = norm(y silu(z)),  out_proj [silu(v) g, y]

   H heads of P channels (W = H P); head h uses group h G / H of B and C.  The
   norm is y / sqrt(mean of y^2 + eps) weight in each of the G groups of W / G
   channels; without "norm.weight" y is only gated.  E is 0 in most models.

   Input (M), output (M).  Tensors: "in_proj.weight" (2E + 2W + 2GN + H, M),
   "conv1d.weight" (W + 2GN, 1, K), last tap current, "dt_bias", "A_log" (H),
   "D" (H) or (W), "out_proj.weight" (M, E + W); optional: "in_proj.bias",
   "conv1d.bias", "norm.weight" (W), "out_proj.bias" (M).
   Numbers: "ngroups" G, default 1; "norm_before_gate" 1: norm(y) silu(z),
   default 0; "eps" of the norm, default 1e-5; "dt_min", "dt_max" limit dt,
   default 0 and none.
   State "conv" (W + 2GN, K), oldest first and the current one included, and
   "ssm" (H, P, N).  A that isn't below 0 is refused.  What isn't finite
   doesn't stay: see echoic_graph_process().
   Cost: M (2E + 2W + 2GN + H) + K (W + 2GN) + 3 W N + M (E + W) MAC, H
   exponentials.
   Dao & Gu, "Transformers are SSMs", 2024; state-spaces/mamba,
   mamba_ssm/modules/mamba2.py.
*/
extern const EchoicNodeType echoic_mamba2_type;

#endif // ECHOIC_NODES_MAMBA2_H
