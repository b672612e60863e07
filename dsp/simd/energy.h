// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Sums of squares of eight samples each, in double: the same bits for vectors
   of any width. */

#if WIDTH >= 8U

static inline double
chunk_energy(const float* const x)
{
  const __m256d a = _mm256_cvtps_pd(_mm_loadu_ps(x));
  const __m256d b = _mm256_cvtps_pd(_mm_loadu_ps(x + 4));
  const __m256d pairs =
    _mm256_hadd_pd(_mm256_mul_pd(a, a), _mm256_mul_pd(b, b));
  const __m128d fours =
    _mm_add_pd(_mm256_castpd256_pd128(pairs), _mm256_extractf128_pd(pairs, 1));
  return _mm_cvtsd_f64(_mm_add_sd(fours, _mm_unpackhi_pd(fours, fours)));
}

#else

static inline double
chunk_energy(const float* const x)
{
  double y[8];
  for (uint32_t i = 0U; i < 8U; ++i) {
    y[i] = (double)x[i] * (double)x[i];
  }

  return ((y[0] + y[1]) + (y[2] + y[3])) + ((y[4] + y[5]) + (y[6] + y[7]));
}

#endif

static ECHOIC_RT void
energies(const float* const x, const uint32_t n_chunks, double* const up_to)
{
  double sum = 0.0;
  for (uint32_t k = 0U; k < n_chunks; ++k) {
    up_to[k] = sum;
    sum += chunk_energy(x + ((size_t)k * ECHOIC_ENERGY_CHUNK));
  }

  up_to[n_chunks] = sum;
}

ALWAYS double
greater_of(const double a, const double b)
{
  return a > b ? a : b;
}

static ECHOIC_RT double
rises(const EchoicRise* const r, double* restrict const y, const uint32_t n)
{
  const double* const f       = r->factor;
  const double* const a[2]    = {r->after.first, r->after.last};
  const double* const b[2]    = {r->before.first, r->before.last};
  const double        quiet_a = r->quiet_after;
  const double        quiet_b = r->quiet_before;
  for (uint32_t k = 0U; k < n; ++k) {
    y[k] =
      f[k] * ((a[1][k] - a[0][k]) + quiet_a) / ((b[1][k] - b[0][k]) + quiet_b);
  }

  double   most[4] = {0.0};
  uint32_t k       = 0U;
  for (; k + 4U <= n; k += 4U) {
    for (uint32_t i = 0U; i < 4U; ++i) {
      most[i] = greater_of(y[k + i], most[i]);
    }
  }

  for (; k < n; ++k) {
    most[0] = greater_of(y[k], most[0]);
  }

  return greater_of(greater_of(most[0], most[1]), greater_of(most[2], most[3]));
}
