// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* One hit is told once: neither its own second swell is, nor what seems to
   begin in the middle of it. */

#include "dsp/lesson.h"
#include "dsp/teach.h"
#include "tests/short_lesson.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <sndfile.h>
#include <stdlib.h>
#include <string.h>

enum { n_kinds = 3, n_taught = 2 * n_kinds, n_hits = 24 };

static const char* const paths[n_kinds] = {
  "/usr/share/sonic-pi/samples/drum_heavy_kick.flac",
  "/usr/share/sonic-pi/samples/drum_snare_hard.flac",
  "/usr/share/sonic-pi/samples/drum_cymbal_closed.flac"};

static const double rate_hz   = 44100.0; ///< Of the samples
static const double apart_s   = 1.2;
static const double masks_s[] = {0.0, 0.03};

static size_t
onset_of(const uint32_t hit)
{
  return (size_t)((1.0 + (apart_s * hit)) * rate_hz);
}

/// Add a recording to all hits of its kind; false if it isn't there
static bool
add_hits(float* const x, const uint32_t kind)
{
  SF_INFO        info = {0};
  SNDFILE* const file = sf_open(paths[kind], SFM_READ, &info);
  if (!file) {
    printf("skip %s: isn't there (package sonic-pi-samples)\n", paths[kind]);
    return false;
  }

  const size_t n_channels = (size_t)info.channels;
  float* const in =
    (float*)calloc((size_t)info.frames * n_channels, sizeof(float));
  ck_assert_ptr_nonnull(in);
  ck_assert_double_eq((double)info.samplerate, rate_hz);
  sf_readf_float(file, in, info.frames);
  sf_close(file);
  for (uint32_t hit = kind; hit < n_hits; hit += n_kinds) {
    for (size_t i = 0U; i < (size_t)info.frames; ++i) {
      x[onset_of(hit) + i] += 0.7F * in[i * n_channels];
    }
  }

  free(in);
  return true;
}

/// Kick, snare, hat and so on, each by itself, in a ring of a power of two;
/// null if they aren't there
static float*
sequence(const size_t size)
{
  float* const x = (float*)calloc(size, sizeof(float));
  ck_assert_ptr_nonnull(x);
  for (uint32_t kind = 0U; kind < n_kinds; ++kind) {
    if (!add_hits(x, kind)) {
      free(x);
      return NULL;
    }
  }

  return x;
}

/// Teach two hits of each as a button does half a second after them
static EchoicModel*
teach(const float* const x, const size_t size, const double mask_s)
{
  EchoicModel* const model = echoic_model_new();
  EchoicError        error = {ECHOIC_OK, ""};
  const uint64_t     lead  = (uint64_t)(0.02 * rate_hz);
  const uint64_t     tail  = (uint64_t)(0.5 * rate_hz);
  echoic_model_begin(model);
  for (uint32_t hit = 0U; hit < n_taught; ++hit) {
    const uint32_t  sound = hit % n_kinds;
    const uint64_t  at    = onset_of(hit);
    const EchoicAsk ask   = {ECHOIC_ASK_EXAMPLE,
                             sound,
                             {at - lead, at + tail},
                             {x, size - 1U, at + tail}};
    if (hit < n_kinds) {
      ck_assert_int_eq(
        echoic_model_add_sound(model, hit ? (hit > 1U ? "c" : "b") : "a"),
        (int32_t)hit);
      model->sounds[hit].mask_s = (float)mask_s;
    }
    ck_assert_msg(!echoic_tutor_hear(model, rate_hz, sound, &ask, &error),
                  "%s",
                  error.text);
  }

  ck_assert_msg(!echoic_teach(model, ECHOIC_N_BANDS, &error), "%s", error.text);
  return model;
}

START_TEST(test_once)
{
  const size_t size = 1U << 21U;
  float* const x    = sequence(size);
  if (!x) {
    return;
  }

  EchoicModel* const     model = teach(x, size, masks_s[_i / 2]);
  const EchoicEngineSpec spec  = {.rate_hz = rate_hz, .early = _i % 2 == 1};
  const Told told      = hear_as(model, x, onset_of(n_hits), &spec, 256U);
  uint32_t   n[n_hits] = {0U};
  for (uint32_t i = 0U; i < told.n; ++i) {
    const EchoicEvent* const e   = &told.events[i];
    const double             at  = (double)e->onset / rate_hz;
    const uint32_t           hit = (uint32_t)fmax((at - 0.95) / apart_s, 0.0);
    ck_assert_uint_lt(hit, n_hits);
    ck_assert_msg(
      e->sound == hit % n_kinds, "sound %u at %.3f s", e->sound, at);
    ck_assert_msg(!n[hit]++, "sound %u once more at %.3f s", e->sound, at);
  }

  ck_assert_uint_eq(told.n, n_hits);
  free(told.events);
  echoic_model_free(model);
  free(x);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("echo");
  TCase* const tcase = tcase_create("echo");
  tcase_set_timeout(tcase, 60.0);
  tcase_add_loop_test(tcase, test_once, 0, 4);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
