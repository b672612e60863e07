// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/nearest.h"

#include <stdint.h>
#include <string.h>

size_t
echoic_word_distance(const char* const a, const char* const b)
{
  enum { max_word = 63 };

  const size_t n                 = strlen(a);
  const size_t m                 = strlen(b);
  size_t       row[max_word + 1] = {0};
  if (n > max_word || m > max_word) {
    return SIZE_MAX;
  }

  for (size_t j = 0U; j <= m; ++j) {
    row[j] = j;
  }

  for (size_t i = 1U; i <= n; ++i) {
    size_t diagonal = row[0];
    row[0]          = i;
    for (size_t j = 1U; j <= m; ++j) {
      const size_t replaced = diagonal + (a[i - 1U] != b[j - 1U]);
      const size_t edited = 1U + (row[j] < row[j - 1U] ? row[j] : row[j - 1U]);
      diagonal            = row[j];
      row[j]              = replaced < edited ? replaced : edited;
    }
  }

  return row[m];
}
