// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* How a waveform bends, bit by bit, at any rate. */

#include "tests/noise.h"
#include "tests/signs_ring.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const double rates[] =
  {8000.0, 11025.0, 16000.0, 22050.0, 44100.0, 48000.0, 96000.0, 192000.0};

static float*
noise(const size_t n)
{
  float* const x     = (float*)malloc(n * sizeof(float));
  uint32_t     state = 5U;
  ck_assert_ptr_nonnull(x);
  for (size_t i = 0U; i < n; ++i) {
    x[i] = next_noise(&state);
  }

  return x;
}

/// Integral of held samples up to a time in samples
static double
integral(const float* const x, const double to)
{
  const size_t whole = (size_t)floor(to);
  double       sum   = (to - (double)whole) * (double)x[whole];
  for (size_t i = 0U; i < whole; ++i) {
    sum += (double)x[i];
  }

  return sum;
}

/// Signs are those of the definition, at any rate and for any split
START_TEST(test_signs)
{
  const double rate  = rates[_i];
  const double step  = rate / 16000.0;
  const size_t n     = (size_t)(700.0 * step);
  float* const x     = noise(n);
  EchoicSigns  whole = made_signs(rate, 64U);
  uint64_t     words[10];
  double       d[3]    = {0.0, 0.0, 0.0};
  uint32_t     n_wrong = 0U;
  echoic_signs_hear(&whole, x, UINT64_MAX, n);
  ck_assert_uint_eq(whole.n_words, 10U);
  memcpy(words, whole.words, sizeof(words));
  for (uint32_t m = 0U; m < 640U; ++m) {
    const double up_to = integral(x, step * m);
    d[m % 3U]          = integral(x, step * (m + 1.0)) - up_to;
    const double bend = d[m % 3U] + d[(m + 1U) % 3U] - (2.0 * d[(m + 2U) % 3U]);
    const bool   sign = (words[m / 64U] >> (m % 64U)) & 1U;
    n_wrong += fabs(bend) > 1e-3 * step && sign != (bend > 0.0);
  }
  ck_assert_uint_eq(n_wrong, 0U);

  EchoicSigns parts = made_signs(rate, 64U);
  for (size_t i = 0U; i <= n; i += 1U + (i % 7U)) {
    echoic_signs_hear(&parts, x, UINT64_MAX, i);
  }
  echoic_signs_hear(&parts, x, UINT64_MAX, n);
  ck_assert_mem_eq(parts.words, words, sizeof(words));

  echoic_signs_reset(&parts);
  float ring[8192];
  for (size_t i = 0U; i < n; ++i) { // A ring that is written anew
    ring[i % 8192U] = x[i];
    echoic_signs_hear(&parts, ring, 8191U, i + 1U);
  }
  ck_assert_mem_eq(parts.words, words, sizeof(words));
  free(x);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("signs");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 60.0);
  tcase_add_loop_test(tc, test_signs, 0, sizeof(rates) / sizeof(rates[0]));
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
