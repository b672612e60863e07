// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What may be changed in a model, and taken back. */

#include "dsp/model.h"
#include "tests/sample_model.h"
#include "tests/suite.h"

#include <check.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_STEPS 60U

static void
check_indices(const EchoicModel* const m)
{
  for (uint32_t i = 0U; i < m->n_marks; ++i) {
    const EchoicMark* const mark = &m->marks[i];
    ck_assert_uint_lt(mark->clip, m->n_clips);
    ck_assert(mark->sound == UINT32_MAX || mark->sound < m->n_sounds);
    ck_assert(mark->removed || mark->sound == UINT32_MAX ||
              !m->sounds[mark->sound].removed);
  }
}

/// Describe all that counts: live sounds and marks, with the clips they mark
static void
describe(const EchoicModel* const m, char* text, size_t size)
{
  for (uint32_t i = 0U; i < m->n_sounds; ++i) {
    if (!m->sounds[i].removed) {
      const int n = snprintf(text, size, "%s;", m->sounds[i].name);
      text += n;
      size -= (size_t)n;
    }
  }

  for (uint32_t i = 0U; i < m->n_marks; ++i) {
    const EchoicMark* const k = &m->marks[i];
    if (!k->removed) {
      const int n = snprintf(text,
                             size,
                             "%d %s %u %g;",
                             (int)k->kind,
                             m->sounds[k->sound].name,
                             m->clips[k->clip].level[5],
                             k->end_s);
      ck_assert_uint_lt((size_t)n, size);
      text += n;
      size -= (size_t)n;
    }
  }
}

START_TEST(test_undo_takes_back_one_change_at_a_time)
{
  EchoicModel* const m     = echoic_model_new();
  EchoicError        error = {ECHOIC_OK, ""};
  echoic_model_begin(m);
  sample_sound(m, "a");
  echoic_model_begin(m);
  sample_sound(m, "b");
  sample_sound(m, "a"); // Refined by one more example
  echoic_model_begin(m);
  ck_assert(!echoic_model_forget(m, "a", &error));
  ck_assert_int_eq(echoic_model_find(m, "a"), -1);
  ck_assert_uint_eq(m->n_marks, 3U);
  check_indices(m);

  ck_assert(!echoic_model_undo(m, &error));
  ck_assert_int_eq(echoic_model_find(m, "a"), 0);
  ck_assert_uint_eq(m->marks[0].removed, 0U);
  ck_assert_uint_eq(m->marks[2].removed, 0U);

  ck_assert(!echoic_model_undo(m, &error));
  ck_assert_int_eq(echoic_model_find(m, "b"), -1);
  ck_assert_uint_eq(m->n_sounds, 1U);
  ck_assert_uint_eq(m->n_marks, 1U);
  ck_assert_uint_eq(m->n_clips, 1U);

  ck_assert(!echoic_model_undo(m, &error));
  ck_assert_uint_eq(m->revision + m->n_sounds + m->n_marks + m->n_clips, 0U);
  ck_assert_int_eq(echoic_model_undo(m, &error), ECHOIC_NOT_FOUND);
  ck_assert_ptr_nonnull(strstr(error.text, "nothing to undo"));
  echoic_model_free(m);
}
END_TEST

START_TEST(test_forgotten_sound_goes_after_16_changes)
{
  EchoicModel* const m = echoic_model_new();
  echoic_model_begin(m);
  sample_sound(m, "a");
  sample_sound(m, "b");
  m->sounds[1].calibration.confused_with = 0;
  echoic_model_begin(m);
  ck_assert(!echoic_model_forget(m, "a", NULL));
  const uint8_t level = m->clips[1].level[5];
  for (uint32_t i = 0U; i < 16U; ++i) {
    echoic_model_begin(m);
    ck_assert_uint_eq(m->n_sounds, 2U);
  }

  echoic_model_begin(m);
  ck_assert_uint_eq(m->n_sounds, 1U);
  ck_assert_uint_eq(m->n_marks, 1U);
  ck_assert_uint_eq(m->n_clips, 1U);
  ck_assert_str_eq(m->sounds[0].name, "b");
  ck_assert_int_eq(m->sounds[0].calibration.confused_with, -1);
  ck_assert_uint_eq(m->marks[0].sound, 0U);
  ck_assert_uint_eq(m->marks[0].clip, 0U);
  ck_assert_uint_eq(m->clips[0].level[5], level);
  echoic_model_free(m);
}
END_TEST

START_TEST(test_name_can_be_taught_again)
{
  EchoicModel* const m     = echoic_model_new();
  EchoicError        error = {ECHOIC_OK, ""};
  echoic_model_begin(m);
  ck_assert_uint_eq(sample_sound(m, "a"), 0U);
  ck_assert_int_eq(echoic_model_add_sound(m, "a"), 0);
  echoic_model_begin(m);
  ck_assert(!echoic_model_forget(m, "a", &error));
  ck_assert_int_eq(echoic_model_forget(m, "a", &error), ECHOIC_NOT_FOUND);
  ck_assert_ptr_nonnull(strstr(error.text, "'a'"));
  ck_assert_uint_eq(sample_sound(m, "a"), 1U);
  ck_assert(!echoic_model_undo(m, &error));
  ck_assert_int_eq(echoic_model_find(m, "a"), 0);
  check_indices(m);
  echoic_model_free(m);
}
END_TEST

START_TEST(test_bad_names)
{
  static const char* const bad[] = {"", "a\nb", "\177", "\302\205", "\377"};
  char                     name[ECHOIC_NAME_SIZE + 1U];
  EchoicModel* const       m = echoic_model_new();
  for (size_t i = 0U; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    ck_assert_int_eq(echoic_model_add_sound(m, bad[i]), -1);
  }

  memset(name, 'x', ECHOIC_NAME_SIZE);
  name[ECHOIC_NAME_SIZE] = '\0';
  ck_assert_int_eq(echoic_model_add_sound(m, name), -1);
  name[ECHOIC_NAME_SIZE - 1U] = '\0';
  ck_assert_int_eq(echoic_model_add_sound(m, name), 0);
  for (uint32_t i = 1U; i < ECHOIC_MAX_SOUNDS; ++i) {
    (void)snprintf(name, sizeof(name), "%u", i);
    ck_assert_int_eq(echoic_model_add_sound(m, name), (int32_t)i);
  }
  ck_assert_int_eq(echoic_model_add_sound(m, "one too many"), -1);
  echoic_model_free(m);
}
END_TEST

/// Change something at random; false if it can't be undone
static bool
change(EchoicModel* const m, uint32_t step)
{
  char name[8];
  (void)snprintf(name, sizeof(name), "s%d", rand() % 4);
  echoic_model_begin(m);
  if (rand() % 3 == 0 && echoic_model_find(m, name) >= 0) {
    return !echoic_model_forget(m, name, NULL);
  }

  const int32_t sound = echoic_model_add_sound(m, name);
  ck_assert_int_ge(sound, 0);
  sample_mark(m,
              rand() % 3 ? ECHOIC_MARK_EXAMPLE : ECHOIC_MARK_NOT,
              sample_clip(m, 0.001F * (float)(++step)),
              (uint32_t)sound);
  return true;
}

/// However it is changed, the last 16 changes can be taken back exactly
START_TEST(test_random_changes)
{
  static char        before[N_STEPS][8192];
  static char        now[8192];
  EchoicModel* const m = echoic_model_new();
  srand((unsigned)_i);
  for (uint32_t i = 0U; i < N_STEPS; ++i) {
    describe(m, before[i], sizeof(before[i]));
    ck_assert(change(m, i));
    check_indices(m);
  }

  for (uint32_t i = N_STEPS; i-- > N_STEPS - 16U;) {
    ck_assert(!echoic_model_undo(m, NULL));
    check_indices(m);
    memset(now, 0, sizeof(now));
    describe(m, now, sizeof(now));
    ck_assert_str_eq(now, before[i]);
  }
  echoic_model_free(m);
}
END_TEST

START_TEST(test_copy_is_deep)
{
  EchoicModel* const m = sample_model();
  uint8_t*           bytes[2];
  size_t             size[2];
  ck_assert(!echoic_model_write(m, &bytes[0], &size[0], NULL));
  EchoicModel* const copy = echoic_model_copy(m);
  ck_assert_ptr_nonnull(copy);
  memset(m->clips[0].level, 0, SAMPLE_FRAMES * ECHOIC_N_BANDS);
  m->graph.nodes[1].tensors[0].data[0] = 99.0F;
  m->sounds[0].name[0]                 = 'K';
  echoic_model_free(m);
  ck_assert(!echoic_model_write(copy, &bytes[1], &size[1], NULL));
  ck_assert_uint_eq(size[0], size[1]);
  ck_assert_mem_eq(bytes[0], bytes[1], size[0]);
  echoic_model_free(copy);
  free(bytes[0]);
  free(bytes[1]);
}
END_TEST

/// A model can be copied in the middle of a change, before it is taught
START_TEST(test_copy_before_teaching)
{
  EchoicModel* const m = echoic_model_new();
  echoic_model_begin(m);
  sample_sound(m, "a");
  EchoicModel* const copy = echoic_model_copy(m);
  ck_assert_ptr_nonnull(copy);
  ck_assert_int_eq(echoic_model_find(copy, "a"), 0);
  ck_assert_str_eq(copy->clips[0].source, m->clips[0].source);
  echoic_model_free(copy);
  echoic_model_free(m);
}
END_TEST

/// Levels are steps of 1/8 nat: at most half a step is lost, nothing is nothing
START_TEST(test_levels)
{
  const uint32_t     n = 10U * ECHOIC_N_BANDS;
  float              in[10U * ECHOIC_N_BANDS];
  float              out[10U * ECHOIC_N_BANDS];
  EchoicModel* const m = echoic_model_new();
  for (uint32_t i = 0U; i < n; ++i) {
    in[i] = expf(-20.0F + (28.0F * (float)i / (float)n));
  }
  in[0] = 0.0F;
  in[1] = 1e30F;
  in[2] = 1.0F;
  ck_assert_int_eq(echoic_model_add_clip(m, in, 10U, 40U, NULL, 0.0), 0);
  ck_assert_uint_eq(m->clips[0].level[0], 0U);
  ck_assert_uint_eq(m->clips[0].level[1], 255U);
  ck_assert_uint_eq(m->clips[0].level[2], 184U); // 23.02585 / 0.125
  echoic_clip_energies(&m->clips[0], 1U, 9U, out + ECHOIC_N_BANDS);
  echoic_clip_energies(&m->clips[0], 0U, 1U, out);
  ck_assert(out[0] == 0.0F);
  for (uint32_t i = 2U; i < n; ++i) {
    ck_assert(fabsf(logf(out[i] / (in[i] + 1e-10F))) <= 0.0626F);
  }
  echoic_model_free(m);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("model_edit");
  TCase* const tc    = tcase_create("all");
  tcase_add_test(tc, test_undo_takes_back_one_change_at_a_time);
  tcase_add_test(tc, test_forgotten_sound_goes_after_16_changes);
  tcase_add_test(tc, test_name_can_be_taught_again);
  tcase_add_test(tc, test_bad_names);
  tcase_add_loop_test(tc, test_random_changes, 0, 20);
  tcase_add_test(tc, test_copy_is_deep);
  tcase_add_test(tc, test_copy_before_teaching);
  tcase_add_test(tc, test_levels);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
