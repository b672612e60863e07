// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

size_t
echoic_utf8_size(const char* const text)
{
  static const uint32_t least[5] = {0U, 0U, 0x80U, 0x800U, 0x10000U};

  const unsigned char* const at   = (const unsigned char*)text;
  const unsigned             c    = at[0];
  const size_t               size = c < 0x80U              ? 1U
                                    : (c & 0xE0U) == 0xC0U ? 2U
                                    : (c & 0xF0U) == 0xE0U ? 3U
                                    : (c & 0xF8U) == 0xF0U ? 4U
                                                           : 0U;
  uint32_t                   code = size > 1U ? c & (0x7FU >> size) : c;
  for (size_t i = 1U; i < size; ++i) { // A text's end is none of these
    if ((at[i] & 0xC0U) != 0x80U) {
      return 0U;
    }
    code = (code << 6U) | (at[i] & 0x3FU);
  }

  const bool is_surrogate = code >= 0xD800U && code < 0xE000U;
  return code >= least[size] && code < 0x110000U && !is_surrogate ? size : 0U;
}

bool
echoic_is_utf8(const char* const text)
{
  const char* at   = text;
  size_t      size = 1U;
  while (*at && size) {
    size = echoic_utf8_size(at);
    at += size;
  }

  return size;
}

char*
echoic_utf8_copy(const char* const text)
{
  static const char unknown[] = "\xEF\xBF\xBD"; // U+FFFD

  char* const copy = (char*)malloc((strlen(text) * 3U) + 1U);
  char*       to   = copy;
  for (const char* from = text; copy && *from;) {
    const size_t size = echoic_utf8_size(from);
    const size_t n    = size ? size : 3U;
    memcpy(to, size ? from : unknown, n);
    to += n;
    from += size ? size : 1U;
  }

  if (copy) {
    *to = '\0';
  }

  return copy;
}
