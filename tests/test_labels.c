// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/labels.h"
#include "host/options.h"
#include "tests/suite.h"
#include "tests/temp.h"

#include <check.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[temp_size];

static bool
read_text(const char* const   text,
          const size_t        size,
          EchoicLabels* const labels,
          EchoicError* const  error)
{
  FILE* const file = fopen(path, "wb");
  ck_assert_ptr_nonnull(file);
  ck_assert_uint_eq(fwrite(text, 1U, size, file), size);
  ck_assert_int_eq(fclose(file), 0);
  return echoic_labels_read(path, labels, error);
}

START_TEST(test_good)
{
  static const char text[] = "\xEF\xBB\xBF"
                             "0.5\t0.75\tkick\r\n"
                             "\\\t100.0\t200.0\r\n"
                             "\r\n"
                             "1,25\t1,25\t snare drum \n"
                             "0.6\t0.7\ta,b\tc";

  EchoicLabels labels = {0U, NULL};
  EchoicError  error  = {ECHOIC_OK, ""};
  ck_assert(read_text(text, sizeof(text) - 1U, &labels, &error));
  ck_assert_uint_eq(labels.n_labels, 3U);
  ck_assert_str_eq(labels.labels[0].name, "kick");
  ck_assert_double_eq(labels.labels[0].start_s, 0.5);
  ck_assert_double_eq(labels.labels[0].end_s, 0.75);
  ck_assert_str_eq(labels.labels[1].name, "snare drum");
  ck_assert_double_eq(labels.labels[1].start_s, 1.25);
  ck_assert_double_eq(labels.labels[1].end_s, 1.25);
  ck_assert_uint_eq(labels.labels[1].line, 4U);
  ck_assert_str_eq(labels.labels[2].name, "a,b\tc");
  echoic_labels_clear(&labels);
  ck_assert_uint_eq(labels.n_labels, 0U);
}
END_TEST

typedef struct {
  const char* text;
  const char* where; ///< Must be in the message
} Bad;

static const Bad bad[] = {
  {"", "holds no labels"},
  {"\n\r\n", "holds no labels"},
  {"0.5\t0.7\ta\n1.0 2.0 b\n", ":2: "},
  {"0.5,0.7,kick\n", ":1: "},
  {"0.5\t0.7\n", ":1: "},
  {"0.5\t0.7\t\n", ":1: has no name"},
  {"0.5\t0.4\tx\n", ":1: ends before"},
  {"-0.5\t0.4\tx\n", ":1: starts before 0"},
  {"nan\t0.4\tx\n", ":1: a time"},
  {"0.1\tinf\tx\n", ":1: a time"},
  {"1.000,5\t2\tx\n", ":1: a time"},
  {"1e999\t2\tx\n", ":1: a time"},
  {"0x10\t20\tx\n", ":1: a time"},
  {"1 2\t20\tx\n", ":1: a time"},
  {"0\t1\t0123456789012345678901234567890123456789012345678901234567890123\n",
   ":1: its name"},
};

START_TEST(test_bad)
{
  EchoicLabels     labels = {0U, NULL};
  EchoicError      error  = {ECHOIC_OK, ""};
  const Bad* const b      = &bad[_i];
  ck_assert(!read_text(b->text, strlen(b->text), &labels, &error));
  ck_assert_uint_eq(labels.n_labels, 0U);
  ck_assert_ptr_null(labels.labels);
  ck_assert_msg(strstr(error.text, b->where), "%s", error.text);
  ck_assert_int_eq(strncmp(error.text, path, strlen(path)), 0);
}
END_TEST

/// UTF-16, as some editors save, has zero bytes
START_TEST(test_not_text)
{
  EchoicLabels labels = {0U, NULL};
  EchoicError  error  = {ECHOIC_OK, ""};
  ck_assert(!read_text("0\0\t\0", 4U, &labels, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "UTF-8"));
}
END_TEST

START_TEST(test_ranges)
{
  EchoicFileRange r     = {NULL, 0.0, 0.0, false};
  EchoicError     error = {ECHOIC_OK, ""};
  ck_assert(echoic_parse_range("a:b.wav:1.5-2", &r, &error));
  ck_assert_str_eq(r.path, "a:b.wav");
  ck_assert_double_eq(r.start_s, 1.5);
  ck_assert_double_eq(r.end_s, 2.0);
  free(r.path);

  ck_assert(echoic_parse_range("a.wav:3-", &r, &error));
  ck_assert_double_eq(r.start_s, 3.0);
  ck_assert(isinf(r.end_s));
  free(r.path);

  ck_assert(echoic_parse_range("a.wav:-3", &r, &error));
  ck_assert_double_eq(r.start_s, 0.0);
  ck_assert_double_eq(r.end_s, 3.0);
  free(r.path);

  static const char* const whole[] = {
    "a.wav", "a.wav:", "a.wav:-", "a:b", "a:1", "a:1-x", "a:1-2-3", "a:1e3-2"};
  for (size_t i = 0U; i < sizeof(whole) / sizeof(*whole); ++i) {
    ck_assert(echoic_parse_range(whole[i], &r, &error));
    ck_assert_str_eq(r.path, whole[i]);
    ck_assert(!r.has_range);
    ck_assert_double_eq(r.start_s, 0.0);
    ck_assert(isinf(r.end_s));
    free(r.path);
  }

  ck_assert(!echoic_parse_range("a.wav:2-1", &r, &error));
  ck_assert(!echoic_parse_range("a.wav:2-2", &r, &error));
}
END_TEST

/// A file whose own name looks like a range is taken whole
START_TEST(test_range_of_existing_file)
{
  char name[temp_size + 64];
  snprintf(name, sizeof(name), "%s:1-2", path);
  FILE* const file = fopen(name, "wb");
  ck_assert_ptr_nonnull(file);
  fclose(file);

  EchoicFileRange r     = {NULL, 0.0, 0.0, false};
  EchoicError     error = {ECHOIC_OK, ""};
  const bool      ok    = echoic_parse_range(name, &r, &error);
  unlink(name);
  ck_assert(ok);
  ck_assert_str_eq(r.path, name);
  ck_assert(!r.has_range);
  free(r.path);
}
END_TEST

START_TEST(test_numbers)
{
  static const char* const wrong[] = {
    "", "x", "5x", "nan", "inf", "1e999", "0x10", " 1", "1 ", "1,5", "--1"};

  double value = 7.0;
  for (size_t i = 0U; i < sizeof(wrong) / sizeof(*wrong); ++i) {
    ck_assert_msg(!echoic_parse_number(wrong[i], &value), "%s", wrong[i]);
    ck_assert_double_eq(value, 7.0);
  }

  ck_assert(echoic_parse_number("-1.5e2", &value));
  ck_assert_double_eq(value, -150.0);
}
END_TEST

int
main(void)
{
  if (!temp_file(path, "labels")) {
    return EXIT_FAILURE;
  }

  Suite* const suite = suite_create("labels");
  TCase* const tc    = tcase_create("all");
  tcase_add_test(tc, test_good);
  tcase_add_loop_test(tc, test_bad, 0, (int)(sizeof(bad) / sizeof(*bad)));
  tcase_add_test(tc, test_not_text);
  tcase_add_test(tc, test_ranges);
  tcase_add_test(tc, test_range_of_existing_file);
  tcase_add_test(tc, test_numbers);
  suite_add_tcase(suite, tc);

  const int status = run_suite(suite);
  unlink(path);
  return status;
}
