// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/scale.h"

#include <math.h>

static const char* const tensors[] = {NULL};
static const char* const numbers[] = {"gain", "offset", NULL};
static const char* const words[]   = {NULL};

static const double most = 1e6;

typedef struct {
  uint32_t width;
  float    gain;
  float    offset;
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

  for (uint32_t i = 0U; numbers[i]; ++i) {
    const double x = echoic_node_number(spec, numbers[i], 0.0);
    if (!(fabs(x) <= most)) {
      return echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "node '%s': %s is %g: must be from -1e6 to 1e6",
                          spec->id,
                          numbers[i],
                          x);
    }
  }

  shape->width_out = shape->width_in[0];
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

  n->width  = shape->width_out;
  n->gain   = (float)echoic_node_number(spec, "gain", 1.0);
  n->offset = (float)echoic_node_number(spec, "offset", 0.0);
  *node     = n;
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
    out[k] = (n->gain * in[0][k]) + n->offset;
  }
}

const EchoicNodeType echoic_scale_type = {
  "scale",
  bytes,
  prepare,
  reset,
  process,
  NULL,
};
