// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/linear.h"

#include "dsp/matrix.h"

#include <stdbool.h>

static const char* const tensors[] = {"weight", "bias", NULL};
static const char* const numbers[] = {NULL};
static const char* const words[]   = {NULL};

typedef struct {
  EchoicMatrix map;
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const EchoicTensor* const weight = echoic_node_tensor(spec, "weight");
  if (echoic_node_expect_inputs(spec, shape, 1U, error)) {
    return ECHOIC_BAD_SHAPE;
  }

  if (echoic_node_expect_only(spec, tensors, numbers, words, error)) {
    return ECHOIC_BAD_FORMAT;
  }

  const bool     usable = weight && weight->n_dims == 2U && weight->dims[0];
  const uint32_t rows   = usable ? weight->dims[0] : 1U;
  const uint32_t dims[] = {rows, shape->width_in[0]};
  shape->width_out      = rows;
  shape->bytes =
    echoic_arena_round(sizeof(Node)) + echoic_matrix_bytes(rows, dims[1]);
  const EchoicStatus st = echoic_node_expect(spec, "weight", 2U, dims, error);
  return st || !echoic_node_tensor(spec, "bias")
           ? st
           : echoic_node_expect(spec, "bias", 1U, &rows, error);
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const EchoicTensor* const weight = echoic_node_tensor(spec, "weight");
  const EchoicTensor* const bias   = echoic_node_tensor(spec, "bias");
  Node* const n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  if (!n || !echoic_matrix_prepare(&n->map,
                                   weight->data,
                                   bias ? bias->data : NULL,
                                   shape->width_out,
                                   shape->width_in[0],
                                   arena)) {
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
  echoic_matrix_apply_frames(&n->map, in[0], out, n_frames);
}

ECHOIC_RT const EchoicMatrix*
echoic_linear_map(const void* const node)
{
  return &((const Node*)node)->map;
}

const EchoicNodeType echoic_linear_type = {
  "linear",
  bytes,
  prepare,
  reset,
  process,
  NULL,
};
