// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/causal_conv.h"

#include <string.h>

size_t
echoic_causal_conv_bytes(const uint32_t n_channels, const uint32_t n_taps)
{
  const size_t taps = (size_t)n_channels * n_taps * sizeof(float);
  return (2U * echoic_arena_round(taps)) +
         echoic_arena_round(n_channels * sizeof(float));
}

bool
echoic_causal_conv_prepare(EchoicCausalConv* const conv,
                           const float* const      weight,
                           const float* const      bias,
                           const uint32_t          n_channels,
                           const uint32_t          n_taps,
                           EchoicArena* const      arena)
{
  const size_t n   = (size_t)n_channels * n_taps;
  conv->n_channels = n_channels;
  conv->n_taps     = n_taps;
  conv->weight     = (float*)echoic_arena_take(arena, n, sizeof(float));
  conv->bias  = (float*)echoic_arena_take(arena, n_channels, sizeof(float));
  conv->state = (float*)echoic_arena_take(arena, n, sizeof(float));
  if (!conv->weight || !conv->bias || !conv->state) {
    return false;
  }

  memcpy(conv->weight, weight, n * sizeof(float));
  if (bias) {
    memcpy(conv->bias, bias, n_channels * sizeof(float));
  }

  return true;
}

ECHOIC_RT void
echoic_causal_conv_reset(EchoicCausalConv* const conv)
{
  memset(
    conv->state, 0, (size_t)conv->n_channels * conv->n_taps * sizeof(float));
}

/// With `n_taps` a constant, the compiler unrolls
static inline void
step(const EchoicCausalConv* const conv,
     const float* const            x,
     float* const                  y,
     const uint32_t                n_taps)
{
  const float* restrict w = conv->weight;
  float* restrict row     = conv->state;
  for (uint32_t c = 0U; c < conv->n_channels; ++c) {
    float sum = conv->bias[c];
    for (uint32_t k = 0U; k + 1U < n_taps; ++k) {
      row[k] = row[k + 1U];
      sum += w[k] * row[k];
    }
    row[n_taps - 1U] = x[c];
    y[c]             = sum + (w[n_taps - 1U] * x[c]);
    row += n_taps;
    w += n_taps;
  }
}

ECHOIC_RT void
echoic_causal_conv_step(EchoicCausalConv* const conv,
                        const float* const      x,
                        float* const            y)
{
  if (conv->n_taps == 4U) { // What everyone uses
    step(conv, x, y, 4U);
  } else {
    step(conv, x, y, conv->n_taps);
  }
}
