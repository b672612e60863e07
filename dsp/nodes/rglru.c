// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/rglru.h"

#include "dsp/activate.h"
#include "dsp/matrix.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const char* const numbers[] = {"reset_at", NULL};
static const char* const words[]   = {NULL};

static const double decay = -8.0; ///< "c" of the paper

typedef struct {
  uint32_t      width;
  uint32_t      n_heads;
  int64_t       reset_at;   ///< 0 for none: the first frame is one anyway
  EchoicMatrix* input_gate; ///< [n_heads]
  EchoicMatrix* a_gate;     ///< [n_heads]
  float*        log_a;      ///< [width] Of an open gate
  float*        gates;      ///< [2][width] Input and recurrence, this frame
  int64_t       position;   ///< Frames since the reset
  float*        h;          ///< [width]
} Node;

static EchoicStatus
check_tensors(const EchoicNodeSpec* const spec,
              const uint32_t              width,
              const uint32_t              n_heads,
              EchoicError* const          error)
{
  const uint32_t         block   = width / n_heads;
  const EchoicTensorRule rules[] = {
    {"a_param", false, 1U, {width}},
    {"input_gate.w", false, 3U, {n_heads, block, block}},
    {"input_gate.b", false, 2U, {n_heads, block}},
    {"a_gate.w", false, 3U, {n_heads, block, block}},
    {"a_gate.b", false, 2U, {n_heads, block}},
  };
  const EchoicStatus st = echoic_node_expect_tensors(spec, rules, 5U, error);
  return st || block * n_heads == width
           ? st
           : echoic_error(error,
                          ECHOIC_BAD_SHAPE,
                          "node '%s': %u heads of 'input_gate.w' must divide "
                          "the width %u",
                          spec->id,
                          n_heads,
                          width);
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const uint32_t width   = shape->width_in[0];
  const uint32_t n_heads = echoic_node_dim(spec, "input_gate.w", 0U);
  uint32_t       at      = 0U;
  EchoicStatus   st      = echoic_node_expect_inputs(spec, shape, 1U, error);
  if (st || (st = echoic_node_expect_only(spec, NULL, numbers, words, error)) ||
      (st = check_tensors(spec, width, n_heads, error)) ||
      (st = echoic_node_whole(
         spec, "reset_at", 0.0, 0U, UINT32_MAX, &at, error))) {
    return st;
  }

  const uint32_t block = width / n_heads;
  shape->width_out     = width;
  shape->bytes         = echoic_arena_round(sizeof(Node)) +
                 (2U * echoic_arena_round(n_heads * sizeof(EchoicMatrix))) +
                 (2U * n_heads * echoic_matrix_bytes(block, block)) +
                 (2U * echoic_arena_round(width * sizeof(float))) +
                 echoic_arena_round((size_t)2U * width * sizeof(float));
  return ECHOIC_OK;
}

/// One matrix for each head; rows of its weights are inputs
static EchoicMatrix*
prepare_gate(const EchoicTensor* const w,
             const EchoicTensor* const b,
             EchoicArena* const        arena)
{
  const uint32_t      n_heads = w->dims[0];
  const uint32_t      block   = w->dims[1];
  EchoicMatrix* const gate =
    (EchoicMatrix*)echoic_arena_take(arena, n_heads, sizeof(EchoicMatrix));
  bool ok = gate;
  for (size_t k = 0U; ok && k < n_heads; ++k) {
    ok = echoic_matrix_prepare_columns(&gate[k],
                                       w->data + (k * block * block),
                                       b->data + (k * block),
                                       block,
                                       block,
                                       arena);
  }

  return ok ? gate : NULL;
}

static bool
prepare_parts(const EchoicNodeSpec* const spec,
              Node* const                 n,
              EchoicArena* const          arena)
{
  const size_t width = n->width;
  n->log_a           = echoic_node_vector(arena, NULL, width);
  n->gates           = echoic_node_vector(arena, NULL, 2U * width);
  n->h               = echoic_node_vector(arena, NULL, width);
  n->input_gate      = prepare_gate(echoic_node_tensor(spec, "input_gate.w"),
                               echoic_node_tensor(spec, "input_gate.b"),
                               arena);
  n->a_gate          = prepare_gate(echoic_node_tensor(spec, "a_gate.w"),
                           echoic_node_tensor(spec, "a_gate.b"),
                           arena);
  return n->log_a && n->gates && n->h && n->input_gate && n->a_gate;
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
    n->width    = shape->width_out;
    n->n_heads  = echoic_node_dim(spec, "input_gate.w", 0U);
    n->reset_at = (int64_t)echoic_node_number(spec, "reset_at", 0.0);
  }

  if (!n || !prepare_parts(spec, n, arena)) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  const float* const a_param = echoic_node_tensor(spec, "a_param")->data;
  for (uint32_t i = 0U; i < n->width; ++i) {
    const double p = (double)a_param[i];
    n->log_a[i]    = (float)(decay * (fmax(p, 0.0) + log1p(exp(-fabs(p)))));
  }

  *node = n;
  return ECHOIC_OK;
}

static ECHOIC_RT void
reset(void* const node)
{
  Node* const n = (Node*)node;
  n->position   = 0;
  memset(n->h, 0, n->width * sizeof(float));
}

static void
open_gates(const Node* const n, const float* const x)
{
  const uint32_t block = n->width / n->n_heads;
  for (uint32_t k = 0U; k < n->n_heads; ++k) {
    const size_t at = (size_t)k * block;
    echoic_matrix_apply(&n->input_gate[k], x + at, n->gates + at);
    echoic_matrix_apply(&n->a_gate[k], x + at, n->gates + n->width + at);
  }

  echoic_sigmoid(n->gates, 2U * n->width);
}

/// h = a h + sqrt(1 - a^2) i x; 1 - a^2 without the difference of near equals
static void
step(const Node* const n, const float* const x)
{
  const float* const i = n->gates;
  const float* const r = n->gates + n->width;
  float* const       h = n->h;
  for (uint32_t k = 0U; k < n->width; ++k) {
    const float e    = expm1f(n->log_a[k] * r[k]); // a - 1
    const float gain = sqrtf(-e * (2.0F + e));
    h[k]             = ((1.0F + e) * h[k]) + (gain * (i[k] * x[k]));
  }
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  Node* const n = (Node*)node;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    const float* const x = in[0] + ((size_t)f * n->width);
    float* const       y = out + ((size_t)f * n->width);
    open_gates(n, x);
    if (n->position == 0 || n->position == n->reset_at) {
      for (uint32_t k = 0U; k < n->width; ++k) {
        n->h[k] = n->gates[k] * x[k];
      }
    } else {
      step(n, x);
    }
    memcpy(y, n->h, n->width * sizeof(float));
    ++n->position;
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  Node* const n = (Node*)node;
  return index == 0U ? echoic_node_state(state, "h", n->width, 0U, n->h)
                     : echoic_node_count(
                         state, index == 1U ? "position" : NULL, &n->position);
}

const EchoicNodeType echoic_rglru_type = {
  "rglru",
  bytes,
  prepare,
  reset,
  process,
  state,
};
