// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_READOUT_H
#define ECHOIC_TEACH_READOUT_H

#include "dsp/echoic.h"
#include "dsp/graph.h"
#include "dsp/model.h"
#include "dsp/teach_solve.h"

#include <stdint.h>

/**
   What was taught, as nodes: from z to one score for each lesson.

   Readouts of rotating poles are folded in front of the memory, see
   echoic_embed_fold(): nodes "write", "memory", "score".  Of any other memory,
   lessons of one duration share its nodes ("states.N.", of a graph "states."),
   joined by "all.N", and perceptrons read them: "score".  All set-up.
*/

/// Return the first lesson whose memory lasts as long as that of `lesson`
ECHOIC_SETUP uint32_t
echoic_readout_group(const EchoicLesson* lessons, uint32_t lesson);

/// Append the readouts to a graph in which node `input` gives z
ECHOIC_SETUP EchoicStatus
echoic_readout_add(const EchoicModel*  model,
                   const EchoicLesson* lessons,
                   uint32_t            n_lessons,
                   const char*         input,
                   EchoicGraphSpec*    graph);

#endif // ECHOIC_TEACH_READOUT_H
