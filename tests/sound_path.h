// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEST_SOUND_PATH_H
#define ECHOIC_TEST_SOUND_PATH_H

/* A folder of a test's own, with a place for one recording in it. */

#include "tests/temp.h"

#include <check.h>

#include <stdio.h>
#include <unistd.h>

static char dir[temp_size];
static char path[temp_size + 2];

static void
set_up(void)
{
  ck_assert(temp_folder(dir, "sound"));
  snprintf(path, sizeof(path), "%s/a", dir);
}

static void
tear_down(void)
{
  char fork[temp_size + 8]; // Of Sound Designer II
  snprintf(fork, sizeof(fork), "%s/._a", dir);
  unlink(fork);
  unlink(path);
  rmdir(dir);
}

#endif // ECHOIC_TEST_SOUND_PATH_H
