// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/rope.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const char* const tensors[] = {"freqs", NULL};
static const char* const numbers[] = {"heads", "dim", "base", NULL};
static const char* const words[]   = {"layout", NULL};

static const double default_base = 10000.0;
static const double max_base     = 1e12;

typedef struct {
  uint32_t n_heads;
  uint32_t head_width;
  uint32_t n_pairs;  ///< D/2, of every head
  uint32_t stride;   ///< From a pair to the next
  uint32_t partner;  ///< From a pair's first number to its second
  int64_t  position; ///< Frames since the reset
  double*  freqs;    ///< [n_pairs] Radians a frame
  float*   turn;     ///< [n_pairs][2] Cosines and sines of this frame
} Node;

/// Sizes from options and width
static EchoicStatus
configure(const EchoicNodeSpec* const spec,
          const uint32_t              width,
          Node* const                 n,
          EchoicError* const          error)
{
  uint32_t     dim = 0U;
  EchoicStatus st =
    echoic_node_whole(spec, "heads", 1.0, 1U, width, &n->n_heads, error);
  n->head_width = width / n->n_heads;
  if (st || (st = echoic_node_whole(
               spec, "dim", n->head_width, 2U, n->head_width, &dim, error))) {
    return st;
  }

  const bool halves =
    !strcmp(echoic_node_word(spec, "layout", "interleaved"), "halves");
  n->n_pairs = dim / 2U;
  n->stride  = halves ? 1U : 2U;
  n->partner = halves ? n->n_pairs : 1U;
  return dim % 2U == 0U && width % n->n_heads == 0U
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_SHAPE,
                          "node '%s': heads %u and dim %u don't fit width %u: "
                          "heads must divide it, dim must be even",
                          spec->id,
                          n->n_heads,
                          dim,
                          width);
}

static EchoicStatus
check_options(const EchoicNodeSpec* const spec, EchoicError* const error)
{
  const double      base   = echoic_node_number(spec, "base", default_base);
  const char* const layout = echoic_node_word(spec, "layout", "interleaved");
  if (!(base >= 1.0 && base <= max_base)) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "node '%s': base is %g: must be from 1 to 1e12",
                        spec->id,
                        base);
  }

  return strcmp(layout, "interleaved") && strcmp(layout, "halves")
           ? echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "node '%s': layout is '%s': must be interleaved or "
                          "halves",
                          spec->id,
                          layout)
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
      (st = check_options(spec, error)) ||
      (st = configure(spec, shape->width_in[0], &n, error))) {
    return st;
  }

  shape->width_out = shape->width_in[0];
  shape->bytes     = echoic_arena_round(sizeof(Node)) +
                 echoic_arena_round(n.n_pairs * sizeof(double)) +
                 echoic_arena_round(n.n_pairs * 2U * sizeof(float));
  return echoic_node_tensor(spec, "freqs")
           ? echoic_node_expect(spec, "freqs", 1U, &n.n_pairs, error)
           : ECHOIC_OK;
}

static void
fill_freqs(const EchoicNodeSpec* const spec, Node* const n)
{
  const EchoicTensor* const given = echoic_node_tensor(spec, "freqs");
  const double base = echoic_node_number(spec, "base", default_base);
  for (uint32_t i = 0U; i < n->n_pairs; ++i) {
    n->freqs[i] = given ? (double)given->data[i]
                        : pow(base, -(double)i / (double)n->n_pairs);
  }
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  Node* const  n  = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  EchoicStatus st = n ? configure(spec, shape->width_out, n, error) : ECHOIC_OK;
  if (n && !st) {
    n->freqs = (double*)echoic_arena_take(arena, n->n_pairs, sizeof(double));
    n->turn  = (float*)echoic_arena_take(arena, 2U * n->n_pairs, sizeof(float));
  }

  if (st || !n || !n->freqs || !n->turn) {
    return st ? st
              : echoic_error(
                  error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  fill_freqs(spec, n);
  *node = n;
  return ECHOIC_OK;
}

static ECHOIC_RT void
reset(void* const node)
{
  ((Node*)node)->position = 0;
}

static void
turn_head(const Node* const n, float* const y)
{
  for (uint32_t i = 0U; i < n->n_pairs; ++i) {
    float* const first  = y + ((size_t)i * n->stride);
    float* const second = first + n->partner;
    const float  c      = n->turn[2U * i];
    const float  s      = n->turn[(2U * i) + 1U];
    const float  a      = *first;
    const float  b      = *second;
    *first              = (a * c) - (b * s);
    *second             = (b * c) + (a * s);
  }
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  Node* const  n     = (Node*)node;
  const size_t width = (size_t)n->n_heads * n->head_width;
  memcpy(out, in[0], n_frames * width * sizeof(float));
  for (uint32_t f = 0U; f < n_frames; ++f) {
    for (uint32_t i = 0U; i < n->n_pairs; ++i) {
      const double angle     = (double)n->position * n->freqs[i];
      n->turn[2U * i]        = (float)cos(angle);
      n->turn[(2U * i) + 1U] = (float)sin(angle);
    }
    for (uint32_t h = 0U; h < n->n_heads; ++h) {
      turn_head(n, out + (f * width) + ((size_t)h * n->head_width));
    }
    ++n->position;
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  return echoic_node_count(
    state, index == 0U ? "position" : NULL, &((Node*)node)->position);
}

const EchoicNodeType echoic_rope_type = {
  "rope",
  bytes,
  prepare,
  reset,
  process,
  state,
};
