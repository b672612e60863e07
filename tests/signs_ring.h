// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_SIGNS_RING_H
#define ECHOIC_TESTS_SIGNS_RING_H

#include "dsp/signs.h"

#include <check.h>

#include <stdlib.h>

/// Make a ring of signs, which lasts until the next
static inline EchoicSigns
made_signs(const double rate_hz, const uint32_t n_words)
{
  static void* block = NULL;
  const size_t bytes = echoic_signs_bytes(n_words);
  EchoicSigns  signs;
  free(block);
  block             = aligned_alloc(ECHOIC_ARENA_ALIGN, bytes);
  EchoicArena arena = {(unsigned char*)block, bytes, 0U};
  EchoicArena small = {(unsigned char*)block, bytes - 1U, 0U};
  ck_assert(!echoic_signs_prepare(&signs, rate_hz, n_words, &small));
  ck_assert(echoic_signs_prepare(&signs, rate_hz, n_words, &arena));
  return signs;
}

#endif // ECHOIC_TESTS_SIGNS_RING_H
