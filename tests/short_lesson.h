// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_SHORT_LESSON_H
#define ECHOIC_TESTS_SHORT_LESSON_H

/* Percussion is taught as by the buttons of the plugin, and played to an engine
   with the short window. */

#include "dsp/engine.h"
#include "dsp/teach.h"
#include "dsp/tutor_hear.h"
#include "tests/percussion.h"
#include "tests/same_event.h"

#include <check.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/// What an engine told
typedef struct {
  uint32_t     n;
  uint32_t     capacity;
  EchoicEvent* events;    ///< [n]
  double       max_delay; ///< Samples, as declared
} Told;

static inline void
keep_event(void* const context, const EchoicEvent* const event)
{
  Told* const told = (Told*)context;
  if (told->n == told->capacity) {
    told->capacity = (2U * told->capacity) + 64U;
    told->events =
      (EchoicEvent*)realloc(told->events, told->capacity * sizeof(EchoicEvent));
    ck_assert_ptr_nonnull(told->events);
  }

  told->events[told->n++] = *event;
}

/// Teach each hit of some examples; sound i of the model is kinds[i]
static inline EchoicModel*
teach_percussion(const PercussionSpec* const spec, const uint32_t n)
{
  Percussion         p     = percussion_examples(spec, n);
  EchoicModel* const model = echoic_model_new();
  EchoicError        error = {ECHOIC_OK, ""};
  uint64_t           size  = 2U; // A ring that holds it all
  while (size < p.n_samples + (uint64_t)spec->rate_hz) {
    size *= 2U;
  }

  float* const ring = (float*)calloc(size, sizeof(float));
  ck_assert_ptr_nonnull(ring);
  memcpy(ring, p.samples, p.n_samples * sizeof(float));
  echoic_model_begin(model);
  for (size_t h = 0U; h < p.n_hits; ++h) {
    char name[32];
    snprintf(name, sizeof(name), "kind %u", p.hits[h].kind);
    const uint64_t      onset = p.hits[h].onset;
    const int32_t       sound = echoic_model_add_sound(model, name);
    const uint64_t      end   = onset + (uint64_t)(0.4 * spec->rate_hz);
    const EchoicPreroll heard = {ring, size - 1U, p.n_samples};
    const EchoicAsk     ask   = {
            ECHOIC_ASK_EXAMPLE, (uint32_t)sound, {onset - 200U, end}, heard};
    ck_assert_msg(
      !echoic_tutor_hear(model, spec->rate_hz, (uint32_t)sound, &ask, &error),
      "%s",
      error.text);
  }

  ck_assert_msg(!echoic_teach(model, ECHOIC_N_BANDS, &error), "%s", error.text);
  free(ring);
  percussion_free(&p);
  return model;
}

/// Hear something in blocks of one size
static inline Told
hear_as(const EchoicModel* const      model,
        const float* const            samples,
        const size_t                  n,
        const EchoicEngineSpec* const spec,
        const uint32_t                n_block)
{
  EchoicError      error  = {ECHOIC_OK, ""};
  EchoicEngine*    engine = NULL;
  void*            block  = NULL;
  Told             told   = {0};
  const EchoicSink sink   = {keep_event, NULL, &told, NULL};
  ck_assert_msg(
    !echoic_engine_new(model, spec, &engine, &block, &error), "%s", error.text);
  told.max_delay = (double)echoic_engine_max_delay(engine);
  for (size_t i = 0U; i < n; i += n_block) {
    const size_t left = n - i;
    echoic_engine_process(
      engine, samples + i, left < n_block ? (uint32_t)left : n_block, &sink);
  }

  echoic_engine_finish(engine, &sink);
  free(block);
  return told;
}

/// Check that a block size gives the same events as the whole at once
static inline void
check_blocks(const EchoicModel* const      model,
             const float* const            samples,
             const size_t                  n,
             const EchoicEngineSpec* const spec,
             const uint32_t                n_block)
{
  const Told whole = hear_as(model, samples, n, spec, (uint32_t)n);
  const Told parts = hear_as(model, samples, n, spec, n_block);
  ck_assert_uint_eq(parts.n, whole.n);
  for (uint32_t i = 0U; i < whole.n; ++i) {
    check_same_event(&parts.events[i], &whole.events[i]);
  }

  free(parts.events);
  free(whole.events);
}

/// Hear something with the short window
static inline Told
hear_short(const EchoicModel* const model,
           const float* const       samples,
           const size_t             n,
           const double             rate_hz,
           const uint32_t           n_block)
{
  const EchoicEngineSpec spec = {.rate_hz = rate_hz, .is_short = true};
  return hear_as(model, samples, n, &spec, n_block);
}

#endif // ECHOIC_TESTS_SHORT_LESSON_H
