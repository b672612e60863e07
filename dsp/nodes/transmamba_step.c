// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/transmamba_step.h"

#include <math.h>
#include <string.h>

ECHOIC_RT size_t
echoic_transmamba_size(const EchoicTransmamba* const n)
{
  return 2U * (size_t)n->width * ((size_t)n->n_taps + n->n_modes);
}

/// Turn complex numbers by the angle of this frame
static void
turn(float* const                       h,
     const size_t                       n_complex,
     const EchoicTransmambaFrame* const f)
{
  for (size_t i = 0U; i < n_complex; ++i) {
    const float re   = h[2U * i];
    const float im   = h[(2U * i) + 1U];
    h[2U * i]        = (f->c * re) - (f->s * im);
    h[(2U * i) + 1U] = (f->c * im) + (f->s * re);
  }
}

/// Move the taps on by one; the first becomes free
static void
shift(const EchoicTransmamba* const n, float* const taps)
{
  const size_t row = 2U * (size_t)n->width;
  memmove(taps + row, taps, (n->n_taps - 1U) * row * sizeof(float));
}

/// Let the modes fade
static void
fade(const EchoicTransmamba* const      n,
     float* const                       modes,
     const EchoicTransmambaFrame* const f)
{
  const size_t size = (size_t)n->n_modes * n->width;
  for (size_t i = 0U; i < size; ++i) {
    const float a = fminf(fmaxf(n->a[i] * f->a, -1.0F), 1.0F);
    modes[2U * i] *= a;
    modes[(2U * i) + 1U] *= a;
  }
}

static float
beta(const EchoicTransmamba* const      n,
     const EchoicTransmambaFrame* const f,
     const uint32_t                     m,
     const size_t                       i)
{
  return n->beta[i] * (f->beta ? f->beta[m] : 1.0F);
}

/// Add real x, through each mode's gain
static void
write_modes(const EchoicTransmamba* const      n,
            float* const                       modes,
            const float* const                 x,
            const EchoicTransmambaFrame* const f)
{
  for (uint32_t m = 0U; m < n->n_modes; ++m) {
    for (uint32_t k = 0U; k < n->width; ++k) {
      const size_t i = ((size_t)m * n->width) + k;
      modes[2U * i] += f->b * n->gain[i] * x[k];
    }
  }
}

/// The last tap, as it was, goes into each mode
static void
hand_over(const EchoicTransmamba* const      n,
          float* const                       modes,
          const float* const                 last,
          const EchoicTransmambaFrame* const f)
{
  for (uint32_t m = 0U; m < n->n_modes; ++m) {
    for (uint32_t k = 0U; k < n->width; ++k) {
      const size_t i  = ((size_t)m * n->width) + k;
      const float  by = beta(n, f, m, i);
      modes[2U * i] += by * last[2U * k];
      modes[(2U * i) + 1U] += by * last[(2U * k) + 1U];
    }
  }
}

/// What the taps of mambax hear: the sum of the modes, as they were
static void
read_modes(const EchoicTransmamba* const      n,
           const float* const                 modes,
           const EchoicTransmambaFrame* const f)
{
  memset(n->sum, 0, 2U * (size_t)n->width * sizeof(float));
  for (uint32_t m = 0U; m < n->n_modes; ++m) {
    for (uint32_t k = 0U; k < n->width; ++k) {
      const size_t i  = ((size_t)m * n->width) + k;
      const float  by = beta(n, f, m, i);
      n->sum[2U * k] += by * modes[2U * i];
      n->sum[(2U * k) + 1U] += by * modes[(2U * i) + 1U];
    }
  }
}

static void
write_tap(const EchoicTransmamba* const      n,
          float* const                       tap,
          const float* const                 x,
          const EchoicTransmambaFrame* const f)
{
  for (uint32_t k = 0U; k < n->width; ++k) {
    tap[2U * k]        = f->b * x[k];
    tap[(2U * k) + 1U] = 0.0F;
  }
}

ECHOIC_RT void
echoic_transmamba_step(const EchoicTransmamba* const      n,
                       const float* const                 x,
                       const EchoicTransmambaFrame* const f)
{
  const size_t row = 2U * (size_t)n->width;
  float* const taps =
    n->form == ECHOIC_FORM_MAMBAX ? n->h + (n->n_modes * row) : n->h;
  float* const modes =
    n->form == ECHOIC_FORM_MAMBAX ? n->h : n->h + (n->n_taps * row);
  if (n->form == ECHOIC_FORM_XMAMBA) {
    memcpy(n->sum, taps + ((n->n_taps - 1U) * row), row * sizeof(float));
  } else if (n->form == ECHOIC_FORM_MAMBAX) {
    read_modes(n, modes, f);
  }

  if (n->form != ECHOIC_FORM_DELAY) {
    fade(n, modes, f);
  }

  if (n->form == ECHOIC_FORM_XMAMBA) {
    hand_over(n, modes, n->sum, f);
  }

  if (n->form != ECHOIC_FORM_RECURRENT) {
    shift(n, taps);
  }

  if (n->form == ECHOIC_FORM_MAMBAX) {
    memcpy(taps, n->sum, row * sizeof(float));
  }

  if (n->angle.code) {
    turn(n->h, echoic_transmamba_size(n) / 2U, f);
  }

  if (n->form == ECHOIC_FORM_DELAY || n->form == ECHOIC_FORM_XMAMBA) {
    write_tap(n, taps, x, f);
  } else {
    write_modes(n, modes, x, f);
  }
}
