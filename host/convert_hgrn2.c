// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* HGRN2: the layer and the model of its authors, and the layer of
   flash-linear-attention. */

#include "host/convert.h"
#include "host/convert_cells.h"

#include <math.h>
#include <string.h>

#define RMS_NORM_EPS 1e-6   ///< The authors' norm without weights
#define LAYER_NORM_EPS 1e-5 ///< PyTorch's

/// A layer of the authors
typedef struct {
  uint32_t     width;
  uint32_t     n_heads;
  const char*  input_act;
  const char*  query_act;
  const char*  norm; ///< "layernorm" with weights, "simplermsnorm" without
  bool         use_norm;
  bool         has_bias;
  uint32_t     n_layers;
  const float* bounds; ///< [n_layers][width] From which bounds are, or null
} Layer;

static void
read_heads(EchoicConvert* const c, Layer* const layer)
{
  const uint32_t keys =
    echoic_convert_size_or(c, "expand_ratio", 2U, 1U, ECHOIC_MAX_WIDTH);
  layer->n_heads = layer->width / keys;
  if (layer->width % keys) {
    echoic_convert_fail(c,
                        "--config: 'expand_ratio' is %u: must divide the "
                        "width, %u",
                        keys,
                        layer->width);
  }
}

static const char*
read_norm(EchoicConvert* const c, const char* const fallback)
{
  const char* const norm = echoic_convert_word_or(c, "norm_type", fallback);
  if (strcmp(norm, "layernorm") && strcmp(norm, "simplermsnorm")) {
    echoic_convert_fail(c,
                        "--config: 'norm_type' is '%.40s': must be layernorm "
                        "or simplermsnorm",
                        norm);
  }

  return norm;
}

/// Append a norm of that type
static const char*
add_norm(EchoicConvert* const c,
         const char* const    id,
         const char* const    input,
         const Layer* const   layer)
{
  if (!strcmp(layer->norm, "layernorm")) {
    echoic_convert_layernorm(c, id, input, id, layer->width, LAYER_NORM_EPS);
  } else {
    echoic_convert_node(c, id, "rmsnorm", input);
    echoic_convert_set(c, "eps", RMS_NORM_EPS);
  }

  return id;
}

/**
   Set the lower bounds of layer `index`: what softmax over the layers gives to
   those from 1 to it.

   @param weights [n_layers][n]
   @param bounds [n]
*/
static void
set_bounds(const float* const weights,
           const uint32_t     n_layers,
           const uint32_t     index,
           const uint32_t     n,
           float* const       bounds)
{
  for (uint32_t i = 0U; i < n; ++i) {
    double max  = (double)weights[i];
    double sum  = 0.0;
    double part = 0.0;
    for (uint32_t l = 1U; l < n_layers; ++l) {
      max = fmax(max, (double)weights[((size_t)l * n) + i]);
    }
    for (uint32_t l = 0U; l < n_layers; ++l) {
      const double e = exp((double)weights[((size_t)l * n) + i] - max);
      sum += e;
      part += l && l <= index ? e : 0.0;
    }
    bounds[i] = (float)(part / sum);
  }
}

/// Append layer `index`, whose tensors begin with `prefix`; return its output
static const char*
add_mixer(EchoicConvert* const c,
          const char* const    prefix,
          const char* const    input,
          const Layer* const   layer,
          const uint32_t       index)
{
  const uint32_t    n    = layer->width;
  const char* const in   = echoic_convert_name(c, "%sin_proj", prefix);
  const char* const cell = echoic_convert_name(c, "%shgrn2", prefix);
  const char* const norm = echoic_convert_name(c, "%snorm", prefix);
  const char* const out  = echoic_convert_name(c, "%sout_proj", prefix);
  echoic_convert_linear(c, in, input, in, 3U * n, n, layer->has_bias);
  echoic_convert_node(c, cell, "hgrn2", in);
  echoic_convert_set(c, "heads", layer->n_heads);
  echoic_convert_set_word(c, "input_act", layer->input_act);
  echoic_convert_set_word(c, "query_act", layer->query_act);
  float* const bounds =
    echoic_convert_tensor(c, "lower_bound", ECHOIC_SHAPE(n));
  if (bounds && layer->bounds) {
    set_bounds(layer->bounds, layer->n_layers, index, n, bounds);
  }

  const char* const last =
    layer->use_norm ? add_norm(c, norm, cell, layer) : cell;
  echoic_convert_linear(c, out, last, out, n, n, layer->has_bias);
  return out;
}

void
echoic_build_hgru2_1d(EchoicConvert* const c)
{
  Layer layer     = {0U};
  layer.width     = echoic_convert_size(c, "embed_dim", 1U, ECHOIC_MAX_WIDTH);
  layer.input_act = echoic_convert_word_or(c, "act_fun", "silu");
  layer.query_act = echoic_convert_word_or(c, "uv_act_fun", "sigmoid");
  layer.norm      = read_norm(c, "layernorm");
  layer.use_norm  = echoic_convert_flag_or(c, "use_norm", true);
  layer.has_bias  = echoic_convert_flag_or(c, "bias", true);
  read_heads(c, &layer);
  echoic_convert_ignore(c, "use_fla");
  echoic_convert_width_in(c, layer.width);
  add_mixer(c, "", ECHOIC_GRAPH_INPUT, &layer, 0U);
}

/// Gated linear unit: l3((act(l1 x)) (l2 x))
static const char*
add_glu(EchoicConvert* const c,
        const char* const    prefix,
        const char* const    input,
        const Layer* const   layer,
        const uint32_t       n_hidden,
        const char* const    act)
{
  const uint32_t    n     = layer->width;
  const char* const l1    = echoic_convert_name(c, "%s.l1", prefix);
  const char* const l2    = echoic_convert_name(c, "%s.l2", prefix);
  const char* const l3    = echoic_convert_name(c, "%s.l3", prefix);
  const char* const gate  = echoic_convert_name(c, "%s.gate", prefix);
  const char* const gated = echoic_convert_name(c, "%s.gated", prefix);
  const bool        plain = !strcmp(act, "none");
  echoic_convert_linear(c, l1, input, l1, n_hidden, n, layer->has_bias);
  echoic_convert_linear(c, l2, input, l2, n_hidden, n, layer->has_bias);
  if (!plain) {
    echoic_convert_node(c, gate, "activation", l1);
    echoic_convert_set_word(c, "type", act);
  }

  echoic_convert_node(c, gated, "multiply", plain ? l1 : gate);
  echoic_convert_input(c, l2);
  echoic_convert_linear(c, l3, gated, l3, n, n_hidden, layer->has_bias);
  return l3;
}

/// Append decoder layer `i`; return the id of its output
static const char*
add_decoder(EchoicConvert* const c,
            const uint32_t       i,
            const char* const    input,
            const Layer* const   layer,
            const uint32_t       n_hidden,
            const char* const    act)
{
  const char* const token_norm =
    echoic_convert_name(c, "layers.%u.token_norm", i);
  const char* const channel_norm =
    echoic_convert_name(c, "layers.%u.channel_norm", i);
  const char* const mixer = echoic_convert_name(c, "layers.%u.token_mixer.", i);
  const char* const glu  = echoic_convert_name(c, "layers.%u.channel_mixer", i);
  const char* const half = echoic_convert_name(c, "layers.%u.half", i);
  const char* const sum  = echoic_convert_name(c, "layers.%u.sum", i);
  echoic_convert_add(
    c,
    half,
    input,
    add_mixer(c, mixer, add_norm(c, token_norm, input, layer), layer, i));
  echoic_convert_add(
    c,
    sum,
    half,
    add_glu(
      c, glu, add_norm(c, channel_norm, half, layer), layer, n_hidden, act));
  return sum;
}

/// What the configuration may have that changes nothing here
static void
ignore_others(EchoicConvert* const c)
{
  static const char* const keys[] = {"pad_token_id",
                                     "bos_token_id",
                                     "eos_token_id",
                                     "add_bos_token",
                                     "use_cache",
                                     "init_std",
                                     "causal",
                                     "model_type"};
  for (size_t i = 0U; i < sizeof(keys) / sizeof(keys[0]); ++i) {
    echoic_convert_ignore(c, keys[i]);
  }
}

void
echoic_build_hgrn2_model(EchoicConvert* const c)
{
  const uint32_t    most     = ECHOIC_MAX_WIDTH;
  const uint32_t    n_tokens = echoic_convert_size(c, "vocab_size", 1U, most);
  const uint32_t    n_hidden = echoic_convert_size(c, "glu_dim", 1U, most);
  const char* const act      = echoic_convert_word_or(c, "glu_act", "none");
  Layer             layer    = {0U};
  layer.width     = echoic_convert_size(c, "decoder_embed_dim", 1U, most);
  layer.n_layers  = echoic_convert_size(c, "decoder_layers", 1U, 256U);
  layer.input_act = echoic_convert_word_or(c, "in_act", "none");
  layer.query_act = echoic_convert_word_or(c, "out_act", "silu");
  layer.norm      = read_norm(c, "simplermsnorm");
  layer.use_norm  = true;
  layer.has_bias  = echoic_convert_flag_or(c, "bias", false);
  layer.bounds    = echoic_convert_weights(
    c, "lower_bounds", ECHOIC_SHAPE(layer.n_layers, layer.width));
  read_heads(c, &layer);
  ignore_others(c);

  echoic_convert_width_in(c, 1U);
  echoic_convert_embedding(
    c, "embed_tokens", "embed_tokens", n_tokens, layer.width);
  const char* x = "embed_tokens";
  if (!echoic_convert_flag_or(c, "no_scale_embedding", true)) {
    echoic_convert_node(c, "embed_scale", "scale", x);
    echoic_convert_set(c, "gain", sqrt((double)layer.width));
    x = "embed_scale";
  }

  for (uint32_t i = 0U; i < layer.n_layers && !echoic_convert_failed(c); ++i) {
    x = add_decoder(c, i, x, &layer, n_hidden, act);
  }

  add_norm(c, "final_norm", x, &layer);
}

/// Heads of flash-linear-attention: given, or by the keys of each
static uint32_t
read_fla_heads(EchoicConvert* const c,
               const uint32_t       width,
               const uint32_t       n_keys)
{
  if (echoic_convert_has(c, "num_heads")) {
    echoic_convert_ignore(c, "expand_ratio");
    return echoic_convert_size(c, "num_heads", 1U, n_keys);
  }

  return width / echoic_convert_size_or(c, "expand_ratio", 128U, 1U, width);
}

void
echoic_build_fla_hgrn2(EchoicConvert* const c)
{
  static const char* const ignored[] = {"mode", "conv_size", "conv_bias"};
  const uint32_t           n =
    echoic_convert_size(c, "hidden_size", 1U, ECHOIC_MAX_WIDTH);
  const uint32_t n_keys  = echoic_convert_dim(c, "q_proj.weight", 0U);
  const uint32_t n_heads = read_fla_heads(c, n, n_keys);
  const double eps = echoic_convert_number_or(c, "norm_eps", 1e-5, 1e-12, 1.0);
  const double bound =
    echoic_convert_number_or(c, "lower_bound", 0.0, 0.0, 0.999999);
  const uint32_t layer = echoic_convert_size_or(c, "layer_idx", 1U, 0U, 65535U);
  for (size_t i = 0U; i < sizeof(ignored) / sizeof(ignored[0]); ++i) {
    echoic_convert_ignore(c, ignored[i]);
  }

  if (echoic_convert_flag_or(c, "use_short_conv", false)) {
    echoic_convert_fail(c, "--config: 'use_short_conv' must be false");
  }

  echoic_convert_width_in(c, n);
  echoic_convert_linear(
    c, "q_proj", ECHOIC_GRAPH_INPUT, "q_proj", n_keys, n, false);
  echoic_convert_linear(
    c, "f_proj", ECHOIC_GRAPH_INPUT, "f_proj", n_keys, n, false);
  echoic_convert_linear(c, "i_proj", ECHOIC_GRAPH_INPUT, "i_proj", n, n, false);
  echoic_convert_node(c, "hgrn2", "hgrn2", "i_proj");
  echoic_convert_input(c, "q_proj");
  echoic_convert_input(c, "f_proj");
  echoic_convert_set(c, "heads", n_heads);
  echoic_convert_set(c, "query_scale", sqrt((double)n_heads / (double)n_keys));
  float* const bounds =
    echoic_convert_tensor(c, "lower_bound", ECHOIC_SHAPE(n_keys));
  for (uint32_t i = 0U; bounds && layer && i < n_keys; ++i) {
    bounds[i] = (float)bound; // The first layer of a model has none
  }

  if (echoic_convert_flag_or(c, "elementwise_affine", true)) {
    echoic_convert_rmsnorm(c, "g_norm", "hgrn2", "g_norm", n, eps);
  } else {
    echoic_convert_node(c, "g_norm", "rmsnorm", "hgrn2");
    echoic_convert_set(c, "eps", eps);
  }

  echoic_convert_linear(c, "o_proj", "g_norm", "o_proj", n, n, false);
}
