// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/echoic.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char*
echoic_strerror(const EchoicStatus st)
{
  switch (st) {
  case ECHOIC_OK:
    return "Success";
  case ECHOIC_NO_SPACE:
    return "Out of arena or queue space";
  case ECHOIC_NO_MEMORY:
    return "Out of memory";
  case ECHOIC_BAD_ARG:
    return "Argument out of range";
  case ECHOIC_BAD_FORMAT:
    return "Malformed model or file";
  case ECHOIC_BAD_SHAPE:
    return "Tensor shape doesn't match the node's configuration";
  case ECHOIC_BAD_VERSION:
    return "Unsupported version";
  case ECHOIC_NOT_FOUND:
    return "Not found";
  }

  return "Unknown error";
}

/* What is wrong comes after where: leave out of the middle what is too long,
   between characters of UTF-8. */
static void
copy_ends(char* const to, const size_t size, const char* const text)
{
  const size_t n = strlen(text);
  if (n < size) {
    memcpy(to, text, n + 1U);
    return;
  }

  size_t head = size / 5U;
  while (((unsigned char)text[head] & 0xC0U) == 0x80U) {
    --head;
  }

  size_t tail = n - (size - sizeof("...") - head);
  while (((unsigned char)text[tail] & 0xC0U) == 0x80U) {
    ++tail;
  }

  memcpy(to, text, head);
  memcpy(to + head, "...", 3U);
  memcpy(to + head + 3U, text + tail, n - tail + 1U);
}

EchoicStatus
echoic_error(EchoicError* const error,
             const EchoicStatus status,
             const char* const  format,
             ...)
{
  if (error) {
    char    text[4096 + ECHOIC_ERROR_SIZE]; // PATH_MAX
    va_list args;
    va_start(args, format);
    error->status = status;
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    copy_ends(error->text, sizeof(error->text), text);
  }

  return status;
}

void
echoic_format(char* const to, const size_t size, const char* const format, ...)
{
  va_list args;
  va_start(args, format);
  (void)vsnprintf(to, size, format, args);
  va_end(args);
}
