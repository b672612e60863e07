// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/mlp.h"

#include "dsp/matrix.h"
#include "dsp/nodes/activation.h"

#include <stdbool.h>

static const char* const numbers[] = {NULL};
static const char* const words[]   = {"activation", NULL};

typedef struct {
  bool             is_gated;
  EchoicMatrix     fc1;
  EchoicMatrix     gate;
  EchoicMatrix     fc2;
  EchoicActivation act;
  float*           h; ///< [n_hidden] Of one frame
  float*           g; ///< [n_hidden] The gate's
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const bool             gated   = echoic_node_tensor(spec, "gate.weight");
  const char* const      act     = echoic_node_word(spec, "activation", "relu");
  const uint32_t         w       = shape->width_in[0];
  const uint32_t         h       = echoic_node_dim(spec, "fc1.weight", 0U);
  const uint32_t         v       = echoic_node_dim(spec, "fc2.weight", 0U);
  const EchoicTensorRule rules[] = {
    {"fc1.weight", false, 2U, {h, w}},
    {"fc1.bias", true, 1U, {h}},
    {"fc2.weight", false, 2U, {v, h}},
    {"fc2.bias", true, 1U, {v}},
    {"gate.weight", true, 2U, {h, w}},
    {"gate.bias", true, 1U, {h}},
  };
  EchoicStatus st = echoic_node_expect_inputs(spec, shape, 1U, error);
  if (st || (st = echoic_node_expect_only(spec, NULL, numbers, words, error)) ||
      (st = echoic_node_expect_tensors(spec, rules, gated ? 6U : 4U, error))) {
    return st;
  }

  shape->width_out = v;
  shape->bytes     = echoic_arena_round(sizeof(Node)) +
                 ((gated ? 2U : 1U) * echoic_matrix_bytes(h, w)) +
                 echoic_matrix_bytes(v, h) +
                 (2U * echoic_arena_round(h * sizeof(float)));
  return echoic_activation(act)
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "node '%s': activation is '%s': must be one of node "
                          "'activation', such as relu or silu",
                          spec->id,
                          act);
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  (void)shape;
  const uint32_t h = echoic_node_dim(spec, "fc1.weight", 0U);
  Node* const    n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  bool           ok =
    n && echoic_node_matrix(spec, "fc1.weight", "fc1.bias", arena, &n->fc1) &&
    echoic_node_matrix(spec, "fc2.weight", "fc2.bias", arena, &n->fc2);
  if (ok) {
    n->is_gated = echoic_node_tensor(spec, "gate.weight");
    n->act = echoic_activation(echoic_node_word(spec, "activation", "relu"));
    n->h   = (float*)echoic_arena_take(arena, h, sizeof(float));
    n->g   = (float*)echoic_arena_take(arena, h, sizeof(float));
    ok     = n->h && n->g &&
         (!n->is_gated || echoic_node_matrix(
                            spec, "gate.weight", "gate.bias", arena, &n->gate));
  }

  if (!ok) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  *node = n;
  return ECHOIC_OK;
}

static ECHOIC_RT void
reset(void* const node)
{
  (void)node;
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  const Node* const n = (const Node*)node;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    const float* const x = in[0] + ((size_t)f * n->fc1.n_in);
    echoic_matrix_apply(&n->fc1, x, n->h);
    n->act(n->h, n->fc1.n_out);
    if (n->is_gated) {
      echoic_matrix_apply(&n->gate, x, n->g);
      for (uint32_t i = 0U; i < n->fc1.n_out; ++i) {
        n->h[i] *= n->g[i];
      }
    }
    echoic_matrix_apply(&n->fc2, n->h, out + ((size_t)f * n->fc2.n_out));
  }
}

const EchoicNodeType echoic_mlp_type = {
  "mlp",
  bytes,
  prepare,
  reset,
  process,
  NULL,
};
