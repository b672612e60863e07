// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/perceptron.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const char* const tensors[] = {"weight", "bias", NULL};
static const char* const numbers[] = {"groups", NULL};
static const char* const words[]   = {"activation", NULL};

typedef enum { LINEAR, STEP, SMOOTH, TANH, SIGMOID, N_ACTIVATIONS } Activation;

static const char* const activation_names[] = {"linear",
                                               "step",
                                               "smooth",
                                               "tanh",
                                               "sigmoid"};

typedef struct {
  uint32_t   width_in;
  uint32_t   n_rows;
  uint32_t   n_cols; ///< Numbers that a row sees
  uint32_t   stride; ///< From the numbers one row sees to the next row's
  Activation activation;
  float*     weight; ///< [n_rows][n_cols]
  float*     bias;   ///< [n_rows]
} Node;

static Activation
find_activation(const EchoicNodeSpec* const spec)
{
  const char* const name = echoic_node_word(spec, "activation", "linear");
  Activation        a    = LINEAR;
  while (a < N_ACTIVATIONS && strcmp(activation_names[a], name)) {
    ++a;
  }

  return a;
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const EchoicTensor* const weight = echoic_node_tensor(spec, "weight");
  const double              groups = echoic_node_number(spec, "groups", 1.0);
  if (echoic_node_expect_inputs(spec, shape, 1U, error)) {
    return ECHOIC_BAD_SHAPE;
  }

  if (echoic_node_expect_only(spec, tensors, numbers, words, error)) {
    return ECHOIC_BAD_FORMAT;
  }

  if (find_activation(spec) == N_ACTIVATIONS) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "node '%s': activation is '%s': must be linear, step, "
                        "smooth, tanh or sigmoid",
                        spec->id,
                        echoic_node_word(spec, "activation", ""));
  }

  const bool     usable = weight && weight->n_dims == 2U && weight->dims[0];
  const uint32_t rows   = usable ? weight->dims[0] : 1U;
  if (groups != 1.0 && (groups != rows || shape->width_in[0] % rows)) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "node '%s': groups is %g: must be 1 or the number of "
                        "rows, and divide the input",
                        spec->id,
                        groups);
  }

  const uint32_t cols   = shape->width_in[0] / (groups == 1.0 ? 1U : rows);
  const uint32_t dims[] = {rows, cols};
  shape->width_out      = rows;
  shape->bytes          = echoic_arena_round(sizeof(Node)) +
                 echoic_arena_round((size_t)rows * cols * sizeof(float)) +
                 echoic_arena_round(rows * sizeof(float));
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
  const uint32_t            rows   = shape->width_out;
  const uint32_t            cols   = weight->dims[1];
  Node* const  n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  float* const w =
    (float*)echoic_arena_take(arena, (size_t)rows * cols, sizeof(float));
  float* const b = (float*)echoic_arena_take(arena, rows, sizeof(float));
  if (!n || !w || !b) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  memcpy(w, weight->data, (size_t)rows * cols * sizeof(float));
  for (uint32_t i = 0U; bias && i < rows; ++i) {
    b[i] = bias->data[i];
  }

  n->width_in   = shape->width_in[0];
  n->n_rows     = rows;
  n->n_cols     = cols;
  n->stride     = cols == n->width_in ? 0U : cols;
  n->activation = find_activation(spec);
  n->weight     = w;
  n->bias       = b;
  *node         = n;
  return ECHOIC_OK;
}

static ECHOIC_RT void
reset(void* const node)
{
  (void)node;
}

static void
activate(const Activation activation, float* const y, const uint32_t n)
{
  for (uint32_t i = 0U; i < n; ++i) {
    switch (activation) {
    case STEP:
      y[i] = y[i] > 0.0F ? 1.0F : 0.0F;
      break;
    case SMOOTH:
      y[i] = (1.0F + tanhf(y[i])) / 2.0F;
      break;
    case TANH:
      y[i] = tanhf(y[i]);
      break;
    case SIGMOID:
      y[i] = 1.0F / (1.0F + expf(-y[i]));
      break;
    case LINEAR:
    case N_ACTIVATIONS:
      break;
    }
  }
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  const Node* const n = (const Node*)node;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    const float* x = in[0] + ((size_t)f * n->width_in);
    float* const y = out + ((size_t)f * n->n_rows);
    for (uint32_t r = 0U; r < n->n_rows; ++r, x += n->stride) {
      const float* const w   = n->weight + ((size_t)r * n->n_cols);
      float              sum = n->bias[r];
      for (uint32_t i = 0U; i < n->n_cols; ++i) {
        sum += w[i] * x[i];
      }
      y[r] = sum;
    }
    activate(n->activation, y, n->n_rows);
  }
}

const EchoicNodeType echoic_perceptron_type = {
  "perceptron",
  bytes,
  prepare,
  reset,
  process,
};
