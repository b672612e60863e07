// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/rwkv6.h"

#include "dsp/activate.h"
#include "dsp/nodes/wkv.h"

#include <stdbool.h>
#include <string.h>

#define N_PARTS 5U ///< What is mixed: w, k, v, r, g

#define N_RULES (ECHOIC_WKV_N_RULES + 11U)

typedef struct {
  uint32_t     width;
  uint32_t     n_mix; ///< Rank M of the mixing
  EchoicWkv    wkv;
  EchoicMatrix mix_in;           ///< To N_PARTS x M
  EchoicMatrix mix_out[N_PARTS]; ///< From M, with time_maa_* as bias
  EchoicMatrix decay_in;         ///< To D
  EchoicMatrix decay_out;        ///< From D, with time_decay as bias
  float*       maa_x;            ///< [width]
  float*       shift;            ///< [width] The frame before
  float*       change;           ///< [width] d
  float*       mixed;            ///< [width]
  float*       decay;            ///< [width] w
  float*       part;             ///< [N_PARTS][n_mix] z
  float*       rank;             ///< [D]
} Node;

static uint32_t
mix_rank(const EchoicNodeSpec* const spec)
{
  return echoic_node_dim(spec, "time_maa_w2", 1U);
}

static uint32_t
decay_rank(const EchoicNodeSpec* const spec)
{
  return echoic_node_dim(spec, "time_decay_w1", 1U);
}

/// Arena bytes of what isn't part of the memory
static size_t
own_bytes(const uint32_t n, const uint32_t n_mix, const uint32_t n_decay)
{
  return echoic_arena_round(sizeof(Node)) +
         echoic_matrix_bytes(N_PARTS * n_mix, n) +
         (N_PARTS * echoic_matrix_bytes(n, n_mix)) +
         echoic_matrix_bytes(n_decay, n) + echoic_matrix_bytes(n, n_decay) +
         (5U * echoic_arena_round(n * sizeof(float))) +
         echoic_arena_round(N_PARTS * n_mix * sizeof(float)) +
         echoic_arena_round(n_decay * sizeof(float));
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const uint32_t   n              = shape->width_in[0];
  const uint32_t   n_heads        = echoic_wkv_heads(spec, n);
  const uint32_t   n_mix          = mix_rank(spec);
  const uint32_t   n_decay        = decay_rank(spec);
  EchoicTensorRule rules[N_RULES] = {
    [ECHOIC_WKV_N_RULES] = {"time_maa_x", false, 3U, {1U, 1U, n}},
    {"time_maa_w", false, 3U, {1U, 1U, n}},
    {"time_maa_k", false, 3U, {1U, 1U, n}},
    {"time_maa_v", false, 3U, {1U, 1U, n}},
    {"time_maa_r", false, 3U, {1U, 1U, n}},
    {"time_maa_g", false, 3U, {1U, 1U, n}},
    {"time_maa_w2", false, 3U, {N_PARTS, n_mix, n}},
    {"time_maa_w1", false, 2U, {n, N_PARTS * n_mix}},
    {"time_decay", false, 3U, {1U, 1U, n}},
    {"time_decay_w1", false, 2U, {n, n_decay}},
    {"time_decay_w2", false, 2U, {n_decay, n}},
  };
  echoic_wkv_rules(rules, n, n_heads);
  shape->width_out = n;
  shape->bytes    = echoic_wkv_bytes(n, n_heads) + own_bytes(n, n_mix, n_decay);
  EchoicStatus st = echoic_node_expect_inputs(spec, shape, 1U, error);
  st              = st ? st : echoic_wkv_expect_options(spec, error);
  return st ? st : echoic_node_expect_tensors(spec, rules, N_RULES, error);
}

static const float*
data_of(const EchoicNodeSpec* const spec, const char* const name)
{
  return echoic_node_tensor(spec, name)->data;
}

static bool
prepare_matrices(Node* const                 n,
                 const EchoicNodeSpec* const spec,
                 EchoicArena* const          arena)
{
  static const char* const parts[] = {
    "time_maa_w", "time_maa_k", "time_maa_v", "time_maa_r", "time_maa_g"};
  const uint32_t     width = n->width;
  const uint32_t     rank  = decay_rank(spec);
  const float* const out   = data_of(spec, "time_maa_w2");
  bool               ok    = true;
  for (uint32_t i = 0U; ok && i < N_PARTS; ++i) {
    ok = echoic_matrix_prepare_columns(&n->mix_out[i],
                                       out + ((size_t)i * n->n_mix * width),
                                       data_of(spec, parts[i]),
                                       width,
                                       n->n_mix,
                                       arena);
  }

  return ok &&
         echoic_matrix_prepare_columns(&n->mix_in,
                                       data_of(spec, "time_maa_w1"),
                                       NULL,
                                       N_PARTS * n->n_mix,
                                       width,
                                       arena) &&
         echoic_matrix_prepare_columns(&n->decay_in,
                                       data_of(spec, "time_decay_w1"),
                                       NULL,
                                       rank,
                                       width,
                                       arena) &&
         echoic_matrix_prepare_columns(&n->decay_out,
                                       data_of(spec, "time_decay_w2"),
                                       data_of(spec, "time_decay"),
                                       width,
                                       rank,
                                       arena);
}

static bool
prepare_vectors(Node* const                 n,
                const EchoicNodeSpec* const spec,
                EchoicArena* const          arena)
{
  const EchoicTensor* const maa_x = echoic_node_tensor(spec, "time_maa_x");
  const size_t              n_z   = (size_t)N_PARTS * n->n_mix;
  return (n->maa_x = echoic_node_vector(arena, maa_x, n->width)) &&
         (n->shift = echoic_node_vector(arena, NULL, n->width)) &&
         (n->change = echoic_node_vector(arena, NULL, n->width)) &&
         (n->mixed = echoic_node_vector(arena, NULL, n->width)) &&
         (n->decay = echoic_node_vector(arena, NULL, n->width)) &&
         (n->part = echoic_node_vector(arena, NULL, n_z)) &&
         (n->rank = echoic_node_vector(arena, NULL, n->decay_in.n_out));
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
    n->n_mix = mix_rank(spec);
  }

  if (!n || !echoic_wkv_prepare(&n->wkv, spec, arena) ||
      !prepare_matrices(n, spec, arena) || !prepare_vectors(n, spec, arena)) {
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
  echoic_fast_weights_reset(&n->wkv.memory);
}

/// mixed = x + d share
static void
mix(const Node* const n, const float* const x, const float* const share)
{
  for (uint32_t i = 0U; i < n->width; ++i) {
    n->mixed[i] = x[i] + (n->change[i] * share[i]);
  }
}

/// Mix `x` for part `index` of w, k, v, r, g; uses `decay` in between
static void
mix_part(const Node* const n, const float* const x, const uint32_t index)
{
  const float* const z = n->part + ((size_t)index * n->n_mix);
  echoic_matrix_apply(&n->mix_out[index], z, n->decay);
  mix(n, x, n->decay);
}

/// w = exp(-exp(time_decay + tanh(x_w decay_w1) decay_w2))
static void
set_decay(const Node* const n)
{
  float* const w = n->decay;
  echoic_matrix_apply(&n->decay_in, n->mixed, n->rank);
  echoic_tanh(n->rank, n->decay_in.n_out);
  echoic_matrix_apply(&n->decay_out, n->rank, w);
  echoic_exp(w, n->width);
  for (uint32_t i = 0U; i < n->width; ++i) {
    w[i] = -w[i];
  }

  echoic_exp(w, n->width);
}

static void
step(Node* const n, const float* const x, float* const out)
{
  static const EchoicWkvInput inputs[] = {
    ECHOIC_WKV_KEY, ECHOIC_WKV_VALUE, ECHOIC_WKV_RECEPTANCE, ECHOIC_WKV_GATE};
  for (uint32_t i = 0U; i < n->width; ++i) {
    n->change[i] = n->shift[i] - x[i];
  }

  mix(n, x, n->maa_x);
  echoic_matrix_apply(&n->mix_in, n->mixed, n->part);
  echoic_tanh(n->part, N_PARTS * n->n_mix);
  for (uint32_t i = 0U; i < ECHOIC_WKV_N_INPUTS; ++i) {
    mix_part(n, x, i + 1U);
    echoic_wkv_project(&n->wkv, inputs[i], n->mixed);
  }

  mix_part(n, x, 0U);
  set_decay(n);
  memcpy(n->shift, x, n->width * sizeof(float));
  echoic_wkv_step(&n->wkv, n->decay, out);
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
  return echoic_wkv_state(&n->wkv, n->shift, index, state);
}

const EchoicNodeType echoic_rwkv6_type = {
  "rwkv6",
  bytes,
  prepare,
  reset,
  process,
  state,
};
