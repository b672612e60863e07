// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Slots are called what the user says: in messages, sessions and kits.  What
   controls and parameters are for is said where hosts show it. */

#include "dsp/teach.h"
#include "host/files.h"
#include "tests/plugin_music.h"
#include "tests/suite.h"
#include "tests/temp.h"

static Host* host;
static Music music;

static void
set_up(void)
{
  host  = host_open("mono", 48000.0, 0U);
  music = music_new(48000.0, 8U);
  host_run_only(host, 0U);
}

static void
tear_down(void)
{
  host_close(host);
  music_free(&music);
}

static void
call(Host* const on, const char* const property, const char* const name)
{
  on->text[0] = '\0';
  host_set_text(on, property, LV2_ATOM__String, name);
  host_run_only(on, 0U);
  host_work(on);
  host_run_only(on, 0U);
}

/// A property of a state, moved to a host that maps URIs in its own way
static void
move(Host* const               to,
     HostState* const          state,
     const char* const         key,
     const char* const         type,
     const HostProperty* const from)
{
  host_property(to, state, key, type, from->value, from->size);
}

/// Named before it is taught, and another after
START_TEST(test_names)
{
  call(host, "urn:echoic:name_1", "Kick");
  ck_assert_str_eq(host->names[0], "Kick");
  size_t pos = music_teach(host, &music);
  ck_assert_msg(strstr(host->text, "sound 2: "), "%s", host->text);
  call(host, "urn:echoic:name_2", "Petite caisse claire");
  ck_assert_str_eq(host->names[1], "Petite caisse claire");
  host->n_events = 0U;
  music_play(host, &music, &pos, music.onsets[6] + 12000U);
  ck_assert_uint_gt(host->n_events, 0U);
  ck_assert_str_eq(host->event_name, "Kick");

  // Asked for: one, then all
  memset(host->names, 0, sizeof(host->names));
  host_get_property(host, "urn:echoic:name_2");
  host_run_only(host, 0U);
  ck_assert_str_eq(host->names[0], "");
  ck_assert_str_eq(host->names[1], "Petite caisse claire");
  host_get_property(host, NULL);
  host_run_only(host, 0U);
  ck_assert_str_eq(host->names[0], "Kick");
  ck_assert_str_eq(host->names[7], "sound 8");
}
END_TEST

/// A message that says that its property is smaller than it is, or that it is
/// itself: what lies beyond isn't read, so that it asks for all names
START_TEST(test_lying_get)
{
  const uint32_t body[] = {0U,
                           host_urid(host, LV2_PATCH__Get),
                           host_urid(host, LV2_PATCH__property),
                           0U,
                           _i ? sizeof(uint32_t) : 0U,
                           host_urid(host, LV2_ATOM__URID),
                           host_urid(host, "urn:echoic:name_2"),
                           0U};
  call(host, "urn:echoic:name_2", "Snare");
  memset(host->names, 0, sizeof(host->names));
  const LV2_URID  object = host_urid(host, LV2_ATOM__Object);
  LV2_Atom* const sent =
    host_send(host, "control", 0, object, sizeof(body), body);
  sent->size -= _i ? 8U : 0U;
  host_run_only(host, 0U);
  ck_assert_str_eq(host->names[0], "sound 1");
  ck_assert_str_eq(host->names[1], "Snare");
  ck_assert_str_eq(host->names[7], "sound 8");
}
END_TEST

/// What can't be a name is told, and changes nothing
START_TEST(test_bad_names)
{
  static const char* const names[] = {
    "",
    "a\nb",
    "\xff\xfe",
    "1234567890123456789012345678901234567890123456789012345678901234"};
  call(host, "urn:echoic:name_3", "third");
  call(host, "urn:echoic:name_3", names[_i]);
  ck_assert_msg(strstr(host->text, "name must"), "%s", host->text);
  host_set_text(host, "urn:echoic:name_3", LV2_ATOM__Chunk, "fourth");
  host_run_only(host, 0U);
  host_work(host);
  host_get_property(host, "urn:echoic:name_3");
  host_run_only(host, 0U);
  ck_assert_str_eq(host->names[2], "third");
}
END_TEST

/// One that is taken is told
START_TEST(test_taken)
{
  music_teach(host, &music);
  call(host, "urn:echoic:name_2", "sound 1");
  ck_assert_str_eq(host->text, "there is a sound 'sound 1' already");
}
END_TEST

/// Let what is taught be written to a file, and read that
static EchoicModel*
export_kit(const char* const kit)
{
  host_set_path(host, "urn:echoic:kit_export", kit);
  host_run_only(host, 0U);
  host_work(host);
  EchoicError        error = {ECHOIC_OK, ""};
  EchoicModel* const model = echoic_load_model(kit, &error);
  ck_assert_msg(model, "%s", error.text);
  return model;
}

/// Let a host load a kit; it says what came of it
static void
load_kit(Host* const on, const char* const kit)
{
  host_set_path(on, "urn:echoic:kit", kit);
  host_run_only(on, 0U);
  host_work(on);
  host_run_only(on, 0U);
}

/// Sounds of a kit that says nothing of slots stay in those they were given
START_TEST(test_slots)
{
  char kit[temp_size];
  ck_assert(temp_file(kit, "slots"));
  call(host, "urn:echoic:name_1", "Kick");
  call(host, "urn:echoic:name_2", "Snare");
  music_teach(host, &music);
  EchoicError        error = {ECHOIC_OK, ""};
  EchoicModel* const model = export_kit(kit);
  model->sounds[0].slot = model->sounds[1].slot = 0U;
  ck_assert(!echoic_save_model(model, kit, &error));
  echoic_model_free(model);

  Host* const other = host_open("stereo", 48000.0, 0U);
  load_kit(other, kit);
  ck_assert_str_eq(other->names[0], "Kick");
  ck_assert_str_eq(other->names[1], "Snare");
  host_press(other, "forget_1");
  ck_assert_str_eq(other->text, "slot 1 is empty");
  ck_assert_str_eq(other->names[0], "sound 1");
  ck_assert_str_eq(other->names[1], "Snare");
  host_press(other, "undo");
  ck_assert_str_eq(other->names[0], "Kick");
  host_close(other);
  unlink(kit);
}
END_TEST

/// Write a kit of `n` sounds, two of them taught, called "drum 3" and so on
static void
write_many(const char* const kit, const uint32_t n)
{
  EchoicError        error = {ECHOIC_OK, ""};
  EchoicModel* const model = export_kit(kit);
  model->sounds[0].slot = model->sounds[1].slot = 0U;
  for (uint32_t i = 2U; i < n; ++i) {
    char name[ECHOIC_NAME_SIZE];
    snprintf(name, sizeof(name), "drum %u", i + 1U);
    ck_assert_int_eq(echoic_model_add_sound(model, name), (int)i);
    for (uint32_t k = 0U; k < 2U; ++k) { // As the first two
      EchoicMark mark = model->marks[(i % 2U) + (2U * k)];
      mark.sound      = i;
      ck_assert(echoic_model_add_mark(model, &mark));
    }
  }
  ck_assert_msg(!echoic_teach(model, ECHOIC_N_BANDS, &error), "%s", error.text);
  ck_assert(!echoic_save_model(model, kit, &error));
  echoic_model_free(model);
}

/// What finds no slot in a kit is told of, and takes none that is emptied; a
/// session that is opened again doesn't change that, loading the kit again does
START_TEST(test_too_many)
{
  char kit[temp_size];
  ck_assert(temp_file(kit, "many"));
  music_teach(host, &music);
  write_many(kit, 9U);
  Host* const other = host_open("mono", 48000.0, 0U);
  load_kit(other, kit);
  ck_assert_msg(
    strstr(other->text, "; 'drum 9' has no slot"), "%s", other->text);
  host_press(other, "forget_3");
  ck_assert_str_eq(other->text, "slot 3 is empty");
  ck_assert_str_eq(other->names[3], "drum 4");
  ck_assert_str_eq(other->names[2], "sound 3");
  host_press(other, "forget_3");
  ck_assert_str_eq(other->text, "slot 3 has no sound");

  HostState saved = host_save(other);
  ck_assert_int_eq(host_restore(other, &saved), LV2_STATE_SUCCESS);
  host_run_only(other, 0U);
  host_press(other, "forget_3");
  ck_assert_str_eq(other->text, "slot 3 has no sound");

  host_set_path(other, "urn:echoic:kit_export", kit);
  host_run_only(other, 0U);
  host_work(other);
  load_kit(other, kit);
  ck_assert_msg(!strstr(other->text, "slot"), "%s", other->text);
  ck_assert_str_eq(other->names[2], "drum 9");

  write_many(kit, 11U);
  load_kit(other, kit);
  ck_assert_msg(
    strstr(other->text, "; 'drum 9' and 2 more have"), "%s", other->text);
  host_free_state(&saved);
  host_close(other);
  unlink(kit);
}
END_TEST

/// They are in the session, taught or not, and in kits
START_TEST(test_kept)
{
  char kit[temp_size];
  ck_assert(temp_file(kit, "names"));
  call(host, "urn:echoic:name_1", "Kick");
  call(host, "urn:echoic:name_5", "Cowbell");
  music_teach(host, &music);
  host_set(host, "note_2", 40.0F);
  EchoicModel* const model = export_kit(kit);
  ck_assert_int_eq(echoic_model_find(model, "Kick"), 0);
  ck_assert_uint_eq(model->sounds[0].midi_note, 36U); // As they are played
  ck_assert_uint_eq(model->sounds[1].midi_note, 40U);
  echoic_model_free(model);

  Host* const other = host_open("stereo", 48000.0, 0U);
  HostState   saved = host_save(host);
  HostState   moved = {0};
  ck_assert_uint_eq(saved.n, 2U); // Model, and the name of an empty slot
  move(other, &moved, "urn:echoic:model", LV2_ATOM__Chunk, saved.properties);
  move(
    other, &moved, "urn:echoic:name_5", LV2_ATOM__String, saved.properties + 1);
  host_run_only(other, 0U);
  load_kit(other, kit); // Notes are controls: the kit can't set them
  ck_assert_msg(
    strstr(other->text, "; there Note 2 was 40"), "%s", other->text);
  host_set(other, "note_2", 40.0F);
  load_kit(other, kit);
  ck_assert_msg(!strstr(other->text, ";"), "%s", other->text);
  call(other, "urn:echoic:name_7", "not in the session");
  ck_assert_int_eq(host_restore(other, &moved), LV2_STATE_SUCCESS);
  host_run_only(other, 0U);
  ck_assert_str_eq(other->names[0], "Kick");
  ck_assert_str_eq(other->names[4], "Cowbell");
  ck_assert_str_eq(other->names[6], "sound 7");
  unlink(kit);
  host_free_state(&saved);
  host_free_state(&moved);
  host_close(other);
}
END_TEST

/// Names alone are kept as well; a state without anything changes nothing
START_TEST(test_names_alone)
{
  Host* const other = host_open("mono", 48000.0, 0U);
  HostState   moved = {0};
  call(host, "urn:echoic:name_8", "Ding");
  HostState saved = host_save(host);
  ck_assert_uint_eq(saved.n, 2U); // The model, without sounds, is left out
  move(
    other, &moved, "urn:echoic:name_8", LV2_ATOM__String, saved.properties + 1);
  ck_assert_int_eq(host_restore(other, &moved), LV2_STATE_SUCCESS);
  host_run_only(other, 0U);
  ck_assert_str_eq(other->names[7], "Ding");
  host_free_state(&moved);
  ck_assert_int_eq(host_restore(other, &moved), LV2_STATE_SUCCESS);
  host_get_property(other, NULL);
  host_run_only(other, 0U);
  ck_assert_str_eq(other->names[7], "Ding");
  host_free_state(&saved);
  host_close(other);
}
END_TEST

/// One short sentence, in which the number of the slot has been put
static void
check_comment(const char* const of, const LilvNode* const comment)
{
  const char* const text = comment ? lilv_node_as_string(comment) : "";
  const size_t      n    = strlen(text);
  ck_assert_msg(n > 20U && n <= 110U, "%s: '%s'", of, text);
  ck_assert_msg(text[n - 1U] == '.', "%s: '%s'", of, text);
  ck_assert_msg(!strchr(text, '%'), "%s: '%s'", of, text);
}

/// Every port of every plugin says what it is for
START_TEST(test_comments_of_ports)
{
  static const char* const names[] = {
    "mono", "stereo", "mono-key", "stereo-key", "mono-cv", "stereo-cv"};
  Host* const     on    = host_open(names[_i], 48000.0, 0U);
  LilvNode* const about = lilv_new_uri(on->world, LILV_NS_RDFS "comment");
  for (uint32_t i = 0U; i < on->n_ports; ++i) {
    const LilvPort* const port = lilv_plugin_get_port_by_index(on->plugin, i);
    LilvNode* const       comment = lilv_port_get(on->plugin, port, about);
    check_comment(on->symbols[i], comment);
    lilv_node_free(comment);
  }

  lilv_node_free(about);
  host_close(on);
}
END_TEST

/// And so does every parameter
START_TEST(test_comments_of_parameters)
{
  LilvWorld* const world = host->world;
  LilvNode* const  about = lilv_new_uri(world, LILV_NS_RDFS "comment");
  LilvNode* const  type  = lilv_new_uri(world, LILV_NS_RDF "type");
  LilvNode* const class  = lilv_new_uri(world, LV2_CORE_PREFIX "Parameter");
  LilvNodes* const all   = lilv_world_find_nodes(world, NULL, type, class);
  ck_assert_uint_ge(lilv_nodes_size(all), 11U); // Kits, names, message
  LILV_FOREACH(nodes, i, all)
  {
    const LilvNode* const parameter = lilv_nodes_get(all, i);
    LilvNode* const comment = lilv_world_get(world, parameter, about, NULL);
    check_comment(lilv_node_as_uri(parameter), comment);
    lilv_node_free(comment);
  }

  lilv_nodes_free(all);
  lilv_node_free(class);
  lilv_node_free(type);
  lilv_node_free(about);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("plugin names");
  TCase* const tcase = tcase_create("names");
  tcase_set_timeout(tcase, 120.0);
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_add_test(tcase, test_names);
  tcase_add_loop_test(tcase, test_lying_get, 0, 2);
  tcase_add_loop_test(tcase, test_bad_names, 0, 4);
  tcase_add_test(tcase, test_taken);
  tcase_add_test(tcase, test_slots);
  tcase_add_test(tcase, test_too_many);
  tcase_add_test(tcase, test_kept);
  tcase_add_test(tcase, test_names_alone);
  tcase_add_test(tcase, test_comments_of_parameters);
  suite_add_tcase(suite, tcase);

  TCase* const comments = tcase_create("comments");
  tcase_add_loop_test(comments, test_comments_of_ports, 0, 6);
  suite_add_tcase(suite, comments);

  return run_suite(suite);
}
