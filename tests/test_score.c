// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/confusion.h"
#include "host/score.h"
#include "host/summary.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { max_n = 7 };

static uint32_t seed;

static double
random_time(const double limit)
{
  seed = (1664525U * seed) + 1013904223U;
  return limit * (double)(seed >> 8U) / (double)(1U << 24U);
}

/// Most pairs by trying everything: reference `r` with any free detection
static size_t
best_by_search(const double* const refs,
               const size_t        n_refs,
               const double* const found,
               const size_t        n_found,
               const double        tolerance,
               const unsigned      used)
{
  if (!n_refs) {
    return 0U;
  }

  size_t best =
    best_by_search(refs + 1, n_refs - 1U, found, n_found, tolerance, used);
  for (size_t i = 0U; i < n_found; ++i) {
    if (!(used & (1U << i)) && fabs(found[i] - refs[0]) <= tolerance) {
      const size_t n =
        1U +
        best_by_search(
          refs + 1, n_refs - 1U, found, n_found, tolerance, used | (1U << i));
      best = n > best ? n : best;
    }
  }

  return best;
}

/// As many pairs as an exhaustive search finds, one to one, within tolerance
START_TEST(test_match_is_maximum)
{
  double      refs[max_n];
  double      found[max_n];
  EchoicMatch matches[max_n];
  size_t      n        = 0U;
  seed                 = (uint32_t)_i + 1U;
  const size_t n_refs  = (size_t)random_time(max_n + 0.999);
  const size_t n_found = (size_t)random_time(max_n + 0.999);
  for (size_t i = 0U; i < max_n; ++i) {
    refs[i]  = random_time(1.0);
    found[i] = random_time(1.0);
  }

  ck_assert_int_eq(
    echoic_score_match(refs, n_refs, found, n_found, 0.1, matches, &n),
    ECHOIC_OK);
  ck_assert_uint_eq(n, best_by_search(refs, n_refs, found, n_found, 0.1, 0U));
  unsigned used_refs  = 0U;
  unsigned used_found = 0U;
  for (size_t i = 0U; i < n; ++i) {
    const double error = found[matches[i].found] - refs[matches[i].ref];
    ck_assert_double_le(fabs(error), 0.1 + 1e-8);
    ck_assert(!(used_refs & (1U << matches[i].ref)));
    ck_assert(!(used_found & (1U << matches[i].found)));
    used_refs |= 1U << matches[i].ref;
    used_found |= 1U << matches[i].found;
  }
}
END_TEST

/// The edge of the tolerance counts, in spite of rounding
START_TEST(test_tolerance_is_inclusive)
{
  const double refs[]  = {0.3, 10.0};
  const double found[] = {0.35, 9.9499};
  EchoicMatch  matches[2];
  size_t       n = 0U;
  ck_assert_int_eq(echoic_score_match(refs, 2U, found, 2U, 0.05, matches, &n),
                   ECHOIC_OK);
  ck_assert_uint_eq(n, 1U);
  ck_assert_uint_eq(matches[0].ref, 0U);
}
END_TEST

static const char* labels_ab[] = {"a", "b"};

static EchoicEpisode episodes[] = {
  {"one.wav", "set", "quiet", 0.05, 1800.0, 2U, labels_ab, NULL},
  {"two.wav", "set", "noisy", 0.05, 5400.0, 1U, labels_ab, NULL},
};

static EchoicBenchExample examples[] = {
  {"set", 1.0, {"one.wav", "a", 1.0, 1.1}},
};

static EchoicOccurrence annotations_at[] = {
  {"one.wav", "a", 1.0, 1.1}, // Given away
  {"one.wav", "a", 2.0, 2.1},
  {"one.wav", "a", 3.0, 3.1},
  {"one.wav", "b", 4.0, 4.1},
  {"two.wav", "a", 1.0, 1.1},
  {"two.wav", "x", 5.0, 5.1}, // Not asked for
};

static EchoicDetection found_at[] = {
  {"one.wav", "a", 1.01, 1.1, 1.2, 1.0}, // On the example: excused
  {"one.wav", "a", 1.03, 1.1, 1.2, 0.9}, // A second one there: false
  {"one.wav", "a", 2.02, 2.1, 2.1, 0.8}, // Hit, 20 ms late, known at 100 ms
  {"one.wav", "a", 4.01, 4.1, 4.2, 0.7}, // False, where b is
  {"one.wav", "b", 4.04, 4.1, 4.1, 0.6}, // Hit, 40 ms late
  {"one.wav", "b", 9.0, 9.1, 9.1, 0.5},  // False, where nothing is
  {"two.wav", "a", 0.97, 1.1, 1.2, 0.4}, // Hit, 30 ms early
  {"two.wav", "b", 1.0, 1.1, 1.2, 0.3},  // Not asked for
};

static EchoicBenchTask         task;
static const EchoicOccurrences annotations = {6U, annotations_at, {0}};
static const EchoicDetections  found       = {8U, 8U, found_at};
static EchoicScore             score;

static void
setup(void)
{
  task.n_episodes = 2U;
  task.episodes   = episodes;
  task.n_examples = 1U;
  task.examples   = examples;
  ck_assert_int_eq(echoic_score_prepare(&task, &annotations, &found, &score),
                   ECHOIC_OK);
}

static void
teardown(void)
{
  echoic_score_clear(&score);
}

static void
check_counts(const char* const condition,
             const char* const label,
             const double      min_score,
             const size_t      tp,
             const size_t      fp,
             const size_t      fn)
{
  EchoicCounts c = {0U, 0U, 0U};
  ck_assert_int_eq(echoic_score_sum(&score, condition, label, min_score, &c),
                   ECHOIC_OK);
  ck_assert_uint_eq(c.tp, tp);
  ck_assert_uint_eq(c.fp, fp);
  ck_assert_uint_eq(c.fn, fn);
}

/// Given examples are neither hit nor missed nor false
START_TEST(test_counts)
{
  ck_assert_uint_eq(score.n_items, 3U);
  check_counts(NULL, NULL, -HUGE_VAL, 3U, 3U, 1U);
  check_counts("quiet", "a", -HUGE_VAL, 1U, 2U, 1U);
  check_counts("quiet", "b", -HUGE_VAL, 1U, 1U, 0U);
  check_counts("noisy", NULL, -HUGE_VAL, 1U, 0U, 0U);
  check_counts(NULL, NULL, 0.55, 2U, 2U, 2U);
  check_counts(NULL, NULL, 2.0, 0U, 0U, 4U);
}
END_TEST

/// Macro F1, false alarms per hour, onset errors, latency, worked out by hand
START_TEST(test_summary)
{
  EchoicSummary s;
  ck_assert_int_eq(echoic_summarise(&score, NULL, "quiet", &s), ECHOIC_OK);
  const double f_a = 2.0 / 5.0; // P 1/3, R 1/2
  const double f_b = 2.0 / 3.0; // P 1/2, R 1
  ck_assert_double_eq_tol(s.macro_f1, (f_a + f_b) / 2.0, 1e-12);
  ck_assert_double_eq_tol(s.hours, 0.5, 1e-12);
  ck_assert_double_eq_tol(
    echoic_false_alarms_per_hour(s.counts, s.hours), 6.0, 1e-9);
  ck_assert(isnan(s.best_f1));

  ck_assert_int_eq(echoic_summarise(&score, &score, NULL, &s), ECHOIC_OK);
  ck_assert_double_eq_tol(s.macro_f1, (((f_a + f_b) / 2.0) + 1.0) / 2.0, 1e-12);
  ck_assert_uint_eq(s.n_hits, 3U);
  ck_assert_double_eq_tol(s.error_median_ms, 20.0, 1e-6);
  ck_assert_double_eq_tol(s.error_p90_ms, 30.0, 1e-6); // Of 20, 30, 40
  ck_assert_double_eq_tol(s.latency_median_ms, 100.0, 1e-6);

  // a is best above 0.8 (P 1/2, R 1/2), b above 0.6
  ck_assert_double_eq_tol(s.best_f1, (((0.5 + 1.0) / 2.0) + 1.0) / 2.0, 1e-12);
}
END_TEST

/// A sweep's points are the counts at those thresholds
START_TEST(test_sweep)
{
  EchoicSweep sweep = {0U, NULL};
  ck_assert_int_eq(echoic_sweep(&score, "quiet", "a", &sweep), ECHOIC_OK);
  ck_assert_uint_eq(sweep.n, 4U);
  for (size_t i = 0U; i < sweep.n; ++i) {
    const EchoicCounts c = sweep.at[i].counts;
    check_counts("quiet", "a", sweep.at[i].threshold, c.tp, c.fp, c.fn);
    ck_assert(!i || sweep.at[i].threshold < sweep.at[i - 1U].threshold);
  }

  const EchoicSweepPoint* const best = echoic_sweep_best(&sweep);
  const EchoicCounts            all  = {2U, 0U, 0U};
  const EchoicCounts            none = {0U, 0U, 2U};
  ck_assert_double_eq(best->threshold, 0.8);
  ck_assert_double_eq(echoic_sweep_best_f1(&sweep, none),
                      echoic_f1(best->counts));
  ck_assert_double_eq(echoic_sweep_best_f1(&sweep, all), 1.0);
  echoic_sweep_clear(&sweep);
}
END_TEST

/// False alarms are counted where something else was, or under nothing
START_TEST(test_confusion)
{
  static const size_t expected[] = {1U,
                                    0U,
                                    1U, // a: hit, as b, missed
                                    1U,
                                    1U,
                                    0U, // b: as a, hit
                                    1U,
                                    1U,
                                    0U}; // Nothing there
  EchoicConfusion     confusion;
  ck_assert_int_eq(echoic_confusion(&score, "quiet", &confusion), ECHOIC_OK);
  ck_assert_uint_eq(confusion.labels.n, 2U);
  for (size_t i = 0U; i < 9U; ++i) {
    ck_assert_uint_eq(confusion.counts[i], expected[i]);
  }
  echoic_confusion_clear(&confusion);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("score");
  TCase* const match = tcase_create("match");
  tcase_add_loop_test(match, test_match_is_maximum, 0, 300);
  tcase_add_test(match, test_tolerance_is_inclusive);
  suite_add_tcase(suite, match);

  TCase* const figures = tcase_create("figures");
  tcase_add_checked_fixture(figures, setup, teardown);
  tcase_add_test(figures, test_counts);
  tcase_add_test(figures, test_summary);
  tcase_add_test(figures, test_sweep);
  tcase_add_test(figures, test_confusion);
  suite_add_tcase(suite, figures);

  return run_suite(suite);
}
