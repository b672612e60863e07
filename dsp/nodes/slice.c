// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/slice.h"

#include <math.h>
#include <string.h>

static const char* const tensors[] = {NULL};
static const char* const numbers[] = {"start", "width", NULL};
static const char* const words[]   = {NULL};

typedef struct {
  uint32_t width_in;
  uint32_t width_out;
  uint32_t start;
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const double width_in = shape->width_in[0];
  const double start    = echoic_node_number(spec, "start", 0.0);
  const double width    = echoic_node_number(spec, "width", width_in - start);
  if (echoic_node_expect_inputs(spec, shape, 1U, error)) {
    return ECHOIC_BAD_SHAPE;
  }

  if (echoic_node_expect_only(spec, tensors, numbers, words, error)) {
    return ECHOIC_BAD_FORMAT;
  }

  if (!(start >= 0.0 && width >= 1.0 && start + width <= width_in) ||
      start != floor(start) || width != floor(width)) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "node '%s': from %g, %g wide: must be whole and within "
                        "the input's width of %u",
                        spec->id,
                        start,
                        width,
                        shape->width_in[0]);
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

  n->width_in  = shape->width_in[0];
  n->width_out = shape->width_out;
  n->start     = (uint32_t)echoic_node_number(spec, "start", 0.0);
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
    memcpy(out + ((size_t)f * n->width_out),
           in[0] + ((size_t)f * n->width_in) + n->start,
           n->width_out * sizeof(float));
  }
}

const EchoicNodeType echoic_slice_type = {
  "slice",
  bytes,
  prepare,
  reset,
  process,
  NULL,
};
