// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* bench_wav LOOP OUT.wav SECONDS: a loop over and over with some noise, as 48
   kHz 16-bit mono.  The loop isn't resampled: for timing its pitch is all the
   same. */

#include <sndfile.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { rate_hz = 48000, max_loop = 1 << 20 };

static float samples[max_loop];

/// Read a file as mono, return its length
static sf_count_t
read_loop(const char* const path)
{
  SF_INFO        info = {0};
  SNDFILE* const in   = sf_open(path, SFM_READ, &info);
  if (!in || info.channels > 2) {
    return 0;
  }

  float      frame[2] = {0.0F, 0.0F};
  sf_count_t n        = 0;
  while (n < max_loop && sf_readf_float(in, frame, 1) == 1) {
    samples[n++] = info.channels == 2 ? (frame[0] + frame[1]) / 2.0F : frame[0];
  }

  sf_close(in);
  return n;
}

/// Uniform noise of -46 dB full scale, peak
static float
noise(uint32_t* const state)
{
  *state = (*state * 1664525U) + 1013904223U;
  return ((float)(*state >> 8U) / 8388608.0F - 1.0F) * 0.005F;
}

int
main(int argc, char** argv)
{
  const sf_count_t n_loop = argc == 4 ? read_loop(argv[1]) : 0;
  SF_INFO          info   = {.samplerate = rate_hz,
                             .channels   = 1,
                             .format     = SF_FORMAT_WAV | SF_FORMAT_PCM_16};
  SNDFILE* const   out    = n_loop ? sf_open(argv[2], SFM_WRITE, &info) : NULL;
  if (!out) {
    fputs("usage: bench_wav LOOP OUT.wav SECONDS\n", stderr);
    return 2;
  }

  const long seconds = strtol(argv[3], NULL, 10);
  uint32_t   state   = 1U;
  sf_count_t at      = 0;
  for (long s = 0; s < seconds; ++s) {
    float block[rate_hz];
    for (int i = 0; i < rate_hz; ++i) {
      block[i] = (0.8F * samples[at]) + noise(&state);
      at       = at + 1 < n_loop ? at + 1 : 0;
    }
    if (sf_writef_float(out, block, rate_hz) != rate_hz) {
      fprintf(stderr, "bench_wav: %s\n", sf_strerror(out));
      return 2;
    }
  }

  return sf_close(out) ? 2 : 0;
}
