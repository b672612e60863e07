// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The plugin as a host sees it: taught by its buttons, heard by its notes. */

#include "plugin/ports.h"
#include "tests/plugin_music.h"
#include "tests/suite.h"

#include <math.h>

/// Taught by buttons, it plays each further hit on its onset
START_TEST(test_teach_lookahead)
{
  Host* const host  = host_open(_i ? "stereo" : "mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 30U);
  host_set(host, "lookahead", 1.0F);
  size_t pos = music_teach(host, &music);
  music_play(host, &music, &pos, music.n);

  const uint64_t latency = (uint64_t)host_get(host, "latency");
  ck_assert_uint_gt(latency, 4800U);
  ck_assert_uint_eq(latency % 2400U, 0U);
  ck_assert_uint_eq(music_found(host, &music, 6U, latency), 24U);
  ck_assert_uint_le(count_on(host), 30U); // Some while it was taught
  check_notes_paired(host);
  ck_assert_uint_ge(host->n_events, 24U);
  music_free(&music);
  host_close(host);
}
END_TEST

/// While Lookahead is on, no lesson makes hosts compensate another latency
/// but one that needs a longer one
START_TEST(test_latency_is_held)
{
  static const char* const buttons[] = {
    "undo", "that_was_it_2", "undo", "undo", "forget_1", "forget_2"};
  Host* const host  = host_open("mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 12U);
  host_set(host, "lookahead", 1.0F);
  size_t      pos     = music_teach(host, &music);
  const float latency = host_get(host, "latency");
  ck_assert(latency > 4800.0F);
  for (size_t i = 0U; i < sizeof(buttons) / sizeof(buttons[0]); ++i) {
    host_press(host, buttons[i]);
    music_play(host, &music, &pos, pos + 9600U);
    ck_assert_msg(host_get(host, "latency") == latency,
                  "%s: %g",
                  buttons[i],
                  (double)host_get(host, "latency"));
  }

  host_set(host, "lookahead", 0.0F); // Measured anew
  host_run_only(host, 64U);
  ck_assert(host_get(host, "latency") == 0.0F);
  host_set(host, "lookahead", 1.0F);
  host_run_only(host, 64U);
  ck_assert(host_get(host, "latency") == 0.0F);
  music_free(&music);
  host_close(host);
}
END_TEST

/// Live it adds no latency, and plays within the sound
START_TEST(test_teach_live)
{
  Host* const host  = host_open("mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 30U);
  size_t      pos   = music_teach(host, &music);
  music_play(host, &music, &pos, music.n);
  ck_assert(host_get(host, "latency") == 0.0F);

  uint32_t n = 0U;
  for (uint32_t i = 6U; i < music.n_hits; ++i) {
    for (uint32_t k = 0U; k < host->n_notes; ++k) {
      const HostNote* const note = &host->notes[k];
      n += note->bytes[0] == 0x99U && note->bytes[1] == (i % 2U ? 38U : 36U) &&
           note->at > music.onsets[i] && note->at < music.onsets[i] + 9600U;
    }
  }

  ck_assert_uint_ge(n, 23U);
  check_notes_paired(host);
  music_free(&music);
  host_close(host);
}
END_TEST

/// Held over a sound, or tapped before one: both teach
START_TEST(test_learn)
{
  Host* const host  = host_open("mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 16U);
  size_t      pos   = 0U;
  host_set(host, "lookahead", 1.0F);
  music_play(host, &music, &pos, music.onsets[2] - 4800U);
  host_set(host, "learn_1", 1.0F); // Held for 0.4 s
  music_play(host, &music, &pos, music.onsets[2] + 12000U);
  ck_assert(host_get(host, "teaching") == 3.0F);
  host_set(host, "learn_1", 0.0F);
  music_play(host, &music, &pos, pos + 512U);
  ck_assert_msg(strstr(host->text, "sound 1: 1 example,"), "%s", host->text);

  music_play(host, &music, &pos, music.onsets[3] - 4800U);
  host_set(host, "learn_2", 1.0F); // Tapped
  music_play(host, &music, &pos, pos + 480U);
  host_set(host, "learn_2", 0.0F);
  music_play(host, &music, &pos, pos + 480U);
  ck_assert(host_get(host, "teaching") == 1.0F);
  music_play(host, &music, &pos, music.onsets[3] + 1000U);
  ck_assert(host_get(host, "teaching") == 2.0F);
  music_play(host, &music, &pos, music.onsets[3] + 16000U);
  ck_assert_msg(strstr(host->text, "sound 2: 1 example,"), "%s", host->text);
  ck_assert(host_get(host, "teaching") == 0.0F);

  music_play(host, &music, &pos, music.n);
  const uint64_t latency = (uint64_t)host_get(host, "latency");
  ck_assert_uint_ge(music_found(host, &music, 5U, latency), 10U);
  ck_assert_ptr_nonnull(strstr(host->log, "sound 2: 1 example"));
  music_free(&music);
  host_close(host);
}
END_TEST

/// Between silence and silence nothing was heard to rest a rate on
START_TEST(test_unknown_rate)
{
  enum { n = 48000, first = 20000, last = 30000 };
  static float in[n];
  Host* const  host = host_open("mono", 48000.0, 0U);
  for (uint32_t i = first; i < last; ++i) { // A tone that rises
    const double t = (i - first) / 48000.0;
    in[i] = (float)(0.3 * sin(2.0 * M_PI * (300.0 + (2000.0 * t)) * t));
  }
  host_play(host, in, NULL, n, 256U);
  ck_assert(host_get(host, "false_alarms_1") == 0.0F);
  host_press(host, "that_was_it_1");
  ck_assert_msg(strstr(host->text, "too little else"), "%s", host->text);
  ck_assert(host_get(host, "false_alarms_1") == ECHOIC_RATE_UNKNOWN);
  host_close(host);
}
END_TEST

/// Wrong, missed, undone, forgotten: each says what it did
START_TEST(test_correct)
{
  Host* const host  = host_open("mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 20U);
  size_t      pos   = 0U;
  host_run_only(host, 0U); // What is down in the first run wasn't pressed
  host_press(host, "not_this_1");
  ck_assert_str_eq(host->text, "there is no event that could have been wrong");
  host_press(host, "undo");
  ck_assert_ptr_nonnull(strstr(host->text, "undo"));
  host_press(host, "forget_3");
  ck_assert_str_eq(host->text, "slot 3 has no sound");
  host_press(host, "that_was_it_1");
  ck_assert_msg(strstr(host->text, "nothing has been heard"), "%s", host->text);

  music_play(host, &music, &pos, music.onsets[0] + 14400U);
  host_press(host, "that_was_it_1");
  music_play(host, &music, &pos, music.onsets[2] + 14400U);
  host_press(host, "missed_1");
  ck_assert_msg(strstr(host->text, "2 examples"), "%s", host->text);
  ck_assert_ptr_null(strstr(host->text, "too little else"));
  ck_assert(host_get(host, "false_alarms_1") >= 0.0F);
  music_play(host, &music, &pos, music.onsets[4] + 14400U);
  host_press(host, "not_this_1");
  ck_assert_msg(strstr(host->text, "sound 1: not the one "), "%s", host->text);
  ck_assert_msg(strstr(host->text, "2 examples"), "%s", host->text);
  host_press(host, "undo");
  ck_assert_str_eq(host->text, "undone: Not This of sound 1");
  host_press(host, "undo");
  music_play(host, &music, &pos, music.onsets[6] + 14400U);
  host_press(host, "that_was_it_1");
  ck_assert_msg(strstr(host->text, "2 examples"), "%s", host->text);
  host_press(host, "forget_1");
  ck_assert_str_eq(host->text, "slot 1 is empty");

  music_play(host, &music, &pos, pos + 72000U); // The old one listens meanwhile
  host->n_notes = 0U;
  music_play(host, &music, &pos, music.n);
  ck_assert_uint_eq(count_on(host), 0U);
  music_free(&music);
  host_close(host);
}
END_TEST

/// A sound that is pressed for twice is one example, until that is taken back
START_TEST(test_twice)
{
  static const char already[] = "that is an example of 'sound 1' already";
  Host* const       host      = host_open("mono", 48000.0, 0U);
  Music             music     = music_new(48000.0, 4U);
  size_t            pos       = 0U;
  music_play(host, &music, &pos, music.onsets[0] + 9600U);
  host_press(host, "that_was_it_1");
  ck_assert_msg(strstr(host->text, "1 example,"), "%s", host->text);
  host_press(host, "that_was_it_1");
  ck_assert_str_eq(host->text, already);
  music_play(host, &music, &pos, music.onsets[0] + 14400U);
  host_press(host, "missed_1");
  ck_assert_str_eq(host->text, already);
  host_press(host, "undo");
  host_press(host, "that_was_it_1");
  ck_assert_msg(strstr(host->text, "1 example,"), "%s", host->text);
  music_play(host, &music, &pos, music.onsets[2] + 9600U);
  host_press(host, "that_was_it_1");
  ck_assert_msg(strstr(host->text, "2 examples"), "%s", host->text);

  // Another sound at the same time, since it began anew
  music_play(host, &music, &pos, music.n);
  lilv_instance_deactivate(host->instance);
  lilv_instance_activate(host->instance);
  Music  other = music_new(48000.0, 2U);
  size_t start = 0U;
  for (size_t i = 0U; i < other.n; ++i) {
    other.samples[i] *= 0.5F;
  }
  music_play(host, &other, &start, other.onsets[0] + 9600U);
  host_press(host, "that_was_it_1");
  ck_assert_msg(strstr(host->text, "3 examples"), "%s", host->text);
  music_free(&other);
  music_free(&music);
  host_close(host);
}
END_TEST

static void
send_key(Host* const   host,
         const int64_t frame,
         const uint8_t key,
         const bool    on)
{
  const uint8_t bytes[3] = {on ? 0x9FU : 0x8FU, key, 64U};
  host_send(
    host, "midi_in", frame, host_urid(host, LV2_MIDI__MidiEvent), 3U, bytes);
}

/// The buttons can be keys
START_TEST(test_teach_by_keys)
{
  Host* const host  = host_open("mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 8U);
  size_t      pos   = 0U;
  music_play(host, &music, &pos, music.onsets[0] + 12000U);
  send_key(host, 10, 48U + 1U, true); // That was it, slot 2
  music_play(host, &music, &pos, pos + 512U);
  ck_assert_str_eq(host->text, ""); // Off, as it is at first

  host_set(host, "trigger_channel", 16.0F);
  send_key(host, 10, 48U + 1U, true);
  music_play(host, &music, &pos, pos + 512U);
  ck_assert_msg(strstr(host->text, "sound 2: 1 example"), "%s", host->text);

  music_play(host, &music, &pos, music.onsets[1] - 4800U);
  send_key(host, 0, 36U, true); // Learn, slot 1
  music_play(host, &music, &pos, music.onsets[1] + 14400U);
  send_key(host, 100, 36U, false);
  music_play(host, &music, &pos, pos + 512U);
  ck_assert_msg(strstr(host->text, "sound 1: 1 example"), "%s", host->text);
  send_key(host, 0, 96U, true);
  music_play(host, &music, &pos, pos + 512U);
  ck_assert_str_eq(host->text, "undone: an example of sound 1");
  music_free(&music);
  host_close(host);
}
END_TEST

/// A shorter memory is taught again by itself, and decides earlier
START_TEST(test_memory)
{
  Host* const host  = host_open("mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 12U);
  host_set(host, "lookahead", 1.0F);
  size_t pos = music_teach(host, &music);
  music_play(host, &music, &pos, pos + 4800U);
  host_set(host, "memory", 0.05F);
  music_play(host, &music, &pos, pos + 24000U);
  ck_assert_str_eq(host->text, "taught again with another memory");
  music_play(host, &music, &pos, music.n);

  HostState state = host_save(host);
  ck_assert_ptr_nonnull(memmem(
    state.properties[0].value, state.properties[0].size, "max_span_s", 10U));
  host_free_state(&state);
  music_free(&music);
  host_close(host);
}
END_TEST

/// Settings of a slot: note, channel, velocity, off
START_TEST(test_slot_settings)
{
  Host* const host  = host_open("mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 12U);
  size_t      pos   = music_teach(host, &music);
  host_set(host, "note_1", 60.0F);
  host_set(host, "channel_1", 3.0F);
  host_set(host, "velocity_min_1", 77.0F);
  host_set(host, "velocity_max_1", 77.0F);
  host_set(host, "on_2", 0.0F);
  host_run_only(host, 0U);
  host->n_notes = 0U;
  music_play(host, &music, &pos, music.n);
  ck_assert_uint_ge(count_on(host), 3U);
  for (uint32_t i = 0U; i < host->n_notes; ++i) {
    const uint8_t* const bytes = host->notes[i].bytes;
    ck_assert(bytes[0] == 0x92U || bytes[0] == 0x82U);
    ck_assert_uint_eq(bytes[1], 60U);
    ck_assert(bytes[0] == 0x82U || bytes[2] == 77U);
  }

  ck_assert(host_get(host, "score_1") >= 0.0F);
  music_free(&music);
  host_close(host);
}
END_TEST

/// Notes end when the transport stops, at bypass and at a new start
START_TEST(test_notes_end)
{
  Host* const host  = host_open("mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 30U);
  size_t      pos   = music_teach(host, &music);
  host_set_speed(host, 1.0F);
  for (uint32_t i = 6U; i < 30U; ++i) {
    uint32_t n = count_on(host);
    while (pos < music.onsets[i] + 12000U && count_on(host) == n) {
      music_play(host, &music, &pos, pos + 64U);
    }
    if (count_on(host) == n) {
      continue; // Missed
    }
    n = host->n_notes;
    if (i % 3U == 0U) {
      host_set_speed(host, 0.0F);
      host_run_only(host, 16U);
      host_set_speed(host, 1.0F);
    } else if (i % 3U == 1U) {
      host_set(host, "enabled", 0.0F);
      host_run_only(host, 16U);
      host_set(host, "enabled", 1.0F);
    } else {
      lilv_instance_deactivate(host->instance);
      lilv_instance_activate(host->instance);
      host_run_only(host, 16U);
    }
    ck_assert_msg(host->n_notes > n, "case %u: no note off", i % 3U);
    check_notes_paired(host);
  }

  music_free(&music);
  host_close(host);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("plugin");
  TCase* const tcase = tcase_create("teach");
  tcase_set_timeout(tcase, 60.0);
  tcase_add_loop_test(tcase, test_teach_lookahead, 0, 2);
  tcase_add_test(tcase, test_latency_is_held);
  tcase_add_test(tcase, test_teach_live);
  tcase_add_test(tcase, test_learn);
  tcase_add_test(tcase, test_unknown_rate);
  tcase_add_test(tcase, test_correct);
  tcase_add_test(tcase, test_twice);
  tcase_add_test(tcase, test_teach_by_keys);
  tcase_add_test(tcase, test_memory);
  tcase_add_test(tcase, test_slot_settings);
  tcase_add_test(tcase, test_notes_end);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
