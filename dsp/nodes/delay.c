// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/delay.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const char* const tensors[] = {NULL};
static const char* const numbers[] = {"frames", "pool", NULL};
static const char* const words[]   = {"output", NULL};

static const double   max_frames = 1e6;
static const uint32_t max_pool   = 1000000U;

typedef struct {
  uint32_t width;
  uint32_t n_taps;  ///< d + 1
  uint32_t pool;    ///< Frames of which a tap is the mean
  uint32_t n_slots; ///< n_taps * pool
  bool     all;     ///< Every tap is output, not just the last
  int64_t  now;     ///< Slot of the next frame
  float*   ring;    ///< [n_slots][width]
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

  uint32_t           pool = 1U;
  const EchoicStatus st =
    echoic_node_whole(spec, "pool", 1.0, 1U, max_pool, &pool, error);
  if (st) {
    return st;
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
      shape->width_in[0] * (frames + 1.0) * pool > 256.0 * ECHOIC_MAX_WIDTH) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "node '%s': %g frames of width %u are too many",
                        spec->id,
                        frames,
                        shape->width_in[0]);
  }

  const size_t ring = (size_t)shape->width_in[0] * ((size_t)frames + 1U) * pool;
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
  const uint32_t pool    = (uint32_t)echoic_node_number(spec, "pool", 1.0);
  const uint32_t n_slots = n_taps * pool;
  Node* const    n       = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  float* const   ring    = (float*)echoic_arena_take(
    arena, (size_t)n_slots * shape->width_in[0], sizeof(float));
  if (!n || !ring) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  n->width   = shape->width_in[0];
  n->n_taps  = n_taps;
  n->pool    = pool;
  n->n_slots = n_slots;
  n->all     = !strcmp(echoic_node_word(spec, "output", "all"), "all");
  n->ring    = ring;
  *node      = n;
  return ECHOIC_OK;
}

static ECHOIC_RT void
reset(void* const node)
{
  Node* const n = (Node*)node;
  n->now        = 0;
  memset(n->ring, 0, (size_t)n->n_slots * n->width * sizeof(float));
}

/// Mean of the frames from `age` on
static void
read_block(const Node* const n,
           const uint32_t    now,
           const uint32_t    age,
           float* const      y)
{
  for (uint32_t k = 0U; k < n->pool; ++k) {
    const uint32_t     a    = age + k;
    const uint32_t     slot = now >= a ? now - a : now + n->n_slots - a;
    const float* const x    = n->ring + ((size_t)slot * n->width);
    for (uint32_t i = 0U; i < n->width; ++i) {
      y[i] = k ? y[i] + x[i] : x[i];
    }
  }

  for (uint32_t i = 0U; n->pool > 1U && i < n->width; ++i) {
    y[i] /= (float)n->pool;
  }
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
    // Unsigned: whatever slot was restored, it is within the ring.
    const uint32_t now = (uint32_t)((uint64_t)n->now % n->n_slots);
    memcpy(
      n->ring + ((size_t)now * n->width), in[0] + ((size_t)f * n->width), size);
    for (uint32_t tap = n->all ? 0U : n->n_taps - 1U; tap < n->n_taps; ++tap) {
      read_block(n, now, tap * n->pool, y);
      y += n->width;
    }
    n->now = now + 1U < n->n_slots ? now + 1U : 0U;
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  Node* const n = (Node*)node;
  return index == 0U
           ? echoic_node_state(state, "ring", n->n_slots, n->width, n->ring)
           : echoic_node_count(state, index == 1U ? "now" : NULL, &n->now);
}

const EchoicNodeType echoic_delay_type = {
  "delay",
  bytes,
  prepare,
  reset,
  process,
  state,
};
