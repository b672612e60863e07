// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/arena.h"

#include <string.h>

static const size_t mask = ECHOIC_ARENA_ALIGN - 1U;

size_t
echoic_arena_round(const size_t bytes)
{
  return bytes > SIZE_MAX - mask ? SIZE_MAX : (bytes + mask) & ~mask;
}

void*
echoic_arena_take(EchoicArena* const arena,
                  const size_t       count,
                  const size_t       size)
{
  if (size && count > SIZE_MAX / size) {
    return NULL;
  }

  const size_t taken = echoic_arena_round(count * size);
  if (taken > arena->size - arena->used) {
    return NULL;
  }

  unsigned char* const start = arena->base + arena->used;
  arena->used += taken;
  memset(start, 0, taken);
  return start;
}
