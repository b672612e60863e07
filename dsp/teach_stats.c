// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_stats.h"

#include <stdlib.h>

static int
compare_floats(const void* const a, const void* const b)
{
  const float x = *(const float*)a;
  const float y = *(const float*)b;
  return (x > y) - (x < y);
}

float
echoic_quantile(float* const values, const size_t n, const float q)
{
  qsort(values, n, sizeof(float), compare_floats);
  const double rank  = (double)q * (double)(n - 1U);
  const size_t low   = (size_t)rank;
  const size_t high  = low + 1U < n ? low + 1U : low;
  const float  share = (float)(rank - (double)low);
  return values[low] + (share * (values[high] - values[low]));
}

bool
echoic_numbers_add(EchoicNumbers* const numbers, const float value)
{
  if (numbers->n == numbers->capacity) {
    const size_t capacity = numbers->capacity ? 2U * numbers->capacity : 256U;
    float* const more =
      (float*)realloc(numbers->values, capacity * sizeof(float));
    if (!more) {
      return false;
    }
    numbers->values   = more;
    numbers->capacity = capacity;
  }

  numbers->values[numbers->n++] = value;
  return true;
}
