// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Mamba and Mamba-2.  Configuration as the arguments of Mamba and Mamba2, with
   their defaults. */

#include "host/convert_mamba.h"
#include "host/convert.h"
#include "host/convert_cells.h"

#include <math.h>

#define WIDEST ECHOIC_MAX_WIDTH

/// Say that keys, ended by null, set only how weights start or are computed
static void
ignore(EchoicConvert* const     c,
       const char* const        object,
       const char* const* const keys)
{
  for (uint32_t i = 0U; keys[i]; ++i) {
    echoic_convert_ignore(c, echoic_convert_key(c, object, keys[i]));
  }
}

static uint32_t
size_or(EchoicConvert* const          c,
        const EchoicMixerPlace* const at,
        const char* const             key,
        const uint32_t                fallback)
{
  return echoic_convert_size_or(
    c, echoic_convert_key(c, at->object, key), fallback, 1U, WIDEST);
}

static bool
flag_or(EchoicConvert* const          c,
        const EchoicMixerPlace* const at,
        const char* const             key,
        const bool                    fallback)
{
  return echoic_convert_flag_or(
    c, echoic_convert_key(c, at->object, key), fallback);
}

static void
take(EchoicConvert* const          c,
     const EchoicMixerPlace* const at,
     const char* const             name,
     const uint32_t                n_dims,
     const uint32_t* const         dims)
{
  echoic_convert_take(
    c, echoic_convert_name(c, "%s%s", at->prefix, name), name, n_dims, dims);
}

/// Return expand d_model
static uint32_t
inner_width(EchoicConvert* const c, const EchoicMixerPlace* const at)
{
  const double expand = echoic_convert_number_or(
    c, echoic_convert_key(c, at->object, "expand"), 2.0, 0.0, 65536.0);
  const double width = floor(expand * at->d_model);
  if (!(width >= 1.0 && width <= WIDEST)) {
    echoic_convert_fail(c,
                        "--config: expand %g of %u channels must give from 1 "
                        "to %u",
                        expand,
                        at->d_model,
                        WIDEST);
    return 1U;
  }

  return (uint32_t)width;
}

/// Take the filter of `n` channels, and the projections from and to d_model
static void
take_common(EchoicConvert* const          c,
            const EchoicMixerPlace* const at,
            const uint32_t                n_rows,
            const uint32_t                n_channels,
            const uint32_t                d_inner)
{
  const uint32_t k = size_or(c, at, "d_conv", 4U);
  take(c, at, "in_proj.weight", ECHOIC_SHAPE(n_rows, at->d_model));
  take(c, at, "conv1d.weight", ECHOIC_SHAPE(n_channels, 1U, k));
  take(c, at, "out_proj.weight", ECHOIC_SHAPE(at->d_model, d_inner));
  if (flag_or(c, at, "bias", false)) {
    take(c, at, "in_proj.bias", ECHOIC_SHAPE(n_rows));
    take(c, at, "out_proj.bias", ECHOIC_SHAPE(at->d_model));
  }

  if (flag_or(c, at, "conv_bias", true)) {
    take(c, at, "conv1d.bias", ECHOIC_SHAPE(n_channels));
  }
}

/// Return dt_rank, a number or "auto"
static uint32_t
rank(EchoicConvert* const c, const EchoicMixerPlace* const at)
{
  const char* const key = echoic_convert_key(c, at->object, "dt_rank");
  if (echoic_convert_is_word(c, key)) {
    echoic_convert_require_word(c, key, "auto");
    return (at->d_model + 15U) / 16U;
  }

  return size_or(c, at, "dt_rank", (at->d_model + 15U) / 16U);
}

void
echoic_convert_add_mamba(EchoicConvert* const          c,
                         const char* const             id,
                         const char* const             input,
                         const EchoicMixerPlace* const at)
{
  static const char* const training[] = {"dt_min",
                                         "dt_max",
                                         "dt_init",
                                         "dt_scale",
                                         "dt_init_floor",
                                         "use_fast_path",
                                         "layer_idx",
                                         "device",
                                         "dtype",
                                         NULL};
  const uint32_t           w          = inner_width(c, at);
  const uint32_t           n          = size_or(c, at, "d_state", 16U);
  const uint32_t           r          = rank(c, at);
  ignore(c, at->object, training);
  echoic_convert_node(c, id, "mamba", input);
  take_common(c, at, 2U * w, w, w);
  take(c, at, "x_proj.weight", ECHOIC_SHAPE(r + (2U * n), w));
  take(c, at, "dt_proj.weight", ECHOIC_SHAPE(w, r));
  take(c, at, "dt_proj.bias", ECHOIC_SHAPE(w));
  take(c, at, "A_log", ECHOIC_SHAPE(w, n));
  take(c, at, "D", ECHOIC_SHAPE(w));
}

/// Set limits of dt, unless they are none
static void
set_limits(EchoicConvert* const c, const EchoicMixerPlace* const at)
{
  const char* const key  = echoic_convert_key(c, at->object, "dt_limit");
  const double      low  = echoic_convert_item_or(c, key, 0U, 0.0);
  const double      high = echoic_convert_item_or(c, key, 1U, HUGE_VAL);
  if (low != 0.0) {
    echoic_convert_set(c, "dt_min", low);
  }

  if (isfinite(high)) {
    echoic_convert_set(c, "dt_max", high);
  }
}

/// Return the number of heads of `w` channels
static uint32_t
count_heads(EchoicConvert* const          c,
            const EchoicMixerPlace* const at,
            const uint32_t                w)
{
  const uint32_t p = size_or(c, at, "headdim", 64U);
  if (w % p != 0U) {
    echoic_convert_fail(
      c, "--config: 'headdim' is %u: must divide the %u channels", p, w);
  }

  return w / p ? w / p : 1U;
}

void
echoic_convert_add_mamba2(EchoicConvert* const          c,
                          const char* const             id,
                          const char* const             input,
                          const EchoicMixerPlace* const at)
{
  static const char* const training[] = {"conv_init",
                                         "A_init_range",
                                         "dt_min",
                                         "dt_max",
                                         "dt_init_floor",
                                         "chunk_size",
                                         "layer_idx",
                                         "process_group",
                                         "use_mem_eff_path",
                                         "device",
                                         "dtype",
                                         "sequence_parallel",
                                         NULL};
  const uint32_t           inner      = inner_width(c, at);
  const uint32_t           w          = size_or(c, at, "d_ssm", inner);
  const uint32_t           h          = count_heads(c, at, w);
  const uint32_t           g          = size_or(c, at, "ngroups", 1U);
  const uint32_t           two_gn =
    2U * g *
    echoic_convert_size_or(
      c, echoic_convert_key(c, at->object, "d_state"), 128U, 1U, WIDEST / g);
  ignore(c, at->object, training);
  echoic_convert_node(c, id, "mamba2", input);
  echoic_convert_set(c, "ngroups", g);
  set_limits(c, at);
  take_common(c, at, (2U * inner) + two_gn + h, w + two_gn, inner);
  take(c, at, "dt_bias", ECHOIC_SHAPE(h));
  take(c, at, "A_log", ECHOIC_SHAPE(h));
  take(c, at, "D", ECHOIC_SHAPE(flag_or(c, at, "D_has_hdim", false) ? w : h));
  if (flag_or(c, at, "rmsnorm", true)) {
    take(c, at, "norm.weight", ECHOIC_SHAPE(w));
  }

  if (flag_or(c, at, "norm_before_gate", false)) {
    echoic_convert_set(c, "norm_before_gate", 1.0);
  }
}

void
echoic_build_mamba(EchoicConvert* const c)
{
  const EchoicMixerPlace at = {
    "", "", echoic_convert_size(c, "d_model", 1U, WIDEST)};
  echoic_convert_width_in(c, at.d_model);
  echoic_convert_add_mamba(c, "mamba", ECHOIC_GRAPH_INPUT, &at);
}

void
echoic_build_mamba2(EchoicConvert* const c)
{
  const EchoicMixerPlace at = {
    "", "", echoic_convert_size(c, "d_model", 1U, WIDEST)};
  echoic_convert_width_in(c, at.d_model);
  echoic_convert_add_mamba2(c, "mamba2", ECHOIC_GRAPH_INPUT, &at);
}
