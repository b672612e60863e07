// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEST_SUITE_H
#define ECHOIC_TEST_SUITE_H

#include <check.h>

#include <stdlib.h>

/// Run all tests of a suite, and free it; return what main() does
static inline int
run_suite(Suite* const suite)
{
  SRunner* const runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  const int n_failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif // ECHOIC_TEST_SUITE_H
