// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_DRUM_SONG_H
#define ECHOIC_TESTS_DRUM_SONG_H

/* Kick, snare and hat taught by hits among whatever else is played. */

#include "dsp/teach.h"
#include "dsp/tutor_hear.h"
#include "tests/drum_kit.h"

#include <check.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SONG_RING (1U << 19U) ///< Samples in which the examples are

enum { KICK, SNARE, HAT, N_DRUMS };

/// Add a hit of a drum
static inline void
song_hit(DrumKit* const kit,
         float* const   x,
         const uint32_t drum,
         const float    hat_gain)
{
  static float hat[4800];
  const size_t n = sizeof(hat) / sizeof(float);
  if (drum == HAT) {
    memset(hat, 0, sizeof(hat));
    kit_hat(kit, hat);
    for (size_t i = 0U; i < n; ++i) {
      x[i] += hat_gain * hat[i];
    }
  } else {
    (drum == KICK ? kit_kick : kit_snare)(kit, x);
  }
}

/// Sample at which a step of a song is, 0.25 s apart
static inline size_t
song_step_at(const double rate_hz, const uint32_t step)
{
  return (size_t)((0.5 + (0.25 * step)) * rate_hz);
}

/// Add the hits of a song to it
static inline void
song_add_steps(DrumKit* const kit,
               float* const   x,
               const uint32_t n_steps,
               bool (*is_struck)(uint32_t step, uint32_t drum),
               const float hat_gain)
{
  for (uint32_t i = 0U; i < n_steps; ++i) {
    for (uint32_t s = 0U; s < N_DRUMS; ++s) {
      if (is_struck(i, s)) {
        song_hit(kit, x + song_step_at(kit->rate_hz, i), s, hat_gain);
      }
    }
  }
}

/// Sample at which example `h` is, those of a drum after those of the one
/// before
static inline size_t
song_example_at(const DrumKit* const kit, const uint32_t h)
{
  return (h + 1U) * (size_t)(0.7 * kit->rate_hz);
}

/// Add examples of all drums to a ring
static inline void
song_add_examples(DrumKit* const kit,
                  float* const   ring,
                  const uint32_t n_examples,
                  const float    hat_gain)
{
  for (uint32_t h = 0U; h < N_DRUMS * n_examples; ++h) {
    song_hit(kit, ring + song_example_at(kit, h), h / n_examples, hat_gain);
  }
}

/// Teach the last `n_drums` of them, and only these
static inline EchoicModel*
song_teach(const float* const ring,
           const double       rate_hz,
           const uint32_t     n_drums,
           const uint32_t     n_examples)
{
  static const char* const names[] = {"kick", "snare", "hat"};
  const DrumKit            kit     = {rate_hz, 0U};
  EchoicModel* const       model   = echoic_model_new();
  EchoicError              error   = {ECHOIC_OK, ""};
  const uint32_t           first   = N_DRUMS - n_drums;
  echoic_model_begin(model);
  for (uint32_t h = first * n_examples; h < N_DRUMS * n_examples; ++h) {
    const uint32_t      drum  = h / n_examples;
    const uint32_t      s     = drum - first;
    const uint64_t      onset = song_example_at(&kit, h);
    const uint64_t      end   = onset + (uint64_t)(0.25 * rate_hz);
    const EchoicPreroll heard = {ring, SONG_RING - 1U, SONG_RING};
    const EchoicAsk ask = {ECHOIC_ASK_EXAMPLE, s, {onset - 200U, end}, heard};
    ck_assert_int_eq(echoic_model_add_sound(model, names[drum]), (int)s);
    ck_assert_msg(
      !echoic_tutor_hear(model, rate_hz, s, &ask, &error), "%s", error.text);
  }

  ck_assert_msg(!echoic_teach(model, ECHOIC_N_BANDS, &error), "%s", error.text);
  return model;
}

#endif // ECHOIC_TESTS_DRUM_SONG_H
