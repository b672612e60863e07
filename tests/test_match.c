// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/match.h"
#include "dsp/teach_noise.h"
#include "tests/suite.h"

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
static EchoicMatchRoom room;
static float           store[3][n_cells];
static float           sums[2 * n_frames];
static int             moved; ///< Frames after `onset` at which sounds begin

/// Two sounds of like length: a rising and a falling chirp with a rattle
static double
hit(const int kind, const int frame, const uint32_t band)
{
  const double age = frame - onset - moved;
  const double at  = kind ? 33.0 - (0.8 * age) : 6.0 + (1.0 * age);
  const double far = ((double)band - at) / 2.0;
  return age < 0.0 || age >= span
           ? 0.0
           : 0.1 * exp(-far * far) * ((frame - moved) % 5 == 0 ? 3.0 : 1.0);
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
  history = (EchoicHistory){UINT32_MAX, 0U, store[0], store[1], store[2], sums};
  echoic_features_reset(&state, N_BANDS);
  for (uint32_t k = 0U; k < n_frames; ++k) {
    echoic_features_process(&state, energies + (k * N_BANDS), 1U, features);
    echoic_history_add(&history, &state);
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

/// Take the examples of the model
static void
take(const double span_s, const double length_s)
{
  const EchoicTemplatesSpec spec  = {model, 0U, N_BANDS, span_s, length_s};
  const size_t              bytes = echoic_templates_bytes(&spec);
  free(block);
  block             = aligned_alloc(ECHOIC_ARENA_ALIGN, bytes);
  EchoicArena arena = {(unsigned char*)block, bytes - 1U, 0U};
  ck_assert_ptr_nonnull(block);
  ck_assert(!echoic_templates_prepare(
    &spec, &room, &arena, &templates)); // A byte short
  arena = (EchoicArena){(unsigned char*)block, bytes, 0U};
  ck_assert(echoic_templates_prepare(&spec, &room, &arena, &templates));
}

/// A model of one sound whose examples are the rising and the falling chirp
static void
prepare(const uint32_t n_examples, const double span_s, const double length_s)
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

  take(span_s, length_s);
  ck_assert_uint_eq(templates.n_examples, n_examples);
}

static float
match(const int64_t at, const uint32_t without)
{
  return echoic_match(&templates, &history, at, without, true, 0.0F);
}

static void
clear(void)
{
  echoic_model_free(model);
  free(block);
  block = NULL;
}

static const double span_s = span * ECHOIC_HOP_S;

/// An example is like itself: in its place, a quarter of its span beside it,
/// and 20 dB softer, and in other noise
START_TEST(test_itself)
{
  static float energies[n_cells];
  prepare(1U, span_s, 1.25 * span_s);
  for (int level = 0; level < 2; ++level) {
    draw(0, level ? 0.01 : 1.0, 1U, energies);
    hear(energies);
    for (int shift = -span / 4; shift <= span / 4; ++shift) {
      const float q = match(onset + shift, 9U);
      ck_assert_msg(q > 1.0F && q <= ECHOIC_MATCH_MOST,
                    "q = %g at %d frames, level %d",
                    (double)q,
                    shift,
                    level);
    }
    draw(0, level ? 0.01 : 1.0, 77U, energies);
    hear(energies);
    ck_assert(match(onset, 9U) > 0.7F);
    ck_assert(match(onset + (2 * span), 9U) < 0.2F);
  }
  clear();
}
END_TEST

/// Where it begins is said, wherever it was expected: as far after its frame as
/// the example does
START_TEST(test_begins)
{
  static float energies[n_cells];
  const double after = 0.3;
  prepare(1U, span_s, 1.25 * span_s);
  model->marks[0].start_s += after * ECHOIC_HOP_S;
  take(span_s, 1.25 * span_s);
  for (int is_over = 0; is_over < 2; ++is_over) {
    for (moved = -5; moved <= 5; ++moved) {
      EchoicMatching m;
      draw(0, 1.0, 5U, energies);
      hear(energies);
      echoic_match_begin(&m, onset, UINT32_MAX, is_over, 0.0F);
      while (!echoic_match_step(&templates, &history, &m)) {
      }
      ck_assert_double_eq_tol(m.begins, onset + moved + after, 0.06);
    }
  }
  moved = 0;
  clear();
}
END_TEST

START_TEST(test_others)
{
  static float energies[n_cells];
  prepare(1U, span_s, 1.25 * span_s);
  draw(-1, 1.0, 100U + (uint64_t)_i, energies);
  hear(energies);
  ck_assert(match(onset, 9U) < 0.2F);
  draw(1, 1.0, 100U + (uint64_t)_i, energies);
  hear(energies);
  ck_assert(match(onset, 9U) < 0.4F);
  clear();
}
END_TEST

/// The best example counts, and one that is left out doesn't
START_TEST(test_without)
{
  static float energies[n_cells];
  prepare(2U, span_s, 1.25 * span_s);
  draw(_i, 1.0, 1U + (uint64_t)_i, energies);
  hear(energies);
  const float    all   = match(onset, 9U);
  const uint32_t own   = (uint32_t)_i;
  const float    other = match(onset, own);
  ck_assert(match(onset, 1U - own) == all);
  ck_assert(other < 0.4F && all > 1.0F);
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

/// Where a window fits best, within `reach` frames of `from`
static uint32_t
place(const EchoicWindow* const w, const uint32_t from, const int reach)
{
  static double  x[n_cells], y[n_cells];
  const uint32_t n    = w->n_frames * N_BANDS;
  double         most = -2.0;
  uint32_t       best = 0U;
  for (int i = -reach; i <= reach; i += (int)w->stride) {
    const uint32_t first = from + (uint32_t)i;
    for (uint32_t c = 0U; c < n; ++c) {
      const uint32_t f = first + (c / N_BANDS * w->stride);
      x[c]             = (double)history.above[(f * N_BANDS) + (c % N_BANDS)];
      y[c]             = (double)w->above[c];
    }
    const double r = ncc(x, y, n);
    best           = r > most ? first : best;
    most           = fmax(r, most);
  }

  return best;
}

/// What a window says at a place, in double and with a sorted median
static double
likeness(const EchoicWindow* const w, const uint32_t first)
{
  static double  x[n_cells], y[n_cells], gains[n_cells];
  const uint32_t n    = w->n_frames * N_BANDS;
  double         mean = 0.0;
  double         v    = 0.0;
  for (uint32_t i = 0U; i < w->n_hot; ++i) {
    const uint32_t c = w->hot[i];
    const uint32_t f = first + (c / N_BANDS * w->stride);
    gains[i]         = (double)history.level[(f * N_BANDS) + (c % N_BANDS)] -
               (double)w->level[c];
  }
  qsort(gains, w->n_hot, sizeof(double), compare);
  for (uint32_t c = 0U; c < n; ++c) {
    const uint32_t f    = first + (c / N_BANDS * w->stride);
    const size_t   cell = (f * N_BANDS) + (c % N_BANDS);
    x[c]                = (double)history.above[cell];
    y[c]                = log1p(exp((double)w->level[c] + gains[w->n_hot / 2U] -
                     (double)history.gate[cell]));
    mean += y[c] / n;
  }
  for (uint32_t c = 0U; c < n; ++c) {
    v += (y[c] - mean) * (y[c] - mean) / n;
  }

  const double q = ncc(x, y, n) * pow(fmin((v + 0.3) / v, 4.0), 0.25);
  return fmin(fmax((q - 0.2) / 0.75, 0.03), 1.2);
}

/// With windows that are compared at every, every second and every third frame
START_TEST(test_formula)
{
  static const double spans[]   = {4.0, 24.0, 63.0, 66.0, 100.0, 20.0};
  static const double lengths[] = {4.0, 30.0, 70.0, 66.0, 50.0, 110.0};
  static float        energies[n_cells];
  for (int s = 0; s < 6; ++s) {
    prepare(1U, spans[s] * ECHOIC_HOP_S, lengths[s] * ECHOIC_HOP_S);
    draw(_i % 3 - 1, _i % 2 ? 0.1 : 1.0, 500U + (uint64_t)_i, energies);
    hear(energies);
    const EchoicWindow* const part  = &templates.span;
    const EchoicWindow* const whole = &templates.whole;
    const int                 size  = (int)(part->n_frames * part->stride);
    const uint32_t at = place(part, onset - 2U, size > 15 ? size / 4 : 3);
    const uint32_t to = place(whole, at, (int)whole->stride);
    const double   m  = likeness(part, at);
    ck_assert_double_eq_tol(
      (double)match(onset, 9U), m * likeness(whole, to), 2e-3);
    ck_assert_double_eq_tol(
      (double)echoic_match(&templates, &history, onset, 9U, false, 0.0F),
      m * m,
      2e-3);
    const float all = match(onset, 9U);
    ck_assert(echoic_match(&templates, &history, onset, 9U, true, 0.5F) ==
              fmaxf(all, 0.5F));
    clear();
  }
}
END_TEST

/// The whole sound, but not much more than its span, nor less
START_TEST(test_windows)
{
  prepare(1U, 20.0 * ECHOIC_HOP_S, 10.0 * ECHOIC_HOP_S);
  ck_assert_uint_eq(templates.span.n_frames, 20U);
  ck_assert_uint_eq(templates.whole.n_frames, 20U);
  clear();
  prepare(1U, 20.0 * ECHOIC_HOP_S, 40.0 * ECHOIC_HOP_S);
  ck_assert_uint_eq(templates.whole.n_frames, 40U);
  ck_assert_uint_eq(templates.whole.stride, 1U);
  ck_assert_uint_ge(
    echoic_match_delay(20.0 * ECHOIC_HOP_S, 40.0 * ECHOIC_HOP_S), 20U);
  clear();
  prepare(1U, 20.0 * ECHOIC_HOP_S, 1e4);
  const uint32_t n = templates.whole.n_frames * templates.whole.stride;
  ck_assert(n > 200U && n < 220U);
  ck_assert_uint_lt(echoic_match_delay(20.0 * ECHOIC_HOP_S, 1e4), 220U);
  clear();
}
END_TEST

/// The loudest tenth of an example: as many, and none outside is louder
START_TEST(test_hot)
{
  prepare(2U, span_s, 2.0 * span_s);
  const EchoicWindow* const w = _i ? &templates.whole : &templates.span;
  const uint32_t            n = w->n_frames * N_BANDS;
  ck_assert_uint_eq(w->n_hot, n / 10U);
  for (uint32_t e = 0U; e < 2U; ++e) {
    static bool        is_hot[n_cells];
    const float* const level = w->level + ((size_t)e * n);
    float              least = 1e9F;
    memset(is_hot, 0, sizeof(is_hot));
    for (uint32_t i = 0U; i < w->n_hot; ++i) {
      const uint32_t c = w->hot[(e * w->n_hot) + i];
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

START_TEST(test_fuse)
{
  const double s = 0.1 + (0.2 * _i);
  const float  f = (float)s;
  ck_assert_double_eq_tol(
    (double)echoic_match_fuse(f, 0.7F), cbrt(0.7 * s), 1e-6);
  ck_assert(echoic_match_fuse(0.0F, 1.0F) == 0.0F);
  ck_assert(echoic_match_fuse(-f, 1.0F) == 0.0F);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("match");
  TCase* const tc    = tcase_create("all");
  tcase_add_test(tc, test_itself);
  tcase_add_test(tc, test_begins);
  tcase_add_loop_test(tc, test_others, 0, 20);
  tcase_add_loop_test(tc, test_without, 0, 2);
  tcase_add_loop_test(tc, test_formula, 0, 12);
  tcase_add_test(tc, test_windows);
  tcase_add_loop_test(tc, test_hot, 0, 2);
  tcase_add_loop_test(tc, test_fuse, 0, 6);
  tcase_set_timeout(tc, 60.0);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
