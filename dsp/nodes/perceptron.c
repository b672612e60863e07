// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/perceptron.h"

#include "dsp/activate.h"
#include "dsp/bank.h"
#include "dsp/kernels.h"
#include "dsp/matrix.h"

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

/// How the rows are computed
typedef enum {
  WHOLE,   ///< All of all inputs
  GROUPED, ///< Each of its own slice of the input
  BANK,    ///< Many, of which only the sign counts
} Form;

static const uint32_t least_bank = 256U; ///< Rows

typedef struct {
  uint32_t     width_in;
  uint32_t     n_rows;
  Form         form;
  Activation   activation;
  EchoicBank   bank;   ///< Of form BANK
  uint32_t*    above;  ///< [n_rows] Rows that are above 0
  EchoicMatrix all;    ///< Of form WHOLE
  float*       weight; ///< [n_rows][width_in / n_rows] of form GROUPED
  float*       bias;   ///< [n_rows]
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

static Form
form_of(const EchoicNodeSpec* const spec, const uint32_t rows)
{
  return echoic_node_number(spec, "groups", 1.0) != 1.0        ? GROUPED
         : find_activation(spec) == STEP && rows >= least_bank ? BANK
                                                               : WHOLE;
}

static size_t
form_bytes(const Form form, const uint32_t rows, const uint32_t cols)
{
  return form == WHOLE ? echoic_matrix_bytes(rows, cols)
         : form == BANK
           ? echoic_bank_bytes(rows, cols) +
               echoic_arena_round(rows * sizeof(uint32_t))
           : echoic_arena_round((size_t)rows * cols * sizeof(float)) +
               echoic_arena_round(rows * sizeof(float));
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
                 form_bytes(form_of(spec, rows), rows, cols);
  const EchoicStatus st = echoic_node_expect(spec, "weight", 2U, dims, error);
  return st || !echoic_node_tensor(spec, "bias")
           ? st
           : echoic_node_expect(spec, "bias", 1U, &rows, error);
}

static bool
prepare_groups(Node* const               n,
               const EchoicTensor* const weight,
               const float* const        bias,
               EchoicArena* const        arena)
{
  const size_t n_weights = (size_t)weight->dims[0] * weight->dims[1];
  n->weight = (float*)echoic_arena_take(arena, n_weights, sizeof(float));
  n->bias   = (float*)echoic_arena_take(arena, n->n_rows, sizeof(float));
  if (n->weight && n->bias) {
    memcpy(n->weight, weight->data, n_weights * sizeof(float));
    for (uint32_t i = 0U; bias && i < n->n_rows; ++i) {
      n->bias[i] = bias[i];
    }
  }

  return n->weight && n->bias;
}

static bool
prepare_form(Node* const               n,
             const EchoicTensor* const weight,
             const float* const        bias,
             EchoicArena* const        arena)
{
  const uint32_t rows = n->n_rows;
  const uint32_t cols = n->width_in;
  if (n->form == GROUPED) {
    return prepare_groups(n, weight, bias, arena);
  }

  if (n->form == WHOLE) {
    return echoic_matrix_prepare(
      &n->all, weight->data, bias, rows, cols, arena);
  }

  n->above = (uint32_t*)echoic_arena_take(arena, rows, sizeof(uint32_t));
  return n->above &&
         echoic_bank_prepare(&n->bank, weight->data, bias, rows, cols, arena);
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const EchoicTensor* const weight = echoic_node_tensor(spec, "weight");
  const EchoicTensor* const given  = echoic_node_tensor(spec, "bias");
  const float* const        bias   = given ? given->data : NULL;
  Node* const n  = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  bool        ok = n;
  if (n) {
    n->width_in   = shape->width_in[0];
    n->n_rows     = shape->width_out;
    n->form       = form_of(spec, n->n_rows);
    n->activation = find_activation(spec);
    ok            = prepare_form(n, weight, bias, arena);
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

static void
activate(const Activation activation, float* const y, const uint32_t n)
{
  switch (activation) {
  case STEP:
    for (uint32_t i = 0U; i < n; ++i) {
      y[i] = y[i] > 0.0F ? 1.0F : 0.0F;
    }
    break;
  case SMOOTH:
    echoic_tanh(y, n);
    for (uint32_t i = 0U; i < n; ++i) {
      y[i] = (1.0F + y[i]) / 2.0F;
    }
    break;
  case TANH:
    echoic_tanh(y, n);
    break;
  case SIGMOID:
    echoic_sigmoid(y, n);
    break;
  case LINEAR:
  case N_ACTIVATIONS:
    break;
  }
}

/// 1 for rows that are above 0, which the step leaves as it is
static void
find_above(const Node* const n, const float* const x, float* const y)
{
  const uint32_t n_above = echoic_bank_find(&n->bank, x, n->above);
  memset(y, 0, n->n_rows * sizeof(float));
  for (uint32_t i = 0U; i < n_above; ++i) {
    y[n->above[i]] = 1.0F;
  }
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  const Node* const n = (const Node*)node;
  if (n->form == WHOLE) {
    echoic_matrix_apply_frames(&n->all, in[0], out, n_frames);
  } else if (n->form == GROUPED) {
    const uint32_t n_cols = n->width_in / n->n_rows;
    echoic_kernels()->dots(
      n->weight, n->bias, in[0], out, n->n_rows, n_cols, n_frames);
  }

  for (uint32_t f = 0U; f < n_frames; ++f) {
    const float* const x = in[0] + ((size_t)f * n->width_in);
    float* const       y = out + ((size_t)f * n->n_rows);
    if (n->form == BANK) {
      find_above(n, x, y);
    }
    activate(n->activation, y, n->n_rows);
  }
}

ECHOIC_RT bool
echoic_perceptron_groups(const void* const   node,
                         const float** const weight,
                         const float** const bias)
{
  const Node* const n = (const Node*)node;
  *weight             = n->weight;
  *bias               = n->bias;
  return n->form == GROUPED && n->activation == LINEAR;
}

const EchoicNodeType echoic_perceptron_type = {
  "perceptron",
  bytes,
  prepare,
  reset,
  process,
  NULL,
};
