// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Language models of Mamba and Mamba-2.  Configuration as MambaConfig, with its
   defaults. */

#include "host/convert.h"
#include "host/convert_cells.h"
#include "host/convert_mamba.h"

#include <string.h>

#define WIDEST ECHOIC_MAX_WIDTH

/// What all layers of a language model share
typedef struct {
  const char* layer; ///< "Mamba1" or "Mamba2"
  uint32_t    d_model;
  uint32_t    d_mlp; ///< 0 for none
  bool        rms_norm;
  bool        fused; ///< What the MLP hears was normalized
} Model;

static const char*
add_norm(EchoicConvert* const c,
         const Model* const   m,
         const char* const    id,
         const char* const    input)
{
  const double      eps    = 1e-5;
  const char* const prefix = echoic_convert_name(c, "backbone.%s", id);
  if (m->rms_norm) {
    echoic_convert_rmsnorm(c, id, input, prefix, m->d_model, eps);
  } else {
    echoic_convert_layernorm(c, id, input, prefix, m->d_model, eps);
  }

  return id;
}

/// Append slice `index` of two of the node `from`
static const char*
add_half(EchoicConvert* const c,
         const char* const    id,
         const char* const    from,
         const uint32_t       index,
         const uint32_t       width)
{
  echoic_convert_node(c, id, "slice", from);
  echoic_convert_set(c, "start", index * width);
  echoic_convert_set(c, "width", width);
  return id;
}

/// Append fc2(y silu(gate)) with [y, gate] = fc1 x
static const char*
add_mlp(EchoicConvert* const c,
        const Model* const   m,
        const uint32_t       l,
        const char* const    input)
{
  const uint32_t    d    = m->d_mlp;
  const char* const id   = echoic_convert_name(c, "layers.%u.mlp", l);
  const char* const fc1  = echoic_convert_name(c, "%s.fc1", id);
  const char* const fc2  = echoic_convert_name(c, "%s.fc2", id);
  const char* const y    = echoic_convert_name(c, "%s.y", id);
  const char* const gate = echoic_convert_name(c, "%s.gate", id);
  const char* const silu = echoic_convert_name(c, "%s.silu", id);
  const char* const both = echoic_convert_name(c, "%s.gated", id);
  echoic_convert_linear(c,
                        fc1,
                        input,
                        echoic_convert_name(c, "backbone.%s", fc1),
                        2U * d,
                        m->d_model,
                        false);
  add_half(c, y, fc1, 0U, d);
  add_half(c, gate, fc1, 1U, d);
  echoic_convert_node(c, silu, "activation", gate);
  echoic_convert_set_word(c, "type", "silu");
  echoic_convert_node(c, both, "multiply", y);
  echoic_convert_input(c, silu);
  echoic_convert_linear(c,
                        fc2,
                        both,
                        echoic_convert_name(c, "backbone.%s", fc2),
                        m->d_model,
                        d,
                        false);
  return fc2;
}

/// Append layer `l`, and return its output, the new residual
static const char*
add_layer(EchoicConvert* const c,
          const Model* const   m,
          const uint32_t       l,
          const char*          residual)
{
  const char* const      id   = echoic_convert_name(c, "layers.%u", l);
  const char* const      norm = echoic_convert_name(c, "%s.norm", id);
  const char* const      mix  = echoic_convert_name(c, "%s.mixer", id);
  const char* const      sum  = echoic_convert_name(c, "%s.sum", id);
  const EchoicMixerPlace at   = {
      "ssm_cfg", echoic_convert_name(c, "backbone.%s.", mix), m->d_model};
  add_norm(c, m, norm, residual);
  if (!strcmp(m->layer, "Mamba2")) {
    echoic_convert_add_mamba2(c, mix, norm, &at);
  } else {
    echoic_convert_add_mamba(c, mix, norm, &at);
  }

  echoic_convert_add(c, sum, residual, mix);
  if (m->d_mlp) {
    /* The authors' unfused code feeds the mixer's own output to the MLP and
       goes on with the normalized residual. */
    const char* const norm2 = echoic_convert_name(c, "%s.norm2", id);
    const char* const out   = echoic_convert_name(c, "%s.out", id);
    add_norm(c, m, norm2, sum);
    echoic_convert_add(
      c, out, m->fused ? sum : norm2, add_mlp(c, m, l, m->fused ? norm2 : mix));
    return out;
  }

  return sum;
}

/// Read what layers share
static Model
read_model(EchoicConvert* const c, const char* const layer)
{
  static const char* const training[] = {
    "residual_in_fp32", "attn_cfg", "initializer_cfg", NULL};
  Model m = {
    .layer    = echoic_convert_word_or(c, "ssm_cfg.layer", layer),
    .d_model  = echoic_convert_size_or(c, "d_model", 2560U, 1U, WIDEST),
    .rms_norm = echoic_convert_flag_or(c, "rms_norm", true),
    .fused    = echoic_convert_flag_or(c, "fused_add_norm", true),
  };
  const uint32_t n =
    echoic_convert_size_or(c, "d_intermediate", 0U, 0U, WIDEST / 2U);
  m.d_mlp = (n + 127U) / 128U * 128U;
  for (uint32_t i = 0U; training[i]; ++i) {
    echoic_convert_ignore(c, training[i]);
  }

  if (strcmp(m.layer, "Mamba1") != 0 && strcmp(m.layer, "Mamba2") != 0) {
    echoic_convert_fail(
      c, "--config: 'layer' is '%.40s': must be Mamba1 or Mamba2", m.layer);
  }

  if (echoic_convert_item_or(c, "attn_layer_idx", 0U, -1.0) >= 0.0) {
    echoic_convert_fail(
      c, "--config: 'attn_layer_idx': attention layers can't be converted");
  }

  return m;
}

static void
build_lm(EchoicConvert* const c, const char* const layer)
{
  const Model    m = read_model(c, layer);
  const uint32_t n_layers =
    echoic_convert_size_or(c, "n_layer", 64U, 1U, 1000U);
  const uint32_t n_words =
    echoic_convert_size_or(c, "vocab_size", 50277U, 1U, WIDEST / 2U);
  const uint32_t multiple =
    echoic_convert_size_or(c, "pad_vocab_size_multiple", 8U, 1U, WIDEST / 2U);
  const uint32_t n_rows   = (n_words + multiple - 1U) / multiple * multiple;
  const bool     tied     = echoic_convert_flag_or(c, "tie_embeddings", true);
  const char*    residual = "embedding";
  echoic_convert_width_in(c, 1U);
  echoic_convert_embedding(
    c, residual, "backbone.embedding", n_rows, m.d_model);
  for (uint32_t l = 0U; l < n_layers && !echoic_convert_failed(c); ++l) {
    residual = add_layer(c, &m, l, residual);
  }

  echoic_convert_linear(c,
                        "lm_head",
                        add_norm(c, &m, "norm_f", residual),
                        tied && !echoic_convert_has_tensor(c, "lm_head.weight")
                          ? "backbone.embedding"
                          : "lm_head",
                        n_rows,
                        m.d_model,
                        false);
}

void
echoic_build_mamba_lm(EchoicConvert* const c)
{
  build_lm(c, "Mamba1");
}

void
echoic_build_mamba2_lm(EchoicConvert* const c)
{
  build_lm(c, "Mamba2");
}
