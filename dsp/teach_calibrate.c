// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_calibrate.h"

#include "dsp/arbiter.h"
#include "dsp/fingerprint.h"
#include "dsp/teach_profile.h"
#include "dsp/teach_rate.h"
#include "dsp/teach_stats.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define N_COPIES ECHOIC_N_COPIES

static const float  least_positive   = 0.6F;
static const float  most_positive    = 1.1F;
static const float  least_background = 0.3F;
static const float  known_background = 0.4F; ///< Where waveforms are known
static const float  most_background  = 0.8F; ///< Of the positive score
static const float  quartile         = 0.75F;
static const float  rise             = 0.35F; ///< From background to positive
static const float  least_asked      = 0.1F;  ///< Threshold for any rate
static const float  attack_spread_s  = 0.004F;
static const float  least_threshold  = 0.3F;
static const float  most_threshold   = 0.9F;
static const float  above_wrong      = 0.02F;
static const float  half             = 0.5F; ///< May be told by sensitivity
static const double latest_echo_s    = 1.0;
static const float  maybe_again      = 0.9F;  ///< Of the positive score
static const float  alike            = 0.35F; ///< Score of examples that agree
static const float  least_candidate  = 0.2F;  ///< Score

/// One calibration
typedef struct {
  const EchoicScores* scores;
  uint32_t            lesson;
  const EchoicLesson* own;
  float*              values; ///< [N_COPIES most examples] Scratch
  EchoicCalibration*  c;
} Task;

static float
median(float* const values, const size_t n)
{
  return echoic_quantile(values, n, 0.5F);
}

static float
clip(const float x, const float low, const float high)
{
  return fminf(fmaxf(x, low), high);
}

/// Match of a clean example with the other examples (or itself, if alone)
static float
example_match(const Task* const task, const uint32_t e)
{
  const EchoicMark* const mark = task->own->examples[e];
  const uint32_t          t    = mark->clip * N_COPIES;
  return echoic_match(&task->scores->templates[task->lesson],
                      &task->scores->heard->tracks[t].history,
                      echoic_heard_frame(mark->start_s),
                      task->own->n_examples > 1U ? e : UINT32_MAX,
                      true,
                      0.0F);
}

/// Set the positive score from clean examples left out
static void
calibrate_positive(const Task* const task)
{
  const uint32_t n = task->own->n_examples;
  for (uint32_t e = 0U; e < n; ++e) {
    task->values[e] =
      echoic_match_fuse(task->own->left_out[e], example_match(task, e));
  }
  // Left out, an example is judged by n - 1: all n will know it 1/n better
  const float left  = median(task->values, n);
  const float all   = left + (fmaxf(1.0F - left, 0.0F) / (float)n);
  task->c->positive = clip(all, least_positive, most_positive);
  task->c->warnings =
    n > 1U && left < alike ? (uint32_t)ECHOIC_WARN_DISAGREE : 0U;
}

/// Score of a sound at its own example
static float
own_score(const EchoicScores* const s,
          const uint32_t            lesson,
          const EchoicMark* const   mark,
          const uint32_t            track)
{
  const uint32_t n = s->heard->tracks[track].n_frames;
  const uint32_t peak =
    echoic_heard_frame(mark->start_s) + s->lessons[lesson].span;
  float most = 0.0F;
  for (uint32_t k = peak > 3U ? peak - 3U : 0U; k <= peak + 3U && k < n; ++k) {
    most = fmaxf(most, echoic_scores_at(s, lesson, track, k));
  }

  return most;
}

/// Highest candidate inside a mark, less what sound `other` (if it isn't null)
/// explains
static float
mark_peak(const Task* const       task,
          const EchoicMark* const mark,
          const EchoicLesson*     other)
{
  const EchoicScores* const s     = task->scores;
  const uint32_t            t     = mark->clip * N_COPIES; // Clean
  const uint32_t            tail  = (task->own->span / 2U) + 3U;
  const uint32_t            onset = echoic_heard_frame(mark->start_s);
  const uint32_t            first = (uint32_t)(mark->start_s / ECHOIC_HOP_S);
  const uint32_t stop = (uint32_t)(mark->end_s / ECHOIC_HOP_S) + tail;
  const float    cause =
    other ? own_score(s, (uint32_t)(other - s->lessons), mark, t) : 0.0F;
  float peak = 0.0F;
  for (uint32_t k = first; k < stop && k < s->heard->tracks[t].n_frames; ++k) {
    float joined = 0.0F;
    if (echoic_scores_candidate(
          s, task->lesson, t, k, least_candidate, &joined)) {
      if (other && cause > joined) {
        joined -= ECHOIC_EXPLAINED * fminf(cause, ECHOIC_EXPLAINED_MOST) *
                  echoic_profile_response(s->profiles,
                                          s->n_profiles,
                                          task->own->sound,
                                          other->sound,
                                          (int64_t)k - onset);
      }
      peak = fmaxf(peak, joined);
    }
  }

  return peak;
}

/// Return what an example of another sound usually scores: the upper quartile
/// of those that can't be taken to contain the sound itself, 0 if there is none
static float
usual_peak(const Task* const task, const EchoicLesson* const other)
{
  EchoicCalibration* const c    = task->c;
  float* const             list = task->values;
  size_t                   n    = 0U;
  for (uint32_t e = 0U; e < other->n_examples; ++e) {
    const float o = mark_peak(task, other->examples[e], other);
    if (o < most_background * c->positive) {
      list[n++] = o;
    }
    if (o > c->confusion) {
      c->confusion     = o;
      c->confused_with = (int32_t)other->sound;
    }
  }

  return n ? echoic_quantile(list, n, quartile) : 0.0F;
}

/// Find what the other sounds score
static void
find_background(const Task* const task)
{
  const EchoicScores* const s = task->scores;
  EchoicCalibration* const  c = task->c;
  for (uint32_t j = 0U; j < s->n_lessons; ++j) {
    if (j != task->lesson) {
      c->background = fmaxf(c->background, usual_peak(task, &s->lessons[j]));
    }
  }
}

/// Return the highest score of what a user called wrong, 0 if nothing
static float
find_wrong(const Task* const task)
{
  float wrong = 0.0F;
  for (uint32_t e = 0U; e < task->own->n_nots; ++e) {
    wrong = fmaxf(wrong, mark_peak(task, task->own->nots[e], NULL));
  }

  task->c->background = fmaxf(task->c->background, wrong);
  return wrong;
}

/// Take what is heard around the examples of a sound taught alone
static void
find_alone(const Task* const task)
{
  const EchoicScores* const s = task->scores;
  EchoicCalibration* const  c = task->c;
  for (uint32_t t = 0U; t < s->heard->n_tracks; t += N_COPIES) {
    for (uint32_t k = 0U; k < s->heard->tracks[t].n_frames; ++k) {
      float joined = 0.0F;
      if (!echoic_scores_is_own(s, task->lesson, t, k) &&
          echoic_scores_candidate(
            s, task->lesson, t, k, least_candidate, &joined) &&
          joined < most_background * c->positive) {
        c->background = fmaxf(c->background, joined);
      }
    }
  }
}

/// Note how the score of one example rises once more, high enough to be told
/// if the sensitivity is, but not as a second hit would
static bool
hear_echo(const Task* const task, const EchoicMark* const mark)
{
  const EchoicScores* const s = task->scores;
  EchoicCalibration* const  c = task->c;
  const uint32_t            t = mark->clip * N_COPIES; // Clean
  const uint32_t peak = echoic_heard_frame(mark->start_s) + task->own->span;
  const uint32_t stop =
    echoic_heard_frame(mark->end_s) + (task->own->span / 2U) + 3U;
  const uint32_t latest = peak + echoic_heard_frame(latest_echo_s);
  const uint32_t last   = stop < latest ? stop : latest;
  bool           is     = false;
  for (uint32_t k = peak + 4U; k <= last && k < s->heard->tracks[t].n_frames;
       ++k) {
    float joined = 0.0F;
    if (echoic_scores_candidate(
          s, task->lesson, t, k, least_candidate, &joined) &&
        joined >= half * c->threshold && joined < maybe_again * c->positive) {
      const float after = (float)((k - peak) * ECHOIC_HOP_S);
      c->echo_s         = fmaxf(c->echo_s, after);
      c->echo           = fmaxf(c->echo, joined);
      is                = true;
    }
  }

  return is;
}

/// Find out whether most examples seem to hold the sound twice
static void
find_echo(const Task* const task)
{
  const uint32_t n        = task->own->n_examples;
  uint32_t       n_echoes = 0U;
  for (uint32_t e = 0U; e < n; ++e) {
    n_echoes += hear_echo(task, task->own->examples[e]);
  }

  if (2U * n_echoes < n + 1U) {
    task->c->echo_s = 0.0F;
    task->c->echo   = 0.0F;
  }
}

/// Say what rate to expect, or choose the threshold for the rate asked for
static EchoicStatus
calibrate_rate(const EchoicModel* const model, const Task* const task)
{
  EchoicCalibration* const c = task->c;
  const double             most =
    (double)model->sounds[task->own->sound].max_false_alarms_per_hour;
  EchoicRate         rate = {0.0, 0.0, 1.0, false};
  const EchoicStatus st =
    echoic_rate_measure(task->scores, task->lesson, c, &rate);
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
  c->alone = !rate.is_known;
  return ECHOIC_OK;
}

/// Where the attack is after the onset, if the examples agree on it
static void
calibrate_attack(const Task* const task)
{
  const EchoicLesson* const l      = task->own;
  float* const              values = task->values;
  for (uint32_t e = 0U; e < l->n_examples; ++e) {
    values[e] = l->examples[e]->attack_s;
  }
  task->c->attack_s = median(values, l->n_examples);

  for (uint32_t e = 0U; e < l->n_examples; ++e) {
    values[e] = fabsf(l->examples[e]->attack_s - task->c->attack_s);
  }
  const bool agree = median(values, l->n_examples) <= attack_spread_s;

  for (uint32_t e = 0U; e < l->n_examples; ++e) {
    values[e] = l->examples[e]->rise_db;
  }
  task->c->rise_db = agree ? median(values, l->n_examples) : 0.0F;
}

static void
calibrate_level(const Task* const task)
{
  const EchoicLesson* const l = task->own;
  for (uint32_t e = 0U; e < l->n_examples; ++e) {
    task->values[e] = l->examples[e]->level_db;
  }
  task->c->level_db = median(task->values, l->n_examples);
}

/// Return what else is heard may score at least.  Where a single example is
/// known by its waveform, what is the same doesn't need its score: what only
/// resembles it must do so more
static float
usual_background(const EchoicLesson* const l, const double span_s)
{
  const bool is_known =
    l->n_examples == 1U && echoic_fingerprint_serves(l->examples[0], span_s);
  return is_known ? known_background : least_background;
}

bool
echoic_background_is_assumed(const EchoicCalibration* const c)
{
  return c->background == least_background || c->background == known_background;
}

EchoicStatus
echoic_calibrate(const EchoicModel* const  model,
                 const EchoicScores* const scores,
                 const uint32_t            lesson,
                 EchoicCalibration* const  c)
{
  const EchoicLesson* const l      = &scores->lessons[lesson];
  float* const              values = (float*)malloc(
    (size_t)N_COPIES * echoic_scores_most_examples(scores) * sizeof(float));
  const Task task = {scores, lesson, l, values, c};
  if (!values) {
    return ECHOIC_NO_MEMORY;
  }

  memset(c, 0, sizeof(*c));
  c->n_examples    = l->n_examples;
  c->span_s        = (float)l->span_s;
  c->length_s      = (float)l->length_s;
  c->memory_s      = (float)(l->memory * ECHOIC_HOP_S);
  c->background    = usual_background(l, (double)c->span_s);
  c->confused_with = -1;
  calibrate_level(&task);
  calibrate_attack(&task);
  calibrate_positive(&task);
  find_background(&task);
  if (scores->n_lessons == 1U && l->n_examples > 1U) {
    find_alone(&task);
  }

  const float wrong = find_wrong(&task);
  c->threshold = clip(c->background + (rise * (c->positive - c->background)),
                      least_threshold,
                      fmaxf(most_threshold, wrong + above_wrong));
  const EchoicStatus st = calibrate_rate(model, &task);
  find_echo(&task);
  if (c->confused_with >= 0 && c->confusion >= c->threshold) {
    c->warnings |= (uint32_t)ECHOIC_WARN_CONFUSED;
  }
  free(values);
  return st;
}
