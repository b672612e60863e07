// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Factory presets as hosts load them, and states that hosts keep on disk. */

#include "tests/plugin_music.h"
#include "tests/suite.h"
#include "tests/temp.h"

#include <sys/stat.h>

#define PRESET "urn:echoic:preset:"

static const char* const kits[] = {"drum-machine", "acoustic"};

static void
set_port(const char* const symbol,
         void* const       data,
         const void* const value,
         const uint32_t    size,
         const uint32_t    type)
{
  Host* const host = (Host*)data;
  ck_assert_uint_eq(size, sizeof(float));
  ck_assert_uint_eq(type, host_urid(host, LV2_ATOM__Float));
  host_set(host, symbol, *(const float*)value);
}

static const void*
get_port(const char* const symbol,
         void* const       data,
         uint32_t* const   size,
         uint32_t* const   type)
{
  Host* const host = (Host*)data;
  *size            = sizeof(float);
  *type            = host_urid(host, LV2_ATOM__Float);
  return &host->controls[host_port(host, symbol)];
}

/// Load a preset as jalv and Ardour do
static void
load_preset(Host* const host, const LilvNode* const preset)
{
  lilv_world_load_resource(host->world, preset);
  LilvState* const state =
    lilv_state_new_from_world(host->world, &host->map, preset);
  ck_assert_ptr_nonnull(state);
  lilv_state_restore(state, host->instance, set_port, host, 0U, NULL);
  lilv_state_free(state);
}

/// Each preset is for each plugin, has a name, and sets what there is
START_TEST(test_all)
{
  static const char* const names[] = {
    "mono", "stereo", "mono-key", "stereo-key", "mono-cv", "stereo-cv"};
  Host* const     host = host_open(names[_i], 48000.0, 0U);
  LilvNode* const preset =
    lilv_new_uri(host->world, "http://lv2plug.in/ns/ext/presets#Preset");
  LilvNodes* const all = lilv_plugin_get_related(host->plugin, preset);
  ck_assert_uint_ge(lilv_nodes_size(all), 7U);
  LILV_FOREACH(nodes, i, all)
  {
    load_preset(host, lilv_nodes_get(all, i));
    host_run_only(host, 256U);
  }

  ck_assert_str_eq(host->log, "");
  lilv_nodes_free(all);
  lilv_node_free(preset);
  host_close(host);
}
END_TEST

/// Read the hits of a kit and where they are
static Music
play_kit(const char* const kit, const uint32_t n_hits)
{
  char  command[2048];
  char  program[1024] = "";
  char  path[temp_size];
  Music music = {48000.0, 0U, NULL, n_hits, NULL};
  ck_assert_int_gt((int)readlink("/proc/self/exe", program, 1000U), 0);
  *strrchr(program, '/') = '\0';
  ck_assert(temp_file(path, "hits"));
  snprintf(command,
           sizeof(command),
           "%s/../presets/make_kits --play %s %u 2>%s",
           program,
           kit,
           n_hits,
           path);
  FILE* const pipe = popen(command, "r");
  music.samples    = (float*)calloc(2000000U, sizeof(float));
  music.n          = fread(music.samples, sizeof(float), 2000000U, pipe);
  ck_assert_int_eq(pclose(pipe), 0);
  music.onsets      = (uint64_t*)calloc(n_hits, sizeof(uint64_t));
  FILE* const marks = fopen(path, "r");
  for (uint32_t i = 0U; i < n_hits; ++i) {
    unsigned long onset = 0U;
    ck_assert_int_eq(fscanf(marks, "%lu", &onset), 1);
    music.onsets[i] = onset;
  }

  fclose(marks);
  unlink(path);
  return music;
}

/// A kit plays other hits of its sounds, each on its note
START_TEST(test_kits)
{
  static const uint8_t notes[2][5] = {{36U, 38U, 42U, 46U, 45U},
                                      {36U, 38U, 42U, 45U}};
  const uint32_t       n_drums     = _i ? 4U : 5U;
  char                 uri[64];
  Host* const          host  = host_open("mono", 48000.0, 0U);
  Music                music = play_kit(kits[_i], 20U);
  snprintf(uri, sizeof(uri), PRESET "%s", kits[_i]);
  LilvNode* const preset = lilv_new_uri(host->world, uri);
  load_preset(host, preset);
  ck_assert_str_eq(host->log, "");
  host_set(host, "lookahead", 1.0F);
  host_play(host, music.samples, NULL, music.n, 256U);

  const double latency = (double)host_get(host, "latency");
  uint32_t     n_good  = 0U;
  for (uint32_t k = 0U; k < host->n_notes; ++k) {
    for (uint32_t i = 0U; i < music.n_hits; ++i) {
      const double off =
        (double)host->notes[k].at - latency - (double)music.onsets[i];
      n_good += host->notes[k].bytes[0] == 0x99U &&
                host->notes[k].bytes[1] == notes[_i][i % n_drums] &&
                off < 48.0 && off > -48.0;
    }
  }

  ck_assert_uint_ge(n_good, 19U);
  ck_assert_uint_le(count_on(host), 21U);
  lilv_node_free(preset);
  music_free(&music);
  host_close(host);
}
END_TEST

/// A preset without sounds leaves none, one of settings all that there are
START_TEST(test_empty)
{
  Host* const     host     = host_open("mono", 48000.0, 0U);
  Music           music    = music_new(48000.0, 12U);
  LilvNode* const empty    = lilv_new_uri(host->world, PRESET "empty");
  LilvNode* const settings = lilv_new_uri(host->world, PRESET "percussive");
  host_set_text(host, "urn:echoic:name_1", LV2_ATOM__String, "Boom");
  host_run_only(host, 0U);
  host_work(host);
  size_t pos = music_teach(host, &music);
  load_preset(host, settings);
  music_play(host, &music, &pos, music.onsets[8]);
  ck_assert_uint_ge(count_on(host), 4U);

  load_preset(host, empty);
  host_run_only(host, 0U);
  ck_assert_str_eq(host->names[0], "sound 1");
  host->n_notes = 0U;
  music_play(host, &music, &pos, music.n);
  ck_assert_uint_eq(count_on(host), 0U);
  host_press(host, "forget_1");
  ck_assert_str_eq(host->text, "slot 1 has no sound");

  host_press(host, "that_was_it_1"); // And it learns again
  ck_assert_msg(strstr(host->text, "sound 1: 1 example"), "%s", host->text);
  lilv_node_free(empty);
  lilv_node_free(settings);
  music_free(&music);
  host_close(host);
}
END_TEST

/// Saved to a directory by lilv and loaded from it, as hosts keep sessions
START_TEST(test_disk)
{
  char        directory[temp_size];
  char        path[temp_size + 16];
  char        remove[temp_size + 16];
  Host* const teacher = host_open("mono", 48000.0, 0U);
  Music       music   = music_new(48000.0, 12U);
  ck_assert(temp_folder(directory, "state"));
  music_teach(teacher, &music);
  host_set(teacher, "note_1", 77.0F);
  LilvState* const state = lilv_state_new_from_instance(teacher->plugin,
                                                        teacher->instance,
                                                        &teacher->map,
                                                        NULL,
                                                        NULL,
                                                        NULL,
                                                        directory,
                                                        get_port,
                                                        teacher,
                                                        LV2_STATE_IS_POD,
                                                        NULL);
  LV2_URID_Unmap   unmap = {teacher, host_unmap};
  ck_assert_int_eq(lilv_state_save(teacher->world,
                                   &teacher->map,
                                   &unmap,
                                   state,
                                   NULL,
                                   directory,
                                   "state.ttl"),
                   0);
  lilv_state_free(state);

  Host* const host = host_open("mono", 48000.0, 0U);
  snprintf(path, sizeof(path), "%s/state.ttl", directory);
  LilvState* const loaded =
    lilv_state_new_from_file(host->world, &host->map, NULL, path);
  ck_assert_ptr_nonnull(loaded);
  lilv_state_restore(loaded, host->instance, set_port, host, 0U, NULL);
  lilv_state_free(loaded);
  ck_assert(host_get(host, "note_1") == 77.0F);
  HostState before = host_save(teacher);
  HostState after  = host_save(host);
  ck_assert_uint_eq(before.properties[0].size, after.properties[0].size);
  ck_assert_mem_eq(before.properties[0].value,
                   after.properties[0].value,
                   before.properties[0].size);

  snprintf(remove, sizeof(remove), "rm -r %s", directory);
  ck_assert_int_eq(system(remove), 0);
  host_free_state(&before);
  host_free_state(&after);
  music_free(&music);
  host_close(host);
  host_close(teacher);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("plugin presets");
  TCase* const tcase = tcase_create("presets");
  tcase_set_timeout(tcase, 60.0);
  tcase_add_loop_test(tcase, test_all, 0, 6);
  tcase_add_loop_test(tcase, test_kits, 0, 2);
  tcase_add_test(tcase, test_empty);
  tcase_add_test(tcase, test_disk);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
