// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/temporal_conv.h"

#include <stdbool.h>
#include <string.h>

static const char* const numbers[] = {NULL};
static const char* const words[]   = {NULL};

typedef struct {
  uint32_t width;
  uint32_t n_past; ///< N - 1
  float*   w;      ///< [n_past + 1][width]
  float*   b;      ///< [width]
  float*   past;   ///< [n_past][width], oldest first
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const uint32_t         width   = shape->width_in[0];
  const uint32_t         n_taps  = echoic_node_dim(spec, "w", 0U);
  const EchoicTensorRule rules[] = {
    {"w", false, 2U, {n_taps, width}},
    {"b", false, 1U, {width}},
  };
  EchoicStatus st = echoic_node_expect_inputs(spec, shape, 1U, error);
  st = st ? st : echoic_node_expect_only(spec, NULL, numbers, words, error);
  st = st ? st : echoic_node_expect_tensors(spec, rules, 2U, error);

  const size_t row = width * sizeof(float);
  shape->width_out = width;
  shape->bytes     = echoic_arena_round(sizeof(Node)) +
                 echoic_arena_round(n_taps * row) + echoic_arena_round(row) +
                 echoic_arena_round((n_taps - 1U) * row);
  return st;
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const size_t              width = shape->width_out;
  const EchoicTensor* const w     = echoic_node_tensor(spec, "w");
  const EchoicTensor* const b     = echoic_node_tensor(spec, "b");
  const size_t              n     = w->dims[0];
  Node* const m = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  if (!m || !(m->w = echoic_node_vector(arena, w, n * width)) ||
      !(m->b = echoic_node_vector(arena, b, width)) ||
      !(m->past = echoic_node_vector(arena, NULL, (n - 1U) * width))) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  m->width  = (uint32_t)width;
  m->n_past = (uint32_t)n - 1U;
  *node     = m;
  return ECHOIC_OK;
}

static ECHOIC_RT void
reset(void* const node)
{
  Node* const n = (Node*)node;
  memset(n->past, 0, (size_t)n->n_past * n->width * sizeof(float));
}

static void
add_tap(float* const restrict y,
        const float* const restrict w,
        const float* const restrict x,
        const uint32_t width)
{
  for (uint32_t i = 0U; i < width; ++i) {
    y[i] += w[i] * x[i];
  }
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  Node* const  n   = (Node*)node;
  const size_t row = n->width;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    const float* const x = in[0] + (f * row);
    float* const       y = out + (f * row);
    memcpy(y, n->b, row * sizeof(float));
    for (uint32_t k = 0U; k < n->n_past; ++k) {
      add_tap(y, n->w + (k * row), n->past + (k * row), n->width);
    }
    add_tap(y, n->w + (n->n_past * row), x, n->width);

    if (n->n_past) {
      const size_t kept = (n->n_past - 1U) * row;
      memmove(n->past, n->past + row, kept * sizeof(float));
      memcpy(n->past + kept, x, row * sizeof(float));
    }
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  Node* const n = (Node*)node;
  return echoic_node_state(state,
                           index == 0U && n->n_past ? "conv" : NULL,
                           n->n_past,
                           n->width,
                           n->past);
}

const EchoicNodeType echoic_temporal_conv_type = {
  "temporal_conv",
  bytes,
  prepare,
  reset,
  process,
  state,
};
