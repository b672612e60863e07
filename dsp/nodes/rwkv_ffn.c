// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/rwkv_ffn.h"

#include "dsp/activate.h"
#include "dsp/matrix.h"

#include <stdbool.h>
#include <string.h>

#define N_RULES 5U

typedef struct {
  uint32_t     width;
  uint32_t     n_hidden;
  EchoicMatrix key;
  EchoicMatrix value;
  EchoicMatrix receptance;
  float*       maa_k;  ///< [width] Shares of the frame before
  float*       maa_r;  ///< [width]
  float*       shift;  ///< [width] The frame before
  float*       mixed;  ///< [width]
  float*       gate;   ///< [width]
  float*       hidden; ///< [n_hidden]
} Node;

/// True if the shares are those of this frame
static bool
is_version_5(const EchoicNodeSpec* const spec)
{
  return echoic_node_tensor(spec, "time_mix_k") ||
         echoic_node_tensor(spec, "time_mix_r");
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  static const char* const none[] = {NULL};
  const bool               is_5   = is_version_5(spec);
  const uint32_t           n      = shape->width_in[0];
  const uint32_t           hidden = echoic_node_dim(spec, "key.weight", 0U);
  const EchoicTensorRule   rules[N_RULES] = {
      {is_5 ? "time_mix_k" : "time_maa_k", false, 3U, {1U, 1U, n}},
      {is_5 ? "time_mix_r" : "time_maa_r", false, 3U, {1U, 1U, n}},
      {"key.weight", false, 2U, {hidden, n}},
      {"value.weight", false, 2U, {n, hidden}},
      {"receptance.weight", false, 2U, {n, n}},
  };
  shape->width_out = n;
  shape->bytes     = echoic_arena_round(sizeof(Node)) +
                 echoic_matrix_bytes(hidden, n) +
                 echoic_matrix_bytes(n, hidden) + echoic_matrix_bytes(n, n) +
                 (5U * echoic_arena_round(n * sizeof(float))) +
                 echoic_arena_round(hidden * sizeof(float));
  EchoicStatus st = echoic_node_expect_inputs(spec, shape, 1U, error);
  st = st ? st : echoic_node_expect_only(spec, NULL, none, none, error);
  return st ? st : echoic_node_expect_tensors(spec, rules, N_RULES, error);
}

static bool
take(const EchoicNodeSpec* const spec, EchoicArena* const arena, Node* const n)
{
  const bool                is_5  = is_version_5(spec);
  const uint32_t            width = n->width;
  const EchoicTensor* const k =
    echoic_node_tensor(spec, is_5 ? "time_mix_k" : "time_maa_k");
  const EchoicTensor* const r =
    echoic_node_tensor(spec, is_5 ? "time_mix_r" : "time_maa_r");
  const bool ok =
    (n->maa_k = echoic_node_vector(arena, k, width)) &&
    (n->maa_r = echoic_node_vector(arena, r, width)) &&
    (n->shift = echoic_node_vector(arena, NULL, width)) &&
    (n->mixed = echoic_node_vector(arena, NULL, width)) &&
    (n->gate = echoic_node_vector(arena, NULL, width)) &&
    (n->hidden = echoic_node_vector(arena, NULL, n->n_hidden)) &&
    echoic_node_matrix(spec, "key.weight", "", arena, &n->key) &&
    echoic_node_matrix(spec, "value.weight", "", arena, &n->value) &&
    echoic_node_matrix(spec, "receptance.weight", "", arena, &n->receptance);
  for (uint32_t i = 0U; ok && is_5 && i < width; ++i) {
    n->maa_k[i] = 1.0F - n->maa_k[i];
    n->maa_r[i] = 1.0F - n->maa_r[i];
  }

  return ok;
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
    n->width    = shape->width_in[0];
    n->n_hidden = echoic_node_dim(spec, "key.weight", 0U);
  }

  if (!n || !take(spec, arena, n)) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  *node = n;
  return ECHOIC_OK;
}

static ECHOIC_RT void
reset(void* const node)
{
  Node* const n = (Node*)node;
  memset(n->shift, 0, n->width * sizeof(float));
}

static void
mix(Node* const n, const float* const x, const float* const maa)
{
  for (uint32_t i = 0U; i < n->width; ++i) {
    n->mixed[i] = x[i] + ((n->shift[i] - x[i]) * maa[i]);
  }
}

static void
step(Node* const n, const float* const x, float* const out)
{
  mix(n, x, n->maa_k);
  echoic_matrix_apply(&n->key, n->mixed, n->hidden);
  echoic_relu(n->hidden, n->n_hidden);
  for (uint32_t i = 0U; i < n->n_hidden; ++i) {
    n->hidden[i] *= n->hidden[i];
  }

  mix(n, x, n->maa_r);
  echoic_matrix_apply(&n->receptance, n->mixed, n->gate);
  echoic_sigmoid(n->gate, n->width);
  echoic_matrix_apply(&n->value, n->hidden, out);
  for (uint32_t i = 0U; i < n->width; ++i) {
    out[i] *= n->gate[i];
  }

  memcpy(n->shift, x, n->width * sizeof(float));
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  Node* const n = (Node*)node;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    const size_t at = (size_t)f * n->width;
    step(n, in[0] + at, out + at);
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  const Node* const n = (const Node*)node;
  return echoic_node_state(
    state, index == 0U ? "shift" : NULL, n->width, 0U, n->shift);
}

const EchoicNodeType echoic_rwkv_ffn_type = {
  "rwkv_ffn",
  bytes,
  prepare,
  reset,
  process,
  state,
};
