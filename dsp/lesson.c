// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/lesson.h"

#include "dsp/arena.h"
#include "dsp/attack.h"
#include "dsp/mel.h"
#include "dsp/teach_trim.h"

#include <math.h>
#include <stdlib.h>

static const float    least_db = -120.0F;
static const double   level_s  = 0.1;    ///< As of events
static const float    clip_at  = 0.999F; ///< Full scale but for the last bits
static const uint32_t lead_frames = 2U;  ///< Half a window

/// Measure a stretch that is the sound as it is, as echoic_trim() does
static EchoicStatus
take_exact(const EchoicExample* const example, EchoicTrim* const trim)
{
  const float* const in     = example->in;
  const size_t       n      = example->n;
  float              peak   = 0.0F;
  size_t             in_row = 0U;
  *trim = (EchoicTrim){0U, n, least_db, least_db, false, false};
  for (size_t i = 0U; i < n; ++i) {
    const float x = fabsf(in[i]);
    peak          = fmaxf(peak, x);
    in_row        = x >= clip_at ? in_row + 1U : 0U;
    trim->clipped = trim->clipped || in_row >= 3U;
  }

  trim->peak_db =
    peak > 0.0F ? fmaxf(20.0F * log10f(peak), least_db) : least_db;
  return peak > 0.0F ? ECHOIC_OK : ECHOIC_NOT_FOUND;
}

/// Find the attack around the onset
static EchoicStatus
find_attack(const EchoicPassage* const passage, EchoicLesson* const lesson)
{
  const size_t margin = echoic_attack_margin(passage->rate_hz);
  const size_t at     = lesson->onset;
  float* const around = (float*)calloc(2U * margin, sizeof(float));
  if (!around) {
    return ECHOIC_NO_MEMORY;
  }

  for (size_t i = 0U; i < 2U * margin; ++i) {
    if (at + i >= margin && at + i - margin < passage->n) {
      around[i] = passage->samples[at + i - margin];
    }
  }

  const EchoicAttack attack = echoic_attack_find(around, passage->rate_hz);
  lesson->attack_s          = (float)(attack.offset_samples / passage->rate_hz);
  lesson->rise_db           = attack.rise_db;
  free(around);
  return ECHOIC_OK;
}

/// Let a sound begin with its attack, unless that is after its end
static void
begin_at_attack(EchoicLesson* const lesson, const double rate_hz)
{
  const int64_t shift = llround((double)lesson->attack_s * rate_hz);
  const int64_t onset = (int64_t)lesson->onset + shift;
  if (lesson->rise_db >= ECHOIC_LEAST_RISE_DB && onset >= 0 &&
      onset < (int64_t)lesson->end) {
    lesson->onset    = (size_t)onset;
    lesson->attack_s = 0.0F;
  }
}

EchoicStatus
echoic_lesson_find(const EchoicPassage* const passage,
                   const size_t               first,
                   const size_t               last,
                   const EchoicGiven          given,
                   const double               pause_s,
                   EchoicLesson* const        lesson)
{
  const double        rate_hz = passage->rate_hz;
  const EchoicExample example = {
    passage->samples + first, first, last - first, rate_hz};
  const EchoicExample all  = {passage->samples, 0U, passage->n, rate_hz};
  EchoicTrim          trim = {0};
  EchoicStatus        st   = ECHOIC_OK;
  switch (given) {
  case ECHOIC_GIVEN_EXACTLY:
    st = take_exact(&example, &trim);
    break;
  case ECHOIC_GIVEN_MARKED:
    st = echoic_trim_marked(&example, pause_s, &trim);
    break;
  case ECHOIC_GIVEN_HEARD:
    st = echoic_trim(&example, pause_s, &trim);
    break;
  case ECHOIC_GIVEN_GONE:
    st = echoic_trim_gone(&all, first, last, &trim);
    break;
  }

  const size_t from = given == ECHOIC_GIVEN_GONE ? 0U : first;
  *lesson           = (EchoicLesson){0};
  lesson->onset     = from + trim.onset;
  lesson->end       = from + trim.end;
  lesson->peak_db   = trim.peak_db;
  lesson->floor_db  = trim.floor_db;
  lesson->clipped   = trim.clipped;
  lesson->paused    = trim.paused;
  st                = st ? st : find_attack(passage, lesson);
  if (!st && given != ECHOIC_GIVEN_EXACTLY) {
    begin_at_attack(lesson, passage->rate_hz);
  }

  return st;
}

float
echoic_lesson_level_db(const EchoicPassage* const passage,
                       const EchoicLesson* const  lesson)
{
  const size_t soon = lesson->onset + (size_t)(level_s * passage->rate_hz);
  const size_t end  = lesson->end < soon ? lesson->end : soon;
  const size_t last = end < passage->n ? end : passage->n;
  float        peak = 0.0F;
  for (size_t i = lesson->onset; i < last; ++i) {
    peak = fmaxf(peak, fabsf(passage->samples[i]));
  }

  return peak > 0.0F ? fmaxf(20.0F * log10f(peak), least_db) : least_db;
}

size_t
echoic_lesson_attack(const EchoicLesson* const lesson, const double rate_hz)
{
  const bool   is_clear = lesson->rise_db >= ECHOIC_LEAST_RISE_DB;
  const double after    = is_clear ? (double)lesson->attack_s * rate_hz : 0.0;
  return (size_t)fmax(round((double)lesson->onset + after), 0.0);
}

/// Make frames until the end of a passage, and silence after it as the engine
static uint32_t
run_mel(EchoicMel* const           mel,
        const EchoicPassage* const passage,
        const uint32_t             n_skipped,
        const size_t               capacity,
        float* const               frames)
{
  static const float silence[64] = {0.0F};

  size_t   pos = 0U;
  uint32_t n   = 0U;
  while (n < capacity &&
         echoic_mel_centre(mel, echoic_mel_frame(mel)) <= passage->n) {
    const size_t       left   = passage->n - pos;
    const float* const in     = left ? passage->samples + pos : silence;
    const size_t       n_in   = !left ? 64U : left < 4096U ? left : 4096U;
    uint32_t           n_used = 0U;
    const bool         ready  = echoic_mel_process(
      mel, in, (uint32_t)n_in, &n_used, frames + (n * (size_t)ECHOIC_N_BANDS));
    pos += left ? n_used : 0U;
    n += ready && echoic_mel_frame(mel) > n_skipped;
  }

  return n;
}

EchoicStatus
echoic_lesson_energies(const EchoicPassage* const passage,
                       const uint32_t             n_skipped,
                       float** const              energies,
                       uint32_t* const            n_frames)
{
  const double length_s = (double)passage->n / passage->rate_hz;
  const size_t capacity = (size_t)(length_s / ECHOIC_HOP_S) + 2U;
  const size_t size     = echoic_mel_bytes(passage->rate_hz, 0U);
  void* const  block =
    aligned_alloc(ECHOIC_ARENA_ALIGN, echoic_arena_round(size));
  float* const frames =
    (float*)malloc(capacity * ECHOIC_N_BANDS * sizeof(float));
  EchoicArena    arena = {(unsigned char*)block, size, 0U};
  EchoicMel*     mel   = NULL;
  EchoicStatus   st    = block && frames
                           ? echoic_mel_prepare(passage->rate_hz, 0U, &arena, &mel)
                           : ECHOIC_NO_MEMORY;
  const uint32_t n =
    st ? 0U : run_mel(mel, passage, n_skipped, capacity, frames);
  free(block);
  if (st || !n) {
    free(frames);
    return st ? st : ECHOIC_BAD_ARG;
  }

  *energies = frames;
  *n_frames = n;
  return ECHOIC_OK;
}

EchoicClipStart
echoic_lesson_start(const double start_s)
{
  const double          frame   = floor(start_s / ECHOIC_HOP_S);
  const bool            is_head = frame < lead_frames;
  const EchoicClipStart start   = {is_head ? 0.0
                                           : (frame - lead_frames) * ECHOIC_HOP_S,
                                 is_head ? 0.0 : frame * ECHOIC_HOP_S,
                                 is_head ? 0U : lead_frames};
  return start;
}
