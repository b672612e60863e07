// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_JINGLES_H
#define ECHOIC_TESTS_JINGLES_H

/* Jingles that no two are alike, in noise, at any rate. */

#include "tests/noise.h"

#include <check.h>

#include <math.h>
#include <samplerate.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum { n_rates = 6 };

static const double rates[n_rates] =
  {16000.0, 22050.0, 44100.0, 48000.0, 96000.0, 192000.0};
static const double made_hz  = 48000.0;
static const double jingle_s = 0.8;

/// Noise that is weaker at high frequencies, like most
static inline float*
noise(const size_t   n,
      const double   rate_hz,
      const double   gain,
      const uint32_t seed)
{
  float* const x     = (float*)malloc(n * sizeof(float));
  uint32_t     state = seed;
  const double fade  = exp(-6.283185307 * 200.0 / rate_hz);
  double       y     = 0.0;
  ck_assert_ptr_nonnull(x);
  for (size_t i = 0U; i < n; ++i) {
    y    = (fade * y) + (sqrt(1.0 - fade) * (double)next_noise(&state));
    x[i] = (float)(gain * y);
  }

  return x;
}

/// Random numbers from 0 to 1 twelve times a second, and lines between them
static inline float
loudness(const uint32_t seed, const size_t i)
{
  const double at   = (double)i * 12.0 / made_hz;
  uint32_t     now  = (seed + (uint32_t)at) * 2654435761U;
  uint32_t     next = (seed + (uint32_t)at + 1U) * 2654435761U;
  const float  a    = next_noise(&now);
  const float  b    = next_noise(&next);
  return 0.5F + (0.5F * (a + ((float)(at - floor(at)) * (b - a))));
}

/// Add a jingle of its own for each seed, noise that comes and goes
static inline void
play(float* const x, const uint32_t seed, const double at_s, const float gain)
{
  const size_t first = (size_t)llround(at_s * made_hz);
  const size_t n     = (size_t)(jingle_s * made_hz);
  float* const y     = noise(n, made_hz, 1.0, seed * 7919U);
  for (size_t i = 0U; i < n; ++i) {
    x[first + i] += gain * loudness(seed * 100U, i) * y[i];
  }

  free(y);
}

/// Convert what was made to another rate
static inline float*
convert(float* const made, const double rate_hz, size_t* const n)
{
  const double ratio = rate_hz / made_hz;
  SRC_DATA     data  = {.data_in       = made,
                        .input_frames  = (long)*n,
                        .output_frames = (long)ceil((double)*n * ratio),
                        .src_ratio     = ratio};
  data.data_out =
    (float*)calloc((size_t)data.output_frames + 1U, sizeof(float));
  ck_assert_ptr_nonnull(data.data_out);
  ck_assert_int_eq(src_simple(&data, SRC_SINC_MEDIUM_QUALITY, 1), 0);
  *n = (size_t)data.output_frames_gen;
  free(made);
  return data.data_out;
}

#endif // ECHOIC_TESTS_JINGLES_H
