// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What was heard can be copied while it is written, and it is known when it was
   overwritten meanwhile. */

#include "dsp/arena.h"
#include "dsp/live.h"
#include "tests/suite.h"

#include <check.h>

#include <stdlib.h>

enum { rate = 8000, block = 1000 };

static ECHOIC_RT void
ignore(void* const context, const EchoicEvent* const event)
{
  (void)context;
  (void)event;
}

/// Hear blocks whose samples count up
static void
hear(EchoicLive* const live, const uint32_t n_blocks)
{
  const EchoicSink sink = {ignore, NULL, NULL, NULL};
  float            samples[block];
  for (uint32_t b = 0U; b < n_blocks; ++b) {
    for (uint32_t i = 0U; i < block; ++i) {
      samples[i] = (float)(echoic_live_now(live) + i);
    }
    echoic_live_process(live, samples, block, &sink);
  }
}

START_TEST(test_copy)
{
  const EchoicLiveSpec spec  = {rate, 3.0};
  const size_t         size  = echoic_live_bytes(&spec);
  void* const          bytes = aligned_alloc(ECHOIC_ARENA_ALIGN, size);
  EchoicArena          arena = {(unsigned char*)bytes, size, 0U};
  EchoicLive*          live  = NULL;
  float                to[2U * block];
  ck_assert(!echoic_live_prepare(&spec, &arena, &live));
  hear(live, 5U);

  const EchoicPreroll preroll = echoic_live_preroll(live);
  ck_assert(echoic_preroll_copy(&preroll, 2500U, 4500U, to));
  for (uint32_t i = 0U; i < 2U * block; ++i) {
    ck_assert(to[i] == (float)(2500U + i));
  }

  // The ring is full of younger ones but for the last of these
  const uint32_t n_full = (uint32_t)((preroll.mask + 1U) / block);
  hear(live, n_full - 5U + 3U);
  ck_assert(echoic_preroll_copy(&preroll, 2500U, 4500U, to));
  ck_assert(to[0] == 2500.0F);
  hear(live, 1U);
  ck_assert(!echoic_preroll_copy(&preroll, 2500U, 4500U, to));
  ck_assert(echoic_preroll_copy(&preroll, 3500U, 4500U, to));
  free(bytes);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("preroll");
  TCase* const tcase = tcase_create("preroll");
  tcase_add_test(tcase, test_copy);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
