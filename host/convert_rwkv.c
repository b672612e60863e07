// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* RWKV-5 and RWKV-6 language models, as ChatRWKV keeps them. */

#include "host/convert.h"
#include "host/convert_cells.h"

#define LAYER_NORM_EPS 1e-5
#define MAX_LAYERS 512U

/// Sizes of a model; those that aren't in the configuration are the weights'
typedef struct {
  uint32_t n_tokens;
  uint32_t width;
  uint32_t n_layers;
  uint32_t n_heads;
  uint32_t n_ffn;
  uint32_t n_mix;   ///< Ranks, of RWKV-6
  uint32_t n_decay; ///< "
  double   eps;     ///< Of the group norm
} Sizes;

/// Layers in the weights; at least one, to be missed by its first tensor
static uint32_t
count_layers(EchoicConvert* const c)
{
  uint32_t n = 1U;
  while (n < MAX_LAYERS &&
         echoic_convert_has_tensor(
           c, echoic_convert_name(c, "blocks.%u.ln1.weight", n))) {
    ++n;
  }

  return n;
}

/// A size from the configuration, or else dimension `dim` of a tensor
static uint32_t
size(EchoicConvert* const c,
     const char* const    key,
     const char* const    tensor,
     const uint32_t       dim)
{
  const uint32_t found = echoic_convert_dim(c, tensor, dim);
  return echoic_convert_size_or(c, key, found, 1U, ECHOIC_MAX_WIDTH);
}

static Sizes
read_sizes(EchoicConvert* const c, const bool is_6)
{
  static const double eps = 64e-5; // 1e-5 on an eighth of the state's output
  Sizes               s   = {0U};
  s.n_tokens              = size(c, "vocab_size", "emb.weight", 0U);
  s.width                 = size(c, "n_embd", "emb.weight", 1U);
  s.n_heads               = size(c, "n_head", "blocks.0.att.time_faaaa", 0U);
  s.n_ffn                 = size(c, "dim_ffn", "blocks.0.ffn.key.weight", 0U);
  s.n_layers =
    echoic_convert_size_or(c, "n_layer", count_layers(c), 1U, MAX_LAYERS);
  s.eps = echoic_convert_number_or(c, "ln_x_eps", eps, 1e-12, 1.0);
  if (is_6) {
    s.n_mix   = size(c, "mix_lora", "blocks.0.att.time_maa_w2", 1U);
    s.n_decay = size(c, "decay_lora", "blocks.0.att.time_decay_w1", 1U);
  } else {
    echoic_convert_ignore(c, "mix_lora");
    echoic_convert_ignore(c, "decay_lora");
  }

  if (s.width % s.n_heads) {
    echoic_convert_fail(c,
                        "--config: 'n_head' is %u: must divide n_embd, %u",
                        s.n_heads,
                        s.width);
  }

  return s;
}

/// Take a tensor of a block under its own name
static void
take(EchoicConvert* const  c,
     const char* const     prefix,
     const char* const     name,
     const uint32_t        n_dims,
     const uint32_t* const dims)
{
  echoic_convert_take(
    c, echoic_convert_name(c, "%s.%s", prefix, name), name, n_dims, dims);
}

/// Take rows (1, 1, C) whose names are those, ended by null
static void
take_rows(EchoicConvert* const     c,
          const char* const        prefix,
          const char* const* const names,
          const uint32_t           width)
{
  for (uint32_t i = 0U; names[i]; ++i) {
    take(c, prefix, names[i], ECHOIC_SHAPE(1U, 1U, width));
  }
}

/// What is the same in both versions
static void
take_memory(EchoicConvert* const c,
            const char* const    prefix,
            const Sizes* const   s)
{
  const uint32_t n = s->width;
  echoic_convert_set(c, "eps", s->eps);
  take(c, prefix, "time_faaaa", ECHOIC_SHAPE(s->n_heads, n / s->n_heads));
  take(c, prefix, "receptance.weight", ECHOIC_SHAPE(n, n));
  take(c, prefix, "key.weight", ECHOIC_SHAPE(n, n));
  take(c, prefix, "value.weight", ECHOIC_SHAPE(n, n));
  take(c, prefix, "gate.weight", ECHOIC_SHAPE(n, n));
  take(c, prefix, "output.weight", ECHOIC_SHAPE(n, n));
  take(c, prefix, "ln_x.weight", ECHOIC_SHAPE(n));
  take(c, prefix, "ln_x.bias", ECHOIC_SHAPE(n));
}

static void
add_time_mix_5(EchoicConvert* const c,
               const char* const    id,
               const char* const    input,
               const Sizes* const   s)
{
  static const char* const rows[] = {
    "time_mix_r", "time_mix_k", "time_mix_v", "time_mix_g", NULL};
  echoic_convert_node(c, id, "rwkv5", input);
  take_rows(c, id, rows, s->width);
  take(c, id, "time_decay", ECHOIC_SHAPE(s->n_heads, s->width / s->n_heads));
  take_memory(c, id, s);
}

static void
add_time_mix_6(EchoicConvert* const c,
               const char* const    id,
               const char* const    input,
               const Sizes* const   s)
{
  static const char* const rows[] = {"time_maa_x",
                                     "time_maa_w",
                                     "time_maa_k",
                                     "time_maa_v",
                                     "time_maa_r",
                                     "time_maa_g",
                                     "time_decay",
                                     NULL};
  const uint32_t           n      = s->width;
  echoic_convert_node(c, id, "rwkv6", input);
  take_rows(c, id, rows, n);
  take(c, id, "time_maa_w1", ECHOIC_SHAPE(n, 5U * s->n_mix));
  take(c, id, "time_maa_w2", ECHOIC_SHAPE(5U, s->n_mix, n));
  take(c, id, "time_decay_w1", ECHOIC_SHAPE(n, s->n_decay));
  take(c, id, "time_decay_w2", ECHOIC_SHAPE(s->n_decay, n));
  take_memory(c, id, s);
}

static void
add_channel_mix(EchoicConvert* const c,
                const char* const    id,
                const char* const    input,
                const Sizes* const   s,
                const bool           is_6)
{
  static const char* const rows_5[] = {"time_mix_k", "time_mix_r", NULL};
  static const char* const rows_6[] = {"time_maa_k", "time_maa_r", NULL};
  echoic_convert_node(c, id, "rwkv_ffn", input);
  take_rows(c, id, is_6 ? rows_6 : rows_5, s->width);
  take(c, id, "key.weight", ECHOIC_SHAPE(s->n_ffn, s->width));
  take(c, id, "value.weight", ECHOIC_SHAPE(s->width, s->n_ffn));
  take(c, id, "receptance.weight", ECHOIC_SHAPE(s->width, s->width));
}

/// Append a layer norm with that name
static const char*
add_norm(EchoicConvert* const c,
         const char* const    id,
         const char* const    input,
         const uint32_t       width)
{
  echoic_convert_layernorm(c, id, input, id, width, LAYER_NORM_EPS);
  return id;
}

/// Append layer `i`; return the id of its output
static const char*
add_layer(EchoicConvert* const c,
          const uint32_t       i,
          const char* const    input,
          const Sizes* const   s,
          const bool           is_6)
{
  const char* const att  = echoic_convert_name(c, "blocks.%u.att", i);
  const char* const ffn  = echoic_convert_name(c, "blocks.%u.ffn", i);
  const char* const half = echoic_convert_name(c, "blocks.%u.half", i);
  const char* const sum  = echoic_convert_name(c, "blocks.%u.sum", i);
  const char* const norm =
    add_norm(c, echoic_convert_name(c, "blocks.%u.ln1", i), input, s->width);
  if (is_6) {
    add_time_mix_6(c, att, norm, s);
  } else {
    add_time_mix_5(c, att, norm, s);
  }

  echoic_convert_add(c, half, input, att);
  add_channel_mix(
    c,
    ffn,
    add_norm(c, echoic_convert_name(c, "blocks.%u.ln2", i), half, s->width),
    s,
    is_6);
  echoic_convert_add(c, sum, half, ffn);
  echoic_convert_piece(c, ffn, "shift"); // The order of ChatRWKV's rows
  echoic_convert_piece(c, att, "shift");
  echoic_convert_piece(c, att, "S");
  return sum;
}

static void
build(EchoicConvert* const c, const bool is_6)
{
  const Sizes s = read_sizes(c, is_6);
  echoic_convert_width_in(c, 1U);
  echoic_convert_state(c, "state", s.width);
  echoic_convert_embedding(c, "emb", "emb", s.n_tokens, s.width);
  const char* x = add_norm(c, "blocks.0.ln0", "emb", s.width);
  for (uint32_t i = 0U; i < s.n_layers && !echoic_convert_failed(c); ++i) {
    x = add_layer(c, i, x, &s, is_6);
  }

  x = add_norm(c, "ln_out", x, s.width);
  echoic_convert_linear(c, "head", x, "head", s.n_tokens, s.width, false);
}

void
echoic_build_rwkv5(EchoicConvert* const c)
{
  build(c, false);
}

void
echoic_build_rwkv6(EchoicConvert* const c)
{
  build(c, true);
}
