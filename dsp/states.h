// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_STATES_H
#define ECHOIC_STATES_H

#include "dsp/echoic.h"
#include "dsp/graph.h"

#include <stdbool.h>
#include <stdint.h>

/**
   What remembers, between embedded frames z and perceptrons.

   Teaching is a closed form on top of the states of a memory: any memory will
   do.  Those that are built in have 15 vectors of 30 numbers, for a sound whose
   memory lasts L frames (echoic_span_memory()):

       rotating    8 complex poles a_s = 10^(-1/L) e^(j pi s / L), see embed.h
       delay       a delay line: the means of 15 blocks of L/15 frames, an exact
                   memory: attention whose weights are taught (A_T)
       onepole     15 real poles that last L/32 .. 4L frames, half an octave
   apart transmamba  8 exact taps, which hand over to 7 real poles of L/8 .. 8L
                   frames: exact recent and fading older memory (A_TM)
       graph       any graph from 30 numbers to at most 512, the same for all
                   sounds; may be nonlinear and gated

   All set-up.
*/
typedef enum {
  ECHOIC_STATES_ROTATING,
  ECHOIC_STATES_DELAY,
  ECHOIC_STATES_ONEPOLE,
  ECHOIC_STATES_TRANSMAMBA,
  ECHOIC_STATES_GRAPH,
} EchoicStates;

#define ECHOIC_N_STATES_KINDS 5U
#define ECHOIC_STATES_PREFIX "states." ///< Of ids in a model's graph
#define ECHOIC_MAX_STATES 512U ///< Numbers that may be remembered for a sound

/// Name of each kind, ended by null
extern const char* const echoic_states_names[ECHOIC_N_STATES_KINDS + 1U];

/// A memory that is asked for
typedef struct {
  EchoicStates           kind;
  const EchoicGraphSpec* graph;  ///< Of kind graph, else null; borrowed
  double                 memory; ///< L, frames
} EchoicStatesSpec;

/**
   Append the nodes of a memory to a graph.

   @param prefix Of their ids.
   @param input Id of the node that gives z.
   @return Id of the last of them, owned by the graph until the next is
   appended, or null without memory.
*/
ECHOIC_SETUP const char*
echoic_states_add(const EchoicStatesSpec* spec,
                  const char*             prefix,
                  const char*             input,
                  EchoicGraphSpec*        graph);

/// Return how many numbers a memory holds, 0 and `error` if it can't be used
ECHOIC_SETUP uint32_t
echoic_states_width(const EchoicStatesSpec* spec, EchoicError* error);

/// Take the nodes whose ids begin with `prefix` out of a graph, as one of 30
ECHOIC_SETUP EchoicStatus
echoic_states_extract(const EchoicGraphSpec* graph,
                      const char*            prefix,
                      EchoicGraphSpec*       states);

/**
   Measure what each state of feature 0 makes of an impulse; built-in kinds
   treat all features alike.

   @param responses [n_taps][width / 30]
*/
ECHOIC_SETUP EchoicStatus
echoic_states_responses(const EchoicStatesSpec* spec,
                        uint32_t                n_taps,
                        float*                  responses);

#endif // ECHOIC_STATES_H
