// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/s4d_kernel.h"

#include "dsp/diagonal_ssm.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define N_RULES 6U

static const char* const numbers[] = {NULL};
static const char* const words[]   = {"disc",
                                      "real_transform",
                                      "imag_transform",
                                      "dt_transform",
                                      NULL};

/// The functions that keep a parameter positive
static const char* const transforms[] =
  {"none", "exp", "relu", "sigmoid", "softplus", NULL};

typedef struct {
  EchoicDiagonalSsm ssm;
} Node;

static double
transform(const char* const name, const double x)
{
  return !strcmp(name, "exp")       ? exp(x)
         : !strcmp(name, "relu")    ? fmax(x, 0.0) + 1e-4
         : !strcmp(name, "sigmoid") ? 1.0 / (1.0 + exp(-x))
         : strcmp(name, "softplus") ? x
         : x > 20.0                 ? x
                                    : log1p(exp(x));
}

static EchoicStatus
check_word(const EchoicNodeSpec* const spec,
           const char* const           key,
           const char* const* const    choices,
           const char* const           listed,
           EchoicError* const          error)
{
  const char* const word = echoic_node_word(spec, key, choices[0]);
  for (size_t i = 0U; choices[i]; ++i) {
    if (!strcmp(choices[i], word)) {
      return ECHOIC_OK;
    }
  }

  return echoic_error(error,
                      ECHOIC_BAD_ARG,
                      "node '%s': %s is '%s': must be %s",
                      spec->id,
                      key,
                      word,
                      listed);
}

static EchoicStatus
check_words(const EchoicNodeSpec* const spec, EchoicError* const error)
{
  static const char* const discs[] = {"zoh", "bilinear", NULL};
  static const char* const listed  = "none, exp, relu, sigmoid or softplus";
  EchoicStatus st = echoic_node_expect_only(spec, NULL, numbers, words, error);
  st = st ? st : check_word(spec, "disc", discs, "zoh or bilinear", error);
  for (size_t i = 1U; !st && words[i]; ++i) {
    st = check_word(spec, words[i], transforms, listed, error);
  }

  return st;
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const uint32_t         h       = shape->width_in[0];
  const uint32_t         s       = echoic_node_dim(spec, "A_real", 0U);
  const uint32_t         m       = echoic_node_dim(spec, "A_real", 1U);
  const bool             tied    = echoic_node_dim(spec, "inv_dt", 1U) == 1U;
  const EchoicTensorRule rules[] = {
    {"inv_dt", false, 2U, {h, tied ? 1U : m}},
    {"A_real", false, 2U, {s, m}},
    {"A_imag", false, 2U, {s, m}},
    {"B", false, 4U, {1U, s, m, 2U}},
    {"C", false, 4U, {1U, h, m, 2U}},
    {"D", true, 1U, {h}},
  };

  shape->width_out = h;
  shape->bytes =
    echoic_arena_round(sizeof(Node)) + echoic_diagonal_ssm_bytes(h, m);
  EchoicStatus st = echoic_node_expect_inputs(spec, shape, 1U, error);
  st              = st ? st : check_words(spec, error);
  st = st ? st : echoic_node_expect_tensors(spec, rules, N_RULES, error);
  return st || h % s == 0U
           ? st
           : echoic_error(error,
                          ECHOIC_BAD_SHAPE,
                          "node '%s': tensor 'A_real' has %u rows: must divide "
                          "the width %u",
                          spec->id,
                          s,
                          h);
}

/// Mode `i` of the H M modes
static EchoicSsmMode
mode_of(const EchoicNodeSpec* const spec, const size_t h, const size_t i)
{
  const EchoicTensor* const re   = echoic_node_tensor(spec, "A_real");
  const EchoicTensor* const dt   = echoic_node_tensor(spec, "inv_dt");
  const float* const        im   = echoic_node_tensor(spec, "A_imag")->data;
  const float* const        b    = echoic_node_tensor(spec, "B")->data;
  const float* const        c    = echoic_node_tensor(spec, "C")->data;
  const size_t              m    = re->dims[1];
  const size_t              row  = ((h % re->dims[0]) * m) + (i % m);
  const double              x    = (double)dt->data[dt->dims[1] == 1U ? h : i];
  const EchoicSsmMode       mode = {
          {-transform(echoic_node_word(spec, "real_transform", "exp"),
                (double)re->data[row]),
           -transform(echoic_node_word(spec, "imag_transform", "none"),
                (double)im[row])},
          {(double)b[2U * row], (double)b[(2U * row) + 1U]},
          {(double)c[2U * i], (double)c[(2U * i) + 1U]},
          transform(echoic_node_word(spec, "dt_transform", "exp"), x)};
  return mode;
}

static EchoicStatus
set_modes(const EchoicNodeSpec* const spec,
          EchoicDiagonalSsm* const    ssm,
          EchoicError* const          error)
{
  const size_t m      = ssm->n_modes;
  const bool bilinear = !strcmp(echoic_node_word(spec, "disc", ""), "bilinear");
  for (size_t i = 0U; i < ssm->n_channels * m; ++i) {
    const EchoicSsmMode mode = mode_of(spec, i / m, i);
    if (!echoic_diagonal_ssm_set(ssm, i, &mode, bilinear)) {
      return echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "node '%s': mode %zu of channel %zu doesn't fade: A "
                          "is %g%+gj and its step %g",
                          spec->id,
                          i % m,
                          i / m,
                          mode.a.re,
                          mode.a.im,
                          mode.dt);
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
  const EchoicTensor* const d = echoic_node_tensor(spec, "D");
  Node* const n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  if (!n || !echoic_diagonal_ssm_prepare(&n->ssm,
                                         d ? d->data : NULL,
                                         shape->width_in[0],
                                         echoic_node_dim(spec, "A_real", 1U),
                                         arena)) {
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
  Node* const  n = (Node*)node;
  const size_t h = n->ssm.n_channels;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    echoic_diagonal_ssm_step(&n->ssm, in[0] + (f * h), out + (f * h));
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  return echoic_diagonal_ssm_state(
    &((Node*)node)->ssm, index == 0U ? "x" : NULL, state);
}

const EchoicNodeType echoic_s4d_kernel_type = {
  "s4d_kernel",
  bytes,
  prepare,
  reset,
  process,
  state,
};
