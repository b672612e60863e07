// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/ogg_end.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum {
  n_header = 27,                        // Bytes before the table of segments
  n_page   = n_header + 255 + 255 * 255 // Bytes of the longest page
};

/// Return whether a page, the last one, is all there
static bool
is_whole(const uint8_t* const page, const size_t n)
{
  const size_t n_segments = n > n_header - 1U ? page[n_header - 1] : 0U;
  if (n < n_header + n_segments) {
    return false;
  }

  size_t n_bytes = n_header + n_segments;
  for (size_t i = 0U; i < n_segments; ++i) {
    n_bytes += page[n_header + i];
  }

  return n >= n_bytes;
}

bool
echoic_ogg_is_cut(const int fd)
{
  uint8_t     bytes[n_page];
  struct stat st = {0};
  if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
    return false;
  }

  const off_t   from = st.st_size > n_page ? st.st_size - n_page : 0;
  const ssize_t got  = pread(fd, bytes, sizeof(bytes), from);
  for (ssize_t i = got - 6; i >= 0; --i) { // Name, version 0, flags
    if (!memcmp(bytes + i, "OggS", 5U) && bytes[i + 5] < 8U) {
      return !is_whole(bytes + i, (size_t)(got - i));
    }
  }

  return false;
}
