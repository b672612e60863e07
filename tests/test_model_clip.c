// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Long clips are thinned: what is near the onset stays as it was heard, the
   rest is near it, a file holds the same, and teaching it gives the same. */

#include "tests/small_model.h"
#include "tests/suite.h"

#include <stdbool.h>

enum {
  most_rows = 1024, ///< In docs of echoic_clip_thin()
  full_rows = 656,
  before    = 96,
  thinnest  = 656 + (368 * 16), ///< Frames that can be thinned to that
};

/// Return a model with one clip of levels that say which frame they are of
static EchoicModel*
counted_clip(const uint32_t n_frames)
{
  EchoicModel* const model = echoic_model_new();
  float* const       energies =
    (float*)calloc(n_frames, ECHOIC_N_BANDS * sizeof(float));
  ck_assert(model && energies);
  uint32_t seed = n_frames;
  for (uint32_t k = 0U; k < n_frames; ++k) {
    for (uint32_t b = 0U; b < ECHOIC_N_BANDS; ++b) {
      seed = (seed * 1664525U) + 1013904223U;
      energies[(k * ECHOIC_N_BANDS) + b] =
        echoic_level_energy((uint8_t)(seed >> 24U));
    }
  }

  ck_assert_int_eq(
    echoic_model_add_clip(model, energies, n_frames, 40U, NULL, 0.0), 0);
  free(energies);
  return model;
}

/// Return the mean level of a band in the frames around one
static double
mean_around(const EchoicClip* const was,
            const uint32_t          frame,
            const uint32_t          half,
            const uint32_t          band)
{
  double   sum = 0.0;
  uint32_t n   = 0U;
  for (uint32_t k = frame > half ? frame - half : 0U;
       k <= frame + half && k < was->n_frames;
       ++k) {
    sum += was->level[(k * ECHOIC_N_BANDS) + band];
    ++n;
  }

  return sum / n;
}

/// Check the frames from `first` to `last`, which have a row, where between
/// them every `stride`-th has one
static void
expect_levels(const EchoicClip* const clip,
              const EchoicClip* const was,
              const uint32_t          first,
              const uint32_t          last,
              const uint32_t          stride)
{
  for (uint32_t k = first; k <= last; ++k) {
    double         worst = 0.0;
    uint8_t        now[ECHOIC_N_BANDS];
    const uint32_t since = (k - first) % stride;
    const bool     is_full =
      k >= clip->first_full && k < clip->first_full + clip->n_full;
    uint8_t ends[2][ECHOIC_N_BANDS];
    echoic_clip_levels(clip, k, now);
    echoic_clip_levels(clip, k - since, ends[0]);
    echoic_clip_levels(clip, since ? k - since + stride : k, ends[1]);
    for (uint32_t i = 0U; i < ECHOIC_N_BANDS; ++i) {
      const double share = (double)since / stride;
      const double level = (ends[0][i] * (1.0 - share)) + (ends[1][i] * share);
      const double mean =
        since ? level
              : mean_around(was, k, is_full ? 0U : clip->stride / 2U, i);
      worst = fmax(worst, fabs(now[i] - level));
      worst = fmax(worst, fabs(now[i] - mean));
    }
    ck_assert_msg(worst <= 0.5, "frame %u of %u", k, was->n_frames);
  }
}

START_TEST(test_thin)
{
  static const uint32_t lengths[] = {
    1025U, 1026U, 1500U, 2897U, 3834U, thinnest - 1U, thinnest, 10000U};
  static const uint32_t onsets[] = {0U, 63U, 96U, 97U, 401U, 900U, 20000U};
  const uint32_t        n        = lengths[_i / 7];
  const uint32_t        onset    = onsets[_i % 7];
  EchoicModel* const    was      = counted_clip(n);
  EchoicModel* const    model    = echoic_model_copy(was);
  EchoicClip* const     clip     = &model->clips[0];
  echoic_clip_thin(clip, onset);
  const uint32_t first = clip->first_full;
  const uint32_t end   = first + clip->n_full;
  ck_assert_uint_eq(clip->n_full, full_rows);
  ck_assert(clip->stride > 1U && clip->stride <= ECHOIC_CLIP_STRIDE);
  ck_assert(clip->n_frames <= n && clip->n_frames + clip->stride > n);
  ck_assert_uint_le(echoic_clip_rows(clip), n > thinnest ? n : most_rows);
  ck_assert_uint_eq(first % clip->stride, 0U);
  ck_assert_uint_le(end, clip->n_frames);
  const uint32_t start  = onset > before ? onset - before : 0U;
  const uint32_t wanted = start < n - full_rows ? start : n - full_rows;
  ck_assert(first <= wanted && first + clip->stride > wanted);

  expect_levels(clip, &was->clips[0], 0U, first, clip->stride);
  expect_levels(clip, &was->clips[0], first, end - 1U, 1U);
  expect_levels(
    clip, &was->clips[0], end - 1U, clip->n_frames - 1U, clip->stride);

  const uint32_t n_frames = clip->n_frames;
  echoic_clip_thin(clip, 0U); // Once is enough
  ck_assert(clip->n_frames == n_frames && clip->first_full == first);
  echoic_model_free(model);
  echoic_model_free(was);
}
END_TEST

/// What isn't long stays as it is
START_TEST(test_short)
{
  EchoicModel* const was   = counted_clip(most_rows);
  EchoicModel* const model = echoic_model_copy(was);
  echoic_clip_thin(&model->clips[0], 200U);
  ck_assert_uint_eq(model->clips[0].n_frames, most_rows);
  ck_assert_uint_eq(model->clips[0].stride, 1U);
  ck_assert_uint_eq(echoic_clip_rows(&model->clips[0]), most_rows);
  expect_levels(&model->clips[0], &was->clips[0], 0U, most_rows - 1U, 1U);
  echoic_model_free(model);
  echoic_model_free(was);
}
END_TEST

/// Add a long clip in which the small model's hits are heard again and again,
/// and mark three of them
static void
add_long_example(EchoicModel* const model,
                 const char* const  name,
                 const unsigned     band,
                 const uint32_t     n_frames)
{
  static float energies[SMALL_N_FRAMES * ECHOIC_N_BANDS];
  const size_t row   = ECHOIC_N_BANDS * sizeof(float);
  float* const many  = (float*)calloc(n_frames, row);
  const double start = 408.0 * ECHOIC_HOP_S;
  ck_assert_ptr_nonnull(many);
  small_energies(energies, band);
  for (uint32_t k = 0U; k < n_frames; ++k) {
    const uint32_t at = k % SMALL_N_FRAMES;
    memcpy(many + (k * ECHOIC_N_BANDS), energies + (at * ECHOIC_N_BANDS), row);
  }

  const int32_t sound = echoic_model_add_sound(model, name);
  const int32_t clip =
    echoic_model_add_clip(model, many, n_frames, 40U, NULL, 1.5);
  ck_assert(sound >= 0 && clip >= 0);
  echoic_clip_thin(&model->clips[clip], 392U);
  ck_assert_uint_gt(model->clips[clip].stride, 1U);
  for (uint32_t i = 0U; i < 3U; ++i) {
    const EchoicMark mark = {.kind    = ECHOIC_MARK_EXAMPLE,
                             .clip    = (uint32_t)clip,
                             .sound   = (uint32_t)sound,
                             .start_s = start + (32.0 * i * ECHOIC_HOP_S),
                             .end_s   = (n_frames - 9U - i) * ECHOIC_HOP_S};
    ck_assert(echoic_model_add_mark(model, &mark));
  }
  free(many);
}

static void
teach(EchoicModel* const model)
{
  EchoicError error = {ECHOIC_OK, ""};
  ck_assert_msg(!echoic_teach(model, ECHOIC_N_BANDS, &error), "%s", error.text);
}

/// Return a model that was written and read again
static EchoicModel*
reopen(const EchoicModel* const model)
{
  EchoicError error = {ECHOIC_OK, ""};
  uint8_t*    bytes = NULL;
  size_t      size  = 0U;
  ck_assert(!echoic_model_write(model, &bytes, &size, &error));
  EchoicModel* const again = echoic_model_parse(bytes, size, &error);
  ck_assert_msg(again != NULL, "%s", error.text);
  free(bytes);
  return again;
}

static void
expect_same(const EchoicModel* const a, const EchoicModel* const b)
{
  EchoicError error = {ECHOIC_OK, ""};
  uint8_t*    x     = NULL;
  uint8_t*    y     = NULL;
  size_t      m     = 0U;
  size_t      n     = 0U;
  ck_assert(!echoic_model_write(a, &x, &m, &error));
  ck_assert(!echoic_model_write(b, &y, &n, &error));
  ck_assert_uint_eq(m, n);
  ck_assert_mem_eq(x, y, n);
  free(x);
  free(y);
}

/// Refined and undone, before it was written or after, it is the same
START_TEST(test_reopened)
{
  EchoicError        error = {ECHOIC_OK, ""};
  EchoicModel* const model = echoic_model_new();
  echoic_model_begin(model);
  add_long_example(model, "low", 9U, 1500U);
  add_long_example(model, "high", 28U, 2900U);
  teach(model);

  EchoicModel* const again = reopen(model);
  EchoicModel* const first = reopen(model);
  expect_same(model, again);
  echoic_model_begin(model);
  echoic_model_begin(again);
  add_long_example(model, "low", 10U, 1100U);
  add_long_example(again, "low", 10U, 1100U);
  teach(model);
  teach(again);
  expect_same(model, again);
  ck_assert(!echoic_model_undo(again, &error));
  teach(again);
  expect_same(first, again);
  echoic_model_free(model);
  echoic_model_free(again);
  echoic_model_free(first);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("model_clip");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 60.0);
  tcase_add_loop_test(tc, test_thin, 0, 56);
  tcase_add_test(tc, test_short);
  tcase_add_test(tc, test_reopened);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
