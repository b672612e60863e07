// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/mha.h"

#include "dsp/matrix.h"
#include "dsp/nodes/kv_ring.h"

#include <math.h>
#include <stdbool.h>

static const char* const numbers[] = {"heads", "window", NULL};
static const char* const words[]   = {NULL};

#define BLOCK 12U ///< Frames that are projected at once

typedef struct {
  EchoicMatrix in_proj;  ///< (3E, E)
  EchoicMatrix out_proj; ///< (E, E)
  EchoicKvRing ring;
  float*       qkv;      ///< [BLOCK][3][E]
  float*       attended; ///< [BLOCK][E] Heads side by side
} Node;

/// Sizes of the ring from options and width
static EchoicStatus
configure(const EchoicNodeSpec* const spec,
          const uint32_t              width,
          EchoicKvRing* const         ring,
          EchoicError* const          error)
{
  uint32_t     taps = 0U;
  EchoicStatus st =
    echoic_node_whole(spec, "heads", 0.0, 1U, width, &ring->n_heads, error);
  if (st || (st = echoic_node_whole(
               spec, "window", 0.0, 1U, 1000000U, &taps, error))) {
    return st;
  }

  ring->n_kv_heads = ring->n_heads;
  ring->head_width = width / ring->n_heads;
  ring->n_past     = taps - 1U;
  ring->scale      = (float)(1.0 / sqrt((double)ring->head_width));
  return width % ring->n_heads == 0U
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_SHAPE,
                          "node '%s': heads is %u: must divide the width %u",
                          spec->id,
                          ring->n_heads,
                          width);
}

static EchoicStatus
check_tensors(const EchoicNodeSpec* const spec,
              const uint32_t              width,
              EchoicError* const          error)
{
  const EchoicTensorRule rules[] = {
    {"in_proj_weight", false, 2U, {3U * width, width}},
    {"in_proj_bias", true, 1U, {3U * width}},
    {"out_proj.weight", false, 2U, {width, width}},
    {"out_proj.bias", true, 1U, {width}},
  };
  return echoic_node_expect_tensors(spec, rules, 4U, error);
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const uint32_t width = shape->width_in[0];
  EchoicKvRing   ring  = {0};
  EchoicStatus   st    = echoic_node_expect_inputs(spec, shape, 1U, error);
  if (st || (st = echoic_node_expect_only(spec, NULL, numbers, words, error)) ||
      (st = check_tensors(spec, width, error)) ||
      (st = configure(spec, width, &ring, error)) ||
      (st = echoic_kv_ring_check(&ring, spec, error))) {
    return st;
  }

  shape->width_out = width;
  shape->bytes =
    echoic_arena_round(sizeof(Node)) + echoic_matrix_bytes(3U * width, width) +
    echoic_matrix_bytes(width, width) + echoic_kv_ring_bytes(&ring) +
    echoic_arena_round((size_t)3U * BLOCK * width * sizeof(float)) +
    echoic_arena_round((size_t)BLOCK * width * sizeof(float));
  return ECHOIC_OK;
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const size_t       width = shape->width_out;
  Node* const        n     = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  const EchoicStatus st =
    n ? configure(spec, shape->width_out, &n->ring, error) : ECHOIC_OK;
  bool ok = n && !st;
  if (ok) {
    n->qkv      = echoic_node_vector(arena, NULL, 3U * BLOCK * width);
    n->attended = echoic_node_vector(arena, NULL, BLOCK * width);
    ok          = n->qkv && n->attended &&
         echoic_node_matrix(
           spec, "in_proj_weight", "in_proj_bias", arena, &n->in_proj) &&
         echoic_node_matrix(
           spec, "out_proj.weight", "out_proj.bias", arena, &n->out_proj) &&
         echoic_kv_ring_prepare(&n->ring, arena);
  }

  if (!ok) {
    return st ? st
              : echoic_error(
                  error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  *node = n;
  return ECHOIC_OK;
}

static ECHOIC_RT void
reset(void* const node)
{
  echoic_kv_ring_reset(&((Node*)node)->ring);
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  Node* const  n      = (Node*)node;
  const size_t width  = n->out_proj.n_out;
  uint32_t     n_once = 0U;
  for (uint32_t f = 0U; f < n_frames; f += n_once) {
    n_once = n_frames - f < BLOCK ? n_frames - f : BLOCK;
    echoic_matrix_apply_frames(
      &n->in_proj, in[0] + (f * width), n->qkv, n_once);
    for (uint32_t k = 0U; k < n_once; ++k) {
      const float* const q = n->qkv + (3U * k * width);
      echoic_kv_ring_step(
        &n->ring, q, q + width, q + (2U * width), n->attended + (k * width));
    }
    echoic_matrix_apply_frames(
      &n->out_proj, n->attended, out + (f * width), n_once);
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  return echoic_kv_ring_state(&((Node*)node)->ring, index, state);
}

const EchoicNodeType echoic_mha_type = {
  "mha",
  bytes,
  prepare,
  reset,
  process,
  state,
};
