// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_SIMD_SSE2_H
#define ECHOIC_SIMD_SSE2_H

#include <emmintrin.h>
#include <stdint.h>
#include <string.h>

/* Four numbers; any x86-64 */

#define WIDTH 4U ///< Numbers in a vector
#define TILE 2U  ///< Vectors of rows that a matrix multiplies at once

typedef float   Vec __attribute__((vector_size(4 * WIDTH)));
typedef int32_t VecInt __attribute__((vector_size(4 * WIDTH)));

static inline Vec
vec_set(const float x)
{
  return _mm_set1_ps(x);
}

static inline Vec
vec_load(const float* const x)
{
  return _mm_loadu_ps(x);
}

static inline void
vec_store(float* const x, const Vec v)
{
  _mm_storeu_ps(x, v);
}

/* Whole vectors are common, parts are not */

static inline Vec
vec_load_n(const float* const x, const uint32_t n)
{
  float part[WIDTH] = {0.0F};
  if (n >= WIDTH) {
    return vec_load(x);
  }

  for (uint32_t i = 0U; i < n; ++i) {
    part[i] = x[i];
  }

  return vec_load(part);
}

static inline void
vec_store_n(float* const x, const Vec v, const uint32_t n)
{
  float part[WIDTH];
  if (n >= WIDTH) {
    vec_store(x, v);
    return;
  }

  vec_store(part, v);
  for (uint32_t i = 0U; i < n; ++i) {
    x[i] = part[i];
  }
}

/// a b + c, rounded twice
static inline Vec
vec_fma(const Vec a, const Vec b, const Vec c)
{
  return (a * b) + c;
}

/// a > b ? x : y
static inline Vec
vec_if_greater(const Vec a, const Vec b, const Vec x, const Vec y)
{
  const Vec mask = _mm_cmpgt_ps(a, b);
  return _mm_or_ps(_mm_and_ps(mask, x), _mm_andnot_ps(mask, y));
}

#define vec_which_greater vec_which_greater

/// Bits of the numbers where a > b, from the lowest on
static inline uint32_t
vec_which_greater(const Vec a, const Vec b)
{
  return (uint32_t)_mm_movemask_ps(_mm_cmpgt_ps(a, b));
}

/// a > b ? a : b, so b if one isn't a number
static inline Vec
vec_max(const Vec a, const Vec b)
{
  return _mm_max_ps(a, b);
}

/// a < b ? a : b, so b if one isn't a number
static inline Vec
vec_min(const Vec a, const Vec b)
{
  return _mm_min_ps(a, b);
}

/* Shuffles: the numbers of a, then those of b, are 0 to 7 */

#define vec_swap_pairs(v) __builtin_shufflevector(v, v, 1, 0, 3, 2)
#define vec_reverse(v) __builtin_shufflevector(v, v, 3, 2, 1, 0)
#define vec_even(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6)
#define vec_odd(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7)
#define vec_zip_low(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define vec_zip_high(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)

/// sum + the products of WIDTH pairs of 8-bit numbers with a pair of 16-bit
/// ones
static inline VecInt
vec_add_pairs(const VecInt sum, const int8_t* const w, const int32_t pair)
{
  const __m128i bytes = _mm_loadl_epi64((const __m128i*)(const void*)w);
  const __m128i words = _mm_srai_epi16(_mm_unpacklo_epi8(bytes, bytes), 8);
  return sum + (VecInt)_mm_madd_epi16(words, _mm_set1_epi32(pair));
}

static inline Vec
vec_of_shorts(const int16_t* const x)
{
  const __m128i v = _mm_loadl_epi64((const __m128i*)(const void*)x);
  return _mm_cvtepi32_ps(_mm_srai_epi32(_mm_unpacklo_epi16(v, v), 16));
}

static inline Vec
vec_float(const VecInt x)
{
  return _mm_cvtepi32_ps((__m128i)x);
}

#include "dsp/simd/vector.h"

#endif // ECHOIC_SIMD_SSE2_H
