// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_DRUM_KIT_H
#define ECHOIC_TESTS_DRUM_KIT_H

/* Drums made by formula, each hit a little different, for tests that need no
   recordings. */

#include <math.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  double   rate_hz;
  uint32_t seed;
} DrumKit;

static inline float
kit_noise(DrumKit* const kit)
{
  kit->seed = (kit->seed * 1664525U) + 1013904223U;
  return ((float)(kit->seed >> 8U) / 8388608.0F) - 1.0F;
}

static inline void
kit_hiss(DrumKit* const kit, float* const x, const size_t n, const float level)
{
  for (size_t i = 0U; i < n; ++i) {
    x[i] += level * kit_noise(kit);
  }
}

/// A sine that falls from 140 to 50 Hz, with a click; 0.2 s
static inline void
kit_kick(DrumKit* const kit, float* const x)
{
  const size_t n     = (size_t)(0.2 * kit->rate_hz);
  const double gain  = 0.5 + (0.1 * (double)kit_noise(kit));
  double       phase = 0.0;
  for (size_t i = 0U; i < n; ++i) {
    const double t = (double)i / kit->rate_hz;
    phase += 6.283185307 * (50.0 + (90.0 * exp(-t / 0.02))) / kit->rate_hz;
    x[i] += (float)(gain * exp(-t / 0.05) * sin(phase));
    x[i] += (float)(0.3 * gain * exp(-t / 0.002)) * kit_noise(kit);
  }
}

/// Noise with a tone of 190 Hz; 0.2 s
static inline void
kit_snare(DrumKit* const kit, float* const x)
{
  const size_t n    = (size_t)(0.2 * kit->rate_hz);
  const double gain = 0.4 + (0.08 * (double)kit_noise(kit));
  for (size_t i = 0U; i < n; ++i) {
    const double t = (double)i / kit->rate_hz;
    x[i] += (float)(gain * exp(-t / 0.04)) * kit_noise(kit);
    x[i] += (float)(0.5 * gain * exp(-t / 0.03) * sin(6.2832 * 190.0 * t));
  }
}

/// High noise (differences of it); 0.06 s
static inline void
kit_hat(DrumKit* const kit, float* const x)
{
  const size_t n    = (size_t)(0.06 * kit->rate_hz);
  const double gain = 0.2 + (0.04 * (double)kit_noise(kit));
  float        last = 0.0F;
  for (size_t i = 0U; i < n; ++i) {
    const double t   = (double)i / kit->rate_hz;
    const float  now = kit_noise(kit);
    x[i] += (float)(gain * exp(-t / 0.015)) * (now - last);
    last = now;
  }
}

#endif // ECHOIC_TESTS_DRUM_KIT_H
