// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEST_KERNEL_SETS_H
#define ECHOIC_TEST_KERNEL_SETS_H

#include "dsp/kernels.h"
#include "tests/noise.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* Tests that run once for each instruction set, best first. */

static const int n_kernel_sets = 4; ///< At most

/// Use set `index`; false if this processor has fewer
static inline bool
use_kernels(const int index)
{
  const char* const name = echoic_kernels_name((uint32_t)index);
  ck_assert(!name || echoic_kernels_force(name));
  return name;
}

#endif // ECHOIC_TEST_KERNEL_SETS_H
