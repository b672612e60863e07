// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/node.h"

#include "dsp/nodes/activation.h"
#include "dsp/nodes/attention.h"
#include "dsp/nodes/concat.h"
#include "dsp/nodes/conv1d.h"
#include "dsp/nodes/delay.h"
#include "dsp/nodes/embedding.h"
#include "dsp/nodes/gather.h"
#include "dsp/nodes/gru.h"
#include "dsp/nodes/hgrn2.h"
#include "dsp/nodes/layernorm.h"
#include "dsp/nodes/linear.h"
#include "dsp/nodes/lstm.h"
#include "dsp/nodes/magnitude.h"
#include "dsp/nodes/mamba.h"
#include "dsp/nodes/mamba2.h"
#include "dsp/nodes/mean.h"
#include "dsp/nodes/memory.h"
#include "dsp/nodes/mha.h"
#include "dsp/nodes/mlp.h"
#include "dsp/nodes/multiply.h"
#include "dsp/nodes/onepole.h"
#include "dsp/nodes/perceptron.h"
#include "dsp/nodes/position.h"
#include "dsp/nodes/rglru.h"
#include "dsp/nodes/rmsnorm.h"
#include "dsp/nodes/rnn.h"
#include "dsp/nodes/rope.h"
#include "dsp/nodes/rwkv5.h"
#include "dsp/nodes/rwkv6.h"
#include "dsp/nodes/rwkv_ffn.h"
#include "dsp/nodes/s4d.h"
#include "dsp/nodes/s4d_kernel.h"
#include "dsp/nodes/scale.h"
#include "dsp/nodes/skip.h"
#include "dsp/nodes/slice.h"
#include "dsp/nodes/sum.h"
#include "dsp/nodes/temporal_conv.h"
#include "dsp/nodes/transmamba.h"
#include "dsp/nodes/trape.h"
#include "dsp/nodes/wrope.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const EchoicNodeType* const types[] = {
  // clang-format off
  &echoic_activation_type,
  &echoic_attention_type,
  &echoic_concat_type,
  &echoic_conv1d_type,
  &echoic_delay_type,
  &echoic_embedding_type,
  &echoic_gather_type,
  &echoic_gru_type,
  &echoic_hgrn2_type,
  &echoic_layernorm_type,
  &echoic_linear_type,
  &echoic_lstm_type,
  &echoic_magnitude_type,
  &echoic_mamba2_type,
  &echoic_mamba_type,
  &echoic_mean_type,
  &echoic_memory_type,
  &echoic_mha_type,
  &echoic_mlp_type,
  &echoic_multiply_type,
  &echoic_onepole_type,
  &echoic_perceptron_type,
  &echoic_position_type,
  &echoic_rglru_type,
  &echoic_rmsnorm_type,
  &echoic_rnn_type,
  &echoic_rope_type,
  &echoic_rwkv5_type,
  &echoic_rwkv6_type,
  &echoic_rwkv_ffn_type,
  &echoic_s4d_kernel_type,
  &echoic_s4d_type,
  &echoic_scale_type,
  &echoic_skip_type,
  &echoic_slice_type,
  &echoic_sum_type,
  &echoic_temporal_conv_type,
  &echoic_transmamba_type,
  &echoic_trape_type,
  &echoic_wrope_type,
  // clang-format on
};

const EchoicNodeType*
echoic_node_type(const char* const name)
{
  for (size_t i = 0U; i < sizeof(types) / sizeof(types[0]); ++i) {
    if (!strcmp(types[i]->name, name)) {
      return types[i];
    }
  }

  return NULL;
}

ECHOIC_RT bool
echoic_node_state(EchoicNodeState* const state,
                  const char* const      name,
                  const uint32_t         n_rows,
                  const uint32_t         n_cols,
                  float* const           data)
{
  memset(state, 0, sizeof(*state));
  if (name) {
    memcpy(state->name, name, strlen(name) + 1U);
    state->n_dims  = n_cols ? 2U : 1U;
    state->dims[0] = n_rows;
    state->dims[1] = n_cols;
    state->data    = data;
  }

  return name;
}

ECHOIC_RT bool
echoic_node_count(EchoicNodeState* const state,
                  const char* const      name,
                  int64_t* const         count)
{
  echoic_node_state(state, name, 1U, 0U, NULL);
  state->count = count;
  return name;
}

const EchoicTensor*
echoic_node_tensor(const EchoicNodeSpec* const spec, const char* const name)
{
  for (uint32_t i = 0U; i < spec->n_tensors; ++i) {
    if (!strcmp(spec->tensors[i].name, name)) {
      return &spec->tensors[i];
    }
  }

  return NULL;
}

static const EchoicParam*
find_param(const EchoicNodeSpec* const spec, const char* const key)
{
  for (uint32_t i = 0U; i < spec->n_params; ++i) {
    if (!strcmp(spec->params[i].key, key)) {
      return &spec->params[i];
    }
  }

  return NULL;
}

bool
echoic_node_has(const EchoicNodeSpec* const spec, const char* const key)
{
  return find_param(spec, key);
}

double
echoic_node_number(const EchoicNodeSpec* const spec,
                   const char* const           key,
                   const double                fallback)
{
  const EchoicParam* const param = find_param(spec, key);
  return param && !param->text[0] ? param->value : fallback;
}

EchoicStatus
echoic_node_whole(const EchoicNodeSpec* const spec,
                  const char* const           key,
                  const double                fallback,
                  const uint32_t              least,
                  const uint32_t              most,
                  uint32_t* const             value,
                  EchoicError* const          error)
{
  const double number = echoic_node_number(spec, key, fallback);
  const bool ok = number >= least && number <= most && number == floor(number);
  *value        = ok ? (uint32_t)number : least;
  return ok ? ECHOIC_OK
            : echoic_error(error,
                           ECHOIC_BAD_ARG,
                           "node '%s': %s is %g: must be whole, %u to %u",
                           spec->id,
                           key,
                           number,
                           least,
                           most);
}

const char*
echoic_node_word(const EchoicNodeSpec* const spec,
                 const char* const           key,
                 const char* const           fallback)
{
  const EchoicParam* const param = find_param(spec, key);
  return param && param->text[0] ? param->text : fallback;
}

uint32_t
echoic_node_dim(const EchoicNodeSpec* const spec,
                const char* const           name,
                const uint32_t              axis)
{
  const EchoicTensor* const tensor = echoic_node_tensor(spec, name);
  const uint32_t            dim =
    tensor && axis < tensor->n_dims ? tensor->dims[axis] : 1U;
  return dim && dim <= ECHOIC_MAX_WIDTH ? dim : 1U;
}

float*
echoic_node_vector(EchoicArena* const        arena,
                   const EchoicTensor* const tensor,
                   const size_t              n)
{
  float* const data = (float*)echoic_arena_take(arena, n, sizeof(float));
  if (data && tensor) {
    memcpy(data, tensor->data, n * sizeof(float));
  }

  return data;
}

bool
echoic_node_matrix(const EchoicNodeSpec* const spec,
                   const char* const           weight,
                   const char* const           bias,
                   EchoicArena* const          arena,
                   EchoicMatrix* const         matrix)
{
  const EchoicTensor* const w = echoic_node_tensor(spec, weight);
  const EchoicTensor* const b = echoic_node_tensor(spec, bias);
  return w &&
         echoic_matrix_prepare(
           matrix, w->data, b ? b->data : NULL, w->dims[0], w->dims[1], arena);
}
