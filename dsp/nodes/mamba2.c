// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/mamba2.h"

#include "dsp/activate.h"
#include "dsp/causal_conv.h"
#include "dsp/kernels.h"
#include "dsp/matrix.h"
#include "dsp/selective.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define N_RULES 10U

static const char* const numbers[] =
  {"ngroups", "norm_before_gate", "eps", "dt_min", "dt_max", NULL};
static const char* const words[] = {NULL};

typedef struct {
  uint32_t d_model;
  uint32_t d_inner; ///< E + W
  uint32_t d_mlp;   ///< E
  uint32_t d_ssm;   ///< W
  uint32_t d_state; ///< N
  uint32_t d_conv;  ///< K
  uint32_t n_heads;
  uint32_t n_groups;
  uint32_t n_rows;     ///< Of in_proj
  uint32_t n_channels; ///< Of conv1d: W + 2GN
} Sizes;

typedef struct {
  Sizes            size;
  bool             norm_before_gate;
  float            eps;
  float            dt_min;
  float            dt_max;
  EchoicMatrix     in_proj;
  EchoicCausalConv conv;
  EchoicMatrix     out_proj;
  float*           a;       ///< [n_heads] A, below 0
  float*           dt_bias; ///< [n_heads]
  float*           d;       ///< [d_ssm] D
  float*           norm;    ///< [d_ssm] Null for none
  float*           rows;    ///< [n_rows] Scratch: v, g, z, xBC, d
  float*           fade;    ///< [n_heads] Scratch: exp(dt A)
  float*           decay;   ///< [d_ssm] Scratch: the same for each channel
  float*           gain;    ///< [d_ssm] Scratch: dt x
  float*           y;       ///< [d_inner] Scratch
  float*           ssm;     ///< [n_heads][d_ssm / n_heads][d_state] S
} Node;

/* Four tensors and the number of groups give all sizes: with 2E + 2W out of
   out_proj, in_proj leaves 2GN, and conv1d then W. */
static Sizes
sizes_of(const EchoicNodeSpec* const spec, const EchoicNodeShape* const shape)
{
  const double groups = echoic_node_number(spec, "ngroups", 1.0);
  Sizes        s      = {0};
  s.d_model           = shape->width_in[0];
  s.d_inner           = echoic_node_dim(spec, "out_proj.weight", 1U);
  s.d_conv            = echoic_node_dim(spec, "conv1d.weight", 2U);
  s.n_heads           = echoic_node_dim(spec, "A_log", 0U);
  s.n_groups   = groups >= 1.0 && groups <= s.n_heads ? (uint32_t)groups : 1U;
  s.n_rows     = echoic_node_dim(spec, "in_proj.weight", 0U);
  s.n_channels = echoic_node_dim(spec, "conv1d.weight", 0U);
  const uint32_t others = (2U * s.d_inner) + s.n_heads;
  const uint32_t two_gn = s.n_rows > others ? s.n_rows - others : 0U;
  s.d_state             = two_gn / (2U * s.n_groups);
  s.d_ssm               = s.n_channels > two_gn ? s.n_channels - two_gn : 0U;
  s.d_mlp               = s.d_inner > s.d_ssm ? s.d_inner - s.d_ssm : 0U;
  return s;
}

static size_t
floats(const size_t n)
{
  return echoic_arena_round(n * sizeof(float));
}

/// Do the sizes fit each other?
static EchoicStatus
check_sizes(const EchoicNodeSpec* const spec,
            const Sizes* const          s,
            EchoicError* const          error)
{
  const double groups = echoic_node_number(spec, "ngroups", 1.0);
  if (groups != (double)s->n_groups || s->n_heads % s->n_groups != 0U) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "node '%s': ngroups is %g: must divide the %u heads",
                        spec->id,
                        groups,
                        s->n_heads);
  }

  const uint32_t gn = s->n_groups * s->d_state;
  if (!s->d_state || !s->d_ssm || s->d_ssm > s->d_inner ||
      s->d_ssm % s->n_heads != 0U ||
      s->n_rows != (2U * s->d_inner) + (2U * gn) + s->n_heads ||
      s->n_channels != s->d_ssm + (2U * gn)) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "node '%s': %u rows of 'in_proj.weight', %u of "
                        "'conv1d.weight', %u columns of 'out_proj.weight', %u "
                        "heads and %u groups don't fit each other",
                        spec->id,
                        s->n_rows,
                        s->n_channels,
                        s->d_inner,
                        s->n_heads,
                        s->n_groups);
  }

  return ECHOIC_OK;
}

static EchoicStatus
check_numbers(const EchoicNodeSpec* const spec, EchoicError* const error)
{
  const double eps    = echoic_node_number(spec, "eps", 1e-5);
  const double low    = echoic_node_number(spec, "dt_min", 0.0);
  const double high   = echoic_node_number(spec, "dt_max", HUGE_VAL);
  uint32_t     before = 0U;
  return !(eps > 0.0 && eps <= 1.0)
           ? echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "node '%s': eps is %g: must be above 0, up to 1",
                          spec->id,
                          eps)
         : !(low >= 0.0 && low <= high)
           ? echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "node '%s': dt_min is %g and dt_max %g: must be from "
                          "0 up",
                          spec->id,
                          low,
                          high)
           : echoic_node_whole(
               spec, "norm_before_gate", 0.0, 0U, 1U, &before, error);
}

static EchoicStatus
check_tensors(const EchoicNodeSpec* const spec,
              const Sizes* const          s,
              EchoicError* const          error)
{
  const uint32_t per_head        = echoic_node_dim(spec, "D", 0U) == s->n_heads;
  const EchoicTensorRule rules[] = {
    {"in_proj.weight", false, 2U, {s->n_rows, s->d_model}},
    {"in_proj.bias", true, 1U, {s->n_rows}},
    {"conv1d.weight", false, 3U, {s->n_channels, 1U, s->d_conv}},
    {"conv1d.bias", true, 1U, {s->n_channels}},
    {"dt_bias", false, 1U, {s->n_heads}},
    {"A_log", false, 1U, {s->n_heads}},
    {"D", false, 1U, {per_head ? s->n_heads : s->d_ssm}},
    {"norm.weight", true, 1U, {s->d_ssm}},
    {"out_proj.weight", false, 2U, {s->d_model, s->d_inner}},
    {"out_proj.bias", true, 1U, {s->d_model}},
  };
  return echoic_node_expect_tensors(spec, rules, N_RULES, error);
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const Sizes  s  = sizes_of(spec, shape);
  EchoicStatus st = echoic_node_expect_inputs(spec, shape, 1U, error);
  st = st ? st : echoic_node_expect_only(spec, NULL, numbers, words, error);
  st = st ? st : check_numbers(spec, error);
  st = st ? st : check_tensors(spec, &s, error);
  st = st ? st : check_sizes(spec, &s, error);

  shape->width_out = s.d_model;
  shape->bytes =
    echoic_arena_round(sizeof(Node)) +
    echoic_matrix_bytes(s.n_rows, s.d_model) +
    echoic_causal_conv_bytes(s.n_channels, s.d_conv) +
    echoic_matrix_bytes(s.d_model, s.d_inner) + (3U * floats(s.n_heads)) +
    (3U * floats(s.d_ssm)) + floats(s.n_rows) + floats(s.d_inner) +
    floats((size_t)s.d_ssm * s.d_state) +
    (echoic_node_tensor(spec, "norm.weight") ? floats(s.d_ssm) : 0U);
  return st;
}

static bool
take(const EchoicNodeSpec* const spec, EchoicArena* const arena, Node* const n)
{
  const Sizes* const        s    = &n->size;
  const EchoicTensor* const bias = echoic_node_tensor(spec, "dt_bias");
  const EchoicTensor* const norm = echoic_node_tensor(spec, "norm.weight");
  return echoic_node_matrix(
           spec, "in_proj.weight", "in_proj.bias", arena, &n->in_proj) &&
         echoic_selective_conv(spec, arena, &n->conv) &&
         echoic_node_matrix(
           spec, "out_proj.weight", "out_proj.bias", arena, &n->out_proj) &&
         (n->a = echoic_node_vector(arena, NULL, s->n_heads)) &&
         (n->dt_bias = echoic_node_vector(arena, bias, s->n_heads)) &&
         (n->fade = echoic_node_vector(arena, NULL, s->n_heads)) &&
         (n->decay = echoic_node_vector(arena, NULL, s->d_ssm)) &&
         (n->gain = echoic_node_vector(arena, NULL, s->d_ssm)) &&
         (n->d = echoic_node_vector(arena, NULL, s->d_ssm)) &&
         (!norm || (n->norm = echoic_node_vector(arena, norm, s->d_ssm))) &&
         (n->rows = echoic_node_vector(arena, NULL, s->n_rows)) &&
         (n->y = echoic_node_vector(arena, NULL, s->d_inner)) &&
         (n->ssm =
            echoic_node_vector(arena, NULL, (size_t)s->d_ssm * s->d_state));
}

static void
fill(const EchoicNodeSpec* const spec, Node* const n)
{
  const EchoicTensor* const d      = echoic_node_tensor(spec, "D");
  const uint32_t            n_each = n->size.d_ssm / d->dims[0];
  for (uint32_t w = 0U; w < n->size.d_ssm; ++w) {
    n->d[w] = d->data[w / n_each];
  }

  n->norm_before_gate = echoic_node_number(spec, "norm_before_gate", 0.0) > 0.0;
  n->eps              = (float)echoic_node_number(spec, "eps", 1e-5);
  n->dt_min           = (float)echoic_node_number(spec, "dt_min", 0.0);
  n->dt_max           = (float)echoic_node_number(spec, "dt_max", HUGE_VAL);
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

  fill(spec, n);
  const EchoicStatus st =
    echoic_selective_rates(spec, n->a, n->size.n_heads, error);
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
  memset(n->ssm, 0, (size_t)n->size.d_ssm * n->size.d_state * sizeof(float));
}

/// dt, decay and gain of every channel
static void
select_rates(const Node* const n, const float* const x, float* const dt)
{
  const uint32_t n_heads = n->size.n_heads;
  const uint32_t n_each  = n->size.d_ssm / n_heads;
  for (uint32_t h = 0U; h < n_heads; ++h) {
    dt[h] += n->dt_bias[h];
  }

  echoic_softplus(dt, n_heads);
  for (uint32_t h = 0U; h < n_heads; ++h) {
    dt[h]      = fminf(fmaxf(dt[h], n->dt_min), n->dt_max);
    n->fade[h] = dt[h] * n->a[h];
  }

  echoic_exp(n->fade, n_heads);
  for (uint32_t w = 0U; w < n->size.d_ssm; ++w) {
    n->decay[w] = n->fade[w / n_each];
    n->gain[w]  = dt[w / n_each] * x[w];
  }
}

/// The memories of all heads, from x, B, C to y
static void
scan(const Node* const n, const float* const x, float* const y)
{
  const Sizes* const s        = &n->size;
  const uint32_t     n_each   = s->d_ssm / s->n_groups;
  const uint32_t     n_states = s->d_state;
  for (size_t g = 0U; g < s->n_groups; ++g) {
    const float* const   b    = x + s->d_ssm + (g * n_states);
    const size_t         from = g * n_each;
    const EchoicMemories m    = {n_each,
                                 n_states,
                                 n->ssm + (from * n_states),
                                 n->decay + from,
                                 NULL,
                                 n->gain + from,
                                 b,
                                 b + ((size_t)s->n_groups * n_states),
                                 y + from};
    echoic_kernels()->fade_all(&m);
  }

  for (uint32_t w = 0U; w < s->d_ssm; ++w) {
    y[w] += n->d[w] * x[w];
  }
}

/// y = y / sqrt(mean of y^2 + eps) weight, group by group
static void
normalize(const Node* const n, float* const y)
{
  const uint32_t n_each = n->size.d_ssm / n->size.n_groups;
  for (uint32_t at = 0U; at < n->size.d_ssm; at += n_each) {
    float power = 0.0F;
    for (uint32_t w = at; w < at + n_each; ++w) {
      power += y[w] * y[w];
    }
    const float scale = 1.0F / sqrtf((power / (float)n_each) + n->eps);
    for (uint32_t w = at; w < at + n_each; ++w) {
      y[w] *= scale * n->norm[w];
    }
  }
}

static void
step(Node* const n, const float* const u, float* const out)
{
  const Sizes* const s   = &n->size;
  float* const       v   = n->rows;
  float* const       g   = v + s->d_mlp;
  float* const       z   = g + s->d_mlp;
  float* const       xbc = z + s->d_ssm;
  float* const       dt  = xbc + s->n_channels;
  float* const       y   = n->y + s->d_mlp;
  echoic_matrix_apply(&n->in_proj, u, n->rows);
  echoic_causal_conv_step(&n->conv, xbc, xbc);
  echoic_silu(z, s->d_ssm + s->n_channels); // z, x, B, C
  select_rates(n, xbc, dt);
  scan(n, xbc, y);
  if (n->norm && n->norm_before_gate) {
    normalize(n, y);
  }
  echoic_kernels()->multiply(y, z, y, s->d_ssm);
  if (n->norm && !n->norm_before_gate) {
    normalize(n, y);
  }
  echoic_silu(v, s->d_mlp);
  echoic_kernels()->multiply(v, g, n->y, s->d_mlp);
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
  const Node* const  n = (const Node*)node;
  const Sizes* const s = &n->size;
  if (index == 0U) {
    return echoic_node_state(
      state, "conv", s->n_channels, s->d_conv, n->conv.state);
  }

  const char* const name = index == 1U ? "ssm" : NULL;
  echoic_node_state(state, name, s->n_heads, s->d_ssm / s->n_heads, n->ssm);
  state->n_dims  = 3U;
  state->dims[2] = s->d_state;
  return name;
}

const EchoicNodeType echoic_mamba2_type = {
  "mamba2",
  bytes,
  prepare,
  reset,
  process,
  state,
};
