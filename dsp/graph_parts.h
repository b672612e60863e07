// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_GRAPH_PARTS_H
#define ECHOIC_GRAPH_PARTS_H

#include "dsp/graph.h"
#include "dsp/kernels.h"

#include <stdbool.h>
#include <stdint.h>

/* What making and running a graph share. */

/// A prepared node and its place in the graph
typedef struct {
  const EchoicNodeType* type;
  void*                 node;
  EchoicNodeShape       shape;
  uint32_t
         source[ECHOIC_MAX_INPUTS]; ///< Step + 1 of each input, 0: the graph's
  float* out;                       ///< [ECHOIC_GRAPH_BLOCK][width_out]
  EchoicRecogniser chain;           ///< If is_chain
  bool             is_chain;  ///< Does what the steps do that feed it, too
  bool             is_inside; ///< Done by a step that it feeds: has no output
} EchoicGraphStep;

struct EchoicGraphImpl {
  uint32_t width_in;
  uint32_t n_steps;
  uint32_t n_outputs;
  uint32_t output[ECHOIC_GRAPH_MAX_OUTPUTS]; ///< Steps, the main one first
  EchoicGraphStep* steps;                    ///< [n_steps]
  float*
    clean; ///< [ECHOIC_GRAPH_BLOCK][width_in] Input without what isn't finite
};

/**
   Have chains of a linear map, a diagonal memory and a perceptron with a row
   for each ECHOIC_RECOGNISER_COLS numbers of it run in one pass, to the same
   bits: memories of many sounds are too large to go through the cache thrice.

   Only where no other step and no output needs what is between them.
*/
ECHOIC_SETUP void
echoic_graph_fuse(EchoicGraph* graph);

#endif // ECHOIC_GRAPH_PARTS_H
