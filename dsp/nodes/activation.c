// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/activation.h"

#include "dsp/activate.h"

#include <string.h>

static const char* const tensors[] = {NULL};
static const char* const numbers[] = {NULL};
static const char* const words[]   = {"type", NULL};

static void
decay(float* const x, const uint32_t n)
{
  for (uint32_t i = 0U; i < n; ++i) {
    x[i] = -x[i];
  }

  echoic_sigmoid(x, n);
}

static void
smooth_step(float* const x, const uint32_t n)
{
  for (uint32_t i = 0U; i < n; ++i) {
    x[i] *= 2.0F;
  }

  echoic_sigmoid(x, n);
}

static const struct {
  const char*      name;
  EchoicActivation apply;
} functions[] = {
  {"decay", decay},
  {"exp", echoic_exp},
  {"gelu", echoic_gelu},
  {"gelu_tanh", echoic_gelu_tanh},
  {"relu", echoic_relu},
  {"sigmoid", echoic_sigmoid},
  {"silu", echoic_silu},
  {"smooth_step", smooth_step},
  {"softmax", echoic_softmax},
  {"softplus", echoic_softplus},
  {"tanh", echoic_tanh},
};

enum { n_functions = sizeof(functions) / sizeof(functions[0]) };

typedef struct {
  uint32_t         width;
  EchoicActivation apply;
} Node;

EchoicActivation
echoic_activation(const char* const type)
{
  for (size_t i = 0U; i < n_functions; ++i) {
    if (!strcmp(functions[i].name, type)) {
      return functions[i].apply;
    }
  }

  return NULL;
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  if (echoic_node_expect_inputs(spec, shape, 1U, error)) {
    return ECHOIC_BAD_SHAPE;
  }

  if (echoic_node_expect_only(spec, tensors, numbers, words, error)) {
    return ECHOIC_BAD_FORMAT;
  }

  const char* const type = echoic_node_word(spec, "type", "");
  shape->width_out       = shape->width_in[0];
  shape->bytes           = echoic_arena_round(sizeof(Node));
  return echoic_activation(type)
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "node '%s': type is '%s': must be decay, exp, gelu, "
                          "gelu_tanh, relu, sigmoid, silu, smooth_step, "
                          "softmax, softplus or tanh",
                          spec->id,
                          type);
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

  n->width = shape->width_out;
  n->apply = echoic_activation(echoic_node_word(spec, "type", ""));
  *node    = n;
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
  memcpy(out, in[0], (size_t)n_frames * n->width * sizeof(float));
  for (uint32_t f = 0U; f < n_frames; ++f) {
    n->apply(out + ((size_t)f * n->width), n->width);
  }
}

const EchoicNodeType echoic_activation_type = {
  "activation",
  bytes,
  prepare,
  reset,
  process,
  NULL,
};
