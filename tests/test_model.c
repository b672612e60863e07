// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* A model: its file says all there is to it, teaching is a pure function of
   it, and every change can be taken back.  Bad files: test_model_file.c. */

#include "tests/small_model.h"
#include "tests/suite.h"

typedef struct {
  uint8_t* bytes;
  size_t   size;
} File;

static File
write_model(const EchoicModel* const model)
{
  EchoicError error = {ECHOIC_OK, ""};
  File        file  = {NULL, 0U};
  ck_assert_msg(!echoic_model_write(model, &file.bytes, &file.size, &error),
                "%s",
                error.text);
  return file;
}

static EchoicModel*
parse_model(const File file)
{
  EchoicError        error = {ECHOIC_OK, ""};
  EchoicModel* const model = echoic_model_parse(file.bytes, file.size, &error);
  ck_assert_msg(model != NULL, "%s", error.text);
  return model;
}

static void
expect_same_bytes(const EchoicModel* const a, const EchoicModel* const b)
{
  const File x = write_model(a);
  const File y = write_model(b);
  ck_assert_uint_eq(x.size, y.size);
  ck_assert_mem_eq(x.bytes, y.bytes, x.size);
  free(x.bytes);
  free(y.bytes);
}

static void
expect_same_clips(const EchoicModel* const a, const EchoicModel* const b)
{
  ck_assert_uint_eq(a->n_clips, b->n_clips);
  for (uint32_t i = 0U; i < a->n_clips; ++i) {
    const EchoicClip* const x = &a->clips[i];
    const EchoicClip* const y = &b->clips[i];
    ck_assert_uint_eq(x->n_frames, y->n_frames);
    ck_assert_uint_eq(x->n_bands, y->n_bands);
    ck_assert_uint_eq(x->stride, 1U);
    ck_assert_uint_eq(y->stride, 1U);
    ck_assert_str_eq(x->source, y->source);
    ck_assert(x->source_s == y->source_s);
    ck_assert_mem_eq(x->level, y->level, (size_t)x->n_frames * ECHOIC_N_BANDS);
  }
}

static void
expect_same_sounds(const EchoicModel* const a, const EchoicModel* const b)
{
  ck_assert_uint_eq(a->n_sounds, b->n_sounds);
  for (uint32_t i = 0U; i < a->n_sounds; ++i) {
    const EchoicSound* const x = &a->sounds[i];
    const EchoicSound* const y = &b->sounds[i];
    ck_assert_str_eq(x->name, y->name);
    ck_assert_uint_eq(x->midi_note, y->midi_note);
    ck_assert(x->sensitivity == y->sensitivity && x->mask_s == y->mask_s);
    ck_assert(x->max_false_alarms_per_hour == y->max_false_alarms_per_hour);
    ck_assert(x->added == y->added && x->removed == y->removed);
    ck_assert_mem_eq(&x->calibration, &y->calibration, sizeof(x->calibration));
  }

  ck_assert_uint_eq(a->n_marks, b->n_marks);
  for (uint32_t i = 0U; i < a->n_marks; ++i) {
    const EchoicMark* const x = &a->marks[i];
    const EchoicMark* const y = &b->marks[i];
    ck_assert(x->kind == y->kind && x->clip == y->clip && x->sound == y->sound);
    ck_assert(x->start_s == y->start_s && x->end_s == y->end_s);
    ck_assert(x->level_db == y->level_db);
    ck_assert(x->added == y->added && x->removed == y->removed);
  }
}

static void
expect_same_node(const EchoicNodeSpec* const x, const EchoicNodeSpec* const y)
{
  ck_assert_str_eq(x->id, y->id);
  ck_assert_str_eq(x->type, y->type);
  ck_assert(x->n_inputs == y->n_inputs && x->n_params == y->n_params);
  ck_assert_mem_eq(x->inputs, y->inputs, sizeof(x->inputs));
  for (uint32_t i = 0U; i < x->n_params; ++i) {
    ck_assert_str_eq(x->params[i].key, y->params[i].key);
    ck_assert_str_eq(x->params[i].text, y->params[i].text);
    ck_assert(x->params[i].value == y->params[i].value);
  }

  ck_assert_uint_eq(x->n_tensors, y->n_tensors);
  for (uint32_t i = 0U; i < x->n_tensors; ++i) {
    const EchoicTensor* const t = &x->tensors[i];
    size_t                    n = sizeof(float);
    ck_assert_str_eq(t->name, y->tensors[i].name);
    ck_assert_uint_eq(t->n_dims, y->tensors[i].n_dims);
    for (uint32_t d = 0U; d < t->n_dims; ++d) {
      ck_assert_uint_eq(t->dims[d], y->tensors[i].dims[d]);
      n *= t->dims[d];
    }
    ck_assert_mem_eq(t->data, y->tensors[i].data, n);
  }
}

static void
expect_same_graph(const EchoicModel* const a, const EchoicModel* const b)
{
  ck_assert_uint_eq(a->graph.width_in, b->graph.width_in);
  ck_assert_uint_eq(a->graph.n_nodes, b->graph.n_nodes);
  for (uint32_t i = 0U; i < a->graph.n_nodes; ++i) {
    expect_same_node(&a->graph.nodes[i], &b->graph.nodes[i]);
  }
}

static void
expect_same(const EchoicModel* const a, const EchoicModel* const b)
{
  ck_assert_uint_eq(a->revision, b->revision);
  ck_assert_uint_eq(a->n_bands, b->n_bands);
  expect_same_sounds(a, b);
  expect_same_clips(a, b);
  expect_same_graph(a, b);
}

/// Written and read, everything is as it was, and taught to the same bits
START_TEST(test_round_trip)
{
  EchoicModel* const model     = small_model();
  model->sounds[0].midi_note   = 38U;
  model->sounds[0].sensitivity = -0.3F;
  model->sounds[1].mask_s      = 0.25F;
  const File         file      = write_model(model);
  EchoicModel* const again     = parse_model(file);
  ck_assert_uint_gt(model->graph.n_nodes, 3U);
  ck_assert_uint_eq(model->n_marks, 7U);
  ck_assert(model->sounds[0].calibration.threshold > 0.1F);
  ck_assert(model->sounds[1].calibration.positive > 0.5F);
  expect_same(model, again);
  expect_same_bytes(model, again);
  small_teach(again);
  expect_same(model, again);
  EchoicModel* const copy = echoic_model_copy(model);
  ck_assert_ptr_nonnull(copy);
  expect_same(model, copy);
  echoic_model_free(copy);
  echoic_model_free(again);
  echoic_model_free(model);
  free(file.bytes);
}
END_TEST

/// An empty model is a model too
START_TEST(test_empty)
{
  EchoicModel* const model = echoic_model_new();
  const File         file  = write_model(model);
  EchoicModel* const again = parse_model(file);
  EchoicError        error = {ECHOIC_OK, ""};
  expect_same(model, again);
  ck_assert_int_eq(echoic_model_undo(again, &error), ECHOIC_NOT_FOUND);
  ck_assert_ptr_nonnull(strstr(error.text, "nothing to undo"));
  echoic_model_free(again);
  echoic_model_free(model);
  echoic_model_free(NULL);
  free(file.bytes);
}
END_TEST

/// Levels are kept to half a step, and energy 0 stays 0
START_TEST(test_levels)
{
  static const float energies[ECHOIC_N_BANDS] = {
    0.0F, 1e-10F, 1e-5F, 0.3F, 1.0F, 1000.0F, 1e9F, -1.0F, NAN, INFINITY};
  float              back[ECHOIC_N_BANDS];
  EchoicModel* const model = echoic_model_new();
  ck_assert_int_eq(
    echoic_model_add_clip(model, energies, 1U, ECHOIC_N_BANDS, NULL, 0.0), 0);
  echoic_clip_energies(&model->clips[0], 0U, 1U, back);
  ck_assert(back[0] == 0.0F && back[7] == 0.0F && back[8] == 0.0F);
  for (uint32_t i = 2U; i < 6U; ++i) {
    ck_assert_double_le(fabs(log((double)back[i] / (double)energies[i])),
                        0.0626);
  }
  ck_assert(back[6] == back[9] && isfinite(back[6]));
  echoic_model_free(model);
}
END_TEST

/// Refining, forgetting and adding are undone one by one, to the bit
START_TEST(test_undo)
{
  EchoicModel* const model = small_model();
  EchoicModel*       past[4];
  EchoicError        error = {ECHOIC_OK, ""};
  past[1]                  = echoic_model_copy(model);
  echoic_model_begin(model);
  small_teach_hits(model, "low", 9U, 3U); // Refined
  small_teach(model);
  past[2] = echoic_model_copy(model);
  echoic_model_begin(model);
  ck_assert_int_eq(echoic_model_forget(model, "low", &error), ECHOIC_OK);
  ck_assert_int_eq(echoic_model_forget(model, "low", &error), ECHOIC_NOT_FOUND);
  small_teach(model);
  past[3] = echoic_model_copy(model);
  ck_assert_int_eq(echoic_model_find(model, "low"), -1);
  echoic_model_begin(model);
  small_teach_hits(model, "low", 20U, 2U); // Another sound of the same name
  small_teach(model);
  ck_assert_int_eq(echoic_model_find(model, "low"), 2);
  for (unsigned r = 3U; r >= 1U; --r) {
    ck_assert_int_eq(echoic_model_undo(model, &error), ECHOIC_OK);
    small_teach(model);
    ck_assert_uint_eq(model->revision, r);
    expect_same(model, past[r]);
    expect_same_bytes(model, past[r]);
    echoic_model_free(past[r]);
  }
  ck_assert_int_eq(echoic_model_undo(model, &error), ECHOIC_OK);
  ck_assert(!model->n_sounds && !model->n_clips && !model->n_marks);
  ck_assert_int_eq(echoic_model_undo(model, &error), ECHOIC_NOT_FOUND);
  echoic_model_free(model);
}
END_TEST

/// Forgetting the last sound leaves a model that can be written and taught
START_TEST(test_forget_all)
{
  EchoicModel* const model = small_model();
  echoic_model_begin(model);
  ck_assert_int_eq(echoic_model_forget(model, "low", NULL), ECHOIC_OK);
  ck_assert_int_eq(echoic_model_forget(model, "high", NULL), ECHOIC_OK);
  small_teach(model);
  const File         file  = write_model(model);
  EchoicModel* const again = parse_model(file);
  expect_same(model, again);
  ck_assert_uint_eq(again->graph.n_nodes, 0U);
  ck_assert_int_eq(echoic_model_undo(again, NULL), ECHOIC_OK);
  small_teach(again);
  ck_assert_int_eq(echoic_model_find(again, "high"), 1);
  echoic_model_free(again);
  echoic_model_free(model);
  free(file.bytes);
}
END_TEST

/// Begin revisions with a mark each, so that there is something to undo
static void
go_on(EchoicModel* const model, const unsigned n)
{
  for (unsigned i = 0U; i < n; ++i) {
    echoic_model_begin(model);
    small_mark(model, ECHOIC_MARK_NOT, 0U, 0U);
  }
}

/// What was forgotten comes back up to 16 revisions later, then it is gone
START_TEST(test_depth)
{
  for (unsigned later = 15U; later <= 17U; ++later) {
    EchoicModel* const model = small_model();
    echoic_model_begin(model);
    ck_assert_int_eq(echoic_model_forget(model, "high", NULL), ECHOIC_OK);
    go_on(model, later);
    ck_assert_uint_eq(model->n_sounds, later <= 16U ? 2U : 1U);
    for (unsigned i = 0U; i < later; ++i) {
      ck_assert_int_eq(echoic_model_undo(model, NULL), ECHOIC_OK);
    }
    ck_assert_int_eq(echoic_model_undo(model, NULL),
                     later <= 16U ? ECHOIC_OK : ECHOIC_NOT_FOUND);
    ck_assert_int_eq(echoic_model_find(model, "high"), later <= 16U ? 1 : -1);
    small_teach(model);
    EchoicModel* const again = echoic_model_copy(model);
    expect_same(model, again);
    echoic_model_free(again);
    echoic_model_free(model);
  }
}
END_TEST

/// Indices of later sounds and clips follow when one before them expires
START_TEST(test_expiry)
{
  EchoicModel* const model = small_model();
  echoic_model_begin(model);
  ck_assert_int_eq(echoic_model_forget(model, "low", NULL), ECHOIC_OK);
  for (unsigned i = 0U; i < 17U; ++i) {
    echoic_model_begin(model);
  }
  ck_assert_uint_eq(model->n_sounds, 1U);
  ck_assert_uint_eq(model->n_clips, 1U);
  ck_assert_uint_eq(model->n_marks, 4U); // Three examples and background
  ck_assert_int_eq(echoic_model_find(model, "high"), 0);
  for (uint32_t i = 0U; i < model->n_marks; ++i) {
    ck_assert_uint_eq(model->marks[i].clip, 0U);
    ck_assert(model->marks[i].sound == 0U ||
              model->marks[i].sound == UINT32_MAX);
  }
  small_teach(model);
  free(write_model(model).bytes);
  echoic_model_free(model);
}
END_TEST

/// What a file couldn't hold isn't taken into a model
START_TEST(test_limits)
{
  static float       energies[ECHOIC_N_BANDS];
  char               name[ECHOIC_NAME_SIZE + 1U];
  EchoicModel* const model = echoic_model_new();
  memset(name, 'a', sizeof(name));
  name[ECHOIC_NAME_SIZE] = '\0';
  ck_assert_int_eq(echoic_model_add_sound(model, ""), -1);
  ck_assert_int_eq(echoic_model_add_sound(model, "a\nb"), -1);
  ck_assert_int_eq(echoic_model_add_sound(model, "\xFF\xFE"), -1);
  ck_assert_int_eq(echoic_model_add_sound(model, name), -1);
  ck_assert_int_eq(echoic_model_add_sound(model, name + 1), 0);
  ck_assert_int_eq(echoic_model_add_sound(model, name + 1), 0);
  ck_assert_int_eq(
    echoic_model_add_clip(model, energies, 0U, ECHOIC_N_BANDS, "", 0.0), -1);
  ck_assert_int_eq(echoic_model_add_clip(model, energies, 1U, 0U, "", 0.0), -1);
  ck_assert_int_eq(echoic_model_add_clip(model, energies, 1U, 41U, "", 0.0),
                   -1);
  ck_assert_uint_eq(model->n_clips, 0U);
  echoic_model_free(model);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("model");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 120.0);
  tcase_add_test(tc, test_round_trip);
  tcase_add_test(tc, test_empty);
  tcase_add_test(tc, test_levels);
  tcase_add_test(tc, test_undo);
  tcase_add_test(tc, test_forget_all);
  tcase_add_test(tc, test_depth);
  tcase_add_test(tc, test_expiry);
  tcase_add_test(tc, test_limits);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
