// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/rmsnorm.h"

#include "dsp/kernels.h"

#include <math.h>
#include <string.h>

static const char* const tensors[] = {"weight", NULL};
static const char* const numbers[] = {"c", "eps", "offset", "reserved", NULL};
static const char* const words[]   = {NULL};

typedef struct {
  uint32_t width;
  uint32_t n_normed; ///< The rest passes as it is
  float    c_squared;
  float*   weight; ///< [n_normed] With the factor sqrt(n_normed) of the mean
} Node;

/// Check that a number is from 0 to `most`
static EchoicStatus
expect_number(const EchoicNodeSpec* const spec,
              const char* const           key,
              const double                most,
              EchoicError* const          error)
{
  const double x = echoic_node_number(spec, key, 0.0);
  return x >= 0.0 && x <= most ? ECHOIC_OK
                               : echoic_error(error,
                                              ECHOIC_BAD_ARG,
                                              "node '%s': %s is %g: must be "
                                              "from 0 to %g",
                                              spec->id,
                                              key,
                                              x,
                                              most);
}

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

  if (expect_number(spec, "c", 1e6, error) ||
      expect_number(spec, "eps", 1.0, error) ||
      expect_number(spec, "offset", 1.0, error)) {
    return ECHOIC_BAD_ARG;
  }

  if (echoic_node_has(spec, "c") && echoic_node_has(spec, "eps")) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "node '%s': has both c and eps: must have one",
                        spec->id);
  }

  uint32_t           reserved = 0U;
  const uint32_t     width    = shape->width_in[0];
  const EchoicStatus st =
    echoic_node_whole(spec, "reserved", 0.0, 0U, width - 1U, &reserved, error);
  const uint32_t n_normed = width - reserved;
  shape->width_out        = width;
  shape->bytes            = echoic_arena_round(sizeof(Node)) +
                 echoic_arena_round(n_normed * sizeof(float));
  return st || !echoic_node_tensor(spec, "weight")
           ? st
           : echoic_node_expect(spec, "weight", 1U, &n_normed, error);
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const EchoicTensor* const weight  = echoic_node_tensor(spec, "weight");
  const bool                is_mean = echoic_node_has(spec, "eps");
  const double              c       = echoic_node_number(spec, "c", 0.0);
  const double              eps     = echoic_node_number(spec, "eps", 0.0);
  const uint32_t            n_normed =
    shape->width_out - (uint32_t)echoic_node_number(spec, "reserved", 0.0);
  const double width  = n_normed;
  const double factor = is_mean ? sqrt(width) : 1.0;
  const double offset = echoic_node_number(spec, "offset", 0.0);
  Node* const  n      = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  float* const w = (float*)echoic_arena_take(arena, n_normed, sizeof(float));
  if (!n || !w) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  for (uint32_t i = 0U; i < n_normed; ++i) {
    const double gain = weight ? offset + (double)weight->data[i] : 1.0;
    w[i]              = (float)(factor * gain);
  }

  n->width     = shape->width_out;
  n->n_normed  = n_normed;
  n->c_squared = (float)(is_mean ? width * eps : c * c);
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
    const float* const x = in[0] + ((size_t)f * n->width);
    float* const       y = out + ((size_t)f * n->width);
    echoic_kernels()->norm(x, n->weight, n->c_squared, y, n->n_normed);
    for (uint32_t i = n->n_normed; i < n->width; ++i) {
      y[i] = x[i];
    }
  }
}

const EchoicNodeType echoic_rmsnorm_type = {
  "rmsnorm",
  bytes,
  prepare,
  reset,
  process,
  NULL,
};
