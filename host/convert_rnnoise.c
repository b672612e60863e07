// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The network of RNNoise: from features of 10 ms to the probability of speech
   and 22 gains. */

#include "host/convert.h"
#include "host/convert_cells.h"

enum { n_features = 42, n_gains = 22 };

/// Take flat weights [n_in][n_out] as the rows [n_out][n_in] of a linear node
static void
add_dense(EchoicConvert* const c,
          const char* const    id,
          const char* const    input,
          const uint32_t       n_out,
          const uint32_t       n_in,
          const char* const    activation)
{
  const float* const from = echoic_convert_weights(
    c, echoic_convert_name(c, "%s_weights", id), ECHOIC_SHAPE(n_in * n_out));
  echoic_convert_node(c, echoic_convert_name(c, "%s_sum", id), "linear", input);
  float* const to =
    echoic_convert_tensor(c, "weight", ECHOIC_SHAPE(n_out, n_in));
  for (size_t i = 0U; from && to && i < (size_t)n_out * n_in; ++i) {
    to[i] = from[((i % n_in) * n_out) + (i / n_in)];
  }

  echoic_convert_take(
    c, echoic_convert_name(c, "%s_bias", id), "bias", ECHOIC_SHAPE(n_out));
  echoic_convert_node(
    c, id, "activation", echoic_convert_name(c, "%s_sum", id));
  echoic_convert_set_word(c, "type", activation);
}

/// Take flat weights [n_in][z r h] as rows in the order r, z, h
static void
take_gates(EchoicConvert* const c,
           const char* const    from,
           const char* const    to,
           const uint32_t       n_hidden,
           const uint32_t       n_in)
{
  static const uint32_t order[] = {1U, 0U, 2U};

  const uint32_t     n_rows = 3U * n_hidden;
  const float* const x =
    echoic_convert_weights(c, from, ECHOIC_SHAPE(n_in * n_rows));
  float* const y = n_in == 1U
                     ? echoic_convert_tensor(c, to, ECHOIC_SHAPE(n_rows))
                     : echoic_convert_tensor(c, to, ECHOIC_SHAPE(n_rows, n_in));
  for (uint32_t row = 0U; x && y && row < n_rows; ++row) {
    const uint32_t gate = order[row / n_hidden];
    const size_t   col  = ((size_t)gate * n_hidden) + (row % n_hidden);
    for (uint32_t i = 0U; i < n_in; ++i) {
      y[((size_t)row * n_in) + i] = x[((size_t)i * n_rows) + col];
    }
  }
}

static void
add_gru(EchoicConvert* const c,
        const char* const    id,
        const char* const    input,
        const uint32_t       n_hidden,
        const uint32_t       n_in)
{
  const char* const ih = echoic_convert_name(c, "%s_weights", id);
  const char* const hh = echoic_convert_name(c, "%s_recurrent_weights", id);
  const char* const b  = echoic_convert_name(c, "%s_bias", id);
  echoic_convert_node(c, id, "gru", input);
  echoic_convert_set_word(c, "reset", "before");
  echoic_convert_set_word(c, "candidate", "relu");
  take_gates(c, ih, "weight_ih_l0", n_hidden, n_in);
  take_gates(c, hh, "weight_hh_l0", n_hidden, n_hidden);
  take_gates(c, b, "bias_ih_l0", n_hidden, 1U);
}

/// Append a node that joins three
static void
join(EchoicConvert* const c,
     const char* const    id,
     const char* const    x,
     const char* const    y,
     const char* const    z)
{
  echoic_convert_node(c, id, "concat", x);
  echoic_convert_input(c, y);
  echoic_convert_input(c, z);
}

void
echoic_build_rnnoise(EchoicConvert* const c)
{
  const char* const in = ECHOIC_GRAPH_INPUT;
  echoic_convert_width_in(c, n_features);
  add_dense(c, "input_dense", in, 24U, n_features, "tanh");
  add_gru(c, "vad_gru", "input_dense", 24U, 24U);
  add_dense(c, "vad_output", "vad_gru", 1U, 24U, "sigmoid");
  join(c, "noise_input", "input_dense", "vad_gru", in);
  add_gru(c, "noise_gru", "noise_input", 48U, 48U + n_features);
  join(c, "denoise_input", "vad_gru", "noise_gru", in);
  add_gru(c, "denoise_gru", "denoise_input", 96U, 72U + n_features);
  add_dense(c, "denoise_output", "denoise_gru", n_gains, 96U, "sigmoid");
  echoic_convert_node(c, "y", "concat", "vad_output");
  echoic_convert_input(c, "denoise_output");
  echoic_convert_state(c, "h", 0U);
  echoic_convert_piece(c, "vad_gru", "h");
  echoic_convert_piece(c, "noise_gru", "h");
  echoic_convert_piece(c, "denoise_gru", "h");
}
