// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/mel.h"

#include "dsp/fft.h"

#include <math.h>
#include <string.h>

static const double min_hz     = 30.0;
static const double max_hz     = 16000.0;
static const float  max_sample = 1e6F; ///< Beyond is no sound
static const double pi         = 3.14159265358979323846;

/// The bins of one band
typedef struct {
  uint32_t first;
  uint32_t n_bins;
  float*   weights; ///< [n_bins], sum 1
} Band;

struct EchoicMelImpl {
  double     rate_hz;
  uint32_t   n_window; ///< Samples under the window
  uint32_t   n_fft;
  uint32_t   n_bands; ///< Below Nyquist
  uint32_t   mask;    ///< Ring size - 1
  uint64_t   frame;   ///< Next frame
  uint64_t   pos;     ///< Samples heard
  uint64_t   due;     ///< Samples that must be heard for the next frame
  float*     window;  ///< [n_window], scaled by 2 / sum
  float*     ring;    ///< [mask + 1] The last samples
  float*     block;   ///< [n_fft] Windowed samples, zero-padded
  float*     power;   ///< [n_fft / 2 + 1]
  EchoicFft* fft;
  Band       bands[ECHOIC_N_BANDS];
};

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

static uint32_t
window_samples(const double rate_hz)
{
  return (uint32_t)lround(ECHOIC_WINDOW_S * rate_hz);
}

static uint32_t
power_of_two(const uint32_t n)
{
  uint32_t p = 2U;
  while (p < n) {
    p *= 2U;
  }

  return p;
}

static double
triangle(const uint32_t band, const double f_hz)
{
  const double low    = edge_hz(band);
  const double centre = edge_hz(band + 1U);
  const double high   = edge_hz(band + 2U);
  const double rise   = (f_hz - low) / (centre - low);
  const double fall   = (high - f_hz) / (high - centre);
  return fmax(0.0, fmin(rise, fall));
}

/// Weight of bin `j`: the triangle times the hat over the bins around it, so
/// that energy between bins counts whatever their spacing
static double
bin_weight(const uint32_t band, const double bin_hz, const uint32_t j)
{
  double sum = 0.0;
  for (int i = -31; i < 32; ++i) {
    const double away = i / 32.0;
    sum += (1.0 - fabs(away)) * triangle(band, bin_hz * (j + away));
  }

  return sum;
}

/// Set the range of bins with weight; return their number
static uint32_t
band_range(const uint32_t  band,
           const double    bin_hz,
           const uint32_t  n_bins,
           uint32_t* const first)
{
  uint32_t n = 0U;
  for (uint32_t j = 0U; j < n_bins; ++j) {
    if (bin_weight(band, bin_hz, j) > 0.0) {
      *first = n ? *first : j;
      ++n;
    }
  }

  return n;
}

static void
fill_band(Band* const band, const uint32_t b, const double bin_hz)
{
  double sum = 0.0;
  for (uint32_t i = 0U; i < band->n_bins; ++i) {
    sum += bin_weight(b, bin_hz, band->first + i);
  }

  for (uint32_t i = 0U; i < band->n_bins; ++i) {
    band->weights[i] = (float)(bin_weight(b, bin_hz, band->first + i) / sum);
  }
}

size_t
echoic_mel_bytes(const double rate_hz)
{
  if (!(rate_hz >= ECHOIC_MIN_RATE_HZ && rate_hz <= ECHOIC_MAX_RATE_HZ)) {
    return 0U;
  }

  const uint32_t n_window = window_samples(rate_hz);
  const uint32_t n_fft    = power_of_two(n_window);
  const uint32_t n_bins   = (n_fft / 2U) + 1U;
  size_t         bytes    = echoic_arena_round(sizeof(EchoicMel));
  bytes += echoic_arena_round(n_window * sizeof(float));
  bytes += 2U * echoic_arena_round(n_fft * sizeof(float));
  bytes += echoic_arena_round(n_bins * sizeof(float));
  bytes += echoic_fft_bytes(n_fft);
  for (uint32_t b = 0U; b < echoic_mel_bands(rate_hz); ++b) {
    uint32_t first = 0U;
    bytes += echoic_arena_round(band_range(b, rate_hz / n_fft, n_bins, &first) *
                                sizeof(float));
  }

  return bytes;
}

static bool
take_memory(EchoicMel* const m, EchoicArena* const arena)
{
  const uint32_t n_bins = (m->n_fft / 2U) + 1U;
  const double   bin_hz = m->rate_hz / m->n_fft;
  m->window = (float*)echoic_arena_take(arena, m->n_window, sizeof(float));
  m->ring   = (float*)echoic_arena_take(arena, m->n_fft, sizeof(float));
  m->block  = (float*)echoic_arena_take(arena, m->n_fft, sizeof(float));
  m->power  = (float*)echoic_arena_take(arena, n_bins, sizeof(float));
  m->fft    = echoic_fft_prepare(m->n_fft, arena);
  for (uint32_t b = 0U; b < m->n_bands; ++b) {
    Band* const band = &m->bands[b];
    band->n_bins     = band_range(b, bin_hz, n_bins, &band->first);
    band->weights =
      (float*)echoic_arena_take(arena, band->n_bins, sizeof(float));
    if (!band->weights) {
      return false;
    }
    fill_band(band, b, bin_hz);
  }

  return m->window && m->ring && m->block && m->power && m->fft;
}

static void
fill_window(EchoicMel* const m)
{
  double sum = 0.0;
  for (uint32_t i = 0U; i < m->n_window; ++i) {
    sum += 0.5 - (0.5 * cos(2.0 * pi * i / m->n_window));
  }

  for (uint32_t i = 0U; i < m->n_window; ++i) {
    const double w = 0.5 - (0.5 * cos(2.0 * pi * i / m->n_window));
    m->window[i]   = (float)(2.0 * w / sum);
  }
}

EchoicStatus
echoic_mel_prepare(const double       rate_hz,
                   EchoicArena* const arena,
                   EchoicMel** const  mel_out)
{
  if (!echoic_mel_bytes(rate_hz)) {
    return ECHOIC_BAD_ARG;
  }

  EchoicMel* const m = (EchoicMel*)echoic_arena_take(arena, 1U, sizeof(*m));
  if (!m) {
    return ECHOIC_NO_SPACE;
  }

  m->rate_hz  = rate_hz;
  m->n_window = window_samples(rate_hz);
  m->n_fft    = power_of_two(m->n_window);
  m->n_bands  = echoic_mel_bands(rate_hz);
  m->mask     = m->n_fft - 1U;
  if (!take_memory(m, arena)) {
    return ECHOIC_NO_SPACE;
  }

  fill_window(m);
  echoic_mel_reset(m);
  *mel_out = m;
  return ECHOIC_OK;
}

ECHOIC_RT uint64_t
echoic_mel_centre(const EchoicMel* const m, const uint64_t k)
{
  return (uint64_t)rint((double)k * ECHOIC_HOP_S * m->rate_hz);
}

ECHOIC_RT uint64_t
echoic_mel_frame(const EchoicMel* const m)
{
  return m->frame;
}

static uint64_t
due(const EchoicMel* const m, const uint64_t k)
{
  return echoic_mel_centre(m, k) - (m->n_window / 2U) + m->n_window;
}

ECHOIC_RT void
echoic_mel_reset(EchoicMel* const m)
{
  memset(m->ring, 0, m->n_fft * sizeof(float));
  memset(m->block, 0, m->n_fft * sizeof(float));
  m->frame = 0U;
  m->pos   = 0U;
  m->due   = due(m, 0U);
}

static void
analyse(EchoicMel* const m, float* const energies)
{
  const uint64_t start = m->pos - m->n_window; // Wraps below 0 with the ring
  for (uint32_t i = 0U; i < m->n_window; ++i) {
    m->block[i] = m->ring[(start + i) & m->mask] * m->window[i];
  }

  echoic_fft_power(m->fft, m->block, m->power);
  for (uint32_t b = 0U; b < m->n_bands; ++b) {
    const Band* const  band  = &m->bands[b];
    const float* const power = m->power + band->first;
    float              sum   = 0.0F;
    for (uint32_t i = 0U; i < band->n_bins; ++i) {
      sum += band->weights[i] * power[i];
    }
    energies[b] = sum;
  }

  for (uint32_t b = m->n_bands; b < ECHOIC_N_BANDS; ++b) {
    energies[b] = 0.0F;
  }
}

ECHOIC_RT bool
echoic_mel_process(EchoicMel* const   m,
                   const float* const in,
                   const uint32_t     n,
                   uint32_t* const    n_used,
                   float* const       energies)
{
  const uint64_t missing = m->due - m->pos;
  const uint32_t taken   = n < missing ? n : (uint32_t)missing;
  for (uint32_t i = 0U; i < taken; ++i) {
    const float x = in[i]; // A NaN would stay in the background for ever
    m->ring[(m->pos + i) & m->mask] = fabsf(x) <= max_sample ? x : 0.0F;
  }

  m->pos += taken;
  *n_used = taken;
  if (m->pos < m->due) {
    return false;
  }

  analyse(m, energies);
  ++m->frame;
  m->due = due(m, m->frame);
  return true;
}
