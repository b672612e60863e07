// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_SIMD_NEON_H
#define ECHOIC_SIMD_NEON_H

#include <arm_neon.h>
#include <stdint.h>
#include <string.h>

/* Four numbers; any 64-bit ARM */

#define WIDTH 4U ///< Numbers in a vector
#define TILE 4U  ///< Vectors of rows that a matrix multiplies at once

typedef float   Vec __attribute__((vector_size(4 * WIDTH)));
typedef int32_t VecInt __attribute__((vector_size(4 * WIDTH)));

static inline Vec
vec_set(const float x)
{
  return vdupq_n_f32(x);
}

static inline Vec
vec_load(const float* const x)
{
  return vld1q_f32(x);
}

static inline void
vec_store(float* const x, const Vec v)
{
  vst1q_f32(x, v);
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

/// a b + c, rounded once
static inline Vec
vec_fma(const Vec a, const Vec b, const Vec c)
{
  return vfmaq_f32(c, a, b);
}

/// a > b ? x : y
static inline Vec
vec_if_greater(const Vec a, const Vec b, const Vec x, const Vec y)
{
  return vbslq_f32(vcgtq_f32(a, b), x, y);
}

/// a > b ? a : b, so b if one isn't a number
static inline Vec
vec_max(const Vec a, const Vec b)
{
  return vec_if_greater(a, b, a, b);
}

/// a < b ? a : b, so b if one isn't a number
static inline Vec
vec_min(const Vec a, const Vec b)
{
  return vec_if_greater(b, a, a, b);
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
  const int16x8_t words = vmovl_s8(vld1_s8(w));
  const int16x8_t pairs = vreinterpretq_s16_s32(vdupq_n_s32(pair));
  return sum + vpaddq_s32(vmull_s16(vget_low_s16(words), vget_low_s16(pairs)),
                          vmull_high_s16(words, pairs));
}

static inline Vec
vec_of_shorts(const int16_t* const x)
{
  return vcvtq_f32_s32(vmovl_s16(vld1_s16(x)));
}

static inline Vec
vec_float(const VecInt x)
{
  return vcvtq_f32_s32(x);
}

#include "dsp/simd/vector.h"

#endif // ECHOIC_SIMD_NEON_H
