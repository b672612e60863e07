// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Whoever presses, holds and lets go takes the sound that is meant. */

#include "tests/capture_rig.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

START_TEST(test_hold)
{
  EchoicStretchAt taken = {0U, 0U};
  play(onsets[2] - 5000U, 64U, &taken);
  ck_assert(!echoic_capture_release(&capture, &taken));
  echoic_capture_hold(&capture);
  ck_assert(!play(onsets[4], 64U, &taken));
  ck_assert(echoic_capture_release(&capture, &taken));
  assert_begins_at(&taken, 2U); // Not where it was held
  ck_assert_uint_eq(taken.end, onsets[4]);

  play(onsets[5] - 5000U, 64U, &taken);
  echoic_capture_hold(&capture); // A tap
  play(capture.pos + (rate / 10U), 64U, &taken);
  ck_assert(!echoic_capture_release(&capture, &taken));
  ck_assert(play(onsets[6], 64U, &taken));
  assert_is_hit(&taken, 5U);
}
END_TEST

/// A tap takes the sound that begins while it lasts, though it be over before,
/// or began a little before it; not one that has long begun
START_TEST(test_tap)
{
  static const struct {
    int32_t  pressed; ///< Samples after the onset of hit 5, a hat
    uint32_t held;
    uint32_t taken; ///< Hit
  } cases[]             = {{-4800, 9500U, 5U},
                           {-480, 9500U, 5U},
                           {0, 480U, 5U},
                           {100, 4800U, 5U},
                           {1920, 480U, 5U},
                           {1920, 9500U, 5U},
                           {4800, 480U, 6U}};
  const uint32_t  hit   = 5U;
  EchoicStretchAt taken = {0U, 0U};
  srand((unsigned)_i);
  const int64_t pressed = (int64_t)onsets[hit] + cases[_i].pressed;
  play((uint64_t)pressed, 0U, &taken);
  echoic_capture_hold(&capture);
  ck_assert(!play(capture.pos + cases[_i].held, 0U, &taken));
  ck_assert(!echoic_capture_release(&capture, &taken));
  ck_assert(play(onsets[cases[_i].taken] + spacing + 2400U, 0U, &taken));
  assert_is_hit(&taken, cases[_i].taken);
  ck_assert(!play(n_samples, 0U, &taken)); // One only
}
END_TEST

/// A hold of 0.2 s is none too short to end where it is let go
START_TEST(test_short_hold)
{
  EchoicStretchAt taken = {0U, 0U};
  const uint64_t  asked = onsets[4] - 1000U;
  play(asked, 64U, &taken);
  echoic_capture_hold(&capture);
  ck_assert(!play(asked + 9700U, 64U, &taken));
  ck_assert(echoic_capture_release(&capture, &taken));
  assert_begins_at(&taken, 4U);
  ck_assert_uint_eq(taken.end, asked + 9700U);
}
END_TEST

/// What is ended before its time has what was heard of it, if there is any: of
/// hit 4, that is pressed at so late, held so long and ended after so much more
START_TEST(test_end)
{
  static const struct {
    int32_t  pressed;
    uint32_t held; ///< Or 0: not let go
    uint32_t more;
    bool     is_taken;
  } cases[]             = {{480, 4800U, 720U, true},  // A tap
                           {480, 4800U, 4800U, true}, // Then it is nearly over
                           {480, 9700U, 720U, false}, // Was let go and taken
                           {-2400, 2000U, 100U, false}, // Waits
                           {-2400, 2000U, 1600U, false}, // It begins with the next press
                           {-2400, 2000U, 5000U, true},
                           {-2400, 0U, 2000U, false}, // Held
                           {-2400, 0U, 4000U, false},
                           {-2400, 0U, 7200U, true},
                           {-2400, 0U, 14400U, true}};
  EchoicStretchAt taken = {0U, 0U};
  const uint64_t  onset = onsets[4];
  const uint64_t  asked = onset + (uint64_t)(int64_t)cases[_i].pressed;
  play(asked, 64U, &taken);
  echoic_capture_hold(&capture);
  play(asked + cases[_i].held, 64U, &taken);
  if (cases[_i].held) {
    echoic_capture_release(&capture, &taken);
  }
  ck_assert(!play(capture.pos + cases[_i].more, 64U, &taken));
  ck_assert_int_eq(echoic_capture_end(&capture, &taken), cases[_i].is_taken);
  if (cases[_i].is_taken) {
    ck_assert_uint_ge(taken.start + 2500U, onset);
    ck_assert_uint_le(taken.start, onset);
    ck_assert_uint_gt(taken.end, onset + 2400U);
    ck_assert_uint_le(taken.end, capture.pos);
  }
  ck_assert(!echoic_capture_end(&capture, &taken));
  ck_assert(!play(n_samples, 64U, &taken)); // No more
}
END_TEST

/// A hold that is ended as the next sound has just begun has none of it
START_TEST(test_end_at_next)
{
  EchoicStretchAt taken = {0U, 0U};
  play(onsets[4] - 2400U, 64U, &taken);
  echoic_capture_hold(&capture);
  play(onsets[5] + 1440U, 64U, &taken);
  ck_assert(echoic_capture_end(&capture, &taken));
  ck_assert_uint_le(taken.start, onsets[4]);
  ck_assert_uint_gt(taken.end, onsets[4] + 4800U);
  ck_assert_uint_le(taken.end, onsets[5]);
  echoic_capture_hold(&capture);
  ck_assert_uint_le(taken.end, capture.first + (rate / 500U));
}
END_TEST

/// A hold that begins late has the beginning of its sound
START_TEST(test_late_hold)
{
  EchoicStretchAt taken = {0U, 0U};
  play(onsets[2] + 1920U, 64U, &taken);
  echoic_capture_hold(&capture);
  ck_assert(!play(onsets[4], 64U, &taken));
  ck_assert(echoic_capture_release(&capture, &taken));
  assert_begins_at(&taken, 2U);

  play(onsets[6] + 4800U, 64U, &taken);
  echoic_capture_hold(&capture); // Too late for it
  ck_assert(!play(onsets[8], 64U, &taken));
  ck_assert(echoic_capture_release(&capture, &taken));
  assert_begins_at(&taken, 7U);
}
END_TEST

/// What was held before the sound can be had, too, but no more than that
START_TEST(test_held)
{
  const uint64_t  lead  = (uint64_t)(0.2 * rate);
  EchoicStretchAt taken = {0U, 0U};
  const uint64_t  asked = onsets[2] - 5000U;
  play(asked, 64U, &taken);
  echoic_capture_hold(&capture);
  ck_assert(!play(onsets[4], 64U, &taken));
  ck_assert(echoic_capture_release(&capture, &taken));
  EchoicStretchAt held = echoic_capture_held(&capture, &taken);
  ck_assert_uint_eq(held.start, asked);
  ck_assert_uint_eq(held.end, taken.end);

  play(onsets[5] + 2880U, 64U, &taken);
  echoic_capture_hold(&capture); // 0.24 s before the next
  ck_assert(!play(onsets[7], 64U, &taken));
  ck_assert(echoic_capture_release(&capture, &taken));
  held = echoic_capture_held(&capture, &taken);
  ck_assert_uint_eq(held.start, taken.start - lead);

  play(onsets[8] + 1920U, 64U, &taken);
  echoic_capture_hold(&capture); // After it began
  ck_assert(!play(onsets[10], 64U, &taken));
  ck_assert(echoic_capture_release(&capture, &taken));
  held = echoic_capture_held(&capture, &taken);
  ck_assert_uint_eq(held.start, taken.start);
}
END_TEST

/// A hold in which many sounds begin is taken from the first on
START_TEST(test_long_hold)
{
  EchoicStretchAt taken = {0U, 0U};
  play(onsets[2] - 5000U, 64U, &taken);
  echoic_capture_hold(&capture);
  ck_assert(!play(n_samples, 64U, &taken));
  ck_assert(echoic_capture_release(&capture, &taken));
  assert_begins_at(&taken, 2U);
  ck_assert_uint_eq(taken.end, n_samples);
}
END_TEST

START_TEST(test_cancel)
{
  EchoicStretchAt taken = {0U, 0U};
  echoic_capture_arm(&capture);
  echoic_capture_cancel(&capture);
  ck_assert(!play(n_samples, 100U, &taken));
}
END_TEST

/// Nobody reacts at once: it was the hit before, if that isn't long ago
START_TEST(test_reaction)
{
  static const double ages_s[] = {0.01, 0.05, 0.08, 0.1, 0.14, 0.16, 0.29};

  EchoicStretchAt taken  = {0U, 0U};
  const double    age_s  = ages_s[_i];
  const bool      is_now = age_s > 0.09;
  for (uint32_t i = 1U; i < n_hits; ++i) {
    play(onsets[i] + (uint64_t)(age_s * rate), 64U, &taken);
    taken = echoic_capture_gone(&capture);
    assert_begins_at(&taken, is_now ? i : i - 1U);
    ck_assert_uint_le(taken.end, capture.pos);
  }

  echoic_capture_reset(&capture);
  play(onsets[0] + (rate / 50U), 64U, &taken); // The first of all
  taken = echoic_capture_gone(&capture);
  assert_begins_at(&taken, 0U);
}
END_TEST

/// Who presses in time with a hit means it, if there is no other: it is heard
/// to its end
START_TEST(test_follow)
{
  EchoicStretchAt taken = {0U, 0U};
  ck_assert(!echoic_capture_follow(&capture));
  play(onsets[0] + (rate / 50U), 64U, &taken);
  ck_assert(echoic_capture_follow(&capture));
  ck_assert_int_eq(capture.state, ECHOIC_CAPTURE_HEARING);
  ck_assert(!echoic_capture_follow(&capture)); // That is being heard
  ck_assert(play(onsets[1] - 1U, 64U, &taken));
  assert_begins_at(&taken, 0U);
  ck_assert_uint_ge(taken.end - taken.start, rate / 20U);
  play(onsets[1] + (rate / 50U), 64U, &taken);
  ck_assert(!echoic_capture_follow(&capture)); // The other may be meant
  ck_assert_int_eq(capture.state, ECHOIC_CAPTURE_IDLE);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("capture press");
  TCase* const tcase = tcase_create("capture press");
  tcase_add_checked_fixture(tcase, set_up, NULL);
  tcase_add_test(tcase, test_hold);
  tcase_add_loop_test(tcase, test_tap, 0, 7);
  tcase_add_test(tcase, test_short_hold);
  tcase_add_loop_test(tcase, test_end, 0, 10);
  tcase_add_test(tcase, test_end_at_next);
  tcase_add_test(tcase, test_late_hold);
  tcase_add_test(tcase, test_held);
  tcase_add_test(tcase, test_long_hold);
  tcase_add_test(tcase, test_cancel);
  tcase_add_loop_test(tcase, test_reaction, 0, 7);
  tcase_add_test(tcase, test_follow);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
