// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_FUZZ_H
#define ECHOIC_TESTS_FUZZ_H

/* What fuzz targets share: demands, numbers out of the input, files without a
   file system. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { fuzz_path_size = 64 };

/// Make what all inputs share; targets that share nothing have none
int
LLVMFuzzerInitialize(int* argc, char*** argv);

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static inline void
require(const bool holds)
{
  if (!holds) {
    abort();
  }
}

/// Bytes of the input that weren't used yet
typedef struct {
  const uint8_t* at;
  size_t         left;
} FuzzInput;

/// Take a number of `n_bytes` (4 at most), the lowest first; 0 after the end
static inline uint32_t
fuzz_take(FuzzInput* const in, const unsigned n_bytes)
{
  uint32_t number = 0U;
  for (unsigned i = 0U; i < n_bytes && in->left; ++i) {
    number |= (uint32_t)*in->at++ << (8U * i);
    --in->left;
  }

  return number;
}

/// Take up to `n` bytes
static inline FuzzInput
fuzz_split(FuzzInput* const in, const size_t n)
{
  const FuzzInput part = {in->at, n < in->left ? n : in->left};
  in->at += part.left;
  in->left -= part.left;
  return part;
}

/// Make a file of bytes in memory, to be closed; returns its descriptor
static inline int
fuzz_file(const uint8_t* const data,
          const size_t         size,
          char                 path[fuzz_path_size])
{
  const int fd = memfd_create("fuzz", 0U);
  require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
  (void)snprintf(path, fuzz_path_size, "/proc/self/fd/%d", fd);
  return fd;
}

#endif // ECHOIC_TESTS_FUZZ_H
