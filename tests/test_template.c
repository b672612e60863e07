// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Kernels that compare with templates, of every instruction set, against
   double. */

#include "tests/kernel_sets.h"
#include "tests/suite.h"

#include <math.h>
#include <string.h>

enum { most_rows = 9, most_cols = 65, most_places = 19, most_apart = 130 };
enum { n_heard = (most_rows + most_places) * most_apart };

static const uint32_t all_cols[] = {1U, 3U, 8U, 15U, 16U, 17U, 40U, 65U};

enum { n_all_cols = sizeof(all_cols) / sizeof(*all_cols) };

static float heard[n_heard];
static float gate[n_heard];
static float own[most_rows * most_cols];

static void
fill(float* const x, const uint32_t n, const float scale, uint32_t* const state)
{
  for (uint32_t i = 0U; i < n; ++i) {
    x[i] = scale * next_noise(state);
  }
}

/// Each number of places with rows that touch, and that lie apart
START_TEST(test_slide)
{
  uint32_t state = 1U + (uint32_t)_i;
  fill(heard, n_heard, 1.0F, &state);
  fill(own, most_rows * most_cols, 1.0F, &state);
  for (int c = 0; use_kernels(_i) && c < n_all_cols; ++c) {
    const uint32_t cols = all_cols[c];
    for (uint32_t n = 1U; n <= most_places; ++n) {
      const uint32_t rows  = 1U + (n % most_rows);
      const size_t   apart = n % 2U ? cols : most_apart;
      float          y[most_places + 1];
      y[n] = 7.0F;
      echoic_kernels()->slide(heard, apart, own, rows, cols, y, n);
      ck_assert(y[n] == 7.0F);
      for (uint32_t k = 0U; k < n; ++k) {
        double sum = 0.0;
        for (uint32_t i = 0U; i < rows * cols; ++i) {
          const size_t at = ((k + (i / cols)) * apart) + (i % cols);
          sum += (double)heard[at] * (double)own[i];
        }
        ck_assert_double_eq_tol((double)y[k], sum, 2e-5);
      }
    }
  }
}
END_TEST

/// Sums of what is expected, from faint to loud, added to what is there: each y
/// within the error that is stated
START_TEST(test_expected)
{
  const double error = 2e-5;
  uint32_t     state = 100U + (uint32_t)_i;
  fill(heard, n_heard, 1.0F, &state);
  fill(gate, n_heard, 6.0F, &state);
  fill(own, most_rows * most_cols, 6.0F, &state);
  for (int c = 0; use_kernels(_i) && c < n_all_cols; ++c) {
    const uint32_t cols = all_cols[c];
    for (uint32_t rows = 1U; rows <= most_rows; ++rows) {
      const size_t         apart = rows % 2U ? cols : most_apart;
      const float          gain  = (float)rows - 5.0F;
      const EchoicExpected e     = {rows, cols, own, gain, gate, heard, apart};
      double               exact[3] = {0.5, -1.0, 2.0};
      double               most[3]  = {0.0, 0.0, 0.0};
      float                sums[3]  = {0.5F, -1.0F, 2.0F};
      echoic_kernels()->expected(&e, sums);
      for (uint32_t i = 0U; i < rows * cols; ++i) {
        const size_t at = ((i / cols) * apart) + (i % cols);
        const double y =
          log1p(exp((double)own[i] + (double)gain - (double)gate[at]));
        exact[0] += y;
        exact[1] += y * y;
        exact[2] += y * (double)heard[at];
        most[0] += error;
        most[1] += ((2.0 * y) + error) * error;
        most[2] += fabs((double)heard[at]) * error;
      }
      for (int k = 0; k < 3; ++k) {
        most[k] += 1e-6 * (10.0 + exact[1]);
        ck_assert_double_eq_tol((double)sums[k], exact[k], most[k]);
      }
    }
  }
}
END_TEST

static int
compare(const void* const a, const void* const b)
{
  const float x = *(const float*)a;
  const float y = *(const float*)b;
  return (x > y) - (x < y);
}

/// The middle one of any number: noise, with a few far away, few different ones
START_TEST(test_median)
{
  enum { most = 272 };
  uint32_t state = 3U;
  float    x[most + ECHOIC_MOST_LANES + 1];
  float    sorted[most];
  for (uint32_t n = 1U; use_kernels(_i) && n <= most; ++n) {
    for (uint32_t kind = 0U; kind < 3U; ++kind) {
      fill(x, n, kind == 2U ? 2.0F : 1.0F, &state);
      for (uint32_t i = 0U; i < n && kind; ++i) {
        x[i] = kind == 1U ? expf(20.0F * x[i]) : rintf(x[i]);
      }
      memcpy(sorted, x, n * sizeof(float));
      qsort(sorted, n, sizeof(float), compare);
      x[n + ECHOIC_MOST_LANES] = 7.0F;
      ck_assert(echoic_kernels()->median(x, n) == sorted[n / 2U]);
      ck_assert(x[n + ECHOIC_MOST_LANES] == 7.0F);
    }
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("template");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_slide, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_expected, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_median, 0, n_kernel_sets);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
