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
#define ECHOIC_GRAPH_MAX_OUTPUTS 16U
#define ECHOIC_GRAPH_BLOCK 64U ///< Frames that run through a node at a time

/// A node whose output is one of the graph's
typedef struct {
  char name[ECHOIC_KEY_SIZE];
  char node[ECHOIC_ID_SIZE];
} EchoicGraphOutput;

/// A piece of a node's state, see EchoicNodeState
typedef struct {
  char node[ECHOIC_ID_SIZE];
  char name[ECHOIC_KEY_SIZE];
} EchoicGraphPiece;

/// Pieces of state that go by one name: one after the other, [..][width]
typedef struct {
  char              name[ECHOIC_KEY_SIZE];
  uint32_t          width; ///< Of its rows; 0: a vector
  uint32_t          n_pieces;
  EchoicGraphPiece* pieces; ///< [n_pieces]
} EchoicGraphState;

/**
   A graph of nodes, in the order in which they run.

   Every input of a node is the graph's input or a node before it.  Without
   named outputs the graph has one, "y", the output of the last node.  Owns
   everything it points to (heap).
*/
typedef struct {
  uint32_t           width_in;
  uint32_t           n_nodes;
  EchoicNodeSpec*    nodes; ///< [n_nodes]
  uint32_t           n_outputs;
  EchoicGraphOutput* outputs; ///< [n_outputs], the main one first
  uint32_t           n_states;
  EchoicGraphState*  states; ///< [n_states], besides those of the nodes
} EchoicGraphSpec;

/**
   Append a node without inputs, options or tensors.

   The nodes may move: neither `id` nor `type` may be text of a node of this
   graph, and pointers to nodes and their texts don't stay valid.

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

/// Append an output; false without memory, or if there are too many
ECHOIC_SETUP bool
echoic_graph_spec_output(EchoicGraphSpec* graph,
                         const char*      name,
                         const char*      node);

/// Append a name for pieces of state; false without memory
ECHOIC_SETUP bool
echoic_graph_spec_state(EchoicGraphSpec* graph,
                        const char*      name,
                        uint32_t         width);

/// Append a piece to the last named state; false without memory
ECHOIC_SETUP bool
echoic_graph_spec_piece(EchoicGraphSpec* graph,
                        const char*      node,
                        const char*      name);

/// Append a deep copy of a node; returns it as echoic_graph_spec_add() does
ECHOIC_SETUP EchoicNodeSpec*
echoic_graph_spec_append(EchoicGraphSpec* graph, const EchoicNodeSpec* node);

/// Make `to` a deep copy; false without memory, then `to` is to be cleared
ECHOIC_SETUP bool
echoic_graph_spec_copy(const EchoicGraphSpec* from, EchoicGraphSpec* to);

/// Free everything that `graph` owns and make it empty
ECHOIC_SETUP void
echoic_graph_spec_clear(EchoicGraphSpec* graph);

/// A graph that can run: a flat list of prepared nodes over one arena
typedef struct EchoicGraphImpl EchoicGraph;

/**
   Check a graph and return what it needs.

   @param bytes Set to the arena bytes that echoic_graph_prepare() takes.
   @param width_out Set to the width of the (main) output.
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

   A number at the input that isn't finite is taken as 0.  Where an overflow
   inside reaches the output of the graph or of a node with a state, that frame
   gives zeros and the graph is reset: nothing that isn't finite comes out or
   stays.

   @param in [n_frames][width_in]
   @param out [n_frames][width_out] Of the main output.
*/
ECHOIC_RT void
echoic_graph_process(EchoicGraph* graph,
                     const float* in,
                     float*       out,
                     uint32_t     n_frames);

/// The same for all outputs: `out` [n_outputs] of [n_frames][its width]
ECHOIC_RT void
echoic_graph_process_all(EchoicGraph*  graph,
                         const float*  in,
                         float* const* out,
                         uint32_t      n_frames);

/// Return how many outputs there are, 1 at least
ECHOIC_RT uint32_t
echoic_graph_n_outputs(const EchoicGraph* graph);

/// Return the width of one
ECHOIC_RT uint32_t
echoic_graph_width(const EchoicGraph* graph, uint32_t output);

/**
   Describe the piece `index` of the state of node `node`.

   All pieces of all nodes are what the graph carries from frame to frame.

   @return False if that node has no such piece.
*/
ECHOIC_RT bool
echoic_graph_state(EchoicGraph*     graph,
                   uint32_t         node,
                   uint32_t         index,
                   EchoicNodeState* state);

#endif // ECHOIC_GRAPH_H
