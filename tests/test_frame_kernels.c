// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Loops over samples and bands of frames, by their formulas, in every
   instruction set. */

#include "tests/kernel_sets.h"

#include "dsp/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// Every 16-bit sample, to the bit
START_TEST(test_from_shorts)
{
  static int16_t x[65536];
  static float   y[65537];
  if (use_kernels(_i)) {
    for (int32_t i = 0; i < 65536; ++i) {
      x[i] = (int16_t)(i - 32768);
    }
    for (size_t n = 0U; n <= 65536U; n += n < 40U ? 1U : 65496U) {
      y[n] = 7.0F;
      echoic_kernels()->from_shorts(x, y, n);
      ck_assert(y[n] == 7.0F);
      for (size_t i = 0U; i < n; ++i) {
        ck_assert(y[i] == (float)x[i] / 32768.0F);
      }
    }
  }
}
END_TEST

/// Sums before each chunk, to the bit
START_TEST(test_energies)
{
  if (use_kernels(_i)) {
    float    x[120];
    double   up_to[16];
    double   sum   = 0.0;
    uint32_t state = 9U;
    for (uint32_t i = 0U; i < 120U; ++i) {
      x[i] = 100.0F * next_noise(&state);
    }
    echoic_kernels()->energies(x, 15U, up_to);
    for (uint32_t k = 0U; k < 15U; ++k) {
      double y[8];
      ck_assert(up_to[k] == sum);
      for (uint32_t i = 0U; i < 8U; ++i) {
        y[i] = (double)x[(8U * k) + i] * (double)x[(8U * k) + i];
      }
      sum += ((y[0] + y[1]) + (y[2] + y[3])) + ((y[4] + y[5]) + (y[6] + y[7]));
    }
    ck_assert(up_to[15] == sum);
  }
}
END_TEST

/// Levels and gates of any number of bands, by their formulas
START_TEST(test_gates)
{
  if (use_kernels(_i)) {
    for (uint32_t n = 1U; n <= 40U; ++n) {
      float    energy[40];
      float    level[41];
      float    noise[41];
      float    gate[41];
      float    now[41];
      float    before[40];
      float    out[81];
      double   most  = -HUGE_VAL;
      uint32_t state = n;
      for (uint32_t i = 0U; i < n; ++i) {
        const float r = next_noise(&state);
        energy[i]     = 1e-3F * r * r;
        noise[i]      = -9.0F + r;
        before[i]     = 1.0F + next_noise(&state);
        most          = fmax(most, log((double)energy[i] + 1e-10));
      }
      level[n] = noise[n] = gate[n] = now[n] = out[2U * n] = 7.0F;
      const EchoicGates g                                  = {
                                         n, -9.5F, 0.25F, 0.5F, level, noise, gate, now, before, out};
      const float top = echoic_kernels()->levels(energy, 1e-10F, level, n);
      ck_assert_double_eq_tol((double)top, most, 3e-6);
      float old[40];
      memcpy(old, noise, n * sizeof(float));
      echoic_kernels()->gates(&g);
      ck_assert(level[n] == 7.0F && noise[n] == 7.0F && gate[n] == 7.0F);
      ck_assert(now[n] == 7.0F && out[2U * n] == 7.0F);
      for (uint32_t i = 0U; i < n; ++i) {
        const double l     = log((double)energy[i] + 1e-10);
        const double heard = fmax(l, -9.5);
        const double rest  = (0.75 * (double)old[i]) + (0.25 * heard);
        const double open  = log1p(exp(l - fmax(rest + 0.5, -9.5)));
        const double rise  = fmax(0.0, open - (double)before[i]);
        ck_assert_double_eq_tol((double)level[i], l, 3e-6);
        ck_assert_double_eq_tol((double)noise[i], rest, 3e-6);
        ck_assert_double_eq_tol((double)gate[i], fmax(rest + 0.5, -9.5), 3e-6);
        ck_assert_double_eq_tol((double)now[i], open, 6e-6);
        ck_assert(out[i] == now[i]);
        ck_assert_double_eq_tol((double)out[n + i], rise, 6e-6);
      }
    }
  }
}
END_TEST

/// What energies differ from others, on both sides of the knee, by its formula
START_TEST(test_misfit)
{
  if (use_kernels(_i)) {
    for (uint32_t n = 16U; n <= ECHOIC_MISFIT_MOST; n += 16U) {
      float    level[ECHOIC_MISFIT_MOST];
      float    weight[ECHOIC_MISFIT_MOST];
      float    others[ECHOIC_MISFIT_MOST];
      float    shape[ECHOIC_MISFIT_MOST];
      double   sum   = 0.0;
      uint32_t state = n;
      for (uint32_t c = 0U; c < n; ++c) {
        level[c]        = -5.0F + (5.0F * next_noise(&state));
        weight[c]       = c % 7U ? 1.0F + (0.5F * next_noise(&state)) : 0.0F;
        others[c]       = c % 5U ? fabsf(next_noise(&state)) : 0.0F;
        shape[c]        = c % 3U ? fabsf(next_noise(&state)) : 0.0F;
        const double e  = (double)others[c] + (0.3 * (double)shape[c]) + 1e-9;
        const double d  = fabs((double)level[c] - log(e)) * (double)weight[c];
        const double in = fmin(d, 3.0);
        sum += in * (d - (0.5 * in));
      }
      const EchoicMisfit m = {n, 1e-9F, 3.0F, level, weight};
      const float        c = echoic_kernels()->misfit(&m, others, shape, 0.3F);
      ck_assert_double_eq_tol((double)c, sum, 1e-5 * sum);
    }
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("frame kernels");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 120.0);
  tcase_add_loop_test(tc, test_from_shorts, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_energies, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_gates, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_misfit, 0, n_kernel_sets);
  suite_add_tcase(suite, tc);

  SRunner* const runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  const int n_failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
