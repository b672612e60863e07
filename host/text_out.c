// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/text_out.h"

#include "dsp/utf8.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

size_t
echoic_fit_text(char* const       to,
                const size_t      n_characters,
                const char* const text)
{
  const char* p  = text;
  char*       at = to;
  size_t      n  = 0U;
  for (; n < n_characters && *p; ++n) {
    const size_t size       = echoic_utf8_size(p);
    const bool   is_control = (unsigned char)*p < 0x20U || *p == 0x7F;
    if (size && !is_control) {
      memcpy(at, p, size);
      at += size;
    } else {
      *at++ = '?';
    }
    p += size ? size : 1U;
  }

  *at = '\0';
  return n;
}

void
echoic_write_json(FILE* const stream, const char* const text)
{
  fputc('"', stream);
  for (const char* p = text; *p;) {
    const unsigned char c = (unsigned char)*p;
    const size_t        n = echoic_utf8_size(p);
    if (!n) {
      fputs("\\ufffd", stream);
    } else if (c < 0x20U || c == 0x7FU) {
      fprintf(stream, "\\u%04x", c);
    } else {
      if (c == '"' || c == '\\') {
        fputc('\\', stream);
      }
      fwrite(p, 1U, n, stream);
    }
    p += n ? n : 1U;
  }
  fputc('"', stream);
}

void
echoic_write_csv(FILE* const stream, const char* const text)
{
  if (!strpbrk(text, ",\"\r\n")) {
    fputs(text, stream);
    return;
  }

  fputc('"', stream);
  for (const char* p = text; *p; ++p) {
    if (*p == '"') {
      fputc('"', stream);
    }
    fputc(*p, stream);
  }
  fputc('"', stream);
}

void
echoic_write_field(FILE* const stream, const char* const text)
{
  for (const char* p = text; *p; ++p) {
    const unsigned char c = (unsigned char)*p;
    fputc(c < 0x20U || c == 0x7FU ? ' ' : c, stream);
  }
}

/// Return millionths, rounded to nearest, of a number that has fewer than 2^53:
/// what the product loses counts, as does a tie
static uint64_t
millionths_of(const double x)
{
  const double product = x * 1e6;
  const double lost    = fma(x, 1e6, -product);
  uint64_t     n       = (uint64_t)product;
  const double over    = (product - (double)n - 0.5) + lost;
  n += over > 0.0 || (over == 0.0 && n % 2U);
  return n;
}

void
echoic_write_millionths(FILE* const stream, const double x)
{
  static const double most = 4e9;
  if (signbit(x) || !(x < most)) {
    fprintf(stream, "%.6f", x);
    return;
  }

  char     digits[24];
  char*    first = digits + sizeof(digits);
  uint64_t n     = millionths_of(x);
  for (uint32_t i = 0U; i < 7U || n; ++i, n /= 10U) {
    *--first = (char)('0' + (int)(n % 10U));
    if (i == 5U) {
      *--first = '.';
    }
  }

  fwrite(first, 1U, (size_t)(digits + sizeof(digits) - first), stream);
}
