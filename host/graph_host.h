// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_GRAPH_HOST_H
#define ECHOIC_HOST_GRAPH_HOST_H

#include "dsp/echoic.h"
#include "dsp/graph.h"
#include "dsp/safetensors.h"

#include <stddef.h>
#include <stdint.h>

/**
   Graphs and tensors from files, and graphs that can run.

   Every `error` begins with the path.
*/

/// Largest file of weights or input: 2 GiB
#define ECHOIC_MAX_TENSOR_FILE ((size_t)1U << 31U)

/// A graph with its own memory
typedef struct {
  EchoicGraph* graph;
  void*        block; ///< Owned
} EchoicHostGraph;

/// Read a graph file; to be cleared by echoic_graph_spec_clear()
EchoicStatus
echoic_load_graph(const char* path, EchoicGraphSpec* graph, EchoicError* error);

/// Write a graph file whole or not at all
EchoicStatus
echoic_save_graph(const EchoicGraphSpec* graph,
                  const char*            path,
                  EchoicError*           error);

/// Prepare a graph on the heap
EchoicStatus
echoic_host_graph_new(const EchoicGraphSpec* spec,
                      EchoicHostGraph*       graph,
                      EchoicError*           error);

/// Free a graph's memory
void
echoic_host_graph_free(EchoicHostGraph* graph);

/// A safetensors file in memory
typedef struct {
  EchoicSafetensors file;
  uint8_t*          bytes; ///< Owned
} EchoicTensorFile;

/// Read a safetensors file; to be cleared by echoic_tensor_file_clear()
EchoicStatus
echoic_load_tensors(const char*       path,
                    EchoicTensorFile* file,
                    EchoicError*      error);

/// Write bytes whole or not at all
EchoicStatus
echoic_save_bytes(const uint8_t* bytes,
                  size_t         size,
                  const char*    path,
                  EchoicError*   error);

/// Free what was loaded
void
echoic_tensor_file_clear(EchoicTensorFile* file);

#endif // ECHOIC_HOST_GRAPH_HOST_H
