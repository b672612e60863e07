// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Transforms of 4, 8 and 16 complex points, in place, of vectors of any width:

       y_k = sum_i exp(-2 pi j i k / r) x_i */

#define ROOT_HALF 0.70710678F

/// Transform of four points, `apart`
ALWAYS void
transform4(Vec* const re, Vec* const im, const uint32_t apart)
{
  const uint32_t b        = apart;
  const uint32_t c        = 2U * apart;
  const uint32_t d        = 3U * apart;
  const Vec      sum_re   = re[0] + re[c];
  const Vec      sum_im   = im[0] + im[c];
  const Vec      diff_re  = re[0] - re[c];
  const Vec      diff_im  = im[0] - im[c];
  const Vec      other_re = re[b] + re[d];
  const Vec      other_im = im[b] + im[d];
  const Vec      cross_re = re[b] - re[d];
  const Vec      cross_im = im[b] - im[d];
  re[0]                   = sum_re + other_re;
  im[0]                   = sum_im + other_im;
  re[b]                   = diff_re + cross_im;
  im[b]                   = diff_im - cross_re;
  re[c]                   = sum_re - other_re;
  im[c]                   = sum_im - other_im;
  re[d]                   = diff_re - cross_im;
  im[d]                   = diff_im + cross_re;
}

/// Odd bins of eight points from the differences of points 4 apart
ALWAYS void
transform8_odd(const Vec* const re,
               const Vec* const im,
               Vec* const       y_re,
               Vec* const       y_im)
{
  const Vec h    = vec_set(ROOT_HALF);
  const Vec a_re = re[0] + im[2];
  const Vec a_im = im[0] - re[2];
  const Vec b_re = re[0] - im[2];
  const Vec b_im = im[0] + re[2];
  const Vec c_re = re[1] + im[1];
  const Vec c_im = im[1] - re[1];
  const Vec d_re = re[3] - im[3];
  const Vec d_im = re[3] + im[3];
  const Vec s_re = c_re - d_re;
  const Vec s_im = c_im - d_im;
  const Vec t_re = c_re + d_re;
  const Vec t_im = c_im + d_im;
  y_re[1]        = vec_fma(h, s_re, a_re);
  y_im[1]        = vec_fma(h, s_im, a_im);
  y_re[3]        = vec_fma(h, t_im, b_re);
  y_im[3]        = vec_fma(-h, t_re, b_im);
  y_re[5]        = vec_fma(-h, s_re, a_re);
  y_im[5]        = vec_fma(-h, s_im, a_im);
  y_re[7]        = vec_fma(-h, t_im, b_re);
  y_im[7]        = vec_fma(h, t_re, b_im);
}

/// Transform of eight points
ALWAYS void
transform8(Vec* const re, Vec* const im)
{
  Vec a_re[4];
  Vec a_im[4];
  Vec b_re[4];
  Vec b_im[4];
#pragma GCC unroll 4
  for (uint32_t i = 0U; i < 4U; ++i) {
    a_re[i] = re[i] + re[i + 4U];
    a_im[i] = im[i] + im[i + 4U];
    b_re[i] = re[i] - re[i + 4U];
    b_im[i] = im[i] - im[i + 4U];
  }

  transform8_odd(b_re, b_im, re, im);
  transform4(a_re, a_im, 1U);
#pragma GCC unroll 4
  for (uint32_t i = 0U; i < 4U; ++i) {
    re[2U * i] = a_re[i];
    im[2U * i] = a_im[i];
  }
}

ALWAYS void
transform(Vec* const re, Vec* const im, const uint32_t radix)
{
  if (radix == 8U) {
    transform8(re, im);
  } else {
    transform4(re, im, 1U);
  }
}

/// Multiply a point by c + j s
ALWAYS void
turn_point(Vec* const re, Vec* const im, const Vec c, const Vec s)
{
  const Vec x = *re;
  const Vec y = *im;
  *re         = vec_fma(x, c, -(y * s));
  *im         = vec_fma(x, s, y * c);
}

/// Multiply all but the first by the turns of a stage
ALWAYS void
turn_all(Vec* const         re,
         Vec* const         im,
         const float* const turns,
         const uint32_t     radix)
{
#pragma GCC unroll 8
  for (uint32_t k = 1U; k < radix; ++k) {
    const float* const t = turns + (2U * (size_t)(k - 1U));
    turn_point(&re[k], &im[k], vec_set(t[0]), vec_set(t[1]));
  }
}

#if WIDTH > 8U
/// Transform of sixteen points: of four, turned, of four
ALWAYS void
transform16(Vec* const re, Vec* const im)
{
  static const float turns[3][3][2] = {
    {{0.92387953F, -0.38268343F},
     {ROOT_HALF, -ROOT_HALF},
     {0.38268343F, -0.92387953F}},
    {{ROOT_HALF, -ROOT_HALF}, {0.0F, -1.0F}, {-ROOT_HALF, -ROOT_HALF}},
    {{0.38268343F, -0.92387953F},
     {-ROOT_HALF, -ROOT_HALF},
     {-0.92387953F, 0.38268343F}}};
#  pragma GCC unroll 4
  for (uint32_t p = 0U; p < 4U; ++p) {
    transform4(re + p, im + p, 4U);
#  pragma GCC unroll 4
    for (uint32_t k = 1U; p && k < 4U; ++k) {
      const float* const t = turns[p - 1U][k - 1U];
      Vec* const         x = &re[p + (4U * k)];
      Vec* const         y = &im[p + (4U * k)];
      if (p * k == 4U) { // A quarter
        const Vec was = *x;
        *x            = *y;
        *y            = -was;
      } else {
        turn_point(x, y, vec_set(t[0]), vec_set(t[1]));
      }
    }
  }

#  pragma GCC unroll 4
  for (uint32_t k = 0U; k < 4U; ++k) {
    transform4(re + (4U * k), im + (4U * k), 1U);
  }
}
#endif
