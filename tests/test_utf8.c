// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/utf8.h"
#include "tests/suite.h"

#include <check.h>

#include <stdlib.h>
#include <string.h>

/// The first and last characters of each length
START_TEST(test_characters)
{
  static const char* const all[] = {"\x01",
                                    "\x7F",
                                    "\xC2\x80",
                                    "\xDF\xBF",
                                    "\xE0\xA0\x80",
                                    "\xED\x9F\xBF",
                                    "\xEE\x80\x80",
                                    "\xEF\xBF\xBF",
                                    "\xF0\x90\x80\x80",
                                    "\xF4\x8F\xBF\xBF"};
  for (size_t i = 0U; i < sizeof(all) / sizeof(*all); ++i) {
    char* const copy = echoic_utf8_copy(all[i]);
    ck_assert_uint_eq(echoic_utf8_size(all[i]), strlen(all[i]));
    ck_assert(echoic_is_utf8(all[i]));
    ck_assert_str_eq(copy, all[i]);
    free(copy);
  }
}
END_TEST

/// Parts of characters, longer forms than needed, surrogates, beyond U+10FFFF
START_TEST(test_others)
{
  static const char* const all[] = {"\x80",
                                    "\xBF",
                                    "\xC0\x80",
                                    "\xC1\xBF",
                                    "\xC3",
                                    "\xC3(",
                                    "\xE0\x9F\xBF",
                                    "\xE2\x82",
                                    "\xED\xA0\x80",
                                    "\xED\xBF\xBF",
                                    "\xF0\x8F\xBF\xBF",
                                    "\xF4\x90\x80\x80",
                                    "\xF5\x80\x80\x80",
                                    "\xF8\x88\x80\x80\x80",
                                    "\xFE",
                                    "\xFF"};
  for (size_t i = 0U; i < sizeof(all) / sizeof(*all); ++i) {
    ck_assert_uint_eq(echoic_utf8_size(all[i]), 0U);
    ck_assert(!echoic_is_utf8(all[i]));
  }
}
END_TEST

START_TEST(test_copy)
{
  char* const copy = echoic_utf8_copy("a\xFF\xC3\xA4\xE2\x82z");
  ck_assert_str_eq(copy, "a\xEF\xBF\xBD\xC3\xA4\xEF\xBF\xBD\xEF\xBF\xBDz");
  free(copy);
  char* const none = echoic_utf8_copy("");
  ck_assert_str_eq(none, "");
  free(none);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("utf8");
  TCase* const tests = tcase_create("all");
  tcase_add_test(tests, test_characters);
  tcase_add_test(tests, test_others);
  tcase_add_test(tests, test_copy);
  suite_add_tcase(suite, tests);

  return run_suite(suite);
}
