// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/world.h"

#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define N ECHOIC_N_EMBEDDED
#define N_LAGS ECHOIC_WORLD_N_LAGS

const uint32_t echoic_world_lags[N_LAGS] = {
  0,  1,  2,  3,  4,   6,   7,   10,  13,  18,  24,
  32, 42, 56, 75, 100, 133, 177, 236, 315, 420, 560};

const EchoicWorld*
echoic_world_for(const uint32_t n_bands)
{
  uint32_t best = 0U;
  for (uint32_t i = 1U; i < echoic_n_worlds; ++i) {
    const int d = abs((int)echoic_worlds[i].n_bands - (int)n_bands);
    if (d < abs((int)echoic_worlds[best].n_bands - (int)n_bands)) {
      best = i;
    }
  }

  return &echoic_worlds[best];
}

/// Weights q of each stored lag in sum_{k=0}^{max_lag} a^k R(k)
static void
lag_weights(const double complex  a,
            const uint32_t        max_lag,
            double complex* const q)
{
  for (uint32_t i = 0U; i < N_LAGS; ++i) {
    q[i] = 0.0;
  }

  double complex power = 1.0;
  uint32_t       i     = 0U;
  for (uint32_t k = 0U; k <= max_lag; ++k) {
    while (i + 2U < N_LAGS && echoic_world_lags[i + 1U] <= k) {
      ++i;
    }
    const double low   = log1p(echoic_world_lags[i]);
    const double high  = log1p(echoic_world_lags[i + 1U]);
    const double share = fmin(fmax((log1p(k) - low) / (high - low), 0.0), 1.0);
    q[i] += power * (1.0 - share);
    q[i + 1U] += power * share;
    power *= a;
  }
}

/// sum_k a^k R(k), [N][N]
static void
transform(const EchoicWorld* const world,
          const double complex     a,
          const uint32_t           max_lag,
          double complex* const    out)
{
  double complex q[N_LAGS];
  lag_weights(a, max_lag, q);
  for (uint32_t e = 0U; e < N * N; ++e) {
    double complex sum = 0.0;
    for (uint32_t i = 0U; i < N_LAGS; ++i) {
      sum +=
        q[i] * (double)world->scale[i] * (double)world->lagged[(i * N * N) + e];
    }
    out[e] = sum;
  }
}

/// Where the states of a pole are
typedef struct {
  double complex a;
  double         gain;
  uint32_t       re;
  uint32_t       im;
  bool           is_real;
} Pole;

/// E[h_s h_t^H] with b = conj a_t, or E[h_s h_t^T] with b = a_t, element (i, j)
static double complex
product(const EchoicWorld* const    world,
        const Pole* const           s,
        const Pole* const           t,
        const double complex        b,
        const double complex* const zt,
        const double complex* const zs,
        const uint32_t              i,
        const uint32_t              j)
{
  const double r0 =
    (double)world->scale[0] * (double)world->lagged[(j * N) + i];
  return s->gain * t->gain / (1.0 - (s->a * b)) *
         (zt[(i * N) + j] + zs[(j * N) + i] - r0);
}

static void
fill_pair(const EchoicWorld* const    world,
          const Pole* const           s,
          const Pole* const           t,
          const double complex* const zs,
          const double complex* const zt,
          const double complex* const zt_conj,
          const uint32_t              n,
          double* const               cov)
{
  for (uint32_t i = 0U; i < N; ++i) {
    for (uint32_t j = 0U; j < N; ++j) {
      const double complex h =
        product(world, s, t, conj(t->a), zt_conj, zs, i, j);
      const double complex p = product(world, s, t, t->a, zt, zs, i, j);
      cov[((size_t)(s->re + i) * n) + t->re + j] = creal(h + p) / 2.0;
      if (!s->is_real && !t->is_real) {
        cov[((size_t)(s->im + i) * n) + t->im + j] = creal(h - p) / 2.0;
      }
      if (!s->is_real) {
        cov[((size_t)(s->im + i) * n) + t->re + j] = cimag(h + p) / 2.0;
      }
      if (!t->is_real) {
        cov[((size_t)(s->re + i) * n) + t->im + j] = cimag(p - h) / 2.0;
      }
    }
  }
}

static uint32_t
place_poles(const float* const poles, const uint32_t n_poles, Pole* const out)
{
  uint32_t n = 0U;
  for (uint32_t s = 0U; s < n_poles; ++s) {
    Pole* const p       = &out[s];
    ((double*)&p->a)[0] = (double)poles[2U * s]; // As the standard lays it out
    ((double*)&p->a)[1] = (double)poles[(2U * s) + 1U];
    p->gain             = sqrt(1.0 - (cabs(p->a) * cabs(p->a)));
    p->is_real          = poles[(2U * s) + 1U] == 0.0F;
    p->re               = n;
    p->im               = n + N;
    n += p->is_real ? N : 2U * N;
  }

  return n;
}

static void
symmetrise(double* const cov, const uint32_t n)
{
  for (uint32_t i = 0U; i < n; ++i) {
    for (uint32_t j = 0U; j < i; ++j) {
      double* const a = &cov[((size_t)i * n) + j];
      double* const b = &cov[((size_t)j * n) + i];
      *a = *b = (*a + *b) / 2.0;
    }
  }
}

static void
fill_mean(const EchoicWorld* const world,
          const Pole* const        p,
          double* const            mean)
{
  const double complex gain = p->gain / (1.0 - p->a);
  for (uint32_t i = 0U; i < N; ++i) {
    mean[p->re + i] = creal(gain) * (double)world->mean[i];
    if (!p->is_real) {
      mean[p->im + i] = cimag(gain) * (double)world->mean[i];
    }
  }
}

EchoicStatus
echoic_world_states(const EchoicWorld* const world,
                    const float* const       poles,
                    const uint32_t           n_poles,
                    const uint32_t           max_lag,
                    double* const            mean,
                    double* const            cov)
{
  const uint32_t        last = echoic_world_lags[N_LAGS - 1U];
  const uint32_t        lag  = max_lag < last ? max_lag : last;
  const size_t          size = (size_t)N * N;
  Pole* const           p    = (Pole*)calloc(n_poles, sizeof(Pole));
  double complex* const z =
    (double complex*)calloc(n_poles * size * 2U, sizeof(double complex));
  if (!p || !z) {
    free(p);
    free(z);
    return ECHOIC_NO_MEMORY;
  }

  const uint32_t n = place_poles(poles, n_poles, p);
  for (uint32_t s = 0U; s < n_poles; ++s) {
    double complex* const direct = z + (2U * s * size);
    transform(world, p[s].a, lag, direct);
    for (size_t e = 0U; e < size; ++e) { // R is real
      direct[size + e] = conj(direct[e]);
    }
    fill_mean(world, &p[s], mean);
  }

  for (uint32_t s = 0U; s < n_poles; ++s) {
    for (uint32_t t = 0U; t < n_poles; ++t) {
      const double complex* const zt = z + (2U * t * size);
      fill_pair(
        world, &p[s], &p[t], z + (2U * s * size), zt, zt + size, n, cov);
    }
  }

  symmetrise(cov, n);
  free(p);
  free(z);
  return ECHOIC_OK;
}
