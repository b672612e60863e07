// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/mean.h"

#include <stdbool.h>
#include <string.h>

static const char* const tensors[] = {NULL};
static const char* const numbers[] = {NULL};
static const char* const words[]   = {NULL};

typedef struct {
  uint32_t width;
  int64_t  position; ///< Frames since the reset
  float*   acc;      ///< [width]
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  if (echoic_node_expect_inputs(spec, shape, 1U, error)) {
    return ECHOIC_BAD_SHAPE;
  }

  shape->width_out = shape->width_in[0];
  shape->bytes     = echoic_arena_round(sizeof(Node)) +
                 echoic_arena_round(shape->width_out * sizeof(float));
  return echoic_node_expect_only(spec, tensors, numbers, words, error);
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  Node* const n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  if (!n || !(n->acc = echoic_node_vector(arena, NULL, shape->width_out))) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  n->width = shape->width_out;
  *node    = n;
  return ECHOIC_OK;
}

static ECHOIC_RT void
reset(void* const node)
{
  Node* const n = (Node*)node;
  n->position   = 0;
  memset(n->acc, 0, n->width * sizeof(float));
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  Node* const n = (Node*)node;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    const float* const x = in[0] + ((size_t)f * n->width);
    float* const       y = out + ((size_t)f * n->width);
    const float        k = (float)++n->position;
    for (uint32_t i = 0U; i < n->width; ++i) {
      n->acc[i] += x[i];
      y[i] = n->acc[i] / k;
    }
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  Node* const n = (Node*)node;
  return index == 0U ? echoic_node_state(state, "acc", n->width, 0U, n->acc)
                     : echoic_node_count(
                         state, index == 1U ? "position" : NULL, &n->position);
}

const EchoicNodeType echoic_mean_type = {
  "mean",
  bytes,
  prepare,
  reset,
  process,
  state,
};
