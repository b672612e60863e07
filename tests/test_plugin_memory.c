// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Out of memory anywhere in the plugin: whichever allocation fails, it says so,
   keeps the sounds that it has, and loses no memory.  The plugin is linked into
   this program, its allocations through tests/alloc_fail.h. */

#include "tests/alloc_fail.h"

#include "plugin/kit.h"

#include <lilv/lilv.h>

#include <stdlib.h>
#include <string.h>

static LilvInstance*
link_plugin(const LilvPlugin*         plugin,
            double                    rate_hz,
            const LV2_Feature* const* features);

static void
unlink_plugin(LilvInstance* instance);

#define lilv_plugin_instantiate link_plugin
#define lilv_instance_free unlink_plugin
#include "tests/plugin_music.h"
#include "tests/slow.h"
#include "tests/suite.h"
#include "tests/temp.h"

static Music     music;
static Host*     host; ///< Was taught both sounds
static HostState both;
static HostState none; ///< Of a plugin that has forgotten one

static LilvInstance*
link_plugin(const LilvPlugin* const         plugin,
            const double                    rate_hz,
            const LV2_Feature* const* const features)
{
  const char* const     uri = lilv_node_as_uri(lilv_plugin_get_uri(plugin));
  const LV2_Descriptor* descriptor = NULL;
  for (uint32_t i = 0U; (descriptor = lv2_descriptor(i)) != NULL; ++i) {
    if (!strcmp(descriptor->URI, uri)) {
      break;
    }
  }

  ck_assert_ptr_nonnull(descriptor);
  LilvInstance* const instance =
    (LilvInstance*)calloc(1U, sizeof(LilvInstance));
  instance->lv2_descriptor = descriptor;
  instance->lv2_handle =
    descriptor->instantiate(descriptor, rate_hz, "", features);
  if (!instance->lv2_handle) {
    free(instance);
    return NULL;
  }

  return instance;
}

static void
unlink_plugin(LilvInstance* const instance)
{
  instance->lv2_descriptor->cleanup(instance->lv2_handle);
  free(instance);
}

static bool
same(const HostState* const a, const HostState* const b)
{
  return a->n == 1U && b->n == 1U &&
         a->properties[0].size == b->properties[0].size &&
         !memcmp(a->properties[0].value,
                 b->properties[0].value,
                 a->properties[0].size);
}

/// The plugin holds what it was taught, and nothing else
static void
check_kept(void)
{
  HostState now = host_save(host);
  ck_assert(same(&now, &both));
  host_free_state(&now);
}

static void
set_up(void)
{
  music = music_new(48000.0, 8U);
  host  = host_open("mono", 48000.0, 0U);
  music_teach(host, &music);
  host_press(host, "forget_2");
  none = host_save(host);
  host_press(host, "undo");
  both = host_save(host);
  ck_assert(!same(&none, &both));
}

static void
tear_down(void)
{
  host_free_state(&none);
  host_free_state(&both);
  host_close(host);
  music_free(&music);
}

/**
   Run `path` with each of its allocations failing.

   @param path Returns whether it did what it is for; leaves the plugin as it
   was if not.
   @param renew Makes the plugin again what it was; may be null.
*/
static void
fail_each(bool (*const path)(void), void (*const renew)(void))
{
  size_t n = 0U;
  alloc_fail_watch(500U);
  ck_assert(path());
  ck_assert_uint_gt(alloc_fail_rest(), 0U);
  const uint64_t* const at = alloc_fail_kept(&n);
  ck_assert_uint_gt(n, 0U);
  const size_t step = is_slow() ? 20U : 1U;
  for (size_t i = 0U; i < n; i += step) {
    if (renew) {
      renew();
    }
    alloc_fail_start(at[i], i % 8U == 7U);
    const bool is_done = path();
    alloc_fail_rest();
    ck_assert(alloc_fail_happened());
    ck_assert_msg(!is_done, "allocation %u isn't missed", (unsigned)at[i]);
    check_kept();
  }
}

static void
renew(void)
{
  ck_assert_int_eq(host_restore(host, &both), LV2_STATE_SUCCESS);
}

static bool
instantiate(void)
{
  LilvInstance* const made = link_plugin(host->plugin, 48000.0, host->list);
  if (made) {
    unlink_plugin(made);
  }

  return made;
}

START_TEST(test_instantiate)
{
  fail_each(instantiate, NULL);
}
END_TEST

static bool
restore(void)
{
  host->log[0]  = '\0';
  const bool ok = host_restore(host, &none) == LV2_STATE_SUCCESS;
  ck_assert(ok || strstr(host->log, "out of memory"));
  return ok;
}

START_TEST(test_restore)
{
  fail_each(restore, renew);
}
END_TEST

static bool
save(void)
{
  HostState state = {0};
  host->log[0]    = '\0';
  const bool ok =
    host->state->save(lilv_instance_get_handle(host->instance),
                      host_store,
                      &state,
                      LV2_STATE_IS_POD,
                      &(const LV2_Feature*){NULL}) == LV2_STATE_SUCCESS;
  ck_assert(ok ? same(&state, &both) : state.n == 0U);
  ck_assert(ok || strstr(host->log, "memory"));
  host_free_state(&state);
  return ok;
}

START_TEST(test_save)
{
  fail_each(save, NULL);
}
END_TEST

static bool
teach(void)
{
  host_press(host, "that_was_it_1");
  ck_assert_msg(strstr(host->text, "example") || strstr(host->text, "memory"),
                "%s",
                host->text);
  return !strstr(host->text, "memory");
}

START_TEST(test_teach)
{
  fail_each(teach, renew);
}
END_TEST

static char kit_path[temp_size];

static bool
read_kit(void)
{
  EchoicError        error = {ECHOIC_OK, ""};
  EchoicModel* const model = echoic_kit_read(kit_path, &error);
  ck_assert_msg(model || strstr(error.text, "memory"), "%s", error.text);
  echoic_model_free(model);
  return model;
}

static EchoicModel* kit;

static bool
write_kit(void)
{
  EchoicError error = {ECHOIC_OK, ""};
  const bool  ok    = !echoic_kit_write(kit_path, kit, &error);
  char        part[temp_size + 8];
  snprintf(part, sizeof(part), "%s.part", kit_path);
  ck_assert_int_ne(access(part, F_OK), 0);
  ck_assert_msg(ok || strstr(error.text, "memory"), "%s", error.text);
  return ok;
}

START_TEST(test_kits)
{
  EchoicError error = {ECHOIC_OK, ""};
  ck_assert(temp_file(kit_path, "memory"));
  kit = echoic_model_parse(
    (const uint8_t*)both.properties[0].value, both.properties[0].size, &error);
  ck_assert_msg(kit != NULL, "%s", error.text);
  ck_assert(write_kit());
  fail_each(write_kit, NULL);
  ck_assert(read_kit());
  fail_each(read_kit, NULL);
  echoic_model_free(kit);
  unlink(kit_path);
}
END_TEST

/// All that a session is, once, for tools that look at every step
START_TEST(test_once)
{
  Music       hits   = music_new(48000.0, 2U);
  Host* const player = host_open("stereo", 48000.0, 0U);
  size_t      pos    = 0U;
  music_play(player, &hits, &pos, hits.onsets[0] + 14400U);
  host_press(player, "that_was_it_1");
  ck_assert_msg(strstr(player->text, "example"), "%s", player->text);
  HostState state = host_save(player);
  ck_assert_int_eq(host_restore(player, &state), LV2_STATE_SUCCESS);
  music_play(player, &hits, &pos, hits.n);
  host_free_state(&state);
  host_close(player);
  music_free(&hits);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("plugin without memory");
  TCase* const tcase = tcase_create("memory");
  TCase* const once  = tcase_create("once");
  tcase_set_timeout(once, 300.0);
  tcase_add_test(once, test_once);
  suite_add_tcase(suite, once);
  tcase_set_timeout(tcase, 300.0);
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_add_test(tcase, test_instantiate);
  tcase_add_test(tcase, test_restore);
  tcase_add_test(tcase, test_save);
  tcase_add_test(tcase, test_teach);
  tcase_add_test(tcase, test_kits);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
