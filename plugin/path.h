// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PLUGIN_PATH_H
#define ECHOIC_PLUGIN_PATH_H

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "plugin/ports.h"

#include <stdbool.h>
#include <stdint.h>

/**
   The way of the sound from input to output: delay and gain.

       out(n) = in(n - delay) (closed + (open - closed) e(n))

   with e(n) from 0 to 1 from a gate.  Delay and gains change without a click:
   the old delay fades into the new one, the gains move to theirs in straight
   lines, in 10 ms both.  At rest a gain of 1 copies the samples to the bit.
   Any split into blocks gives the same samples.
*/

/// A number on its way to another
typedef struct {
  float    value;
  float    target;
  float    step;   ///< Per sample
  uint32_t n_left; ///< Samples until it is there
} EchoicRamp;

typedef struct {
  uint32_t   n_channels;
  uint32_t   mask;                     ///< Of the rings
  float*     rings[ECHOIC_N_CHANNELS]; ///< [mask + 1]
  uint64_t   now;                      ///< Samples passed
  uint32_t   n_fade;                   ///< Samples of any change
  uint32_t   delay;
  uint32_t   old_delay;
  uint32_t   n_fade_left; ///< Samples until only `delay` is heard
  EchoicRamp open;
  EchoicRamp closed;
} EchoicPath;

/// Return the arena bytes for delays of up to `max_delay` samples
ECHOIC_SETUP size_t
echoic_path_bytes(uint32_t n_channels, uint32_t max_delay);

/// Make a path without delay and gain; false if it doesn't fit
ECHOIC_SETUP bool
echoic_path_prepare(EchoicPath*  path,
                    double       rate_hz,
                    uint32_t     n_channels,
                    uint32_t     max_delay,
                    EchoicArena* arena);

/// Be where changes lead to, at once
ECHOIC_RT void
echoic_path_settle(EchoicPath* path);

/// Forget what was heard
ECHOIC_RT void
echoic_path_reset(EchoicPath* path);

/// Change the delay, to the longest at most; return what is set
ECHOIC_RT uint32_t
echoic_path_set_delay(EchoicPath* path, uint32_t delay);

/// Change the gains
ECHOIC_RT void
echoic_path_set_gains(EchoicPath* path, float open, float closed);

/**
   Pass some samples on.

   @param in [n_channels][n] May be the same as `out`, in any order.
   @param e [n] Of the gate, 0..1.
   @param out [n_channels][n] A null pointer is left out.
*/
ECHOIC_RT void
echoic_path_process(EchoicPath*         path,
                    const float* const* in,
                    const float*        e,
                    float* const*       out,
                    uint32_t            n);

#endif // ECHOIC_PLUGIN_PATH_H
