// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_EMBED_H
#define ECHOIC_EMBED_H

#include "dsp/echoic.h"
#include "dsp/graph.h"

#include <stdint.h>

/**
   The parts of a detector's graph, as nodes.

   Embedding, from features to z on the hypersphere:

       norm   rmsnorm, c = 5        x = [X; D] / sqrt(|X|^2 + |D|^2 + 25)
       dct    linear, (30, 80)      20 orthonormal DCT-II coefficients of the
                                    levels, 10 of the flux

   Memory, S = 8 rotating poles for a sound of L frames:

       a_s = 10^(-1/L) exp(j pi s / L)
*/

#define ECHOIC_N_POLES 8U
#define ECHOIC_N_STATES (30U * ((2U * ECHOIC_N_POLES) - 1U)) ///< Of a bank

#define ECHOIC_EMBED_ID "dct" ///< Node whose output is z

/// Append the embedding to an empty graph, which gets width 80
ECHOIC_SETUP EchoicStatus
echoic_embed_add(EchoicGraphSpec* graph);

/**
   Design the memory for a sound.

   @param length_frames L, 2 at least.
   @param poles [ECHOIC_N_POLES][2] Real and imaginary parts.
*/
ECHOIC_SETUP void
echoic_embed_poles(double length_frames, float* poles);

/**
   Fold a readout of the bank's states in front of the memory.

   w . h for states h in the order of the memory node equals the sum of the
   real parts of the outputs of 8 poles that are fed with

       u_s = g_s (w_s,re - j w_s,im) . z,  g_s = sqrt(1 - |a_s|^2)

   so that a sound needs 8 complex numbers of state instead of 450.

   @param w [ECHOIC_N_STATES]
   @param rows [2 ECHOIC_N_POLES][30] Weights from z to (Re u_0, Im u_0, ...).
*/
ECHOIC_SETUP void
echoic_embed_fold(const float* poles, const float* w, float* rows);

#endif // ECHOIC_EMBED_H
