// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_SIMD_HALVES_H
#define ECHOIC_SIMD_HALVES_H

#include <immintrin.h>

/* One number of a vector of eight: halves are joined until it is there. */

static inline float
sum_eight(const __m256 v)
{
  const __m128 four =
    _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

static inline float
greatest_of_eight(const __m256 v)
{
  const __m128 four =
    _mm_max_ps(_mm256_extractf128_ps(v, 1), _mm256_castps256_ps128(v));
  const __m128 two = _mm_max_ps(_mm_movehl_ps(four, four), four);
  return _mm_cvtss_f32(_mm_max_ss(_mm_movehdup_ps(two), two));
}

#endif // ECHOIC_SIMD_HALVES_H
