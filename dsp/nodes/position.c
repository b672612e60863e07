// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/position.h"

#include <stdbool.h>
#include <string.h>

static const char* const numbers[] = {NULL};
static const char* const words[]   = {NULL};

typedef struct {
  uint32_t width;
  uint32_t n_rows;
  float*   weight;   ///< [n_rows][width]
  int64_t  position; ///< Frames since the reset
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const uint32_t         width  = shape->width_in[0];
  const uint32_t         n_rows = echoic_node_dim(spec, "weight", 0U);
  const EchoicTensorRule rule   = {"weight", false, 2U, {n_rows, width}};
  EchoicStatus           st = echoic_node_expect_inputs(spec, shape, 1U, error);
  st = st ? st : echoic_node_expect_only(spec, NULL, numbers, words, error);
  shape->width_out = width;
  shape->bytes     = echoic_arena_round(sizeof(Node)) +
                 echoic_arena_round((size_t)n_rows * width * sizeof(float));
  return st ? st : echoic_node_expect_tensors(spec, &rule, 1U, error);
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const EchoicTensor* const w = echoic_node_tensor(spec, "weight");
  const size_t              n = (size_t)w->dims[0] * shape->width_out;
  Node* const m = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  if (!m || !(m->weight = echoic_node_vector(arena, w, n))) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  m->width  = shape->width_out;
  m->n_rows = w->dims[0];
  *node     = m;
  return ECHOIC_OK;
}

static ECHOIC_RT void
reset(void* const node)
{
  ((Node*)node)->position = 0;
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  Node* const n = (Node*)node;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    // Unsigned: whatever position was restored, rows stay within the table.
    const uint64_t     t   = (uint64_t)n->position;
    const size_t       row = t < n->n_rows ? (size_t)t : n->n_rows - 1U;
    const float* const w   = n->weight + (row * n->width);
    const float* const x   = in[0] + ((size_t)f * n->width);
    float* const       y   = out + ((size_t)f * n->width);
    for (uint32_t i = 0U; i < n->width; ++i) {
      y[i] = x[i] + w[i];
    }
    ++n->position;
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  return echoic_node_count(
    state, index == 0U ? "position" : NULL, &((Node*)node)->position);
}

const EchoicNodeType echoic_position_type = {
  "position",
  bytes,
  prepare,
  reset,
  process,
  state,
};
