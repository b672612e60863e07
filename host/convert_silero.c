// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Silero VAD: the probability of speech for each 32 ms of 16 kHz. */

#include "host/convert.h"
#include "host/convert_cells.h"

/// A convolution with a rectifier; its number of output channels
static uint32_t
add_conv(EchoicConvert* const c,
         const char* const    id,
         const char* const    input,
         const uint32_t       stride)
{
  const char* const weight = echoic_convert_name(c, "%s.weight", id);
  const uint32_t    n_out  = echoic_convert_dim(c, weight, 0U);
  const uint32_t    n_in   = echoic_convert_dim(c, weight, 1U);
  const char* const sum    = echoic_convert_name(c, "%s_sum", id);
  echoic_convert_node(c, sum, "conv1d", input);
  echoic_convert_take(c, weight, "weight", ECHOIC_SHAPE(n_out, n_in, 3U));
  echoic_convert_take(
    c, echoic_convert_name(c, "%s.bias", id), "bias", ECHOIC_SHAPE(n_out));
  echoic_convert_set(c, "stride", stride);
  echoic_convert_set(c, "padding", 1.0);
  echoic_convert_node(c, id, "activation", sum);
  echoic_convert_set_word(c, "type", "relu");
  return n_out;
}

/**
   Append the samples that the transform sees: the end of the frame before, the
   frame, and its end reflected.
*/
static void
add_framing(EchoicConvert* const c,
            const uint32_t       frame,
            const uint32_t       context,
            const uint32_t       padding)
{
  echoic_convert_node(c, "history", "delay", ECHOIC_GRAPH_INPUT);
  echoic_convert_set(c, "frames", 1.0); // [this frame, the one before]
  echoic_convert_node(c, "samples", "gather", "history");
  float* const index =
    echoic_convert_tensor(c, "index", ECHOIC_SHAPE(context + frame + padding));
  for (uint32_t i = 0U; index && i < context + frame + padding; ++i) {
    const uint32_t at = i < context ? (2U * frame) - context + i
                        : i < context + frame
                          ? i - context
                          : (2U * frame) - 2U - (i - context);
    index[i]          = (float)at;
  }
}

static void
add_cell(EchoicConvert* const c, const uint32_t n_in)
{
  const uint32_t h = echoic_convert_dim(c, "lstm_cell.weight_hh", 1U);
  echoic_convert_node(c, "lstm", "lstm", "conv4");
  echoic_convert_take(
    c, "lstm_cell.weight_ih", "weight_ih_l0", ECHOIC_SHAPE(4U * h, n_in));
  echoic_convert_take(
    c, "lstm_cell.weight_hh", "weight_hh_l0", ECHOIC_SHAPE(4U * h, h));
  echoic_convert_take(
    c, "lstm_cell.bias_ih", "bias_ih_l0", ECHOIC_SHAPE(4U * h));
  echoic_convert_take(
    c, "lstm_cell.bias_hh", "bias_hh_l0", ECHOIC_SHAPE(4U * h));
  echoic_convert_node(c, "relu", "activation", "lstm");
  echoic_convert_set_word(c, "type", "relu");
  echoic_convert_node(c, "final_conv", "conv1d", "relu");
  echoic_convert_take(
    c, "final_conv.weight", "weight", ECHOIC_SHAPE(1U, h, 1U));
  echoic_convert_take(c, "final_conv.bias", "bias", ECHOIC_SHAPE(1U));
  echoic_convert_node(c, "y", "activation", "final_conv");
  echoic_convert_set_word(c, "type", "sigmoid");
  echoic_convert_state(c, "h", 0U);
  echoic_convert_piece(c, "lstm", "h");
  echoic_convert_state(c, "c", 0U);
  echoic_convert_piece(c, "lstm", "c");
}

void
echoic_build_silero_vad(EchoicConvert* const c)
{
  const uint32_t frame = echoic_convert_size_or(c, "frame", 512U, 256U, 4096U);
  const uint32_t context = echoic_convert_size_or(c, "context", 64U, 0U, 256U);
  const uint32_t n_fft   = echoic_convert_dim(c, "stft_conv.weight", 2U);
  echoic_convert_width_in(c, frame);
  add_framing(c, frame, context, n_fft / 4U);
  echoic_convert_node(c, "stft_conv", "conv1d", "samples");
  echoic_convert_take(
    c, "stft_conv.weight", "weight", ECHOIC_SHAPE(n_fft + 2U, 1U, n_fft));
  echoic_convert_set(c, "stride", n_fft / 2U);
  echoic_convert_node(c, "magnitude", "magnitude", "stft_conv");
  add_conv(c, "conv1", "magnitude", 1U);
  add_conv(c, "conv2", "conv1", 2U);
  add_conv(c, "conv3", "conv2", 2U);
  add_cell(c, add_conv(c, "conv4", "conv3", 1U));
}
