// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/multiply.h"

#include <string.h>

static const char* const tensors[] = {NULL};
static const char* const numbers[] = {NULL};
static const char* const words[]   = {NULL};

typedef struct {
  uint32_t n_inputs;
  uint32_t width;
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  if (echoic_node_expect_only(spec, tensors, numbers, words, error)) {
    return ECHOIC_BAD_FORMAT;
  }

  shape->width_out = shape->width_in[0];
  shape->bytes     = echoic_arena_round(sizeof(Node));
  return echoic_node_expect_equal(spec, shape, error);
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  Node* const n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  if (!n) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  n->n_inputs = shape->n_inputs;
  n->width    = shape->width_out;
  *node       = n;
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
  memcpy(out, in[0], size * sizeof(float));
  for (uint32_t i = 1U; i < n->n_inputs; ++i) {
    for (size_t k = 0U; k < size; ++k) {
      out[k] *= in[i][k];
    }
  }
}

const EchoicNodeType echoic_multiply_type = {
  "multiply",
  bytes,
  prepare,
  reset,
  process,
  NULL,
};
