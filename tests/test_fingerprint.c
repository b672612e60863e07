// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The very recording of an example beneath noise: what signs have in common,
   and what an engine makes of that. */

#include "dsp/engine.h"
#include "dsp/fingerprint.h"
#include "dsp/teach_fingerprint.h"
#include "tests/noise.h"
#include "tests/said.h"
#include "tests/short_lesson.h"
#include "tests/signs_ring.h"
#include "tests/slow.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <samplerate.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { n_plays = 10, n_rates = 6 };

static const double rates[n_rates] =
  {16000.0, 22050.0, 44100.0, 48000.0, 96000.0, 192000.0};
static const double made_hz  = 48000.0;
static const double length_s = 0.8;
static const double apart_s  = 2.5;
static const float  beneath  = 0.3F; ///< Noise of 0.5, by some 10 dB
static const float  faint    = 0.7F; ///< As loud as it, or less
static const float  loud     = 2.0F;

/// Noise that is weaker at high frequencies, like most
static float*
noise(const size_t   n,
      const double   rate_hz,
      const double   gain,
      const uint32_t seed)
{
  float* const x     = (float*)malloc(n * sizeof(float));
  uint32_t     state = seed;
  const double fade  = exp(-6.283185307 * 200.0 / rate_hz);
  double       y     = 0.0;
  ck_assert_ptr_nonnull(x);
  for (size_t i = 0U; i < n; ++i) {
    y    = (fade * y) + (sqrt(1.0 - fade) * (double)next_noise(&state));
    x[i] = (float)(gain * y);
  }

  return x;
}

/// Random numbers from 0 to 1 twelve times a second, and lines between them
static float
loudness(const uint32_t seed, const size_t i)
{
  const double at   = (double)i * 12.0 / made_hz;
  uint32_t     now  = (seed + (uint32_t)at) * 2654435761U;
  uint32_t     next = (seed + (uint32_t)at + 1U) * 2654435761U;
  const float  a    = next_noise(&now);
  const float  b    = next_noise(&next);
  return 0.5F + (0.5F * (a + ((float)(at - floor(at)) * (b - a))));
}

/// Add a jingle of its own for each seed, noise that comes and goes
static void
play(float* const x, const uint32_t seed, const double at_s, const float gain)
{
  const size_t first = (size_t)llround(at_s * made_hz);
  const size_t n     = (size_t)(length_s * made_hz);
  float* const y     = noise(n, made_hz, 1.0, seed * 7919U);
  for (size_t i = 0U; i < n; ++i) {
    x[first + i] += gain * loudness(seed * 100U, i) * y[i];
  }

  free(y);
}

/// Convert what was made to another rate
static float*
convert(float* const made, const double rate_hz, size_t* const n)
{
  const double ratio = rate_hz / made_hz;
  SRC_DATA     data  = {.data_in       = made,
                        .input_frames  = (long)*n,
                        .output_frames = (long)ceil((double)*n * ratio),
                        .src_ratio     = ratio};
  data.data_out =
    (float*)calloc((size_t)data.output_frames + 1U, sizeof(float));
  ck_assert_ptr_nonnull(data.data_out);
  ck_assert_int_eq(src_simple(&data, SRC_SINC_MEDIUM_QUALITY, 1), 0);
  *n = (size_t)data.output_frames_gen;
  free(made);
  return data.data_out;
}

/// Take the fingerprint of a jingle
static EchoicFingerprint
taken(const double rate_hz, const uint32_t seed)
{
  size_t            n    = (size_t)(1.2 * made_hz);
  float*            x    = noise(n, made_hz, 1e-4, 1U);
  EchoicFingerprint f    = {0U};
  EchoicMark        mark = {0};
  play(x, seed, 0.1, 1.0F);
  x                     = convert(x, rate_hz, &n);
  const EchoicPassage p = {x, n, rate_hz};
  const EchoicLesson  l = {.onset = (size_t)(0.1 * rate_hz),
                           .end   = (size_t)((0.1 + length_s) * rate_hz)};
  echoic_fingerprint_take(&p, &l, &mark);
  ck_assert(echoic_fingerprint_read(mark.fingerprint, &f));
  free(x);
  return f;
}

/// Compare a fingerprint with what is heard about a time
static float
compare(const EchoicFingerprint* const f,
        const float* const             x,
        const size_t                   n,
        const double                   rate_hz,
        const double                   at_s,
        double* const                  onset_s)
{
  EchoicFingerprintMatch match;
  EchoicSigns            signs = made_signs(rate_hz, 1024U);
  echoic_signs_hear(&signs, x, UINT64_MAX, n);
  echoic_fingerprint_begin(&match, llround(at_s * ECHOIC_SIGNS_HZ));
  while (!echoic_fingerprint_step(&match, f, &signs)) {
  }

  *onset_s = echoic_fingerprint_onset(&match) / ECHOIC_SIGNS_HZ;
  return match.z;
}

/// Noise with a jingle in it
static float*
noise_with(const double   rate_hz,
           const uint32_t seed,
           const double   at_s,
           const float    gain,
           size_t* const  n)
{
  *n             = (size_t)(2.5 * made_hz);
  float* const x = noise(*n, made_hz, 0.5, 9U);
  play(x, seed, at_s, gain);
  return convert(x, rate_hz, n);
}

/// 10 dB beneath noise, also upside down, it is found where it is; other
/// jingles, noise and what hasn't been heard aren't
START_TEST(test_match)
{
  const double            rate  = rates[_i];
  const EchoicFingerprint f     = taken(rate, 1U);
  const double            at_s  = 34192.0 / made_hz;
  double                  found = 0.0;
  float                   most  = 0.0F;
  size_t                  n     = 0U;
  ck_assert_uint_eq(f.n, ECHOIC_FINGERPRINT_WORDS);
  for (int sign = -1; sign <= 1; sign += 2) {
    float* const x = noise_with(rate, 1U, at_s, beneath * (float)sign, &n);
    const float  z = compare(&f, x, n, rate, at_s + (0.015 * sign), &found);
    ck_assert_msg(z > 7.0F, "%g", (double)z);
    ck_assert_double_lt(fabs(found - at_s), 0.2 / ECHOIC_SIGNS_HZ);
    ck_assert(compare(&f, x, n, rate, at_s + 0.1, &found) < 5.5F);
    ck_assert(compare(&f, x, n, rate, 2.4, &found) == 0.0F);
    free(x);
  }

  for (uint32_t seed = 2U; seed < (is_slow() ? 5U : 20U); ++seed) {
    float* const x = noise_with(rate, seed, at_s, 10.0F, &n);
    most           = fmaxf(most, compare(&f, x, n, rate, at_s, &found));
    free(x);
  }
  ck_assert_msg(most < 5.5F, "%g", (double)most);
}
END_TEST

/// Make noise of about one pitch that begins at a sample
static float*
whistle(const double hz, const size_t first, const size_t n)
{
  uint32_t     seed = 5U;
  float* const x    = (float*)calloc(n, sizeof(float));
  const float  turn = 2.0F * 0.97F * cosf((float)(6.283185307 * hz / made_hz));
  ck_assert_ptr_nonnull(x);
  for (size_t i = first; i < n; ++i) {
    x[i] = (turn * x[i - 1U]) - (0.97F * 0.97F * x[i - 2U]) +
           (0.01F * next_noise(&seed));
  }

  return x;
}

/// Half a period of high notes beside its place a recording agrees upside down:
/// the right way up counts, between any two signs
START_TEST(test_upside_down)
{
  const size_t        n      = (size_t)made_hz;
  float* const        taught = whistle(5300.0, 4800U, n);
  const EchoicPassage p      = {taught, n, made_hz};
  const EchoicLesson  l      = {.onset = 4800U, .end = n};
  EchoicMark          mark   = {0};
  EchoicFingerprint   f      = {0U};
  echoic_fingerprint_take(&p, &l, &mark);
  ck_assert(echoic_fingerprint_read(mark.fingerprint, &f));
  for (size_t i = 0U; i < 6U; ++i) {
    const size_t first = 12000U + i;
    float* const x     = whistle(5300.0, first, 2U * n);
    const double at_s  = (double)first / made_hz;
    double       found = 0.0;
    ck_assert(compare(&f, x, 2U * n, made_hz, at_s, &found) > 7.0F);
    ck_assert_double_lt(fabs(found - at_s), 0.4 / ECHOIC_SIGNS_HZ);
    free(x);
  }
  free(taught);
}
END_TEST

/// Two tones of one pitch agree at every period: that says nothing
START_TEST(test_tones)
{
  const double        rate  = 48000.0;
  const size_t        n     = (size_t)(1.5 * rate);
  float* const        x     = (float*)calloc(n, sizeof(float));
  const EchoicPassage p     = {x, n, rate};
  const EchoicLesson  l     = {.onset = 4800U, .end = 48000U};
  EchoicMark          mark  = {0};
  EchoicFingerprint   f     = {0U};
  double              found = 0.0;
  ck_assert_ptr_nonnull(x);
  for (size_t i = 0U; i < n; ++i) {
    x[i] = 0.5F * sinf(6.283185307F * 0.02F * (float)(i % 100U));
  }

  echoic_fingerprint_take(&p, &l, &mark);
  ck_assert(echoic_fingerprint_read(mark.fingerprint, &f));
  ck_assert(compare(&f, x, n, rate, 0.2, &found) < 3.0F);
  free(x);
}
END_TEST

/// Silence has none, nor have a few words; what comes from a file may be wrong
START_TEST(test_none)
{
  static float        x[48000];
  const EchoicPassage p    = {x, 48000U, 48000.0};
  EchoicLesson        l    = {.onset = 100U, .end = 47000U};
  EchoicMark          mark = {0};
  EchoicFingerprint   f    = {0U};
  memset(mark.fingerprint, 7, sizeof(mark.fingerprint));
  echoic_fingerprint_take(&p, &l, &mark);
  ck_assert(!echoic_fingerprint_read(mark.fingerprint, &f));
  for (uint32_t i = 0U; i < 48000U; ++i) {
    x[i] = (float)(i * i % 1009U) / 1009.0F;
  }
  l.end = 48000U * 2U; // Beyond the passage
  echoic_fingerprint_take(&p, &l, &mark);
  ck_assert(echoic_fingerprint_read(mark.fingerprint, &f));
  l.end = 100U + (12U * 200U);
  echoic_fingerprint_take(&p, &l, &mark);
  ck_assert(!echoic_fingerprint_read(mark.fingerprint, &f));

  memset(mark.fingerprint, 255, sizeof(mark.fingerprint));
  ck_assert(!echoic_fingerprint_read(mark.fingerprint, &f));
  memset(mark.fingerprint, 250, sizeof(mark.fingerprint));
  ck_assert(echoic_fingerprint_read(mark.fingerprint, &f));
  ck_assert_uint_eq(f.at[63], 249U);
}
END_TEST

/// Teach two jingles by one example each
static EchoicModel*
teach(void)
{
  const double       rate  = made_hz;
  const size_t       size  = 1U << 19U;
  float* const       ring  = noise(size, rate, 1e-4, 3U);
  EchoicModel* const model = echoic_model_new();
  EchoicError        error = {ECHOIC_OK, ""};
  echoic_model_begin(model);
  for (uint32_t s = 0U; s < 2U; ++s) {
    const double        at_s  = 2.0 + (4.0 * s);
    const EchoicPreroll heard = {ring, size - 1U, size};
    const EchoicAsk     ask   = {ECHOIC_ASK_EXAMPLE,
                                 s,
                                 {(uint64_t)((at_s - 0.05) * rate),
                                  (uint64_t)((at_s + length_s + 0.05) * rate)},
                                 heard};
    play(ring, s + 1U, at_s, 1.0F);
    ck_assert_int_eq(echoic_model_add_sound(model, s ? "b" : "a"), (int)s);
    ck_assert_msg(
      !echoic_tutor_hear(model, rate, s, &ask, &error), "%s", error.text);
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

int
main(void)
{
  Suite* const suite = suite_create("fingerprint");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 300.0);
  tcase_add_loop_test(tc, test_match, 0, n_rates);
  tcase_add_test(tc, test_upside_down);
  tcase_add_test(tc, test_tones);
  tcase_add_test(tc, test_none);
  tcase_add_test(tc, test_said);
  tcase_add_loop_test(tc, test_engine, is_slow() ? 3 : 2, is_slow() ? 4 : 5);
  tcase_add_loop_test(tc, test_loud, is_slow() ? 3 : 2, is_slow() ? 4 : 5);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
