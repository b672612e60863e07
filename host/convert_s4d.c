// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* S4D, and the diagonal kernel of S4.  Configuration as the arguments of
   S4D and SSMKernelDiag, with their defaults. */

#include "host/convert.h"
#include "host/convert_cells.h"

/// Say that keys, ended by null, set only how weights start or are trained
static void
ignore(EchoicConvert* const c, const char* const* const keys)
{
  for (uint32_t i = 0U; keys[i]; ++i) {
    echoic_convert_ignore(c, keys[i]);
  }
}

/// Take a tensor under its own name
static void
take(EchoicConvert* const  c,
     const char* const     name,
     const uint32_t        n_dims,
     const uint32_t* const dims)
{
  echoic_convert_take(c, name, name, n_dims, dims);
}

/// Return M, the modes of a channel: half of d_state, for conjugate pairs
static uint32_t
count_modes(EchoicConvert* const c)
{
  const uint32_t n =
    echoic_convert_size_or(c, "d_state", 64U, 2U, ECHOIC_MAX_WIDTH);
  return n / 2U;
}

void
echoic_build_s4d(EchoicConvert* const c)
{
  static const char* const training[] = {
    "dropout", "transposed", "dt_min", "dt_max", "lr", NULL};
  const uint32_t h = echoic_convert_size(c, "d_model", 1U, ECHOIC_MAX_WIDTH);
  const uint32_t m = count_modes(c);
  ignore(c, training);
  echoic_convert_width_in(c, h);
  echoic_convert_node(c, "s4d", "s4d", ECHOIC_GRAPH_INPUT);
  take(c, "D", ECHOIC_SHAPE(h));
  take(c, "kernel.log_dt", ECHOIC_SHAPE(h));
  take(c, "kernel.log_A_real", ECHOIC_SHAPE(h, m));
  take(c, "kernel.A_imag", ECHOIC_SHAPE(h, m));
  take(c, "kernel.C", ECHOIC_SHAPE(h, m, 2U));
  take(c, "output_linear.0.weight", ECHOIC_SHAPE(2U * h, h, 1U));
  take(c, "output_linear.0.bias", ECHOIC_SHAPE(2U * h));
}

static void
set_transform(EchoicConvert* const c,
              const char* const    key,
              const char* const    fallback)
{
  echoic_convert_set_word(c, key, echoic_convert_word_or(c, key, fallback));
}

static void
build_kernel(EchoicConvert* const c, const char* const disc)
{
  static const char* const training[] = {"deterministic",
                                         "dt_min",
                                         "dt_max",
                                         "rank",
                                         "measure",
                                         "init",
                                         "init_args",
                                         "backend",
                                         "l_max",
                                         "lr",
                                         "wd",
                                         "verbose",
                                         NULL};
  const uint32_t h    = echoic_convert_size(c, "d_model", 1U, ECHOIC_MAX_WIDTH);
  const uint32_t m    = count_modes(c);
  const uint32_t s    = echoic_convert_size_or(c, "n_ssm", h, 1U, h);
  const uint32_t n_dt = echoic_convert_flag_or(c, "dt_tie", true) ? 1U : m;
  if (echoic_convert_flag_or(c, "is_real", false) ||
      echoic_convert_flag_or(c, "dt_fast", false) ||
      echoic_convert_has(c, "bandlimit") ||
      echoic_convert_size_or(c, "channels", 1U, 1U, 65536U) != 1U) {
    echoic_convert_fail(c,
                        "--config: is_real, dt_fast, bandlimit and more than "
                        "one of channels can't be converted");
  }

  ignore(c, training);
  echoic_convert_require_word(c, "disc", disc);
  echoic_convert_width_in(c, h);
  echoic_convert_node(c, "s4d_kernel", "s4d_kernel", ECHOIC_GRAPH_INPUT);
  echoic_convert_set_word(c, "disc", disc);
  set_transform(c, "real_transform", "exp");
  set_transform(c, "imag_transform", "none");
  set_transform(c, "dt_transform", "exp");
  take(c, "inv_dt", ECHOIC_SHAPE(h, n_dt));
  take(c, "A_real", ECHOIC_SHAPE(s, m));
  take(c, "A_imag", ECHOIC_SHAPE(s, m));
  take(c, "B", ECHOIC_SHAPE(1U, s, m, 2U));
  take(c, "C", ECHOIC_SHAPE(1U, h, m, 2U));
  if (echoic_convert_has_tensor(c, "D")) {
    take(c, "D", ECHOIC_SHAPE(h));
  }
}

void
echoic_build_s4d_kernel_bilinear(EchoicConvert* const c)
{
  build_kernel(c, "bilinear");
}

void
echoic_build_s4d_kernel_zoh(EchoicConvert* const c)
{
  build_kernel(c, "zoh");
}
