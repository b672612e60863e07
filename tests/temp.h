// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_TEMP_H
#define ECHOIC_TESTS_TEMP_H

/* Files and folders of a test's own, where TMPDIR says. */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { temp_size = 256 };

/// A name that none has yet, but for its last letters
static inline void
temp_name(char path[static temp_size], const char* const what)
{
  const char* const folder = getenv("TMPDIR");
  snprintf(path,
           temp_size,
           "%s/echoic-%s-XXXXXX",
           folder && folder[0] ? folder : "/tmp",
           what);
}

/// Make an empty file; false, and a word why, if that can't be
static inline bool
temp_file(char path[static temp_size], const char* const what)
{
  temp_name(path, what);
  const int fd = mkstemp(path);
  if (fd < 0) {
    perror(path);
    return false;
  }

  close(fd);
  return true;
}

/// ... an empty folder
static inline bool
temp_folder(char path[static temp_size], const char* const what)
{
  temp_name(path, what);
  if (!mkdtemp(path)) {
    perror(path);
    return false;
  }

  return true;
}

#endif // ECHOIC_TESTS_TEMP_H
