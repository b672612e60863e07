// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/rwkv5.h"

#include "dsp/nodes/wkv.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define N_MIXES ECHOIC_WKV_N_INPUTS
#define N_RULES (ECHOIC_WKV_N_RULES + N_MIXES + 1U)

static const char* const mixes[] = {
  [ECHOIC_WKV_RECEPTANCE] = "time_mix_r",
  [ECHOIC_WKV_KEY]        = "time_mix_k",
  [ECHOIC_WKV_VALUE]      = "time_mix_v",
  [ECHOIC_WKV_GATE]       = "time_mix_g",
};

typedef struct {
  uint32_t  width;
  EchoicWkv wkv;
  float*    mix[N_MIXES]; ///< [width] Shares of this frame
  float*    decay;        ///< [width]
  float*    shift;        ///< [width] The frame before
  float*    mixed;        ///< [width]
} Node;

#define N_VECTORS (N_MIXES + 3U)

/// The factor by which a state fades in a frame
static float
decay_of(const float time_decay)
{
  return (float)exp(-exp((double)time_decay));
}

static EchoicStatus
check_decay(const EchoicNodeSpec* const spec,
            const uint32_t              n,
            EchoicError* const          error)
{
  const float* const decay = echoic_node_tensor(spec, "time_decay")->data;
  for (uint32_t i = 0U; i < n; ++i) {
    if (decay_of(decay[i]) >= 1.0F) {
      return echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "node '%s': 'time_decay' is %g at element %u: must "
                          "be above -16, or the state never fades",
                          spec->id,
                          (double)decay[i],
                          i);
    }
  }

  return ECHOIC_OK;
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const uint32_t   n              = shape->width_in[0];
  const uint32_t   n_heads        = echoic_wkv_heads(spec, n);
  EchoicTensorRule rules[N_RULES] = {
    [ECHOIC_WKV_N_RULES] = {"time_mix_r", false, 3U, {1U, 1U, n}},
    {"time_mix_k", false, 3U, {1U, 1U, n}},
    {"time_mix_v", false, 3U, {1U, 1U, n}},
    {"time_mix_g", false, 3U, {1U, 1U, n}},
    {"time_decay", false, 2U, {n_heads, n / n_heads}},
  };
  echoic_wkv_rules(rules, n, n_heads);
  shape->width_out = n;
  shape->bytes     = echoic_arena_round(sizeof(Node)) +
                 echoic_wkv_bytes(n, n_heads) +
                 (N_VECTORS * echoic_arena_round(n * sizeof(float)));
  EchoicStatus st = echoic_node_expect_inputs(spec, shape, 1U, error);
  st              = st ? st : echoic_wkv_expect_options(spec, error);
  st = st ? st : echoic_node_expect_tensors(spec, rules, N_RULES, error);
  return st ? st : check_decay(spec, n, error);
}

static bool
take(const EchoicNodeSpec* const spec, EchoicArena* const arena, Node* const n)
{
  const EchoicTensor* const decay = echoic_node_tensor(spec, "time_decay");
  for (uint32_t i = 0U; i < N_MIXES; ++i) {
    n->mix[i] =
      echoic_node_vector(arena, echoic_node_tensor(spec, mixes[i]), n->width);
  }

  return n->mix[N_MIXES - 1U] && echoic_wkv_prepare(&n->wkv, spec, arena) &&
         (n->decay = echoic_node_vector(arena, decay, n->width)) &&
         (n->shift = echoic_node_vector(arena, NULL, n->width)) &&
         (n->mixed = echoic_node_vector(arena, NULL, n->width));
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  Node* const n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  if (n) {
    n->width = shape->width_in[0];
  }

  if (!n || !take(spec, arena, n)) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  for (uint32_t i = 0U; i < n->width; ++i) {
    n->decay[i] = decay_of(n->decay[i]);
  }

  *node = n;
  return ECHOIC_OK;
}

static ECHOIC_RT void
reset(void* const node)
{
  Node* const n = (Node*)node;
  memset(n->shift, 0, n->width * sizeof(float));
  echoic_fast_weights_reset(&n->wkv.memory);
}

/// One projection, of its own mixture of this frame and the one before
static void
project(Node* const n, const EchoicWkvInput input, const float* const x)
{
  const float* const mix = n->mix[input];
  for (uint32_t i = 0U; i < n->width; ++i) {
    n->mixed[i] = (x[i] * mix[i]) + (n->shift[i] * (1.0F - mix[i]));
  }

  echoic_wkv_project(&n->wkv, input, n->mixed);
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  Node* const n = (Node*)node;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    const float* const x = in[0] + ((size_t)f * n->width);
    project(n, ECHOIC_WKV_RECEPTANCE, x);
    project(n, ECHOIC_WKV_KEY, x);
    project(n, ECHOIC_WKV_VALUE, x);
    project(n, ECHOIC_WKV_GATE, x);
    memcpy(n->shift, x, n->width * sizeof(float));
    echoic_wkv_step(&n->wkv, n->decay, out + ((size_t)f * n->width));
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  const Node* const n = (const Node*)node;
  return echoic_wkv_state(&n->wkv, n->shift, index, state);
}

const EchoicNodeType echoic_rwkv5_type = {
  "rwkv5",
  bytes,
  prepare,
  reset,
  process,
  state,
};
