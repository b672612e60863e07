// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/png.h"

#include <stdlib.h>
#include <string.h>

enum { n_colours = 256, max_stored = 65535 };

/// Bytes that are being put together
typedef struct {
  uint8_t* bytes;
  size_t   n;
} Buffer;

static void
put(Buffer* const b, const void* const bytes, const size_t n)
{
  memcpy(b->bytes + b->n, bytes, n);
  b->n += n;
}

static void
put_byte(Buffer* const b, const uint32_t value)
{
  b->bytes[b->n++] = (uint8_t)(value & 0xFFU);
}

/// Big-endian
static void
put_word(Buffer* const b, const uint32_t value)
{
  for (unsigned shift = 32U; shift;) {
    shift -= 8U;
    put_byte(b, value >> shift);
  }
}

static uint32_t
crc32(const uint8_t* const bytes, const size_t n)
{
  uint32_t crc = 0xFFFFFFFFU;
  for (size_t i = 0U; i < n; ++i) {
    crc ^= bytes[i];
    for (unsigned bit = 0U; bit < 8U; ++bit) {
      crc = (crc >> 1U) ^ (crc & 1U ? 0xEDB88320U : 0U);
    }
  }

  return ~crc;
}

/// Begin a chunk; return where its type begins
static size_t
chunk_begin(Buffer* const b, const char* const type)
{
  put_word(b, 0U); // Length, known at the end
  put(b, type, 4U);
  return b->n - 4U;
}

static void
chunk_end(Buffer* const b, const size_t begin)
{
  Buffer length = {b->bytes + begin - 4U, 0U};
  put_word(&length, (uint32_t)(b->n - begin - 4U));
  put_word(b, crc32(b->bytes + begin, b->n - begin));
}

/// Write the rows, each after the number of its filter (0), as zlib stores them
static void
put_pixels(Buffer* const        b,
           const uint8_t* const pixels,
           const uint32_t       width,
           const uint32_t       height)
{
  const size_t row_size = (size_t)width + 1U;
  const size_t total    = row_size * height;
  uint32_t     a        = 1U; // Adler-32
  uint32_t     s        = 0U;
  put_byte(b, 0x78U);
  put_byte(b, 0x01U);
  for (size_t i = 0U; i < total; ++i) {
    if (!(i % max_stored)) {
      const size_t   left = total - i;
      const uint32_t n    = (uint32_t)(left < max_stored ? left : max_stored);
      put_byte(b, left <= max_stored);
      put_byte(b, n);
      put_byte(b, n >> 8U);
      put_byte(b, ~n);
      put_byte(b, ~n >> 8U);
    }

    const size_t   column = i % row_size;
    const uint32_t value =
      column ? pixels[((i / row_size) * width) + column - 1U] : 0U;
    put_byte(b, value);
    a = (a + value) % 65521U;
    s = (s + a) % 65521U;
  }

  put_word(b, (s << 16U) | a);
}

static void
write_base64(FILE* const stream, const uint8_t* const bytes, const size_t n)
{
  static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0U; i < n; i += 3U) {
    const size_t   left = n - i;
    const uint32_t v    = ((uint32_t)bytes[i] << 16U) |
                       (left > 1U ? (uint32_t)bytes[i + 1U] << 8U : 0U) |
                       (left > 2U ? bytes[i + 2U] : 0U);
    fputc(digits[v >> 18U], stream);
    fputc(digits[(v >> 12U) & 63U], stream);
    fputc(left > 1U ? digits[(v >> 6U) & 63U] : '=', stream);
    fputc(left > 2U ? digits[v & 63U] : '=', stream);
  }
}

EchoicStatus
echoic_png_write_uri(FILE* const          stream,
                     const uint8_t* const palette,
                     const uint8_t* const pixels,
                     const uint32_t       width,
                     const uint32_t       height)
{
  static const uint8_t signature[] = {137, 80, 78, 71, 13, 10, 26, 10};
  static const uint8_t depth[]     = {8, 3, 0, 0, 0}; // Bits, palette

  const size_t total = ((size_t)width + 1U) * height;
  Buffer       b     = {NULL, 0U};
  b.bytes = (uint8_t*)malloc(2048U + total + (5U * (total / max_stored)));
  if (!b.bytes) {
    return ECHOIC_NO_MEMORY;
  }

  put(&b, signature, sizeof(signature));
  size_t begin = chunk_begin(&b, "IHDR");
  put_word(&b, width);
  put_word(&b, height);
  put(&b, depth, sizeof(depth));
  chunk_end(&b, begin);
  begin = chunk_begin(&b, "PLTE");
  put(&b, palette, 3U * (size_t)n_colours);
  chunk_end(&b, begin);
  begin = chunk_begin(&b, "IDAT");
  put_pixels(&b, pixels, width, height);
  chunk_end(&b, begin);
  begin = chunk_begin(&b, "IEND");
  chunk_end(&b, begin);

  fputs("data:image/png;base64,", stream);
  write_base64(stream, b.bytes, b.n);
  free(b.bytes);
  return ECHOIC_OK;
}
