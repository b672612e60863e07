// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_S4D_H
#define ECHOIC_NODES_S4D_H

#include "dsp/node.h"

/**
   S4D: complex one-poles with a learned readout, then a gated linear layer.

       A = -e^log_A_real + j A_imag,  dt = e^log_dt,  B = 1
       s = e^(dt A) s + (e^(dt A) - 1) / A u        (zero-order hold)
       v = GELU(2 Re(sum_m C_m s_m) + D u)          (GELU by erf)
       z = W v + b,  y = z[0..H) sigmoid(z[H..2H))

   Every channel (H) has M modes of its own: vector one-poles p e^(j Delta)
   whose durations and angles are learned.  Sampled once, in double precision.

   Input (H), output (H).  Tensors: "kernel.log_dt" (H), "kernel.log_A_real",
   "kernel.A_imag" (H, M), "kernel.C" (H, M, 2) real and imaginary parts, "D"
   (H), "output_linear.0.weight" (2H, H, 1), "output_linear.0.bias" (2H).
   State "x" (H, M, 2), after the current input.  A mode that doesn't fade is
   refused.  What isn't finite doesn't stay: see echoic_graph_process().
   Cost: 8 H M + 2 H^2 MAC.
   Gu, Goel, Gupta, Ré, "On the parameterization and initialization of diagonal
   state space models", 2022; state-spaces/s4, models/s4/s4d.py.
*/
extern const EchoicNodeType echoic_s4d_type;

#endif // ECHOIC_NODES_S4D_H
