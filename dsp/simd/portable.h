// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_SIMD_PORTABLE_H
#define ECHOIC_SIMD_PORTABLE_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Vectors of one number, for any processor: what the others do side by side */

#define WIDTH 1U ///< Numbers in a vector
#define TILE 4U  ///< Vectors of rows that a matrix multiplies at once

typedef float   Vec;
typedef int32_t VecInt;

static inline Vec
vec_set(const float x)
{
  return x;
}

static inline Vec
vec_load(const float* const x)
{
  return *x;
}

static inline void
vec_store(float* const x, const Vec v)
{
  *x = v;
}

/// The first n of a vector, 0 at most here; the rest are zeros
static inline Vec
vec_load_n(const float* const x, const uint32_t n)
{
  return n ? *x : 0.0F;
}

static inline void
vec_store_n(float* const x, const Vec v, const uint32_t n)
{
  if (n) {
    *x = v;
  }
}

static inline Vec
vec_fma(const Vec a, const Vec b, const Vec c)
{
  return (a * b) + c;
}

/// a > b ? x : y
static inline Vec
vec_if_greater(const Vec a, const Vec b, const Vec x, const Vec y)
{
  return a > b ? x : y;
}

/// 1 if a > b, otherwise 0
static inline uint32_t
vec_which_greater(const Vec a, const Vec b)
{
  return a > b;
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

static inline VecInt
vec_bits(const Vec v)
{
  VecInt bits = 0;
  memcpy(&bits, &v, sizeof(bits));
  return bits;
}

static inline Vec
vec_of_bits(const VecInt bits)
{
  Vec v = 0.0F;
  memcpy(&v, &bits, sizeof(v));
  return v;
}

static inline VecInt
vec_shift_left(const VecInt x, const int n)
{
  return (VecInt)((uint32_t)x << (uint32_t)n);
}

/// Neighbours exchanged: never called, there are none
static inline Vec
vec_swap_pairs(const Vec v)
{
  return v;
}

#define vec_even(a, b) (a)
#define vec_odd(a, b) (b)
#define vec_reverse(v) (v)

static inline Vec
vec_sums(const Vec* const v)
{
  return v[0];
}

static inline float
vec_sum(const Vec v)
{
  return v;
}

static inline float
vec_greatest(const Vec v)
{
  return v;
}

/// sum + the products of WIDTH pairs of 8-bit numbers with a pair of 16-bit
/// ones
static inline VecInt
vec_add_pairs(const VecInt sum, const int8_t* const w, const int32_t pair)
{
  int16_t p[2];
  memcpy(p, &pair, sizeof(p));
  return sum + (w[0] * p[0]) + (w[1] * p[1]);
}

static inline Vec
vec_float(const VecInt x)
{
  return (float)x;
}

#endif // ECHOIC_SIMD_PORTABLE_H
