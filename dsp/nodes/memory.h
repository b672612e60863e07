// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_MEMORY_H
#define ECHOIC_NODES_MEMORY_H

#include "dsp/kernels.h"
#include "dsp/node.h"

#include <stdbool.h>

/**
   A vector one-pole filter: an associative memory.

       h_s(n) = g_s(n) gain_s x(n) + f_s(n) a_s h_s(n-1),  a_s = p exp(j
   Delta_s)

   The magnitude p is its duration, the rotation Delta_s keeps order.

   Word "layout":
     "bank"      every real number of the input (N) goes through each of the S
                 poles.  Output [Re h_0 (N), Re h_1 (N), Im h_1 (N), ...]: a
                 real pole gives its real part only.
     "diagonal"  the input is S complex numbers (2S), each with its own pole.
                 Output (2S), real and imaginary parts interleaved.

   Tensors: "poles" (S, 2), real and imaginary parts, |a| < 1, or |a| <= 1 with
   number "allow_unit" 1 (a memory that never fades); "gain" (S), default
   sqrt(1 - |a|^2), or 1 for |a| = 1.  Learned gates, each a logistic function
   of the input, default 1: "input_gate.weight" (S, W) with
   "input_gate.bias" (S) for g, "feedback_gate.weight" and
   "feedback_gate.bias" for f.  Cost without gates: 6 MAC a complex state.
   Smith, "Inventing Sequence Models as Vectorized Signal Processors".
*/
extern const EchoicNodeType echoic_memory_type;

/// Take the poles and memories of a prepared node; false unless it is diagonal
/// and without gates
ECHOIC_RT bool
echoic_memory_turns(const void* node, EchoicTurns* turns);

#endif // ECHOIC_NODES_MEMORY_H
