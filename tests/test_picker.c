// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/arena.h"
#include "dsp/picker.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { n_scores = 400 };

static void*   block;
static uint8_t taken[n_scores]; ///< Frames that were picked

static EchoicPicker
made(const float threshold, const uint32_t reach, const uint32_t delay)
{
  const uint32_t size  = echoic_picker_size(reach, delay);
  const size_t   bytes = echoic_picker_bytes(1U, size);
  EchoicPicker   picker;
  free(block);
  block = aligned_alloc(ECHOIC_ARENA_ALIGN, bytes);
  ck_assert_ptr_nonnull(block);
  EchoicArena arena = {(unsigned char*)block, bytes, 0U};
  ck_assert(echoic_picker_prepare(&picker, 1U, size, &arena));
  echoic_picker_set(&picker, 0U, threshold, reach, delay);
  ck_assert_uint_le(arena.used, bytes);
  return picker;
}

/// Pick from scores, `n_at_once` heard at a time; each peak is known `delay`
/// frames later, with its score
static unsigned
run(EchoicPicker* const picker,
    const float* const  scores,
    const uint32_t      n_at_once)
{
  unsigned n_picks = 0U;
  memset(taken, 0, sizeof(taken));
  for (uint32_t n = 0U; n < n_scores; n += n_at_once) {
    const uint32_t left   = n_scores - n;
    const uint32_t n_some = left < n_at_once ? left : n_at_once;
    echoic_picker_add(picker, scores + n, n_some);
    EchoicPeak peak = {0U, 0U, 0.0F, 0.0F};
    while (echoic_picker_take(picker, 0U, n_some, &peak)) {
      ck_assert_uint_eq(peak.due, peak.frame + picker->picks[0].delay);
      ck_assert(peak.due >= n && peak.due < n + n_some);
      ck_assert(peak.score == scores[peak.frame]);
      ck_assert(fabsf(peak.shift) <= 0.500001F);
      taken[peak.frame] = 1U;
      ++n_picks;
    }
    ck_assert(!echoic_picker_is_due(picker, 0U));
  }

  return n_picks;
}

/// The definition, word for word
static bool
is_peak(const float* const scores,
        const uint32_t     n,
        const float        threshold,
        const uint32_t     reach,
        const uint32_t     delay)
{
  bool is = scores[n] > threshold && n + delay < n_scores;
  for (uint32_t i = 1U; is && i <= reach; ++i) {
    is = (n < i || scores[n - i] < scores[n]) && scores[n + i] <= scores[n];
  }

  return is;
}

/// Few different scores, so that there are ties of all kinds
START_TEST(test_brute_force)
{
  float          scores[n_scores];
  const uint32_t reach     = 1U + ((uint32_t)_i % 9U);
  const uint32_t delay     = _i % 3 ? reach : reach + (uint32_t)_i;
  const float    threshold = 0.1F * (float)(_i % 6);
  unsigned       n_wanted  = 0U;
  srand((unsigned)_i);
  for (uint32_t n = 0U; n < n_scores; ++n) {
    scores[n] =
      (float)(rand() % (_i % 2 ? 10 : 1000)) / (_i % 2 ? 9.0F : 999.0F);
  }

  EchoicPicker picker = made(threshold, reach, delay);
  for (uint32_t some = 1U; some <= ECHOIC_PICKER_FRAMES; ++some) {
    unsigned n_picks = run(&picker, scores, some);
    n_wanted         = 0U;
    for (uint32_t n = 0U; n < n_scores; ++n) {
      const bool wanted = is_peak(scores, n, threshold, reach, delay);
      ck_assert_msg(wanted == taken[n], "frame %u, reach %u", n, reach);
      n_wanted += wanted;
    }
    ck_assert_uint_eq(n_picks, n_wanted);
    echoic_picker_reset(&picker); // And the same again
  }
  ck_assert_uint_gt(n_wanted, 10U);
}
END_TEST

/// Each of many sounds has the peaks that it has alone, with its own reach and
/// delay
START_TEST(test_many)
{
  enum { n_sounds = 21 };
  static float   scores[n_scores][n_sounds];
  static uint8_t many[n_sounds][n_scores];
  EchoicPicker   picker;
  const uint32_t size  = echoic_picker_size(n_sounds, 3U * n_sounds);
  const size_t   bytes = echoic_picker_bytes(n_sounds, size);
  free(block);
  block             = aligned_alloc(ECHOIC_ARENA_ALIGN, bytes);
  EchoicArena arena = {(unsigned char*)block, bytes, 0U};
  ck_assert(echoic_picker_prepare(&picker, n_sounds, size, &arena));
  srand(3U);
  memset(many, 0, sizeof(many));
  for (uint32_t i = 0U; i < n_sounds; ++i) {
    echoic_picker_set(&picker, i, 0.5F, 1U + i, i % 2U ? 3U * i : 0U);
    for (uint32_t n = 0U; n < n_scores; ++n) {
      scores[n][i] = (float)(rand() % 20) / 19.0F;
    }
  }

  uint32_t n_some = 0U;
  for (uint32_t n = 0U; n < n_scores; n += n_some) {
    n_some = 1U + ((uint32_t)rand() % ECHOIC_PICKER_FRAMES);
    n_some = n_some < n_scores - n ? n_some : n_scores - n;
    echoic_picker_add(&picker, scores[n], n_some);
    for (uint32_t i = 0U; i < n_sounds; ++i) {
      EchoicPeak peak;
      while (echoic_picker_take(&picker, i, n_some, &peak)) {
        ck_assert(peak.due >= n && peak.due < n + n_some);
        many[i][peak.frame] = 1U;
      }
    }
  }

  for (uint32_t i = 0U; i < n_sounds; ++i) {
    float own[n_scores];
    for (uint32_t n = 0U; n < n_scores; ++n) {
      own[n] = scores[n][i];
    }
    EchoicPicker alone = made(0.5F, 1U + i, i % 2U ? 3U * i : 0U);
    ck_assert_uint_gt(run(&alone, own, 1U), 2U);
    ck_assert(!memcmp(taken, many[i], sizeof(taken)));
  }
}
END_TEST

/// The first of equals; a peak on the first frame; a threshold isn't exceeded
/// by itself
START_TEST(test_edges)
{
  float scores[n_scores] = {0.0F};
  scores[0]              = 0.9F;
  scores[50] = scores[51] = scores[54] = 0.8F;
  scores[100]                          = 0.5F;
  scores[n_scores - 5]                 = 0.7F; // Known with the last frame
  EchoicPicker picker                  = made(0.5F, 4U, 4U);
  ck_assert_uint_eq(run(&picker, scores, 1U), 3U);
  ck_assert(taken[0] && taken[50] && taken[n_scores - 5]);
  for (uint32_t i = 0U; i < n_scores; ++i) {
    scores[i] = 0.0F;
  }
  scores[n_scores - 4] = 0.7F; // Nobody knows yet
  picker               = made(0.5F, 4U, 4U);
  ck_assert_uint_eq(run(&picker, scores, 1U), 0U);
}
END_TEST

/// The top of a parabola is found between the frames
START_TEST(test_shift)
{
  const double top              = 20.0 + ((_i - 9) * 0.05);
  float        scores[n_scores] = {0.0F};
  for (int n = 0; n < 40; ++n) {
    scores[n] = (float)(1.0 - (0.002 * (n - top) * (n - top)));
  }

  EchoicPicker picker = made(0.5F, 5U, 9U);
  EchoicPeak   peak   = {0U, 0U, 0.0F, 0.0F};
  unsigned     n_peak = 0U;
  for (int n = 0; n < 40; ++n) {
    echoic_picker_add(&picker, &scores[n], 1U);
    n_peak += echoic_picker_take(&picker, 0U, 1U, &peak);
  }
  ck_assert_uint_eq(n_peak, 1U);
  ck_assert_uint_eq(peak.frame, 20U);
  ck_assert_double_eq_tol((double)peak.shift, top - 20.0, 1e-3);
}
END_TEST

/// Early: known one frame later, and nothing is said twice on the way back
START_TEST(test_early)
{
  float scores[n_scores] = {0.0F};
  scores[50]             = 0.6F;
  scores[53]             = 0.8F; // Better, but later
  EchoicPicker picker    = made(0.5F, 6U, 15U);
  unsigned     n_picks   = 0U;
  for (uint32_t n = 0U; n < n_scores; ++n) {
    EchoicPeak peak = {0U, 0.0F, 0.0F};
    echoic_picker_set_early(&picker, n < 56U);
    echoic_picker_add(&picker, &scores[n], 1U);
    if (echoic_picker_take(&picker, 0U, 1U, &peak)) {
      ck_assert_uint_eq(peak.frame, n_picks ? 53U : 50U);
      ck_assert_uint_eq(n, peak.frame + 1U);
      ++n_picks;
    }
  }
  ck_assert_uint_eq(n_picks, 2U);
}
END_TEST

START_TEST(test_space)
{
  EchoicPicker   picker;
  const uint32_t size  = echoic_picker_size(7U, 20U);
  const size_t   bytes = echoic_picker_bytes(3U, size);
  free(block);
  block             = aligned_alloc(ECHOIC_ARENA_ALIGN, bytes);
  EchoicArena arena = {(unsigned char*)block, bytes - 1U, 0U};
  ck_assert(!echoic_picker_prepare(&picker, 3U, size, &arena));
  ck_assert_uint_eq(echoic_peak_reach(0U), 3U);
  ck_assert_uint_eq(echoic_peak_reach(7U), 3U);
  ck_assert_uint_eq(echoic_peak_reach(40U), 20U);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("picker");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_brute_force, 0, 60);
  tcase_add_test(tc, test_many);
  tcase_add_test(tc, test_edges);
  tcase_add_loop_test(tc, test_shift, 0, 19);
  tcase_add_test(tc, test_early);
  tcase_add_test(tc, test_space);
  tcase_set_timeout(tc, 60.0);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
