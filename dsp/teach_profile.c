// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_profile.h"

#include "dsp/teach_stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SIZE ECHOIC_PROFILE_SIZE
#define STEP ECHOIC_PROFILE_STEP

static const int64_t wide           = 3;    ///< Frames on both sides
static const float   least          = 0.1F; ///< A response that counts
static const float   quartile       = 0.25F;
static const float   contains       = 0.8F; ///< Of what the sound itself scores
static const float   least_positive = 0.6F; ///< As in calibration
static const float   most_positive  = 1.1F;

/// Mean over copies of the highest score of `l` around a frame of a clip
static float
response_at(const EchoicScores* const s,
            const uint32_t            l,
            const uint32_t            clip,
            const int64_t             frame)
{
  float sum = 0.0F;
  for (uint32_t copy = 0U; copy < ECHOIC_N_COPIES; ++copy) {
    const uint32_t t    = (clip * ECHOIC_N_COPIES) + copy;
    const int64_t  n    = s->heard->tracks[t].n_frames;
    float          most = -INFINITY;
    for (int64_t k = frame - wide; k <= frame + wide; ++k) {
      if (k >= 0 && k < n) {
        most = fmaxf(most, s->scores[t][((size_t)k * s->n_lessons) + l]);
      }
    }
    sum += isfinite(most) ? most : 0.0F;
  }

  return sum / (float)ECHOIC_N_COPIES;
}

/// Lower quartile of the responses to all examples of `j`
static float
usual_response(const EchoicScores* const s,
               const uint32_t            l,
               const uint32_t            j,
               const uint32_t            tau,
               float* const              values)
{
  const EchoicLesson* const other = &s->lessons[j];
  const EchoicLesson* const own   = &s->lessons[l];
  for (uint32_t e = 0U; e < other->n_examples; ++e) {
    const EchoicMark* const mark     = other->examples[e];
    const double            length_s = mark->end_s - mark->start_s;
    const bool is_over = tau > (uint32_t)(length_s / ECHOIC_HOP_S) + own->span;
    values[e] =
      is_over
        ? 0.0F
        : response_at(
            s, l, mark->clip, (int64_t)echoic_heard_frame(mark->start_s) + tau);
  }

  return echoic_quantile(values, other->n_examples, quartile);
}

/// What a sound scores at its own examples when they are left out
static float
itself(const EchoicLesson* const l, float* const values)
{
  const size_t n = (size_t)ECHOIC_N_COPIES * l->n_examples;
  memcpy(values, l->left_out, n * sizeof(float));
  const float median = echoic_quantile(values, n, 0.5F);
  return fminf(fmaxf(median, least_positive), most_positive);
}

static bool
fill_profile(const EchoicScores* const s,
             const uint32_t            l,
             const uint32_t            j,
             float* const              values,
             EchoicProfile* const      profile)
{
  float most        = 0.0F;
  profile->listener = s->lessons[l].sound;
  profile->source   = s->lessons[j].sound;
  for (uint32_t i = 0U; i < SIZE; ++i) {
    const float c = usual_response(s, l, j, i * STEP, values);
    const float u = fminf(fmaxf(rintf(c / ECHOIC_PROFILE_UNIT), 0.0F), 255.0F);
    profile->response[i] = (uint8_t)u;
    most                 = fmaxf(most, c);
  }

  return most >= least && most < contains * itself(&s->lessons[l], values);
}

EchoicStatus
echoic_profiles_make(const EchoicScores* const s,
                     EchoicProfile** const     profiles,
                     uint32_t* const           n_profiles)
{
  float* const values = (float*)malloc(
    (size_t)ECHOIC_N_COPIES * echoic_scores_most_examples(s) * sizeof(float));
  EchoicProfile* list = NULL;
  uint32_t       n    = 0U;
  bool           ok   = values;
  for (uint32_t l = 0U; ok && l < s->n_lessons; ++l) {
    EchoicProfile* const more = (EchoicProfile*)realloc(
      list, ((size_t)n + s->n_lessons) * sizeof(EchoicProfile));
    ok   = more;
    list = more ? more : list;
    for (uint32_t j = 0U; ok && j < s->n_lessons; ++j) {
      n += j != l && fill_profile(s, l, j, values, &list[n]);
    }
  }

  free(values);
  if (!ok) {
    free(list);
    return ECHOIC_NO_MEMORY;
  }

  *profiles   = list;
  *n_profiles = n;
  return ECHOIC_OK;
}

float
echoic_profile_response(const EchoicProfile* const profiles,
                        const uint32_t             n_profiles,
                        const uint32_t             listener,
                        const uint32_t             source,
                        const int64_t              tau)
{
  for (uint32_t i = 0U; tau >= 0 && i < n_profiles; ++i) {
    if (profiles[i].listener == listener && profiles[i].source == source) {
      const uint64_t index = (uint64_t)tau / STEP;
      return index < SIZE
               ? (float)profiles[i].response[index] * ECHOIC_PROFILE_UNIT
               : 0.0F;
    }
  }

  return 0.0F;
}
