// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_ROPE_H
#define ECHOIC_NODES_ROPE_H

#include "dsp/node.h"

/**
   Rotary position embedding: pairs of numbers turn by their frame's position.

       (a, b) -> (a cos u - b sin u, b cos u + a sin u),  u = n freqs_i
       freqs_i = base^(-2i/D),  i = 0 .. D/2 - 1

   with n the frames since the reset.  Angles are computed in double from a
   64-bit n: they stay exact in streams of any length.

   Numbers: "heads", each of which turns alike, default 1, divides W; "dim" D,
   the first numbers of a head that turn, even, default the whole head; "base",
   1 to 1e12, default 10000.  Word "layout": pairs are "interleaved" (2i, 2i +
   1), the default, or "halves" (i, i + D/2).  Optional tensor "freqs" (D/2) in
   place of base, radians a frame.  Input (W), output (W).  State: "position".
   Cost: 2 heads D MAC, D/2 sines and cosines.
   Su et al., "RoFormer", 2021; interleaved as lucidrains/
   rotary-embedding-torch, halves as google-deepmind/recurrentgemma.
*/
extern const EchoicNodeType echoic_rope_type;

#endif // ECHOIC_NODES_ROPE_H
