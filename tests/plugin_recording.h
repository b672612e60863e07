// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_PLUGIN_RECORDING_H
#define ECHOIC_TESTS_PLUGIN_RECORDING_H

/* Recordings for plugins. */

#include "tests/plugin_session.h"

#include <sndfile.h>

typedef struct {
  double rate_hz;
  size_t n;
  int    n_channels;
  float* samples; ///< [n][n_channels]
} Recording;

static inline Recording
read_recording(const char* const path)
{
  Recording      r    = {0.0, 0U, 0, NULL};
  SF_INFO        info = {0};
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  if (file) {
    r.rate_hz    = info.samplerate;
    r.n          = (size_t)info.frames;
    r.n_channels = info.channels;
    r.samples    = (float*)calloc(r.n * (size_t)r.n_channels, sizeof(float));
    sf_readf_float(file, r.samples, info.frames);
    sf_close(file);
  }

  return r;
}

/// Play from `first` to before `end` in random blocks
static inline void
play(Host* const            host,
     const Recording* const r,
     const size_t           first,
     const size_t           end)
{
  for (size_t i = first; i < end;) {
    const size_t want = 1U + ((size_t)rand() % 2000U);
    const size_t n    = want < end - i ? want : end - i;
    for (size_t k = 0U; k < n; ++k) {
      for (int c = 0; c < r->n_channels; ++c) {
        host->audio[c][k] =
          r->samples[((i + k) * (size_t)r->n_channels) + (size_t)c];
      }
    }
    host_run_only(host, (uint32_t)n);
    host_work(host);
    i += n;
  }
}

#endif // ECHOIC_TESTS_PLUGIN_RECORDING_H
