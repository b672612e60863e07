// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_CAPTURE_RIG_H
#define ECHOIC_TESTS_CAPTURE_RIG_H

#include "dsp/capture.h"
#include "tests/drum_kit.h"

#include <check.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Kick, snare, hat and so on, 0.3 s apart, and what captures them. */

enum { rate = 48000, n_hits = 20, spacing = 14400, n_samples = 22 * spacing };

static float         music[n_samples];
static uint64_t      onsets[n_hits];
static EchoicCapture capture;

static inline void
set_up(void)
{
  DrumKit kit = {rate, 5U};
  memset(music, 0, sizeof(music));
  for (uint32_t i = 0U; i < n_hits; ++i) {
    onsets[i]        = ((uint64_t)(i + 1U) * spacing) + (31U * i);
    float* const hit = music + onsets[i];
    if (i % 3U == 0U) {
      kit_kick(&kit, hit);
    } else if (i % 3U == 1U) {
      kit_snare(&kit, hit);
    } else {
      kit_hat(&kit, hit);
    }
  }
  kit_hiss(&kit, music, n_samples, 0.0005F);
  echoic_capture_init(&capture, rate);
}

/// Play from where it is to `end`; true if a sound was taken
static inline bool
play(const uint64_t end, const uint32_t size, EchoicStretchAt* const taken)
{
  bool is_taken = false;
  while (capture.pos < end) {
    const uint64_t left = end - capture.pos;
    const uint32_t want = size ? size : (uint32_t)rand() % 1000U;
    const uint32_t n    = (uint32_t)(want < left ? want : left);
    is_taken |= echoic_capture_process(&capture, music + capture.pos, n, taken);
  }

  return is_taken;
}

static inline void
assert_begins_at(const EchoicStretchAt* const taken, const uint32_t hit)
{
  const int64_t lead = (int64_t)onsets[hit] - (int64_t)taken->start;
  ck_assert_int_ge(lead, 0); // 2 ms, and where it is seen, to a block
  ck_assert_int_le(lead, rate / 250);
}

static inline void
assert_is_hit(const EchoicStretchAt* const taken, const uint32_t hit)
{
  assert_begins_at(taken, hit);
  ck_assert_uint_gt(taken->end, onsets[hit] + (rate / 50U));
  ck_assert_uint_lt(taken->end, onsets[hit] + spacing);
}

#endif // ECHOIC_TESTS_CAPTURE_RIG_H
