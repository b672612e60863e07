// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/linear.h"

#include <stdbool.h>
#include <string.h>

static const char* const tensors[] = {"weight", "bias", NULL};
static const char* const numbers[] = {NULL};
static const char* const words[]   = {NULL};

typedef struct {
  uint32_t width_in;
  uint32_t width_out;
  float*   weight; ///< [width_in][width_out]: transposed, to add whole columns
  float*   bias;   ///< [width_out]
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const EchoicTensor* const weight = echoic_node_tensor(spec, "weight");
  if (echoic_node_expect_inputs(spec, shape, 1U, error)) {
    return ECHOIC_BAD_SHAPE;
  }

  if (echoic_node_expect_only(spec, tensors, numbers, words, error)) {
    return ECHOIC_BAD_FORMAT;
  }

  const bool     usable = weight && weight->n_dims == 2U && weight->dims[0];
  const uint32_t rows   = usable ? weight->dims[0] : 1U;
  const uint32_t dims[] = {rows, shape->width_in[0]};
  shape->width_out      = rows;
  shape->bytes          = echoic_arena_round(sizeof(Node)) +
                 echoic_arena_round((size_t)rows * dims[1] * sizeof(float)) +
                 echoic_arena_round(rows * sizeof(float));
  const EchoicStatus st = echoic_node_expect(spec, "weight", 2U, dims, error);
  return st || !echoic_node_tensor(spec, "bias")
           ? st
           : echoic_node_expect(spec, "bias", 1U, &rows, error);
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const uint32_t            n_in   = shape->width_in[0];
  const uint32_t            n_out  = shape->width_out;
  const EchoicTensor* const weight = echoic_node_tensor(spec, "weight");
  const EchoicTensor* const bias   = echoic_node_tensor(spec, "bias");
  Node* const  n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  float* const w =
    (float*)echoic_arena_take(arena, (size_t)n_in * n_out, sizeof(float));
  float* const b = (float*)echoic_arena_take(arena, n_out, sizeof(float));
  if (!n || !w || !b) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  for (uint32_t o = 0U; o < n_out; ++o) {
    for (uint32_t i = 0U; i < n_in; ++i) {
      w[((size_t)i * n_out) + o] = weight->data[((size_t)o * n_in) + i];
    }
    b[o] = bias ? bias->data[o] : 0.0F;
  }

  n->width_in  = n_in;
  n->width_out = n_out;
  n->weight    = w;
  n->bias      = b;
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
    const float* const x    = in[0] + ((size_t)f * n->width_in);
    float* const restrict y = out + ((size_t)f * n->width_out);
    memcpy(y, n->bias, n->width_out * sizeof(float));
    for (uint32_t i = 0U; i < n->width_in; ++i) {
      const float* const restrict w = n->weight + ((size_t)i * n->width_out);
      const float v                 = x[i];
      for (uint32_t o = 0U; o < n->width_out; ++o) {
        y[o] += w[o] * v;
      }
    }
  }
}

const EchoicNodeType echoic_linear_type = {
  "linear",
  bytes,
  prepare,
  reset,
  process,
};
