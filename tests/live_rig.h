// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_LIVE_RIG_H
#define ECHOIC_TESTS_LIVE_RIG_H

/* A callback of live sound with its teacher, and music to be heard. */

#include "dsp/gate.h"
#include "dsp/live_parts.h"
#include "dsp/tutor.h"
#include "host/audio.h"
#include "host/live_callback.h"
#include "host/live_notices.h"
#include "host/live_teacher.h"
#include "tests/drum_kit.h"

#include <check.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { rate = 16000, n_samples = 1 << 18, spacing = 7000, max_events = 512 };

static const uint64_t ten_days = 10ULL * 24U * 3600U * 48000U;

/// What came out of a callback
typedef struct {
  uint32_t          n_events;
  EchoicHeard       events[max_events];
  uint32_t          n_notes;
  EchoicNoteMessage notes[2 * max_events];
  float*            out; ///< [n_samples][2]
} Result;

static float*         music; ///< [n_samples] Kick and snare in turn
static EchoicModel*   model;
static EchoicNotices  notices;
static EchoicTeacher* teacher;
static EchoicCallback callback;
static EchoicGateSpec gate = {rate, 0.005, 0.02, 0.05, 0.005, 0.0F, 1.0F};

static inline void
ask(EchoicTutor* const tutor, const uint32_t slot, const uint32_t hit)
{
  const uint64_t      start   = (uint64_t)hit * spacing;
  const EchoicPreroll preroll = {music, n_samples - 1U, 8U * spacing, NULL};
  const EchoicAsk     example = {
        ECHOIC_ASK_EXAMPLE, slot, {start, start + (rate / 4U)}, preroll};
  EchoicError           error = {ECHOIC_OK, ""};
  EchoicDetector* const d     = echoic_tutor_ask(tutor, &example, &error);
  ck_assert_msg(d != NULL, "%s", error.text);
  echoic_detector_free(d);
}

static inline void
set_up_music(void)
{
  DrumKit kit = {rate, 1U};
  music       = (float*)calloc(n_samples, sizeof(float));
  ck_assert_ptr_nonnull(music);
  for (uint32_t i = 1U; (i + 1U) * spacing < n_samples; ++i) {
    if (i % 2U) {
      kit_snare(&kit, music + ((size_t)i * spacing));
    } else {
      kit_kick(&kit, music + ((size_t)i * spacing));
    }
  }
  kit_hiss(&kit, music, n_samples, 0.001F);

  EchoicTutor* const tutor = echoic_tutor_new(rate);
  ck_assert_ptr_nonnull(tutor);
  ask(tutor, 0U, 2U);
  ask(tutor, 1U, 3U);
  ask(tutor, 0U, 4U);
  ask(tutor, 1U, 5U);
  model = echoic_model_copy(echoic_tutor_model(tutor));
  ck_assert_ptr_nonnull(model);
  echoic_tutor_free(tutor);
  echoic_notices_init(&notices);
}

static inline void
tear_down_music(void)
{
  echoic_model_free(model);
  free(music);
}

static inline void
open_callback(const bool is_early)
{
  const EchoicTeacherSpec spec = {
    "/no/such/file", rate, 0.0F, NULL, 0U, &notices};
  EchoicCallbackSpec what  = {0};
  EchoicError        error = {ECHOIC_OK, ""};
  teacher                  = echoic_teacher_new(&spec, model, &error);
  ck_assert_msg(teacher != NULL, "%s", error.text);
  what.rate_hz      = rate;
  what.n_in         = 1U;
  what.channel      = ECHOIC_CHANNEL_MIX;
  what.preroll_s    = 20.0;
  what.min_score    = -HUGE_VAL;
  what.has_notes    = true;
  what.is_early     = is_early;
  what.output.n_in  = 1U;
  what.output.n_out = 2U;
  what.output.gate  = &gate;
  what.output.delay = echoic_teacher_max_delay(teacher) + (rate / 200U) + 1U;
  ck_assert(!echoic_callback_prepare(&callback, &what, &error));
}

static inline void
start_teacher(void)
{
  EchoicError error = {ECHOIC_OK, ""};
  ck_assert(!echoic_teacher_start(teacher, &callback, &error));
}

static inline void
close_callback(void)
{
  EchoicError error = {ECHOIC_OK, ""};
  ck_assert(echoic_teacher_stop(teacher, false, &error));
  echoic_callback_clear(&callback);
  echoic_teacher_free(teacher);
}

static inline void
gather(Result* const result)
{
  result->n_events +=
    (uint32_t)echoic_ring_read(&callback.to_main,
                               result->events + result->n_events,
                               max_events - result->n_events);
  result->n_notes +=
    (uint32_t)echoic_ring_read(&callback.note_queue,
                               result->notes + result->n_notes,
                               (2U * max_events) - result->n_notes);
}

/// Hear the music in blocks of `most` frames or, by chance, fewer
static inline void
hear(Result* const result, const uint32_t most, uint32_t seed)
{
  for (uint32_t i = 0U; i < n_samples;) {
    seed             = (seed * 1664525U) + 1013904223U;
    const uint32_t n = seed % 3U ? most : 1U + ((seed >> 8U) % most);
    const uint32_t k = n < n_samples - i ? n : n_samples - i;
    echoic_callback_run(
      &callback, music + i, result->out + (2U * (size_t)i), k, 0);
    gather(result);
    i += k;
  }

  echoic_callback_finish(&callback);
  gather(result);
}

static inline Result*
new_result(void)
{
  Result* const result = (Result*)calloc(1U, sizeof(Result));
  ck_assert_ptr_nonnull(result);
  result->out = (float*)calloc(2U * (size_t)n_samples, sizeof(float));
  ck_assert_ptr_nonnull(result->out);
  return result;
}

static inline void
free_result(Result* const result)
{
  free(result->out);
  free(result);
}

static inline Result*
run_once(const uint32_t most, const uint32_t seed, const bool is_early)
{
  Result* const result = new_result();
  open_callback(is_early);
  start_teacher();
  hear(result, most, seed);
  close_callback();
  return result;
}

static inline void
expect_same_events(const Result* const a,
                   const Result* const b,
                   const uint64_t      shift)
{
  ck_assert_uint_gt(a->n_events, 20U);
  ck_assert_uint_eq(a->n_events, b->n_events);
  for (uint32_t i = 0U; i < a->n_events; ++i) {
    const EchoicEvent* const x = &a->events[i].event;
    const EchoicEvent* const y = &b->events[i].event;
    ck_assert_uint_eq(x->onset + shift, y->onset);
    ck_assert_uint_eq(x->end + shift, y->end);
    ck_assert_uint_eq(x->decided + shift, y->decided);
    ck_assert(x->score == y->score && x->velocity == y->velocity);
    ck_assert_str_eq(a->events[i].name, b->events[i].name);
  }
}

static inline void
expect_same_notes(const Result* const a,
                  const Result* const b,
                  const uint64_t      shift)
{
  ck_assert_uint_eq(a->n_notes, b->n_notes);
  for (uint32_t i = 0U; i < a->n_notes; ++i) {
    ck_assert_uint_eq(a->notes[i].at + shift, b->notes[i].at);
    ck_assert(!memcmp(a->notes[i].bytes, b->notes[i].bytes, 3U));
  }
}

static inline void
expect_same_sound(const Result* const a, const Result* const b)
{
  ck_assert(!memcmp(a->out, b->out, 2U * (size_t)n_samples * sizeof(float)));
}

#endif // ECHOIC_TESTS_LIVE_RIG_H
