// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_SIMD_AVX2_H
#define ECHOIC_SIMD_AVX2_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "dsp/simd/halves.h"

/* Eight numbers; AVX2 with FMA */

#define WIDTH 8U ///< Numbers in a vector
#define TILE 2U  ///< Vectors of rows that a matrix multiplies at once

typedef float   Vec __attribute__((vector_size(4 * WIDTH)));
typedef int32_t VecInt __attribute__((vector_size(4 * WIDTH)));

static const int32_t parts[2U * WIDTH] = {-1, -1, -1, -1, -1, -1, -1, -1};

static inline Vec
vec_set(const float x)
{
  return _mm256_set1_ps(x);
}

static inline Vec
vec_load(const float* const x)
{
  return _mm256_loadu_ps(x);
}

static inline void
vec_store(float* const x, const Vec v)
{
  _mm256_storeu_ps(x, v);
}

/// Mask of the first n
static inline __m256i
first_n(const uint32_t n)
{
  int32_t mask[WIDTH];
  memcpy(mask, parts + (WIDTH - n), sizeof(mask));
  return _mm256_loadu_si256((const __m256i*)(const void*)mask);
}

/// The first n, the rest zeros
static inline Vec
vec_load_n(const float* const x, const uint32_t n)
{
  return n >= WIDTH ? vec_load(x) : (Vec)_mm256_maskload_ps(x, first_n(n));
}

/// Masks cost much more with some processors
static inline void
vec_store_n(float* const x, const Vec v, const uint32_t n)
{
  if (n >= WIDTH) {
    vec_store(x, v);
    return;
  }

  float*  to   = x;
  __m128i part = _mm_castps_si128(_mm256_castps256_ps128(v));
  if (n & 4U) {
    _mm_storeu_ps(to, _mm_castsi128_ps(part));
    part = _mm_castps_si128(_mm256_extractf128_ps(v, 1));
    to += 4;
  }
  if (n & 2U) {
    _mm_storel_epi64((__m128i*)(void*)to, part);
    part = _mm_unpackhi_epi64(part, part);
    to += 2;
  }
  if (n & 1U) {
    _mm_store_ss(to, _mm_castsi128_ps(part));
  }
}

/// a b + c, rounded once
static inline Vec
vec_fma(const Vec a, const Vec b, const Vec c)
{
  return _mm256_fmadd_ps(a, b, c);
}

/// a > b ? x : y
static inline Vec
vec_if_greater(const Vec a, const Vec b, const Vec x, const Vec y)
{
  return _mm256_blendv_ps(y, x, _mm256_cmp_ps(a, b, _CMP_GT_OQ));
}

#define vec_which_greater vec_which_greater

/// Bits of the numbers where a > b, from the lowest on
static inline uint32_t
vec_which_greater(const Vec a, const Vec b)
{
  return (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_GT_OQ));
}

/// a > b ? a : b, so b if one isn't a number
static inline Vec
vec_max(const Vec a, const Vec b)
{
  return _mm256_max_ps(a, b);
}

/// a < b ? a : b, so b if one isn't a number
static inline Vec
vec_min(const Vec a, const Vec b)
{
  return _mm256_min_ps(a, b);
}

/* Shuffles: the numbers of a, then those of b, are 0 to 15 */

#define vec_swap_pairs(v) __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6)
#define vec_reverse(v) __builtin_shufflevector(v, v, 7, 6, 5, 4, 3, 2, 1, 0)
#define vec_even(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define vec_odd(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)

/* Within halves, which costs less: even numbers, odd ones, and which of them
   stands at place i */

#define vec_even_lanes(a, b) \
  __builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14)
#define vec_odd_lanes(a, b) \
  __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15)
#define vec_lane(i) (((i)&1U) | (((i)&2U) << 1U) | (((i)&4U) >> 1U))

/// Sum of each of eight vectors: neighbours are added until each is one number
static inline Vec
vec_sums(const Vec* const v)
{
  const Vec a = _mm256_hadd_ps(v[0], v[1]);
  const Vec b = _mm256_hadd_ps(v[2], v[3]);
  const Vec c = _mm256_hadd_ps(v[4], v[5]);
  const Vec d = _mm256_hadd_ps(v[6], v[7]);
  const Vec e = _mm256_hadd_ps(a, b);
  const Vec f = _mm256_hadd_ps(c, d);
  return _mm256_permute2f128_ps(e, f, 0x20) +
         _mm256_permute2f128_ps(e, f, 0x31);
}

/// Four numbers of x and four of y
static inline Vec
vec_load_halves(const float* const x, const float* const y)
{
  return _mm256_insertf128_ps(
    _mm256_castps128_ps256(_mm_loadu_ps(x)), _mm_loadu_ps(y), 1);
}

/// Columns of eight rows, `apart`
static inline void
vec_columns(const float* const x, const size_t apart, Vec* const y)
{
#pragma GCC unroll 2
  for (uint32_t i = 0U; i < WIDTH; i += 4U) {
    const float* const row = x + i;
    const Vec          a   = vec_load_halves(row, row + (4U * apart));
    const Vec          b   = vec_load_halves(row + apart, row + (5U * apart));
    const Vec c = vec_load_halves(row + (2U * apart), row + (6U * apart));
    const Vec d = vec_load_halves(row + (3U * apart), row + (7U * apart));
    const Vec e = _mm256_unpacklo_ps(a, b);
    const Vec f = _mm256_unpackhi_ps(a, b);
    const Vec g = _mm256_unpacklo_ps(c, d);
    const Vec h = _mm256_unpackhi_ps(c, d);
    y[i]        = _mm256_shuffle_ps(e, g, _MM_SHUFFLE(1, 0, 1, 0));
    y[i + 1U]   = _mm256_shuffle_ps(e, g, _MM_SHUFFLE(3, 2, 3, 2));
    y[i + 2U]   = _mm256_shuffle_ps(f, h, _MM_SHUFFLE(1, 0, 1, 0));
    y[i + 3U]   = _mm256_shuffle_ps(f, h, _MM_SHUFFLE(3, 2, 3, 2));
  }
}

/// sum + the products of WIDTH pairs of 8-bit numbers with a pair of 16-bit
/// ones
static inline VecInt
vec_add_pairs(const VecInt sum, const int8_t* const w, const int32_t pair)
{
  const __m128i bytes = _mm_loadu_si128((const __m128i*)(const void*)w);
  return sum + (VecInt)_mm256_madd_epi16(_mm256_cvtepi8_epi16(bytes),
                                         _mm256_set1_epi32(pair));
}

static inline Vec
vec_of_shorts(const int16_t* const x)
{
  const __m128i v = _mm_loadu_si128((const __m128i*)(const void*)x);
  return _mm256_cvtepi32_ps(_mm256_cvtepi16_epi32(v));
}

static inline Vec
vec_float(const VecInt x)
{
  return _mm256_cvtepi32_ps((__m256i)x);
}

#define vec_sum sum_eight
#define vec_greatest greatest_of_eight

#include "dsp/simd/vector.h"

#endif // ECHOIC_SIMD_AVX2_H
