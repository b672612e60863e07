// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_ARENA_H
#define ECHOIC_ARENA_H

#include "dsp/echoic.h"

#include <stddef.h>
#include <stdint.h>

#define ECHOIC_ARENA_ALIGN 64U ///< Bytes: a cache line, an AVX-512 vector

/**
   Bump allocation from one block that the caller owns.

   Whatever runs in the audio thread lives in an arena: the caller asks an
   object's `bytes` function, allocates once, and frees once.
*/
typedef struct {
  unsigned char* base; ///< Start of the block, aligned to ECHOIC_ARENA_ALIGN
  size_t         size; ///< Bytes in the block
  size_t         used; ///< Bytes handed out so far
} EchoicArena;

/// Return what taking `bytes` really costs, or SIZE_MAX on overflow
ECHOIC_SETUP size_t
echoic_arena_round(size_t bytes);

/**
   Take `count` zeroed elements of `size` bytes each.

   @return Aligned memory owned by the arena, or null if it doesn't fit.
*/
ECHOIC_SETUP void*
echoic_arena_take(EchoicArena* arena, size_t count, size_t size);

/// Return the first of `from`, 2 `from`, 4 `from`, ... that isn't less than
/// `least`: the size of a ring or transform
static inline ECHOIC_SETUP uint64_t
echoic_doubled(const uint64_t from, const double least)
{
  uint64_t size = from;
  while ((double)size < least) {
    size *= 2U;
  }

  return size;
}

#endif // ECHOIC_ARENA_H
