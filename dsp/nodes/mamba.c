// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/mamba.h"

#include "dsp/activate.h"
#include "dsp/causal_conv.h"
#include "dsp/kernels.h"
#include "dsp/matrix.h"
#include "dsp/selective.h"

#include <stdbool.h>
#include <string.h>

#define N_RULES 11U

static const char* const none[] = {NULL};

typedef struct {
  uint32_t d_model;
  uint32_t d_inner;
  uint32_t d_state;
  uint32_t dt_rank;
  uint32_t d_conv;
} Sizes;

typedef struct {
  Sizes            size;
  EchoicMatrix     in_proj;
  EchoicCausalConv conv;
  EchoicMatrix     x_proj;
  EchoicMatrix     dt_proj;
  EchoicMatrix     out_proj;
  float*           a;     ///< [d_inner][d_state] A, below 0
  float*           d;     ///< [d_inner] D
  float*           xz;    ///< [2 d_inner] Scratch: x, z
  float*           dbc;   ///< [dt_rank + 2 d_state] Scratch: d, B, C
  float*           dt;    ///< [d_inner] Scratch
  float*           decay; ///< [d_inner][d_state] Scratch: exp(dt A)
  float*           y;     ///< [d_inner] Scratch
  float*           ssm;   ///< [d_inner][d_state] h
} Node;

static Sizes
sizes_of(const EchoicNodeSpec* const spec, const EchoicNodeShape* const shape)
{
  const Sizes size = {shape->width_in[0],
                      echoic_node_dim(spec, "A_log", 0U),
                      echoic_node_dim(spec, "A_log", 1U),
                      echoic_node_dim(spec, "dt_proj.weight", 1U),
                      echoic_node_dim(spec, "conv1d.weight", 2U)};
  return size;
}

static size_t
floats(const size_t n)
{
  return echoic_arena_round(n * sizeof(float));
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const Sizes            s       = sizes_of(spec, shape);
  const uint32_t         n_dbc   = s.dt_rank + (2U * s.d_state);
  const EchoicTensorRule rules[] = {
    {"in_proj.weight", false, 2U, {2U * s.d_inner, s.d_model}},
    {"in_proj.bias", true, 1U, {2U * s.d_inner}},
    {"conv1d.weight", false, 3U, {s.d_inner, 1U, s.d_conv}},
    {"conv1d.bias", true, 1U, {s.d_inner}},
    {"x_proj.weight", false, 2U, {n_dbc, s.d_inner}},
    {"dt_proj.weight", false, 2U, {s.d_inner, s.dt_rank}},
    {"dt_proj.bias", false, 1U, {s.d_inner}},
    {"A_log", false, 2U, {s.d_inner, s.d_state}},
    {"D", false, 1U, {s.d_inner}},
    {"out_proj.weight", false, 2U, {s.d_model, s.d_inner}},
    {"out_proj.bias", true, 1U, {s.d_model}},
  };

  shape->width_out = s.d_model;
  shape->bytes     = echoic_arena_round(sizeof(Node)) +
                 echoic_matrix_bytes(2U * s.d_inner, s.d_model) +
                 echoic_causal_conv_bytes(s.d_inner, s.d_conv) +
                 echoic_matrix_bytes(n_dbc, s.d_inner) +
                 echoic_matrix_bytes(s.d_inner, s.dt_rank) +
                 echoic_matrix_bytes(s.d_model, s.d_inner) +
                 (3U * floats((size_t)s.d_inner * s.d_state)) +
                 (3U * floats(s.d_inner)) + floats(2U * s.d_inner) +
                 floats(n_dbc);
  EchoicStatus st = echoic_node_expect_inputs(spec, shape, 1U, error);
  st = st ? st : echoic_node_expect_only(spec, NULL, none, none, error);
  return st ? st : echoic_node_expect_tensors(spec, rules, N_RULES, error);
}

static bool
take(const EchoicNodeSpec* const spec, EchoicArena* const arena, Node* const n)
{
  const size_t              inner  = n->size.d_inner;
  const size_t              states = inner * n->size.d_state;
  const EchoicTensor* const d      = echoic_node_tensor(spec, "D");
  return echoic_node_matrix(
           spec, "in_proj.weight", "in_proj.bias", arena, &n->in_proj) &&
         echoic_selective_conv(spec, arena, &n->conv) &&
         echoic_node_matrix(spec, "x_proj.weight", "", arena, &n->x_proj) &&
         echoic_node_matrix(
           spec, "dt_proj.weight", "dt_proj.bias", arena, &n->dt_proj) &&
         echoic_node_matrix(
           spec, "out_proj.weight", "out_proj.bias", arena, &n->out_proj) &&
         (n->a = echoic_node_vector(arena, NULL, states)) &&
         (n->decay = echoic_node_vector(arena, NULL, states)) &&
         (n->ssm = echoic_node_vector(arena, NULL, states)) &&
         (n->d = echoic_node_vector(arena, d, inner)) &&
         (n->dt = echoic_node_vector(arena, NULL, inner)) &&
         (n->y = echoic_node_vector(arena, NULL, inner)) &&
         (n->xz = echoic_node_vector(arena, NULL, 2U * inner)) &&
         (n->dbc = echoic_node_vector(arena, NULL, n->x_proj.n_out));
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
    n->size = sizes_of(spec, shape);
  }

  if (!n || !take(spec, arena, n)) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  memcpy(
    n->d, echoic_node_tensor(spec, "D")->data, n->size.d_inner * sizeof(float));
  const EchoicStatus st = echoic_selective_rates(
    spec, n->a, n->size.d_inner * n->size.d_state, error);
  if (!st) {
    *node = n;
  }

  return st;
}

static ECHOIC_RT void
reset(void* const node)
{
  Node* const n = (Node*)node;
  echoic_causal_conv_reset(&n->conv);
  memset(n->ssm, 0, (size_t)n->size.d_inner * n->size.d_state * sizeof(float));
}

/// The selective memory, given x, dt, B and C, into y; dt is used up
static void
scan(Node* const n, const float* const x)
{
  const uint32_t       n_states = n->size.d_state;
  const float* const   b        = n->dbc + n->size.dt_rank;
  const EchoicMemories m        = {n->size.d_inner,
                                   n_states,
                                   n->ssm,
                                   n->decay,
                                   NULL,
                                   n->dt,
                                   b,
                                   b + n_states,
                                   n->y};
  for (size_t w = 0U; w < m.n_rows; ++w) {
    for (size_t i = w * n_states; i < (w + 1U) * n_states; ++i) {
      n->decay[i] = n->dt[w] * n->a[i];
    }
    n->dt[w] *= x[w];
  }

  echoic_exp(n->decay, m.n_rows * n_states);
  echoic_kernels()->fade_each(&m);
}

static void
step(Node* const n, const float* const u, float* const out)
{
  const uint32_t inner = n->size.d_inner;
  float* const   x     = n->xz;
  float* const   z     = n->xz + inner;
  echoic_matrix_apply(&n->in_proj, u, n->xz);
  echoic_causal_conv_step(&n->conv, x, x);
  echoic_silu(n->xz, 2U * inner);
  echoic_matrix_apply(&n->x_proj, x, n->dbc);
  echoic_matrix_apply(&n->dt_proj, n->dbc, n->dt);
  echoic_softplus(n->dt, inner);
  scan(n, x);
  for (uint32_t w = 0U; w < inner; ++w) {
    n->y[w] = (n->y[w] + (n->d[w] * x[w])) * z[w];
  }
  echoic_matrix_apply(&n->out_proj, n->y, out);
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  Node* const  n     = (Node*)node;
  const size_t width = n->size.d_model;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    step(n, in[0] + (f * width), out + (f * width));
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  const Node* const n = (const Node*)node;
  return index == 0U
           ? echoic_node_state(
               state, "conv", n->size.d_inner, n->size.d_conv, n->conv.state)
           : echoic_node_state(state,
                               index == 1U ? "ssm" : NULL,
                               n->size.d_inner,
                               n->size.d_state,
                               n->ssm);
}

const EchoicNodeType echoic_mamba_type = {
  "mamba",
  bytes,
  prepare,
  reset,
  process,
  state,
};
