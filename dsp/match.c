// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/match.h"

#include <math.h>
#include <string.h>

#define N_BANDS ECHOIC_N_BANDS

static const uint32_t fine_frames = 64U;   ///< Longest span at every frame
static const uint32_t least_shift = 3U;    ///< Frames
static const float    least_power = 0.01F; ///< Of a frame, against silence
static const float    hot_share   = 0.1F;  ///< Loudest cells of an example
static const float    useless     = 0.2F;  ///< Match of anything with anything
static const float    least_ratio = 0.05F;
static const float    most_ratio  = 1.2F;

ECHOIC_RT void
echoic_history_add(EchoicHistory* const        h,
                   const EchoicFeatures* const f,
                   const float* const          above)
{
  const size_t at = (size_t)(h->n & h->mask) * N_BANDS;
  memcpy(h->level + at, f->level, sizeof(f->level));
  memcpy(h->gate + at, f->gate, sizeof(f->gate));
  memcpy(h->above + at, above, N_BANDS * sizeof(float));
  ++h->n;
}

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

/// Sizes follow from the span alone
static void
size_templates(const EchoicModel* const model,
               const uint32_t           sound,
               const double             span_s,
               EchoicTemplates* const   t)
{
  const uint32_t span = (uint32_t)lrint(span_s / ECHOIC_HOP_S);
  t->n_examples       = count_examples(model, sound);
  t->stride           = 1U + (span / fine_frames);
  t->n_frames         = (span + t->stride - 1U) / t->stride;
  t->n_frames         = t->n_frames > 4U ? t->n_frames : 4U;
  t->n_hot            = (uint32_t)(hot_share * (float)(t->n_frames * N_BANDS));
}

size_t
echoic_templates_bytes(const EchoicModel* const model,
                       const uint32_t           sound,
                       const double             span_s)
{
  EchoicTemplates t = {0};
  size_templates(model, sound, span_s, &t);
  const size_t cells = (size_t)t.n_frames * N_BANDS;
  return (2U * echoic_arena_round(t.n_examples * cells * sizeof(float))) +
         echoic_arena_round((size_t)t.n_examples * t.n_hot * sizeof(uint32_t)) +
         echoic_arena_round(t.n_examples * sizeof(float)) +
         echoic_arena_round((cells + t.n_hot) * sizeof(float));
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

/// Run the features over a clip up to an example's end and keep its stretch
static void
take_example(const EchoicClip* const clip,
             const uint32_t          onset,
             const uint32_t          n_bands,
             const EchoicTemplates*  t,
             float* const            level,
             float* const            above)
{
  EchoicFeatures state;
  float          features[ECHOIC_N_FEATURES];
  float          energies[N_BANDS];
  const uint32_t first =
    onset > ECHOIC_MATCH_BEFORE ? onset - ECHOIC_MATCH_BEFORE : 0U;
  echoic_features_reset(&state, n_bands);
  uint32_t row = 0U;
  for (uint32_t k = 0U; row < t->n_frames; ++k) {
    const uint32_t at = k < clip->n_frames ? k : clip->n_frames - 1U;
    echoic_clip_energies(clip, at, 1U, energies);
    echoic_features_process(&state, energies, features);
    if (k >= first && (k - first) % t->stride == 0U) {
      const size_t cell = (size_t)row * N_BANDS;
      memcpy(level + cell, state.level, sizeof(state.level));
      memcpy(above + cell, features, N_BANDS * sizeof(float));
      ++row;
    }
  }
}

/// Subtract the mean; return the sum of squares
static float
centre(float* const x, const uint32_t n)
{
  float sum    = 0.0F;
  float energy = 0.0F;
  for (uint32_t i = 0U; i < n; ++i) {
    sum += x[i];
  }

  for (uint32_t i = 0U; i < n; ++i) {
    x[i] -= sum / (float)n;
    energy += x[i] * x[i];
  }

  return energy;
}

bool
echoic_templates_prepare(const EchoicModel* const model,
                         const uint32_t           sound,
                         const double             span_s,
                         const uint32_t           n_bands,
                         EchoicArena* const       arena,
                         EchoicTemplates* const   t)
{
  size_templates(model, sound, span_s, t);
  const uint32_t cells = t->n_frames * N_BANDS;
  const size_t   n     = (size_t)t->n_examples * cells;
  t->level             = (float*)echoic_arena_take(arena, n, sizeof(float));
  t->above             = (float*)echoic_arena_take(arena, n, sizeof(float));
  t->hot               = (uint32_t*)echoic_arena_take(
    arena, (size_t)t->n_examples * t->n_hot, sizeof(uint32_t));
  t->energy = (float*)echoic_arena_take(arena, t->n_examples, sizeof(float));
  t->scratch =
    (float*)echoic_arena_take(arena, (size_t)cells + t->n_hot, sizeof(float));
  if (!t->level || !t->above || !t->hot || !t->energy || !t->scratch) {
    return false;
  }

  uint32_t e = 0U;
  for (uint32_t i = 0U; i < model->n_marks; ++i) {
    const EchoicMark* const mark = &model->marks[i];
    if (mark->removed || mark->sound != sound ||
        mark->kind != ECHOIC_MARK_EXAMPLE) {
      continue;
    }

    float* const   level = t->level + ((size_t)e * cells);
    float* const   above = t->above + ((size_t)e * cells);
    const uint32_t onset =
      (uint32_t)fmax(rint(mark->start_s / ECHOIC_HOP_S), 0.0);
    take_example(&model->clips[mark->clip], onset, n_bands, t, level, above);
    find_hot(level, cells, t->n_hot, t->hot + ((size_t)e * t->n_hot));
    t->energy[e++] = centre(above, cells);
  }

  return true;
}

/// Row of the frame nearest to `frame` that is remembered
static size_t
row_of(const EchoicHistory* const h, const int64_t frame)
{
  const uint64_t oldest = h->n > h->mask ? h->n - h->mask - 1U : 0U;
  uint64_t       k      = frame < (int64_t)oldest ? oldest : (uint64_t)frame;
  k                     = k < h->n ? k : h->n - 1U;
  return (size_t)(k & h->mask) * N_BANDS;
}

/// Correlation of X from frame `first` on with a template that has no mean
static float
correlate(const EchoicTemplates* const t,
          const EchoicHistory* const   h,
          const int64_t                first,
          const float* const           y,
          const float                  energy)
{
  float sum    = 0.0F;
  float square = 0.0F;
  float dot    = 0.0F;
  for (uint32_t f = 0U; f < t->n_frames; ++f) {
    const float* const x =
      h->above + row_of(h, first + ((int64_t)f * t->stride));
    const float* const row = y + ((size_t)f * N_BANDS);
    for (uint32_t b = 0U; b < N_BANDS; ++b) {
      sum += x[b];
      square += x[b] * x[b];
      dot += x[b] * row[b];
    }
  }

  const float n     = (float)(t->n_frames * N_BANDS);
  const float least = least_power * (float)t->n_frames;
  const float own   = fmaxf(square - (sum * sum / n), least);
  return dot / sqrtf(own * fmaxf(energy, least));
}

/// Median by repeated partition (Hoare), reorders `x`
static float
median(float* const x, const uint32_t n)
{
  uint32_t       low  = 0U;
  uint32_t       high = n - 1U;
  const uint32_t k    = n / 2U;
  while (low < high) {
    const float pivot = x[k];
    uint32_t    i     = low;
    uint32_t    j     = high;
    while (i <= j) {
      while (x[i] < pivot) {
        ++i;
      }
      while (pivot < x[j]) {
        --j;
      }
      if (i <= j) {
        const float other = x[i];
        x[i++]            = x[j];
        x[j]              = other;
        j -= j > 0U;
      }
    }
    low  = j < k ? i : low;
    high = k < i ? j : high;
  }

  return x[k];
}

static float
softplus(const float x)
{
  return x > 0.0F ? x + log1pf(expf(-x)) : log1pf(expf(x));
}

/// Match with one example where it lies best: as it would look here
static float
project(const EchoicTemplates* const t,
        const EchoicHistory* const   h,
        const int64_t                first,
        const uint32_t               example)
{
  const uint32_t        cells = t->n_frames * N_BANDS;
  const float* const    level = t->level + ((size_t)example * cells);
  const uint32_t* const hot   = t->hot + ((size_t)example * t->n_hot);
  float* const          y     = t->scratch;
  float* const          gains = t->scratch + cells;
  for (uint32_t i = 0U; i < t->n_hot; ++i) {
    const int64_t frame = first + ((int64_t)(hot[i] / N_BANDS) * t->stride);
    gains[i] = h->level[row_of(h, frame) + (hot[i] % N_BANDS)] - level[hot[i]];
  }

  const float gain = median(gains, t->n_hot);
  for (uint32_t f = 0U; f < t->n_frames; ++f) {
    const float* const gate =
      h->gate + row_of(h, first + ((int64_t)f * t->stride));
    for (uint32_t b = 0U; b < N_BANDS; ++b) {
      const uint32_t i = (f * N_BANDS) + b;
      y[i]             = softplus(level[i] + gain - gate[b]);
    }
  }

  const float energy = centre(y, cells);
  return correlate(t, h, first, y, energy);
}

ECHOIC_RT float
echoic_match(const EchoicTemplates* const t,
             const EchoicHistory* const   h,
             const int64_t                onset,
             const uint32_t               without)
{
  const uint32_t cells = t->n_frames * N_BANDS;
  const int32_t  reach = (int32_t)(t->n_frames * t->stride / 4U);
  const int32_t  shift =
    reach > (int32_t)least_shift ? reach : (int32_t)least_shift;
  float best = -1.0F;
  for (uint32_t e = 0U; e < t->n_examples; ++e) {
    if (e == without) {
      continue;
    }

    int64_t first   = onset;
    float   highest = -2.0F;
    for (int32_t i = -shift; i <= shift; i += (int32_t)t->stride) {
      const int64_t at = onset - (int64_t)ECHOIC_MATCH_BEFORE + i;
      const float   c =
        correlate(t, h, at, t->above + ((size_t)e * cells), t->energy[e]);
      first   = c > highest ? at : first;
      highest = fmaxf(highest, c);
    }
    best = fmaxf(best, project(t, h, first, e));
  }

  return best;
}

ECHOIC_RT float
echoic_match_fuse(const float score, const float match, const float usual)
{
  const float ratio = (match - useless) / (usual - useless);
  return score > 0.0F
           ? cbrtf(score * score * fminf(fmaxf(ratio, least_ratio), most_ratio))
           : 0.0F;
}
