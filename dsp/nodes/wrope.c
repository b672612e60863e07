// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/wrope.h"

#include "dsp/angles.h"
#include "dsp/hypercomplex.h"

#include <math.h>
#include <stdbool.h>

static const char* const tensors[] = {"angles", "axis", NULL};
static const char* const numbers[] = {"length", "axes", NULL};
static const char* const words[]   = {"code", NULL};

typedef struct {
  uint32_t    width;
  uint32_t    n_parts; ///< Of a number: axes + 1
  double      axis[ECHOIC_HYPERCOMPLEX_MAX - 1U];
  EchoicAngle angle;
  int64_t     position;
  float*      multiples; ///< [width], or null if all are 1
} Node;

static EchoicStatus
read_axis(const EchoicNodeSpec* const spec,
          Node* const                 n,
          EchoicError* const          error)
{
  const uint32_t            n_axes = n->n_parts - 1U;
  const EchoicTensor* const axis   = echoic_node_tensor(spec, "axis");
  double                    length = 0.0;
  if (n_axes != 1U && n_axes != 3U && n_axes != 7U) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "node '%s': axes is %u: must be 1, 3 or 7",
                        spec->id,
                        n_axes);
  }

  const EchoicStatus st =
    axis ? echoic_node_expect(spec, "axis", 1U, &n_axes, error) : ECHOIC_OK;
  for (uint32_t i = 0U; !st && i < n_axes; ++i) {
    n->axis[i] = axis ? (double)axis->data[i] : i ? 0.0 : 1.0;
    length += n->axis[i] * n->axis[i];
  }

  for (uint32_t i = 0U; i < n_axes; ++i) {
    n->axis[i] /= length > 0.0 ? sqrt(length) : 1.0;
  }

  return st || length > 0.0
           ? st
           : echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "node '%s': tensor 'axis' is zero: must point "
                          "somewhere",
                          spec->id);
}

static EchoicStatus
configure(const EchoicNodeSpec* const spec,
          const uint32_t              width,
          Node* const                 n,
          EchoicError* const          error)
{
  uint32_t     n_axes = 0U;
  EchoicStatus st =
    echoic_node_whole(spec, "axes", 1.0, 1U, 7U, &n_axes, error);
  n->width   = width;
  n->n_parts = n_axes + 1U;
  if (st || (st = read_axis(spec, n, error)) ||
      (st = echoic_angle_read(spec, ECHOIC_ANGLE_WARPED, &n->angle, error))) {
    return st;
  }

  return echoic_node_tensor(spec, "angles")
           ? echoic_node_expect(spec, "angles", 1U, &width, error)
           : ECHOIC_OK;
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  Node         n  = {0};
  EchoicStatus st = echoic_node_expect_inputs(spec, shape, 1U, error);
  if (st ||
      (st = echoic_node_expect_only(spec, tensors, numbers, words, error)) ||
      (st = configure(spec, shape->width_in[0], &n, error))) {
    return st;
  }

  const uint64_t width = (uint64_t)n.width * n.n_parts;
  shape->width_out     = width > ECHOIC_MAX_WIDTH ? 0U : (uint32_t)width;
  shape->bytes         = echoic_arena_round(sizeof(Node)) +
                 echoic_arena_round(n.width * sizeof(float));
  return ECHOIC_OK;
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const EchoicTensor* const angles = echoic_node_tensor(spec, "angles");
  const uint32_t            width  = shape->width_in[0];
  Node* const  n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  float* const m = (float*)echoic_arena_take(arena, width, sizeof(float));
  if (!n || !m) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  for (uint32_t i = 0U; angles && i < width; ++i) {
    m[i] = angles->data[i];
  }

  const EchoicStatus st = configure(spec, width, n, error);
  n->multiples          = angles ? m : NULL;
  *node                 = n;
  return st;
}

static ECHOIC_RT void
reset(void* const node)
{
  ((Node*)node)->position = 0;
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  Node* const n = (Node*)node;
  float*      y = out;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    const float* const x     = in[0] + ((size_t)f * n->width);
    const double       angle = echoic_angle(&n->angle, n->position++);
    double             q[ECHOIC_HYPERCOMPLEX_MAX];
    echoic_hypercomplex_exp(n->axis, angle, q, n->n_parts);
    for (uint32_t i = 0U; i < n->width; ++i) {
      if (n->multiples) {
        echoic_hypercomplex_exp(
          n->axis, angle * (double)n->multiples[i], q, n->n_parts);
      }
      for (uint32_t k = 0U; k < n->n_parts; ++k) { // q (x, 0, ..)
        *y++ = (float)q[k] * x[i];
      }
    }
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  return echoic_node_count(
    state, index == 0U ? "position" : NULL, &((Node*)node)->position);
}

const EchoicNodeType echoic_wrope_type = {
  "wrope",
  bytes,
  prepare,
  reset,
  process,
  state,
};
