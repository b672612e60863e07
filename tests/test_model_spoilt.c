// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Every field of a model's description, missing and wrong in every way: always
   refused with a sentence. */

#include "dsp/model.h"
#include "tests/model_file.h"
#include "tests/suite.h"

#include <check.h>
#include <jansson.h>

#include <stdio.h>
#include <string.h>

/// Nodes may do without options, an option may be left out, and older models
/// have no slots, and don't say if a sound was alone or is heard in itself
static bool
may_be_missing(const char* const path)
{
  return strstr(path, ".params") || strstr(path, ".slot") ||
         strstr(path, ".alone") || strstr(path, ".echo");
}

/// No marks at all are as good as some
static bool
may_be(const char* const path, const json_t* const value)
{
  return !strcmp(path, ".marks") && json_is_array(value);
}

static uint32_t
spoil(File*       f,
      const char* path,
      json_t*     parent,
      const char* key,
      json_t*     value);

/// Spoil everything inside `value`; return the number of ways
static uint32_t
spoil_inside(File* const f, const char* const path, json_t* const value)
{
  char          inner[256];
  const char*   key     = NULL;
  json_t*       child   = NULL;
  uint32_t      n       = 0U;
  json_t* const members = json_copy(value); // What is put back comes last
  json_object_foreach(members, key, child)
  {
    (void)snprintf(inner, sizeof(inner), "%s.%s", path, key);
    n += spoil(f, inner, value, key, child);
  }

  json_decref(members);
  for (size_t i = 0U; i < json_array_size(value); ++i) {
    (void)snprintf(inner, sizeof(inner), "%s[%zu]", path, i);
    json_t* const kept = json_incref(json_array_get(value, i));
    n += spoil_inside(f, inner, kept);
    json_array_set_new(value, i, json_integer(-7));
    expect_refused(f, inner, "as a number");
    json_array_set_new(value, i, kept);
    ++n;
  }

  return n;
}

/// Spoil one member of an object in every way, then everything inside it
static uint32_t
spoil(File* const       f,
      const char* const path,
      json_t* const     parent,
      const char* const key,
      json_t* const     value)
{
  json_t* const kept    = json_incref(value);
  json_t* const wrong[] = {json_null(),
                           json_true(),
                           json_integer(1000000000),
                           json_real(1e9),
                           json_real(-1e300),
                           json_array(),
                           json_pack("{s:i}", "x", 1),
                           json_is_string(value) ? json_integer(1)
                                                 : json_string("kick")};
  uint32_t      n       = spoil_inside(f, path, value);
  for (size_t i = 0U; i < sizeof(wrong) / sizeof(wrong[0]); ++i) {
    char what[64];
    (void)snprintf(what, sizeof(what), "spoilt in way %zu", i);
    const bool is_fine = may_be(path, wrong[i]);
    json_object_set_new(parent, key, wrong[i]);
    if (!is_fine) {
      expect_refused(f, path, what);
      ++n;
    }
  }

  json_object_del(parent, key);
  if (!may_be_missing(path)) {
    expect_refused(f, path, "missing");
    ++n;
  }
  json_object_set_new(parent, key, kept);
  return n;
}

START_TEST(test_every_field_spoilt)
{
  File           f = open_file();
  const uint32_t n = spoil_inside(&f, "", f.description);
  ck_assert_uint_gt(n, 900U);
  EchoicError        error = {ECHOIC_OK, ""};
  EchoicModel* const model = parse(&f, &error); // All put back
  ck_assert_msg(model, "%s", error.text);
  echoic_model_free(model);
  close_file(&f);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("model_spoilt");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 60.0);
  tcase_add_test(tc, test_every_field_spoilt);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
