// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/riff.h"

#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { max_chunks = 100000 };

/// A file whose numbers are in one of two orders
typedef struct {
  int  fd;
  bool is_big_endian; ///< RIFX
} File;

uint64_t
echoic_riff_number(const unsigned char* const bytes, const size_t n_bytes)
{
  uint64_t number = 0U;
  for (size_t i = 0U; i < n_bytes; ++i) {
    number |= (uint64_t)bytes[i] << (8U * i);
  }

  return number;
}

/// Read the name and the size of a chunk; false at the end of the file
static bool
read_head(const File* const file,
          const uint64_t    at,
          char* const       name,
          uint32_t* const   size)
{
  unsigned char head[8];
  if (pread(file->fd, head, sizeof(head), (off_t)at) != (ssize_t)sizeof(head)) {
    return false;
  }

  memcpy(name, head, 4U);
  *size = (uint32_t)echoic_riff_number(head + 4, 4U);
  *size = file->is_big_endian ? __builtin_bswap32(*size) : *size;
  return true;
}

static bool
is_name(const char* const name, const char* const other)
{
  return !memcmp(name, other, 4U);
}

/// Return whether a list is endless, walking through it as libsndfile does
static bool
list_is_endless(const File* const file, const uint64_t at, const uint32_t size)
{
  char     name[4];
  uint32_t own  = 0U;
  uint64_t done = 0U;
  while (done < size && read_head(file, at + done, name, &own)) {
    if (is_name(name, "INFO") || is_name(name, "adtl")) { // They have no size
      done += 4U;
    } else if (is_name(name, "data") || is_name(name, "\0\0\0")) {
      return false;
    } else {
      own += own % 2U;
      done += 8U + (uint64_t)own;
      if (done > UINT32_MAX) {
        return true;
      }
    }
  }

  return false;
}

/// Return the size of the samples of RF64, whose chunk can't say it
static uint64_t
long_size(const int fd)
{
  unsigned char bytes[8] = {0};
  return pread(fd, bytes, sizeof(bytes), 28) == (ssize_t)sizeof(bytes)
           ? echoic_riff_number(bytes, sizeof(bytes))
           : 0U;
}

bool
echoic_riff_is_endless(const int fd)
{
  char     name[4];
  File     file = {fd, false};
  uint32_t size = 0U;
  uint64_t at   = 12U;
  if (!read_head(&file, 0U, name, &size)) {
    return false;
  }

  const bool is_rf64 = is_name(name, "RF64");
  file.is_big_endian = is_name(name, "RIFX");
  if (!is_rf64 && !file.is_big_endian && !is_name(name, "RIFF")) {
    return false;
  }

  for (unsigned i = 0U; i < max_chunks; ++i) {
    if (!read_head(&file, at, name, &size)) {
      break;
    }
    if ((is_name(name, "LIST") || is_name(name, "INFO")) &&
        list_is_endless(&file, at + 8U, size)) {
      return true;
    }

    const bool     is_long = size == UINT32_MAX && is_name(name, "data");
    const uint64_t own     = is_long && is_rf64 ? long_size(fd) : size;
    if (own > INT64_MAX / 2) {
      break;
    }
    at += 8U + own + (own % 2U);
  }

  return false;
}
