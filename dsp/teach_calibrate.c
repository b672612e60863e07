// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_calibrate.h"

#include "dsp/teach_rate.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define N_COPIES ECHOIC_N_COPIES

static const float least_positive   = 0.6F;
static const float most_positive    = 1.1F;
static const float least_background = 0.3F;
static const float most_background  = 0.8F; ///< Of the positive score
static const float rise             = 0.3F; ///< From background to positive
static const float least_asked      = 0.1F; ///< Threshold for any rate
static const float attack_spread_s  = 0.004F;
static const float least_threshold  = 0.3F;
static const float most_threshold   = 0.9F;

static int
compare_floats(const void* const a, const void* const b)
{
  const float x = *(const float*)a;
  const float y = *(const float*)b;
  return (x > y) - (x < y);
}

static float
median(float* const values, const size_t n)
{
  qsort(values, n, sizeof(float), compare_floats);
  return (values[(n - 1U) / 2U] + values[n / 2U]) / 2.0F;
}

static float
clip(const float x, const float low, const float high)
{
  return fminf(fmaxf(x, low), high);
}

/// Highest score of `lesson` inside a mark, in one copy
static float
mark_peak(const EchoicScores* const s,
          const uint32_t            lesson,
          const EchoicMark* const   mark,
          const uint32_t            copy)
{
  const uint32_t           t     = (mark->clip * N_COPIES) + copy;
  const EchoicTrack* const track = &s->heard->tracks[t];
  const uint32_t           tail  = (s->lessons[lesson].span / 2U) + 3U;
  const uint32_t           first = (uint32_t)(mark->start_s / ECHOIC_HOP_S);
  const uint32_t           stop = (uint32_t)(mark->end_s / ECHOIC_HOP_S) + tail;
  float                    peak = first < track->n_frames ? -INFINITY : 0.0F;
  for (uint32_t k = first; k < stop && k < track->n_frames; ++k) {
    peak = fmaxf(peak, s->scores[t][((size_t)k * s->n_lessons) + lesson]);
  }

  return peak;
}

/// Find the other sound that scores highest, and the highest that counts
static void
find_background(const EchoicScores* const s,
                const uint32_t            lesson,
                EchoicCalibration* const  c)
{
  c->background    = least_background;
  c->confused_with = -1;
  c->confusion     = 0.0F;
  for (uint32_t j = 0U; j < s->n_lessons; ++j) {
    const EchoicLesson* const other = &s->lessons[j];
    for (uint32_t e = 0U; j != lesson && e < other->n_examples; ++e) {
      for (uint32_t copy = 0U; copy < N_COPIES; ++copy) {
        const float o = mark_peak(s, lesson, other->examples[e], copy);
        if (o < most_background * c->positive) {
          c->background = fmaxf(c->background, o);
        }
        if (o > c->confusion) {
          c->confusion     = o;
          c->confused_with = (int32_t)other->sound;
        }
      }
    }
  }

  const EchoicLesson* const own = &s->lessons[lesson];
  for (uint32_t e = 0U; e < own->n_nots; ++e) {
    c->background =
      fmaxf(c->background, mark_peak(s, lesson, own->nots[e], 0U));
  }
}

static float
positive_score(const EchoicLesson* const l, float* const scratch)
{
  const size_t n = (size_t)N_COPIES * l->n_examples;
  memcpy(scratch, l->left_out, n * sizeof(float));
  return clip(median(scratch, n), least_positive, most_positive);
}

/// Where the attack is after the onset, if the examples agree on it
static void
calibrate_attack(const EchoicLesson* const l,
                 float* const              values,
                 EchoicCalibration* const  c)
{
  for (uint32_t e = 0U; e < l->n_examples; ++e) {
    values[e] = l->examples[e]->attack_s;
  }
  c->attack_s = median(values, l->n_examples);

  for (uint32_t e = 0U; e < l->n_examples; ++e) {
    values[e] = fabsf(l->examples[e]->attack_s - c->attack_s);
  }
  const bool agree = median(values, l->n_examples) <= attack_spread_s;

  for (uint32_t e = 0U; e < l->n_examples; ++e) {
    values[e] = l->examples[e]->rise_db;
  }
  c->rise_db = agree ? median(values, l->n_examples) : 0.0F;
}

/// Say what rate to expect, or choose the threshold for the rate asked for
static EchoicStatus
calibrate_rate(const EchoicModel* const  model,
               const EchoicScores* const scores,
               const uint32_t            lesson,
               EchoicCalibration* const  c)
{
  const uint32_t sound = scores->lessons[lesson].sound;
  const double   most  = (double)model->sounds[sound].max_false_alarms_per_hour;
  EchoicRate     rate  = {0.0, 0.0, 1.0};
  const EchoicStatus st =
    echoic_rate_measure(scores, lesson, c->positive, &rate);
  if (st) {
    return st;
  }

  if (most > 0.0) {
    c->threshold =
      (float)fmax(echoic_rate_threshold(&rate, most), (double)least_asked);
  }

  c->margin = c->positive - c->threshold;
  c->false_alarms_per_hour =
    (float)echoic_rate_expected(&rate, (double)c->threshold);
  return ECHOIC_OK;
}

EchoicStatus
echoic_calibrate(const EchoicModel* const  model,
                 const EchoicScores* const scores,
                 const uint32_t            lesson,
                 EchoicCalibration* const  c)
{
  const EchoicLesson* const l      = &scores->lessons[lesson];
  const size_t              n      = (size_t)N_COPIES * l->n_examples;
  float* const              values = (float*)malloc(n * sizeof(float));
  if (!values) {
    return ECHOIC_NO_MEMORY;
  }

  memset(c, 0, sizeof(*c));
  c->n_examples = l->n_examples;
  c->span_s     = (float)l->span_s;
  c->memory_s   = (float)(l->memory * ECHOIC_HOP_S);
  c->positive   = positive_score(l, values);
  for (uint32_t e = 0U; e < l->n_examples; ++e) {
    values[e] = (float)(l->examples[e]->end_s - l->examples[e]->start_s);
  }
  c->length_s = median(values, l->n_examples);
  for (uint32_t e = 0U; e < l->n_examples; ++e) {
    values[e] = l->examples[e]->level_db;
  }
  c->level_db = median(values, l->n_examples);

  calibrate_attack(l, values, c);
  find_background(scores, lesson, c);
  c->threshold = clip(c->background + (rise * (c->positive - c->background)),
                      least_threshold,
                      most_threshold);
  free(values);
  return calibrate_rate(model, scores, lesson, c);
}
