// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEST_SLOW_H
#define ECHOIC_TEST_SLOW_H

#include <stdbool.h>
#include <stdlib.h>

/// True under sanitizers: the same is to be done, but not as often
static inline bool
is_slow(void)
{
  return getenv("ECHOIC_SANITIZED") != NULL;
}

#endif // ECHOIC_TEST_SLOW_H
