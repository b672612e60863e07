// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/rmsnorm.h"

#include <math.h>
#include <string.h>

static const char* const tensors[] = {"weight", NULL};
static const char* const numbers[] = {"c", NULL};
static const char* const words[]   = {NULL};

typedef struct {
  uint32_t width;
  float    c_squared;
  float*   weight; ///< [width]
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const double c = echoic_node_number(spec, "c", 0.0);
  if (echoic_node_expect_inputs(spec, shape, 1U, error)) {
    return ECHOIC_BAD_SHAPE;
  }

  if (echoic_node_expect_only(spec, tensors, numbers, words, error)) {
    return ECHOIC_BAD_FORMAT;
  }

  if (!(c >= 0.0 && c <= 1e6)) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "node '%s': c is %g: must be from 0 to 1e6",
                        spec->id,
                        c);
  }

  shape->width_out = shape->width_in[0];
  shape->bytes     = echoic_arena_round(sizeof(Node)) +
                 echoic_arena_round(shape->width_out * sizeof(float));
  return echoic_node_tensor(spec, "weight")
           ? echoic_node_expect(spec, "weight", 1U, &shape->width_out, error)
           : ECHOIC_OK;
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const EchoicTensor* const weight = echoic_node_tensor(spec, "weight");
  const float               c      = (float)echoic_node_number(spec, "c", 0.0);
  Node* const  n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  float* const w =
    (float*)echoic_arena_take(arena, shape->width_out, sizeof(float));
  if (!n || !w) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  for (uint32_t i = 0U; i < shape->width_out; ++i) {
    w[i] = weight ? weight->data[i] : 1.0F;
  }

  n->width     = shape->width_out;
  n->c_squared = c * c;
  n->weight    = w;
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
    const float* const x   = in[0] + ((size_t)f * n->width);
    float* const       y   = out + ((size_t)f * n->width);
    float              sum = n->c_squared;
    for (uint32_t i = 0U; i < n->width; ++i) {
      sum += x[i] * x[i];
    }
    const float scale = sum > 0.0F ? 1.0F / sqrtf(sum) : 0.0F;
    for (uint32_t i = 0U; i < n->width; ++i) {
      y[i] = n->weight[i] * (x[i] * scale);
    }
  }
}

const EchoicNodeType echoic_rmsnorm_type = {
  "rmsnorm",
  bytes,
  prepare,
  reset,
  process,
};
