// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/lda.h"
#include "tests/kernel_sets.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { n_most = 61, n_rows_most = 200 };

static double a[n_most * n_most];
static double l[n_most * n_most];
static float  z[n_rows_most * n_most];

static double
uniform(void)
{
  return ((double)rand() / RAND_MAX) - 0.5;
}

/// Fill `a` with a symmetric positive definite matrix
static void
draw(const uint32_t n, const unsigned seed)
{
  static double b[n_most * n_most];
  srand(seed);
  for (uint32_t i = 0U; i < n * n; ++i) {
    b[i] = uniform();
  }

  for (uint32_t i = 0U; i < n; ++i) {
    for (uint32_t j = 0U; j < n; ++j) {
      double sum = i == j ? 0.1 : 0.0;
      for (uint32_t k = 0U; k < n; ++k) {
        sum += b[(i * n) + k] * b[(j * n) + k];
      }
      a[(i * n) + j] = sum;
    }
  }
}

/// The factor multiplied with itself is the matrix; above the diagonal nothing
/// is read or written
START_TEST(test_factor)
{
  const uint32_t n = 1U + (uint32_t)_i;
  draw(n, (unsigned)_i);
  memcpy(l, a, sizeof(l));
  for (uint32_t i = 0U; i < n; ++i) {
    for (uint32_t j = i + 1U; j < n; ++j) {
      l[(i * n) + j] = 1e300;
    }
  }

  ck_assert(echoic_lda_factor(l, n));
  for (uint32_t i = 0U; i < n; ++i) {
    ck_assert_double_gt(l[(i * n) + i], 0.0);
    for (uint32_t j = 0U; j < n; ++j) {
      double sum = 0.0;
      for (uint32_t k = 0U; k <= i && k <= j; ++k) {
        sum += l[(i * n) + k] * l[(j * n) + k];
      }
      ck_assert_double_eq_tol(sum, a[(i * n) + j], 1e-11);
      ck_assert(j <= i || l[(i * n) + j] == 1e300);
    }
  }
}
END_TEST

START_TEST(test_solve)
{
  const uint32_t n = 1U + (uint32_t)_i;
  double         x[n_most];
  double         right[n_most] = {0.0};
  draw(n, (unsigned)_i + 100U);
  for (uint32_t i = 0U; i < n; ++i) {
    right[i] = uniform();
  }

  memcpy(l, a, sizeof(l));
  memcpy(x, right, sizeof(x));
  ck_assert(echoic_lda_factor(l, n));
  echoic_lda_solve(l, n, x);
  for (uint32_t i = 0U; i < n; ++i) {
    double sum = 0.0;
    for (uint32_t j = 0U; j < n; ++j) {
      sum += a[(i * n) + j] * x[j];
    }
    ck_assert_double_eq_tol(sum, right[i], 1e-9);
  }
}
END_TEST

/// Against sums in double, on top of what was there
START_TEST(test_products)
{
  static const uint32_t rows[] = {0U, 1U, 7U, 8U, 9U, 63U, 64U, 65U, 71U, 200U};
  static float          scratch[n_most * n_most];
  const uint32_t        n = 45U;
  srand((unsigned)_i);
  for (uint32_t i = 0U; i < n_rows_most * n; ++i) {
    z[i] = (float)(uniform() + 0.5); // All positive: no large cancellation
  }

  for (uint32_t i = 0U; i < n * n; ++i) {
    a[i]       = uniform();
    l[i]       = a[i];
    scratch[i] = 1e9F; // Whatever was there
  }

  echoic_lda_add_products(z, rows[_i], n, scratch, l);
  for (uint32_t i = 0U; i < n; ++i) {
    for (uint32_t j = 0U; j <= i; ++j) {
      double sum = 0.0;
      for (uint32_t r = 0U; r < rows[_i]; ++r) {
        sum += (double)z[(r * n) + i] * (double)z[(r * n) + j];
      }
      const double got = l[(i * n) + j] - a[(i * n) + j];
      ck_assert_double_le(fabs(got - sum), (1e-5 * sum) + 1e-12);
    }
  }
}
END_TEST

/// Outer products have the same bits in every instruction set; nothing is
/// written behind the matrix
START_TEST(test_outer)
{
  if (!use_kernels(_i)) {
    return;
  }

  for (uint32_t n = 1U; n <= n_most; ++n) {
    static float c[(n_most * n_most) + 1];
    uint32_t     state = n;
    for (uint32_t i = 0U; i < ECHOIC_OUTER_ROWS * n; ++i) {
      z[i] = next_noise(&state);
    }

    for (uint32_t i = 0U; i <= n * n; ++i) {
      c[i] = 0.25F;
    }

    echoic_kernels()->outer(z, n, c);
    ck_assert(c[n * n] == 0.25F);
    for (uint32_t i = 0U; i < n; ++i) {
      for (uint32_t j = 0U; j <= i; ++j) {
        float sum = 0.0F;
        for (uint32_t r = 0U; r < ECHOIC_OUTER_ROWS; r += 2U) {
          const float* const x    = z + ((size_t)r * n);
          const float        pair = (x[i] * x[j]) + (x[n + i] * x[n + j]);
          sum                     = r ? sum + pair : pair;
        }
        ck_assert(c[(i * n) + j] == 0.25F + sum);
      }
    }
  }
}
END_TEST

START_TEST(test_refused)
{
  static const double bad[] = {0.0, -1.0, (double)NAN, HUGE_VAL};
  for (uint32_t at = 0U; at < 3U; ++at) {
    double c[9] = {2.0, 0.0, 0.0, 0.5, 2.0, 0.0, 0.5, 0.5, 2.0};
    ck_assert(echoic_lda_factor(c, 3U));
    double d[9] = {2.0, 0.0, 0.0, 0.5, 2.0, 0.0, 0.5, 0.5, 2.0};
    d[4U * at]  = bad[_i];
    ck_assert(!echoic_lda_factor(d, 3U));
  }

  double outside[] = {1.0, 0.0, 1.001, 1.0}; // Positive diagonal, yet not so
  ck_assert(!echoic_lda_factor(outside, 2U));
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("lda");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_factor, 0, 61);
  tcase_add_loop_test(tc, test_solve, 0, 61);
  tcase_add_loop_test(tc, test_products, 0, 10);
  tcase_add_loop_test(tc, test_outer, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_refused, 0, 4);
  tcase_set_timeout(tc, 60.0);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
