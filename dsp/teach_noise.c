// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_noise.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define N_BANDS ECHOIC_N_BANDS

static const double pi       = 3.14159265358979323846;
static const float  dead     = 1e-12F; ///< Energy that counts as none
static const double ar_pole  = 0.98;
static const double ar_gain  = 0.02;
static const double ar_scale = 2.1;

/// splitmix64: Steele, Lea & Flood, "Fast splittable pseudorandom number
/// generators", 2014
static uint64_t
next(uint64_t* const state)
{
  uint64_t x = (*state += UINT64_C(0x9E3779B97F4A7C15));
  x          = (x ^ (x >> 30U)) * UINT64_C(0xBF58476D1CE4E5B9);
  x          = (x ^ (x >> 27U)) * UINT64_C(0x94D049BB133111EB);
  return x ^ (x >> 31U);
}

/// Uniform in (0, 1)
static double
uniform(uint64_t* const state)
{
  return ((double)(next(state) >> 11U) + 0.5) * 0x1p-53;
}

static double
normal(uint64_t* const state)
{
  const double radius = sqrt(-2.0 * log(uniform(state)));
  return radius * cos(2.0 * pi * uniform(state));
}

/// Gamma distribution of shape 2 and mean 1
static double
gamma2(uint64_t* const state)
{
  return -0.5 * log(uniform(state) * uniform(state));
}

static void
draw_spectrum(uint64_t* const rng, double* const q)
{
  const double tilt = -6.0 * uniform(rng);
  double       height[3];
  double       phase[3];
  double       sum = 0.0;
  for (uint32_t i = 0U; i < 3U; ++i) {
    height[i] = normal(rng) / (i + 1.0);
    phase[i]  = 6.3 * uniform(rng);
  }

  for (uint32_t b = 0U; b < N_BANDS; ++b) {
    const double t = b / (N_BANDS - 1.0);
    double       c = tilt * t;
    for (uint32_t i = 0U; i < 3U; ++i) {
      c += height[i] * cos((pi * (i + 1.0) * t) + phase[i]);
    }
    sum += q[b] = exp(c);
  }

  for (uint32_t b = 0U; b < N_BANDS; ++b) {
    q[b] /= sum;
  }
}

static void
find_alive(const float* const energies,
           const uint32_t     n_frames,
           bool* const        alive)
{
  for (uint32_t b = 0U; b < N_BANDS; ++b) {
    alive[b] = false;
  }

  for (size_t i = 0U; i < (size_t)n_frames * N_BANDS; ++i) {
    alive[i % N_BANDS] = alive[i % N_BANDS] || energies[i] > dead;
  }
}

void
echoic_noise_add(float* const   energies,
                 const uint32_t n_frames,
                 const float    level,
                 const uint64_t seed)
{
  uint64_t rng = seed;
  double   q[N_BANDS];
  bool     alive[N_BANDS];
  draw_spectrum(&rng, q);
  find_alive(energies, n_frames, alive);

  const double power = exp((double)level);
  double       slow  = 0.0;
  for (uint32_t k = 0U; k < n_frames; ++k) {
    slow             = (ar_pole * slow) + (ar_gain * normal(&rng));
    const double now = power * exp(ar_scale * slow);
    for (uint32_t b = 0U; b < N_BANDS; ++b) {
      const double noise = now * q[b] * gamma2(&rng);
      if (alive[b]) {
        energies[((size_t)k * N_BANDS) + b] += (float)noise;
      }
    }
  }
}
