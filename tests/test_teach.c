// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach.h"

#include "dsp/teach_heard.h"
#include "dsp/teach_noise.h"
#include "dsp/teach_span.h"
#include "dsp/teach_stats.h"
#include "tests/small_model.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_BANDS ECHOIC_N_BANDS

enum { n_long = 3000 };

static float energies[n_long * N_BANDS];

static size_t
written(const EchoicModel* const model, uint8_t** const bytes)
{
  size_t size = 0U;
  ck_assert(!echoic_model_write(model, bytes, &size, NULL));
  return size;
}

/// Teaching twice, and what was written and read: the same to the bit
START_TEST(test_reproducible)
{
  EchoicModel* const a = small_model();
  EchoicModel* const b = small_model();
  uint8_t*           first;
  uint8_t*           second;
  const size_t       size = written(a, &first);
  ck_assert_uint_eq(written(b, &second), size);
  ck_assert_mem_eq(first, second, size);
  free(second);

  EchoicModel* const c = echoic_model_parse(first, size, NULL);
  ck_assert_ptr_nonnull(c);
  small_teach(c);
  ck_assert_uint_eq(written(c, &second), size);
  ck_assert_mem_eq(first, second, size);
  free(first);
  free(second);
  echoic_model_free(a);
  echoic_model_free(b);
  echoic_model_free(c);
}
END_TEST

START_TEST(test_order)
{
  EchoicModel* const a = small_model();
  EchoicModel* const b = small_model();
  for (uint32_t i = 0U; i < b->n_marks / 2U; ++i) {
    const EchoicMark other        = b->marks[i];
    b->marks[i]                   = b->marks[b->n_marks - 1U - i];
    b->marks[b->n_marks - 1U - i] = other;
  }
  small_teach(b);
  for (uint32_t i = 0U; i < 2U; ++i) {
    const EchoicCalibration* const x = &a->sounds[i].calibration;
    const EchoicCalibration* const y = &b->sounds[i].calibration;
    ck_assert(x->span_s == y->span_s);
    ck_assert(fabsf(x->threshold - y->threshold) < 1e-3F);
    ck_assert(fabsf(x->positive - y->positive) < 1e-3F);
  }
  echoic_model_free(a);
  echoic_model_free(b);
}
END_TEST

/// The fewer false alarms are allowed, the higher the threshold, and what is
/// expected is what was asked for, unless the threshold is at its least
START_TEST(test_asked_rate)
{
  EchoicModel* const model  = small_model();
  float              before = 100.0F;
  unsigned           n_met  = 0U;
  for (float most = 0.01F; most < 2000.0F; most *= 10.0F) {
    model->sounds[0].max_false_alarms_per_hour = most;
    small_teach(model);
    const EchoicCalibration* const c = &model->sounds[0].calibration;
    ck_assert(c->threshold <= before);
    ck_assert(c->threshold < before || c->threshold <= 0.1001F);
    ck_assert(c->false_alarms_per_hour <= most * 1.001F);
    ck_assert(fabsf(c->margin - (c->positive - c->threshold)) < 1e-6F);
    n_met += c->false_alarms_per_hour > most * 0.999F;
    before = c->threshold;
  }
  ck_assert_uint_ge(n_met, 2U);
  echoic_model_free(model);
}
END_TEST

/// What was called wrong ends below the threshold, beyond 0.9 if need be; and
/// the sound itself stays above it
START_TEST(test_not)
{
  static const unsigned bands[] = {9U, 10U, 12U, 14U}; // The sound is at 8
  EchoicModel* const    model   = echoic_model_new();
  ck_assert_ptr_nonnull(model);
  echoic_model_begin(model);
  small_teach_hits(model, "low", 8U, 2U);
  small_teach_hits(model, "near", bands[_i], 2U);
  ck_assert(!echoic_model_forget(model, "near", NULL)); // Its clip stays
  small_teach(model);
  const EchoicCalibration before = model->sounds[0].calibration;
  small_mark(model, ECHOIC_MARK_NOT, 1U, 0U);
  small_teach(model);
  const EchoicCalibration* const after = &model->sounds[0].calibration;
  ck_assert_double_gt((double)after->threshold, (double)after->background);
  ck_assert(after->positive > after->threshold); // Still to be found
  if (_i == 0) {
    ck_assert(before.background < 0.5F && after->background > 0.8F);
    ck_assert(after->threshold > before.threshold + 0.3F);
  }
  echoic_model_free(model);
}
END_TEST

/// Add a clip whose loudness (root of the energy) is e^(-age / tau) for some
/// frames from frame 10 on, and an example of those
static EchoicMark
add_decay(EchoicModel* const model, const uint32_t n, const double tau)
{
  for (uint32_t k = 0U; k < n_long; ++k) {
    const double age  = (double)k - 10.0;
    const bool   on   = k >= 10U && k < 10U + n;
    const double loud = on ? exp(-age / tau) : 1e-4;
    for (uint32_t b = 0U; b < N_BANDS; ++b) {
      energies[(k * N_BANDS) + b] = (float)(0.01 * loud * loud);
    }
  }

  const int32_t clip =
    echoic_model_add_clip(model, energies, n_long, N_BANDS, NULL, 0.0);
  ck_assert_int_ge(clip, 0);
  return (EchoicMark){.kind    = ECHOIC_MARK_EXAMPLE,
                      .clip    = (uint32_t)clip,
                      .start_s = 10.0 * ECHOIC_HOP_S,
                      .end_s   = (10.0 + n) * ECHOIC_HOP_S};
}

/// 70 % of the loudness: of a steady sound 70 % of it, of a decaying one 1.2
/// tau
START_TEST(test_span)
{
  EchoicModel* const model     = echoic_model_new();
  const EchoicMark   marks[]   = {add_decay(model, 100U, 1e9),
                                  add_decay(model, 200U, 20.0),
                                  add_decay(model, 5U, 1e9),
                                  add_decay(model, 1000U, 1e9)};
  const double       wanted[4] = {70.0 * ECHOIC_HOP_S,
                                  -20.0 * log(0.3) * ECHOIC_HOP_S,
                                  0.04,
                                  1.0}; // At the limits
  for (int i = 0; i < 4; ++i) {
    const EchoicMark* const list[] = {&marks[i]};
    ck_assert_double_eq_tol(
      echoic_span(model, list, 1U), wanted[i], 1.5 * ECHOIC_HOP_S);
  }

  const EchoicMark* const three[] = {&marks[0], &marks[3], &marks[2]};
  ck_assert_double_eq_tol(
    echoic_span(model, three, 3U), wanted[0], 1.5 * ECHOIC_HOP_S);
  ck_assert_double_eq_tol(echoic_span(model, three, 2U),
                          (wanted[0] + wanted[3]) / 2.0,
                          1.5 * ECHOIC_HOP_S);
  for (double s = 0.04; s < 1.0;
       s *= 1.07) { // A quarter octave, at most half off
    const double ratio = echoic_span_memory(s) * ECHOIC_HOP_S / s;
    ck_assert(ratio < exp2(0.1251) && ratio > exp2(-0.1251));
  }
  echoic_model_free(model);
}
END_TEST

/// Mean energy of a frame of a track, as the detector takes it in
static double
track_energy(const EchoicTrack* const track)
{
  double sum = 0.0;
  for (size_t i = 0U; i < (size_t)track->n_frames * N_BANDS; ++i) {
    sum += exp((double)track->history.level[i]) / track->n_frames;
  }
  return sum;
}

/// The noise in each copy is as far below the examples as teach_heard.h says
START_TEST(test_noise_copies)
{
  static const double wanted_db[ECHOIC_N_COPIES] = {0.0, 12.0, 3.0, 12.0, 3.0};
  EchoicModel* const  model                      = echoic_model_new();
  EchoicHeard         heard                      = {0U, NULL};
  echoic_model_begin(model);
  EchoicMark mark = add_decay(model, n_long, 1e9); // Steady: one level
  mark.sound      = (uint32_t)echoic_model_add_sound(model, "steady");
  ck_assert(echoic_model_add_mark(model, &mark));
  ck_assert(!echoic_heard_prepare(model, N_BANDS, &heard));
  ck_assert_uint_eq(heard.n_tracks, ECHOIC_N_COPIES);
  const double clean = track_energy(&heard.tracks[0]);
  for (uint32_t c = 1U; c < ECHOIC_N_COPIES; ++c) {
    const double noise = track_energy(&heard.tracks[c]) - clean;
    ck_assert_double_eq_tol(10.0 * log10(clean / noise), wanted_db[c], 1.0);
  }
  echoic_heard_clear(&heard);
  echoic_model_free(model);
}
END_TEST

/// A level, whatever the seed; the same again; dead bands stay dead
START_TEST(test_noise)
{
  static float again[n_long * N_BANDS];
  const float  level = -5.0F + (float)_i;
  for (uint32_t i = 0U; i < n_long * N_BANDS; ++i) {
    energies[i] = 1e-11F;
  }
  memcpy(again, energies, sizeof(again));
  echoic_noise_add(energies, n_long, level, (uint64_t)_i);
  echoic_noise_add(again, n_long, level, (uint64_t)_i);
  ck_assert_mem_eq(energies, again, sizeof(again));
  double sum = 0.0;
  for (uint32_t i = 0U; i < n_long * N_BANDS; ++i) {
    sum += (double)energies[i] / n_long;
  }
  ck_assert_double_eq_tol(10.0 * log10(sum / exp((double)level)), 0.0, 1.0);

  for (uint32_t i = 0U; i < n_long * N_BANDS; ++i) {
    again[i] = i % N_BANDS < 24U ? 1e-3F : 0.0F;
  }
  echoic_noise_add(again, n_long, level, (uint64_t)_i);
  for (uint32_t i = 0U; i < n_long * N_BANDS; ++i) {
    ck_assert((again[i] > 0.0F) == (i % N_BANDS < 24U));
  }
}
END_TEST

START_TEST(test_quantile)
{
  static const struct {
    float q, wanted;
  } cases[] = {
    {0.0F, -3.0F}, {0.25F, 1.0F}, {0.5F, 2.0F}, {0.6F, 3.2F}, {1.0F, 10.0F}};
  for (int i = 0; i < 5; ++i) {
    float values[] = {5.0F, 2.0F, 10.0F, -3.0F, 1.0F};
    ck_assert(fabsf(echoic_quantile(values, 5U, cases[i].q) - cases[i].wanted) <
              1e-5F);
  }
  float one[] = {4.0F};
  ck_assert(echoic_quantile(one, 1U, 0.75F) == 4.0F);
  float two[] = {3.0F, 1.0F};
  ck_assert(echoic_quantile(two, 2U, 0.5F) == 2.0F);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("teach");
  TCase* const tc    = tcase_create("all");
  tcase_add_test(tc, test_reproducible);
  tcase_add_test(tc, test_order);
  tcase_add_test(tc, test_asked_rate);
  tcase_add_loop_test(tc, test_not, 0, 4);
  tcase_add_test(tc, test_span);
  tcase_add_test(tc, test_noise_copies);
  tcase_add_loop_test(tc, test_noise, 0, 8);
  tcase_add_test(tc, test_quantile);
  tcase_set_timeout(tc, 60.0);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
