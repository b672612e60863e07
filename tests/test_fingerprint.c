// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The very recording of an example beneath noise: what signs have in common. */

#include "dsp/fingerprint.h"
#include "dsp/teach_fingerprint.h"
#include "tests/jingles.h"
#include "tests/signs_ring.h"
#include "tests/slow.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float beneath = 0.3F; ///< Noise of 0.5, by some 10 dB

/// Take the fingerprint of a jingle
static EchoicFingerprint
taken(const double rate_hz, const uint32_t seed)
{
  size_t            n    = (size_t)(1.2 * made_hz);
  float*            x    = noise(n, made_hz, 1e-4, 1U);
  EchoicFingerprint f    = {0U};
  EchoicMark        mark = {0};
  play(x, seed, 0.1, 1.0F);
  x                     = convert(x, rate_hz, &n);
  const EchoicPassage p = {x, n, rate_hz};
  const EchoicLesson  l = {.onset = (size_t)(0.1 * rate_hz),
                           .end   = (size_t)((0.1 + jingle_s) * rate_hz)};
  echoic_fingerprint_take(&p, &l, &mark);
  ck_assert(echoic_fingerprint_read(mark.fingerprint, &f));
  free(x);
  return f;
}

/// Compare a fingerprint with what is heard about a time
static float
compare(const EchoicFingerprint* const f,
        const float* const             x,
        const size_t                   n,
        const double                   rate_hz,
        const double                   at_s,
        double* const                  onset_s)
{
  EchoicFingerprintMatch match;
  EchoicSigns            signs = made_signs(rate_hz, 1024U);
  echoic_signs_hear(&signs, x, UINT64_MAX, n);
  echoic_fingerprint_begin(&match, llround(at_s * ECHOIC_SIGNS_HZ));
  while (!echoic_fingerprint_step(&match, f, &signs)) {
  }

  *onset_s = echoic_fingerprint_onset(&match) / ECHOIC_SIGNS_HZ;
  return match.z;
}

/// Noise with a jingle in it
static float*
noise_with(const double   rate_hz,
           const uint32_t seed,
           const double   at_s,
           const float    gain,
           size_t* const  n)
{
  *n             = (size_t)(2.5 * made_hz);
  float* const x = noise(*n, made_hz, 0.5, 9U);
  play(x, seed, at_s, gain);
  return convert(x, rate_hz, n);
}

/// 10 dB beneath noise, also upside down, it is found where it is; other
/// jingles, noise and what hasn't been heard aren't
START_TEST(test_match)
{
  const double            rate  = rates[_i];
  const EchoicFingerprint f     = taken(rate, 1U);
  const double            at_s  = 34192.0 / made_hz;
  double                  found = 0.0;
  float                   most  = 0.0F;
  size_t                  n     = 0U;
  ck_assert_uint_eq(f.n, ECHOIC_FINGERPRINT_WORDS);
  for (int sign = -1; sign <= 1; sign += 2) {
    float* const x = noise_with(rate, 1U, at_s, beneath * (float)sign, &n);
    const float  z = compare(&f, x, n, rate, at_s + (0.015 * sign), &found);
    ck_assert_msg(z > 7.0F, "%g", (double)z);
    ck_assert_double_lt(fabs(found - at_s), 0.2 / ECHOIC_SIGNS_HZ);
    ck_assert(compare(&f, x, n, rate, at_s + 0.1, &found) < 5.5F);
    ck_assert(compare(&f, x, n, rate, 2.4, &found) == 0.0F);
    free(x);
  }

  for (uint32_t seed = 2U; seed < (is_slow() ? 5U : 20U); ++seed) {
    float* const x = noise_with(rate, seed, at_s, 10.0F, &n);
    most           = fmaxf(most, compare(&f, x, n, rate, at_s, &found));
    free(x);
  }
  ck_assert_msg(most < 5.5F, "%g", (double)most);
}
END_TEST

/// Make noise of about one pitch that begins at a sample
static float*
whistle(const double hz, const size_t first, const size_t n)
{
  uint32_t     seed = 5U;
  float* const x    = (float*)calloc(n, sizeof(float));
  const float  turn = 2.0F * 0.97F * cosf((float)(6.283185307 * hz / made_hz));
  ck_assert_ptr_nonnull(x);
  for (size_t i = first; i < n; ++i) {
    x[i] = (turn * x[i - 1U]) - (0.97F * 0.97F * x[i - 2U]) +
           (0.01F * next_noise(&seed));
  }

  return x;
}

/// Half a period of high notes beside its place a recording agrees upside down:
/// the right way up counts, between any two signs
START_TEST(test_upside_down)
{
  const size_t        n      = (size_t)made_hz;
  float* const        taught = whistle(5300.0, 4800U, n);
  const EchoicPassage p      = {taught, n, made_hz};
  const EchoicLesson  l      = {.onset = 4800U, .end = n};
  EchoicMark          mark   = {0};
  EchoicFingerprint   f      = {0U};
  echoic_fingerprint_take(&p, &l, &mark);
  ck_assert(echoic_fingerprint_read(mark.fingerprint, &f));
  for (size_t i = 0U; i < 6U; ++i) {
    const size_t first = 12000U + i;
    float* const x     = whistle(5300.0, first, 2U * n);
    const double at_s  = (double)first / made_hz;
    double       found = 0.0;
    ck_assert(compare(&f, x, 2U * n, made_hz, at_s, &found) > 7.0F);
    ck_assert_double_lt(fabs(found - at_s), 0.4 / ECHOIC_SIGNS_HZ);
    free(x);
  }
  free(taught);
}
END_TEST

/// Two tones of one pitch agree at every period: that says nothing
START_TEST(test_tones)
{
  const double        rate  = 48000.0;
  const size_t        n     = (size_t)(1.5 * rate);
  float* const        x     = (float*)calloc(n, sizeof(float));
  const EchoicPassage p     = {x, n, rate};
  const EchoicLesson  l     = {.onset = 4800U, .end = 48000U};
  EchoicMark          mark  = {0};
  EchoicFingerprint   f     = {0U};
  double              found = 0.0;
  ck_assert_ptr_nonnull(x);
  for (size_t i = 0U; i < n; ++i) {
    x[i] = 0.5F * sinf(6.283185307F * 0.02F * (float)(i % 100U));
  }

  echoic_fingerprint_take(&p, &l, &mark);
  ck_assert(echoic_fingerprint_read(mark.fingerprint, &f));
  ck_assert(compare(&f, x, n, rate, 0.2, &found) < 3.0F);
  free(x);
}
END_TEST

/// Silence has none, nor have a few words; what comes from a file may be wrong
START_TEST(test_none)
{
  static float        x[48000];
  const EchoicPassage p    = {x, 48000U, 48000.0};
  EchoicLesson        l    = {.onset = 100U, .end = 47000U};
  EchoicMark          mark = {0};
  EchoicFingerprint   f    = {0U};
  memset(mark.fingerprint, 7, sizeof(mark.fingerprint));
  echoic_fingerprint_take(&p, &l, &mark);
  ck_assert(!echoic_fingerprint_read(mark.fingerprint, &f));
  for (uint32_t i = 0U; i < 48000U; ++i) {
    x[i] = (float)(i * i % 1009U) / 1009.0F;
  }
  l.end = 48000U * 2U; // Beyond the passage
  echoic_fingerprint_take(&p, &l, &mark);
  ck_assert(echoic_fingerprint_read(mark.fingerprint, &f));
  l.end = 100U + (12U * 200U);
  echoic_fingerprint_take(&p, &l, &mark);
  ck_assert(!echoic_fingerprint_read(mark.fingerprint, &f));

  memset(mark.fingerprint, 255, sizeof(mark.fingerprint));
  ck_assert(!echoic_fingerprint_read(mark.fingerprint, &f));
  memset(mark.fingerprint, 250, sizeof(mark.fingerprint));
  ck_assert(echoic_fingerprint_read(mark.fingerprint, &f));
  ck_assert_uint_eq(f.at[63], 249U);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("fingerprint");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 300.0);
  tcase_add_loop_test(tc, test_match, 0, n_rates);
  tcase_add_test(tc, test_upside_down);
  tcase_add_test(tc, test_tones);
  tcase_add_test(tc, test_none);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
