// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_GRAPH_H
#define ECHOIC_GRAPH_H

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "dsp/node.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ECHOIC_GRAPH_INPUT "in" ///< Id of the graph's own input
#define ECHOIC_GRAPH_MAX_NODES 4096U
#define ECHOIC_GRAPH_MAX_BYTES ((size_t)1U << 30U) ///< Of a prepared graph
#define ECHOIC_GRAPH_BLOCK 64U ///< Frames that run through a node at a time

/**
   A graph of nodes, in the order in which they run.

   Every input of a node is the graph's input or a node before it; the output
   of the graph is the output of the last node.  Owns everything it points to
   (heap).
*/
typedef struct {
  uint32_t        width_in;
  uint32_t        n_nodes;
  EchoicNodeSpec* nodes; ///< [n_nodes]
} EchoicGraphSpec;

/**
   Append a node without inputs, options or tensors.

   @return The new node, valid until the next append, or null without memory.
*/
ECHOIC_SETUP EchoicNodeSpec*
echoic_graph_spec_add(EchoicGraphSpec* graph, const char* id, const char* type);

/// Append an input to `node`; false if there are too many already
ECHOIC_SETUP bool
echoic_node_spec_input(EchoicNodeSpec* node, const char* id);

/// Append a number to `node`; false without memory
ECHOIC_SETUP bool
echoic_node_spec_number(EchoicNodeSpec* node, const char* key, double value);

/// Append a word to `node`; false without memory
ECHOIC_SETUP bool
echoic_node_spec_word(EchoicNodeSpec* node, const char* key, const char* text);

/**
   Append a zeroed tensor to `node`.

   @return Its data, owned by the node, or null without memory.
*/
ECHOIC_SETUP float*
echoic_node_spec_tensor(EchoicNodeSpec* node,
                        const char*     name,
                        uint32_t        n_dims,
                        const uint32_t* dims);

/// Free everything that `graph` owns and make it empty
ECHOIC_SETUP void
echoic_graph_spec_clear(EchoicGraphSpec* graph);

/// A graph that can run: a flat list of prepared nodes over one arena
typedef struct EchoicGraphImpl EchoicGraph;

/**
   Check a graph and return what it needs.

   @param bytes Set to the arena bytes that echoic_graph_prepare() takes.
   @param width_out Set to the width of the output.
*/
ECHOIC_SETUP EchoicStatus
echoic_graph_bytes(const EchoicGraphSpec* spec,
                   size_t*                bytes,
                   uint32_t*              width_out,
                   EchoicError*           error);

/// Make a graph in `arena`; the spec may be freed afterwards
ECHOIC_SETUP EchoicStatus
echoic_graph_prepare(const EchoicGraphSpec* spec,
                     EchoicArena*           arena,
                     EchoicGraph**          graph,
                     EchoicError*           error);

/// Reset every node
ECHOIC_RT void
echoic_graph_reset(EchoicGraph* graph);

/**
   Run `n_frames` frames, any number; any split gives identical bits.

   @param in [n_frames][width_in]
   @param out [n_frames][width_out]
*/
ECHOIC_RT void
echoic_graph_process(EchoicGraph* graph,
                     const float* in,
                     float*       out,
                     uint32_t     n_frames);

#endif // ECHOIC_GRAPH_H
