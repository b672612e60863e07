// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Hats in a band, whose examples are full of other instruments: told by their
   attacks as well, and once.  Sounds that aren't covered so aren't. */

#include "dsp/engine_parts.h"
#include "dsp/strikes.h"
#include "tests/drum_song.h"
#include "tests/said.h"
#include "tests/same_event.h"
#include "tests/short_lesson.h"
#include "tests/slow.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { n_examples = 4, n_steps = 96 };

static const double rate_hz  = 48000.0;
static const float  hiss     = 0.0005F;
static const float  hat_gain = 1.0F;
static const double near_s   = 0.025;

/// Decided late and early
static const EchoicEngineSpec specs[] = {{.rate_hz = 48000.0},
                                         {.rate_hz = 48000.0, .early = true}};

/// Add a band: plucked chords of other notes each time, out of step
static void
play_band(DrumKit* const kit, float* const x, const size_t n)
{
  const size_t length = (size_t)(0.45 * rate_hz);
  for (size_t at = 0U; at + length < n;) {
    for (uint32_t tone = 0U; tone < 5U; ++tone) {
      const double f  = 110.0 * pow(2.0, 2.0 + (2.0 * (double)kit_noise(kit)));
      const double a  = 0.06 + (0.05 * (double)kit_noise(kit));
      const double up = 0.02 + (0.015 * (double)kit_noise(kit));
      for (size_t i = 0U; i < length; ++i) {
        const double t = (double)i / rate_hz;
        const double e = (1.0 - exp(-t / up)) * exp(-t / 0.15);
        x[at + i] += (float)(a * e * sin(6.283185307 * f * t));
      }
    }
    at += (size_t)((0.19 + (0.08 * (double)kit_noise(kit))) * rate_hz);
  }
}

/// Teach the last `n_drums` drums in a band, or alone, with hats of a gain
static EchoicModel*
teach_hats(const bool     in_band,
           const uint32_t n_drums,
           const uint32_t n,
           const float    gain)
{
  DrumKit      kit  = {rate_hz, 77U};
  float* const ring = (float*)calloc(SONG_RING, sizeof(float));
  ck_assert_ptr_nonnull(ring);
  kit_hiss(&kit, ring, SONG_RING, hiss);
  song_add_examples(&kit, ring, n, gain);
  if (in_band) {
    play_band(&kit, ring, SONG_RING);
  }

  EchoicModel* const model = song_teach(ring, rate_hz, n_drums, n);
  free(ring);
  return model;
}

static EchoicModel*
teach(const bool in_band, const uint32_t n_drums, const uint32_t n)
{
  return teach_hats(in_band, n_drums, n, hat_gain);
}

static size_t
step_at(const uint32_t step)
{
  return song_step_at(rate_hz, step);
}

/// Kick and snare in turn on even steps, hats on all but those of the snare
static bool
is_struck(const uint32_t step, const uint32_t drum)
{
  return drum == HAT ? step % 4U != 2U : step % 4U == 2U * drum;
}

static float*
play(size_t* const n)
{
  DrumKit      kit = {rate_hz, 4711U};
  float* const x   = (float*)calloc(*n = step_at(n_steps + 3U), sizeof(float));
  ck_assert_ptr_nonnull(x);
  kit_hiss(&kit, x, *n, hiss);
  play_band(&kit, x, *n);
  song_add_steps(&kit, x, n_steps, is_struck, hat_gain);
  return x;
}

static uint32_t
count_at(const Told* const told, const uint32_t step)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < told->n; ++i) {
    const double off_s =
      ((double)told->events[i].onset - (double)step_at(step)) / rate_hz;
    n += told->events[i].sound == HAT && off_s < near_s && off_s > -near_s;
  }

  return n;
}

/// Hats of a song that are told
typedef struct {
  uint32_t n_found;
  uint32_t n_twice;
  uint32_t n_told;
} Hats;

static Hats
count_hats(const Told* const told)
{
  Hats hats = {0U, 0U, 0U};
  for (uint32_t i = 0U; i < n_steps; ++i) {
    const uint32_t n = is_struck(i, HAT) ? count_at(told, i) : 0U;
    hats.n_found += n > 0U;
    hats.n_twice += n > 1U;
  }

  for (uint32_t i = 0U; i < told->n; ++i) {
    hats.n_told += told->events[i].sound == HAT;
  }

  return hats;
}

/// Only what is likely to be covered is taken for it: hats in a band
START_TEST(test_chosen)
{
  EchoicModel* const band  = teach(true, N_DRUMS, n_examples);
  EchoicModel* const clear = teach(false, N_DRUMS, n_examples);
  EchoicModel* const two   = teach(true, 2U, n_examples);
  EchoicModel* const one   = teach(true, N_DRUMS, 1U);
  for (uint32_t s = 0U; s < N_DRUMS; ++s) {
    ck_assert(echoic_strikes_is_veiled(band, s) == (s == HAT));
    ck_assert(!echoic_strikes_is_veiled(clear, s));
    ck_assert(!echoic_strikes_is_veiled(one, s));
    ck_assert(s == 2U || !echoic_strikes_is_veiled(two, s));
  }

  // Forgetting another leaves too few
  ck_assert(band->sounds[HAT].calibration.positive < 0.85F);
  band->sounds[KICK].removed = 1U;
  ck_assert(!echoic_strikes_is_veiled(band, HAT));
  echoic_model_free(band);
  echoic_model_free(clear);
  echoic_model_free(two);
  echoic_model_free(one);
}
END_TEST

/// The brightest, unless it is the strongest
START_TEST(test_strongest)
{
  for (int is_loud = 0; is_loud < 2; ++is_loud) {
    EchoicModel* const model =
      teach_hats(false, N_DRUMS, n_examples, is_loud ? 40.0F : 1.0F);
    for (uint32_t s = 0U; s < N_DRUMS; ++s) {
      model->sounds[s].calibration.positive = 0.84F;
    }
    ck_assert(!echoic_strikes_is_veiled(model, KICK));
    ck_assert(!echoic_strikes_is_veiled(model, SNARE));
    ck_assert(echoic_strikes_is_veiled(model, HAT) == !is_loud);
    model->sounds[HAT].calibration.positive = 0.86F;
    ck_assert(!echoic_strikes_is_veiled(model, HAT));
    echoic_model_free(model);
  }
}
END_TEST

/// A model says which of its sounds these are
START_TEST(test_said)
{
  static const char* const words = "told by its attack as well";
  for (int in_band = 0; in_band < 2; ++in_band) {
    EchoicModel* const model = teach(in_band, N_DRUMS, n_examples);
    char*              text  = NULL;
    say(model, &text);
    const char* const told = strstr(text, words);
    ck_assert(in_band ? told && strstr(text, "\nhat:") < told &&
                          !strstr(told + 1, words)
                      : !told);
    ck_assert(!strstr(text, "\"by_attack\":true") == !in_band);
    free(text);
    echoic_model_free(model);
  }
}
END_TEST

/// Hear the song as if no sound were covered
static Told
hear_plain(const EchoicModel* const      model,
           const float* const            x,
           const size_t                  n,
           const EchoicEngineSpec* const spec)
{
  EchoicError      error  = {ECHOIC_OK, ""};
  EchoicEngine*    engine = NULL;
  void*            block  = NULL;
  Told             told   = {0};
  const EchoicSink sink   = {keep_event, NULL, &told, NULL};
  ck_assert(!echoic_engine_new(model, spec, &engine, &block, &error));
  ck_assert(engine->has_veil && engine->listeners[HAT].is_veiled);
  engine->has_veil                 = false;
  engine->listeners[HAT].is_veiled = false;
  echoic_engine_process(engine, x, (uint32_t)n, &sink);
  echoic_engine_finish(engine, &sink);
  free(block);
  return told;
}

/// More hats than scores tell alone, few where there are none, and none twice;
/// of the other drums the same events
START_TEST(test_found)
{
  size_t             n     = 0U;
  EchoicModel* const model = teach(true, N_DRUMS, n_examples);
  float* const       x     = play(&n);
  const Told         told  = hear_as(model, x, n, &specs[_i], 256U);
  const Told         plain = hear_plain(model, x, n, &specs[_i]);
  const Hats         with  = count_hats(&told);
  const Hats         less  = count_hats(&plain);
  printf("# hats of %d: %u and %u others, %u and %u without attacks\n",
         3 * n_steps / 4,
         with.n_found,
         with.n_told - with.n_found,
         less.n_found,
         less.n_told - less.n_found);
  ck_assert_uint_eq(with.n_twice, 0U);
  ck_assert_uint_ge(with.n_found, less.n_found + 30U);
  ck_assert_uint_ge(with.n_found, 70U);
  ck_assert_uint_le(with.n_told - with.n_found, 7U);
  for (uint32_t i = 0U, k = 0U; i < told.n; ++i) {
    if (told.events[i].sound != HAT) {
      while (k < plain.n && plain.events[k].sound == HAT) {
        ++k;
      }
      ck_assert_uint_lt(k, plain.n);
      check_same_event(&told.events[i], &plain.events[k++]);
    }
  }

  free(told.events);
  free(plain.events);
  free(x);
  echoic_model_free(model);
}
END_TEST

/// ... and the same in blocks of any size, again after a reset
START_TEST(test_blocks)
{
  if (is_slow() && _i != 1) {
    return;
  }

  static const uint32_t sizes[] = {1U, 64U, 8191U};
  size_t                n       = 0U;
  EchoicModel* const    model   = teach(true, N_DRUMS, n_examples);
  float* const          x       = play(&n);
  check_blocks(model, x, n, &specs[0], sizes[_i]);
  free(x);
  echoic_model_free(model);
}
END_TEST

/// Windows may be changed while it plays: no hat is told twice
START_TEST(test_switch)
{
  size_t             n      = 0U;
  EchoicModel* const model  = teach(true, N_DRUMS, n_examples);
  float* const       x      = play(&n);
  EchoicError        error  = {ECHOIC_OK, ""};
  EchoicEngine*      engine = NULL;
  void*              block  = NULL;
  Told               told   = {0};
  const EchoicSink   sink   = {keep_event, NULL, &told, NULL};
  ck_assert(!echoic_engine_new(model, &specs[0], &engine, &block, &error));
  for (size_t i = 0U, k = 0U; i < n; i += 4096U, ++k) {
    const size_t left = n - i;
    echoic_engine_set_short(engine, k / 24U % 2U);
    echoic_engine_process(
      engine, x + i, left < 4096U ? (uint32_t)left : 4096U, &sink);
  }

  echoic_engine_finish(engine, &sink);
  const Hats hats = count_hats(&told);
  printf("# hats: %u, %u others\n", hats.n_found, hats.n_told - hats.n_found);
  ck_assert_uint_eq(hats.n_twice, 0U);
  ck_assert_uint_ge(hats.n_found, 69U);
  free(told.events);
  free(block);
  free(x);
  echoic_model_free(model);
}
END_TEST

/// A score says less exactly where a hit is than its attack: within 50 ms it is
/// the same one, of other sounds within 30
START_TEST(test_near)
{
  EchoicModel* const model  = teach(true, N_DRUMS, n_examples);
  EchoicError        error  = {ECHOIC_OK, ""};
  EchoicEngine*      engine = NULL;
  void*              block  = NULL;
  ck_assert(!echoic_engine_new(model, &specs[0], &engine, &block, &error));
  for (uint32_t s = KICK; s < N_DRUMS; ++s) {
    static const uint64_t onsets[] = {48000U, 96000U, 144000U};
    EchoicListener* const l        = &engine->listeners[s];
    const uint64_t        mask     = s == HAT ? 2400U : 1440U;
    ck_assert(echoic_engine_may_tell(engine, l, 0U));
    for (uint32_t i = 0U; i < 3U; ++i) {
      echoic_listener_strike(l, onsets[i]);
    }
    for (uint32_t i = 0U; i < 3U; ++i) {
      ck_assert(!echoic_engine_may_tell(engine, l, onsets[i] + mask - 1U));
      ck_assert(!echoic_engine_may_tell(engine, l, onsets[i] - mask + 1U));
      ck_assert(echoic_engine_may_tell(engine, l, onsets[i] + mask));
      ck_assert(echoic_engine_may_tell(engine, l, onsets[i] - mask));
    }
  }

  free(block);
  echoic_model_free(model);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("veil");
  TCase* const tcase = tcase_create("veil");
  tcase_set_timeout(tcase, 120.0);
  tcase_add_test(tcase, test_chosen);
  tcase_add_test(tcase, test_strongest);
  tcase_add_test(tcase, test_said);
  tcase_add_loop_test(tcase, test_found, 0, 2);
  tcase_add_loop_test(tcase, test_blocks, 0, 3);
  tcase_add_test(tcase, test_switch);
  tcase_add_test(tcase, test_near);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
