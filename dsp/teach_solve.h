// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_SOLVE_H
#define ECHOIC_TEACH_SOLVE_H

#include "dsp/echoic.h"
#include "dsp/embed.h"
#include "dsp/model.h"
#include "dsp/states.h"
#include "dsp/teach_heard.h"
#include "dsp/world.h"

#include <stdint.h>

/// Frames at which an example is looked at: one before and one after its span
#define ECHOIC_N_LOOKS 3U

/// A sound while it is being taught
typedef struct {
  uint32_t           sound; ///< Index in the model
  uint32_t           n_examples;
  uint32_t           n_nots;
  const EchoicMark** examples; ///< [n_examples]
  const EchoicMark** nots;     ///< [n_nots] What a user called wrong
  double             span_s;   ///< T, from onset to decision
  double             length_s; ///< Of the whole sound, median of the examples
  uint32_t           span;     ///< A, the same in frames
  double             memory;   ///< L, duration of the memory in frames
  uint32_t           n_states;
  float              w[ECHOIC_MAX_STATES]; ///< [n_states] Readout of the states
  float              bias;
  float*             left_out; ///< [N_COPIES][n_examples], see solve
} EchoicLesson;

/**
   Find the readouts of all lessons whose memory lasts `spec->memory` frames;
   of all, if it is a graph.

   With states h of everything heard (mean mu_h, covariance C_h, at most 4000
   frames), of the world (mu_w, C_w) and of the examples p of taught sound l:

       mu = 0.7 mu_h + 0.3 mu_w,  d = mu_h - mu,  e = mu_w - mu
       C  = 0.9 (0.7 (C_h + d d^T) + 0.3 (C_w + e e^T))
          + 0.1 mean_l mean_p (p - mu)(p - mu)^T
       m  = mean of the examples' looks in all copies - mu
       w  = (C + r tr(C)/D I)^-1 m, scaled to w . m = 1;  b = -w . mu

   The ridge r is 0.075 more than the least with which C + r is positive
   definite: C_w comes from lags that are interpolated, and isn't quite; mostly
   0.1 to 0.3. With hardly more than the least, w would be ruled by directions
   in which nothing varies.

   `left_out` gets the score of each example from a readout without it (from
   its own if it is the only one), the best of its looks, by copy.
   One factorisation serves all lessons.  A graph hasn't heard the world: its
   share is 0 then.
*/
ECHOIC_SETUP EchoicStatus
echoic_teach_solve(const EchoicHeard*      heard,
                   const EchoicWorld*      world,
                   EchoicLesson*           lessons,
                   uint32_t                n_lessons,
                   const EchoicStatesSpec* spec);

#endif // ECHOIC_TEACH_SOLVE_H
