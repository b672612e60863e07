// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What was taught lives in the session, whatever happens to it. */

#include "dsp/utf8.h"
#include "tests/plugin_music.h"
#include "tests/suite.h"
#include "tests/temp.h"

#include <sys/stat.h>

static const char model_key[] = "urn:echoic:model";
static const char kit_key[]   = "urn:echoic:kit";

static Host*     teacher; ///< A plugin that was taught kick and snare
static Music     music;
static HostState saved;

static void
set_up(void)
{
  music   = music_new(48000.0, 16U);
  teacher = host_open("mono", 48000.0, 0U);
  music_teach(teacher, &music);
  saved = host_save(teacher);
  ck_assert_uint_eq(saved.n, 1U);
}

static void
tear_down(void)
{
  host_free_state(&saved);
  host_close(teacher);
  music_free(&music);
}

/// The saved model as a state of another host
static HostState
carried_to(Host* const host, const size_t size)
{
  HostState state = {0};
  host_property(
    host, &state, model_key, LV2_ATOM__Chunk, saved.properties[0].value, size);
  return state;
}

static uint32_t
hear_all(Host* const host)
{
  host_set(host, "lookahead", 1.0F);
  host_play(host, music.samples, NULL, music.n, 512U);
  return music_found(host, &music, 0U, (uint64_t)host_get(host, "latency"));
}

START_TEST(test_round_trip)
{
  Host* const host  = host_open(_i ? "stereo-cv" : "mono", 48000.0, 0U);
  HostState   state = carried_to(host, saved.properties[0].size);
  ck_assert_int_eq(host_restore(host, &state), LV2_STATE_SUCCESS);
  ck_assert_uint_ge(hear_all(host), 15U);

  // Saved again it is the same, to the byte
  HostState again = host_save(host);
  ck_assert_uint_eq(again.properties[0].size, saved.properties[0].size);
  ck_assert_mem_eq(again.properties[0].value,
                   saved.properties[0].value,
                   saved.properties[0].size);

  // And it can still be undone
  host_press(host, "undo");
  ck_assert_str_eq(host->text, "undone: an example of sound 2");
  host_free_state(&again);
  host_free_state(&state);
  host_close(host);
}
END_TEST

/// What can't be restored is told, and leaves what there is
START_TEST(test_bad_states)
{
  const size_t size  = saved.properties[0].size;
  char* const  bytes = (char*)saved.properties[0].value;
  Host* const  host  = host_open("mono", 48000.0, 0U);
  HostState    good  = carried_to(host, size);
  HostState    empty = {0};
  host_restore(host, &good);

  ck_assert_int_eq(host_restore(host, &empty), LV2_STATE_SUCCESS);
  ck_assert_str_eq(host->log, "");

  for (size_t cut = 0U; cut < size; cut += 997U) {
    HostState bad = carried_to(host, cut);
    host->log[0]  = '\0';
    ck_assert_int_ne(host_restore(host, &bad), LV2_STATE_SUCCESS);
    ck_assert_ptr_nonnull(strstr(host->log, "can't be restored"));
    host_free_state(&bad);
  }

  HostState   newer = carried_to(host, size);
  char* const version =
    (char*)memmem(newer.properties[0].value, size, "version\\\":1", 11U);
  ck_assert_ptr_nonnull(version);
  version[10]  = '7';
  host->log[0] = '\0';
  ck_assert_int_ne(host_restore(host, &newer), LV2_STATE_SUCCESS);
  ck_assert_msg(strstr(host->log, "version"), "%s", host->log);

  HostState wrong = {0};
  host_property(host, &wrong, model_key, LV2_ATOM__Int, bytes, 4U);
  ck_assert_int_ne(host_restore(host, &wrong), LV2_STATE_SUCCESS);
  HostState gone = {0};
  host_property(host, &gone, kit_key, LV2_ATOM__Path, "/nowhere/x", 11U);
  host->log[0] = '\0';
  ck_assert_int_ne(host_restore(host, &gone), LV2_STATE_SUCCESS);
  ck_assert_ptr_nonnull(strstr(host->log, "x: can't be read: No such file"));

  ck_assert_uint_ge(hear_all(host), 15U);
  host_free_state(&newer);
  host_free_state(&wrong);
  host_free_state(&gone);
  host_free_state(&good);
  host_close(host);
}
END_TEST

/// An instance without sounds is saved as one, whether it had any or not
START_TEST(test_nothing)
{
  Host* const host   = host_open("mono", 48000.0, 0U);
  HostState   virgin = host_save(host);
  ck_assert_uint_eq(virgin.n, 1U);

  HostState full = carried_to(host, saved.properties[0].size);
  host_restore(host, &full);
  ck_assert_int_eq(host_restore(host, &virgin), LV2_STATE_SUCCESS);
  ck_assert_uint_eq(hear_all(host), 0U);
  host_press(host, "undo"); // It has no past
  ck_assert_msg(strstr(host->text, "nothing"), "%s", host->text);
  host_restore(host, &full);
  host_run_only(host, 0U);
  host_press(host, "forget_1");
  host_press(host, "forget_2");
  HostState state = host_save(host);
  ck_assert_uint_eq(state.n, 1U);
  ck_assert_int_eq(host_restore(host, &full), LV2_STATE_SUCCESS);
  ck_assert_int_eq(host_restore(host, &state), LV2_STATE_SUCCESS);
  host->log[0] = '\0';
  ck_assert_uint_eq(hear_all(host), 0U);
  host_press(host, "undo"); // Also that can be undone
  ck_assert_str_eq(host->text, "undone: forgetting sound 2");
  host_free_state(&virgin);
  host_free_state(&state);
  host_free_state(&full);
  host_close(host);
}
END_TEST

/// Kits are files that the session and the command share
START_TEST(test_kit_files)
{
  char path[temp_size];
  char says[temp_size + 16];
  ck_assert(temp_file(path, "kit"));
  host_set_path(teacher, "urn:echoic:kit_export", path);
  host_run_only(teacher, 16U);
  host_work(teacher);
  snprintf(says, sizeof(says), "wrote %s", path);
  ck_assert_msg(strstr(teacher->log, says), "%s", teacher->log);

  Host* const host = host_open("stereo", 44100.0, 0U);
  host_set_path(host, kit_key, path);
  host_run_only(host, 16U);
  host_work(host);
  host_run_only(host, 16U);
  snprintf(says, sizeof(says), "loaded %s", path);
  ck_assert_msg(strstr(host->text, says), "%s", host->text);
  HostState state = host_save(host);
  ck_assert_mem_eq(state.properties[0].value,
                   saved.properties[0].value,
                   saved.properties[0].size);

  // A preset names a file
  Host* const other  = host_open("mono", 48000.0, 0U);
  HostState   preset = {0};
  host_property(
    other, &preset, kit_key, LV2_ATOM__Path, path, strlen(path) + 1U);
  ck_assert_int_eq(host_restore(other, &preset), LV2_STATE_SUCCESS);
  ck_assert_uint_ge(hear_all(other), 15U);

  host_set_path(host, kit_key, "/nowhere/at.all");
  host_run_only(host, 16U);
  host_work(host);
  host_run_only(host, 16U);
  ck_assert_str_eq(host->text,
                   "at.all: can't be read: No such file or directory");
  host_set_path(host, "urn:echoic:kit_export", "/nowhere/at.all");
  host_run_only(host, 16U);
  host_work(host);
  host_run_only(host, 16U);
  ck_assert_ptr_nonnull(strstr(host->text, "can't be written"));

  // Nobody writes into this pipe: to wait for it would stop the worker
  unlink(path);
  ck_assert_int_eq(mkfifo(path, 0600), 0);
  host_set_path(host, kit_key, path);
  host_run_only(host, 16U);
  host_work(host);
  host_run_only(host, 16U);
  ck_assert_ptr_nonnull(
    strstr(host->text, "can't be read: Operation not supported"));

  unlink(path);
  host_free_state(&state);
  host_free_state(&preset);
  host_close(host);
  host_close(other);
}
END_TEST

/// Let a kit be written to or loaded from a file; what is said of it is UTF-8
static void
expect_utf8(const char* const property,
            const char* const path,
            const char* const says)
{
  host_set_path(teacher, property, path);
  host_run_only(teacher, 16U);
  host_work(teacher);
  host_run_only(teacher, 16U);
  ck_assert_msg(strstr(teacher->text, says), "%s", teacher->text);
  ck_assert_msg(echoic_is_utf8(teacher->text), "%s", teacher->text);
}

/// Long names of files are cut between characters, wherever these begin
START_TEST(test_long_names)
{
  char path[1024];
  char folder[temp_size];
  temp_name(folder, "long");
  ck_assert_ptr_nonnull(mkdtemp(folder));
  snprintf(path, sizeof(path), "%s/%s", folder, _i ? "x" : "");
  for (int i = 0; i < 120; ++i) {
    strcat(path, "\xc3\xa9");
  }

  expect_utf8("urn:echoic:kit_export", path, "wrote ");
  expect_utf8(kit_key, path, "loaded ");
  unlink(path);
  expect_utf8(kit_key, path, "No such file or directory");
  rmdir(folder);
}
END_TEST

static char*
prefixed(const LV2_State_Map_Path_Handle handle, const char* const path)
{
  char* const made = (char*)malloc(strlen(path) + 8U);
  (void)handle;
  sprintf(made, "map:%s", path);
  return made;
}

static char*
unprefixed(const LV2_State_Map_Path_Handle handle, const char* const path)
{
  (void)handle;
  ck_assert_msg(!strncmp(path, "map:", 4U), "%s", path);
  return strdup(path + 4);
}

/// The host maps names of files both ways
START_TEST(test_map_path)
{
  LV2_State_Map_Path       map     = {NULL, prefixed, unprefixed};
  const LV2_Feature        feature = {LV2_STATE__mapPath, &map};
  const LV2_Feature* const list[]  = {&feature, NULL};

  char path[temp_size];
  char says[temp_size + 16];
  ck_assert(temp_file(path, "kit"));
  host_set_path(teacher, "urn:echoic:kit_export", path);
  host_run_only(teacher, 16U);
  host_work(teacher);
  host_set_path(teacher, kit_key, path);
  host_run_only(teacher, 16U);
  host_work(teacher);

  HostState state = {0};
  teacher->state->save(
    lilv_instance_get_handle(teacher->instance), host_store, &state, 0U, list);
  ck_assert_uint_eq(state.n, 2U);
  snprintf(says, sizeof(says), "map:%s", path);
  ck_assert_str_eq((char*)state.properties[1].value, says);

  HostState only = {1U, {state.properties[1]}};
  ck_assert_int_eq(
    teacher->state->restore(lilv_instance_get_handle(teacher->instance),
                            host_retrieve,
                            &only,
                            0U,
                            list),
    LV2_STATE_SUCCESS);
  unlink(path);
  host_free_state(&state);
}
END_TEST

/// Eight sounds of three examples each fit into 1 MiB
START_TEST(test_size)
{
  Host* const host = host_open("mono", 48000.0, 0U);
  DrumKit     kit  = {48000.0, 5U};
  float*      x    = (float*)calloc(120000U, sizeof(float));
  for (uint32_t i = 0U; i < 24U; ++i) {
    char symbol[32];
    memset(x, 0, 120000U * sizeof(float));
    kit_hiss(&kit, x, 120000U, 0.001F);
    for (uint32_t t = 0U; t < 20000U; ++t) { // A tone of its own for each
      x[60000U + t] += 0.3F * sinf(0.02F * (float)((1U + i % 8U) * t)) *
                       expf(-(float)t / 5000.0F);
    }
    host_play(host, x, NULL, 120000U, 4096U);
    snprintf(symbol, sizeof(symbol), "that_was_it_%u", 1U + i % 8U);
    host_press(host, symbol);
    ck_assert_msg(strstr(host->text, "example"), "%s", host->text);
  }

  HostState state = host_save(host);
  ck_assert_msg(state.properties[0].size <= 1U << 20U,
                "%zu bytes",
                state.properties[0].size);
  host_free_state(&state);
  free(x);
  host_close(host);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("plugin state");
  TCase* const tcase = tcase_create("state");
  tcase_set_timeout(tcase, 120.0);
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_add_loop_test(tcase, test_round_trip, 0, 2);
  tcase_add_test(tcase, test_bad_states);
  tcase_add_test(tcase, test_nothing);
  tcase_add_test(tcase, test_kit_files);
  tcase_add_loop_test(tcase, test_long_names, 0, 2);
  tcase_add_test(tcase, test_map_path);
  tcase_add_test(tcase, test_size);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
