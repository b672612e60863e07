// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/concat.h"

#include <string.h>

static const char* const tensors[] = {NULL};
static const char* const numbers[] = {NULL};
static const char* const words[]   = {NULL};

typedef struct {
  uint32_t n_inputs;
  uint32_t width_out;
  uint32_t width_in[ECHOIC_MAX_INPUTS];
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  if (echoic_node_expect_only(spec, tensors, numbers, words, error)) {
    return ECHOIC_BAD_FORMAT;
  }

  uint64_t width = 0U;
  for (uint32_t i = 0U; i < shape->n_inputs; ++i) {
    width += shape->width_in[i];
  }

  if (width > ECHOIC_MAX_WIDTH) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "node '%s': inputs are too wide together: at most %u",
                        spec->id,
                        ECHOIC_MAX_WIDTH);
  }

  shape->width_out = (uint32_t)width;
  shape->bytes     = echoic_arena_round(sizeof(Node));
  return ECHOIC_OK;
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

  n->n_inputs  = shape->n_inputs;
  n->width_out = shape->width_out;
  memcpy(n->width_in, shape->width_in, sizeof(n->width_in));
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
  const Node* const n = (const Node*)node;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    float* y = out + ((size_t)f * n->width_out);
    for (uint32_t i = 0U; i < n->n_inputs; ++i) {
      const uint32_t width = n->width_in[i];
      memcpy(y, in[i] + ((size_t)f * width), width * sizeof(float));
      y += width;
    }
  }
}

const EchoicNodeType echoic_concat_type = {
  "concat",
  bytes,
  prepare,
  reset,
  process,
  NULL,
};
