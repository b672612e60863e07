// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Attention and positions, and makemore's transformer and bag of words. */

#include "dsp/nodes/kv_ring.h"
#include "host/convert.h"
#include "host/convert_cells.h"

#include <math.h>

/* Frames that full causal attention keeps unless "max_length" says otherwise:
   44 s of audio frames. */
static const uint32_t default_length = 8192U;
static const uint32_t max_window     = 1000000U;
static const double   norm_eps       = 1e-5; ///< torch.nn.LayerNorm's default

/// torch.nn.MultiheadAttention with a causal mask
void
echoic_build_mha(EchoicConvert* const c)
{
  const uint32_t e     = echoic_convert_size(c, "embed_dim", 1U, 65536U);
  const uint32_t heads = echoic_convert_size(c, "num_heads", 1U, e);
  const uint32_t most  = ECHOIC_KV_RING_MAX_FLOATS / e;
  const uint32_t length =
    echoic_convert_size_or(c,
                           "max_length",
                           most < default_length ? most : default_length,
                           1U,
                           max_window);
  echoic_convert_width_in(c, e);
  echoic_convert_node(c, "mha", "mha", ECHOIC_GRAPH_INPUT);
  echoic_convert_set(c, "heads", heads);
  echoic_convert_set(
    c, "window", echoic_convert_size_or(c, "window", length, 1U, max_window));
  echoic_convert_take(
    c, "in_proj_weight", "in_proj_weight", ECHOIC_SHAPE(3U * e, e));
  echoic_convert_take(
    c, "out_proj.weight", "out_proj.weight", ECHOIC_SHAPE(e, e));
  const bool has_bias = echoic_convert_has_tensor(c, "in_proj_bias") ||
                        echoic_convert_has_tensor(c, "out_proj.bias");
  if (echoic_convert_flag_or(c, "bias", has_bias)) {
    echoic_convert_take(
      c, "in_proj_bias", "in_proj_bias", ECHOIC_SHAPE(3U * e));
    echoic_convert_take(c, "out_proj.bias", "out_proj.bias", ECHOIC_SHAPE(e));
  }
}

/// True if frequencies are those of a base, as far as float32 tells
static bool
follow_base(const float* const freqs, const uint32_t n, const double base)
{
  for (uint32_t i = 0U; i < n; ++i) {
    const double right = pow(base, -(double)i / n);
    if (!(fabs((double)freqs[i] - right) <= 1e-6 * right)) {
      return false;
    }
  }

  return true;
}

/// The same positions in both layouts
void
echoic_build_rope(EchoicConvert* const c)
{
  static const struct {
    const char* id;
    const char* output;
  } layouts[]         = {{"interleaved", "y"}, {"halves", "y_halfsplit"}};
  const uint32_t dim  = echoic_convert_size(c, "dim", 2U, 65536U);
  const double   base = echoic_convert_number_or(c, "theta", 1e4, 1.0, 1e12);
  const float*   freqs =
    echoic_convert_has_tensor(c, "freqs")
        ? echoic_convert_weights(c, "freqs", ECHOIC_SHAPE(dim / 2U))
        : NULL;
  // Rounded frequencies would turn too far or too little in long streams.
  const bool given = freqs && !follow_base(freqs, dim / 2U, base);
  echoic_convert_width_in(c, dim);
  for (uint32_t i = 0U; i < 2U; ++i) {
    echoic_convert_node(c, layouts[i].id, "rope", ECHOIC_GRAPH_INPUT);
    echoic_convert_set_word(c, "layout", layouts[i].id);
    if (given) {
      echoic_convert_take(c, "freqs", "freqs", ECHOIC_SHAPE(dim / 2U));
    } else {
      echoic_convert_set(c, "base", base);
    }
    echoic_convert_output(c, layouts[i].output, layouts[i].id);
  }
}

/// Node "activation"
static void
add_activation(EchoicConvert* const c,
               const char* const    id,
               const char* const    input,
               const char* const    function)
{
  echoic_convert_node(c, id, "activation", input);
  echoic_convert_set_word(c, "type", function);
}

/// Two matrices with a function between them; returns the id of its output
static const char*
add_mlp(EchoicConvert* const c,
        const char* const    p,
        const char* const    input,
        const uint32_t       width,
        const uint32_t       inner,
        const char* const    function)
{
  const char* const fc   = echoic_convert_name(c, "%s.c_fc", p);
  const char* const act  = echoic_convert_name(c, "%s.act", p);
  const char* const proj = echoic_convert_name(c, "%s.c_proj", p);
  echoic_convert_linear(c, fc, input, fc, inner, width, true);
  add_activation(c, act, fc, function);
  echoic_convert_linear(c, proj, act, proj, width, inner, true);
  return proj;
}

/// Tokens and positions; returns the id of their sum
static const char*
add_embeddings(EchoicConvert* const c,
               const char* const    p,
               const uint32_t       n_tokens,
               const uint32_t       n_positions,
               const uint32_t       width)
{
  const char* const wte = echoic_convert_name(c, "%swte", p);
  const char* const wpe = echoic_convert_name(c, "%swpe", p);
  echoic_convert_width_in(c, 1U);
  echoic_convert_embedding(c, wte, wte, n_tokens, width);
  echoic_convert_node(c, wpe, "position", wte);
  echoic_convert_take(c,
                      echoic_convert_name(c, "%s.weight", wpe),
                      "weight",
                      ECHOIC_SHAPE(n_positions, width));
  return wpe;
}

/// GPT-2's block; returns the id of its output
static const char*
add_gpt_block(EchoicConvert* const c,
              const uint32_t       index,
              const uint32_t       width,
              const uint32_t       n_heads,
              const uint32_t       window,
              const char* const    input)
{
  const char* const p      = echoic_convert_name(c, "transformer.h.%u", index);
  const char* const ln_1   = echoic_convert_name(c, "%s.ln_1", p);
  const char* const ln_2   = echoic_convert_name(c, "%s.ln_2", p);
  const char* const c_attn = echoic_convert_name(c, "%s.attn.c_attn", p);
  const char* const heads  = echoic_convert_name(c, "%s.attn", p);
  const char* const c_proj = echoic_convert_name(c, "%s.attn.c_proj", p);
  const char* const sum_1  = echoic_convert_name(c, "%s.residual", p);
  const char* const sum_2  = echoic_convert_name(c, "%s.out", p);
  const char* const mlp    = echoic_convert_name(c, "%s.mlp", p);
  echoic_convert_layernorm(c, ln_1, input, ln_1, width, norm_eps);
  echoic_convert_linear(c, c_attn, ln_1, c_attn, 3U * width, width, true);
  echoic_convert_node(c, heads, "attention", c_attn);
  echoic_convert_set(c, "heads", n_heads);
  echoic_convert_set(c, "window", window);
  echoic_convert_ignore_tensor(c, echoic_convert_name(c, "%s.bias", heads));
  echoic_convert_linear(c, c_proj, heads, c_proj, width, width, true);
  echoic_convert_add(c, sum_1, input, c_proj);
  echoic_convert_layernorm(c, ln_2, sum_1, ln_2, width, norm_eps);
  echoic_convert_add(
    c, sum_2, sum_1, add_mlp(c, mlp, ln_2, width, 4U * width, "gelu_tanh"));
  return sum_2;
}

/// GPT of makemore; the mask "attn.bias" is what causal means
void
echoic_build_makemore_transformer(EchoicConvert* const c)
{
  echoic_convert_require_word(c, "kind", "transformer");
  const uint32_t width    = echoic_convert_size(c, "n_embd", 1U, 65536U);
  const uint32_t n_heads  = echoic_convert_size(c, "n_head", 1U, width);
  const uint32_t n_layers = echoic_convert_size(c, "n_layer", 1U, 512U);
  const uint32_t v        = echoic_convert_size(c, "vocab_size", 1U, 1048576U);
  const uint32_t length = echoic_convert_size(c, "block_size", 1U, max_window);
  const char*    at     = add_embeddings(c, "transformer.", v, length, width);
  echoic_convert_ignore(c, "n_embd2");
  for (uint32_t i = 0U; i < n_layers && !echoic_convert_failed(c); ++i) {
    at = add_gpt_block(c, i, width, n_heads, length, at);
  }

  echoic_convert_layernorm(
    c, "transformer.ln_f", at, "transformer.ln_f", width, norm_eps);
  echoic_convert_linear(
    c, "lm_head", "transformer.ln_f", "lm_head", v, width, false);
}

/// Bag of words of makemore: a mean in place of attention
void
echoic_build_makemore_bow(EchoicConvert* const c)
{
  echoic_convert_require_word(c, "kind", "bow");
  const uint32_t width   = echoic_convert_size(c, "n_embd", 1U, 65536U);
  const uint32_t inner   = echoic_convert_size(c, "n_embd2", 1U, 65536U);
  const uint32_t v       = echoic_convert_size(c, "vocab_size", 1U, 1048576U);
  const uint32_t length  = echoic_convert_size(c, "block_size", 1U, max_window);
  const char* const at   = add_embeddings(c, "", v, length, width);
  const char* const cbow = "context_block.cbow";
  const char* const mlp  = "context_block.mlp";
  echoic_convert_ignore(c, "n_layer");
  echoic_convert_ignore(c, "n_head");
  echoic_convert_node(c, cbow, "mean", at);
  echoic_convert_ignore_tensor(c, "context_block.cbow.bias");
  echoic_convert_add(c, "context_block.residual", at, cbow);
  echoic_convert_add(
    c,
    "context_block.out",
    "context_block.residual",
    add_mlp(c, mlp, "context_block.residual", width, inner, "tanh"));
  echoic_convert_linear(
    c, "lm_head", "context_block.out", "lm_head", v, width, true);
}
