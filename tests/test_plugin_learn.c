// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Learn is pressed again before it is done, or isn't meant any more. */

#include "tests/plugin_music.h"
#include "tests/suite.h"

static Host* host;
static Music music;

static void
set_up(void)
{
  host  = host_open("mono", 48000.0, 0U);
  music = music_new(48000.0, 8U);
}

static void
tear_down(void)
{
  music_free(&music);
  host_close(host);
}

/// Return if something that was taught is in the log
static bool
is_taught(const char* const text)
{
  return strstr(host->log, text);
}

static void
assert_said(const char* const text)
{
  ck_assert_msg(strstr(host->text, text), "%s", host->text);
}

/// A tap on Learn 2 at a hit, and a Learn 3 before that hit is over: both learn
START_TEST(test_next)
{
  static const uint32_t pauses[] = {720U, 2400U, 4800U, 9600U};
  size_t                pos      = 0U;
  music_play(host, &music, &pos, music.onsets[1] + 960U);
  host_set(host, "learn_2", 1.0F);
  music_play(host, &music, &pos, pos + 2880U);
  host_set(host, "learn_2", 0.0F);
  music_play(host, &music, &pos, pos + pauses[_i]);
  host_set(host, "learn_3", 1.0F);
  music_play(host, &music, &pos, music.onsets[2] - 480U);
  ck_assert(is_taught("sound 2: 1 example"));
  music_play(host, &music, &pos, music.onsets[2] + 9600U);
  host_set(host, "learn_3", 0.0F);
  music_play(host, &music, &pos, pos + 4800U);
  ck_assert_msg(is_taught("sound 3: 1 example"), "%s", host->log);
  ck_assert(host_get(host, "teaching") == 0.0F);
}
END_TEST

/// That Was It, pressed in time with the first hit, learns all of it
START_TEST(test_in_time)
{
  size_t pos      = 0U;
  double length_s = 0.0;
  music_play(host, &music, &pos, music.onsets[0] + 960U);
  host_press(host, "that_was_it_2");
  ck_assert(host_get(host, "teaching") == 2.0F);
  music_play(host, &music, &pos, music.onsets[1] - 480U);
  assert_said("sound 2: 1 example");
  const char* const said = strstr(host->text, "before, ");
  ck_assert_ptr_nonnull(said);
  ck_assert_int_eq(sscanf(said, "before, %lf s long", &length_s), 1);
  ck_assert_double_ge(length_s, 0.1);
}
END_TEST

/// Buttons that stay down, as in hosts whose buttons are switches
START_TEST(test_switches)
{
  size_t pos = 0U;
  music_play(host, &music, &pos, music.onsets[0] - 4800U);
  host_set(host, "learn_1", 1.0F);
  music_play(host, &music, &pos, music.onsets[1] - 4800U);
  host_set(host, "learn_2", 1.0F);
  music_play(host, &music, &pos, music.onsets[2] - 4800U);
  host_set(host, "learn_3", 1.0F);
  music_play(host, &music, &pos, music.onsets[2] - 2400U);
  ck_assert(is_taught("sound 1: 1 example"));
  ck_assert(is_taught("sound 2: 1 example"));
  ck_assert(host_get(host, "teaching") == 3.0F);
  host_set(host, "learn_1", 0.0F); // Ends no other
  host_set(host, "learn_2", 0.0F);
  music_play(host, &music, &pos, pos + 256U);
  ck_assert(host_get(host, "teaching") == 3.0F);
}
END_TEST

/// Nothing came for the first, that waits or is held: it is dropped, which is
/// said
START_TEST(test_dropped)
{
  size_t pos = 0U;
  music_play(host, &music, &pos, music.onsets[0] - 9600U);
  host_set(host, "learn_1", 1.0F);
  music_play(host, &music, &pos, pos + 480U);
  if (_i) {
    host_set(host, "learn_1", 0.0F);
  }
  music_play(host, &music, &pos, pos + 480U);
  host_set(host, "learn_2", 1.0F);
  music_play(host, &music, &pos, pos + 480U);
  ck_assert_str_eq(host->text,
                   "sound 1: nothing was learnt: Learn 2 was pressed before a "
                   "sound came");
  host_set(host, "learn_2", 0.0F);
  music_play(host, &music, &pos, music.n);
  ck_assert(is_taught("sound 2: 1 example"));
  ck_assert(!is_taught("sound 1:"));
}
END_TEST

/// Learn once more at the sound it waited for goes on with that
START_TEST(test_again)
{
  size_t pos = 0U;
  music_play(host, &music, &pos, music.onsets[0] - 9600U);
  host_press(host, "learn_1");
  music_play(host, &music, &pos, music.onsets[0] + 1440U);
  ck_assert(host_get(host, "teaching") == 2.0F);
  host_press(host, "learn_1");
  ck_assert_msg(!strstr(host->text, "nothing"), "%s", host->text);
  music_play(host, &music, &pos, music.onsets[1]);
  assert_said("sound 1: 1 example");
}
END_TEST

/// A Learn that waits is cancelled by what one would press then
START_TEST(test_cancel)
{
  static const char* const buttons[] = {"undo", "forget_1", "learn_1"};
  size_t                   pos       = 0U;
  music_play(host, &music, &pos, music.onsets[0] - 9600U);
  host_press(host, "learn_1");
  ck_assert(host_get(host, "teaching") == 1.0F);
  host_press(host, buttons[_i]);
  ck_assert_str_eq(host->text, "sound 1: nothing was learnt: it is cancelled");
  ck_assert(host_get(host, "teaching") == 0.0F);
  music_play(host, &music, &pos, music.onsets[2]);
  ck_assert(!is_taught("sound 1: 1"));
  host_press(host, "undo"); // Then it is as ever
  ck_assert_str_eq(host->text, "there is nothing to undo");
  host_press(host, "forget_1");
  ck_assert_str_eq(host->text, "slot 1 has no sound");
}
END_TEST

/// Forget of another slot has nothing to do with it
START_TEST(test_forget_other)
{
  size_t pos = 0U;
  music_play(host, &music, &pos, music.onsets[0] - 9600U);
  host_press(host, "learn_1");
  host_press(host, "forget_2");
  ck_assert_str_eq(host->text, "slot 2 has no sound");
  music_play(host, &music, &pos, music.onsets[1]);
  assert_said("sound 1: 1 example");
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("plugin learn");
  TCase* const tcase = tcase_create("learn");
  tcase_set_timeout(tcase, 60.0);
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_add_loop_test(tcase, test_next, 0, 4);
  tcase_add_test(tcase, test_in_time);
  tcase_add_test(tcase, test_switches);
  tcase_add_loop_test(tcase, test_dropped, 0, 2);
  tcase_add_test(tcase, test_again);
  tcase_add_loop_test(tcase, test_cancel, 0, 3);
  tcase_add_test(tcase, test_forget_other);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
