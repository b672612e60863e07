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

/// Learn that is pressed at a hit, a little late, learns that hit
START_TEST(test_late_press)
{
  Host* const host  = host_open("mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 8U);
  size_t      pos   = 0U;
  music_play(host, &music, &pos, music.onsets[1] + 1440U); // 30 ms
  host_set(host, "learn_2", 1.0F);
  music_play(host, &music, &pos, pos + 3840U);
  host_set(host, "learn_2", 0.0F);
  music_play(host, &music, &pos, music.onsets[2] - 480U);
  ck_assert_msg(strstr(host->text, "sound 2: 1 example"), "%s", host->text);
  ck_assert(host_get(host, "teaching") == 0.0F);
  music_play(host, &music, &pos, music.n);
  ck_assert_uint_ge(count_note(host, 38U), 3U); // It is a snare
  ck_assert_uint_le(count_note(host, 38U), 4U);
  music_free(&music);
  host_close(host);
}
END_TEST

/// One sound taught in two slots: that is said
START_TEST(test_confused)
{
  Host* const host  = host_open("mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 8U);
  size_t      pos   = 0U;
  music_play(host, &music, &pos, music.onsets[0] + 9600U);
  host_press(host, "that_was_it_1");
  music_play(host, &music, &pos, music.onsets[1] + 9600U);
  host_press(host, "that_was_it_2");
  ck_assert_msg(!strstr(host->text, ";"), "%s", host->text);
  music_play(host, &music, &pos, music.onsets[2] + 9600U);
  host_press(host, "that_was_it_3"); // The kick again
  ck_assert_msg(                     // First, as hosts show but the beginning
    strstr(host->text,
           "sound 3: easily confused with sound 1; 1 example, begun 0.20 s"),
    "%s",
    host->text);
  music_free(&music);
  host_close(host);
}
END_TEST

/// Return what is said behind some words, a time
static double
said_s(const Host* const host, const char* const words)
{
  const char* const at = strstr(host->text, words);
  ck_assert_msg(at != NULL, "%s", host->text);
  return strtod(at + strlen(words), NULL);
}

/// It is said which sound was meant: how long before the press it began
START_TEST(test_which)
{
  Host* const host  = host_open("mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 12U);
  size_t      pos   = 0U;
  music_play(host, &music, &pos, music.onsets[1] + 12000U);
  host_press(host, "that_was_it_2");
  ck_assert_double_eq_tol(said_s(host, "1 example, begun "), 0.25, 0.011);
  music_play(host, &music, &pos, music.onsets[2] - 2400U);
  host_set(host, "learn_1", 1.0F);
  music_play(host, &music, &pos, music.onsets[2] + 15000U);
  host_set(host, "learn_1", 0.0F);
  music_play(host, &music, &pos, pos + 512U);
  ck_assert_double_eq_tol(said_s(host, "1 example, begun "), 0.3125, 0.011);
  music_play(host, &music, &pos, music.onsets[5] + 14000U);
  host_press(host, "not_this_2");
  ck_assert_double_eq_tol(said_s(host, "2: not the one "), 0.2917, 0.011);
  ck_assert_ptr_nonnull(strstr(host->text, "s before; 1 example, 0."));

  host_press(host, "undo");
  ck_assert_str_eq(host->text, "undone: Not This of sound 2");
  host_press(host, "undo");
  ck_assert_str_eq(host->text, "undone: an example of sound 1");
  host_press(host, "forget_2");
  host_press(host, "undo");
  ck_assert_str_eq(host->text, "undone: forgetting sound 2");
  host_press(host, "undo");
  ck_assert_str_eq(host->text, "undone: an example of sound 2");
  host_press(host, "undo");
  ck_assert_str_eq(host->text, "there is nothing to undo");
  music_free(&music);
  host_close(host);
}
END_TEST

/// Not This is about the last note that came out, though with Lookahead the
/// next is known already
START_TEST(test_wrong_note)
{
  Host* const host  = host_open("mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 12U);
  host_set(host, "lookahead", 1.0F);
  size_t pos = music_teach(host, &music);
  music_play(host, &music, &pos, music.onsets[7]);
  const uint32_t n_notes = count_note(host, 36U);
  for (bool is_known = false; !is_known;) {
    host->n_events = 0U;
    music_play(host, &music, &pos, pos + 64U);
    is_known = host->n_events && !strcmp(host->event_name, "sound 1");
    ck_assert_uint_lt(pos, music.onsets[9]);
  }

  ck_assert_uint_eq(count_note(host, 36U), n_notes); // Not yet to be heard
  if (_i) {
    host_press(host, "not_this_1");
    ck_assert_msg(strstr(host->text, "sound 1:"), "%s", host->text);
  }
  music_play(host, &music, &pos, pos + 14400U);
  ck_assert_uint_gt(count_note(host, 36U), n_notes);
  host_press(host, "not_this_1");
  ck_assert_msg(strstr(host->text, "sound 1:"), "%s", host->text);
  host_press(host, "not_this_1");
  ck_assert_str_eq(host->text, "there is no event that could have been wrong");
  music_free(&music);
  host_close(host);
}
END_TEST

/// What is forgotten is silent from then on, though what was before still hears
START_TEST(test_forget)
{
  Host* const host  = host_open("mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 12U);
  size_t      pos   = music_teach(host, &music);
  music_play(host, &music, &pos, music.onsets[8] + 480U);
  ck_assert(host_get(host, "margin_1") != 0.0F);
  host_press(host, "forget_1");
  ck_assert_str_eq(host->text, "slot 1 is empty");
  ck_assert(host_get(host, "margin_1") == 0.0F);
  host->text[0] = '\0';
  host_get_property(host, NULL); // As by a window that is opened again
  host_run_only(host, 0U);
  ck_assert_str_eq(host->text, "slot 1 is empty");
  host_press(host, "not_this_1");
  ck_assert_str_eq(host->text, "there is no event that could have been wrong");
  host->n_notes = 0U;
  music_play(host, &music, &pos, music.n);
  ck_assert(host_get(host, "score_1") == 0.0F);
  ck_assert(host_get(host, "score_2") != 0.0F);
  ck_assert_uint_eq(count_note(host, 36U), 0U);
  ck_assert_uint_eq(count_note(host, 38U), 2U);
  music_free(&music);
  host_close(host);
}
END_TEST

static void
send_midi(Host* const    host,
          const uint8_t  status,
          const uint8_t  first,
          const uint8_t  second,
          const uint32_t size)
{
  const uint8_t bytes[3] = {status, first, second};
  host_send(
    host, "midi_in", 0, host_urid(host, LV2_MIDI__MidiEvent), size, bytes);
}

/// A key that holds Learn is let go by whatever ends all notes of its channel
START_TEST(test_all_notes_off)
{
  static const uint8_t endings[][4] = {{0xBFU, 123U, 0U, 3U},
                                       {0xBFU, 120U, 0U, 3U},
                                       {0xBFU, 127U, 0U, 3U},
                                       {0xFFU, 0U, 0U, 1U},
                                       {0U, 0U, 0U, 0U}}; // Another channel
  const uint8_t* const end          = endings[_i];
  Host* const          host         = host_open("mono-key", 48000.0, 0U);
  Music                music        = music_new(48000.0, 4U);
  size_t               pos          = 0U;
  host_set(host, "trigger_channel", 16.0F);
  music_play(host, &music, &pos, music.onsets[1] - 4800U);
  send_midi(host, 0x9FU, 36U, 100U, 3U); // Learn, slot 1
  music_play(host, &music, &pos, music.onsets[1] + 4800U);
  send_midi(host, 0xB0U, 123U, 0U, 3U); // These leave it
  send_midi(host, 0xBFU, 121U, 0U, 3U);
  music_play(host, &music, &pos, music.onsets[1] + 14400U);
  ck_assert(host_get(host, "teaching") == 3.0F);
  if (end[3]) {
    send_midi(host, end[0], end[1], end[2], end[3]);
  } else {
    host_set(host, "trigger_channel", 15.0F);
  }
  music_play(host, &music, &pos, pos + 512U);
  ck_assert(host_get(host, "teaching") == 0.0F);
  ck_assert_msg(strstr(host->text, "sound 1: 1 example"), "%s", host->text);

  host_set(host, "learn_2", 1.0F); // The button isn't a key
  music_play(host, &music, &pos, pos + 512U);
  if (end[3]) {
    send_midi(host, end[0], end[1], end[2], end[3]);
  }
  music_play(host, &music, &pos, music.onsets[2] + 14400U);
  ck_assert(host_get(host, "teaching") == 3.0F);
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
  tcase_add_test(tcase, test_late_press);
  tcase_add_test(tcase, test_confused);
  tcase_add_test(tcase, test_which);
  tcase_add_loop_test(tcase, test_wrong_note, 0, 2);
  tcase_add_test(tcase, test_forget);
  tcase_add_loop_test(tcase, test_all_notes_off, 0, 5);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
