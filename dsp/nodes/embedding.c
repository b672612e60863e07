// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/embedding.h"

#include <string.h>

static const char* const tensors[] = {"weight", NULL};
static const char* const numbers[] = {NULL};
static const char* const words[]   = {NULL};

typedef struct {
  uint32_t n_tokens;
  uint32_t width;
  float*   weight; ///< [n_tokens][width]
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

  if (shape->width_in[0] != 1U) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "node '%s': input has width %u: must be 1, a token",
                        spec->id,
                        shape->width_in[0]);
  }

  const bool usable = weight && weight->n_dims == 2U && weight->dims[0] &&
                      weight->dims[1] && weight->dims[1] <= ECHOIC_MAX_WIDTH;
  const uint32_t dims[] = {usable ? weight->dims[0] : 1U,
                           usable ? weight->dims[1] : 1U};
  shape->width_out = dims[1];
  shape->bytes     = echoic_arena_round(sizeof(Node)) +
                 echoic_arena_round((size_t)dims[0] * dims[1] * sizeof(float));
  return echoic_node_expect(spec, "weight", 2U, dims, error);
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const EchoicTensor* const weight = echoic_node_tensor(spec, "weight");
  const size_t              size   = (size_t)weight->dims[0] * weight->dims[1];
  Node* const  n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  float* const w = (float*)echoic_arena_take(arena, size, sizeof(float));
  if (!n || !w) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  memcpy(w, weight->data, size * sizeof(float));
  n->n_tokens = weight->dims[0];
  n->width    = shape->width_out;
  n->weight   = w;
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
  const size_t      size = n->width * sizeof(float);
  for (uint32_t f = 0U; f < n_frames; ++f) {
    const float    x     = in[0][f];
    float* const   y     = out + ((size_t)f * n->width);
    const bool     is_in = x >= 0.0F && x < (float)n->n_tokens;
    const uint32_t token = is_in ? (uint32_t)x : n->n_tokens;
    if (token < n->n_tokens && (float)token == x) {
      memcpy(y, n->weight + ((size_t)token * n->width), size);
    } else {
      memset(y, 0, size);
    }
  }
}

const EchoicNodeType echoic_embedding_type = {
  "embedding",
  bytes,
  prepare,
  reset,
  process,
  NULL,
};
