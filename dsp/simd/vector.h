// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What vectors of any width share; included where Vec and VecInt are known. */

static inline VecInt
vec_bits(const Vec v)
{
  return (VecInt)v;
}

static inline Vec
vec_of_bits(const VecInt bits)
{
  return (Vec)bits;
}

static inline VecInt
vec_shift_left(const VecInt x, const int n)
{
  return x << n;
}

#ifndef vec_sum // Nothing is cheaper than by memory
static inline float
vec_sum(const Vec v)
{
  float part[WIDTH];
  vec_store(part, v);
  for (uint32_t half = WIDTH / 2U; half; half /= 2U) {
    for (uint32_t i = 0U; i < half; ++i) {
      part[i] += part[i + half];
    }
  }

  return part[0];
}
#endif

#ifndef vec_greatest
static inline float
vec_greatest(const Vec v)
{
  float part[WIDTH];
  vec_store(part, v);
  for (uint32_t i = 1U; i < WIDTH; ++i) {
    part[0] = part[i] > part[0] ? part[i] : part[0];
  }

  return part[0];
}
#endif

#ifndef vec_which_greater // Nothing is cheaper than by memory
/// Bits of the numbers where a > b, from the lowest on
static inline uint32_t
vec_which_greater(const Vec a, const Vec b)
{
  float    is_greater[WIDTH];
  uint32_t bits = 0U;
  vec_store(is_greater, vec_if_greater(a, b, vec_set(1.0F), vec_set(0.0F)));
  for (uint32_t i = 0U; i < WIDTH; ++i) {
    bits |= is_greater[i] > 0.0F ? 1U << i : 0U;
  }

  return bits;
}
#endif

#ifndef vec_even_lanes // Nothing is cheaper than in order
#  define vec_even_lanes(a, b) vec_even(a, b)
#  define vec_odd_lanes(a, b) vec_odd(a, b)
#  define vec_lane(i) (i)

/// Sum of each of WIDTH vectors: neighbours are added until each is one number
static inline Vec
vec_sums(const Vec* const v)
{
  Vec         part[WIDTH];
#  pragma GCC unroll 16
  for (uint32_t k = 0U; k < WIDTH; ++k) {
    part[k] = v[k];
  }

#  pragma GCC unroll 4
  for (uint32_t half = WIDTH / 2U; half; half /= 2U) {
#  pragma GCC unroll 8
    for (uint32_t k = 0U; k < half; ++k) {
      const Vec a = part[2U * k];
      const Vec b = part[(2U * k) + 1U];
      part[k]     = vec_even(a, b) + vec_odd(a, b);
    }
  }

  return part[0];
}

/// Columns of WIDTH rows, `apart`: halves zipped until they are
static inline void
vec_columns(const float* const x, const size_t apart, Vec* const y)
{
#  pragma GCC unroll 16
  for (uint32_t i = 0U; i < WIDTH; ++i) {
    y[i] = vec_load(x + (i * apart));
  }

#  pragma GCC unroll 4
  for (uint32_t n = 1U; n < WIDTH; n *= 2U) {
    Vec z[WIDTH];
#  pragma GCC unroll 8
    for (uint32_t i = 0U; i < WIDTH / 2U; ++i) {
      z[2U * i]        = vec_zip_low(y[i], y[i + (WIDTH / 2U)]);
      z[(2U * i) + 1U] = vec_zip_high(y[i], y[i + (WIDTH / 2U)]);
    }
#  pragma GCC unroll 16
    for (uint32_t i = 0U; i < WIDTH; ++i) {
      y[i] = z[i];
    }
  }
}

#endif
