// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/layernorm.h"

#include <math.h>

static const char* const tensors[] = {"weight", "bias", NULL};
static const char* const numbers[] = {"eps", NULL};
static const char* const words[]   = {NULL};

typedef struct {
  uint32_t width;
  float    eps;
  float*   weight; ///< [width]
  float*   bias;   ///< [width]
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const double eps = echoic_node_number(spec, "eps", 1e-5);
  if (echoic_node_expect_inputs(spec, shape, 1U, error)) {
    return ECHOIC_BAD_SHAPE;
  }

  if (echoic_node_expect_only(spec, tensors, numbers, words, error)) {
    return ECHOIC_BAD_FORMAT;
  }

  if (!(eps >= 0.0 && eps <= 1.0)) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "node '%s': eps is %g: must be from 0 to 1",
                        spec->id,
                        eps);
  }

  EchoicStatus st  = ECHOIC_OK;
  shape->width_out = shape->width_in[0];
  shape->bytes     = echoic_arena_round(sizeof(Node)) +
                 (2U * echoic_arena_round(shape->width_out * sizeof(float)));
  for (uint32_t i = 0U; !st && tensors[i]; ++i) {
    if (echoic_node_tensor(spec, tensors[i])) {
      st = echoic_node_expect(spec, tensors[i], 1U, &shape->width_out, error);
    }
  }

  return st;
}

/// Copy a vector, or fill it if there is none
static void
fill(float* const              to,
     const EchoicTensor* const from,
     const uint32_t            n,
     const float               fallback)
{
  for (uint32_t i = 0U; i < n; ++i) {
    to[i] = from ? from->data[i] : fallback;
  }
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const uint32_t width = shape->width_out;
  Node* const    n     = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  float* const   w     = (float*)echoic_arena_take(arena, width, sizeof(float));
  float* const   b     = (float*)echoic_arena_take(arena, width, sizeof(float));
  if (!n || !w || !b) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  fill(w, echoic_node_tensor(spec, "weight"), width, 1.0F);
  fill(b, echoic_node_tensor(spec, "bias"), width, 0.0F);
  n->width  = width;
  n->eps    = (float)echoic_node_number(spec, "eps", 1e-5);
  n->weight = w;
  n->bias   = b;
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
  const Node* const n = (const Node*)node;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    const float* const x    = in[0] + ((size_t)f * n->width);
    float* const       y    = out + ((size_t)f * n->width);
    float              mean = 0.0F;
    float              sum  = 0.0F;
    for (uint32_t i = 0U; i < n->width; ++i) {
      mean += x[i];
    }
    mean /= (float)n->width;
    for (uint32_t i = 0U; i < n->width; ++i) {
      y[i] = x[i] - mean;
      sum += y[i] * y[i];
    }
    const float variance = (sum / (float)n->width) + n->eps;
    const float scale    = variance > 0.0F ? 1.0F / sqrtf(variance) : 0.0F;
    for (uint32_t i = 0U; i < n->width; ++i) {
      y[i] = (y[i] * scale * n->weight[i]) + n->bias[i];
    }
  }
}

const EchoicNodeType echoic_layernorm_type = {
  "layernorm",
  bytes,
  prepare,
  reset,
  process,
  NULL,
};
