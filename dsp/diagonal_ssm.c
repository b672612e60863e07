// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/diagonal_ssm.h"

#include "dsp/kernels.h"

#include <math.h>
#include <string.h>

static const double slowest = -1e-9; ///< dt A: after a billion frames, e^-1

size_t
echoic_diagonal_ssm_bytes(const uint32_t n_channels, const uint32_t n_modes)
{
  const size_t pairs = 2U * (size_t)n_channels * n_modes * sizeof(float);
  return (5U * echoic_arena_round(pairs)) +
         (2U * echoic_arena_round(n_channels * sizeof(float)));
}

bool
echoic_diagonal_ssm_prepare(EchoicDiagonalSsm* const ssm,
                            const float* const       skip,
                            const uint32_t           n_channels,
                            const uint32_t           n_modes,
                            EchoicArena* const       arena)
{
  const size_t n  = 2U * (size_t)n_channels * n_modes;
  ssm->n_channels = n_channels;
  ssm->n_modes    = n_modes;
  ssm->re         = echoic_node_vector(arena, NULL, n);
  ssm->im         = echoic_node_vector(arena, NULL, n);
  ssm->in         = echoic_node_vector(arena, NULL, n);
  ssm->out        = echoic_node_vector(arena, NULL, n);
  ssm->skip       = echoic_node_vector(arena, NULL, n_channels);
  ssm->sum        = echoic_node_vector(arena, NULL, n_channels);
  ssm->state      = echoic_node_vector(arena, NULL, n);
  if (!ssm->re || !ssm->im || !ssm->in || !ssm->out || !ssm->skip ||
      !ssm->sum || !ssm->state) {
    return false;
  }

  if (skip) {
    memcpy(ssm->skip, skip, n_channels * sizeof(float));
  }

  return true;
}

static EchoicComplex
multiply(const EchoicComplex x, const EchoicComplex y)
{
  const EchoicComplex z = {(x.re * y.re) - (x.im * y.im),
                           (x.re * y.im) + (x.im * y.re)};
  return z;
}

static EchoicComplex
divide(const EchoicComplex x, const EchoicComplex y)
{
  const double        power = (y.re * y.re) + (y.im * y.im);
  const EchoicComplex conj  = {y.re / power, -y.im / power};
  return multiply(x, conj);
}

/// e^z - 1, also where it is near 0
static EchoicComplex
exp_minus_1(const EchoicComplex z)
{
  const double        half = sin(z.im / 2.0);
  const EchoicComplex e    = {(expm1(z.re) * cos(z.im)) - (2.0 * half * half),
                              exp(z.re) * sin(z.im)};
  return e;
}

bool
echoic_diagonal_ssm_set(EchoicDiagonalSsm* const   ssm,
                        const size_t               index,
                        const EchoicSsmMode* const mode,
                        const bool                 bilinear)
{
  const double        dt    = mode->dt;
  const EchoicComplex step  = {dt * mode->a.re, dt * mode->a.im};
  const EchoicComplex scale = {dt, 0.0};
  const EchoicComplex below = {1.0 - (step.re / 2.0), -step.im / 2.0};
  const EchoicComplex pole = bilinear ? divide(step, below) : exp_minus_1(step);
  const EchoicComplex gain =
    bilinear ? divide(scale, below) : divide(pole, mode->a);
  const EchoicComplex in = multiply(mode->b, gain);
  const size_t        re = 2U * index;
  const size_t        im = re + 1U;
  ssm->re[re] = ssm->re[im] = (float)pole.re;
  ssm->im[re]               = (float)-pole.im;
  ssm->im[im]               = (float)pole.im;
  ssm->in[re]               = (float)in.re;
  ssm->in[im]               = (float)in.im;
  ssm->out[re]              = (float)(2.0 * mode->c.re);
  ssm->out[im]              = (float)(-2.0 * mode->c.im);
  return step.re < slowest && dt > 0.0 &&
         hypot(1.0 + (double)ssm->re[re], (double)ssm->im[im]) < 1.0 &&
         isfinite(ssm->in[re]) && isfinite(ssm->in[im]) &&
         isfinite(ssm->out[re]) && isfinite(ssm->out[im]);
}

ECHOIC_RT void
echoic_diagonal_ssm_reset(EchoicDiagonalSsm* const ssm)
{
  memset(
    ssm->state, 0, 2U * (size_t)ssm->n_channels * ssm->n_modes * sizeof(float));
}

ECHOIC_RT void
echoic_diagonal_ssm_step(EchoicDiagonalSsm* const ssm,
                         const float* const       u,
                         float* const             y)
{
  const EchoicMemories m = {ssm->n_channels,
                            2U * ssm->n_modes,
                            ssm->state,
                            ssm->re,
                            ssm->im,
                            u,
                            ssm->in,
                            ssm->out,
                            ssm->sum};
  echoic_kernels()->resonate(&m);
  for (uint32_t h = 0U; h < ssm->n_channels; ++h) {
    y[h] = ssm->sum[h] + (ssm->skip[h] * u[h]);
  }
}

ECHOIC_RT bool
echoic_diagonal_ssm_state(const EchoicDiagonalSsm* const ssm,
                          const char* const              name,
                          EchoicNodeState* const         state)
{
  echoic_node_state(state, name, ssm->n_channels, ssm->n_modes, ssm->state);
  state->n_dims  = name ? 3U : 0U;
  state->dims[2] = name ? 2U : 0U;
  return name;
}
