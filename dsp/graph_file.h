// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_GRAPH_FILE_H
#define ECHOIC_GRAPH_FILE_H

#include "dsp/echoic.h"
#include "dsp/graph.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   A graph as a file: safetensors, as a model, but nothing else in it.

   Tensors are called NODE.TENSOR; of two nodes "a" and "a.b" the longer id
   owns "a.b.weight".  `__metadata__` has JSON under the key "echoic":

       {"version": 1,
        "graph": {
          "width_in": 8,
          "nodes": [{"id": "lstm", "type": "lstm", "inputs": ["in"],
                     "params": {"hidden_size": 16}}],
          "outputs": {"y": "lstm"},
          "states": {"all": {"width": 16, "pieces": [["lstm", "h"]]}}}}

   "params", "outputs" and "states" may be left out.  Set-up only.
*/

/// Read a graph from the bytes of its file; on failure it is left empty
ECHOIC_SETUP EchoicStatus
echoic_graph_parse(const uint8_t*   bytes,
                   size_t           size,
                   EchoicGraphSpec* graph,
                   EchoicError*     error);

/// True if the bytes are a graph file as it seems, and no model
ECHOIC_SETUP bool
echoic_graph_recognise(const uint8_t* bytes, size_t size);

/// Check a graph and write its file to new memory, to be freed with free()
ECHOIC_SETUP EchoicStatus
echoic_graph_write(const EchoicGraphSpec* graph,
                   uint8_t**              bytes,
                   size_t*                size,
                   EchoicError*           error);

#endif // ECHOIC_GRAPH_FILE_H
