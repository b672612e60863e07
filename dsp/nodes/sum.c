// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/sum.h"

static const char* const tensors[] = {"gain", NULL};
static const char* const numbers[] = {NULL};
static const char* const words[]   = {NULL};

typedef struct {
  uint32_t n_inputs;
  uint32_t width;
  float    gain[ECHOIC_MAX_INPUTS];
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  if (echoic_node_expect_only(spec, tensors, numbers, words, error)) {
    return ECHOIC_BAD_FORMAT;
  }

  if (echoic_node_expect_equal(spec, shape, error)) {
    return ECHOIC_BAD_SHAPE;
  }

  shape->width_out = shape->width_in[0];
  shape->bytes     = echoic_arena_round(sizeof(Node));
  return echoic_node_tensor(spec, "gain")
           ? echoic_node_expect(spec, "gain", 1U, &shape->n_inputs, error)
           : ECHOIC_OK;
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const EchoicTensor* const gain = echoic_node_tensor(spec, "gain");
  Node* const n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  if (!n) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  n->n_inputs = shape->n_inputs;
  n->width    = shape->width_out;
  for (uint32_t i = 0U; i < n->n_inputs; ++i) {
    n->gain[i] = gain ? gain->data[i] : 1.0F;
  }

  *node = n;
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
  const Node* const n    = (const Node*)node;
  const size_t      size = (size_t)n_frames * n->width;
  for (size_t k = 0U; k < size; ++k) {
    float sum = 0.0F;
    for (uint32_t i = 0U; i < n->n_inputs; ++i) {
      sum += n->gain[i] * in[i][k];
    }
    out[k] = sum;
  }
}

const EchoicNodeType echoic_sum_type = {
  "sum",
  bytes,
  prepare,
  reset,
  process,
  NULL,
};
