// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_NODE_RUNNER_H
#define ECHOIC_TESTS_NODE_RUNNER_H

/* A node by itself, for tests: described, prepared, run and freed. */

#include "dsp/arena.h"
#include "dsp/graph.h"
#include "dsp/node.h"

#include <check.h>

#include <stdlib.h>
#include <string.h>

/// A prepared node and its memory
typedef struct {
  const EchoicNodeType* type;
  EchoicNodeShape       shape;
  void*                 block;
  void*                 node;
} Runner;

/// Return a node "n" of that type with inputs from "in"
static inline EchoicNodeSpec*
new_spec(EchoicGraphSpec* const graph,
         const char* const      type,
         const uint32_t         n_inputs)
{
  EchoicNodeSpec* const spec = echoic_graph_spec_add(graph, "n", type);
  ck_assert_ptr_nonnull(spec);
  for (uint32_t i = 0U; i < n_inputs; ++i) {
    ck_assert(echoic_node_spec_input(spec, ECHOIC_GRAPH_INPUT));
  }

  return spec;
}

/// Append a matrix, or a vector if `n_cols` is 0; `data` may be null for zeros
static inline float*
new_tensor(EchoicNodeSpec* const spec,
           const char* const     name,
           const uint32_t        n_rows,
           const uint32_t        n_cols,
           const float* const    data)
{
  const uint32_t dims[] = {n_rows, n_cols};
  const uint32_t n_dims = n_cols ? 2U : 1U;
  const size_t   n      = (size_t)n_rows * (n_cols ? n_cols : 1U);
  float* const   to     = echoic_node_spec_tensor(spec, name, n_dims, dims);
  ck_assert_ptr_nonnull(to);
  if (data) {
    memcpy(to, data, n * sizeof(float));
  }

  return to;
}

/// Return a number between -1 and 1
static inline float
noise(void)
{
  return (float)(2.0 * rand() / RAND_MAX - 1.0);
}

static inline void
fill_noise(float* const x, const size_t n)
{
  for (size_t i = 0U; i < n; ++i) {
    x[i] = noise();
  }
}

static inline EchoicNodeShape
shape_of(const EchoicNodeSpec* const spec, const uint32_t* const widths)
{
  EchoicNodeShape shape = {0};
  shape.n_inputs        = spec->n_inputs;
  memcpy(shape.width_in, widths, spec->n_inputs * sizeof(*widths));
  return shape;
}

/// Prepare a node, in exactly the bytes that it asks for
static inline Runner
prepare(const EchoicNodeSpec* const spec, const uint32_t* const widths)
{
  EchoicError error = {ECHOIC_OK, ""};
  Runner r = {echoic_node_type(spec->type), shape_of(spec, widths), NULL, NULL};
  ck_assert_ptr_nonnull(r.type);
  ck_assert_msg(!r.type->bytes(spec, &r.shape, &error), "%s", error.text);
  r.block           = aligned_alloc(ECHOIC_ARENA_ALIGN, r.shape.bytes);
  EchoicArena arena = {(unsigned char*)r.block, r.shape.bytes, 0U};
  memset(r.block, 0x55, r.shape.bytes);
  ck_assert_msg(!r.type->prepare(spec, &r.shape, &arena, &r.node, &error),
                "%s",
                error.text);
  ck_assert_uint_eq(arena.used, r.shape.bytes);
  r.type->reset(r.node);
  return r;
}

static inline void
release(Runner* const r)
{
  free(r->block);
  memset(r, 0, sizeof(*r));
}

/// Run frames of a node with one input
static inline void
run(Runner* const r, const float* in, float* const out, const uint32_t n_frames)
{
  r->type->process(r->node, &in, out, n_frames);
}

#endif // ECHOIC_TESTS_NODE_RUNNER_H
