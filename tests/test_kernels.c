// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Products and memories of every instruction set against double, and the
   choice of the set. */

#include "tests/kernel_sets.h"

#include "dsp/arena.h"
#include "dsp/matrix.h"
#include "tests/slow.h"
#include "tests/suite.h"

#include <math.h>
#include <string.h>

/// Shapes around the sizes of vectors, tiles, parts and panels
static const uint32_t sizes[] =
  {1U, 2U, 3U, 5U, 8U, 15U, 16U, 17U, 31U, 40U, 64U, 65U, 130U};

enum { n_sizes = sizeof(sizes) / sizeof(*sizes), n_at_once = 14 };
enum { n_weights = (130 * 130) + 7 }; ///< test_dots takes them 7 apart, too

typedef struct {
  uint32_t n_out;
  uint32_t n_in;
  float    w[n_weights];
  float    b[130];
  float    x[n_at_once * 130];
} Product;

static void
fill(Product* const p, const uint32_t n_out, const uint32_t n_in)
{
  uint32_t state = (n_out * 1000U) + n_in;
  p->n_out       = n_out;
  p->n_in        = n_in;
  for (uint32_t i = 0U; i < n_weights; ++i) {
    p->w[i] = next_noise(&state);
  }
  for (uint32_t i = 0U; i < 130U; ++i) {
    p->b[i] = next_noise(&state);
  }
  for (uint32_t i = 0U; i < n_at_once * 130U; ++i) {
    p->x[i] = next_noise(&state);
  }
}

static void
check_product(const Product* const p, EchoicMatrix* const m)
{
  static float y[n_at_once * 130];
  static float one[131];
  for (uint32_t n = 1U; n <= n_at_once; ++n) {
    memset(y, 0, sizeof(y));
    echoic_matrix_apply_frames(m, p->x, y, n);
    for (uint32_t f = 0U; f < n; ++f) {
      const float* const x = p->x + (f * p->n_in);
      one[p->n_out]        = 7.0F;
      echoic_matrix_apply(m, x, one);
      ck_assert(one[p->n_out] == 7.0F);
      ck_assert(!memcmp(one, y + (f * p->n_out), p->n_out * sizeof(float)));
      for (uint32_t o = 0U; o < p->n_out; ++o) {
        double sum  = (double)p->b[o];
        double size = fabs(sum);
        for (uint32_t i = 0U; i < p->n_in; ++i) {
          const double product = (double)p->w[(o * p->n_in) + i] * (double)x[i];
          sum += product;
          size += fabs(product);
        }
        // What n roundings of sums and of products can do at most
        const double most = ldexp((2.0 + p->n_in) * size, -24);
        ck_assert_double_eq_tol((double)one[o], sum, most);
      }
    }
  }

  float sums[131];
  for (uint32_t o = 0U; o < p->n_out; ++o) {
    sums[o] = 0.25F;
  }
  echoic_matrix_add(m, p->x, sums);
  echoic_matrix_apply(m, p->x, one);
  for (uint32_t o = 0U; o < p->n_out; ++o) {
    ck_assert(sums[o] == 0.25F + one[o]);
  }
}

/// One frame, many frames with its bits, added; nothing beyond is written
START_TEST(test_matrix)
{
  static Product p;
  if (use_kernels(_i)) {
    for (int i = 0; i < n_sizes; ++i) {
      for (int k = is_slow() ? i % 2 : 0; k < n_sizes; k += is_slow() ? 2 : 1) {
        fill(&p, sizes[i], sizes[k]);
        const size_t bytes = echoic_matrix_bytes(p.n_out, p.n_in);
        EchoicArena  arena = {
           (unsigned char*)aligned_alloc(64U, bytes), bytes, 0U};
        EchoicMatrix m;
        ck_assert(echoic_matrix_prepare(&m, p.w, p.b, p.n_out, p.n_in, &arena));
        ck_assert_uint_eq(arena.used, bytes);
        check_product(&p, &m);
        free(arena.base);
      }
    }
  }
}
END_TEST

START_TEST(test_dots)
{
  static Product p;
  if (use_kernels(_i)) {
    for (int i = 0; i < n_sizes; ++i) {
      for (int k = is_slow() ? i % 2 : 0; k < n_sizes; k += is_slow() ? 2 : 1) {
        const uint32_t rows   = sizes[i];
        const uint32_t cols   = sizes[k];
        const uint32_t frames = rows * cols * 5U > n_weights / 2U ? 1U : 5U;
        float          y[(5U * 130U) + 1U];
        fill(&p, rows, cols);
        y[frames * rows] = 7.0F;
        echoic_kernels()->dots(p.w, p.b, p.w + 7, y, rows, cols, frames);
        ck_assert(y[frames * rows] == 7.0F);
        for (uint32_t r = 0U; r < frames * rows; ++r) {
          const float* const w   = p.w + ((size_t)(r % rows) * cols);
          const float* const x   = p.w + 7U + ((size_t)r * cols);
          double             sum = (double)p.b[r % rows];
          for (uint32_t c = 0U; c < cols; ++c) {
            sum += (double)w[c] * (double)x[c];
          }
          ck_assert_double_eq_tol((double)y[r], sum, 1e-5);
        }
      }
    }
  }
}
END_TEST

/// Rows of attention, apart from each other; nothing beyond is written
START_TEST(test_attention)
{
  static Product p;
  if (use_kernels(_i)) {
    for (int i = 0; i < n_sizes; ++i) {
      for (int k = 0; k < n_sizes; ++k) {
        const uint32_t rows   = sizes[i] < 100U ? sizes[i] : 100U;
        const uint32_t cols   = sizes[k];
        const uint32_t stride = cols + (uint32_t)(i % 3);
        float          y[131];
        float          z[131];
        fill(&p, rows, cols);
        memcpy(z, p.b, sizeof(p.b));
        y[rows] = z[cols] = 7.0F;
        echoic_kernels()->scores(p.w, stride, p.x, 0.5F, y, rows, cols);
        echoic_kernels()->mix(p.w, stride, p.x, z, rows, cols);
        ck_assert(y[rows] == 7.0F && z[cols] == 7.0F);
        for (uint32_t r = 0U; r < rows; ++r) {
          double sum = 0.0;
          for (uint32_t c = 0U; c < cols; ++c) {
            sum += 0.5 * (double)p.w[(r * stride) + c] * (double)p.x[c];
          }
          ck_assert_double_eq_tol((double)y[r], sum, 1e-5);
        }
        for (uint32_t c = 0U; c < cols; ++c) {
          double sum = (double)p.b[c];
          for (uint32_t r = 0U; r < rows; ++r) {
            sum += (double)p.w[(r * stride) + c] * (double)p.x[r];
          }
          ck_assert_double_eq_tol((double)z[c], sum, 1e-5);
        }
      }
    }
  }
}
END_TEST

/// h = a h + g x of complex numbers, frame after frame
START_TEST(test_rotate)
{
  enum { n_frames = 3U };
  static Product p;
  if (use_kernels(_i)) {
    for (uint32_t n = 1U; n <= 60U; ++n) {
      float h[121];
      float re[120];
      float im[120];
      float g[120];
      float y[(n_frames * 120U) + 1U];
      fill(&p, 1U, n);
      for (uint32_t i = 0U; i < n; ++i) {
        re[2U * i] = re[(2U * i) + 1U] = p.w[i];
        im[(2U * i) + 1U]              = p.w[1000U + i];
        im[2U * i]                     = -im[(2U * i) + 1U];
        g[2U * i] = g[(2U * i) + 1U] = p.w[2000U + i];
      }
      memcpy(h, p.w + 3000, sizeof(h));
      y[n_frames * 2U * n]    = 7.0F;
      const EchoicTurns turns = {2U * n, h, re, im, g};
      echoic_kernels()->rotate(&turns, p.w + 4000, y, n_frames);
      ck_assert(h[2U * n] == p.w[3000U + (2U * n)]);
      ck_assert(y[n_frames * 2U * n] == 7.0F);
      for (uint32_t i = 0U; i < n; ++i) {
        const double c = (double)p.w[i];
        const double s = (double)p.w[1000U + i];
        const double k = (double)p.w[2000U + i];
        double       u = (double)p.w[3000U + (2U * i)];
        double       v = (double)p.w[3001U + (2U * i)];
        for (uint32_t f = 0U; f < n_frames; ++f) {
          const size_t       at  = ((size_t)f * 2U * n) + (2U * i);
          const float* const x   = p.w + 4000U + at;
          const double       old = u;
          u                      = (c * u) - (s * v) + (k * (double)x[0]);
          v                      = (c * v) + (s * old) + (k * (double)x[1]);
          ck_assert_double_eq_tol((double)y[at], u, 4e-6);
          ck_assert_double_eq_tol((double)y[at + 1U], v, 4e-6);
        }
        ck_assert(h[2U * i] == y[(2U * (n_frames - 1U) * n) + (2U * i)]);
      }
    }
  }
}
END_TEST

/// The largest of n wherever it is; nothing beyond is looked at
START_TEST(test_greatest)
{
  if (use_kernels(_i)) {
    float x[81];
    for (uint32_t n = 1U; n <= 80U; ++n) {
      for (uint32_t at = 0U; at < n; ++at) {
        for (uint32_t i = 0U; i <= 80U; ++i) {
          x[i] = i < n ? -1.0F - (float)i : 1e9F;
        }
        ck_assert(echoic_kernels()->greatest(x, n) == -1.0F);
        ck_assert(echoic_kernels()->loudest(x, n) == (float)n);
        x[at] = 100.0F;
        ck_assert(echoic_kernels()->greatest(x, n) == 100.0F);
        x[at] = -200.0F;
        ck_assert(echoic_kernels()->loudest(x, n) == 200.0F);
      }
    }
    ck_assert(echoic_kernels()->loudest(x, 0U) == 0.0F);
  }
}
END_TEST

/// One infinity or NaN anywhere is seen; nothing beyond is looked at
START_TEST(test_is_finite)
{
  if (use_kernels(_i)) {
    float x[81];
    for (uint32_t n = 0U; n <= 80U; ++n) {
      for (uint32_t i = 0U; i <= 80U; ++i) {
        x[i] = i < n ? 3e38F : NAN;
      }
      ck_assert(echoic_kernels()->is_finite(x, n));
      for (uint32_t i = 0U; i < n; ++i) {
        x[i] = i % 3U == 0U ? NAN : i % 3U == 1U ? INFINITY : -INFINITY;
        ck_assert(!echoic_kernels()->is_finite(x, n));
        x[i] = 0.0F;
      }
    }
  }
}
END_TEST

/// Groups of one and more steps, their rows anywhere
START_TEST(test_banded)
{
  static Product p;
  if (use_kernels(_i)) {
    for (uint32_t n = 8U; n <= 40U; n += 8U) {
      uint32_t           first[40];
      uint32_t           width[5];
      const EchoicBanded m     = {n, 130U, first, width, p.w};
      const float*       group = p.w;
      float              y[41];
      fill(&p, n, 130U);
      y[n] = 7.0F;
      for (uint32_t r = 0U; r < n; ++r) {
        first[r]      = (r * 37U) % 66U;
        width[r / 8U] = ECHOIC_BAND_STEP * (1U + ((r / 8U) % 4U));
      }
      echoic_kernels()->banded(&m, p.x, y);
      ck_assert(y[n] == 7.0F);
      for (uint32_t r = 0U; r < n; ++r) {
        double sum = 0.0;
        for (uint32_t i = 0U; i < width[r / 8U]; ++i) {
          const float w =
            group[(((i / 16U * 8U) + (r % 8U)) * 16U) + (i % 16U)];
          sum += (double)w * (double)p.x[first[r] + i];
        }
        ck_assert_double_eq_tol((double)y[r], sum, 1e-5);
        group += r % 8U == 7U ? (size_t)(8U * width[r / 8U]) : 0U;
      }
    }
  }
}
END_TEST

/// What is too large, or no number, becomes 0; nothing else changes
START_TEST(test_clean)
{
  static const float bad[] = {1e6F, -1e6F, 3e38F, NAN, -NAN, INFINITY};
  if (use_kernels(_i)) {
    for (uint32_t n = 0U; n <= 40U; ++n) {
      float x[40];
      float z[41];
      for (uint32_t i = 0U; i < n; ++i) {
        x[i] = i % 3U ? (float)i - 20.5F : bad[(i + n) % 6U];
      }
      z[n] = 7.0F;
      echoic_kernels()->clean(x, 1e6F, z, n);
      ck_assert(z[n] == 7.0F);
      for (uint32_t i = 0U; i < n; ++i) {
        ck_assert(z[i] == (i % 3U ? x[i] : 0.0F));
      }
    }
  }
}
END_TEST

/// Sums, and what is divided by the square root of one
START_TEST(test_moments)
{
  static Product p;
  if (use_kernels(_i)) {
    for (int i = 0; i < n_sizes; ++i) {
      const uint32_t n        = sizes[i];
      double         exact[2] = {0.0, 0.0};
      float          sums[2]  = {7.0F, 7.0F};
      float          y[131]   = {7.0F};
      fill(&p, 1U, n);
      for (uint32_t k = 0U; k < n; ++k) {
        exact[0] += (double)p.x[k];
        exact[1] += (double)p.x[k] * (double)p.x[k];
      }
      echoic_kernels()->moments(p.x, n, sums);
      ck_assert_double_eq_tol((double)sums[0], exact[0], 1e-4);
      ck_assert_double_eq_tol((double)sums[1], exact[1], 1e-4);
      y[n] = 7.0F;
      echoic_kernels()->norm(p.x, p.w, 2.0F, y, n);
      ck_assert(y[n] == 7.0F);
      for (uint32_t k = 0U; k < n; ++k) {
        const double x = (double)p.x[k] / sqrt(exact[1] + 2.0);
        ck_assert_double_eq_tol((double)y[k], (double)p.w[k] * x, 1e-6);
      }
      memset(p.x, 0, sizeof(p.x));
      echoic_kernels()->norm(p.x, p.w, 0.0F, y, n);
      for (uint32_t k = 0U; k < n; ++k) {
        ck_assert(y[k] == 0.0F);
      }
    }
  }
}
END_TEST

/// Sets are found by name, best first; others are refused and change nothing
START_TEST(test_choice)
{
  const char* const best = echoic_kernels()->name;
  ck_assert_str_eq(best, echoic_kernels_name(0U));
  ck_assert(!echoic_kernels_force("mmx"));
  ck_assert_str_eq(echoic_kernels()->name, best);
  ck_assert(echoic_kernels_force("portable"));
  ck_assert_str_eq(echoic_kernels()->name, "portable");
  ck_assert(echoic_kernels_force(NULL));
  ck_assert_str_eq(echoic_kernels()->name, best);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("kernels");
  TCase* const tc    = tcase_create("all");
  tcase_add_test(tc, test_choice); // Before another set was used
  tcase_set_timeout(tc, 120.0);
  tcase_add_loop_test(tc, test_matrix, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_dots, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_attention, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_rotate, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_greatest, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_is_finite, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_moments, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_banded, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_clean, 0, n_kernel_sets);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
