// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/attention.h"

#include "dsp/nodes/kv_ring.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const char* const tensors[] = {NULL};
static const char* const numbers[] = {"heads",
                                      "kv_heads",
                                      "window",
                                      "scale",
                                      NULL};
static const char* const words[]   = {"form", NULL};

static const char* const forms[] = {"softmax", "linear", "power"};

typedef struct {
  bool         joined; ///< One input holds queries, keys and values
  EchoicKvRing ring;
} Node;

static EchoicStatus
read_form(const EchoicNodeSpec* const spec,
          EchoicKvRing* const         ring,
          EchoicError* const          error)
{
  const char* const word = echoic_node_word(spec, "form", forms[0]);
  uint32_t          i    = 0U;
  while (i < 3U && strcmp(forms[i], word)) {
    ++i;
  }

  const double root = sqrt(fmax((double)ring->head_width, 1.0));
  ring->form        = (EchoicAttend)i;
  ring->scale = (float)echoic_node_number(spec, "scale", i ? 1.0 : 1.0 / root);
  return i < 3U ? ECHOIC_OK
                : echoic_error(error,
                               ECHOIC_BAD_ARG,
                               "node '%s': form is '%s': must be softmax, "
                               "linear or power",
                               spec->id,
                               word);
}

/// Sizes of the ring from options and widths
static EchoicStatus
configure(const EchoicNodeSpec* const  spec,
          const EchoicNodeShape* const shape,
          EchoicKvRing* const          ring,
          EchoicError* const           error)
{
  uint32_t     taps  = 0U;
  uint64_t     total = 0U;
  EchoicStatus st    = ECHOIC_OK;
  if ((st = echoic_node_whole(
         spec, "heads", 0.0, 1U, ECHOIC_MAX_WIDTH, &ring->n_heads, error)) ||
      (st = echoic_node_whole(spec,
                              "kv_heads",
                              ring->n_heads,
                              1U,
                              ring->n_heads,
                              &ring->n_kv_heads,
                              error)) ||
      (st =
         echoic_node_whole(spec, "window", 0.0, 1U, 1000000U, &taps, error))) {
    return st;
  }

  for (uint32_t i = 0U; i < shape->n_inputs; ++i) {
    total += shape->width_in[i];
  }

  const uint64_t n_vectors =
    (uint64_t)ring->n_heads + (2U * (uint64_t)ring->n_kv_heads);
  ring->head_width = (uint32_t)(total / n_vectors);
  ring->n_past     = taps - 1U;
  return read_form(spec, ring, error);
}

/// Check that heads divide what comes in
static EchoicStatus
check_widths(const EchoicNodeSpec* const  spec,
             const EchoicNodeShape* const shape,
             const EchoicKvRing* const    ring,
             EchoicError* const           error)
{
  const uint32_t        q  = ring->n_heads * ring->head_width;
  const uint32_t        kv = ring->n_kv_heads * ring->head_width;
  const uint32_t* const in = shape->width_in;
  const bool            is_whole =
    ring->head_width && ring->n_heads % ring->n_kv_heads == 0U;
  const bool fits = shape->n_inputs == 3U
                      ? in[0] == q && in[1] == kv && in[2] == kv
                      : in[0] == q + (2U * kv);
  return is_whole && fits
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_SHAPE,
                          "node '%s': %u heads of queries and %u of keys and "
                          "values don't divide the inputs' widths, or one "
                          "another",
                          spec->id,
                          ring->n_heads,
                          ring->n_kv_heads);
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  EchoicKvRing ring = {0};
  EchoicStatus st   = shape->n_inputs == 1U
                        ? ECHOIC_OK
                        : echoic_node_expect_inputs(spec, shape, 3U, error);
  if (st ||
      (st = echoic_node_expect_only(spec, tensors, numbers, words, error)) ||
      (st = configure(spec, shape, &ring, error)) ||
      (st = check_widths(spec, shape, &ring, error)) ||
      (st = echoic_kv_ring_check(&ring, spec, error))) {
    return st;
  }

  shape->width_out = ring.n_heads * ring.head_width;
  shape->bytes = echoic_arena_round(sizeof(Node)) + echoic_kv_ring_bytes(&ring);
  return isfinite(ring.scale) ? ECHOIC_OK
                              : echoic_error(error,
                                             ECHOIC_BAD_ARG,
                                             "node '%s': scale must be finite",
                                             spec->id);
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  EchoicKvRing       ring = {0};
  const EchoicStatus st   = configure(spec, shape, &ring, error);
  Node* const        n    = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  if (st || !n || !echoic_kv_ring_prepare(&ring, arena)) {
    return st ? st
              : echoic_error(
                  error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  n->joined = shape->n_inputs == 1U;
  n->ring   = ring;
  *node     = n;
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
  Node* const         n     = (Node*)node;
  EchoicKvRing* const ring  = &n->ring;
  const size_t        q     = (size_t)ring->n_heads * ring->head_width;
  const size_t        kv    = (size_t)ring->n_kv_heads * ring->head_width;
  const size_t        whole = q + (2U * kv);
  for (uint32_t f = 0U; f < n_frames; ++f) {
    float* const y = out + (f * q);
    if (n->joined) {
      const float* const x = in[0] + (f * whole);
      echoic_kv_ring_step(ring, x, x + q, x + q + kv, y);
    } else {
      echoic_kv_ring_step(
        ring, in[0] + (f * q), in[1] + (f * kv), in[2] + (f * kv), y);
    }
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  return echoic_kv_ring_state(&((Node*)node)->ring, index, state);
}

const EchoicNodeType echoic_attention_type = {
  "attention",
  bytes,
  prepare,
  reset,
  process,
  state,
};
