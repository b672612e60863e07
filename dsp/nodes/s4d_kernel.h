// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_S4D_KERNEL_H
#define ECHOIC_NODES_S4D_KERNEL_H

#include "dsp/node.h"

/**
   The diagonal state space of S4D alone, with a learned input.

       A = -real(A_real) - j imag(A_imag),  dt = step(inv_dt)
       s = dA s + dB u,  y = 2 Re(sum_m C_m s_m) + D u

   for each channel (H) with M modes, sampled once, in double precision
   (dsp/diagonal_ssm.h).  Mind the sign of A_imag: opposite to node "s4d".

   Input (H), output (H).  Words: "disc" "zoh" (default) or "bilinear";
   "real_transform", "dt_transform" (default "exp") and "imag_transform"
   (default "none") name the functions real, step and imag: "none", "exp",
   "relu" (plus 1e-4), "sigmoid" or "softplus".
   Tensors: "inv_dt" (H, 1) or (H, M); "A_real", "A_imag" (S, M) and "B" (1, S,
   M, 2), where S divides H and channel h has row h mod S; "C" (1, H, M, 2);
   "D" (H), default 0.  Last axis of 2: real and imaginary parts.
   State "x" (H, M, 2), after the current input.  A mode that doesn't fade is
   refused.  What isn't finite doesn't stay: see echoic_graph_process().  Cost:
   8 H M MAC.
   Gu, Goel, Gupta, Ré, "On the parameterization and initialization of diagonal
   state space models", 2022; state-spaces/s4, models/s4/s4.py, SSMKernelDiag.
*/
extern const EchoicNodeType echoic_s4d_kernel_type;

#endif // ECHOIC_NODES_S4D_KERNEL_H
