// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/lessons.h"

#include "dsp/lesson.h"
#include "dsp/mel.h"
#include "dsp/teach.h"
#include "dsp/teach_fingerprint.h"
#include "dsp/teach_strike.h"
#include "host/audio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double slack_s      = 0.5; ///< That an end may be beyond the file
static const double file_pause_s = 1.0; ///< In a file that is all one example

/// Marks whose contexts overlap, and what becomes their clip
typedef struct {
  EchoicMarked** marked; ///< [n]
  uint32_t       n;
  double         start_s; ///< With context
  double         end_s;
} Group;

/// What stays the same while one file is read
typedef struct {
  EchoicModel* model;
  const char*  path;
  const char*  raw;
  int          channel;
} Lesson;

static double
context_s(const EchoicMarked* const marked)
{
  return marked->kind == ECHOIC_MARK_BACKGROUND ? 0.0 : ECHOIC_CONTEXT_S;
}

static int
compare_starts(const void* const a, const void* const b)
{
  const EchoicMarked* const x  = *(const EchoicMarked* const*)a;
  const EchoicMarked* const y  = *(const EchoicMarked* const*)b;
  const double              sx = x->start_s - context_s(x);
  const double              sy = y->start_s - context_s(y);
  if (sx != sy) {
    return sx < sy ? -1 : 1;
  }

  return (x > y) - (x < y);
}

static EchoicStatus
check_range(const Lesson* const       lesson,
            const EchoicMarked* const marked,
            EchoicError* const        error)
{
  if (marked->start_s >= 0.0 && marked->end_s > marked->start_s) {
    return ECHOIC_OK;
  }

  return echoic_error(error,
                      ECHOIC_BAD_ARG,
                      "%s: %g-%g s is no stretch; the end must come after the "
                      "start, both from 0",
                      lesson->path,
                      marked->start_s,
                      marked->end_s);
}

static EchoicStatus
read_group(const Lesson* const  lesson,
           const Group* const   group,
           EchoicStretch* const stretch,
           EchoicError* const   error)
{
  // One second more than allowed shows that there is too much
  const double       limit = group->start_s + ECHOIC_LESSON_MAX_S + 1.0;
  const EchoicStatus st    = echoic_audio_stretch(lesson->path,
                                               lesson->raw,
                                               lesson->channel,
                                               group->start_s,
                                               fmin(group->end_s, limit),
                                               stretch,
                                               error);
  if (st) {
    return st;
  }

  const size_t max = (size_t)(ECHOIC_LESSON_MAX_S * stretch->rate_hz);
  if (stretch->n_samples <= max) {
    return ECHOIC_OK;
  }

  if (group->n == 1U && !(context_s(group->marked[0]) > 0.0)) {
    stretch->n_samples = max;
    return ECHOIC_OK;
  }

  return echoic_error(error,
                      ECHOIC_BAD_ARG,
                      "%s: more than %g s of examples in one piece; give "
                      "START-END of single sounds",
                      lesson->path,
                      ECHOIC_LESSON_MAX_S);
}

/// Cut a marked stretch to the file: samples from the start of `stretch`
static EchoicStatus
locate(const Lesson* const        lesson,
       const EchoicStretch* const stretch,
       const EchoicMarked* const  marked,
       size_t* const              first,
       size_t* const              last,
       EchoicError* const         error)
{
  const double length_s = (double)stretch->n_file / stretch->rate_hz;
  const double end_s    = fmin(marked->end_s, length_s);
  if (marked->start_s >= length_s ||
      (isfinite(marked->end_s) && marked->end_s > length_s + slack_s)) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "%s: %g-%g s is outside; the recording lasts %.3f s",
                        lesson->path,
                        marked->start_s,
                        marked->end_s,
                        length_s);
  }

  const double start = (double)stretch->start;
  const double n     = (double)stretch->n_samples;
  const double a = fmax(round(marked->start_s * stretch->rate_hz) - start, 0.0);
  const double b = fmin(round(end_s * stretch->rate_hz) - start, n);
  if (!(b > a)) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "%s: %g-%g s holds not one sample; give a longer "
                        "stretch",
                        lesson->path,
                        marked->start_s,
                        marked->end_s);
  }

  *first = (size_t)a;
  *last  = (size_t)b;
  return ECHOIC_OK;
}

/// Say that a stretch is silent, which only a mix may be, if one channel is the
/// negative of another
static EchoicStatus
is_silent(const Lesson* const        lesson,
          const EchoicStretch* const stretch,
          const EchoicMarked* const  marked,
          EchoicError* const         error)
{
  const bool is_mix =
    lesson->channel == ECHOIC_CHANNEL_MIX && stretch->n_channels > 1U;
  return echoic_error(
    error,
    ECHOIC_BAD_ARG,
    "%s: %g-%g s is silent%s; give a stretch in which the sound is heard%s",
    lesson->path,
    marked->start_s,
    fmin(marked->end_s, (double)stretch->n_file / stretch->rate_hz),
    is_mix ? " in the mean of all channels" : "",
    is_mix ? ", or one of them with --channel 1" : "");
}

/// Find the sound and say where it is
static EchoicStatus
find_sound(const Lesson* const        lesson,
           const EchoicStretch* const stretch,
           EchoicMarked* const        marked,
           EchoicError* const         error)
{
  size_t       first = 0U;
  size_t       last  = 0U;
  EchoicStatus st    = locate(lesson, stretch, marked, &first, &last, error);
  if (st) {
    return st;
  }

  EchoicLesson        found   = {0};
  const EchoicPassage passage = {
    stretch->samples, stretch->n_samples, stretch->rate_hz};
  const bool as_is = marked->exact || marked->kind == ECHOIC_MARK_BACKGROUND;
  st               = echoic_lesson_find(&passage,
                          first,
                          last,
                          as_is ? ECHOIC_GIVEN_EXACTLY : ECHOIC_GIVEN_MARKED,
                          isinf(marked->end_s) ? file_pause_s : HUGE_VAL,
                          &found);
  if (st == ECHOIC_NO_MEMORY) {
    return echoic_error(error, st, "%s: out of memory", lesson->path);
  }

  if (st && marked->kind != ECHOIC_MARK_BACKGROUND) {
    return is_silent(lesson, stretch, marked, error);
  }

  const double origin   = (double)stretch->start;
  marked->found_start_s = (origin + (double)found.onset) / stretch->rate_hz;
  marked->found_end_s   = (origin + (double)found.end) / stretch->rate_hz;
  marked->given_s       = (double)(last - first) / stretch->rate_hz;
  marked->peak_db       = found.peak_db;
  marked->level_db      = echoic_lesson_level_db(&passage, &found);
  marked->floor_db      = found.floor_db;
  marked->attack_s      = found.attack_s;
  marked->rise_db       = found.rise_db;
  marked->clipped       = found.clipped;
  marked->paused        = found.paused;
  echoic_fingerprint_take(&passage, &found, &marked->mark);
  return echoic_strike_take(&passage,
                            echoic_lesson_attack(&found, passage.rate_hz),
                            &marked->mark)
           ? ECHOIC_OK
           : echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
}

static EchoicStatus
add_mark(const Lesson* const       lesson,
         const EchoicMarked* const marked,
         const int32_t             clip,
         EchoicError* const        error)
{
  EchoicModel* const model = lesson->model;
  EchoicMark         mark  = marked->mark;
  mark.kind                = marked->kind;
  mark.clip                = (uint32_t)clip;
  mark.sound               = UINT32_MAX;
  mark.start_s  = marked->found_start_s - model->clips[clip].source_s;
  mark.end_s    = marked->found_end_s - model->clips[clip].source_s;
  mark.level_db = marked->level_db;
  mark.attack_s = marked->attack_s;
  mark.rise_db  = marked->rise_db;
  if (marked->kind != ECHOIC_MARK_BACKGROUND) {
    mark.sound = (uint32_t)echoic_model_find(model, marked->sound);
  }

  return echoic_model_add_mark(model, &mark)
           ? ECHOIC_OK
           : echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
}

/// Make a clip of what was read, and its marks
static EchoicStatus
add_clip(const Lesson* const        lesson,
         const Group* const         group,
         const EchoicStretch* const stretch,
         const uint32_t             n_skipped,
         EchoicError* const         error)
{
  const EchoicPassage passage = {
    stretch->samples, stretch->n_samples, stretch->rate_hz};
  float*       energies = NULL;
  uint32_t     n_frames = 0U;
  EchoicStatus st =
    echoic_lesson_energies(&passage, n_skipped, &energies, &n_frames);
  if (st) {
    return echoic_error(error,
                        st,
                        "%s: can't be analysed: %s",
                        lesson->path,
                        echoic_strerror(st));
  }

  const double source_s =
    ((double)stretch->start / stretch->rate_hz) + (n_skipped * ECHOIC_HOP_S);
  const int32_t clip = echoic_model_add_clip(lesson->model,
                                             energies,
                                             n_frames,
                                             echoic_mel_bands(stretch->rate_hz),
                                             lesson->path,
                                             source_s);
  free(energies);
  if (clip < 0) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  for (uint32_t i = 0U; !st && i < group->n; ++i) {
    st = add_mark(lesson, group->marked[i], clip, error);
  }

  return st;
}

static EchoicStatus
add_group(const Lesson* const lesson, Group group, EchoicError* const error)
{
  const EchoicClipStart start = echoic_lesson_start(group.start_s);
  group.start_s               = start.start_s;

  EchoicStretch stretch = {0};
  EchoicStatus  st      = read_group(lesson, &group, &stretch, error);
  for (uint32_t i = 0U; !st && i < group.n; ++i) {
    st = find_sound(lesson, &stretch, group.marked[i], error);
  }

  if (!st) {
    st = add_clip(lesson, &group, &stretch, start.n_skipped, error);
  }

  free(stretch.samples);
  return st;
}

/// Let no background of a group reach beyond a time
static void
cut_background(Group* const group, const double last_s)
{
  group->end_s = 0.0;
  for (uint32_t i = 0U; i < group->n; ++i) {
    EchoicMarked* const marked = group->marked[i];
    if (marked->kind == ECHOIC_MARK_BACKGROUND) {
      marked->end_s = fmin(marked->end_s, fmax(last_s, marked->start_s));
    }
    group->end_s = fmax(group->end_s, marked->end_s + context_s(marked));
  }
}

/// Gather marks from `sorted` while they reach into each other; background
/// gives way to examples where all together is too long for a clip
static Group
next_group(EchoicMarked** const sorted, const uint32_t n)
{
  const double before = sorted[0]->start_s - context_s(sorted[0]);
  Group        group  = {
            sorted, 1U, fmax(before, 0.0), sorted[0]->end_s + context_s(sorted[0])};
  const double most_s = group.start_s + ECHOIC_LESSON_MAX_S - 1.0;
  while (group.n < n) {
    const EchoicMarked* const next    = sorted[group.n];
    const double              begin_s = next->start_s - context_s(next);
    if (begin_s <= group.end_s && next->end_s + context_s(next) > most_s) {
      cut_background(&group, begin_s - ECHOIC_HOP_S);
    }
    if (begin_s > group.end_s) {
      break;
    }
    group.end_s = fmax(group.end_s, next->end_s + context_s(next));
    ++group.n;
    if (group.end_s > most_s) {
      cut_background(&group, most_s);
    }
  }

  return group;
}

static EchoicStatus
add_sound(const Lesson* const       lesson,
          const EchoicMarked* const marked,
          EchoicError* const        error)
{
  int32_t index = -1;
  return marked->kind == ECHOIC_MARK_BACKGROUND
           ? ECHOIC_OK
           : echoic_model_need_sound(
               lesson->model, marked->sound, &index, error);
}

EchoicStatus
echoic_lessons_add(EchoicModel* const  model,
                   const char* const   path,
                   const char* const   raw,
                   const int           channel,
                   EchoicMarked* const marked,
                   const uint32_t      n_marked,
                   EchoicError* const  error)
{
  const Lesson         lesson = {model, path, raw, channel};
  EchoicMarked** const sorted =
    (EchoicMarked**)malloc(((size_t)n_marked + 1U) * sizeof(EchoicMarked*));
  if (!sorted) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  EchoicStatus st = ECHOIC_OK;
  for (uint32_t i = 0U; !st && i < n_marked; ++i) {
    sorted[i] = &marked[i];
    st        = check_range(&lesson, &marked[i], error);
    st        = st ? st : add_sound(&lesson, &marked[i], error);
  }

  if (!st) {
    qsort(sorted, n_marked, sizeof(EchoicMarked*), compare_starts);
  }

  for (uint32_t i = 0U; !st && i < n_marked;) {
    const Group group = next_group(sorted + i, n_marked - i);
    st                = add_group(&lesson, group, error);
    i += group.n;
  }

  free(sorted);
  return st;
}
