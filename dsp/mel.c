// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/mel.h"

#include "dsp/fft.h"
#include "dsp/kernels.h"
#include "dsp/mel_bands.h"

#include <math.h>
#include <string.h>

static const float  max_sample = 1e6F; ///< Beyond is no sound
static const double pi         = 3.14159265358979323846;

struct EchoicMelImpl {
  double   rate_hz;
  uint32_t n_window; ///< Samples under the window
  uint32_t n_fft;
  uint32_t n_bands; ///< Below Nyquist
  uint32_t mask;    ///< Samples kept - 1
  uint64_t frame;   ///< Next frame
  uint64_t pos;     ///< Samples heard
  uint64_t due;     ///< Samples that must be heard for the next frame
  float*   window;  ///< [n_fft], half of 2 w / sum; ends with zeros
  float*   kept; ///< [mask + 1] Ring; its first n_fft follow again, so that any
                 ///< window lies in one piece
  float*       power; ///< [n_fft / 2 + 1], then zeros
  EchoicFft*   fft;
  EchoicBanded bands;
};

static uint32_t
window_samples(const double rate_hz)
{
  return (uint32_t)lround(ECHOIC_WINDOW_S * rate_hz);
}

static uint32_t
power_of_two(const uint32_t n)
{
  return (uint32_t)echoic_doubled(2U, n);
}

static EchoicSpectrum
spectrum_of(const double rate_hz)
{
  const uint32_t       n_fft    = power_of_two(window_samples(rate_hz));
  const EchoicSpectrum spectrum = {
    rate_hz / n_fft, (n_fft / 2U) + 1U, echoic_mel_bands(rate_hz)};
  return spectrum;
}

/// Samples in the ring: a window at least
static uint32_t
ring_size(const uint32_t n_fft, const uint32_t n_kept)
{
  return n_kept > n_fft ? power_of_two(n_kept) : n_fft;
}

/// Bins, and what the bands may read after them
static size_t
power_size(const EchoicSpectrum* const spectrum)
{
  return (size_t)spectrum->n_bins + echoic_mel_bands_after(spectrum);
}

size_t
echoic_mel_bytes(const double rate_hz, const uint32_t n_kept)
{
  if (!(rate_hz >= ECHOIC_MIN_RATE_HZ && rate_hz <= ECHOIC_MAX_RATE_HZ)) {
    return 0U;
  }

  const uint32_t       n_fft    = power_of_two(window_samples(rate_hz));
  const size_t         n_ring   = ring_size(n_fft, n_kept);
  const EchoicSpectrum spectrum = spectrum_of(rate_hz);
  return echoic_arena_round(sizeof(EchoicMel)) +
         echoic_arena_round(n_fft * sizeof(float)) +
         echoic_arena_round((n_ring + n_fft) * sizeof(float)) +
         echoic_arena_round(power_size(&spectrum) * sizeof(float)) +
         echoic_fft_bytes(n_fft) + echoic_mel_bands_bytes(&spectrum);
}

static bool
take_memory(EchoicMel* const m, EchoicArena* const arena)
{
  const EchoicSpectrum spectrum = spectrum_of(m->rate_hz);
  const size_t         n_kept   = m->mask + (size_t)1U + m->n_fft;
  const size_t         size     = sizeof(float);
  m->window = (float*)echoic_arena_take(arena, m->n_fft, size);
  m->kept   = (float*)echoic_arena_take(arena, n_kept, size);
  m->power  = (float*)echoic_arena_take(arena, power_size(&spectrum), size);
  m->fft    = echoic_fft_prepare(m->n_fft, arena);
  if (!m->window || !m->kept || !m->power || !m->fft ||
      !echoic_mel_bands_prepare(&spectrum, arena, &m->bands)) {
    return false;
  }

  echoic_fft_limit(m->fft, m->bands.n_in);
  return true;
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
    m->window[i]   = (float)(w / sum);
  }
}

EchoicStatus
echoic_mel_prepare(const double       rate_hz,
                   const uint32_t     n_kept,
                   EchoicArena* const arena,
                   EchoicMel** const  mel_out)
{
  if (!echoic_mel_bytes(rate_hz, n_kept)) {
    return ECHOIC_BAD_ARG;
  }

  EchoicMel* const m = (EchoicMel*)echoic_arena_take(arena, 1U, sizeof(*m));
  if (!m) {
    return ECHOIC_NO_SPACE;
  }

  m->rate_hz  = rate_hz;
  m->n_window = window_samples(rate_hz);
  m->n_fft    = power_of_two(m->n_window);
  m->mask     = ring_size(m->n_fft, n_kept) - 1U;
  m->n_bands  = echoic_mel_bands(rate_hz);
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
  memset(m->kept, 0, (m->mask + (size_t)1U + m->n_fft) * sizeof(float));
  m->frame = 0U;
  m->pos   = 0U;
  m->due   = due(m, 0U);
}

ECHOIC_RT const float*
echoic_mel_kept(const EchoicMel* const m, uint32_t* const mask)
{
  *mask = m->mask;
  return m->kept;
}

static void
analyse(EchoicMel* const m, float* const energies)
{
  const float* const last = m->kept + ((m->pos - m->n_window) & m->mask);
  echoic_fft_power(m->fft, last, m->window, m->power);
  echoic_kernels()->banded(&m->bands, m->power, energies);
  for (uint32_t b = m->bands.n_rows; b < ECHOIC_N_BANDS; ++b) {
    energies[b] = 0.0F;
  }
}

/// Keep samples in the ring, the first of it twice
static void
keep(EchoicMel* const m, const float* const in, const uint32_t n)
{
  for (uint32_t i = 0U; i < n;) {
    const uint32_t at   = (uint32_t)((m->pos + i) & m->mask);
    const uint32_t room = m->mask + 1U - at;
    const uint32_t some = n - i < room ? n - i : room;
    float* const   to   = m->kept + at;
    // A NaN would stay in the background for ever
    echoic_kernels()->clean(in + i, max_sample, to, some);
    if (at < m->n_fft) {
      const uint32_t left = m->n_fft - at;
      const uint32_t more = some < left ? some : left;
      memcpy(to + m->mask + 1U, to, more * sizeof(float));
    }

    i += some;
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
  keep(m, in, taken);
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
