// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Attacks with the normal window.  Soft hats beneath loud kicks: found where
   they are, not where they aren't, and told once.  A hit in doubt needs its
   own. */

#include "dsp/engine_parts.h"
#include "dsp/strikes.h"
#include "tests/drum_song.h"
#include "tests/short_lesson.h"
#include "tests/suite.h"

#include <check.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { n_examples = 3, n_steps = 48 };

static const double rate_hz = 48000.0;
static const float  hiss    = 0.0005F;
static const float  soft    = 0.5F; ///< Gain of hats, far below kicks
static const double near_s  = 0.015;

/// Decided late and early
static const EchoicEngineSpec specs[] = {{.rate_hz = 48000.0},
                                         {.rate_hz = 48000.0, .early = true}};

/// Teach each sound by some hits that stand alone
static EchoicModel*
teach(const float hat_gain)
{
  DrumKit      kit  = {rate_hz, 77U};
  float* const ring = (float*)calloc(SONG_RING, sizeof(float));
  ck_assert_ptr_nonnull(ring);
  kit_hiss(&kit, ring, SONG_RING, hiss);
  song_add_examples(&kit, ring, n_examples, hat_gain);
  EchoicModel* const model = song_teach(ring, rate_hz, N_DRUMS, n_examples);
  free(ring);
  return model;
}

static size_t
step_at(const uint32_t step)
{
  return song_step_at(rate_hz, step);
}

/// Snares at even steps, kicks at every other odd one
static float*
play_snares(size_t* const n)
{
  DrumKit      kit = {rate_hz, 99U};
  float* const x   = (float*)calloc(*n = step_at(n_steps + 3U), sizeof(float));
  ck_assert_ptr_nonnull(x);
  kit_hiss(&kit, x, *n, hiss);
  for (uint32_t i = 0U; i < n_steps; ++i) {
    if (i % 4U != 1U) {
      song_hit(&kit, x + step_at(i), i % 2U ? KICK : SNARE, soft);
    }
  }

  return x;
}

/// What is struck at a step: kicks and snares in turn, hats with every other
/// one and, sometimes, between them
static bool
is_struck(const uint32_t step, const uint32_t sound)
{
  static const bool eight[8][N_DRUMS] = {{true, false, true},
                                         {false, false, true},
                                         {false, true, false},
                                         {true, false, true},
                                         {true, false, false},
                                         {false, false, true},
                                         {false, true, false},
                                         {false, false, false}};
  return eight[step % 8U][sound];
}

static float*
play(const float hat_gain, size_t* const n)
{
  DrumKit      kit = {rate_hz, 4711U};
  float* const x   = (float*)calloc(*n = step_at(n_steps + 3U), sizeof(float));
  ck_assert_ptr_nonnull(x);
  kit_hiss(&kit, x, *n, hiss);
  song_add_steps(&kit, x, n_steps, is_struck, hat_gain);
  return x;
}

static uint32_t
count_at(const Told* const told, const uint32_t sound, const uint32_t step)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < told->n; ++i) {
    const double off_s =
      ((double)told->events[i].onset - (double)step_at(step)) / rate_hz;
    n += told->events[i].sound == sound && off_s < near_s && off_s > -near_s;
  }

  return n;
}

/// Hats are found with kicks and alone; the loud drums as if there were none
START_TEST(test_found)
{
  size_t             n          = 0U;
  EchoicModel* const model      = teach(soft);
  float* const       x          = play(soft, &n);
  const Told         told       = hear_as(model, x, n, &specs[_i], 256U);
  uint32_t           hats[2][2] = {{0U}}; // [struck][told]
  for (uint32_t i = 0U; i < n_steps; ++i) {
    const uint32_t n_hats = count_at(&told, HAT, i);
    ck_assert_uint_le(n_hats, 1U); // Never twice
    ++hats[is_struck(i, HAT)][n_hats];
    for (uint32_t s = KICK; s < HAT; ++s) {
      ck_assert_uint_eq(count_at(&told, s, i), is_struck(i, s));
    }
  }

  printf("# hats found %u, missed %u, extra %u\n",
         hats[1][1],
         hats[1][0],
         hats[0][1]);
  ck_assert_uint_le(hats[1][0], 2U);
  ck_assert_uint_le(hats[0][1], 2U);
  free(told.events);
  free(x);
  echoic_model_free(model);
}
END_TEST

/// ... and the same in blocks of any size
START_TEST(test_blocks)
{
  static const uint32_t sizes[] = {1U, 64U, 8191U};
  size_t                n       = 0U;
  EchoicModel* const    model   = teach(soft);
  float* const          x       = play(soft, &n);
  check_blocks(model, x, n, &specs[0], sizes[_i]);
  free(x);
  echoic_model_free(model);
}
END_TEST

/// Only far weaker sounds may hide
START_TEST(test_strength)
{
  static _Alignas(ECHOIC_ARENA_ALIGN) unsigned char memory[1 << 20];
  EchoicModel* const model   = teach(_i ? soft : 8.0F);
  EchoicArena        arena   = {memory, sizeof(memory), 0U};
  EchoicStrikes      strikes = {0};
  ck_assert(echoic_strikes_prepare(model, rate_hz, &arena, &strikes));
  ck_assert(echoic_strikes_may_hide(&strikes, HAT, KICK) == (_i == 1));
  ck_assert(echoic_strikes_may_hide(&strikes, HAT, SNARE) == (_i == 1));
  ck_assert(!echoic_strikes_may_hide(&strikes, KICK, SNARE));
  ck_assert(!echoic_strikes_may_hide(&strikes, KICK, HAT));
  ck_assert(echoic_strikes_is_sharp(&strikes, KICK));
  echoic_model_free(model);
}
END_TEST

/// Its attack confirms a hit that its score leaves in doubt; that of another
/// sound doesn't, nor does none
START_TEST(test_confirmed)
{
  size_t             n      = 0U;
  EchoicModel* const model  = teach(soft);
  float* const       x      = play_snares(&n);
  EchoicError        error  = {ECHOIC_OK, ""};
  EchoicEngine*      engine = NULL;
  void*              block  = NULL;
  Told               told   = {0};
  const EchoicSink   sink   = {keep_event, NULL, &told, NULL};
  ck_assert(!echoic_engine_new(model, &specs[0], &engine, &block, &error));
  for (uint32_t i = 0U; i + 1U < n_steps; ++i) {
    const size_t from = i ? step_at(i) + (size_t)(0.2 * rate_hz) : 0U;
    const size_t to   = step_at(i + 1U) + (size_t)(0.2 * rate_hz);
    EchoicEvent  e    = {.onset = step_at(i + 1U), .score = 0.6F};
    e.threshold       = 0.5F;
    echoic_engine_process(engine, x + from, (uint32_t)(to - from), &sink);
    ck_assert(echoic_engine_confirm(engine, SNARE, &e) == (i % 2U != 0U));
    e.score = 0.7F; // No doubt
    ck_assert(echoic_engine_confirm(engine, SNARE, &e));
  }

  free(told.events);
  free(block);
  free(x);
  echoic_model_free(model);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("attacks");
  TCase* const tcase = tcase_create("attacks");
  tcase_set_timeout(tcase, 120.0);
  tcase_add_loop_test(tcase, test_found, 0, 2);
  tcase_add_loop_test(tcase, test_blocks, 0, 3);
  tcase_add_loop_test(tcase, test_strength, 0, 2);
  tcase_add_test(tcase, test_confirmed);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
