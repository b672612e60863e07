// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/magnitude.h"

#include <math.h>

static const char* const tensors[] = {NULL};
static const char* const numbers[] = {NULL};
static const char* const words[]   = {NULL};

typedef struct {
  uint32_t width; ///< Of the output
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  if (echoic_node_expect_inputs(spec, shape, 1U, error)) {
    return ECHOIC_BAD_SHAPE;
  }

  if (echoic_node_expect_only(spec, tensors, numbers, words, error)) {
    return ECHOIC_BAD_FORMAT;
  }

  shape->width_out = shape->width_in[0] / 2U;
  shape->bytes     = echoic_arena_round(sizeof(Node));
  return shape->width_in[0] % 2U == 0U
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_SHAPE,
                          "node '%s': input has width %u: must be even",
                          spec->id,
                          shape->width_in[0]);
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

  n->width = shape->width_out;
  *node    = n;
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
    const float* const re = in[0] + ((size_t)f * 2U * n->width);
    const float* const im = re + n->width;
    float* const       y  = out + ((size_t)f * n->width);
    for (uint32_t i = 0U; i < n->width; ++i) {
      y[i] = sqrtf((re[i] * re[i]) + (im[i] * im[i]));
    }
  }
}

const EchoicNodeType echoic_magnitude_type = {
  "magnitude",
  bytes,
  prepare,
  reset,
  process,
  NULL,
};
