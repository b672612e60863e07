// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/s4d.h"

#include "dsp/activate.h"
#include "dsp/diagonal_ssm.h"
#include "dsp/matrix.h"

#include <math.h>
#include <stdbool.h>

#define N_RULES 7U

static const char* const none[] = {NULL};

typedef struct {
  EchoicDiagonalSsm ssm;
  EchoicMatrix      output;
  float*            v; ///< [n_channels]
  float*            z; ///< [2 n_channels]
} Node;

static uint32_t
count_modes(const EchoicNodeSpec* const spec)
{
  return echoic_node_dim(spec, "kernel.log_A_real", 1U);
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const uint32_t         h       = shape->width_in[0];
  const uint32_t         m       = count_modes(spec);
  const EchoicTensorRule rules[] = {
    {"D", false, 1U, {h}},
    {"kernel.log_dt", false, 1U, {h}},
    {"kernel.log_A_real", false, 2U, {h, m}},
    {"kernel.A_imag", false, 2U, {h, m}},
    {"kernel.C", false, 3U, {h, m, 2U}},
    {"output_linear.0.weight", false, 3U, {2U * h, h, 1U}},
    {"output_linear.0.bias", false, 1U, {2U * h}},
  };

  shape->width_out = h;
  shape->bytes =
    echoic_arena_round(sizeof(Node)) + echoic_diagonal_ssm_bytes(h, m) +
    echoic_matrix_bytes(2U * h, h) + echoic_arena_round(h * sizeof(float)) +
    echoic_arena_round(2U * h * sizeof(float));
  EchoicStatus st = echoic_node_expect_inputs(spec, shape, 1U, error);
  st = st ? st : echoic_node_expect_only(spec, NULL, none, none, error);
  return st ? st : echoic_node_expect_tensors(spec, rules, N_RULES, error);
}

/// Sample all modes
static EchoicStatus
set_modes(const EchoicNodeSpec* const spec,
          EchoicDiagonalSsm* const    ssm,
          EchoicError* const          error)
{
  const float* const log_dt = echoic_node_tensor(spec, "kernel.log_dt")->data;
  const float* const re = echoic_node_tensor(spec, "kernel.log_A_real")->data;
  const float* const im = echoic_node_tensor(spec, "kernel.A_imag")->data;
  const float* const c  = echoic_node_tensor(spec, "kernel.C")->data;
  const size_t       n  = (size_t)ssm->n_channels * ssm->n_modes;
  for (size_t i = 0U; i < n; ++i) {
    const EchoicSsmMode mode = {{-exp((double)re[i]), (double)im[i]},
                                {1.0, 0.0},
                                {(double)c[2U * i], (double)c[(2U * i) + 1U]},
                                exp((double)log_dt[i / ssm->n_modes])};
    if (!echoic_diagonal_ssm_set(ssm, i, &mode, false)) {
      return echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "node '%s': mode %zu of channel %zu doesn't fade: "
                          "'kernel.log_A_real' is %g and 'kernel.log_dt' %g",
                          spec->id,
                          i % ssm->n_modes,
                          i / ssm->n_modes,
                          (double)re[i],
                          (double)log_dt[i / ssm->n_modes]);
    }
  }

  return ECHOIC_OK;
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const uint32_t h = shape->width_in[0];
  Node* const    n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  if (!n ||
      !echoic_diagonal_ssm_prepare(&n->ssm,
                                   echoic_node_tensor(spec, "D")->data,
                                   h,
                                   count_modes(spec),
                                   arena) ||
      !echoic_node_matrix(spec,
                          "output_linear.0.weight",
                          "output_linear.0.bias",
                          arena,
                          &n->output) ||
      !(n->v = echoic_node_vector(arena, NULL, h)) ||
      !(n->z = echoic_node_vector(arena, NULL, 2U * h))) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  const EchoicStatus st = set_modes(spec, &n->ssm, error);
  if (!st) {
    *node = n;
  }

  return st;
}

static ECHOIC_RT void
reset(void* const node)
{
  echoic_diagonal_ssm_reset(&((Node*)node)->ssm);
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  Node* const    n = (Node*)node;
  const uint32_t h = n->ssm.n_channels;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    float* const y = out + ((size_t)f * h);
    echoic_diagonal_ssm_step(&n->ssm, in[0] + ((size_t)f * h), n->v);
    echoic_gelu(n->v, h);
    echoic_matrix_apply(&n->output, n->v, n->z);
    echoic_sigmoid(n->z + h, h);
    for (uint32_t i = 0U; i < h; ++i) {
      y[i] = n->z[i] * n->z[h + i];
    }
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  return echoic_diagonal_ssm_state(
    &((Node*)node)->ssm, index == 0U ? "x" : NULL, state);
}

const EchoicNodeType echoic_s4d_type = {
  "s4d",
  bytes,
  prepare,
  reset,
  process,
  state,
};
