// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/strike_low.h"

#include "dsp/fft.h"
#include "dsp/triangle.h"

#include <math.h>
#include <string.h>

#define N_BANDS ECHOIC_SHORT_BANDS

static const double   pi         = 3.14159265358979323846;
static const double   step_hz    = 62.5; ///< Between bands
static const double   past_s     = 0.04; ///< Ahead of the window
static const float    max_sample = 1e6F; ///< Beyond is no sound
static const uint32_t least_fft  = 128U;
static const uint32_t n_before   = 3U;
static const float    share      = 1.0F / 3.0F; ///< Of each of them
static const uint32_t before     = 4U;          ///< Frames
static const uint32_t apart      = 12U;

struct EchoicLowImpl {
  double     rate_hz;
  uint32_t   n_window;
  uint32_t   n_fft;
  uint32_t   n_bins;  ///< Below the last band's end
  uint32_t   mask;    ///< Number of samples kept - 1
  uint64_t   pos;     ///< Samples heard
  float*     samples; ///< [mask + 1] Ring
  float*     window;  ///< [n_fft], half of 2 w / sum; ends with zeros
  float*     heard;   ///< [n_fft] Under the window
  float*     power;   ///< [n_fft / 2 + 1]
  float*     weights; ///< [N_BANDS][n_bins]
  EchoicFft* fft;
};

static uint32_t
window_samples(const double rate_hz)
{
  return (uint32_t)lround(ECHOIC_LOW_WINDOW_S * rate_hz);
}

/// Return the first power of two that isn't less
static uint32_t
power_of_two(const uint32_t least)
{
  return (uint32_t)echoic_doubled(least_fft, least);
}

static uint32_t
kept_samples(const double rate_hz)
{
  return power_of_two((uint32_t)((ECHOIC_LOW_WINDOW_S + past_s) * rate_hz));
}

/// Bins that bands have
static uint32_t
used_bins(const double rate_hz)
{
  const uint32_t n_fft = power_of_two(window_samples(rate_hz));
  const double   end   = (N_BANDS + 1.0) * step_hz * n_fft / rate_hz;
  const uint32_t n     = (uint32_t)ceil(end) + 1U;
  return n < n_fft / 2U ? n : (n_fft / 2U) + 1U;
}

size_t
echoic_low_bytes(const double rate_hz)
{
  if (!(rate_hz >= ECHOIC_MIN_RATE_HZ && rate_hz <= ECHOIC_MAX_RATE_HZ)) {
    return 0U;
  }

  const uint32_t n_fft = power_of_two(window_samples(rate_hz));
  return echoic_arena_round(sizeof(EchoicLow)) +
         echoic_arena_round(kept_samples(rate_hz) * sizeof(float)) +
         (2U * echoic_arena_round(n_fft * sizeof(float))) +
         echoic_arena_round(((n_fft / 2U) + 1U) * sizeof(float)) +
         echoic_arena_round(N_BANDS * used_bins(rate_hz) * sizeof(float)) +
         echoic_fft_bytes(n_fft);
}

static void
fill_window(EchoicLow* const l)
{
  const uint32_t n = l->n_window;
  memset(l->window, 0, l->n_fft * sizeof(float));
  for (uint32_t i = 0U; i < n; ++i) {
    l->window[i] = (float)((1.0 - cos(2.0 * pi * (i + 0.5) / n)) / n);
  }
}

static void
fill_weights(EchoicLow* const l)
{
  for (uint32_t b = 0U; b < N_BANDS; ++b) {
    const EchoicTriangle t = {
      step_hz * b, step_hz * (b + 1.0), step_hz * (b + 2.0)};
    echoic_triangle_row(&t,
                        l->rate_hz / l->n_fft,
                        l->n_bins,
                        l->weights + ((size_t)b * l->n_bins));
  }
}

EchoicLow*
echoic_low_prepare(const double rate_hz, EchoicArena* const arena)
{
  EchoicLow* const l =
    echoic_low_bytes(rate_hz)
      ? (EchoicLow*)echoic_arena_take(arena, 1U, sizeof(EchoicLow))
      : NULL;
  if (!l) {
    return NULL;
  }

  const uint32_t n_kept = kept_samples(rate_hz);
  l->rate_hz            = rate_hz;
  l->n_window           = window_samples(rate_hz);
  l->n_fft              = power_of_two(l->n_window);
  l->n_bins             = used_bins(rate_hz);
  l->mask               = n_kept - 1U;
  l->samples = (float*)echoic_arena_take(arena, n_kept, sizeof(float));
  l->window  = (float*)echoic_arena_take(arena, l->n_fft, sizeof(float));
  l->heard   = (float*)echoic_arena_take(arena, l->n_fft, sizeof(float));
  l->power =
    (float*)echoic_arena_take(arena, (l->n_fft / 2U) + 1U, sizeof(float));
  l->weights = (float*)echoic_arena_take(
    arena, (size_t)N_BANDS * l->n_bins, sizeof(float));
  l->fft = echoic_fft_prepare(l->n_fft, arena);
  if (!l->samples || !l->window || !l->heard || !l->power || !l->weights ||
      !l->fft) {
    return NULL;
  }

  fill_window(l);
  fill_weights(l);
  echoic_low_reset(l);
  return l;
}

ECHOIC_RT void
echoic_low_reset(EchoicLow* const l)
{
  memset(l->samples, 0, (l->mask + 1U) * sizeof(float));
  memset(l->heard, 0, l->n_fft * sizeof(float));
  l->pos = 0U;
}

ECHOIC_RT void
echoic_low_keep(EchoicLow* const l, const float* const in, const uint32_t n)
{
  for (uint32_t i = 0U; i < n; ++i) {
    const float x                      = in[i];
    l->samples[(l->pos + i) & l->mask] = fabsf(x) <= max_sample ? x : 0.0F;
  }

  l->pos += n;
}

/// Add a part of the energies under a window that ended some frames ago
static void
add_look(EchoicLow* const l,
         const uint32_t   n_frames,
         const float      part,
         float* const     energies)
{
  const double   ago_s = n_frames * ECHOIC_SHORT_HOP_S;
  const uint64_t ago   = (uint64_t)llround(ago_s * l->rate_hz);
  const uint64_t first = l->pos - ago - l->n_window; // A ring: it may wrap
  for (uint32_t i = 0U; i < l->n_window; ++i) {
    l->heard[i] = l->samples[(first + i) & l->mask];
  }

  echoic_fft_power(l->fft, l->heard, l->window, l->power);
  for (uint32_t b = 0U; b < N_BANDS; ++b) {
    const float* const row = l->weights + ((size_t)b * l->n_bins);
    float              sum = 0.0F;
    for (uint32_t j = 0U; j < l->n_bins; ++j) {
      sum += row[j] * l->power[j];
    }
    energies[b] += part * sum;
  }
}

ECHOIC_RT void
echoic_low_after(EchoicLow* const l, float* const energies)
{
  memset(energies, 0, N_BANDS * sizeof(float));
  add_look(l, 0U, 1.0F, energies);
}

ECHOIC_RT void
echoic_low_before(EchoicLow* const l, float* const energies)
{
  memset(energies, 0, N_BANDS * sizeof(float));
  for (uint32_t i = 0U; i < n_before; ++i) {
    add_look(l, ECHOIC_LOW_FRAME + before + (i * apart), share, energies);
  }
}
