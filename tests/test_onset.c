// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Where sounds are told to begin: recordings to the sample, others as exactly
   as can be known; and never later than an engine declares. */

#include "dsp/engine.h"
#include "dsp/fingerprint.h"
#include "host/audio.h"
#include "host/lessons.h"
#include "tests/jingles.h"
#include "tests/said.h"
#include "tests/short_lesson.h"
#include "tests/slow.h"
#include "tests/suite.h"
#include "tests/temp.h"

#include <check.h>

#include <math.h>
#include <sndfile.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { n_plays = 10 };

static const double apart_s = 2.5;
static const float  faint   = 0.7F; ///< As loud as the noise, or less
static const float  loud    = 2.0F;

/// Give an example out of what was heard, of a power of two
static void
give(EchoicModel* const model,
     const char* const  name,
     const float* const heard,
     const size_t       size,
     const double       at_s,
     const double       end_s)
{
  EchoicError     error = {ECHOIC_OK, ""};
  const int32_t   sound = echoic_model_add_sound(model, name);
  const EchoicAsk ask   = {
      ECHOIC_ASK_EXAMPLE,
      (uint32_t)sound,
      {(uint64_t)(at_s * made_hz), (uint64_t)(end_s * made_hz)},
      {heard, size - 1U, size}};
  ck_assert_int_ge(sound, 0);
  ck_assert_msg(
    !echoic_tutor_hear(model, made_hz, (uint32_t)sound, &ask, &error),
    "%s",
    error.text);
}

/// Teach two jingles by one example each
static EchoicModel*
teach(void)
{
  const size_t       size  = 1U << 19U;
  float* const       ring  = noise(size, made_hz, 1e-4, 3U);
  EchoicModel* const model = echoic_model_new();
  EchoicError        error = {ECHOIC_OK, ""};
  echoic_model_begin(model);
  for (uint32_t s = 0U; s < 2U; ++s) {
    const double at_s = 2.0 + (4.0 * s);
    play(ring, s + 1U, at_s, 1.0F);
    give(model, s ? "b" : "a", ring, size, at_s - 0.05, at_s + jingle_s + 0.05);
  }

  ck_assert_msg(!echoic_teach(model, ECHOIC_N_BANDS, &error), "%s", error.text);
  free(ring);
  return model;
}

/// Make a programme of noise, the jingles in turn, and faint others
static float*
programme(const double rate_hz, const float gain, size_t* const n)
{
  *n             = (size_t)((n_plays + 1.0) * apart_s * made_hz);
  float* const x = noise(*n, made_hz, 0.5, 11U);
  for (uint32_t i = 0U; i < n_plays; ++i) {
    const double at_s = apart_s * (i + 0.5);
    play(x, 1U + (i % 2U), at_s, gain);
    play(x, 50U + i, at_s + (0.5 * apart_s), faint);
  }

  return convert(x, rate_hz, n);
}

/// Count the jingles that are told on the very sample; all else is wrong
static uint32_t
count_found(const Told* const told,
            const double      rate_hz,
            uint32_t* const   n_wrong)
{
  const double near_s = 0.6 / rate_hz;
  uint32_t     n      = 0U;
  *n_wrong            = 0U;
  for (uint32_t i = 0U; i < told->n; ++i) {
    const EchoicEvent* const e     = &told->events[i];
    const double             at_s  = (double)e->onset / rate_hz;
    const double             step  = round((at_s / apart_s) - 0.5);
    const double             away  = at_s - (apart_s * (step + 0.5));
    const bool               is_so = step >= 0.0 && step < n_plays &&
                       e->sound == (uint32_t)step % 2U && fabs(away) < near_s;
    n += is_so;
    *n_wrong += !is_so;
  }

  return n;
}

/// An engine tells recordings in noise to the sample, at other rates as well;
/// without fingerprints it doesn't know them
START_TEST(test_engine)
{
  const double       rate  = rates[_i];
  EchoicModel* const model = teach();
  size_t             n     = 0U;
  float* const       x     = programme(rate, faint, &n);
  for (uint32_t early = 0U; early < 2U; ++early) {
    const EchoicEngineSpec spec    = {.rate_hz = rate, .early = early};
    uint32_t               n_wrong = 0U;
    const Told             told    = hear_as(model, x, n, &spec, 4096U);
    const uint32_t         n_found = count_found(&told, rate, &n_wrong);
    ck_assert_uint_eq(n_wrong, 0U);
    ck_assert_msg(early || n_found >= 8U, "%u", n_found);
    free(told.events);
  }

  const EchoicEngineSpec spec = {.rate_hz = rate};
  if (!is_slow()) {
    check_blocks(model, x, n, &spec, 509U);
  }

  for (uint32_t i = 0U; i < model->n_marks; ++i) {
    memset(model->marks[i].fingerprint, 0, ECHOIC_FINGERPRINT_BYTES);
  }
  const Told without = hear_as(model, x, n, &spec, 4096U);
  ck_assert_uint_eq(without.n, 0U);
  free(without.events);
  free(x);
  echoic_model_free(model);
}
END_TEST

/// Recordings that the score knows by itself are told to the sample, too
START_TEST(test_loud)
{
  EchoicModel* const     model   = teach();
  const double           rate    = rates[_i];
  const EchoicEngineSpec spec    = {.rate_hz = rate};
  size_t                 n       = 0U;
  uint32_t               n_wrong = 0U;
  float* const           x       = programme(rate, loud, &n);
  const Told             told    = hear_as(model, x, n, &spec, 4096U);
  ck_assert_uint_eq(count_found(&told, rate, &n_wrong), n_plays);
  ck_assert_uint_eq(n_wrong, 0U);
  free(told.events);
  free(x);
  echoic_model_free(model);
}
END_TEST

/// A model says which sounds are known so
START_TEST(test_said)
{
  EchoicModel* const model = teach();
  for (uint32_t i = 0U; i < 2U; ++i) {
    char* text = NULL;
    say(model, &text);
    const char* const told = strstr(text, "known by its waveform as well");
    ck_assert(told && told < strstr(text, "\nb:"));
    ck_assert(!strstr(told + 1, "known by its waveform") == (i > 0U));
    ck_assert(!strstr(text, "\"by_waveform\":false") == !i);
    ck_assert_uint_eq(echoic_fingerprints_count(model, 0U), 1U);
    ck_assert_uint_eq(echoic_fingerprints_count(model, 1U), 1U - i);
    free(text);
    memset(model->marks[1].fingerprint, 0, ECHOIC_FINGERPRINT_BYTES);
  }

  echoic_model_free(model);
}
END_TEST

/// Add a chirp that swells
static void
swell(float* const x, const double at_s)
{
  const size_t n = (size_t)(3.0 * made_hz);
  float* const y = x + (size_t)llround(at_s * made_hz);
  for (size_t i = 0U; i < n; ++i) {
    const double t     = (double)i / made_hz;
    const double level = fmin(1.0, fmin(t, 3.0 - t) / 0.5);
    const double phase = 6.283185307 * ((600.0 * t) + (150.0 * t * t));
    y[i] += (float)(0.5 * level * sin(phase));
  }
}

/// A sound without an attack, which isn't known by its waveform, is told within
/// 20 ms of where its example began (by its score alone 45 ms too early), and
/// no event later than the engine declares
START_TEST(test_swelling)
{
  const double at_s  = 2.0;
  const double step  = 7.0013;
  const size_t size  = 1U << 19U;
  const size_t n     = (size_t)(60.0 * made_hz);
  float* const heard = noise(size, made_hz, 1e-4, 3U);
  float* const x     = noise(n, made_hz, 1e-2, 7U);
  swell(heard, at_s);
  EchoicModel* const model = echoic_model_new();
  EchoicError        error = {ECHOIC_OK, ""};
  echoic_model_begin(model);
  give(model, "swell", heard, size, at_s - 0.1, at_s + 3.1);
  ck_assert_msg(!echoic_teach(model, ECHOIC_N_BANDS, &error), "%s", error.text);
  memset(model->marks[0].fingerprint, 0, ECHOIC_FINGERPRINT_BYTES);
  const double taught_s =
    model->clips[0].source_s + model->marks[0].start_s - at_s;
  for (uint32_t i = 0U; i < 8U; ++i) {
    swell(x, 3.0 + (step * i));
  }

  const EchoicEngineSpec spec = {.rate_hz = made_hz};
  const Told             told = hear_as(model, x, n, &spec, 4096U);
  ck_assert_uint_eq(told.n, 8U);
  for (uint32_t i = 0U; i < told.n; ++i) {
    const EchoicEvent* const e    = &told.events[i];
    const double             is_s = (double)e->onset / made_hz;
    ck_assert_double_lt(fabs(is_s - (3.0 + (step * i) + taught_s)), 0.02);
    ck_assert_double_le((double)(e->decided - e->onset), told.max_delay);
  }
  free(told.events);
  free(heard);
  free(x);
  echoic_model_free(model);
}
END_TEST

/// Teach a stretch of a recording, as the command does
static EchoicModel*
teach_file(const char* const    path,
           const EchoicStretch* heard,
           const double         start_s,
           const double         end_s)
{
  EchoicMarked   marked = {.sound = "it", .start_s = start_s, .end_s = end_s};
  SF_INFO        info   = {.samplerate = (int)heard->rate_hz,
                           .channels   = 1,
                           .format     = SF_FORMAT_WAV | SF_FORMAT_FLOAT};
  SNDFILE* const file   = sf_open(path, SFM_WRITE, &info);
  EchoicModel* const model = echoic_model_new();
  EchoicError        error = {ECHOIC_OK, ""};
  ck_assert_int_eq(
    sf_write_float(file, heard->samples, (sf_count_t)heard->n_samples),
    (sf_count_t)heard->n_samples);
  sf_close(file);
  echoic_model_begin(model);
  ck_assert_msg(!echoic_lessons_add(
                  model, path, NULL, ECHOIC_CHANNEL_MIX, &marked, 1U, &error),
                "%s",
                error.text);
  ck_assert_msg(!echoic_teach(model, ECHOIC_N_BANDS, &error), "%s", error.text);
  return model;
}

/// A recording that begins with the sound is taken as preceded by silence:
/// after some it is one event, where it begins
START_TEST(test_from_the_start)
{
  const size_t lead = 100000U;
  const size_t n    = (size_t)(0.4 * made_hz);
  char         path[temp_size];
  float* const x = (float*)calloc(4U * lead, sizeof(float));
  ck_assert_ptr_nonnull(x);
  ck_assert(temp_file(path, "start"));
  for (size_t i = 0U; i < n; ++i) { // A low drum: one note, dying away
    const double t = (double)i / made_hz;
    x[lead + i]    = (float)(0.8 * exp(-12.0 * t) *
                          sin(6.283185307 * (50.0 * t + 4.0 * exp(-30.0 * t))));
  }

  EchoicStretch heard      = {0};
  heard.samples            = x + lead;
  heard.n_samples          = n;
  heard.rate_hz            = made_hz;
  EchoicModel* const model = teach_file(path, &heard, 0.0, (double)n / made_hz);
  const EchoicEngineSpec spec = {.rate_hz = made_hz};
  const Told             told = hear_as(model, x, 4U * lead, &spec, 4096U);
  ck_assert_uint_eq(told.n, 1U);
  ck_assert_double_lt(fabs((double)told.events[0].onset - (double)lead), 100.0);
  (void)remove(path);
  free(told.events);
  free(x);
  echoic_model_free(model);
}
END_TEST

/// What was taught after silence is found where it was taught
START_TEST(test_after_silence)
{
  EchoicStretch loop  = {0};
  EchoicError   error = {ECHOIC_OK, ""};
  char          path[temp_size];
  ck_assert(temp_file(path, "silence"));
  if (echoic_audio_stretch("/usr/share/sonic-pi/samples/loop_amen.flac",
                           NULL,
                           ECHOIC_CHANNEL_MIX,
                           0.0,
                           HUGE_VAL,
                           &loop,
                           &error)) {
    printf("skip silence before a sound: %s\n", error.text);
    (void)remove(path);
    return;
  }

  for (uint32_t step = is_slow() ? 24U : 10U; step < (is_slow() ? 26U : 36U);
       ++step) {
    const double           begin_s = 0.1 * step;
    const size_t           first   = (size_t)llround(begin_s * loop.rate_hz);
    const size_t           n       = first + loop.n_samples;
    float* const           x       = (float*)calloc(n, sizeof(float));
    EchoicStretch          heard   = loop;
    const double           end_s   = (double)n / loop.rate_hz;
    const EchoicEngineSpec spec    = {.rate_hz = loop.rate_hz};
    ck_assert_ptr_nonnull(x);
    memcpy(x + first, loop.samples, loop.n_samples * sizeof(float));
    heard.samples            = x;
    heard.n_samples          = n;
    EchoicModel* const model = teach_file(path, &heard, begin_s, end_s);
    const Told         told  = hear_as(model, x, n, &spec, 4096U);
    ck_assert_msg(told.n == 1U, "%u events after %g s", told.n, begin_s);
    ck_assert_double_lt(
      fabs(((double)told.events[0].onset / loop.rate_hz) - begin_s), 0.005);
    free(told.events);
    free(x);
    echoic_model_free(model);
  }
  (void)remove(path);
  free(loop.samples);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("onset");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 300.0);
  tcase_add_loop_test(tc, test_engine, is_slow() ? 3 : 2, is_slow() ? 4 : 5);
  tcase_add_loop_test(tc, test_loud, is_slow() ? 3 : 2, is_slow() ? 4 : 5);
  tcase_add_test(tc, test_said);
  tcase_add_test(tc, test_swelling);
  tcase_add_test(tc, test_from_the_start);
  tcase_add_test(tc, test_after_silence);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
