// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What a model's file may not say, though each part of it is well formed. */

#include "dsp/model.h"
#include "tests/model_file.h"
#include "tests/sample_model.h"
#include "tests/suite.h"

#include <check.h>
#include <jansson.h>

#include <stdlib.h>
#include <string.h>

START_TEST(test_unknown_fields)
{
  static const char* const paths[] = {"front_end", "graph"};
  File                     f       = open_file();
  json_object_set_new(f.description, "surprise", json_integer(1));
  expect_refused(&f, "model", "with an unknown member");
  json_object_del(f.description, "surprise");
  for (size_t i = 0U; i < 2U; ++i) {
    json_t* const object = json_object_get(f.description, paths[i]);
    json_object_set_new(object, "surprise", json_integer(1));
    expect_refused(&f, paths[i], "with an unknown member");
    json_object_del(object, "surprise");
  }
  close_file(&f);
}
END_TEST

START_TEST(test_description_as_text)
{
  static const char* const bad[] = {"",
                                    "{",
                                    "[]",
                                    "{\"version\": NaN}",
                                    "null",
                                    "{\"version\": 1, \"version\": 1}",
                                    "{\"version\": 1e999}"};
  File                     f     = open_file();
  for (size_t i = 0U; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    EchoicError error = {ECHOIC_OK, ""};
    ck_assert_ptr_null(parse_text(&f, bad[i], &error));
    ck_assert_uint_gt(strlen(error.text), 10U);
  }

  json_object_del(json_object_get(f.header, "__metadata__"), "echoic");
  char* const    dump  = json_dumps(f.header, 0U);
  size_t         size  = 0U;
  EchoicError    error = {ECHOIC_OK, ""};
  uint8_t* const bytes = join(dump, f.bytes + f.data, f.size - f.data, &size);
  ck_assert_ptr_null(echoic_model_parse(bytes, size, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "neither a model nor a graph"));
  free(bytes);
  free(dump);
  close_file(&f);
}
END_TEST

START_TEST(test_newer_version)
{
  File        f     = open_file();
  EchoicError error = {ECHOIC_OK, ""};
  json_object_set_new(f.description, "version", json_integer(2));
  ck_assert_ptr_null(parse(&f, &error));
  ck_assert_int_eq(error.status, ECHOIC_BAD_VERSION);
  ck_assert_ptr_nonnull(strstr(error.text, "version 2"));
  close_file(&f);
}
END_TEST

/// Two fields that are right by themselves, but not together
START_TEST(test_contradictions)
{
  static const struct {
    const char* list;
    size_t      index;
    const char* key;
    int         value;
    const char* says;
  } cases[] = {
    {"marks", 0U, "clip", 3, "stretch of one of the clips"},
    {"marks", 0U, "sound", 3, "index of a 'sound'"},
    {"marks", 0U, "sound", -1, "index of a 'sound'"},
    {"marks", 0U, "sound", 1, "removed"},
    {"marks", 0U, "added", 4, "revisions"},
    {"marks", 0U, "end_s", 0, "stretch"},
    {"marks", 0U, "end_s", 1, "stretch"},
    {"clips", 0U, "stride", 2, "clip 0: must have 'stride', 'first_full' and"},
    {"clips", 0U, "n_full", 30, "or none of them"},
    {"clips",
     2U,
     "stride",
     1,
     "clip 2: 'stride' must be a whole number from 2"},
    {"clips", 2U, "stride", 17, "2 to 16"},
    {"clips", 2U, "stride", 3, "clip.2.level: must have a row for each"},
    {"clips", 2U, "first_full", 5, "a multiple of"},
    {"clips", 2U, "first_full", 22, "'n_full' more at least"},
    {"clips", 2U, "n_full", 0, "'n_full' must be a whole number from 1"},
    {"clips", 2U, "n_full", 19, "'n_full' more at least"},
    {"clips", 2U, "n_more", 1, "clip 2: must have 6 members, not 7"},
    {"clips", 0U, "n_more", 1, "clip 0: must have 3 members, not 4"},
    {"sounds", 1U, "removed", 0, "scores"},
    {"sounds", 0U, "removed", 3, ""},
    {"sounds", 0U, "removed", 4, "revisions"},
    {"sounds", 2U, "added", 4, "revisions"},
  };
  for (size_t i = 0U; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    File          f     = open_file();
    EchoicError   error = {ECHOIC_OK, ""};
    json_t* const item  = json_array_get(
      json_object_get(f.description, cases[i].list), cases[i].index);
    json_object_set_new(item, cases[i].key, json_integer(cases[i].value));
    ck_assert_ptr_null(parse(&f, &error));
    ck_assert_msg(strstr(error.text, cases[i].says), "%zu: %s", i, error.text);
    close_file(&f);
  }
}
END_TEST

START_TEST(test_bad_names)
{
  static const char* const bad[] = {"", "b\303\244r \"1\"", "a\tb", "\302\200"};
  File                     f     = open_file();
  json_t* const            sound =
    json_array_get(json_object_get(f.description, "sounds"), 0U);
  for (size_t i = 0U; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    json_object_set_new(sound, "name", json_string(bad[i]));
    expect_refused(&f, "sounds[0].name", bad[i]);
  }

  json_object_set_new(sound,
                      "name",
                      json_stringn("0123456789012345678901234567890123456789"
                                   "012345678901234567890123",
                                   64U));
  expect_refused(&f, "sounds[0].name", "of 64 bytes");
  close_file(&f);
}
END_TEST

START_TEST(test_tensors_added_renamed_misshaped)
{
  static const struct {
    const char* name;
    const char* becomes;
    const char* says;
  } cases[] = {
    {"clip.0.level", "clip.9.level", "clip.0.level"},
    {"write.weight", "write.wieght", "'wieght' isn't one"},
    {"write.weight", "weight", "'weight' belongs to no"},
    {"memory.poles", "other.poles", "'other.poles' belongs"},
  };
  for (size_t i = 0U; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    File          f     = open_file();
    EchoicError   error = {ECHOIC_OK, ""};
    json_t* const tensor =
      json_incref(json_object_get(f.header, cases[i].name));
    json_object_del(f.header, cases[i].name);
    json_object_set_new(f.header, cases[i].becomes, tensor);
    ck_assert_ptr_null(parse(&f, &error));
    ck_assert_msg(strstr(error.text, cases[i].says), "%s", error.text);
    close_file(&f);
  }

  File f = open_file(); // One more, of no size
  json_object_set_new(f.header,
                      "surprise",
                      json_pack("{s:s, s:[i], s:[i, i]}",
                                "dtype",
                                "F32",
                                "shape",
                                0,
                                "data_offsets",
                                0,
                                0));
  expect_refused(&f, "tensor", "surprise");
  json_object_del(f.header, "surprise");
  json_t* const weight = json_object_get(f.header, "write.weight");
  json_object_set_new(weight, "shape", json_pack("[i, i]", 1000000000, 80));
  expect_refused(&f, "write.weight", "with 1e9 rows");
  json_object_set_new(weight, "shape", json_pack("[i, i]", 80, 4));
  expect_refused(&f, "write.weight", "transposed");
  close_file(&f);
  for (uint32_t i = 0U; i < 2U; ++i) { // Bytes of marks
    const char* const name  = i ? "mark.fingerprint" : "mark.strike";
    const int         size  = i ? 576 : 144;
    File              marks = open_file();
    json_t* const     shape =
      json_object_get(json_object_get(marks.header, name), "shape");
    const json_int_t n = json_integer_value(json_array_get(shape, 0U));
    ck_assert_int_eq(json_integer_value(json_array_get(shape, 1U)), size);
    json_array_set_new(shape, 0U, json_integer(size));
    json_array_set_new(shape, 1U, json_integer(n));
    expect_refused(&marks, name, "transposed");
    close_file(&marks);
  }
}
END_TEST

START_TEST(test_not_finite)
{
  const float  bad[] = {NAN, INFINITY};
  EchoicModel* m     = sample_model();
  EchoicError  error = {ECHOIC_OK, ""};
  uint8_t*     bytes = NULL;
  size_t       size  = 0U;
  for (size_t i = 0U; i < 2U; ++i) {
    m->sounds[0].calibration.margin = bad[i];
    ck_assert(echoic_model_write(m, &bytes, &size, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "finite"));
    m->sounds[0].calibration.margin      = 0.0F;
    m->graph.nodes[3].tensors[0].data[1] = bad[i];
    ck_assert(echoic_model_write(m, &bytes, &size, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "node 'score'"));
    m->graph.nodes[3].tensors[0].data[1] = 0.0F;
  }
  ck_assert_ptr_null(bytes);
  m->graph.nodes[2].tensors[0].data[0] = 1.0F;
  ck_assert(echoic_model_write(m, &bytes, &size, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "magnitude"));
  echoic_model_free(m);
}
END_TEST

/// A short file may not ask for more memory than a computer has
START_TEST(test_huge_graph)
{
  EchoicGraphSpec graph = {ECHOIC_N_FEATURES, 0U, NULL};
  EchoicError     error = {ECHOIC_OK, ""};
  size_t          bytes = 0U;
  uint32_t        width = 0U;
  for (uint32_t i = 0U; i < 5U; ++i) {
    char id[2]     = {(char)('a' + i), '\0'};
    char before[3] = "in";
    if (i) {
      before[0] = (char)(id[0] - 1);
      before[1] = '\0';
    }
    EchoicNodeSpec* const node = echoic_graph_spec_add(&graph, id, "delay");
    ck_assert(node && echoic_node_spec_input(node, before));
    ck_assert(echoic_node_spec_number(node, "frames", 1e6));
    ck_assert(echoic_node_spec_word(node, "output", "last"));
    ck_assert_int_eq(echoic_graph_bytes(&graph, &bytes, &width, &error),
                     i < 3U ? ECHOIC_OK : ECHOIC_BAD_SHAPE);
  }
  ck_assert_ptr_nonnull(strstr(error.text, "MiB"));
  echoic_graph_spec_clear(&graph);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("model_rules");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 60.0);
  tcase_add_test(tc, test_unknown_fields);
  tcase_add_test(tc, test_description_as_text);
  tcase_add_test(tc, test_newer_version);
  tcase_add_test(tc, test_contradictions);
  tcase_add_test(tc, test_bad_names);
  tcase_add_test(tc, test_tensors_added_renamed_misshaped);
  tcase_add_test(tc, test_not_finite);
  tcase_add_test(tc, test_huge_graph);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
