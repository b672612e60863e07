// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach.h"

#include "dsp/embed.h"
#include "dsp/match.h"
#include "dsp/teach_calibrate.h"
#include "dsp/teach_heard.h"
#include "dsp/teach_profile.h"
#include "dsp/teach_readout.h"
#include "dsp/teach_scores.h"
#include "dsp/teach_solve.h"
#include "dsp/teach_span.h"
#include "dsp/teach_stats.h"
#include "dsp/world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_COPIES ECHOIC_N_COPIES

/// One run of teaching
typedef struct {
  EchoicModel*       model;
  uint32_t           n_lessons;
  EchoicLesson*      lessons; ///< [n_lessons]
  EchoicHeard        heard;
  float**            scores;       ///< [n_tracks] of [n_frames][n_lessons]
  EchoicCalibration* calibrations; ///< [n_lessons]
  EchoicTemplates*   templates;    ///< [n_lessons]
  void**             blocks;       ///< [n_lessons] Memory of templates
  EchoicMatchRoom*   room;         ///< Shared by them
  uint32_t           n_profiles;
  EchoicProfile*     profiles; ///< [n_profiles]
  EchoicGraphSpec    graph;
} Session;

static void
session_clear(Session* const s)
{
  for (uint32_t i = 0U; s->lessons && i < s->n_lessons; ++i) {
    free(s->lessons[i].examples);
    free(s->lessons[i].nots);
    free(s->lessons[i].left_out);
  }

  for (uint32_t i = 0U; s->blocks && i < s->n_lessons; ++i) {
    free(s->blocks[i]);
  }

  for (uint32_t i = 0U; s->scores && i < s->heard.n_tracks; ++i) {
    free(s->scores[i]);
  }

  free(s->lessons);
  free(s->scores);
  free(s->calibrations);
  free(s->templates);
  free(s->blocks);
  free(s->room);
  free(s->profiles);
  echoic_heard_clear(&s->heard);
  echoic_graph_spec_clear(&s->graph);
}

/// Collect the marks of one kind that count for a sound
static EchoicStatus
collect_marks(const EchoicModel* const  model,
              const uint32_t            sound,
              const EchoicMarkKind      kind,
              const EchoicMark*** const marks,
              uint32_t* const           n_marks)
{
  const EchoicMark** const list = (const EchoicMark**)calloc(
    (size_t)model->n_marks + 1U, sizeof(EchoicMark*));
  uint32_t n = 0U;
  for (uint32_t i = 0U; list && i < model->n_marks; ++i) {
    const EchoicMark* const mark = &model->marks[i];
    if (!mark->removed && mark->sound == sound && mark->kind == kind) {
      list[n++] = mark;
    }
  }

  *marks   = list;
  *n_marks = n;
  return list ? ECHOIC_OK : ECHOIC_NO_MEMORY;
}

static EchoicStatus
prepare_lesson(const EchoicModel* const model,
               const uint32_t           sound,
               EchoicLesson* const      l,
               EchoicError* const       error)
{
  l->sound = sound;
  if (collect_marks(
        model, sound, ECHOIC_MARK_EXAMPLE, &l->examples, &l->n_examples) ||
      collect_marks(model, sound, ECHOIC_MARK_NOT, &l->nots, &l->n_nots)) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  if (!l->n_examples) {
    return echoic_error(error,
                        ECHOIC_NOT_FOUND,
                        "sound '%s' has no example: give one at least",
                        model->sounds[sound].name);
  }

  l->left_out = (float*)calloc((size_t)l->n_examples * N_COPIES, sizeof(float));
  if (!l->left_out) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  for (uint32_t e = 0U; e < l->n_examples; ++e) { // Until it is solved: scratch
    l->left_out[e] = (float)(l->examples[e]->end_s - l->examples[e]->start_s);
  }

  l->length_s = (double)echoic_quantile(l->left_out, l->n_examples, 0.5F);
  l->span_s   = echoic_span(model, l->examples, l->n_examples);
  l->span     = echoic_heard_frame(l->span_s);
  l->memory   = echoic_span_memory(l->span_s);
  return ECHOIC_OK;
}

static EchoicStatus
prepare_lessons(Session* const s, EchoicError* const error)
{
  const EchoicModel* const model = s->model;
  const size_t             n     = model->n_sounds;
  EchoicStatus             st    = ECHOIC_OK;
  s->lessons = (EchoicLesson*)calloc(n + 1U, sizeof(EchoicLesson));
  s->calibrations =
    (EchoicCalibration*)calloc(n + 1U, sizeof(EchoicCalibration));
  if (!s->lessons || !s->calibrations) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  for (uint32_t i = 0U; !st && i < n; ++i) {
    if (!model->sounds[i].removed) {
      st = prepare_lesson(model, i, &s->lessons[s->n_lessons++], error);
    }
  }

  return st;
}

/// Solve lesson after lesson, those of one duration of memory together
static EchoicStatus
solve(Session* const s, const uint32_t n_bands)
{
  const EchoicWorld* const world  = echoic_world_for(n_bands);
  const bool               is_one = s->model->states == ECHOIC_STATES_GRAPH;
  EchoicStatus             st     = ECHOIC_OK;
  for (uint32_t i = 0U; !st && i < (is_one ? 1U : s->n_lessons); ++i) {
    if (echoic_readout_group(s->lessons, i) == i) {
      const EchoicStatesSpec spec = {s->model->states,
                                     is_one ? &s->model->memory : NULL,
                                     s->lessons[i].memory};
      st =
        echoic_teach_solve(&s->heard, world, s->lessons, s->n_lessons, &spec);
    }
  }

  return st;
}

/// Let the finished readouts hear everything again
static EchoicStatus
listen(Session* const s)
{
  EchoicGraphSpec readout = {.width_in = ECHOIC_N_EMBEDDED};
  EchoicStatus    st      = echoic_readout_add(
    s->model, s->lessons, s->n_lessons, ECHOIC_GRAPH_INPUT, &readout);
  s->scores = (float**)calloc(s->heard.n_tracks, sizeof(float*));
  st        = s->scores ? st : ECHOIC_NO_MEMORY;
  for (uint32_t t = 0U; !st && t < s->heard.n_tracks; ++t) {
    const EchoicTrack* const track = &s->heard.tracks[t];
    const size_t             size  = (size_t)track->n_frames * s->n_lessons;
    s->scores[t] = (float*)malloc((size + 1U) * sizeof(float));
    st = s->scores[t] ? echoic_heard_run(track, &readout, s->scores[t])
                      : ECHOIC_NO_MEMORY;
  }

  echoic_graph_spec_clear(&readout);
  return st;
}

/// Lay out the examples for comparison
static EchoicStatus
prepare_templates(Session* const s, const uint32_t n_bands)
{
  const size_t n = s->n_lessons;
  s->templates   = (EchoicTemplates*)calloc(n, sizeof(EchoicTemplates));
  s->blocks      = (void**)calloc(n, sizeof(void*));
  s->room        = (EchoicMatchRoom*)calloc(1U, sizeof(EchoicMatchRoom));
  for (uint32_t i = 0U; s->templates && s->blocks && s->room && i < n; ++i) {
    const EchoicLesson* const l    = &s->lessons[i];
    const EchoicTemplatesSpec spec = {
      s->model, l->sound, n_bands, l->span_s, l->length_s};
    const size_t bytes = echoic_templates_bytes(&spec);
    s->blocks[i]       = aligned_alloc(ECHOIC_ARENA_ALIGN, bytes);
    EchoicArena arena  = {(unsigned char*)s->blocks[i], bytes, 0U};
    if (!s->blocks[i] ||
        !echoic_templates_prepare(&spec, s->room, &arena, &s->templates[i])) {
      return ECHOIC_NO_MEMORY;
    }
  }

  return s->templates && s->blocks && s->room ? ECHOIC_OK : ECHOIC_NO_MEMORY;
}

static EchoicStatus
calibrate(Session* const s, const uint32_t n_bands)
{
  EchoicScores scores = {
    &s->heard, s->n_lessons, s->lessons, s->scores, NULL, 0U, NULL};
  EchoicStatus st = prepare_templates(s, n_bands);
  if (st ||
      (st = echoic_profiles_make(&scores, &s->profiles, &s->n_profiles))) {
    return st;
  }

  scores.templates  = s->templates;
  scores.n_profiles = s->n_profiles;
  scores.profiles   = s->profiles;
  for (uint32_t i = 0U; !st && i < s->n_lessons; ++i) {
    st = echoic_calibrate(s->model, &scores, i, &s->calibrations[i]);
  }

  return st;
}

static EchoicStatus
teach(Session* const s, const uint32_t n_bands)
{
  EchoicStatus st = ECHOIC_OK;
  if (!s->n_lessons) {
    return ECHOIC_OK;
  }

  if ((st = echoic_heard_prepare(s->model, n_bands, &s->heard)) ||
      (st = solve(s, n_bands)) || (st = listen(s)) ||
      (st = calibrate(s, n_bands)) || (st = echoic_embed_add(&s->graph))) {
    return st;
  }

  return echoic_readout_add(
    s->model, s->lessons, s->n_lessons, ECHOIC_EMBED_ID, &s->graph);
}

static uint32_t
common_bands(const EchoicModel* const model, const uint32_t max_bands)
{
  uint32_t n = max_bands < ECHOIC_N_BANDS ? max_bands : ECHOIC_N_BANDS;
  for (uint32_t i = 0U; i < model->n_clips; ++i) {
    n = model->clips[i].n_bands < n ? model->clips[i].n_bands : n;
  }

  return n;
}

EchoicStatus
echoic_teach(EchoicModel* const model,
             const uint32_t     max_bands,
             EchoicError* const error)
{
  Session        s       = {0};
  const uint32_t n_bands = common_bands(model, max_bands);
  s.model                = model;
  EchoicStatus st        = prepare_lessons(&s, error);
  if (!st && (st = teach(&s, n_bands))) {
    st = echoic_error(error, st, "teaching failed: %s", echoic_strerror(st));
  }

  if (!st) {
    for (uint32_t i = 0U; i < s.n_lessons; ++i) {
      model->sounds[s.lessons[i].sound].calibration = s.calibrations[i];
    }
    echoic_graph_spec_clear(&model->graph);
    free(model->profiles);
    model->graph      = s.graph;
    model->profiles   = s.profiles;
    model->n_profiles = s.n_profiles;
    s.profiles        = NULL;
    model->n_bands    = n_bands;
    memset(&s.graph, 0, sizeof(s.graph));
  }

  session_clear(&s);
  return st;
}
