// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/mel_bands.h"

#include "dsp/mel.h"
#include "dsp/triangle.h"

#include <math.h>

#define STEP ECHOIC_BAND_STEP
#define ROWS ECHOIC_BAND_ROWS

static const double min_hz = 30.0;
static const double max_hz = 16000.0;

static double
mel(const double f_hz)
{
  return 2595.0 * log10(1.0 + (f_hz / 700.0));
}

/// Frequency of edge `i` of the triangles: band b spans edges b, b + 1, b + 2
static double
edge_hz(const uint32_t i)
{
  const double low  = mel(min_hz);
  const double step = (mel(max_hz) - low) / (ECHOIC_N_BANDS + 1.0);
  return 700.0 * (pow(10.0, (low + (step * i)) / 2595.0) - 1.0);
}

double
echoic_mel_centre_hz(const uint32_t band)
{
  return edge_hz(band + 1U);
}

uint32_t
echoic_mel_bands(const double rate_hz)
{
  uint32_t n = 0U;
  while (n < ECHOIC_N_BANDS && echoic_mel_centre_hz(n) < rate_hz / 2.0) {
    ++n;
  }

  return n;
}

static EchoicTriangle
triangle_of(const uint32_t band)
{
  const EchoicTriangle t = {
    edge_hz(band), edge_hz(band + 1U), edge_hz(band + 2U)};
  return t;
}

/// Bins with any weight
typedef struct {
  uint32_t first;
  uint32_t n;
} Bins;

static Bins
bins_of(const uint32_t band, const double bin_hz, const uint32_t n_bins)
{
  const EchoicTriangle t     = triangle_of(band);
  const double         low   = floor(t.low_hz / bin_hz);
  uint32_t             first = low > 1.0 ? (uint32_t)low - 1U : 0U;
  while (first < n_bins && !echoic_triangle_touches(&t, bin_hz, first)) {
    ++first;
  }

  Bins bins = {first, 0U};
  while (first + bins.n < n_bins &&
         echoic_triangle_touches(&t, bin_hz, first + bins.n)) {
    ++bins.n;
  }

  return bins;
}

static uint32_t
groups_of(const EchoicSpectrum* const s)
{
  return (s->n_bands + ROWS - 1U) / ROWS;
}

/// Width of a group of rows
static uint32_t
group_width(const EchoicSpectrum* const s, const uint32_t group)
{
  uint32_t most = 0U;
  for (uint32_t b = group * ROWS; b < s->n_bands && b < (group + 1U) * ROWS;
       ++b) {
    const uint32_t n = bins_of(b, s->bin_hz, s->n_bins).n;
    most             = n > most ? n : most;
  }

  return ((most + STEP - 1U) / STEP) * STEP;
}

static uint32_t
count_weights(const EchoicSpectrum* const s)
{
  uint32_t n = 0U;
  for (uint32_t g = 0U; g < groups_of(s); ++g) {
    n += ROWS * group_width(s, g);
  }

  return n;
}

uint32_t
echoic_mel_bands_after(const EchoicSpectrum* const s)
{
  uint32_t most = 0U;
  for (uint32_t g = 0U; g < groups_of(s); ++g) {
    const uint32_t width = group_width(s, g);
    most                 = width > most ? width : most;
  }

  return most;
}

size_t
echoic_mel_bands_bytes(const EchoicSpectrum* const s)
{
  const size_t n = groups_of(s);
  return echoic_arena_round(n * ROWS * sizeof(uint32_t)) +
         echoic_arena_round(n * sizeof(uint32_t)) +
         echoic_arena_round(count_weights(s) * sizeof(float));
}

/// Place of a band's weight in its row: steps are ROWS apart
static size_t
place_of(const uint32_t i)
{
  return ((size_t)(i / STEP) * ROWS * STEP) + (i % STEP);
}

/// Fill a band's row of weights, sum 1
static void
fill_row(const uint32_t band,
         const double   bin_hz,
         const Bins     bins,
         float* const   row)
{
  const EchoicTriangle t   = triangle_of(band);
  double               sum = 0.0;
  for (uint32_t i = 0U; i < bins.n; ++i) {
    const double w   = echoic_triangle_weight(&t, bin_hz, bins.first + i);
    row[place_of(i)] = (float)w;
    sum += w;
  }

  for (uint32_t i = 0U; i < bins.n; ++i) {
    float* const at = row + place_of(i);
    *at             = (float)((double)*at / sum);
  }
}

bool
echoic_mel_bands_prepare(const EchoicSpectrum* const s,
                         EchoicArena* const          arena,
                         EchoicBanded* const         bands)
{
  const size_t    n     = groups_of(s);
  const size_t    size  = sizeof(uint32_t);
  uint32_t* const first = (uint32_t*)echoic_arena_take(arena, n * ROWS, size);
  uint32_t* const width = (uint32_t*)echoic_arena_take(arena, n, size);
  float*          group =
    (float*)echoic_arena_take(arena, count_weights(s), sizeof(float));
  if (!first || !width || !group) {
    return false;
  }

  const EchoicBanded made = {(uint32_t)n * ROWS, 0U, first, width, group};
  *bands                  = made;
  for (uint32_t b = 0U; b < s->n_bands; ++b) {
    const Bins bins = bins_of(b, s->bin_hz, s->n_bins);
    first[b]        = bins.first;
    width[b / ROWS] = b % ROWS ? width[b / ROWS] : group_width(s, b / ROWS);
    bands->n_in     = bins.first + bins.n;
    fill_row(b, s->bin_hz, bins, group + ((size_t)(b % ROWS) * STEP));
    if (b % ROWS == ROWS - 1U) {
      group += (size_t)ROWS * width[b / ROWS];
    }
  }

  return true;
}
