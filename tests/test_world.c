// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/embed.h"
#include "dsp/lda.h"
#include "dsp/world.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N ECHOIC_N_EMBEDDED
#define D ECHOIC_N_STATES

static double mean[D];
static double cov[(size_t)D * D];
static double copy[(size_t)D * D];

/// Response of one part of a pole's state to an impulse, for `n` frames
static void
impulse(const float* const pole,
        const bool         imaginary,
        const uint32_t     n,
        double* const      out)
{
  const double a  = (double)pole[0];
  const double b  = (double)pole[1];
  double       re = sqrt(1.0 - ((a * a) + (b * b)));
  double       im = 0.0;
  for (uint32_t k = 0U; k < n; ++k) {
    out[k]          = imaginary ? im : re;
    const double at = (re * a) - (im * b);
    im              = (re * b) + (im * a);
    re              = at;
  }
}

/// White frames: what two states have in common is the product of their
/// impulse responses, summed
START_TEST(test_white)
{
  enum { n_frames = 4000, n_parts = (2 * ECHOIC_N_POLES) - 1 };
  static double h[n_parts][n_frames];
  static int8_t lagged[ECHOIC_WORLD_N_LAGS * N * N];
  static double sums[n_parts];
  float         scale[ECHOIC_WORLD_N_LAGS] = {0.01F};
  float         mean_z[N];
  float         poles[2U * ECHOIC_N_POLES];
  EchoicWorld   world = {ECHOIC_N_BANDS, mean_z, scale, lagged};
  for (uint32_t i = 0U; i < N; ++i) {
    lagged[(i * N) + i] = 100;
    mean_z[i]           = 0.1F * (float)i;
  }

  echoic_embed_poles(_i ? 40.0 : 12.0, poles);
  for (uint32_t p = 0U; p < n_parts; ++p) {
    const uint32_t s = (p + 1U) / 2U; // The first pole is real
    impulse(poles + (2U * s), p > 0U && p % 2U == 0U, n_frames, h[p]);
    sums[p] = 0.0;
    for (uint32_t k = 0U; k < n_frames; ++k) {
      sums[p] += h[p][k];
    }
  }

  ck_assert(
    !echoic_world_states(&world, poles, ECHOIC_N_POLES, 560U, mean, cov));
  for (uint32_t p = 0U; p < n_parts; ++p) {
    for (uint32_t q = 0U; q < n_parts; ++q) {
      double sum = 0.0;
      for (uint32_t k = 0U; k < n_frames; ++k) {
        sum += h[p][k] * h[q][k];
      }
      for (uint32_t i = 0U; i < N; ++i) {
        for (uint32_t j = 0U; j < N; ++j) {
          const double got = cov[((size_t)((p * N) + i) * D) + (q * N) + j];
          ck_assert_double_eq_tol(got, i == j ? sum : 0.0, 1e-6);
        }
      }
    }
    for (uint32_t i = 0U; i < N; ++i) {
      ck_assert_double_eq_tol(
        mean[(p * N) + i], sums[p] * (double)mean_z[i], 1e-5);
    }
  }
}
END_TEST

/// What ships is nearly a covariance, whatever the memory: bytes and lags left
/// out cost definiteness, which a ridge of the mean diagonal gives back
START_TEST(test_shipped)
{
  static const double lengths[] = {7.5, 24.0, 75.0, 190.0};
  const double        length    = lengths[_i];
  float               poles[2U * ECHOIC_N_POLES];
  echoic_embed_poles(length, poles);
  ck_assert_uint_gt(echoic_n_worlds, 0U);
  for (uint32_t w = 0U; w < echoic_n_worlds; ++w) {
    const EchoicWorld* const world = &echoic_worlds[w];
    ck_assert(!echoic_world_states(
      world, poles, ECHOIC_N_POLES, (uint32_t)(4.0 * length) + 1U, mean, cov));
    double trace = 0.0;
    for (uint32_t i = 0U; i < D; ++i) {
      ck_assert(isfinite(mean[i]));
      trace += cov[((size_t)i * D) + i];
      for (uint32_t j = 0U; j < i; ++j) {
        ck_assert(cov[((size_t)i * D) + j] == cov[((size_t)j * D) + i]);
      }
    }

    memcpy(copy, cov, sizeof(copy));
    for (uint32_t i = 0U; i < D; ++i) {
      ck_assert_double_gt(cov[((size_t)i * D) + i], -0.03 * trace / D);
      copy[((size_t)i * D) + i] += trace / D;
    }
    ck_assert_msg(echoic_lda_factor(copy, D),
                  "world of %u bands, L = %g",
                  world->n_bands,
                  length);
  }
}
END_TEST

/// The world with the nearest number of bands
START_TEST(test_choice)
{
  for (uint32_t n = 1U; n <= ECHOIC_N_BANDS; ++n) {
    const uint32_t got  = echoic_world_for(n)->n_bands;
    const int      best = abs((int)got - (int)n);
    for (uint32_t w = 0U; w < echoic_n_worlds; ++w) {
      ck_assert_int_le(best, abs((int)echoic_worlds[w].n_bands - (int)n));
    }
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("world");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_white, 0, 2);
  tcase_add_loop_test(tc, test_shipped, 0, 4);
  tcase_add_test(tc, test_choice);
  tcase_set_timeout(tc, 60.0);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
