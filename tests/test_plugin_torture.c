// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Bad hosts: whatever they do, no crash, no hanging note, and no number that
   isn't one.  Of most use under the sanitizers (make check-asan). */

#include "tests/plugin_music.h"
#include "tests/slow.h"
#include "tests/suite.h"

#include <math.h>

static const char* const names[] = {"mono",
                                    "stereo-key",
                                    "mono-cv",
                                    "stereo-cv"};

static void
expect_sound(const Host* const host, const uint32_t n)
{
  for (uint32_t p = 0U; p < host->n_ports; ++p) {
    for (uint32_t i = 0U; host->audio[p] && host->is_output[p] && i < n; ++i) {
      const float x = host->audio[p][i];
      if (!isfinite(x) || fabsf(x) >= 9.0F) { // Asking check each time is slow
        ck_abort_msg("%s: %g", host->symbols[p], (double)x);
      }
    }
    if (!host->audio[p] && !host->atoms[p] && host->is_output[p]) {
      ck_assert_msg(isfinite(host->controls[p]), "%s", host->symbols[p]);
    }
  }
}

/// Numbers that a host may send, in range or not
static float
any_value(void)
{
  static const float odd[] = {
    0.0F, 1.0F, -1.0F, 1e30F, -1e30F, NAN, INFINITY, -INFINITY, 1e-40F};
  const int i = rand() % 18;
  return i < 9 ? odd[i] : (float)(rand() % 2000) / 10.0F;
}

/// A thousand random changes of all controls, with music, in random blocks
START_TEST(test_automation)
{
  Host* const host  = host_open(names[_i % 4], 48000.0, 0U);
  Music       music = music_new(48000.0, 16U);
  size_t      pos   = 0U;
  srand((unsigned)_i);
  for (int change = 0; change < 1000; ++change) {
    const uint32_t port = (uint32_t)rand() % host->n_ports;
    if (!host->audio[port] && !host->atoms[port] && !host->is_output[port]) {
      host->controls[port] = any_value();
    }

    // Long blocks are rare, or it would take all day
    const uint32_t n   = (uint32_t)rand() % (rand() % 20 ? 200U : 8193U);
    host->refuses_work = rand() % 10 == 0;
    host->capacity     = rand() % 5 ? host_atom_size : (uint32_t)rand() % 65U;
    for (uint32_t i = 0U; i < n; ++i) {
      host->audio[0][i] = music.samples[(pos + i) % music.n];
    }
    pos += n;
    if (rand() % 50 == 0) {
      host_set_speed(host, (float)(rand() % 2));
    }
    host_run_only(host, n);
    expect_sound(host, n);
    if (rand() % 100 == 0) {
      host_work(host);
    }
    if (rand() % 200 == 0) {
      lilv_instance_deactivate(host->instance);
      lilv_instance_activate(host->instance);
    }
    if (rand() % 100 == 0) {
      HostState state = host_save(host);
      host_restore(host, &state);
      host_free_state(&state);
    }
  }

  music_free(&music);
  host_close(host);
}
END_TEST

/// Any port may be unconnected, or be disconnected while it runs
START_TEST(test_null_ports)
{
  Host* const host  = host_open(names[_i], 48000.0, 0U);
  Music       music = music_new(48000.0, 6U);
  size_t      pos   = 0U;
  music_teach(host, &music);
  for (uint32_t port = 0U; port < host->n_ports; ++port) {
    HostAtoms* const atoms = host->atoms[port];
    float* const     audio = host->audio[port];
    void* const      data  = audio   ? (void*)audio
                             : atoms ? (void*)atoms
                                     : (void*)&host->controls[port];
    lilv_instance_connect_port(host->instance, port, NULL);
    host->atoms[port] = NULL;
    memcpy(host->audio[0], music.samples + (pos % 90000U), 2048U);
    host_run_only(host, 512U);
    expect_sound(host, host->is_output[port] ? 0U : 512U);
    pos += 512U;
    host->atoms[port] = atoms;
    lilv_instance_connect_port(host->instance, port, data);
  }

  lilv_instance_connect_port(host->instance, 100000U, NULL);
  for (uint32_t port = 0U; port < host->n_ports; ++port) {
    lilv_instance_connect_port(host->instance, port, NULL);
  }
  lilv_instance_run(host->instance, 4096U);
  lilv_instance_run(host->instance, 0U);
  music_free(&music);
  host_close(host);
}
END_TEST

/// Without a worker nothing is taught, without URIDs there are no messages:
/// the sound passes all the same
START_TEST(test_missing_features)
{
  Host* const host  = host_open("mono", 48000.0, (unsigned)_i);
  Music       music = music_new(48000.0, 4U);
  float*      out   = (float*)calloc(music.n, sizeof(float));
  host_play(host, music.samples, out, music.n, 999U);
  ck_assert_mem_eq(out, music.samples, music.n * sizeof(float));
  host_press(host, "that_was_it_1");
  if (_i == HOST_NO_WORKER) {
    ck_assert_str_eq(host->text,
                     "this host has no worker: nothing can be taught in it");
  } else {
    HostState state = {0};
    ck_assert_int_eq(
      host->state->save(
        lilv_instance_get_handle(host->instance), host_store, &state, 0U, NULL),
      LV2_STATE_ERR_NO_FEATURE);
  }

  free(out);
  music_free(&music);
  host_close(host);
}
END_TEST

/// All sample rates work, others are refused
START_TEST(test_rates)
{
  static const double rates[] = {
    8000.0, 11025.0, 22050.0, 44100.0, 96000.0, 192000.0};
  Host* const host  = host_open("mono", rates[_i], 0U);
  Music       music = music_new(rates[_i], 12U);
  host_set(host, "lookahead", 1.0F);
  size_t pos = music_teach(host, &music);
  music_play(host, &music, &pos, music.n);
  const uint64_t latency = (uint64_t)host_get(host, "latency");
  ck_assert_uint_ge(music_found(host, &music, 6U, latency), 5U);
  check_notes_paired(host);
  music_free(&music);
  host_close(host);
}
END_TEST

START_TEST(test_bad_rates)
{
  static const double rates[] = {
    0.0, -1.0, 7999.0, 192001.0, (double)NAN, (double)INFINITY};
  Host* const host = host_open("mono", rates[_i], 0U);
  ck_assert_ptr_null(host->instance);
  ck_assert_ptr_nonnull(strstr(host->log, "sample rate"));
  host_close(host);
}
END_TEST

/// Tiny, huge and infinite samples, then music: heard as if nothing had been
START_TEST(test_samples)
{
  static const float odd[] = {NAN, INFINITY, -INFINITY, 1e-40F, 1e38F, -1e38F};
  Host* const        host  = host_open("mono", 48000.0, 0U);
  Music              music = music_new(48000.0, 12U);
  host_set(host, "lookahead", 1.0F);
  size_t pos = music_teach(host, &music);
  for (uint32_t i = 0U; i < 96000U; i += 480U) {
    for (uint32_t k = 0U; k < 480U; ++k) {
      host->audio[0][k] = _i < 6 ? odd[_i] : odd[rand() % 4];
    }
    host_run_only(host, 480U);
    for (uint32_t k = 0U; k < 480U; ++k) {
      ck_assert(isfinite(host->audio[1][k]));
    }
  }

  // What was heard as loud as that takes a while to be forgotten
  const size_t hush  = (size_t)(_i == 4 || _i == 5 ? 30 : 5) * 48000U;
  float* const quiet = (float*)calloc(hush, sizeof(float));
  host_play(host, quiet, NULL, hush, 4096U);
  const uint64_t at      = host->pos;
  const uint64_t latency = (uint64_t)host_get(host, "latency");
  host_play(host, music.samples, NULL, music.n, 256U);
  ck_assert_uint_ge(music_found(host, &music, 3U, at + latency), 8U);
  free(quiet);
  (void)pos;
  music_free(&music);
  host_close(host);
}
END_TEST

/// Ports are not looked at after the last run
START_TEST(test_ports_are_freed)
{
  Host* const host = host_open("stereo-cv", 48000.0, 0U);
  host_run_only(host, 64U);
  for (uint32_t i = 0U; i < host->n_ports; ++i) {
    free(host->audio[i]);
    free(host->atoms[i]);
    host->audio[i] = NULL;
    host->atoms[i] = NULL;
  }
  host_close(host);
}
END_TEST

/// Started again, it gives the same from the same
START_TEST(test_activate)
{
  Host* const host  = host_open("mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 8U);
  music_teach(host, &music);
  host_work(host);
  HostNote first[64];
  uint32_t n_first = 0U;
  for (int round = 0; round < 3; ++round) {
    lilv_instance_deactivate(host->instance);
    lilv_instance_activate(host->instance);
    lilv_instance_activate(host->instance);
    host_run_only(host, 0U);
    host->pos     = 0U;
    host->n_notes = 0U;
    host_play(host, music.samples, NULL, music.n, 500U);
    ck_assert_uint_gt(host->n_notes, 8U);
    if (!round) {
      n_first = host->n_notes;
      memcpy(first, host->notes, n_first * sizeof(HostNote));
    }
    ck_assert_uint_eq(host->n_notes, n_first);
    for (uint32_t i = 0U; i < n_first; ++i) {
      ck_assert_uint_eq(host->notes[i].at, first[i].at);
    }
  }

  music_free(&music);
  host_close(host);
}
END_TEST

/// A sequence gets whole events or none, however little room there is
START_TEST(test_capacity)
{
  Host* const host  = host_open("mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 6U);
  music_teach(host, &music);
  for (uint32_t size = 0U; size <= 64U; ++size) {
    host->capacity = size;
    host_play(host, music.samples, NULL, 48000U, 4800U); // Looks at them
    lilv_instance_deactivate(host->instance);
    lilv_instance_activate(host->instance);
  }

  music_free(&music);
  host_close(host);
}
END_TEST

/// True if one of the notes hasn't ended
static bool
is_sounding(const Host* const host)
{
  bool sounds[128] = {false};
  bool any         = false;
  for (uint32_t k = 0U; k < host->n_notes; ++k) {
    const uint8_t* const bytes = host->notes[k].bytes;
    sounds[bytes[1]]           = (bytes[0] & 0xF0U) == 0x90U;
  }

  for (uint32_t i = 0U; i < 128U; ++i) {
    any = any || sounds[i];
  }

  return any;
}

/// What had no room to end is ended as soon as there is some
START_TEST(test_scarce_room)
{
  Host* const host  = host_open("mono", 48000.0, 0U);
  Music       music = music_new(48000.0, 8U);
  size_t      pos   = music_teach(host, &music);
  for (uint32_t i = 5U; i < 8U; ++i) {
    music_play(host, &music, &pos, music.onsets[i] + 6000U);
    ck_assert(is_sounding(host));
    host->capacity = sizeof(LV2_Atom_Sequence);
    music_play(host, &music, &pos, music.onsets[i] + 16800U);
    ck_assert(is_sounding(host));
    host->capacity = host_atom_size;
    host_run_only(host, 64U);
    ck_assert(!is_sounding(host));
  }

  music_free(&music);
  host_close(host);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("plugin torture");
  TCase* const tcase = tcase_create("torture");
  tcase_set_timeout(tcase, 120.0);
  tcase_add_loop_test(tcase, test_automation, 0, is_slow() ? 4 : 8);
  tcase_add_loop_test(tcase, test_null_ports, 0, 4);
  tcase_add_loop_test(tcase, test_missing_features, 1, 3);
  tcase_add_loop_test(tcase, test_rates, 0, 6);
  tcase_add_loop_test(tcase, test_bad_rates, 0, 6);
  tcase_add_loop_test(tcase, test_samples, 0, 7);
  tcase_add_test(tcase, test_ports_are_freed);
  tcase_add_test(tcase, test_activate);
  tcase_add_test(tcase, test_capacity);
  tcase_add_test(tcase, test_scarce_room);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
