// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/trape.h"

#include "dsp/angles.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const char* const tensors[] = {NULL};
static const char* const numbers[] = {"length", "gain", NULL};
static const char* const words[]   = {"code", NULL};

static const double two_pi = 6.28318530717958647693;

typedef struct {
  uint32_t    width;
  double      gain;
  EchoicAngle angle;
  int64_t     position;
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const double gain  = echoic_node_number(spec, "gain", 1.0);
  EchoicAngle  angle = {ECHOIC_ANGLE_NONE, 1.0};
  EchoicStatus st    = echoic_node_expect_inputs(spec, shape, 1U, error);
  if (st ||
      (st = echoic_node_expect_only(spec, tensors, numbers, words, error)) ||
      (st = echoic_angle_read(spec, ECHOIC_ANGLE_WARPED, &angle, error))) {
    return st;
  }

  shape->width_out = shape->width_in[0] + 1U;
  shape->bytes     = echoic_arena_round(sizeof(Node));
  return fabs(gain) <= 1e6
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "node '%s': gain is %g: must be from -1e6 to 1e6",
                          spec->id,
                          gain);
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

  n->width = shape->width_in[0];
  n->gain  = echoic_node_number(spec, "gain", 1.0);
  *node    = n;
  return echoic_angle_read(spec, ECHOIC_ANGLE_WARPED, &n->angle, error);
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
  for (uint32_t f = 0U; f < n_frames; ++f) {
    float* const y     = out + ((size_t)f * (n->width + 1U));
    const double angle = echoic_angle(&n->angle, n->position++);
    memcpy(y, in[0] + ((size_t)f * n->width), n->width * sizeof(float));
    y[n->width] = (float)(n->gain * angle / two_pi);
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  return echoic_node_count(
    state, index == 0U ? "position" : NULL, &((Node*)node)->position);
}

const EchoicNodeType echoic_trape_type = {
  "trape",
  bytes,
  prepare,
  reset,
  process,
  state,
};
