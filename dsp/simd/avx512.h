// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_SIMD_AVX512_H
#define ECHOIC_SIMD_AVX512_H

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#include "dsp/simd/halves.h"

/* Sixteen numbers; AVX-512 F, BW, DQ and VL */

#define WIDTH 16U ///< Numbers in a vector
#define TILE 4U   ///< Vectors of rows that a matrix multiplies at once

typedef float   Vec __attribute__((vector_size(4 * WIDTH)));
typedef int32_t VecInt __attribute__((vector_size(4 * WIDTH)));

static inline Vec
vec_set(const float x)
{
  return _mm512_set1_ps(x);
}

static inline Vec
vec_load(const float* const x)
{
  return _mm512_loadu_ps(x);
}

static inline void
vec_store(float* const x, const Vec v)
{
  _mm512_storeu_ps(x, v);
}

/// The first n, the rest zeros; a half isn't masked, since what a mask stored
/// can't be loaded at once
static inline Vec
vec_load_n(const float* const x, const uint32_t n)
{
  return n == WIDTH / 2U
           ? _mm512_zextps256_ps512(_mm256_loadu_ps(x))
           : _mm512_maskz_loadu_ps((__mmask16)((1U << n) - 1U), x);
}

static inline void
vec_store_n(float* const x, const Vec v, const uint32_t n)
{
  if (n == WIDTH / 2U) {
    _mm256_storeu_ps(x, _mm512_castps512_ps256(v));
  } else {
    _mm512_mask_storeu_ps(x, (__mmask16)((1U << n) - 1U), v);
  }
}

/// a b + c, rounded once
static inline Vec
vec_fma(const Vec a, const Vec b, const Vec c)
{
  return _mm512_fmadd_ps(a, b, c);
}

/// a > b ? x : y
static inline Vec
vec_if_greater(const Vec a, const Vec b, const Vec x, const Vec y)
{
  return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_GT_OQ), y, x);
}

#define vec_which_greater vec_which_greater

/// Bits of the numbers where a > b, from the lowest on
static inline uint32_t
vec_which_greater(const Vec a, const Vec b)
{
  return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ);
}

/// a > b ? a : b, so b if one isn't a number
static inline Vec
vec_max(const Vec a, const Vec b)
{
  return _mm512_max_ps(a, b);
}

/// a < b ? a : b, so b if one isn't a number
static inline Vec
vec_min(const Vec a, const Vec b)
{
  return _mm512_min_ps(a, b);
}

/* Shuffles: the numbers of a, then those of b, are 0 to 31 */

// clang-format off
#define vec_swap_pairs(v) __builtin_shufflevector(v, v, \
  1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)
#define vec_reverse(v) __builtin_shufflevector(v, v, \
  15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define vec_even(a, b) __builtin_shufflevector(a, b, \
  0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
#define vec_odd(a, b) __builtin_shufflevector(a, b, \
  1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
#define vec_zip_low(a, b) __builtin_shufflevector(a, b, \
  0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define vec_zip_high(a, b) __builtin_shufflevector(a, b, \
  8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
// clang-format on

/// sum + the products of WIDTH pairs of 8-bit numbers with a pair of 16-bit
/// ones
static inline VecInt
vec_add_pairs(const VecInt sum, const int8_t* const w, const int32_t pair)
{
  const __m256i bytes = _mm256_loadu_si256((const __m256i*)(const void*)w);
  return sum + (VecInt)_mm512_madd_epi16(_mm512_cvtepi8_epi16(bytes),
                                         _mm512_set1_epi32(pair));
}

static inline Vec
vec_of_shorts(const int16_t* const x)
{
  const __m256i v = _mm256_loadu_si256((const __m256i*)(const void*)x);
  return _mm512_cvtepi32_ps(_mm512_cvtepi16_epi32(v));
}

static inline Vec
vec_float(const VecInt x)
{
  return _mm512_cvtepi32_ps((__m512i)x);
}

#define vec_sum vec_sum_halves
#define vec_greatest vec_greatest_halves

static inline float
vec_sum_halves(const Vec v)
{
  return sum_eight(_mm512_castps512_ps256(v) + _mm512_extractf32x8_ps(v, 1));
}

static inline float
vec_greatest_halves(const Vec v)
{
  return greatest_of_eight(
    _mm256_max_ps(_mm512_extractf32x8_ps(v, 1), _mm512_castps512_ps256(v)));
}

#include "dsp/simd/vector.h"

#endif // ECHOIC_SIMD_AVX512_H
