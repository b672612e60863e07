// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Sounds among others, marked by hand: more or less too wide. */

#include "dsp/lesson.h"
#include "dsp/teach_trim.h"
#include "tests/suite.h"
#include "tests/trim_recording.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static const double rates_hz[]  = {8000.0, 44100.0, 96000.0};
static const double margins_s[] = {0.0, 0.01, 0.03, 0.06};

enum {
  n_rates   = sizeof(rates_hz) / sizeof(*rates_hz),
  n_margins = sizeof(margins_s) / sizeof(*margins_s)
};

/// A sound that was found
typedef struct {
  double onset_s;
  double end_s;
  bool   paused;
} Found;

static Found
find(const Recording* const r, const double start_s, const double end_s)
{
  const EchoicPassage passage = {r->in, r->n, r->rate_hz};
  const size_t        first   = (size_t)rint(start_s * r->rate_hz);
  const size_t        last    = (size_t)rint(end_s * r->rate_hz);
  EchoicLesson        lesson  = {0};
  ck_assert_int_eq(
    echoic_lesson_find(
      &passage, first, last, ECHOIC_GIVEN_MARKED, HUGE_VAL, &lesson),
    ECHOIC_OK);
  ck_assert_uint_lt(lesson.onset, lesson.end);
  ck_assert_uint_le(lesson.end, last);
  const Found found = {(double)lesson.onset / r->rate_hz,
                       (double)lesson.end / r->rate_hz,
                       lesson.paused};
  return found;
}

/// Hits that follow each other: the one that is meant begins where it does
START_TEST(test_among_hits)
{
  const double rate_hz = rates_hz[_i % n_rates];
  const double before  = margins_s[_i / n_rates % n_margins];
  const double after   = margins_s[_i / n_rates / n_margins % n_margins];
  Recording    r       = silence(2.0, rate_hz);
  add_noise(&r, 0.0, 2.0, -60.0, 1U);
  for (uint32_t k = 0U; k < 12U; ++k) {
    add_hit(&r,
            0.1 + (0.15 * k),
            0.3,
            k % 3U ? -12.0 : -20.0,
            200.0,
            (uint32_t)_i + k);
  }

  for (uint32_t k = 2U; k < 10U; ++k) {
    const double onset_s = 0.1 + (0.15 * k);
    const Found  found   = find(&r, onset_s - before, onset_s + 0.14 + after);
    ck_assert_double_eq_tol(found.onset_s, onset_s, 0.006);
    ck_assert_double_ge(found.end_s, onset_s + 0.08);
    ck_assert_double_le(found.end_s, onset_s + 0.153);
  }

  free(r.in);
}
END_TEST

/// What is bright begins where it does, beneath what is louder
START_TEST(test_beneath_bass)
{
  const double before = margins_s[_i % n_margins];
  const double after  = margins_s[_i / n_margins % n_margins];
  Recording    r      = silence(2.0, 44100.0);
  for (size_t i = 0U; i < r.n; ++i) {
    r.in[i] = (float)(0.4 * sin(2.0 * M_PI * 90.0 * (double)i / r.rate_hz));
  }

  add_hit(&r, 0.83, 0.2, -30.0, 150.0, (uint32_t)_i);
  const Found found = find(&r, 0.83 - before, 0.98 + after);
  ck_assert_double_eq_tol(found.onset_s, 0.83, 0.006);
  free(r.in);
}
END_TEST

/// Pauses inside a mark are part of the sound
START_TEST(test_pauses)
{
  const double margin = margins_s[_i / n_rates];
  Recording    r      = silence(4.0, rates_hz[_i % n_rates]);
  add_noise(&r, 0.0, 4.0, -70.0, 1U);
  add_hit(&r, 1.0, 0.3, -20.0, 0.0, 2U);
  add_hit(&r, 1.6, 0.3, -12.0, 0.0, 3U);
  add_hit(&r, 2.2, 0.3, -20.0, 0.0, 4U);
  const Found all = find(&r, 1.0 - margin, 2.5 + margin);
  ck_assert_double_eq_tol(all.onset_s, 1.0, 0.006);
  ck_assert_double_eq_tol(all.end_s, 2.5, 0.01);
  ck_assert(all.paused);

  const Found one = find(&r, 1.6 - margin, 1.9 + margin);
  ck_assert_double_eq_tol(one.onset_s, 1.6, 0.006);
  ck_assert_double_eq_tol(one.end_s, 1.9, 0.01);
  ck_assert(!one.paused);
  free(r.in);
}
END_TEST

/// A word that swells from silence begins there, not where it is loudest
START_TEST(test_swell)
{
  const double margin = margins_s[_i / n_rates];
  Recording    r      = silence(2.0, rates_hz[_i % n_rates]);
  add_noise(&r, 0.0, 2.0, -75.0, 1U);
  add_hit(&r, 0.8, 0.1, -36.0, -80.0, 2U); // A consonant, to -28 dB
  add_tone(&r, 0.9, 1.2, 20.0);
  const Found found = find(&r, 0.8 - margin, 1.2 + margin);
  ck_assert_double_eq_tol(found.onset_s, 0.8, 0.012);
  ck_assert_double_eq_tol(found.end_s, 1.2, 0.012);
  free(r.in);
}
END_TEST

/// The last of several knocks is part of them, if it isn't cut off
START_TEST(test_last_knock)
{
  Recording r = silence(2.0, rates_hz[_i % n_rates]);
  add_noise(&r, 0.0, 2.0, -70.0, 1U);
  for (uint32_t k = 0U; k < 3U; ++k) {
    add_hit(&r, 0.5 + (0.2 * k), 0.2, -12.0, 300.0, k + 2U);
  }

  const Found found = find(&r, 0.5, 1.0);
  ck_assert_double_eq_tol(found.onset_s, 0.5, 0.006);
  ck_assert_double_ge(found.end_s, 0.95);
  free(r.in);
}
END_TEST

/// However short a mark is, and whatever begins soon after it
START_TEST(test_short_marks)
{
  Recording r = silence(1.0, rates_hz[_i % n_rates]);
  add_noise(&r, 0.0, 1.0, -60.0, 1U);
  add_hit(&r, 0.5, 0.2, -12.0, 150.0, 2U);
  for (int start_ms = 480; start_ms < 505; ++start_ms) {
    for (int n_ms = 1; n_ms < 16; ++n_ms) {
      (void)find(&r, start_ms / 1000.0, (start_ms + n_ms) / 1000.0);
    }
  }

  free(r.in);
}
END_TEST

/// Noise with which a file begins is no onset
START_TEST(test_begin_of_file)
{
  const double onset_s = 0.02 + (0.01 * (_i / n_rates));
  Recording    r       = silence(1.0, rates_hz[_i % n_rates]);
  add_noise(&r, 0.0, 1.0, -47.0, 1U);
  add_hit(&r, onset_s, 0.3, -12.0, 150.0, 2U);
  ck_assert_double_eq_tol(find(&r, 0.0, 0.3).onset_s, onset_s, 0.004);
  free(r.in);
}
END_TEST

static EchoicStatus
find_at_point(const Recording* const r,
              const double           start_s,
              const double           point_s,
              const double           end_s,
              Found* const           found)
{
  const size_t        first   = (size_t)rint(start_s * r->rate_hz);
  const size_t        last    = (size_t)rint(end_s * r->rate_hz);
  const EchoicExample example = {
    r->in + first, first, last - first, r->rate_hz};
  const double       early = (point_s - start_s) * r->rate_hz;
  EchoicTrim         trim  = {0};
  const EchoicStatus st    = echoic_trim_point(&example, (size_t)early, &trim);
  found->onset_s           = start_s + ((double)trim.onset / r->rate_hz);
  found->end_s             = start_s + ((double)trim.end / r->rate_hz);
  return st;
}

/// A point beside an onset means it; a louder sound after a pause isn't meant
START_TEST(test_point)
{
  static const double asides_s[] = {-0.03, -0.01, 0.0, 0.02, 0.03};
  const double        aside_s    = asides_s[_i / n_rates];
  Found               found      = {0.0, 0.0, false};
  Recording           r          = silence(2.0, rates_hz[_i % n_rates]);
  add_noise(&r, 0.0, 2.0, -60.0, 1U);
  add_hit(&r, 0.35, 0.2, -20.0, 150.0, 2U);
  add_hit(&r, 0.5, 0.2, -20.0, 150.0, 3U);
  add_hit(&r, 0.9, 0.2, -10.0, 150.0, 4U);
  ck_assert(!find_at_point(&r, 0.4, 0.5 + aside_s, 1.5, &found));
  ck_assert_double_eq_tol(found.onset_s, 0.5, 0.003);
  ck_assert_double_eq_tol(found.end_s, 0.7, 0.05);

  // Far too early, in silence
  ck_assert(!find_at_point(&r, 0.7, 0.75 + aside_s, 1.5, &found));
  ck_assert_double_eq_tol(found.onset_s, 0.9, 0.003);
  free(r.in);
}
END_TEST

/// Where nothing begins a point is taken as it is; after the last sound there
/// is nothing to find
START_TEST(test_point_of_nothing)
{
  Found     found = {0.0, 0.0, false};
  Recording r     = silence(2.0, 44100.0);
  add_noise(&r, 0.2, 1.0, -20.0, 1U);
  ck_assert(!find_at_point(&r, 0.4, 0.5, 1.4, &found));
  ck_assert_double_eq_tol(found.onset_s, 0.5, 0.001);
  ck_assert_double_eq_tol(found.end_s, 1.0, 0.005);
  ck_assert_int_eq(find_at_point(&r, 0.9, 1.1, 2.0, &found), ECHOIC_NOT_FOUND);
  free(r.in);
}
END_TEST

/// Hits of a drum loop, marked too wide in the loop
START_TEST(test_loop)
{
  static const double onsets_s[] = {0.426, 0.645, 1.067, 1.286, 1.502};
  Recording           r          = {NULL, 0U, 0.0};
  const double        onset_s    = onsets_s[_i];
  if (read_samples(SAMPLES "loop_amen_full.flac", 0.0, 0.0, &r)) {
    for (int k = 0; k < n_margins; ++k) {
      const double start_s = onset_s - margins_s[k];
      const Found  found   = find(&r, start_s, onset_s + 0.18);
      ck_assert_double_eq_tol(found.onset_s, onset_s, 0.013);
      ck_assert_double_ge(found.end_s, onset_s + 0.1);
    }
    free(r.in);
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("marked");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_among_hits, 0, n_rates * n_margins * n_margins);
  tcase_add_loop_test(tc, test_beneath_bass, 0, n_margins * n_margins);
  tcase_add_loop_test(tc, test_pauses, 0, n_rates * n_margins);
  tcase_add_loop_test(tc, test_swell, 0, n_rates * n_margins);
  tcase_add_loop_test(tc, test_last_knock, 0, n_rates);
  tcase_add_loop_test(tc, test_short_marks, 0, n_rates);
  tcase_add_loop_test(tc, test_begin_of_file, 0, n_rates * 5);
  tcase_add_loop_test(tc, test_point, 0, n_rates * 5);
  tcase_add_test(tc, test_point_of_nothing);
  tcase_add_loop_test(tc, test_loop, 0, 5);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
