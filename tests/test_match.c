// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/match.h"
#include "dsp/teach_noise.h"

#include <check.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_BANDS ECHOIC_N_BANDS

enum { n_frames = 240, onset = 80, span = 24, n_cells = n_frames * N_BANDS };

static EchoicModel*    model;
static EchoicTemplates templates;
static EchoicHistory   history;
static void*           block;
static float           store[3][n_cells];

/// Two sounds of like length: a rising and a falling chirp with a rattle
static double
hit(const int kind, const int frame, const uint32_t band)
{
  const double age = frame - onset;
  const double at  = kind ? 33.0 - (0.8 * age) : 6.0 + (1.0 * age);
  const double far = ((double)band - at) / 2.0;
  return age < 0.0 || age >= span
           ? 0.0
           : 0.1 * exp(-far * far) * (frame % 5 == 0 ? 3.0 : 1.0);
}

/// A sound (or none) at some level over noise that is the same or another one
static void
draw(const int kind, const double gain, const uint64_t seed, float* const out)
{
  for (int k = 0; k < n_frames; ++k) {
    for (uint32_t b = 0U; b < N_BANDS; ++b) {
      out[((uint32_t)k * N_BANDS) + b] =
        (float)(kind < 0 ? 1e-11 : 1e-11 + (gain * hit(kind, k, b)));
    }
  }
  echoic_noise_add(out, n_frames, logf(1e-4F) + logf((float)gain), seed);
}

/// Take it in as the detector would
static void
hear(const float* const energies)
{
  EchoicFeatures state;
  float          features[ECHOIC_N_FEATURES];
  history = (EchoicHistory){UINT32_MAX, 0U, store[0], store[1], store[2]};
  echoic_features_reset(&state, N_BANDS);
  for (uint32_t k = 0U; k < n_frames; ++k) {
    echoic_features_process(&state, energies + (k * N_BANDS), features);
    echoic_history_add(&history, &state, features);
  }
}

static void
add_example(const float* const energies)
{
  const int32_t clip =
    echoic_model_add_clip(model, energies, n_frames, N_BANDS, NULL, 0.0);
  const EchoicMark mark = {.kind    = ECHOIC_MARK_EXAMPLE,
                           .clip    = (uint32_t)clip,
                           .start_s = onset * ECHOIC_HOP_S,
                           .end_s   = (onset + span) * ECHOIC_HOP_S};
  ck_assert_int_ge(clip, 0);
  ck_assert(echoic_model_add_mark(model, &mark));
}

/// A model of one sound whose examples are the rising and the falling chirp
static void
prepare(const uint32_t n_examples, const double span_s)
{
  static float energies[n_cells];
  model = echoic_model_new();
  ck_assert_ptr_nonnull(model);
  echoic_model_begin(model);
  ck_assert_int_eq(echoic_model_add_sound(model, "chirp"), 0);
  for (uint32_t e = 0U; e < n_examples; ++e) {
    draw((int)e % 2, 1.0, 1U + e, energies);
    add_example(energies);
  }

  const size_t bytes = echoic_templates_bytes(model, 0U, span_s);
  block              = aligned_alloc(ECHOIC_ARENA_ALIGN, bytes);
  EchoicArena arena  = {(unsigned char*)block, bytes - 1U, 0U};
  ck_assert_ptr_nonnull(block);
  ck_assert(!echoic_templates_prepare(
    model, 0U, span_s, N_BANDS, &arena, &templates)); // One byte short
  arena = (EchoicArena){(unsigned char*)block, bytes, 0U};
  ck_assert(
    echoic_templates_prepare(model, 0U, span_s, N_BANDS, &arena, &templates));
  ck_assert_uint_eq(templates.n_examples, n_examples);
}

static void
clear(void)
{
  echoic_model_free(model);
  free(block);
}

static const double span_s = span * ECHOIC_HOP_S;

/// An example is like itself: in its place, a quarter of its span beside it,
/// and 20 dB softer, and in other noise
START_TEST(test_itself)
{
  static float energies[n_cells];
  prepare(1U, span_s);
  for (int level = 0; level < 2; ++level) {
    draw(0, level ? 0.01 : 1.0, 1U, energies);
    hear(energies);
    for (int shift = -span / 4; shift <= span / 4; ++shift) {
      const float q = echoic_match(&templates, &history, onset + shift, 9U);
      ck_assert_msg(q > 0.95F && q < 1.001F,
                    "q = %g at %d frames, level %d",
                    (double)q,
                    shift,
                    level);
    }
    draw(0, level ? 0.01 : 1.0, 77U, energies);
    hear(energies);
    ck_assert(echoic_match(&templates, &history, onset, 9U) > 0.85F);
    ck_assert(echoic_match(&templates, &history, onset + (2 * span), 9U) <
              0.5F);
  }
  clear();
}
END_TEST

START_TEST(test_others)
{
  static float energies[n_cells];
  prepare(1U, span_s);
  draw(-1, 1.0, 100U + (uint64_t)_i, energies);
  hear(energies);
  ck_assert(echoic_match(&templates, &history, onset, 9U) < 0.5F);
  draw(1, 1.0, 100U + (uint64_t)_i, energies);
  hear(energies);
  ck_assert(echoic_match(&templates, &history, onset, 9U) < 0.7F);
  clear();
}
END_TEST

/// The best example counts, and one that is left out doesn't
START_TEST(test_without)
{
  static float energies[n_cells];
  prepare(2U, span_s);
  draw(_i, 1.0, 1U + (uint64_t)_i, energies);
  hear(energies);
  const float    all   = echoic_match(&templates, &history, onset, 9U);
  const uint32_t own   = (uint32_t)_i;
  const float    other = echoic_match(&templates, &history, onset, own);
  ck_assert(echoic_match(&templates, &history, onset, 1U - own) == all);
  ck_assert(other < 0.7F && all > 0.95F);
  clear();
}
END_TEST

static int
compare(const void* const a, const void* const b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

/// Normalised cross-correlation of what differs from the mean
static double
ncc(const double* const x, const double* const y, const uint32_t n)
{
  double mx = 0.0, my = 0.0, xx = 0.0, yy = 0.0, xy = 0.0;
  for (uint32_t i = 0U; i < n; ++i) {
    mx += x[i] / n;
    my += y[i] / n;
  }
  for (uint32_t i = 0U; i < n; ++i) {
    xx += (x[i] - mx) * (x[i] - mx);
    yy += (y[i] - my) * (y[i] - my);
    xy += (x[i] - mx) * (y[i] - my);
  }
  return xy / sqrt(xx * yy);
}

/// The formula in the header, in double and with a sorted median
static double
by_formula(void)
{
  static double  x[n_cells], y[n_cells], gains[n_cells];
  const uint32_t n       = templates.n_frames * N_BANDS;
  const int      quarter = (int)(templates.n_frames * templates.stride) / 4;
  const int      reach   = quarter > 3 ? quarter : 3;
  double         most    = -2.0;
  uint32_t       best    = 0U;
  for (int i = -reach; i <= reach; i += (int)templates.stride) {
    const uint32_t first = (uint32_t)(onset - 2 + i);
    for (uint32_t c = 0U; c < n; ++c) {
      const uint32_t f = first + (c / N_BANDS * templates.stride);
      x[c]             = (double)history.above[(f * N_BANDS) + (c % N_BANDS)];
      y[c]             = (double)templates.above[c];
    }
    const double r = ncc(x, y, n);
    best           = r > most ? first : best;
    most           = fmax(r, most);
  }

  for (uint32_t i = 0U; i < templates.n_hot; ++i) {
    const uint32_t c = templates.hot[i];
    const uint32_t f = best + (c / N_BANDS * templates.stride);
    gains[i]         = (double)history.level[(f * N_BANDS) + (c % N_BANDS)] -
               (double)templates.level[c];
  }
  qsort(gains, templates.n_hot, sizeof(double), compare);
  for (uint32_t c = 0U; c < n; ++c) {
    const uint32_t f    = best + (c / N_BANDS * templates.stride);
    const size_t   cell = (f * N_BANDS) + (c % N_BANDS);
    x[c]                = (double)history.above[cell];
    y[c] = log1p(exp((double)templates.level[c] + gains[templates.n_hot / 2U] -
                     (double)history.gate[cell]));
  }
  return ncc(x, y, n);
}

/// With spans that are compared at every, every second and every third frame
START_TEST(test_formula)
{
  static const double spans[] = {4.0, 24.0, 63.0, 66.0, 100.0};
  static float        energies[n_cells];
  for (int s = 0; s < 5; ++s) {
    prepare(1U, spans[s] * ECHOIC_HOP_S);
    draw(_i % 3 - 1, _i % 2 ? 0.1 : 1.0, 500U + (uint64_t)_i, energies);
    hear(energies);
    const float q = echoic_match(&templates, &history, onset, 9U);
    ck_assert_double_eq_tol((double)q, by_formula(), 1e-3);
    clear();
  }
}
END_TEST

/// The loudest tenth of an example: as many, and none outside is louder
START_TEST(test_hot)
{
  prepare(2U, span_s);
  const uint32_t n = templates.n_frames * N_BANDS;
  ck_assert_uint_eq(templates.n_hot, n / 10U);
  for (uint32_t e = 0U; e < 2U; ++e) {
    static bool        is_hot[n_cells];
    const float* const level = templates.level + ((size_t)e * n);
    float              least = 1e9F;
    memset(is_hot, 0, sizeof(is_hot));
    for (uint32_t i = 0U; i < templates.n_hot; ++i) {
      const uint32_t c = templates.hot[(e * templates.n_hot) + i];
      ck_assert(c < n && !is_hot[c]);
      is_hot[c] = true;
      least     = fminf(least, level[c]);
    }
    for (uint32_t c = 0U; c < n; ++c) {
      ck_assert(is_hot[c] || level[c] <= least + 1e-5F);
    }
  }
  clear();
}
END_TEST

/// s^(2/3) ratio^(1/3), with the ratio from 0.05 to 1.2
START_TEST(test_fuse)
{
  const double s = 0.1 + (0.2 * _i);
  const double p = pow(s, 2.0 / 3.0);
  const float  f = (float)s;
  ck_assert_double_eq_tol((double)echoic_match_fuse(f, 0.7F, 0.7F), p, 1e-6);
  ck_assert_double_eq_tol(
    (double)echoic_match_fuse(f, 1.0F, 0.3F), p * cbrt(1.2), 1e-6);
  ck_assert_double_eq_tol(
    (double)echoic_match_fuse(f, -1.0F, 0.7F), p * cbrt(0.05), 1e-6);
  ck_assert_double_eq_tol(
    (double)echoic_match_fuse(f, 0.45F, 0.7F), p * cbrt(0.5), 1e-6);
  ck_assert(echoic_match_fuse(0.0F, 1.0F, 0.7F) == 0.0F);
  ck_assert(echoic_match_fuse(-f, 1.0F, 0.7F) == 0.0F);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("match");
  TCase* const tc    = tcase_create("all");
  tcase_add_test(tc, test_itself);
  tcase_add_loop_test(tc, test_others, 0, 20);
  tcase_add_loop_test(tc, test_without, 0, 2);
  tcase_add_loop_test(tc, test_formula, 0, 12);
  tcase_add_test(tc, test_hot);
  tcase_add_loop_test(tc, test_fuse, 0, 6);
  tcase_set_timeout(tc, 60.0);
  suite_add_tcase(suite, tc);

  SRunner* const runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  const int n_failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
