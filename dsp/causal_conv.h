// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_CAUSAL_CONV_H
#define ECHOIC_CAUSAL_CONV_H

#include "dsp/arena.h"
#include "dsp/echoic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   A short FIR filter for each channel, causal (a depthwise convolution).

       y_c(n) = b_c + sum_{k<K} w_c[k] x_c(n - K + 1 + k)

   The last tap is the current sample, as in PyTorch's Conv1d with groups and
   left padding.  State: the last K inputs of each channel, oldest first, the
   current one included.  What isn't finite leaves it after K frames.  Cost: K
   MAC a channel.
*/
typedef struct {
  uint32_t n_channels;
  uint32_t n_taps;
  float*   weight; ///< [n_channels][n_taps]
  float*   bias;   ///< [n_channels]
  float*   state;  ///< [n_channels][n_taps]
} EchoicCausalConv;

/// Return the arena bytes of a filter
ECHOIC_SETUP size_t
echoic_causal_conv_bytes(uint32_t n_channels, uint32_t n_taps);

/**
   Make a filter in the arena; false if it doesn't fit.

   @param weight [n_channels][n_taps] Copied.
   @param bias [n_channels] Copied; null for zeros.
*/
ECHOIC_SETUP bool
echoic_causal_conv_prepare(EchoicCausalConv* conv,
                           const float*      weight,
                           const float*      bias,
                           uint32_t          n_channels,
                           uint32_t          n_taps,
                           EchoicArena*      arena);

ECHOIC_RT void
echoic_causal_conv_reset(EchoicCausalConv* conv);

/// Filter one frame; `y` [n_channels] may be `x` [n_channels]
ECHOIC_RT void
echoic_causal_conv_step(EchoicCausalConv* conv, const float* x, float* y);

#endif // ECHOIC_CAUSAL_CONV_H
