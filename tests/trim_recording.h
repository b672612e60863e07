// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEST_TRIM_RECORDING_H
#define ECHOIC_TEST_TRIM_RECORDING_H

#include <check.h>
#include <sndfile.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Recordings in which examples are marked: made, or of Debian's. */

#define SAMPLES "/usr/share/sonic-pi/samples/"

/// Mono samples, owned
typedef struct {
  float* in;
  size_t n;
  double rate_hz;
} Recording;

static inline Recording
silence(const double duration_s, const double rate_hz)
{
  const size_t n = (size_t)rint(duration_s * rate_hz);
  Recording    r = {(float*)calloc(n, sizeof(float)), n, rate_hz};
  ck_assert_ptr_nonnull(r.in);
  return r;
}

static inline double
uniform(uint32_t* const seed)
{
  *seed = (*seed * 1664525U) + 1013904223U;
  return (double)*seed / 4294967296.0;
}

/// Add Gaussian noise of a level, dB RMS full scale
static inline void
add_noise(const Recording* const r,
          const double           from_s,
          const double           to_s,
          const double           level_db,
          uint32_t               seed)
{
  const double rms  = pow(10.0, level_db / 20.0);
  const size_t last = (size_t)(to_s * r->rate_hz);
  for (size_t i = (size_t)(from_s * r->rate_hz); i < last && i < r->n; ++i) {
    double sum = -6.0;
    for (int k = 0; k < 12; ++k) {
      sum += uniform(&seed);
    }
    r->in[i] += (float)(rms * sum);
  }
}

/// Add noise that decays by so many dB a second
static inline void
add_hit(const Recording* const r,
        const double           at_s,
        const double           length_s,
        const double           level_db,
        const double           decay_db,
        const uint32_t         seed)
{
  Recording hit = silence(length_s, r->rate_hz);
  add_noise(&hit, 0.0, length_s, level_db, seed);
  const size_t first = (size_t)rint(at_s * r->rate_hz);
  for (size_t i = 0U; i < hit.n && first + i < r->n; ++i) {
    const double t = (double)i / r->rate_hz;
    r->in[first + i] += hit.in[i] * (float)pow(10.0, -decay_db * t / 20.0);
  }

  free(hit.in);
}

/// Add a tone of -9 dB RMS that decays by so many dB a second
static inline void
add_tone(const Recording* const r,
         const double           from_s,
         const double           to_s,
         const double           decay_db)
{
  const double amplitude = 0.5;
  const size_t first     = (size_t)rint(from_s * r->rate_hz);
  const size_t last      = (size_t)rint(to_s * r->rate_hz);
  for (size_t i = first; i < last && i < r->n; ++i) {
    const double t = (double)(i - first) / r->rate_hz;
    r->in[i] += (float)(amplitude * pow(10.0, -decay_db * t / 20.0) *
                        cos(2.0 * M_PI * 1500.0 * t));
  }
}

static inline bool
read_samples(const char* const path,
             const double      from_s,
             const double      to_s,
             Recording* const  r)
{
  SF_INFO        info = {0};
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  if (!file) {
    printf("skip %s: isn't there (package sonic-pi-samples)\n", path);
    return false;
  }

  const sf_count_t first = (sf_count_t)(from_s * info.samplerate);
  const sf_count_t last =
    to_s > 0.0 ? (sf_count_t)(to_s * info.samplerate) : info.frames;
  const size_t n_channels = (size_t)info.channels;
  *r = silence((double)(last - first) / info.samplerate, info.samplerate);
  float* all = (float*)calloc(r->n * n_channels, sizeof(float));
  ck_assert_ptr_nonnull(all);
  sf_seek(file, first, SEEK_SET);
  sf_readf_float(file, all, (sf_count_t)r->n);
  for (size_t i = 0U; i < r->n * n_channels; ++i) {
    r->in[i / n_channels] += all[i] / (float)n_channels;
  }

  free(all);
  sf_close(file);
  return true;
}

#endif // ECHOIC_TEST_TRIM_RECORDING_H
