// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/gather.h"

static const char* const tensors[] = {"index", NULL};
static const char* const numbers[] = {NULL};
static const char* const words[]   = {NULL};

typedef struct {
  uint32_t  width_in;
  uint32_t  width_out;
  uint32_t* index; ///< [width_out]
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const uint32_t width = echoic_node_dim(spec, "index", 0U);
  if (echoic_node_expect_inputs(spec, shape, 1U, error)) {
    return ECHOIC_BAD_SHAPE;
  }

  if (echoic_node_expect_only(spec, tensors, numbers, words, error)) {
    return ECHOIC_BAD_FORMAT;
  }

  shape->width_out = width;
  shape->bytes     = echoic_arena_round(sizeof(Node)) +
                 echoic_arena_round(width * sizeof(uint32_t));
  const EchoicStatus st = echoic_node_expect(spec, "index", 1U, &width, error);
  if (st) {
    return st;
  }

  const float* const index = echoic_node_tensor(spec, "index")->data;
  for (uint32_t i = 0U; i < width; ++i) {
    const bool is_in = index[i] >= 0.0F && index[i] < (float)shape->width_in[0];
    if (!is_in || (float)(uint32_t)index[i] != index[i]) {
      return echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "node '%s': tensor 'index' has %g at element %u: "
                          "must be whole, from 0 to %u",
                          spec->id,
                          (double)index[i],
                          i,
                          shape->width_in[0] - 1U);
    }
  }

  return ECHOIC_OK;
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const EchoicTensor* const index = echoic_node_tensor(spec, "index");
  const uint32_t            width = shape->width_out;
  Node* const     n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  uint32_t* const to =
    (uint32_t*)echoic_arena_take(arena, width, sizeof(uint32_t));
  if (!n || !to) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  for (uint32_t i = 0U; i < width; ++i) {
    to[i] = (uint32_t)index->data[i];
  }

  n->width_in  = shape->width_in[0];
  n->width_out = width;
  n->index     = to;
  *node        = n;
  return ECHOIC_OK;
}

static ECHOIC_RT void
reset(void* const node)
{
  (void)node;
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  const Node* const n = (const Node*)node;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    const float* const x = in[0] + ((size_t)f * n->width_in);
    float* const       y = out + ((size_t)f * n->width_out);
    for (uint32_t i = 0U; i < n->width_out; ++i) {
      y[i] = x[n->index[i]];
    }
  }
}

const EchoicNodeType echoic_gather_type = {
  "gather",
  bytes,
  prepare,
  reset,
  process,
  NULL,
};
