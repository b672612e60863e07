// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/onepole.h"

#include "dsp/angles.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const char* const tensors[] = {NULL};
static const char* const numbers[] = {"p", "g", "length", NULL};
static const char* const words[]   = {"code", NULL};

static const double max_gain = 1e6;

/// An input that may be a vector, one number for all, or absent
typedef struct {
  bool     is_there;
  uint32_t width;
} Gate;

typedef struct {
  uint32_t    width;
  uint32_t    parts; ///< 2 if h is complex
  float       p;
  float       g;
  Gate        feedback;
  Gate        input;
  EchoicAngle angle;
  int64_t     position;
  float*      h; ///< [width][parts]
} Node;

static EchoicStatus
check(const EchoicNodeSpec* const  spec,
      const EchoicNodeShape* const shape,
      EchoicAngle* const           angle,
      EchoicError* const           error)
{
  const double p = echoic_node_number(spec, "p", 1.0);
  const double g = echoic_node_number(spec, "g", 1.0);
  if (!shape->n_inputs || shape->n_inputs > 3U) {
    return echoic_node_expect_inputs(spec, shape, 3U, error);
  }

  for (uint32_t i = 1U; i < shape->n_inputs; ++i) {
    const uint32_t width = shape->width_in[i];
    if (width != 1U && width != shape->width_in[0]) {
      return echoic_error(error,
                          ECHOIC_BAD_SHAPE,
                          "node '%s': gate %u has width %u: must be 1 or %u",
                          spec->id,
                          i,
                          width,
                          shape->width_in[0]);
    }
  }

  if (!(p >= -1.0 && p <= 1.0) || !(g >= -max_gain && g <= max_gain)) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "node '%s': p is %g and g %g: must be from -1 to 1, "
                        "and from -1e6 to 1e6",
                        spec->id,
                        p,
                        g);
  }

  return echoic_angle_read(spec, ECHOIC_ANGLE_NONE, angle, error);
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  EchoicAngle  angle = {ECHOIC_ANGLE_NONE, 1.0};
  EchoicStatus st =
    echoic_node_expect_only(spec, tensors, numbers, words, error);
  if (st || (st = check(spec, shape, &angle, error))) {
    return st;
  }

  const uint64_t width = shape->width_in[0] * (angle.code ? 2ULL : 1ULL);
  shape->width_out     = width > ECHOIC_MAX_WIDTH ? 0U : (uint32_t)width;
  shape->bytes         = echoic_arena_round(sizeof(Node)) +
                 echoic_arena_round(shape->width_out * sizeof(float));
  return ECHOIC_OK;
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  Node* const  n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  float* const h =
    (float*)echoic_arena_take(arena, shape->width_out, sizeof(float));
  if (!n || !h) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  n->width        = shape->width_in[0];
  n->p            = (float)echoic_node_number(spec, "p", 1.0);
  n->g            = (float)echoic_node_number(spec, "g", 1.0);
  n->feedback     = (Gate){shape->n_inputs > 1U, shape->width_in[1]};
  n->input        = (Gate){shape->n_inputs > 2U, shape->width_in[2]};
  n->h            = h;
  EchoicStatus st = check(spec, shape, &n->angle, error);
  n->parts        = n->angle.code ? 2U : 1U;
  *node           = n;
  return st;
}

static ECHOIC_RT void
reset(void* const node)
{
  Node* const n = (Node*)node;
  n->position   = 0;
  memset(n->h, 0, (size_t)n->width * n->parts * sizeof(float));
}

/// Value of a gate for channel `i` of its frame, null if it isn't there
static inline float
value(const Gate* const gate, const float* const frame, const uint32_t i)
{
  return frame ? frame[gate->width > 1U ? i : 0U] : 1.0F;
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  Node* const  n     = (Node*)node;
  const size_t width = (size_t)n->width * n->parts;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    const float* const x = in[0] + ((size_t)f * n->width);
    const float* const p =
      n->feedback.is_there ? in[1] + ((size_t)f * n->feedback.width) : NULL;
    const float* const g =
      n->input.is_there ? in[2] + ((size_t)f * n->input.width) : NULL;
    const double step = echoic_angle_step(&n->angle, n->position++);
    const float  c    = (float)cos(step);
    const float  s    = (float)sin(step);
    for (uint32_t i = 0U; i < n->width; ++i) {
      float* const h    = n->h + ((size_t)i * n->parts);
      const float  keep = n->p * value(&n->feedback, p, i);
      const float  a    = fminf(fmaxf(keep, -1.0F), 1.0F);
      const float  in_  = n->g * value(&n->input, g, i) * x[i];
      if (n->parts == 1U) {
        h[0] = (a * h[0]) + in_;
      } else {
        const float re = h[0];
        const float im = h[1];
        h[0]           = (a * ((c * re) - (s * im))) + in_;
        h[1]           = a * ((c * im) + (s * re));
      }
    }
    memcpy(out + (f * width), n->h, width * sizeof(float));
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  Node* const n    = (Node*)node;
  const bool  aged = n->angle.code;
  return index == 0U
           ? echoic_node_state(state, "h", n->width, aged ? 2U : 0U, n->h)
           : echoic_node_count(
               state, aged && index == 1U ? "position" : NULL, &n->position);
}

const EchoicNodeType echoic_onepole_type = {
  "onepole",
  bytes,
  prepare,
  reset,
  process,
  state,
};
