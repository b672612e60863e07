// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Model files that are wrong: cut, with other numbers in every place, without
   a tensor or with one too many.  Each is refused, or still in all ranges. */

#include "dsp/safetensors.h"
#include "tests/small_model.h"
#include "tests/suite.h"

#include <jansson.h>

#include <stdio.h>

typedef struct {
  uint8_t* bytes;
  size_t   size;
} File;

static File small;

static void
make_small(void)
{
  EchoicModel* const model = small_model();
  echoic_model_begin(model);
  ck_assert_int_eq(echoic_model_forget(model, "high", NULL), ECHOIC_OK);
  small_teach(model);
  ck_assert_int_eq(echoic_model_write(model, &small.bytes, &small.size, NULL),
                   ECHOIC_OK);
  echoic_model_free(model);
}

static void
free_small(void)
{
  free(small.bytes);
}

static bool
is_within(const double x, const double least, const double most)
{
  return x >= least && x <= most;
}

/// Whatever was parsed must be in the ranges of model.h
static void
check_ranges(const EchoicModel* const m)
{
  ck_assert_uint_le(m->n_bands, ECHOIC_N_BANDS);
  for (uint32_t i = 0U; i < m->n_sounds; ++i) {
    const EchoicSound* const       s = &m->sounds[i];
    const EchoicCalibration* const c = &s->calibration;
    ck_assert(s->name[0] && s->midi_note < 128U && s->added <= m->revision);
    ck_assert(is_within((double)s->sensitivity, -1.0, 1.0));
    ck_assert(is_within((double)s->mask_s, 0.0, 60.0));
    ck_assert(!s->removed ||
              (s->removed >= s->added && s->removed <= m->revision));
    ck_assert(is_within((double)c->span_s, 0.0, 60.0));
    ck_assert(is_within((double)c->length_s, 0.0, 36000.0));
    ck_assert(is_within((double)c->threshold, 0.0, 1000.0));
    ck_assert(isfinite(c->positive) && isfinite(c->level_db));
    ck_assert(isfinite(c->false_alarms_per_hour) && isfinite(c->confusion));
    ck_assert(c->confused_with >= -1 &&
              c->confused_with < (int32_t)m->n_sounds);
  }

  for (uint32_t i = 0U; i < m->n_marks; ++i) {
    const EchoicMark* const k = &m->marks[i];
    ck_assert(k->clip < m->n_clips && k->start_s < k->end_s);
    ck_assert(k->kind <= ECHOIC_MARK_BACKGROUND);
    ck_assert((k->sound < m->n_sounds) ^ (k->kind == ECHOIC_MARK_BACKGROUND));
    ck_assert(k->added <= m->revision && k->removed <= m->revision);
  }

  for (uint32_t i = 0U; i < m->n_clips; ++i) {
    ck_assert(m->clips[i].n_frames && m->clips[i].level);
    ck_assert(is_within(m->clips[i].n_bands, 1.0, ECHOIC_N_BANDS));
  }
}

/// Parse; what is accepted must be sound, what is refused must say why
static bool
is_accepted(const uint8_t* const bytes, const size_t size)
{
  EchoicError        error = {ECHOIC_OK, ""};
  EchoicModel* const model = echoic_model_parse(bytes, size, &error);
  if (!model) {
    ck_assert(error.status != ECHOIC_OK && strlen(error.text) > 10U);
    return false;
  }

  check_ranges(model);
  echoic_model_free(model);
  return true;
}

START_TEST(test_cut)
{
  for (size_t size = 0U; size < small.size; ++size) {
    uint8_t* const cut = (uint8_t*)malloc(size + 1U);
    memcpy(cut, small.bytes, size);
    ck_assert_msg(!is_accepted(cut, size), "cut to %zu bytes", size);
    free(cut);
  }
}
END_TEST

/// Make a file of other tensors or another description; null leaves one out
static bool
is_accepted_with(const EchoicTensorOut* const tensors,
                 const uint32_t               n_tensors,
                 const char* const            description)
{
  static const char* const keys[]   = {"echoic"};
  const char* const        values[] = {description};
  File                     f        = {NULL, 0U};
  ck_assert_int_eq(
    echoic_safetensors_write(
      tensors, n_tensors, keys, values, 1U, &f.bytes, &f.size, NULL),
    ECHOIC_OK);
  const bool ok = is_accepted(f.bytes, f.size);
  free(f.bytes);
  return ok;
}

/// The tensors of the small model, to be written again
static uint32_t
list_tensors(const EchoicSafetensors* const file, EchoicTensorOut* const out)
{
  ck_assert_uint_lt(file->n_tensors, 60U);
  for (uint32_t i = 0U; i < file->n_tensors; ++i) {
    const EchoicFileTensor* const t = &file->tensors[i];
    out[i] = (EchoicTensorOut){t->name, t->dtype, t->n_dims, {0U}, t->data};
    memcpy(out[i].dims, t->dims, sizeof(t->dims));
  }

  return file->n_tensors;
}

typedef struct {
  json_t*          root;
  EchoicTensorOut* tensors;
  uint32_t         n_tensors;
  unsigned         n_refused;
  unsigned         n_accepted;
} Mutation;

static void
try_root(Mutation* const m)
{
  char* const text = json_dumps(m->root, JSON_COMPACT);
  if (is_accepted_with(m->tensors, m->n_tensors, text)) {
    ++m->n_accepted;
  } else {
    ++m->n_refused;
  }
  free(text);
}

static const char* const values[] = {"null",
                                     "true",
                                     "[]",
                                     "{}",
                                     "\"\"",
                                     "\"x\"",
                                     "-1",
                                     "0",
                                     "1",
                                     "0.5",
                                     "1e9",
                                     "1000000000",
                                     "-1e30",
                                     "1e300",
                                     "1e-300",
                                     "4294967295",
                                     "4294967296",
                                     "-2147483649",
                                     "1024",
                                     "2",
                                     "100000",
                                     "40",
                                     "9007199254740993",
                                     "9223372036854775807",
                                     "\"\\u0001\"",
                                     "[[[[0]]]]"};

#define N_VALUES (sizeof(values) / sizeof(values[0]))

static void
mutate(Mutation* m, json_t* json);

static bool
is_optional(const char* const key)
{
  static const char* const optional[] = {
    "params", "c", "groups", "slot", "alone", "echo_s", "echo"};
  bool found = false;
  for (size_t i = 0U; i < sizeof(optional) / sizeof(optional[0]); ++i) {
    found = found || !strcmp(key, optional[i]);
  }

  return found;
}

/// Put every value in the place of a member, leave it out, then go into it
static void
mutate_member(Mutation* const m, json_t* const object, const char* const key)
{
  json_t* const old = json_incref(json_object_get(object, key));
  for (size_t i = 0U; i < N_VALUES; ++i) {
    json_object_set_new(
      object, key, json_loads(values[i], JSON_DECODE_ANY, NULL));
    try_root(m);
  }
  json_object_del(object, key);
  const unsigned n_accepted = m->n_accepted;
  try_root(m);
  ck_assert_msg(
    m->n_accepted == n_accepted || is_optional(key), "without '%s'", key);
  json_object_set(object, key, old);
  mutate(m, old);
  json_decref(old);
}

/// The same for an item of a list
static void
mutate_item(Mutation* const m, json_t* const list, const size_t index)
{
  json_t* const old = json_incref(json_array_get(list, index));
  for (size_t i = 0U; i < N_VALUES; ++i) {
    json_array_set_new(
      list, index, json_loads(values[i], JSON_DECODE_ANY, NULL));
    try_root(m);
  }
  json_array_remove(list, index);
  try_root(m);
  json_array_insert(list, index, old);
  json_array_insert_new(list, index, json_deep_copy(old));
  try_root(m);
  json_array_remove(list, index);
  mutate(m, old);
  json_decref(old);
}

static void
mutate(Mutation* const m, json_t* const json)
{
  const char* keys[100];
  size_t      n     = 0U;
  const char* key   = NULL;
  json_t*     value = NULL;
  json_object_foreach(json, key, value)
  {
    ck_assert_uint_lt(n, 100U);
    keys[n++] = key;
  }
  for (size_t i = 0U; i < n; ++i) {
    char* const copy = strdup(keys[i]); // The key goes when it is deleted
    keys[i]          = copy;
  }
  for (size_t i = 0U; i < n; ++i) {
    mutate_member(m, json, keys[i]);
    free((void*)(uintptr_t)keys[i]);
  }
  for (size_t i = 0U; i < json_array_size(json); ++i) {
    mutate_item(m, json, i);
  }
}

/// Every place in the description gets every kind of wrong value
START_TEST(test_description)
{
  EchoicSafetensors file;
  EchoicTensorOut   out[64];
  ck_assert_int_eq(
    echoic_safetensors_parse(small.bytes, small.size, &file, NULL), ECHOIC_OK);
  const char* const text = echoic_safetensors_metadata(&file, "echoic");
  Mutation          m    = {json_loads(text, 0U, NULL), out, 0U, 0U, 0U};
  m.n_tensors            = list_tensors(&file, out);
  try_root(&m);
  ck_assert_uint_eq(m.n_accepted, 1U); // As it is
  mutate(&m, m.root);
  printf("description: %u refused, %u accepted\n", m.n_refused, m.n_accepted);
  ck_assert_uint_gt(m.n_refused, 2000U);
  json_decref(m.root);
  echoic_safetensors_clear(&file);
}
END_TEST

/// Each tensor left out, renamed, or of other shape or type; a foreign one
START_TEST(test_tensors)
{
  static const float nothing[4];
  static float       nan_data[20000];
  EchoicSafetensors  file;
  EchoicTensorOut    out[64];
  ck_assert_int_eq(
    echoic_safetensors_parse(small.bytes, small.size, &file, NULL), ECHOIC_OK);
  const char* const text = echoic_safetensors_metadata(&file, "echoic");
  const uint32_t    n    = list_tensors(&file, out);
  for (uint32_t i = 0U; i < n; ++i) {
    const EchoicTensorOut old = out[i];
    const bool            optional =
      !strcmp(old.name, "memory.gain") || !strcmp(old.name, "score.bias");
    out[i] = out[n - 1U];
    ck_assert_msg(
      is_accepted_with(out, n - 1U, text) == optional, "%s", old.name);
    out[i]      = old;
    out[i].name = "stranger";
    ck_assert(!is_accepted_with(out, n, text));
    out[i] = old;
    out[i].dims[0] += 1U; // A clip may be longer than its marks
    out[i].dims[1] += old.dtype == ECHOIC_U8;
    out[i].data = nan_data;
    ck_assert(!is_accepted_with(out, n, text));
    out[i]       = old;
    out[i].dtype = old.dtype == ECHOIC_U8 ? ECHOIC_F32 : ECHOIC_U8;
    out[i].data  = nan_data;
    ck_assert(!is_accepted_with(out, n, text));
    for (uint32_t k = 0U; k < 20000U; ++k) {
      nan_data[k] = NAN;
    }
    out[i]      = old;
    out[i].data = nan_data;
    ck_assert(old.dtype == ECHOIC_U8 || !is_accepted_with(out, n, text));
    out[i] = old;
  }
  out[n] = (EchoicTensorOut){"score.extra", ECHOIC_F32, 1U, {4U}, nothing};
  ck_assert(!is_accepted_with(out, n + 1U, text));
  out[n].name = "extra";
  ck_assert(!is_accepted_with(out, n + 1U, text));
  out[n].name = "clip.7.level";
  ck_assert(!is_accepted_with(out, n + 1U, text));
  ck_assert(is_accepted_with(out, n, text));
  echoic_safetensors_clear(&file);
}
END_TEST

/// Another version says so
START_TEST(test_version)
{
  EchoicError error = {ECHOIC_OK, ""};
  char* const at    = (char*)memmem(
    small.bytes, small.size, "\\\"version\\\":1", strlen("\\\"version\\\":1"));
  ck_assert_ptr_nonnull(at);
  at[strlen("\\\"version\\\":")] = '2';
  ck_assert_ptr_null(echoic_model_parse(small.bytes, small.size, &error));
  ck_assert_int_eq(error.status, ECHOIC_BAD_VERSION);
  ck_assert_ptr_nonnull(strstr(error.text, "version 2"));
}
END_TEST

/// The fuzzer's seeds must be models: tests/fuzz/seed_model.c makes them anew
START_TEST(test_seeds)
{
  static const char* const names[] = {"empty", "all_nodes", "forgotten"};
  static uint8_t           bytes[65536];
  char                     path[64];
  (void)snprintf(path, sizeof(path), "tests/fuzz/corpus_model/%s", names[_i]);
  FILE* const stream = fopen(path, "rb");
  ck_assert_msg(stream != NULL, "%s", path);
  const size_t size = fread(bytes, 1U, sizeof(bytes), stream);
  (void)fclose(stream);
  ck_assert_msg(is_accepted(bytes, size), "%s", path);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("model_file");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 300.0);
  tcase_add_checked_fixture(tc, make_small, free_small);
  tcase_add_test(tc, test_cut);
  tcase_add_test(tc, test_description);
  tcase_add_test(tc, test_tensors);
  tcase_add_test(tc, test_version);
  tcase_add_loop_test(tc, test_seeds, 0, 3);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
