// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Buttons and keys, pressed at any time, do what is expected of them. */

#include "tests/plugin_music.h"
#include "tests/suite.h"

static uint32_t
count_note(const Host* const host, const uint8_t note)
{
  uint32_t n = 0U;
  for (uint32_t k = 0U; k < host->n_notes; ++k) {
    n += host->notes[k].bytes[0] == 0x99U && host->notes[k].bytes[1] == note;
  }

  return n;
}

/// What is forgotten is silent from then on, though what was before still hears
START_TEST(test_forget)
{
  Host* const host  = host_open("mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 12U);
  size_t      pos   = music_teach(host, &music);
  music_play(host, &music, &pos, music.onsets[8] + 480U);
  host_press(host, "forget_1");
  ck_assert_str_eq(host->text, "slot 1 is empty");
  host->text[0] = '\0';
  host_get_property(host, NULL); // As by a window that is opened again
  host_run_only(host, 0U);
  ck_assert_str_eq(host->text, "slot 1 is empty");
  host->n_notes = 0U;
  music_play(host, &music, &pos, music.n);
  ck_assert_uint_eq(count_note(host, 36U), 0U);
  ck_assert_uint_eq(count_note(host, 38U), 2U);
  music_free(&music);
  host_close(host);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("plugin buttons");
  TCase* const tcase = tcase_create("buttons");
  tcase_set_timeout(tcase, 60.0);
  tcase_add_test(tcase, test_forget);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
