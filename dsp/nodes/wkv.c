// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/wkv.h"

#include "dsp/activate.h"

#include <math.h>
#include <string.h>

#define N_VECTORS (ECHOIC_WKV_N_INPUTS + 4U) ///< Bonus, norm (2), rows, y

static const double default_eps = 64e-5; ///< 1e-5 on y / 8

static double
eps_of(const EchoicNodeSpec* const spec)
{
  return echoic_node_number(spec, "eps", default_eps);
}

uint32_t
echoic_wkv_heads(const EchoicNodeSpec* const spec, const uint32_t width)
{
  const uint32_t n_heads = echoic_node_dim(spec, "time_faaaa", 0U);
  return width % n_heads ? 1U : n_heads;
}

void
echoic_wkv_rules(EchoicTensorRule* const rules,
                 const uint32_t          width,
                 const uint32_t          n_heads)
{
  const EchoicTensorRule all[ECHOIC_WKV_N_RULES] = {
    {"time_faaaa", false, 2U, {n_heads, width / n_heads}},
    {"receptance.weight", false, 2U, {width, width}},
    {"key.weight", false, 2U, {width, width}},
    {"value.weight", false, 2U, {width, width}},
    {"gate.weight", false, 2U, {width, width}},
    {"output.weight", false, 2U, {width, width}},
    {"ln_x.weight", false, 1U, {width}},
    {"ln_x.bias", false, 1U, {width}},
  };
  memcpy(rules, all, sizeof(all));
}

EchoicStatus
echoic_wkv_expect_options(const EchoicNodeSpec* const spec,
                          EchoicError* const          error)
{
  static const char* const numbers[] = {"eps", NULL};
  static const char* const words[]   = {NULL};
  const double             eps       = eps_of(spec);
  const EchoicStatus       st =
    echoic_node_expect_only(spec, NULL, numbers, words, error);
  return st || (eps > 0.0 && eps <= 1.0)
           ? st
           : echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "node '%s': eps is %g: must be above 0, up to 1",
                          spec->id,
                          eps);
}

size_t
echoic_wkv_bytes(const uint32_t width, const uint32_t n_heads)
{
  const uint32_t size = width / n_heads;
  return ((ECHOIC_WKV_N_INPUTS + 1U) * echoic_matrix_bytes(width, width)) +
         (N_VECTORS * echoic_arena_round(width * sizeof(float))) +
         echoic_fast_weights_bytes(n_heads, size, size);
}

static bool
prepare_matrices(EchoicWkv* const            w,
                 const EchoicNodeSpec* const spec,
                 EchoicArena* const          arena)
{
  EchoicMatrix* const m = w->project;
  return echoic_node_matrix(
           spec, "receptance.weight", "", arena, &m[ECHOIC_WKV_RECEPTANCE]) &&
         echoic_node_matrix(
           spec, "key.weight", "", arena, &m[ECHOIC_WKV_KEY]) &&
         echoic_node_matrix(
           spec, "value.weight", "", arena, &m[ECHOIC_WKV_VALUE]) &&
         echoic_node_matrix(
           spec, "gate.weight", "", arena, &m[ECHOIC_WKV_GATE]) &&
         echoic_node_matrix(spec, "output.weight", "", arena, &w->output);
}

bool
echoic_wkv_prepare(EchoicWkv* const            w,
                   const EchoicNodeSpec* const spec,
                   EchoicArena* const          arena)
{
  const EchoicTensor* const bonus  = echoic_node_tensor(spec, "time_faaaa");
  const EchoicTensor* const weight = echoic_node_tensor(spec, "ln_x.weight");
  const EchoicTensor* const bias   = echoic_node_tensor(spec, "ln_x.bias");
  const uint32_t            size   = bonus->dims[1];
  const uint32_t            n      = bonus->dims[0] * size;
  w->width                         = n;
  w->eps                           = (float)eps_of(spec);
  for (uint32_t i = 0U; i < ECHOIC_WKV_N_INPUTS; ++i) {
    w->rows[i] = echoic_node_vector(arena, NULL, n);
  }

  return (w->bonus = echoic_node_vector(arena, bonus, n)) &&
         (w->norm_weight = echoic_node_vector(arena, weight, n)) &&
         (w->norm_bias = echoic_node_vector(arena, bias, n)) &&
         (w->y = echoic_node_vector(arena, NULL, n)) &&
         prepare_matrices(w, spec, arena) &&
         echoic_fast_weights_prepare(
           &w->memory, bonus->dims[0], size, size, arena);
}

ECHOIC_RT void
echoic_wkv_project(EchoicWkv* const     w,
                   const EchoicWkvInput input,
                   const float* const   x)
{
  echoic_matrix_apply(&w->project[input], x, w->rows[input]);
}

/// Add what is present, u times: y[v] += (sum_k r[k] u[k] k[k]) v[v]
static void
add_present(const EchoicWkv* const w)
{
  const float* const r    = w->rows[ECHOIC_WKV_RECEPTANCE];
  const float* const k    = w->rows[ECHOIC_WKV_KEY];
  const float* const v    = w->rows[ECHOIC_WKV_VALUE];
  const uint32_t     size = w->memory.n_keys;
  for (uint32_t h = 0U; h < w->width; h += size) {
    float match = 0.0F;
    for (uint32_t i = h; i < h + size; ++i) {
      match += r[i] * w->bonus[i] * k[i];
    }
    for (uint32_t i = h; i < h + size; ++i) {
      w->y[i] += match * v[i];
    }
  }
}

/// (y - mean) / sqrt(variance + eps)
static void
standardize(float* const y, const uint32_t n, const float eps)
{
  float mean  = 0.0F;
  float power = 0.0F;
  for (uint32_t i = 0U; i < n; ++i) {
    mean += y[i];
  }

  mean /= (float)n;
  for (uint32_t i = 0U; i < n; ++i) {
    y[i] -= mean;
    power += y[i] * y[i];
  }

  const float scale = 1.0F / sqrtf((power / (float)n) + eps);
  for (uint32_t i = 0U; i < n; ++i) {
    y[i] *= scale;
  }
}

ECHOIC_RT void
echoic_wkv_step(EchoicWkv* const w, const float* const decay, float* const out)
{
  const uint32_t size = w->memory.n_keys;
  float* const   gate = w->rows[ECHOIC_WKV_GATE];
  echoic_fast_weights_read(&w->memory, w->rows[ECHOIC_WKV_RECEPTANCE], w->y);
  add_present(w);
  echoic_fast_weights_update(
    &w->memory, decay, w->rows[ECHOIC_WKV_KEY], w->rows[ECHOIC_WKV_VALUE]);
  for (uint32_t h = 0U; h < w->width; h += size) {
    standardize(w->y + h, size, w->eps);
  }

  echoic_silu(gate, w->width);
  for (uint32_t i = 0U; i < w->width; ++i) {
    w->y[i] = ((w->y[i] * w->norm_weight[i]) + w->norm_bias[i]) * gate[i];
  }

  echoic_matrix_apply(&w->output, w->y, out);
}

ECHOIC_RT bool
echoic_wkv_state(const EchoicWkv* const w,
                 float* const           shift,
                 const uint32_t         index,
                 EchoicNodeState* const state)
{
  return index == 0U ? echoic_node_state(state, "shift", w->width, 0U, shift)
                     : echoic_fast_weights_state(
                         &w->memory, index == 1U ? "S" : NULL, state);
}
