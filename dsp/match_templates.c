// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The examples of the second look, see match.h: their making. */

#include "dsp/match.h"

#include <math.h>
#include <string.h>

#define N_BANDS ECHOIC_N_BANDS
#define MOST ECHOIC_FEATURES_FRAMES

static const uint32_t least_shift  = 3U;   ///< Frames
static const double   most_after_s = 1.0;  ///< Of the whole after the span
static const float    hot_share    = 0.1F; ///< Loudest cells of an example

static uint32_t
count_examples(const EchoicModel* const model, const uint32_t sound)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < model->n_marks; ++i) {
    const EchoicMark* const mark = &model->marks[i];
    n += !mark->removed && mark->sound == sound &&
         mark->kind == ECHOIC_MARK_EXAMPLE;
  }

  return n;
}

static EchoicWindow
sized_window(const double length_s)
{
  const uint32_t n = (uint32_t)lrint(length_s / ECHOIC_HOP_S);
  EchoicWindow   w = {
      0U, 1U + (n / ECHOIC_MATCH_FRAMES), 0U, NULL, NULL, NULL, NULL};
  w.n_frames = (n + w.stride - 1U) / w.stride;
  w.n_frames = w.n_frames > 4U ? w.n_frames : 4U;
  w.n_hot    = (uint32_t)(hot_share * (float)(w.n_frames * N_BANDS));
  return w;
}

/// Frames to both sides of where a sound is expected within which it is sought
static uint32_t
shift_of(const double span_s)
{
  const EchoicWindow span  = sized_window(span_s);
  const uint32_t     shift = span.n_frames * span.stride / 4U;
  return shift > least_shift ? shift : least_shift;
}

uint32_t
echoic_match_aside(const double span_s)
{
  const uint32_t shift = shift_of(span_s);
  return shift < ECHOIC_MATCH_ASIDE ? shift : ECHOIC_MATCH_ASIDE;
}

/// Sizes follow from span and length alone
static EchoicTemplates
sized_templates(const EchoicTemplatesSpec* const spec)
{
  const double whole_s =
    fmax(fmin(spec->length_s, spec->span_s + most_after_s), spec->span_s);
  const EchoicTemplates t = {0U,
                             shift_of(spec->span_s),
                             NULL,
                             sized_window(spec->span_s),
                             sized_window(whole_s),
                             NULL};
  return t;
}

uint32_t
echoic_match_delay(const double span_s, const double length_s)
{
  const EchoicTemplatesSpec spec  = {NULL, 0U, 0U, span_s, length_s};
  const EchoicTemplates     t     = sized_templates(&spec);
  const uint32_t            whole = t.whole.n_frames * t.whole.stride;
  const uint32_t            span  = (uint32_t)lrint(span_s / ECHOIC_HOP_S);
  const uint32_t            last  = whole + t.shift + t.whole.stride;
  return last > span ? last - span : 0U;
}

static size_t
window_bytes(const EchoicWindow* const w, const uint32_t n_examples)
{
  const size_t cells = (size_t)n_examples * w->n_frames * N_BANDS;
  return (2U * echoic_arena_round(cells * sizeof(float))) +
         echoic_arena_round((size_t)n_examples * w->n_hot * sizeof(uint32_t)) +
         echoic_arena_round(n_examples * sizeof(float));
}

size_t
echoic_templates_bytes(const EchoicTemplatesSpec* const spec)
{
  const EchoicTemplates t = sized_templates(spec);
  const uint32_t        n = count_examples(spec->model, spec->sound);
  return window_bytes(&t.span, n) + window_bytes(&t.whole, n) +
         echoic_arena_round(n * sizeof(float));
}

/// Find the loudest cells: the threshold is found by bisection of levels
static void
find_hot(const float* const level,
         const uint32_t     n_cells,
         const uint32_t     n_hot,
         uint32_t* const    hot)
{
  float low  = -30.0F;
  float high = 30.0F;
  for (uint32_t step = 0U; step < 32U; ++step) {
    const float middle = (low + high) / 2.0F;
    uint32_t    n      = 0U;
    for (uint32_t i = 0U; i < n_cells; ++i) {
      n += level[i] > middle;
    }
    low  = n > n_hot ? middle : low;
    high = n > n_hot ? high : middle;
  }

  uint32_t n = 0U;
  for (uint32_t i = 0U; i < n_cells && n < n_hot; ++i) {
    if (level[i] > high) {
      hot[n++] = i;
    }
  }

  for (uint32_t i = 0U; i < n_cells && n < n_hot; ++i) { // Equals, to fill up
    if (level[i] > low && level[i] <= high) {
      hot[n++] = i;
    }
  }
}

/// Keep frame `of` of those just made if the window of an example compares it;
/// the frames from the window's first on come one after the other
static void
keep_frame(const EchoicWindow* const   w,
           const uint32_t              example,
           const uint32_t              frame,
           const EchoicFeatures* const state,
           const uint32_t              of)
{
  if (frame % w->stride == 0U && frame / w->stride < w->n_frames) {
    const size_t size = N_BANDS * sizeof(float);
    const size_t row  = ((size_t)example * w->n_frames) + (frame / w->stride);
    const size_t cell = row * N_BANDS;
    memcpy(w->level + cell, state->level[of], size);
    memcpy(w->above + cell, state->above[ECHOIC_FLUX_LAG + of], size);
  }
}

/// Fill in energies of frames of a clip, of its last for those after it
static void
read_clip(const EchoicClip* const clip,
          const uint32_t          first,
          const uint32_t          n_frames,
          const float* const      energy_of,
          float* const            energies)
{
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const uint32_t k = first + i;
    uint8_t        level[N_BANDS];
    echoic_clip_levels(
      clip, k < clip->n_frames ? k : clip->n_frames - 1U, level);
    for (uint32_t b = 0U; b < N_BANDS; ++b) {
      energies[(i * N_BANDS) + b] = energy_of[level[b]];
    }
  }
}

/// Run the features over a clip up to an example's end and keep its windows,
/// which begin at frame `first`
static void
take_example(const EchoicModel* const     model,
             const uint32_t               clip_index,
             const uint32_t               first,
             const uint32_t               n_bands,
             const float* const           energy_of,
             const uint32_t               example,
             const EchoicTemplates* const t)
{
  const EchoicClip* const clip = &model->clips[clip_index];
  EchoicFeatures          state;
  float                   features[MOST * ECHOIC_N_FEATURES];
  float                   energies[MOST * N_BANDS];
  const uint32_t          span  = t->span.n_frames * t->span.stride;
  const uint32_t          whole = t->whole.n_frames * t->whole.stride;
  const uint32_t          stop  = first + (span > whole ? span : whole);
  echoic_features_reset(&state, n_bands);
  if (echoic_model_clip_begins(model, clip_index)) {
    echoic_features_hear_silence(&state);
  }

  for (uint32_t k = 0U; k < stop; k += state.n_frames) {
    const uint32_t n = stop - k < MOST ? stop - k : MOST;
    read_clip(clip, k, n, energy_of, energies);
    echoic_features_process(&state, energies, n, features);
    for (uint32_t i = first > k ? first - k : 0U; i < n; ++i) {
      keep_frame(&t->span, example, k + i - first, &state, i);
      keep_frame(&t->whole, example, k + i - first, &state, i);
    }
  }
}

static bool
take_window(EchoicArena* const  arena,
            const uint32_t      n_examples,
            EchoicWindow* const w)
{
  const size_t n = (size_t)n_examples * w->n_frames * N_BANDS;
  w->level       = (float*)echoic_arena_take(arena, n, sizeof(float));
  w->above       = (float*)echoic_arena_take(arena, n, sizeof(float));
  w->hot         = (uint32_t*)echoic_arena_take(
    arena, (size_t)n_examples * w->n_hot, sizeof(uint32_t));
  w->energy = (float*)echoic_arena_take(arena, n_examples, sizeof(float));
  return w->level && w->above && w->hot && w->energy;
}

static void
finish_window(const uint32_t example, EchoicWindow* const w)
{
  const uint32_t     cells = w->n_frames * N_BANDS;
  const size_t       first = (size_t)example * cells;
  const float* const level = w->level + first;
  find_hot(level, cells, w->n_hot, w->hot + ((size_t)example * w->n_hot));
  w->energy[example] = echoic_match_centre(w->above + first, cells);
}

static void
fill_windows(const EchoicTemplatesSpec* const spec, EchoicTemplates* const t)
{
  const EchoicModel* const model = spec->model;
  float                    energy_of[256];
  uint32_t                 e = 0U;
  for (uint32_t level = 0U; level < 256U; ++level) {
    energy_of[level] = echoic_level_energy((uint8_t)level);
  }

  for (uint32_t i = 0U; i < model->n_marks; ++i) {
    const EchoicMark* const mark = &model->marks[i];
    if (mark->removed || mark->sound != spec->sound ||
        mark->kind != ECHOIC_MARK_EXAMPLE) {
      continue;
    }

    const double   onset = mark->start_s / ECHOIC_HOP_S;
    const uint32_t first =
      (uint32_t)fmax(rint(onset) - (double)ECHOIC_MATCH_BEFORE, 0.0);
    take_example(model, mark->clip, first, spec->n_bands, energy_of, e, t);
    t->after[e] = (float)(onset - first);
    finish_window(e, &t->span);
    finish_window(e++, &t->whole);
  }
}

bool
echoic_templates_prepare(const EchoicTemplatesSpec* const spec,
                         EchoicMatchRoom* const           room,
                         EchoicArena* const               arena,
                         EchoicTemplates* const           t)
{
  *t            = sized_templates(spec);
  t->room       = room;
  t->n_examples = count_examples(spec->model, spec->sound);
  t->after = (float*)echoic_arena_take(arena, t->n_examples, sizeof(float));
  if (!t->after || !take_window(arena, t->n_examples, &t->span) ||
      !take_window(arena, t->n_examples, &t->whole)) {
    return false;
  }

  fill_windows(spec, t);
  return true;
}
