// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Griffin and Hawk: google-deepmind/recurrentgemma, and their parts. */

#include "host/convert.h"
#include "host/convert_cells.h"

#include <math.h>
#include <string.h>

static const double   eps        = 1e-6; ///< Of all norms
static const uint32_t max_window = 999999U;

/// Node "rglru" with the tensors under `prefix`
static void
add_rglru(EchoicConvert* const c,
          const char* const    id,
          const char* const    input,
          const char* const    prefix,
          const uint32_t       width,
          const uint32_t       n_heads)
{
  static const char* const gates[] = {"input_gate", "a_gate"};
  const uint32_t           block   = width / n_heads;
  echoic_convert_node(c, id, "rglru", input);
  echoic_convert_take(c,
                      echoic_convert_name(c, "%sa_param", prefix),
                      "a_param",
                      ECHOIC_SHAPE(width));
  for (uint32_t g = 0U; g < 2U; ++g) {
    echoic_convert_take(c,
                        echoic_convert_name(c, "%s%s.w", prefix, gates[g]),
                        echoic_convert_name(c, "%s.w", gates[g]),
                        ECHOIC_SHAPE(n_heads, block, block));
    echoic_convert_take(c,
                        echoic_convert_name(c, "%s%s.b", prefix, gates[g]),
                        echoic_convert_name(c, "%s.b", gates[g]),
                        ECHOIC_SHAPE(n_heads, block));
  }
}

void
echoic_build_rglru(EchoicConvert* const c)
{
  const uint32_t width   = echoic_convert_size(c, "width", 1U, 65536U);
  const uint32_t n_heads = echoic_convert_size(c, "num_heads", 1U, width);
  echoic_convert_width_in(c, width);
  add_rglru(c, "rg_lru", ECHOIC_GRAPH_INPUT, "", width, n_heads);
  if (echoic_convert_has(c, "reset_at")) {
    echoic_convert_set(
      c, "reset_at", echoic_convert_size(c, "reset_at", 0U, UINT32_MAX));
  }
}

/// Widths of a model
typedef struct {
  uint32_t width;
  uint32_t n_heads;
  uint32_t lru_width;
  uint32_t n_taps;   ///< Of the convolution
  uint32_t n_past;   ///< Taps of attention besides the present frame
  uint32_t expanded; ///< Width inside the gated MLP
} Sizes;

static void
check_heads(EchoicConvert* const c, const uint32_t width, const uint32_t n)
{
  if (width % n) {
    echoic_convert_fail(
      c, "num_heads is %u: must divide the width %u", n, width);
  }
}

/**
   The recurrent block: a convolution and an RG-LRU, gated by a second branch.

   @param p Prefix of tensors and ids, "" or ended by a dot.
   @return Id of its output.
*/
static const char*
add_recurrent(EchoicConvert* const c,
              const Sizes* const   s,
              const char* const    p,
              const char* const    input)
{
  const uint32_t    w    = s->lru_width;
  const char* const y    = echoic_convert_name(c, "%slinear_y", p);
  const char* const x    = echoic_convert_name(c, "%slinear_x", p);
  const char* const conv = echoic_convert_name(c, "%sconv_1d", p);
  const char* const lru  = echoic_convert_name(c, "%srg_lru", p);
  const char* const out  = echoic_convert_name(c, "%slinear_out", p);
  const char* const gelu = echoic_convert_name(c, "%sgelu", p);
  const char* const gate = echoic_convert_name(c, "%sgated", p);
  check_heads(c, w, s->n_heads);
  echoic_convert_linear(c, y, input, y, w, s->width, true);
  echoic_convert_node(c, gelu, "activation", y);
  echoic_convert_set_word(c, "type", "gelu_tanh");
  echoic_convert_linear(c, x, input, x, w, s->width, true);
  echoic_convert_node(c, conv, "temporal_conv", x);
  echoic_convert_take(
    c, echoic_convert_name(c, "%s.w", conv), "w", ECHOIC_SHAPE(s->n_taps, w));
  echoic_convert_take(
    c, echoic_convert_name(c, "%s.b", conv), "b", ECHOIC_SHAPE(w));
  add_rglru(c, lru, conv, echoic_convert_name(c, "%s.", lru), w, s->n_heads);
  echoic_convert_node(c, gate, "multiply", lru);
  echoic_convert_input(c, gelu);
  echoic_convert_linear(c, out, gate, out, s->width, w, true);
  return out;
}

/**
   Local attention: one head of keys and values, positions turn the first half
   of each head.

   @return Id of its output.
*/
static const char*
add_attention(EchoicConvert* const c,
              const Sizes* const   s,
              const char* const    p,
              const char* const    input)
{
  const uint32_t    d      = s->width / s->n_heads;
  const char* const q      = echoic_convert_name(c, "%sproj_q", p);
  const char* const k      = echoic_convert_name(c, "%sproj_k", p);
  const char* const v      = echoic_convert_name(c, "%sproj_v", p);
  const char* const q_rope = echoic_convert_name(c, "%srope_q", p);
  const char* const k_rope = echoic_convert_name(c, "%srope_k", p);
  const char* const heads  = echoic_convert_name(c, "%sattention", p);
  const char* const out    = echoic_convert_name(c, "%sproj_final", p);
  check_heads(c, s->width, s->n_heads);
  if (d % 4U) {
    echoic_convert_fail(c, "heads have width %u: must be a multiple of 4", d);
  }

  echoic_convert_linear(c, q, input, q, s->width, s->width, false);
  echoic_convert_linear(c, k, input, k, d, s->width, false);
  echoic_convert_linear(c, v, input, v, d, s->width, false);
  echoic_convert_node(c, q_rope, "rope", q);
  echoic_convert_set(c, "heads", s->n_heads);
  echoic_convert_set(c, "dim", d / 2U);
  echoic_convert_set_word(c, "layout", "halves");
  echoic_convert_node(c, k_rope, "rope", k);
  echoic_convert_set(c, "dim", d / 2U);
  echoic_convert_set_word(c, "layout", "halves");
  echoic_convert_node(c, heads, "attention", q_rope);
  echoic_convert_input(c, k_rope);
  echoic_convert_input(c, v);
  echoic_convert_set(c, "heads", s->n_heads);
  echoic_convert_set(c, "kv_heads", 1.0);
  echoic_convert_set(c, "window", s->n_past + 1.0);
  echoic_convert_linear(c, out, heads, out, s->width, s->width, true);
  return out;
}

void
echoic_build_recurrent_block(EchoicConvert* const c)
{
  Sizes s     = {0};
  s.width     = echoic_convert_size(c, "width", 1U, 65536U);
  s.lru_width = echoic_convert_size_or(c, "lru_width", s.width, 1U, 65536U);
  s.n_heads   = echoic_convert_size(c, "num_heads", 1U, s.lru_width);
  s.n_taps    = echoic_convert_size_or(c, "conv1d_temporal_width", 4U, 1U, 64U);
  echoic_convert_width_in(c, s.width);
  add_recurrent(c, &s, "", ECHOIC_GRAPH_INPUT);
  echoic_convert_state(c, "h", 0U);
  echoic_convert_piece(c, "rg_lru", "h");
  if (s.n_taps > 1U) {
    echoic_convert_state(c, "conv", s.lru_width);
    echoic_convert_piece(c, "conv_1d", "conv");
  }
}

void
echoic_build_local_attention(EchoicConvert* const c)
{
  Sizes s   = {0};
  s.width   = echoic_convert_size(c, "width", 1U, 65536U);
  s.n_heads = echoic_convert_size(c, "num_heads", 1U, s.width);
  s.n_past  = echoic_convert_size(c, "window_size", 1U, max_window);
  echoic_convert_width_in(c, s.width);
  add_attention(c, &s, "", ECHOIC_GRAPH_INPUT);
  echoic_convert_state(c, "keys", s.width / s.n_heads);
  echoic_convert_piece(c, "attention", "keys");
  echoic_convert_state(c, "values", s.width / s.n_heads);
  echoic_convert_piece(c, "attention", "values");
}

/// Node "rmsnorm" with gain 1 + scale
static void
add_norm(EchoicConvert* const c,
         const char* const    id,
         const char* const    input,
         const uint32_t       width)
{
  echoic_convert_node(c, id, "rmsnorm", input);
  echoic_convert_set(c, "eps", eps);
  echoic_convert_set(c, "offset", 1.0);
  echoic_convert_take(
    c, echoic_convert_name(c, "%s.scale", id), "weight", ECHOIC_SHAPE(width));
}

/// One half of the matrix in front of the MLP, from (in, out) to (out, in)
static void
add_ffw_half(EchoicConvert* const c,
             const Sizes* const   s,
             const char* const    up,
             const char* const    id,
             const char* const    input,
             const uint32_t       half)
{
  const uint32_t     n_in  = s->width;
  const uint32_t     n_out = s->expanded;
  const float* const w     = echoic_convert_weights(
    c, echoic_convert_name(c, "%s.w", up), ECHOIC_SHAPE(2U, n_in, n_out));
  const float* const b = echoic_convert_weights(
    c, echoic_convert_name(c, "%s.b", up), ECHOIC_SHAPE(2U, 1U, 1U, n_out));
  echoic_convert_node(c, id, "linear", input);
  float* const weight =
    echoic_convert_tensor(c, "weight", ECHOIC_SHAPE(n_out, n_in));
  float* const bias = echoic_convert_tensor(c, "bias", ECHOIC_SHAPE(n_out));
  if (!w || !b || !weight || !bias) {
    return;
  }

  for (size_t o = 0U; o < n_out; ++o) {
    for (size_t i = 0U; i < n_in; ++i) {
      weight[(o * n_in) + i] = w[(((half * (size_t)n_in) + i) * n_out) + o];
    }
    bias[o] = b[(half * (size_t)n_out) + o];
  }
}

/// The gated MLP; returns the id of its output
static const char*
add_mlp(EchoicConvert* const c,
        const Sizes* const   s,
        const char* const    p,
        const char* const    input)
{
  const char* const up   = echoic_convert_name(c, "%sffw_up", p);
  const char* const gate = echoic_convert_name(c, "%s.0", up);
  const char* const gelu = echoic_convert_name(c, "%sgelu", p);
  const char* const x    = echoic_convert_name(c, "%s.1", up);
  const char* const both = echoic_convert_name(c, "%sgated", p);
  const char* const down = echoic_convert_name(c, "%sffw_down", p);
  add_ffw_half(c, s, up, gate, input, 0U);
  echoic_convert_node(c, gelu, "activation", gate);
  echoic_convert_set_word(c, "type", "gelu_tanh");
  add_ffw_half(c, s, up, x, input, 1U);
  echoic_convert_node(c, both, "multiply", gelu);
  echoic_convert_input(c, x);
  echoic_convert_linear(c, down, both, down, s->width, s->expanded, true);
  return down;
}

/// Norm, block, residual, norm, MLP, residual; returns the id of its output
static const char*
add_residual_block(EchoicConvert* const c,
                   const Sizes* const   s,
                   const uint32_t       index,
                   const bool           is_recurrent,
                   const char* const    input)
{
  const char* const p      = echoic_convert_name(c, "blocks.%u", index);
  const char* const norm_1 = echoic_convert_name(c, "%s.temporal_pre_norm", p);
  const char* const norm_2 = echoic_convert_name(c, "%s.channel_pre_norm", p);
  const char* const sum_1  = echoic_convert_name(c, "%s.residual", p);
  const char* const sum_2  = echoic_convert_name(c, "%s.out", p);
  const char* const name = is_recurrent ? "recurrent_block" : "attention_block";
  const char* const block = echoic_convert_name(c, "%s.%s.", p, name);
  add_norm(c, norm_1, input, s->width);
  echoic_convert_add(c,
                     sum_1,
                     input,
                     is_recurrent ? add_recurrent(c, s, block, norm_1)
                                  : add_attention(c, s, block, norm_1));
  add_norm(c, norm_2, sum_1, s->width);
  echoic_convert_add(
    c,
    sum_2,
    sum_1,
    add_mlp(c, s, echoic_convert_name(c, "%s.mlp_block.", p), norm_2));
  return sum_2;
}

/// Round to bfloat16, to even, as PyTorch does
static double
round_to_bfloat16(const float x)
{
  uint32_t bits = 0U;
  float    y    = 0.0F;
  memcpy(&bits, &x, sizeof(bits));
  bits += 0x7FFFU + ((bits >> 16U) & 1U);
  bits &= 0xFFFF0000U;
  memcpy(&y, &bits, sizeof(y));
  return (double)y;
}

static Sizes
read_sizes(EchoicConvert* const c, const bool has_attention)
{
  Sizes s     = {0};
  s.width     = echoic_convert_size(c, "width", 1U, 65536U);
  s.lru_width = echoic_convert_size_or(c, "lru_width", s.width, 1U, 65536U);
  s.n_heads   = echoic_convert_size(c, "num_heads", 1U, s.width);
  s.n_taps    = echoic_convert_size_or(c, "conv1d_temporal_width", 4U, 1U, 64U);
  s.expanded  = echoic_convert_size(c, "mlp_expanded_width", 1U, 1048576U);
  if (has_attention) {
    s.n_past = echoic_convert_size(c, "attention_window_size", 1U, max_window);
  } else {
    echoic_convert_ignore(c, "attention_window_size");
  }

  return s;
}

/// Embedding, scaled as in training; returns the id of its output
static const char*
add_embedding(EchoicConvert* const c,
              const uint32_t       vocabulary,
              const uint32_t       width)
{
  echoic_convert_width_in(c, 1U);
  echoic_convert_node(c, "embedder", "embedding", ECHOIC_GRAPH_INPUT);
  echoic_convert_take(
    c, "embedder.input_embedding", "weight", ECHOIC_SHAPE(vocabulary, width));
  if (!echoic_convert_flag_or(c, "embeddings_scale_by_sqrt_dim", false)) {
    return "embedder";
  }

  echoic_convert_node(c, "embedder.scale", "scale", "embedder");
  echoic_convert_set(c, "gain", round_to_bfloat16(sqrtf((float)width)));
  return "embedder.scale";
}

/// Logits from the same embedding, kept within a cap unless it is 0
static void
add_decoder(EchoicConvert* const c,
            const char* const    input,
            const uint32_t       vocabulary,
            const uint32_t       width)
{
  const double cap =
    echoic_convert_number_or(c, "logits_soft_cap", 0.0, 0.0, 1e6);
  echoic_convert_node(c, "logits", "linear", input);
  echoic_convert_take(
    c, "embedder.input_embedding", "weight", ECHOIC_SHAPE(vocabulary, width));
  if (cap > 0.0) {
    echoic_convert_node(c, "logits.scale", "scale", "logits");
    echoic_convert_set(c, "gain", 1.0 / cap);
    echoic_convert_node(c, "logits.tanh", "activation", "logits.scale");
    echoic_convert_set_word(c, "type", "tanh");
    echoic_convert_node(c, "logits.capped", "scale", "logits.tanh");
    echoic_convert_set(c, "gain", cap);
  }
}

void
echoic_build_griffin_lm(EchoicConvert* const c)
{
  const char* const types = echoic_convert_word_or(c, "block_types", "");
  const uint32_t    v     = echoic_convert_size(c, "vocab_size", 1U, 1048576U);
  const Sizes       s     = read_sizes(c, strchr(types, 'A'));
  const char*       at    = add_embedding(c, v, s.width);
  if (!types[0] || types[strspn(types, "RA")]) {
    echoic_convert_fail(c,
                        "block_types is '%.60s': must be a letter for each "
                        "block, R (recurrent) or A (attention)",
                        types);
  }

  for (uint32_t i = 0U; types[i] && !echoic_convert_failed(c); ++i) {
    at = add_residual_block(c, &s, i, types[i] == 'R', at);
  }

  add_norm(c, "final_norm", at, s.width);
  add_decoder(c, "final_norm", v, s.width);
}
