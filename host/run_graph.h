// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_RUN_GRAPH_H
#define ECHOIC_HOST_RUN_GRAPH_H

#include "dsp/echoic.h"
#include "dsp/graph.h"
#include "dsp/safetensors.h"
#include "host/graph_host.h"

#include <stddef.h>
#include <stdint.h>

/**
   Streaming tensors through a graph: what `echoic run` does.

   Input "in.x" (T, D), or (T D), or "in.tokens" (T) of whole numbers, one a
   frame.  "in.state0.NAME" is a state to begin with, every other "in.NAME" a
   constant: the tensor of that name of a node (or NODE.TENSOR), replaced.
   Output "out.NAME" (T, W) for each of the graph's outputs, "y" by default,
   and "out.stateT.NAME" for each piece of state: by its own name if only one
   node has a state, NODE.NAME if several have, and besides by the names that
   the graph gives to pieces.  What was written as stateT can be read as state0.
*/

/// Tensors to be written, with their memory
typedef struct {
  EchoicTensorOut* tensors; ///< [n_tensors]
  uint32_t         n_tensors;
  char**           names; ///< [n_tensors] Owned
  void**           data;  ///< [n_tensors] Owned
} EchoicTensorList;

/**
   Append a tensor.

   @return Its zeroed data, owned by the list, or null without memory.
*/
void*
echoic_tensor_list_add(EchoicTensorList* list,
                       const char*       name,
                       EchoicDtype       dtype,
                       uint32_t          n_dims,
                       const uint64_t*   dims);

/// Free everything
void
echoic_tensor_list_clear(EchoicTensorList* list);

/// Put constants of the input into the nodes of a graph
EchoicStatus
echoic_run_set_constants(const EchoicSafetensors* in,
                         EchoicGraphSpec*         spec,
                         EchoicError*             error);

/// Set states from "in.state0."
EchoicStatus
echoic_run_set_states(const EchoicSafetensors* in,
                      const EchoicGraphSpec*   spec,
                      EchoicGraph*             graph,
                      EchoicError*             error);

/// Append all states as "out.stateT."
EchoicStatus
echoic_run_get_states(const EchoicGraphSpec* spec,
                      EchoicGraph*           graph,
                      EchoicTensorList*      out,
                      EchoicError*           error);

/**
   Run everything.

   @param name Of the input, for progress and messages.
   @param block Frames at a time, 1 at least.
   @param spec Constants of the input are put into it.
*/
EchoicStatus
echoic_run_graph(const char*              name,
                 const EchoicSafetensors* in,
                 uint32_t                 block,
                 EchoicGraphSpec*         spec,
                 EchoicTensorList*        out,
                 EchoicError*             error);

#endif // ECHOIC_HOST_RUN_GRAPH_H
