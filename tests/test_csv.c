// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/csv.h"
#include "host/text_out.h"
#include "tests/suite.h"
#include "tests/temp.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[temp_size];

static void
write_text(const char* const text, const size_t n)
{
  FILE* const f = fopen(path, "wb");
  ck_assert_ptr_nonnull(f);
  ck_assert_uint_eq(fwrite(text, 1U, n, f), n);
  fclose(f);
}

static EchoicStatus
read_text(const char* const text, EchoicCsv* const csv, EchoicError* const e)
{
  write_text(text, strlen(text));
  return echoic_csv_read(path, csv, e);
}

/// Quotes, doubled quotes, line breaks in fields, CRLF, BOM, empty lines
START_TEST(test_fields)
{
  EchoicCsv   csv   = {0};
  EchoicError error = {ECHOIC_OK, ""};
  ck_assert_int_eq(read_text("\xEF\xBB\xBF"
                             "a,b,c\r\n"
                             "1,\"x,y\",\"say \"\"hi\"\"\"\r\n"
                             "\r\n"
                             "2,\"two\nlines\",\r\n"
                             "3,,end",
                             &csv,
                             &error),
                   ECHOIC_OK);
  ck_assert_uint_eq(csv.n_rows, 3U);
  ck_assert_uint_eq(csv.n_columns, 3U);
  ck_assert_str_eq(echoic_csv_text(&csv, 0U, 1U), "x,y");
  ck_assert_str_eq(echoic_csv_text(&csv, 0U, 2U), "say \"hi\"");
  ck_assert_str_eq(echoic_csv_text(&csv, 1U, 1U), "two\nlines");
  ck_assert_str_eq(echoic_csv_text(&csv, 1U, 2U), "");
  ck_assert_str_eq(echoic_csv_text(&csv, 2U, 2U), "end");
  ck_assert_uint_eq(csv.lines[1], 2U);
  ck_assert_uint_eq(csv.lines[2], 4U);
  ck_assert_uint_eq(csv.lines[3], 6U);
  echoic_csv_clear(&csv);
}
END_TEST

/// Columns go by name; one that is missing is named
START_TEST(test_columns)
{
  EchoicCsv   csv    = {0};
  EchoicError error  = {ECHOIC_OK, ""};
  size_t      column = 9U;
  ck_assert_int_eq(read_text("x,y\n1,2\n", &csv, &error), ECHOIC_OK);
  ck_assert_int_eq(echoic_csv_column(&csv, "y", &column, &error), ECHOIC_OK);
  ck_assert_uint_eq(column, 1U);
  ck_assert_int_eq(echoic_csv_column(&csv, "z", &column, &error),
                   ECHOIC_NOT_FOUND);
  ck_assert_ptr_nonnull(strstr(error.text, ":1: has no column 'z'"));
  echoic_csv_clear(&csv);
}
END_TEST

/// Numbers are whole, finite and in range, or refused with file and line
START_TEST(test_numbers)
{
  static const char* const bad[] = {
    "", "x", "1x", "nan", "inf", "-1", "11", "1 2"};

  for (size_t i = 0U; i < sizeof(bad) / sizeof(*bad); ++i) {
    EchoicCsv   csv   = {0};
    EchoicError error = {ECHOIC_OK, ""};
    double      value = 0.0;
    char        text[64];
    snprintf(text, sizeof(text), "k,v\n\n1,%s\n", bad[i]);
    ck_assert_int_eq(read_text(text, &csv, &error), ECHOIC_OK);
    ck_assert_int_eq(echoic_csv_number(&csv, 0U, 0U, 0.0, 10.0, &value, &error),
                     ECHOIC_OK);
    ck_assert_double_eq(value, 1.0);
    ck_assert_int_eq(echoic_csv_number(&csv, 0U, 1U, 0.0, 10.0, &value, &error),
                     ECHOIC_BAD_FORMAT);
    ck_assert_ptr_nonnull(strstr(error.text, ":3: v is '"));
    echoic_csv_clear(&csv);
  }
}
END_TEST

/// What isn't CSV is refused with a sentence that says where
START_TEST(test_refusals)
{
  static const struct {
    const char* text;
    size_t      size;
    const char* message;
  } cases[] = {
    {"", 0U, "is empty"},
    {"\n\n", 2U, "is empty"},
    {"a,b\n1\n", 6U, ":2: has 1 fields; the header names 2"},
    {"a,b\n1,2,3\n", 10U, ":2: has 3 fields"},
    {"a,b\n1,\"2\n3\n", 11U, ":2: a quote is opened"},
    {"a,b\n1,\0\n", 8U, ":2: holds a zero byte"},
  };

  for (size_t i = 0U; i < sizeof(cases) / sizeof(*cases); ++i) {
    EchoicCsv   csv   = {0};
    EchoicError error = {ECHOIC_OK, ""};
    write_text(cases[i].text, cases[i].size);
    ck_assert_int_eq(echoic_csv_read(path, &csv, &error), ECHOIC_BAD_FORMAT);
    ck_assert_msg(
      strstr(error.text, cases[i].message), "case %zu: %s", i, error.text);
    ck_assert_ptr_null(csv.text);
  }

  EchoicCsv   csv   = {0};
  EchoicError error = {ECHOIC_OK, ""};
  ck_assert_int_eq(echoic_csv_read("/nonexistent/x.csv", &csv, &error),
                   ECHOIC_NOT_FOUND);
}
END_TEST

/// Cut at any byte, a file is read or refused, never worse
START_TEST(test_cut_anywhere)
{
  static const char whole[] = "a,\"b\"\r\n\"x\"\"y\",\"2\n3\"\r\nq,w\n";
  for (size_t n = 0U; n < sizeof(whole); ++n) {
    EchoicCsv   csv   = {0};
    EchoicError error = {ECHOIC_OK, ""};
    write_text(whole, n);
    if (!echoic_csv_read(path, &csv, &error)) {
      ck_assert_uint_le(csv.n_rows, 2U);
    } else {
      ck_assert_uint_gt(strlen(error.text), strlen(path));
    }
    echoic_csv_clear(&csv);
  }
}
END_TEST

/// Numbers are written as the C library writes them: seconds of samples, ties
/// and what is nearly one, scores, and what is no number of millionths
START_TEST(test_millionths)
{
  static const double odd[] = {
    0.0, -0.0, -1.5, 0.9999995, 4e9, 1e300, HUGE_VAL, 1e9, 5e-324, 0x1p-21};
  char     bytes[512];
  char     expected[512];
  uint64_t state = 1U;
  for (uint32_t i = 0U; i < 200000U; ++i) {
    state          = (state * 6364136223846793005U) + 1442695040888963407U;
    const double n = (double)(state >> 28U);
    const double x = i < 10U       ? odd[i]
                     : i % 4U == 0 ? n / 48000.0
                     : i % 4U == 1 ? n / 44100.0
                     : i % 4U == 2 ? 0.5e-6 * n
                                   : (double)(float)(n * 0x1p-36);
    FILE* const  f = fmemopen(bytes, sizeof(bytes), "wb");
    ck_assert_ptr_nonnull(f);
    echoic_write_millionths(f, x);
    fclose(f);
    snprintf(expected, sizeof(expected), "%.6f", x);
    ck_assert_str_eq(bytes, expected);
  }
}
END_TEST

int
main(void)
{
  if (!temp_file(path, "csv")) {
    return EXIT_FAILURE;
  }

  Suite* const suite = suite_create("csv");
  TCase* const tcase = tcase_create("csv");
  tcase_add_test(tcase, test_fields);
  tcase_add_test(tcase, test_columns);
  tcase_add_test(tcase, test_numbers);
  tcase_add_test(tcase, test_refusals);
  tcase_add_test(tcase, test_cut_anywhere);
  tcase_add_test(tcase, test_millionths);
  suite_add_tcase(suite, tcase);

  const int status = run_suite(suite);
  unlink(path);
  return status;
}
