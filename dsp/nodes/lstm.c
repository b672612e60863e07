// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/lstm.h"

#include "dsp/activate.h"
#include "dsp/nodes/recurrent.h"

#include <string.h>

static const char* const         more[]  = {"c0", NULL};
static const char* const         words[] = {NULL};
static const EchoicRecurrentKind kind    = {4U, 0U, more, words};

typedef struct {
  EchoicRecurrent r;
  float*          c;      ///< [n_layers][n_hidden]
  float*          c0;     ///< [n_layers][n_hidden] After a reset
  float*          tanh_c; ///< [n_hidden] For one frame
} Node;

static size_t
own_bytes(const uint32_t n_layers, const uint32_t n_hidden)
{
  return echoic_arena_round(sizeof(Node)) +
         (2U *
          echoic_arena_round((size_t)n_layers * n_hidden * sizeof(float))) +
         echoic_arena_round(n_hidden * sizeof(float));
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  uint32_t           n_layers = 0U;
  const EchoicStatus st =
    echoic_recurrent_bytes(spec, &kind, shape, &n_layers, error);
  shape->bytes += st ? 0U : own_bytes(n_layers, shape->width_out);
  return st;
}

static ECHOIC_RT void
reset(void* const node)
{
  Node* const n = (Node*)node;
  echoic_recurrent_reset(&n->r);
  memcpy(n->c, n->c0, (size_t)n->r.n_layers * n->r.n_hidden * sizeof(float));
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const EchoicTensor* const c0 = echoic_node_tensor(spec, "c0");
  Node* const n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  if (!n) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  const EchoicStatus st =
    echoic_recurrent_prepare(spec, &kind, shape, arena, &n->r, error);
  if (st) {
    return st;
  }

  const size_t n_state = (size_t)n->r.n_layers * n->r.n_hidden;
  n->c      = (float*)echoic_arena_take(arena, n_state, sizeof(float));
  n->c0     = (float*)echoic_arena_take(arena, n_state, sizeof(float));
  n->tanh_c = (float*)echoic_arena_take(arena, n->r.n_hidden, sizeof(float));
  if (!n->c || !n->c0 || !n->tanh_c) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  if (c0) {
    memcpy(n->c0, c0->data, n_state * sizeof(float));
  }

  reset(n);
  *node = n;
  return ECHOIC_OK;
}

/// One frame of one layer
static ECHOIC_RT void
step(void* const node, const uint32_t layer, float* const restrict gates)
{
  Node* const                       n = (Node*)node;
  const EchoicRecurrentLayer* const l = &n->r.layers[layer];
  const uint32_t                    h = n->r.n_hidden;
  float* const restrict state         = n->r.h + ((size_t)layer * h);
  float* const restrict c             = n->c + ((size_t)layer * h);
  float* const restrict tanh_c        = n->tanh_c;
  echoic_matrix_add(&l->hh, state, gates);
  echoic_sigmoid(gates, 2U * h);
  echoic_tanh(gates + (2U * (size_t)h), h);
  echoic_sigmoid(gates + (3U * (size_t)h), h);
  for (uint32_t i = 0U; i < h; ++i) {
    c[i]      = (gates[h + i] * c[i]) + (gates[i] * gates[(2U * h) + i]);
    tanh_c[i] = c[i];
  }

  echoic_tanh(tanh_c, h);
  for (uint32_t i = 0U; i < h; ++i) {
    state[i] = gates[(3U * h) + i] * tanh_c[i];
  }
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  echoic_recurrent_run(&((Node*)node)->r, step, node, in[0], out, n_frames);
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  Node* const              n       = (Node*)node;
  static const char* const names[] = {"h", "c", NULL};
  return echoic_node_state(state,
                           names[index < 2U ? index : 2U],
                           n->r.n_layers,
                           n->r.n_hidden,
                           index ? n->c : n->r.h);
}

const EchoicNodeType echoic_lstm_type = {
  "lstm",
  bytes,
  prepare,
  reset,
  process,
  state,
};
