// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_SMALL_MODEL_H
#define ECHOIC_TESTS_SMALL_MODEL_H

/* A model small enough to be cut at every byte: two synthetic sounds. */

#include "dsp/model.h"
#include "dsp/teach.h"

#include <check.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SMALL_N_FRAMES 96U ///< About half a second

/// Mel energies of hits of band `band` or so every 32 frames, over quiet noise
static inline void
small_energies(float* const energies, const unsigned band)
{
  for (unsigned f = 0U; f < SMALL_N_FRAMES; ++f) {
    const double age = f % 32U < 8U ? -1.0 : (f % 32U) - 8.0;
    for (unsigned b = 0U; b < ECHOIC_N_BANDS; ++b) {
      const double far   = ((double)b - band) / 3.0;
      const double noise = 1e-6 * (1.0 + ((f * 7U + b * 13U) % 11U));
      const double hit   = age < 0.0 ? 0.0 : exp(-(far * far) - (age / 6.0));
      energies[(f * ECHOIC_N_BANDS) + b] = (float)(noise + (0.1 * hit));
    }
  }
}

/// Add a clip with hits, and mark the first `n_examples` of them
static inline void
small_teach_hits(EchoicModel* const model,
                 const char* const  name,
                 const unsigned     band,
                 const unsigned     n_examples)
{
  static float energies[SMALL_N_FRAMES * ECHOIC_N_BANDS];
  small_energies(energies, band);
  const int32_t sound = echoic_model_add_sound(model, name);
  const int32_t clip  = echoic_model_add_clip(
    model, energies, SMALL_N_FRAMES, ECHOIC_N_BANDS, "hits.wav", 1.5);
  ck_assert_int_ge(sound, 0);
  ck_assert_int_ge(clip, 0);
  for (unsigned i = 0U; i < n_examples; ++i) {
    const double     start = ((32.0 * i) + 8.0) * ECHOIC_HOP_S;
    const EchoicMark mark  = {.kind     = ECHOIC_MARK_EXAMPLE,
                              .clip     = (uint32_t)clip,
                              .sound    = (uint32_t)sound,
                              .start_s  = start,
                              .end_s    = start + (16.0 * ECHOIC_HOP_S),
                              .level_db = -12.5F};
    ck_assert(echoic_model_add_mark(model, &mark));
  }
}

/// Mark the last hit in a clip as not the sound, or all of it as background
static inline void
small_mark(EchoicModel* const   model,
           const EchoicMarkKind kind,
           const uint32_t       clip,
           const uint32_t       sound)
{
  const double     start = kind == ECHOIC_MARK_NOT ? 72.0 * ECHOIC_HOP_S : 0.0;
  const EchoicMark mark  = {.kind     = kind,
                            .clip     = clip,
                            .sound    = sound,
                            .start_s  = start,
                            .end_s    = 88.0 * ECHOIC_HOP_S,
                            .level_db = -20.0F};
  ck_assert(echoic_model_add_mark(model, &mark));
}

/// Teach, or fail the test with the reason
static inline void
small_teach(EchoicModel* const model)
{
  EchoicError error = {ECHOIC_OK, ""};
  ck_assert_msg(!echoic_teach(model, ECHOIC_N_BANDS, &error), "%s", error.text);
}

/// Two sounds, five examples, a NOT mark and background, taught
static inline EchoicModel*
small_model(void)
{
  EchoicModel* const model = echoic_model_new();
  ck_assert_ptr_nonnull(model);
  echoic_model_begin(model);
  small_teach_hits(model, "low", 8U, 2U);
  small_teach_hits(model, "high", 30U, 3U);
  small_mark(model, ECHOIC_MARK_NOT, 0U, 0U);
  small_mark(model, ECHOIC_MARK_BACKGROUND, 1U, UINT32_MAX);
  small_teach(model);
  return model;
}

#endif // ECHOIC_TESTS_SMALL_MODEL_H
