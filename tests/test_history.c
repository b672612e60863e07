// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What was heard: stretches of a ring and of a clip, and sums over them. */

#include "dsp/history.h"
#include "tests/slow.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdlib.h>

#define N_BANDS ECHOIC_N_BANDS

enum { n_frames = 32, most_rows = 24 };

static EchoicHistory history;
static void*         block;

/// X of a frame
static float
value(const uint64_t frame, const uint32_t band)
{
  return sinf((float)(frame * 7U + band * 3U));
}

static void
hear(const bool is_ring, const uint32_t n_heard)
{
  const size_t bytes = echoic_history_bytes(n_frames, is_ring);
  block              = aligned_alloc(ECHOIC_ARENA_ALIGN, bytes);
  EchoicArena arena  = {(unsigned char*)block, bytes - 1U, 0U};
  ck_assert_ptr_nonnull(block);
  ck_assert(!echoic_history_prepare(&history, n_frames, is_ring, &arena));
  arena = (EchoicArena){(unsigned char*)block, bytes, 0U};
  ck_assert(echoic_history_prepare(&history, n_frames, is_ring, &arena));
  for (uint32_t k = 0U; k < n_heard;) {
    EchoicFeatures features;
    features.n_frames = 1U + (k % ECHOIC_FEATURES_FRAMES);
    if (features.n_frames > n_heard - k) {
      features.n_frames = n_heard - k;
    }
    for (uint32_t i = 0U; i < features.n_frames; ++i) {
      for (uint32_t b = 0U; b < N_BANDS; ++b) {
        features.level[i][b]                   = value(k + i, b) + 1.0F;
        features.gate[i][b]                    = value(k + i, b) + 2.0F;
        features.above[ECHOIC_FLUX_LAG + i][b] = value(k + i, b);
      }
    }
    echoic_history_add(&history, &features);
    k += features.n_frames;
  }
}

/// The frame that stands for another
static uint64_t
nearest(const int64_t frame, const int64_t n_heard, const bool is_ring)
{
  const int64_t oldest = is_ring && n_heard > n_frames ? n_heard - n_frames : 0;
  const int64_t late   = frame < oldest ? oldest : frame;
  return (uint64_t)(late < n_heard ? late : n_heard - 1);
}

static void
check_rows(const int64_t  first,
           const uint32_t stride,
           const uint32_t n_rows,
           const int64_t  n_heard,
           const bool     is_ring)
{
  static float       space[3][most_rows * N_BANDS];
  const float* const of[] = {history.above, history.level, history.gate};
  for (uint32_t a = 0U; a < 3U; ++a) {
    const EchoicHeardRows rows =
      echoic_history_rows(&history, of[a], first, stride, n_rows, space[a]);
    for (uint32_t i = 0U; i < n_rows; ++i) {
      const uint64_t k =
        nearest(first + ((int64_t)i * stride), n_heard, is_ring);
      for (uint32_t b = 0U; b < N_BANDS; ++b) {
        ck_assert(rows.first[(i * rows.apart) + b] == value(k, b) + (float)a);
      }
    }
  }
}

static void
check_sums(const int64_t  first,
           const uint32_t stride,
           const uint32_t n_rows,
           const int64_t  n_heard,
           const bool     is_ring)
{
  float sum[5];
  float energy[5];
  echoic_history_sums(&history, first, stride, n_rows, 5U, sum, energy);
  for (uint32_t w = 0U; w < 5U; ++w) {
    double all = 0.0, square = 0.0;
    for (uint32_t i = 0U; i < n_rows * N_BANDS; ++i) {
      const int64_t at = first + ((int64_t)(w + (i / N_BANDS)) * stride);
      const double  x =
        (double)value(nearest(at, n_heard, is_ring), i % N_BANDS);
      all += x;
      square += x * x;
    }
    ck_assert_double_eq_tol((double)sum[w], all, 1e-3);
    ck_assert_double_eq_tol(
      (double)energy[w], square - (all * all / (n_rows * N_BANDS)), 1e-3);
  }
}

/// Stretches inside, over the end of a ring, before and after all there is
START_TEST(test_stretches)
{
  static const uint32_t all_heard[] = {1U, 5U, 32U, 33U, 50U, 64U, 101U};
  for (int is_ring = 0; is_ring < 2; ++is_ring) {
    const uint32_t n = all_heard[_i];
    if (is_ring || n <= n_frames) {
      hear(is_ring, n);
      for (int64_t first = -40; first < (int64_t)n + 8;
           first += is_slow() ? 5 : 1) {
        for (uint32_t stride = 1U; stride < 4U; ++stride) {
          check_rows(first, stride, most_rows / stride, n, is_ring);
          check_sums(first, stride, most_rows / stride, n, is_ring);
        }
      }
      free(block);
    }
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("history");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_stretches, 0, 7);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
