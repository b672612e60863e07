// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_TRANSMAMBA_H
#define ECHOIC_NODES_TRANSMAMBA_H

#include "dsp/node.h"

/**
   One state space for attention's memory and for recurrent ones.

   The state is a stack of T taps t_1 .. t_T and M modes r_1 .. r_M, complex
   vectors (W) each, that turn together by d_n in every frame (dsp/angles.h):

       delay      t_1 = b x, t_k = e^{jd} t_(k-1)
       recurrent  r_i = a_i e^{jd} r_i + b g_i x
       xmamba     taps as delay, r_i = e^{jd} (a_i r_i + beta_i t_T)
       mambax     modes as recurrent, t_1 = e^{jd} sum_i beta_i r_i,
                  t_k = e^{jd} t_(k-1)

   where the right sides are those of the frame before.  So "delay" is the exact
   memory of a Transformer (A_T), "recurrent" that of Mamba-2 (A_M), "xmamba"
   keeps recent vectors exactly and hands each over to a fading memory as it
   leaves the last tap (A_TM, direct form I), and "mambax" the reverse (direct
   form II).  With constant a the two are the same filter.

   Word "form" (default "xmamba").  Numbers "taps" T and "modes" M as the form
   needs them; "b", default 1; word "code" (default "none") and number "length".
   Tensors (M) or (M, W): "a", required with modes, |a| < 1, or <= 1 with number
   "allow_unit" 1; "beta", default 1; "gain" g, default 1.
   Inputs: x (W); or x and coefficients of this frame (2 + M), which multiply b,
   all a and each beta: b(n), a(n), beta_1(n) ..; |a a(n)| is limited to 1.
   Output and state "h": (2 W (T + M)), taps first ("mambax": modes first),
   parts interleaved; word "parts" "real" (default "complex"): output the real
   parts alone, which without a code is all there is.  State "position".  Cost:
   4W (T + M) MAC, copies without a code.  Smith, "Inventing Sequence Models as
   Vectorized Signal Processors".
*/
extern const EchoicNodeType echoic_transmamba_type;

#endif // ECHOIC_NODES_TRANSMAMBA_H
