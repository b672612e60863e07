// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* LSTM, GRU and simple recurrent networks, alone and as models of makemore. */

#include "host/convert_rnn.h"
#include "host/convert.h"
#include "host/convert_cells.h"

#include <string.h>

/// Take a tensor of a layer under its own name
static void
take_own(EchoicConvert* const  c,
         const char* const     prefix,
         const char* const     to,
         const uint32_t        n_dims,
         const uint32_t* const dims)
{
  echoic_convert_take(
    c, echoic_convert_name(c, "%s%s", prefix, to), to, n_dims, dims);
}

void
echoic_convert_recurrent(EchoicConvert* const               c,
                         const EchoicRecurrentLayers* const layers)
{
  const uint32_t h = layers->n_hidden;
  echoic_convert_node(c, layers->id, layers->type, layers->input);
  for (uint32_t l = 0U; l < layers->n_layers; ++l) {
    const uint32_t rows = layers->n_gates * h;
    const uint32_t n_in = l ? h : layers->n_in;
    take_own(c,
             layers->prefix,
             echoic_convert_name(c, "weight_ih_l%u", l),
             ECHOIC_SHAPE(rows, n_in));
    take_own(c,
             layers->prefix,
             echoic_convert_name(c, "weight_hh_l%u", l),
             ECHOIC_SHAPE(rows, h));
    for (uint32_t b = 0U; b < layers->n_biases; ++b) {
      take_own(c,
               layers->prefix,
               echoic_convert_name(c, "bias_%s_l%u", b ? "hh" : "ih", l),
               ECHOIC_SHAPE(rows));
    }
  }
}

/// A module of PyTorch by itself
static void
build_module(EchoicConvert* const c,
             const char* const    type,
             const uint32_t       n_gates)
{
  const EchoicRecurrentLayers layers = {
    .id       = type,
    .type     = type,
    .input    = ECHOIC_GRAPH_INPUT,
    .prefix   = "",
    .n_gates  = n_gates,
    .n_in     = echoic_convert_size(c, "input_size", 1U, 65536U),
    .n_hidden = echoic_convert_size(c, "hidden_size", 1U, 65536U),
    .n_layers = echoic_convert_size_or(c, "num_layers", 1U, 1U, 16U),
    .n_biases = echoic_convert_flag_or(c, "bias", true) ? 2U : 0U,
  };

  echoic_convert_ignore(c, "batch_first");
  echoic_convert_ignore(c, "dropout"); // Only in training
  echoic_convert_width_in(c, layers.n_in);
  echoic_convert_recurrent(c, &layers);
}

void
echoic_build_gru(EchoicConvert* const c)
{
  build_module(c, "gru", 3U);
}

void
echoic_build_lstm(EchoicConvert* const c)
{
  build_module(c, "lstm", 4U);
}

void
echoic_build_rnn(EchoicConvert* const c)
{
  build_module(c, "rnn", 1U);
  echoic_convert_set_word(
    c, "activation", echoic_convert_word_or(c, "nonlinearity", "tanh"));
}

/// Split maps of [x, h] into rows of weight_ih_l0, weight_hh_l0, bias_ih_l0
static void
take_joint(EchoicConvert* const     c,
           const char* const* const gates,
           const uint32_t           n_gates,
           const uint32_t           n_in,
           const uint32_t           h)
{
  const uint32_t rows = n_gates * h;
  float* const   ih =
    echoic_convert_tensor(c, "weight_ih_l0", ECHOIC_SHAPE(rows, n_in));
  float* const hh =
    echoic_convert_tensor(c, "weight_hh_l0", ECHOIC_SHAPE(rows, h));
  float* const b = echoic_convert_tensor(c, "bias_ih_l0", ECHOIC_SHAPE(rows));
  for (uint32_t g = 0U; g < n_gates; ++g) {
    const float* const weight =
      echoic_convert_weights(c,
                             echoic_convert_name(c, "%s.weight", gates[g]),
                             ECHOIC_SHAPE(h, n_in + h));
    const float* const bias = echoic_convert_weights(
      c, echoic_convert_name(c, "%s.bias", gates[g]), ECHOIC_SHAPE(h));
    for (uint32_t i = 0U; i < h && !echoic_convert_failed(c); ++i) {
      const size_t       to  = ((size_t)g * h) + i;
      const float* const row = weight + ((size_t)i * (n_in + h));
      memcpy(ih + (to * n_in), row, n_in * sizeof(float));
      memcpy(hh + (to * h), row + n_in, h * sizeof(float));
      b[to] = bias[i];
    }
  }
}

/// The recurrent language models of makemore
static void
build_makemore(EchoicConvert* const     c,
               const char* const        type,
               const char* const* const gates,
               const uint32_t           n_gates)
{
  const uint32_t vocab = echoic_convert_size(c, "vocab_size", 1U, 1048576U);
  const uint32_t n_in  = echoic_convert_size(c, "n_embd", 1U, 65536U);
  const uint32_t h     = echoic_convert_size(c, "n_embd2", 1U, 65536U);
  echoic_convert_require_word(c, "kind", type);
  echoic_convert_ignore(c, "block_size");
  echoic_convert_ignore(c, "n_layer");
  echoic_convert_ignore(c, "n_head");
  echoic_convert_width_in(c, 1U);
  echoic_convert_embedding(c, "wte", "wte", vocab, n_in);
  echoic_convert_node(c, "cell", type, "wte");
  take_joint(c, gates, n_gates, n_in, h);
  echoic_convert_take(c, "start", "h0", ECHOIC_SHAPE(1U, h));
  if (n_gates > 1U) {
    echoic_convert_set_word(c, "reset", "before");
    echoic_convert_set_word(c, "update", "replace");
  }
  echoic_convert_linear(c, "lm_head", "cell", "lm_head", vocab, h, true);
}

void
echoic_build_makemore_gru(EchoicConvert* const c)
{
  static const char* const gates[] = {
    "cell.xh_to_r", "cell.xh_to_z", "cell.xh_to_hbar"};
  build_makemore(c, "gru", gates, 3U);
}

void
echoic_build_makemore_rnn(EchoicConvert* const c)
{
  static const char* const gates[] = {"cell.xh_to_h"};
  build_makemore(c, "rnn", gates, 1U);
}
