// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Sounds that come and go are told apart. */

#include "tests/capture_rig.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

START_TEST(test_arm)
{
  const uint32_t  hit   = (uint32_t)_i;
  EchoicStretchAt taken = {0U, 0U};
  srand((unsigned)_i);
  play(onsets[hit] - 3000U, 0U, &taken);
  echoic_capture_arm(&capture);
  ck_assert(play(onsets[hit] + spacing, 0U, &taken));
  assert_is_hit(&taken, hit);
  ck_assert_int_eq(capture.state, ECHOIC_CAPTURE_IDLE);
  ck_assert(!play(n_samples, 0U, &taken)); // One only
}
END_TEST

START_TEST(test_gone)
{
  const uint32_t  hit   = (uint32_t)_i;
  EchoicStretchAt taken = {0U, 0U};
  play(onsets[hit] + 12000U, 512U, &taken);
  taken = echoic_capture_gone(&capture);
  assert_is_hit(&taken, hit);
}
END_TEST

/// Hits that ring into each other, as in a roll
START_TEST(test_roll)
{
  EchoicStretchAt taken = {0U, 0U};
  DrumKit         kit   = {rate, 9U};
  memset(music, 0, sizeof(music));
  for (uint32_t i = 0U; i < n_hits; ++i) {
    onsets[i] = rate + ((uint64_t)i * rate / 10U); // Ten a second
    kit_snare(&kit, music + onsets[i]);
  }
  kit_hiss(&kit, music, n_samples, 0.0005F);
  play(onsets[7] - 1000U, 256U, &taken);
  echoic_capture_arm(&capture);
  ck_assert(play(n_samples, 256U, &taken));
  ck_assert_uint_le(taken.start, onsets[7]);
  ck_assert_uint_gt(taken.end, onsets[7] + (rate / 25U));
  ck_assert_uint_le(taken.end, onsets[8] + (rate / 500U));
}
END_TEST

/// A snare that is no louder than the deep drum that still booms
START_TEST(test_boom)
{
  const double    turn  = 2.0 * 3.14159265358979 * 55.0 / rate;
  EchoicStretchAt taken = {0U, 0U};
  DrumKit         kit   = {rate, 7U};
  memset(music, 0, sizeof(music));
  for (uint32_t i = 0U; i < rate; ++i) {
    const double fall = exp(-(double)i / rate);
    music[rate + i]   = (float)(0.9 * fall * sin(turn * i));
  }

  onsets[0] = rate + (rate / 5U) + 131U;
  kit_snare(&kit, music + onsets[0]);
  kit_hiss(&kit, music, n_samples, 0.0005F);
  play(onsets[0] - 1000U, 256U, &taken);
  echoic_capture_arm(&capture);
  ck_assert(play(n_samples, 256U, &taken));
  ck_assert_uint_ge(taken.start + (rate / 200U), onsets[0]);
  ck_assert_uint_le(taken.start, onsets[0] + (rate / 100U));
}
END_TEST

/// Between hits that still ring there may be no noise at all, as in samples:
/// what rings isn't the next sound, a softer hit above it is
START_TEST(test_ringing)
{
  const uint32_t apart = 3U * spacing;
  memset(music, 0, sizeof(music));
  for (uint32_t i = 0U; i < 6U; ++i) {
    onsets[i]          = ((uint64_t)i * apart) + spacing;
    const double level = i % 2U ? 0.2 : 0.8;
    const double decay = 4.0 + (2.0 * i); // From 0.6 s to -26 dB to 0.2 s
    for (uint32_t k = 0U; k < apart; ++k) {
      const double t = (double)k / rate;
      music[onsets[i] + k] =
        (float)(level * exp(-decay * t) * sin(2.0 * 3.14159265 * 180.0 * t));
    }
  }

  EchoicStretchAt taken = {0U, 0U};
  for (uint32_t i = 0U; i < 6U; ++i) {
    play(onsets[i] + apart - 4800U, 256U, &taken);
    ck_assert_uint_eq(capture.n_sounds, i + 1U);
    taken = echoic_capture_gone(&capture);
    assert_begins_at(&taken, i);
  }
}
END_TEST

/// No sound: the last second; garbage: no harm
START_TEST(test_nothing)
{
  EchoicStretchAt taken = {0U, 0U};
  memset(music, 0, sizeof(music));
  echoic_capture_arm(&capture);
  ck_assert(!play(rate / 2U, 100U, &taken));
  taken = echoic_capture_gone(&capture);
  ck_assert_uint_eq(taken.start, 0U);
  ck_assert_uint_eq(taken.end, rate / 2U);
  for (uint32_t i = 0U; i < n_samples; i += 7U) {
    music[i] = i % 2U ? NAN : INFINITY;
  }
  play(n_samples, 100U, &taken);
  echoic_capture_reset(&capture);
  set_up();
  echoic_capture_arm(&capture);
  ck_assert(play(n_samples, 100U, &taken));
  assert_is_hit(&taken, 0U);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("capture");
  TCase* const tcase = tcase_create("capture");
  tcase_add_checked_fixture(tcase, set_up, NULL);
  tcase_add_loop_test(tcase, test_arm, 0, n_hits - 1);
  tcase_add_loop_test(tcase, test_gone, 0, n_hits);
  tcase_add_test(tcase, test_roll);
  tcase_add_test(tcase, test_boom);
  tcase_add_test(tcase, test_ringing);
  tcase_add_test(tcase, test_nothing);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
