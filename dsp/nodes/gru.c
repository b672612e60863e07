// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/gru.h"

#include "dsp/activate.h"
#include "dsp/nodes/recurrent.h"

#include <string.h>

static const char* const more[]  = {NULL};
static const char* const words[] = {"reset", "update", "candidate", NULL};

/// Reset before the product: the candidate's matrix is applied to r h
static const EchoicRecurrentKind before = {3U, 1U, more, words};
static const EchoicRecurrentKind after  = {3U, 0U, more, words};

typedef struct {
  EchoicRecurrent r;
  bool            is_before; ///< Reset before the product with W_hn
  bool            replaces;  ///< z is how much of h is replaced, not kept
  bool            is_relu;
} Node;

static bool
has_word(const EchoicNodeSpec* const spec,
         const char* const           key,
         const char* const           word)
{
  return !strcmp(echoic_node_word(spec, key, ""), word);
}

static const EchoicRecurrentKind*
kind_of(const EchoicNodeSpec* const spec)
{
  return has_word(spec, "reset", "before") ? &before : &after;
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  uint32_t     n_layers = 0U;
  EchoicStatus st =
    echoic_recurrent_bytes(spec, kind_of(spec), shape, &n_layers, error);
  if (st ||
      (st =
         echoic_node_expect_choice(spec, "reset", "after", "before", error)) ||
      (st =
         echoic_node_expect_choice(spec, "update", "keep", "replace", error)) ||
      (st =
         echoic_node_expect_choice(spec, "candidate", "tanh", "relu", error))) {
    return st;
  }

  shape->bytes += echoic_arena_round(sizeof(Node));
  return ECHOIC_OK;
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

  n->is_before = kind_of(spec) == &before;
  n->replaces  = has_word(spec, "update", "replace");
  n->is_relu   = has_word(spec, "candidate", "relu");
  const EchoicStatus st =
    echoic_recurrent_prepare(spec, kind_of(spec), shape, arena, &n->r, error);
  *node = st ? *node : n;
  return st;
}

static ECHOIC_RT void
reset(void* const node)
{
  echoic_recurrent_reset(&((Node*)node)->r);
}

/// Add what the candidate sees of the state to `c`; `b` is for scratch
static ECHOIC_RT void
add_state(const Node* const                 n,
          const EchoicRecurrentLayer* const l,
          const float* const                state,
          const float* const                r,
          float* const restrict b,
          float* const restrict c)
{
  const uint32_t h = n->r.n_hidden;
  if (n->is_before) {
    for (uint32_t i = 0U; i < h; ++i) {
      b[i] = r[i] * state[i];
    }
    echoic_matrix_add(&l->apart, b, c);
    return;
  }

  for (uint32_t i = 0U; i < h; ++i) {
    c[i] += r[i] * b[i];
  }
}

/// One frame of one layer
static ECHOIC_RT void
step(void* const node, const uint32_t layer, float* const restrict a)
{
  Node* const                       n = (Node*)node;
  const EchoicRecurrentLayer* const l = &n->r.layers[layer];
  const uint32_t                    h = n->r.n_hidden;
  float* const restrict state         = n->r.h + ((size_t)layer * h);
  float* const restrict b             = n->r.more;
  float* const z                      = a + h; // After r
  float* const c                      = z + h;
  echoic_matrix_apply(&l->hh, state, b);
  for (uint32_t i = 0U; i < 2U * h; ++i) {
    a[i] += b[i];
  }

  echoic_sigmoid(a, 2U * h);
  add_state(n, l, state, a, b + (2U * (size_t)h), c);
  if (n->is_relu) {
    echoic_relu(c, h);
  } else {
    echoic_tanh(c, h);
  }

  for (uint32_t i = 0U; i < h; ++i) {
    const float keep = n->replaces ? 1.0F - z[i] : z[i];
    const float take = n->replaces ? z[i] : 1.0F - z[i];
    state[i]         = (take * c[i]) + (keep * state[i]);
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
  return echoic_recurrent_state(&((Node*)node)->r, index, state);
}

const EchoicNodeType echoic_gru_type = {
  "gru",
  bytes,
  prepare,
  reset,
  process,
  state,
};
