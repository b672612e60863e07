// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/world.h"

#include <math.h>
#include <stdlib.h>

#define N ECHOIC_N_EMBEDDED
#define N_LAGS ECHOIC_WORLD_N_LAGS

/// Spread the weight of lag `k` over the two stored lags around it
static void
add_lag(double* const q, const uint32_t k, const double weight)
{
  uint32_t i = 0U;
  while (i + 2U < N_LAGS && echoic_world_lags[i + 1U] <= k) {
    ++i;
  }

  const double low   = log1p(echoic_world_lags[i]);
  const double high  = log1p(echoic_world_lags[i + 1U]);
  const double share = fmin(fmax((log1p(k) - low) / (high - low), 0.0), 1.0);
  q[i] += weight * (1.0 - share);
  q[i + 1U] += weight * share;
}

/// Correlation of two responses at a lag: sum_k f_i(k) f_j(k + lag)
static double
correlation(const float* const fi,
            const float* const fj,
            const uint32_t     n_taps,
            const uint32_t     lag)
{
  double sum = 0.0;
  for (uint32_t k = 0U; k + lag < n_taps; ++k) {
    sum += (double)(fi[k] * fj[k + lag]);
  }

  return sum;
}

static void
fill_block(const EchoicWorld* const world,
           const double* const      later,
           const double* const      sooner,
           const size_t             width,
           double* const            cov)
{
  for (uint32_t a = 0U; a < N; ++a) {
    for (uint32_t b = 0U; b < N; ++b) {
      double sum = 0.0;
      for (uint32_t l = 0U; l < N_LAGS; ++l) {
        const int8_t* const r = world->lagged + ((size_t)l * N * N);
        sum += (double)world->scale[l] *
               ((later[l] * r[(a * N) + b]) + (sooner[l] * r[(b * N) + a]));
      }
      cov[(a * width) + b] = sum;
    }
  }
}

EchoicStatus
echoic_world_filters(const EchoicWorld* const world,
                     const float* const       taps,
                     const uint32_t           n_filters,
                     const uint32_t           n_taps,
                     double* const            mean,
                     double* const            cov)
{
  const uint32_t last  = echoic_world_lags[N_LAGS - 1U];
  const size_t   width = (size_t)n_filters * N;
  float* const   f = (float*)malloc((size_t)n_filters * n_taps * sizeof(float));
  if (!f) {
    return ECHOIC_NO_MEMORY;
  }

  for (uint32_t i = 0U; i < n_filters; ++i) {
    double sum = 0.0;
    for (uint32_t k = 0U; k < n_taps; ++k) {
      f[((size_t)i * n_taps) + k] = taps[((size_t)k * n_filters) + i];
      sum += (double)taps[((size_t)k * n_filters) + i];
    }
    for (uint32_t a = 0U; a < N; ++a) {
      mean[((size_t)i * N) + a] = sum * (double)world->mean[a];
    }
  }

  for (uint32_t i = 0U; i < n_filters; ++i) {
    for (uint32_t j = 0U; j < n_filters; ++j) {
      const float* const fi             = f + ((size_t)i * n_taps);
      const float* const fj             = f + ((size_t)j * n_taps);
      double             later[N_LAGS]  = {0.0};
      double             sooner[N_LAGS] = {0.0};
      for (uint32_t m = 0U; m < n_taps && m <= last; ++m) {
        add_lag(later, m, correlation(fi, fj, n_taps, m));
        if (m) {
          add_lag(sooner, m, correlation(fj, fi, n_taps, m));
        }
      }
      fill_block(world,
                 later,
                 sooner,
                 width,
                 cov + ((size_t)i * N * width) + ((size_t)j * N));
    }
  }

  free(f);
  return ECHOIC_OK;
}
