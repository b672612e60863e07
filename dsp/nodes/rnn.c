// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/rnn.h"

#include "dsp/activate.h"
#include "dsp/nodes/recurrent.h"

#include <string.h>

static const char* const         more[]  = {NULL};
static const char* const         words[] = {"activation", NULL};
static const EchoicRecurrentKind kind    = {1U, 0U, more, words};

typedef struct {
  EchoicRecurrent r;
  bool            is_relu;
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  uint32_t           n_layers = 0U;
  const EchoicStatus st =
    echoic_recurrent_bytes(spec, &kind, shape, &n_layers, error);
  shape->bytes += echoic_arena_round(sizeof(Node));
  return st ? st
            : echoic_node_expect_choice(
                spec, "activation", "tanh", "relu", error);
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  Node* const n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  if (!n) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  n->is_relu = !strcmp(echoic_node_word(spec, "activation", ""), "relu");
  const EchoicStatus st =
    echoic_recurrent_prepare(spec, &kind, shape, arena, &n->r, error);
  *node = st ? *node : n;
  return st;
}

static ECHOIC_RT void
reset(void* const node)
{
  echoic_recurrent_reset(&((Node*)node)->r);
}

static ECHOIC_RT void
step(void* const node, const uint32_t layer, float* const gates)
{
  Node* const    n     = (Node*)node;
  const uint32_t h     = n->r.n_hidden;
  float* const   state = n->r.h + ((size_t)layer * h);
  echoic_matrix_add(&n->r.layers[layer].hh, state, gates);
  (n->is_relu ? echoic_relu : echoic_tanh)(gates, h);
  memcpy(state, gates, h * sizeof(float));
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
  return echoic_recurrent_state(&((Node*)node)->r, index, state);
}

const EchoicNodeType echoic_rnn_type = {
  "rnn",
  bytes,
  prepare,
  reset,
  process,
  state,
};
