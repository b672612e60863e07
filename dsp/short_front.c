// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/short_front.h"

#include "dsp/fft.h"
#include "dsp/triangle.h"

#include <math.h>
#include <string.h>

#define N_BANDS ECHOIC_SHORT_BANDS

static const double   rising     = 0.75;  ///< Share of the window
static const double   falling    = 0.125; ///< Share of the window
static const double   pi         = 3.14159265358979323846;
static const float    max_sample = 1e6F; ///< Beyond is no sound
static const uint32_t least_fft  = 128U;

static const double edges_hz[N_BANDS + 2U] = {
  0.0,    190.0,  380.0,  570.0,   760.0,   950.0,   1156.0,  1387.0, 1647.0,
  1940.0, 2269.0, 2639.0, 3055.0,  3523.0,  4050.0,  4642.0,  5308.0, 6057.0,
  6899.0, 7847.0, 8912.0, 10111.0, 11458.0, 12974.0, 14679.0, 16596.0};

struct EchoicShortImpl {
  double     rate_hz;
  uint32_t   n_window; ///< Samples under the window
  uint32_t   n_fft;
  uint32_t   n_bins;
  uint32_t   n_bands;        ///< Below Nyquist
  uint64_t   frame;          ///< Next frame
  uint64_t   pos;            ///< Samples heard
  float*     window;         ///< [n_fft], half of 2 w / sum; ends with zeros
  float*     kept;           ///< [n_fft] The last n_window samples, then zeros
  float*     power;          ///< [n_bins]
  float*     weights;        ///< [N_BANDS][n_bins]
  uint32_t   first[N_BANDS]; ///< Bins of a band
  uint32_t   end[N_BANDS];
  EchoicFft* fft;
};

static uint32_t
window_samples(const double rate_hz)
{
  return (uint32_t)lround(ECHOIC_SHORT_WINDOW_S * rate_hz);
}

static uint32_t
fft_points(const double rate_hz)
{
  return (uint32_t)echoic_doubled(least_fft, window_samples(rate_hz));
}

uint32_t
echoic_short_bands(const double below_hz)
{
  uint32_t n = 0U;
  while (n < N_BANDS && edges_hz[n + 1U] < below_hz) {
    ++n;
  }

  return n;
}

size_t
echoic_short_bytes(const double rate_hz)
{
  if (!(rate_hz >= ECHOIC_MIN_RATE_HZ && rate_hz <= ECHOIC_MAX_RATE_HZ)) {
    return 0U;
  }

  const size_t n_fft  = fft_points(rate_hz);
  const size_t n_bins = (n_fft / 2U) + 1U;
  return echoic_arena_round(sizeof(EchoicShort)) +
         (2U * echoic_arena_round(n_fft * sizeof(float))) +
         echoic_arena_round(n_bins * sizeof(float)) +
         echoic_arena_round(N_BANDS * n_bins * sizeof(float)) +
         echoic_fft_bytes((uint32_t)n_fft);
}

static double
window_at(const uint32_t i, const uint32_t n)
{
  const double left = (double)n - i;
  return i < rising * n       ? 0.5 - (0.5 * cos(pi * i / (rising * n)))
         : left < falling * n ? 0.5 - (0.5 * cos(pi * left / (falling * n)))
                              : 1.0;
}

static void
fill_window(EchoicShort* const f)
{
  double sum = 0.0;
  for (uint32_t i = 0U; i < f->n_window; ++i) {
    sum += window_at(i, f->n_window);
  }

  memset(f->window, 0, f->n_fft * sizeof(float));
  for (uint32_t i = 0U; i < f->n_window; ++i) {
    f->window[i] = (float)(window_at(i, f->n_window) / sum);
  }
}

/// Make a band's row, and find the bins that have any weight
static void
fill_band(EchoicShort* const f, const uint32_t band)
{
  float* const         row = f->weights + ((size_t)band * f->n_bins);
  const EchoicTriangle t   = {
      edges_hz[band], edges_hz[band + 1U], edges_hz[band + 2U]};
  echoic_triangle_row(&t, f->rate_hz / f->n_fft, f->n_bins, row);
  f->first[band] = 0U;
  f->end[band]   = f->n_bins;
  while (f->first[band] < f->end[band] && !(row[f->first[band]] > 0.0F)) {
    ++f->first[band];
  }

  while (f->first[band] < f->end[band] && !(row[f->end[band] - 1U] > 0.0F)) {
    --f->end[band];
  }
}

EchoicShort*
echoic_short_prepare(const double rate_hz, EchoicArena* const arena)
{
  EchoicShort* const f =
    echoic_short_bytes(rate_hz)
      ? (EchoicShort*)echoic_arena_take(arena, 1U, sizeof(EchoicShort))
      : NULL;
  if (!f) {
    return NULL;
  }

  f->rate_hz  = rate_hz;
  f->n_window = window_samples(rate_hz);
  f->n_fft    = fft_points(rate_hz);
  f->n_bins   = (f->n_fft / 2U) + 1U;
  f->n_bands  = echoic_short_bands(rate_hz / 2.0);
  f->window   = (float*)echoic_arena_take(arena, f->n_fft, sizeof(float));
  f->kept     = (float*)echoic_arena_take(arena, f->n_fft, sizeof(float));
  f->power    = (float*)echoic_arena_take(arena, f->n_bins, sizeof(float));
  f->weights  = (float*)echoic_arena_take(
    arena, (size_t)N_BANDS * f->n_bins, sizeof(float));
  f->fft = echoic_fft_prepare(f->n_fft, arena);
  if (!f->window || !f->kept || !f->power || !f->weights || !f->fft) {
    return NULL;
  }

  fill_window(f);
  for (uint32_t b = 0U; b < N_BANDS; ++b) {
    fill_band(f, b);
  }

  echoic_short_reset(f);
  return f;
}

ECHOIC_RT void
echoic_short_reset(EchoicShort* const f)
{
  memset(f->kept, 0, f->n_fft * sizeof(float));
  f->frame = 0U;
  f->pos   = 0U;
}

ECHOIC_RT uint64_t
echoic_short_end(const EchoicShort* const f, const uint64_t k)
{
  return (uint64_t)rint((double)(k + 1U) * ECHOIC_SHORT_HOP_S * f->rate_hz);
}

/// Append samples to those of the window
static void
keep(EchoicShort* const f, const float* const in, const uint32_t n)
{
  float* const to = f->kept + (f->n_window - n);
  memmove(f->kept, f->kept + n, (f->n_window - n) * sizeof(float));
  for (uint32_t i = 0U; i < n; ++i) {
    const float x = in[i];
    to[i]         = fabsf(x) <= max_sample ? x : 0.0F; // Nor if it is a NaN
  }
}

static void
analyse(EchoicShort* const f, float* const energies)
{
  echoic_fft_power(f->fft, f->kept, f->window, f->power);
  for (uint32_t b = 0U; b < N_BANDS; ++b) {
    const float* const row = f->weights + ((size_t)b * f->n_bins);
    float              sum = 0.0F;
    for (uint32_t j = f->first[b]; b < f->n_bands && j < f->end[b]; ++j) {
      sum += row[j] * f->power[j];
    }
    energies[b] = sum;
  }
}

ECHOIC_RT bool
echoic_short_process(EchoicShort* const f,
                     const float* const in,
                     const uint32_t     n,
                     uint32_t* const    n_used,
                     float* const       energies)
{
  const uint64_t due     = echoic_short_end(f, f->frame);
  const uint64_t missing = due - f->pos;
  const uint32_t taken   = n < missing ? n : (uint32_t)missing;
  keep(f, in, taken);
  f->pos += taken;
  *n_used = taken;
  if (f->pos < due) {
    return false;
  }

  analyse(f, energies);
  ++f->frame;
  return true;
}
