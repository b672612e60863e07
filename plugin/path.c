// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "plugin/path.h"

#include <math.h>
#include <string.h>

static const double change_s = 0.01;

static uint32_t
ring_size(const uint32_t max_delay)
{
  return (uint32_t)echoic_doubled(1U, max_delay + 1.0);
}

size_t
echoic_path_bytes(const uint32_t n_channels, const uint32_t max_delay)
{
  return n_channels * echoic_arena_round(ring_size(max_delay) * sizeof(float));
}

bool
echoic_path_prepare(EchoicPath* const  path,
                    const double       rate_hz,
                    const uint32_t     n_channels,
                    const uint32_t     max_delay,
                    EchoicArena* const arena)
{
  const uint32_t size = ring_size(max_delay);
  memset(path, 0, sizeof(*path));
  path->n_channels = n_channels;
  path->mask       = size - 1U;
  path->n_fade     = (uint32_t)lrint(change_s * rate_hz);
  path->open.value = path->open.target = 1.0F;
  path->closed.value = path->closed.target = 1.0F;
  for (uint32_t c = 0U; c < n_channels; ++c) {
    path->rings[c] = (float*)echoic_arena_take(arena, size, sizeof(float));
    if (!path->rings[c]) {
      return false;
    }
  }

  return true;
}

static void
finish(EchoicRamp* const ramp)
{
  ramp->value  = ramp->target;
  ramp->n_left = 0U;
}

ECHOIC_RT void
echoic_path_settle(EchoicPath* const path)
{
  path->n_fade_left = 0U;
  finish(&path->open);
  finish(&path->closed);
}

ECHOIC_RT void
echoic_path_reset(EchoicPath* const path)
{
  for (uint32_t c = 0U; c < path->n_channels; ++c) {
    memset(path->rings[c], 0, ((size_t)path->mask + 1U) * sizeof(float));
  }

  path->now = 0U;
}

ECHOIC_RT uint32_t
echoic_path_set_delay(EchoicPath* const path, const uint32_t delay)
{
  const uint32_t longest = path->mask;
  const uint32_t next    = delay < longest ? delay : longest;
  if (next != path->delay && !path->n_fade_left) {
    path->old_delay   = path->delay;
    path->delay       = next;
    path->n_fade_left = path->n_fade;
  }

  return path->delay;
}

static void
aim(EchoicRamp* const ramp, const float target, const uint32_t n)
{
  if (target != ramp->target) {
    ramp->target = target;
    ramp->step   = (target - ramp->value) / (float)n;
    ramp->n_left = n;
  }
}

ECHOIC_RT void
echoic_path_set_gains(EchoicPath* const path,
                      const float       open,
                      const float       closed)
{
  aim(&path->open, open, path->n_fade);
  aim(&path->closed, closed, path->n_fade);
}

static float
move(EchoicRamp* const ramp)
{
  if (ramp->n_left) {
    --ramp->n_left;
    ramp->value = ramp->n_left ? ramp->value + ramp->step : ramp->target;
  }

  return ramp->value;
}

/// Return what is heard `delay` samples after the one at `now`
static float
tap(const EchoicPath* const path, const uint32_t channel, const uint32_t delay)
{
  return path->rings[channel][(path->now - delay) & path->mask];
}

static float
delayed(const EchoicPath* const path, const uint32_t channel)
{
  const float sample = tap(path, channel, path->delay);
  if (!path->n_fade_left) {
    return sample;
  }

  const float w = (float)path->n_fade_left / (float)path->n_fade;
  return sample + (w * (tap(path, channel, path->old_delay) - sample));
}

ECHOIC_RT void
echoic_path_process(EchoicPath* const         path,
                    const float* const* const in,
                    const float* const        e,
                    float* const* const       out,
                    const uint32_t            n)
{
  for (uint32_t i = 0U; i < n; ++i, ++path->now) {
    const float closed = move(&path->closed);
    const float open   = move(&path->open);
    const float gain   = closed + ((open - closed) * e[i]);
    for (uint32_t c = 0U; c < path->n_channels; ++c) {
      path->rings[c][path->now & path->mask] = in[c][i];
    }

    for (uint32_t c = 0U; c < path->n_channels; ++c) {
      if (out[c]) {
        out[c][i] = gain * delayed(path, c);
      }
    }

    path->n_fade_left -= path->n_fade_left > 0U;
  }
}
