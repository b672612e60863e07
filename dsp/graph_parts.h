// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_GRAPH_PARTS_H
#define ECHOIC_GRAPH_PARTS_H

#include "dsp/graph.h"

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

#endif // ECHOIC_GRAPH_PARTS_H
