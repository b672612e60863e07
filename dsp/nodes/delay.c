// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/delay.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const char* const tensors[] = {NULL};
static const char* const numbers[] = {"frames", NULL};
static const char* const words[]   = {"output", NULL};

static const double max_frames = 1e6;

typedef struct {
  uint32_t width;
  uint32_t n_taps; ///< d + 1
  bool     all;    ///< Every tap is output, not just the last
  uint32_t now;    ///< Slot of the next frame
  float*   ring;   ///< [n_taps][width]
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const double      frames = echoic_node_number(spec, "frames", -1.0);
  const char* const output = echoic_node_word(spec, "output", "all");
  const bool        all    = !strcmp(output, "all");
  if (echoic_node_expect_inputs(spec, shape, 1U, error)) {
    return ECHOIC_BAD_SHAPE;
  }

  if (echoic_node_expect_only(spec, tensors, numbers, words, error)) {
    return ECHOIC_BAD_FORMAT;
  }

  if (!(frames >= 0.0 && frames <= max_frames) || frames != floor(frames)) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "node '%s': frames is %g: must be whole, 0 to 1e6",
                        spec->id,
                        frames);
  }

  if (!all && strcmp(output, "last")) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "node '%s': output is '%s': must be all or last",
                        spec->id,
                        output);
  }

  const double width = shape->width_in[0] * (all ? frames + 1.0 : 1.0);
  if (width > ECHOIC_MAX_WIDTH ||
      shape->width_in[0] * (frames + 1.0) > 256.0 * ECHOIC_MAX_WIDTH) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "node '%s': %g frames of width %u are too many",
                        spec->id,
                        frames,
                        shape->width_in[0]);
  }

  const size_t ring = (size_t)shape->width_in[0] * ((size_t)frames + 1U);
  shape->width_out  = (uint32_t)width;
  shape->bytes =
    echoic_arena_round(sizeof(Node)) + echoic_arena_round(ring * sizeof(float));
  return ECHOIC_OK;
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const uint32_t n_taps =
    (uint32_t)echoic_node_number(spec, "frames", 0.0) + 1U;
  Node* const  n    = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  float* const ring = (float*)echoic_arena_take(
    arena, (size_t)n_taps * shape->width_in[0], sizeof(float));
  if (!n || !ring) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  n->width  = shape->width_in[0];
  n->n_taps = n_taps;
  n->all    = !strcmp(echoic_node_word(spec, "output", "all"), "all");
  n->ring   = ring;
  *node     = n;
  return ECHOIC_OK;
}

static ECHOIC_RT void
reset(void* const node)
{
  Node* const n = (Node*)node;
  n->now        = 0U;
  memset(n->ring, 0, (size_t)n->n_taps * n->width * sizeof(float));
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  Node* const  n    = (Node*)node;
  const size_t size = n->width * sizeof(float);
  float*       y    = out;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    memcpy(n->ring + ((size_t)n->now * n->width),
           in[0] + ((size_t)f * n->width),
           size);
    for (uint32_t age = n->all ? 0U : n->n_taps - 1U; age < n->n_taps; ++age) {
      const uint32_t slot =
        n->now >= age ? n->now - age : n->now + n->n_taps - age;
      memcpy(y, n->ring + ((size_t)slot * n->width), size);
      y += n->width;
    }
    n->now = n->now + 1U < n->n_taps ? n->now + 1U : 0U;
  }
}

const EchoicNodeType echoic_delay_type = {
  "delay",
  bytes,
  prepare,
  reset,
  process,
};
