// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_GRAPH_RUNNER_H
#define ECHOIC_TESTS_GRAPH_RUNNER_H

/* A graph of nodes, for tests: put together, prepared, run and freed. */

#include "dsp/arena.h"
#include "dsp/graph.h"
#include "tests/node_runner.h"

#include <check.h>

#include <stdlib.h>
#include <string.h>

/// A graph that can run, and its memory
typedef struct {
  void*        block;
  EchoicGraph* graph;
  uint32_t     width_out;
} Running;

/// Append a node with one input
static inline EchoicNodeSpec*
add_node(EchoicGraphSpec* const graph,
         const char* const      id,
         const char* const      type,
         const char* const      input)
{
  EchoicNodeSpec* const node = echoic_graph_spec_add(graph, id, type);
  ck_assert_ptr_nonnull(node);
  ck_assert(echoic_node_spec_input(node, input));
  return node;
}

/// Append a tensor of noise to a node, a vector if `n_cols` is 0
static inline float*
add_noise(EchoicNodeSpec* const node,
          const char* const     name,
          const uint32_t        n_rows,
          const uint32_t        n_cols)
{
  float* const t = new_tensor(node, name, n_rows, n_cols, NULL);
  fill_noise(t, (size_t)n_rows * (n_cols ? n_cols : 1U));
  return t;
}

/// Prepare a graph, in exactly the bytes that it asks for
static inline Running
start(const EchoicGraphSpec* const spec)
{
  EchoicError error = {ECHOIC_OK, ""};
  Running     r     = {NULL, NULL, 0U};
  size_t      bytes = 0U;
  ck_assert_msg(
    !echoic_graph_bytes(spec, &bytes, &r.width_out, &error), "%s", error.text);
  r.block           = aligned_alloc(ECHOIC_ARENA_ALIGN, bytes);
  EchoicArena arena = {(unsigned char*)r.block, bytes, 0U};
  memset(r.block, 0x55, bytes);
  ck_assert_msg(
    !echoic_graph_prepare(spec, &arena, &r.graph, &error), "%s", error.text);
  ck_assert_uint_eq(arena.used, bytes);
  return r;
}

#endif // ECHOIC_TESTS_GRAPH_RUNNER_H
