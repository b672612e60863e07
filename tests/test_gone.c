// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What has just gone when somebody says so: among other sounds, and alone. */

#include "dsp/lesson.h"
#include "dsp/teach_trim.h"
#include "tests/suite.h"
#include "tests/trim_recording.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static const double rates_hz[] = {8000.0, 44100.0, 96000.0};
static const double ages_s[]   = {0.16, 0.2, 0.25, 0.29};
static const double hit_s      = 0.3;

enum {
  n_rates = sizeof(rates_hz) / sizeof(*rates_hz),
  n_ages  = sizeof(ages_s) / sizeof(*ages_s)
};

/// A sound that was found
typedef struct {
  double onset_s;
  double end_s;
} Found;

/// Find what is meant at `now_s`, thought to be heard from a time on
static Found
find(const Recording* const r,
     const double           from_s,
     const double           now_s,
     const EchoicGiven      given)
{
  const size_t        now     = (size_t)rint(now_s * r->rate_hz);
  const size_t        first   = (size_t)rint(from_s * r->rate_hz);
  const EchoicPassage passage = {r->in, now, r->rate_hz};
  EchoicLesson        lesson  = {0};
  ck_assert(
    !echoic_lesson_find(&passage, first, now, given, ECHOIC_PAUSE_S, &lesson));
  ck_assert_uint_lt(lesson.onset, lesson.end);
  ck_assert_uint_le(lesson.end, now);
  const Found found = {(double)lesson.onset / r->rate_hz,
                       (double)lesson.end / r->rate_hz};
  return found;
}

/// Check that a sound is found as if it were the only one
static void
check_alone(const Recording* const r, const double from_s, const double now_s)
{
  const Found all  = find(r, from_s, now_s, ECHOIC_GIVEN_HEARD);
  const Found gone = find(r, from_s, now_s, ECHOIC_GIVEN_GONE);
  ck_assert_double_eq(gone.onset_s, all.onset_s);
  ck_assert_double_eq(gone.end_s, all.end_s);
}

/// Hits that follow each other, loud and soft: the last that there was time to
/// react to, wherever the loudest is
START_TEST(test_among_hits)
{
  static const double steps_s[] = {0.13, 0.145, 0.16};

  const double step_s = steps_s[_i / n_rates / n_ages];
  const double age_s  = ages_s[_i / n_rates % n_ages];
  Recording    r      = silence(3.0, rates_hz[_i % n_rates]);
  add_noise(&r, 0.0, 3.0, -60.0, 1U);
  for (uint32_t k = 0U; k < 16U; ++k) {
    add_hit(
      &r, 0.2 + (step_s * k), hit_s, k % 3U ? -12.0 : -20.0, 200.0, k + 2U);
  }

  for (uint32_t k = 6U; k < 14U; ++k) {
    const double now_s  = 0.2 + (step_s * k) + age_s;
    const double passed = floor((age_s - 0.15) / step_s);
    const double due_s  = 0.2 + (step_s * (k + passed));
    const Found  found  = find(&r, now_s - 0.8, now_s, ECHOIC_GIVEN_GONE);
    ck_assert_double_eq_tol(found.onset_s, due_s, 0.004);
    ck_assert_double_ge(found.end_s, due_s + 0.1);
    ck_assert_double_le(found.end_s, due_s + step_s + 0.003);
  }

  free(r.in);
}
END_TEST

/// What is bright is found beneath what is louder
START_TEST(test_beneath_bass)
{
  const double age_s = ages_s[_i];
  Recording    r     = silence(3.0, 44100.0);
  for (size_t i = 0U; i < r.n; ++i) {
    r.in[i] = (float)(0.4 * sin(2.0 * M_PI * 90.0 * (double)i / r.rate_hz));
  }

  for (uint32_t k = 0U; k < 8U; ++k) {
    add_hit(&r, 0.5 + (0.3 * k), hit_s, -30.0, 150.0, k + 2U);
  }

  const double now_s = 2.0 + age_s;
  const Found  found = find(&r, now_s - 1.0, now_s, ECHOIC_GIVEN_GONE);
  ck_assert_double_eq_tol(found.onset_s, 2.0, 0.004);
  free(r.in);
}
END_TEST

/// A word of three syllables between pauses is taken whole, though each begins
/// as a hit does; so is one in noise, and one with others far before it
START_TEST(test_word_alone)
{
  static const double floors_db[] = {-75.0, -50.0, -40.0};

  const double late_s   = 0.05 + (0.1 * (_i / n_rates / 3));
  const double floor_db = floors_db[_i / n_rates % 3];
  Recording    r        = silence(3.0, rates_hz[_i % n_rates]);
  add_noise(&r, 0.0, 3.0, floor_db, 1U);
  add_hit(&r, 0.3, hit_s, -12.0, 60.0, 2U);
  add_hit(&r, 1.2, hit_s, -15.0, 60.0, 3U);
  add_hit(&r, 1.35, hit_s, -9.0, 60.0, 4U);
  add_hit(&r, 1.52, hit_s, -15.0, 60.0, 5U);
  check_alone(&r, 1.19, 1.8 + late_s);
  ck_assert_double_eq_tol(
    find(&r, 1.19, 1.8 + late_s, ECHOIC_GIVEN_GONE).onset_s, 1.2, 0.006);
  free(r.in);
}
END_TEST

/// What swells, and what lasts for long, are taken as before
START_TEST(test_long_alone)
{
  Recording r = silence(7.0, rates_hz[_i % n_rates]);
  add_noise(&r, 0.0, 7.0, -70.0, 1U);
  add_tone(&r, 1.0, 5.5, 2.0);
  for (size_t i = (size_t)r.rate_hz; i < r.n; ++i) {
    const double t = ((double)i / r.rate_hz) - 1.0;
    r.in[i] *= (float)(fmin(t, 1.0) * (1.0 - (0.4 * sin(31.0 * t))));
  }

  for (int k = 0; k < 6; ++k) {
    check_alone(&r, 1.0, 5.2 + (0.2 * k));
  }

  free(r.in);
}
END_TEST

/// There is nothing before the first sound; silence has none
START_TEST(test_first)
{
  const double        rate_hz = rates_hz[_i % n_rates];
  Recording           r       = silence(1.0, rate_hz);
  const EchoicPassage passage = {r.in, r.n, rate_hz};
  EchoicLesson        lesson  = {0};
  ck_assert_int_eq(
    echoic_lesson_find(
      &passage, 0U, r.n, ECHOIC_GIVEN_GONE, ECHOIC_PAUSE_S, &lesson),
    ECHOIC_NOT_FOUND);
  add_hit(&r, 0.01, hit_s, -12.0, 150.0, 2U);
  for (int now_ms = 11; now_ms < 700; now_ms += 13) {
    check_alone(&r, 0.0, now_ms / 1000.0);
  }

  free(r.in);
}
END_TEST

/// Hits of a drum loop, softer ones, too
START_TEST(test_loop)
{
  static const double onsets_s[] = {
    1.272, 1.492, 1.704, 2.131, 2.351, 2.563, 2.990};

  Recording    r       = {NULL, 0U, 0.0};
  const double onset_s = onsets_s[_i];
  if (read_samples(SAMPLES "loop_amen_full.flac", 0.0, 0.0, &r)) {
    for (int k = 0; k < 5; ++k) {
      const double now_s = onset_s + 0.16 + (0.01 * k);
      const Found  found =
        find(&r, fmax(now_s - 1.0, 0.0), now_s, ECHOIC_GIVEN_GONE);
      ck_assert_double_eq_tol(found.onset_s, onset_s, 0.014);
      ck_assert_double_ge(found.end_s, onset_s + 0.07);
    }
    free(r.in);
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("gone");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_among_hits, 0, n_rates * n_ages * 3);
  tcase_add_loop_test(tc, test_beneath_bass, 0, n_ages);
  tcase_add_loop_test(tc, test_word_alone, 0, n_rates * 3 * 5);
  tcase_add_loop_test(tc, test_long_alone, 0, n_rates);
  tcase_add_loop_test(tc, test_first, 0, n_rates);
  tcase_add_loop_test(tc, test_loop, 0, 7);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
