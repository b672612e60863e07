// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_rate.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static const double known_peaks  = 5.0;  ///< Weight of what is known before
static const double known_scale  = 0.08; ///< Score
static const float  maybe_itself = 0.7F; ///< Of the sound's own score

/// Peaks of background
typedef struct {
  size_t n;
  size_t capacity;
  float* values;
  double seconds; ///< Heard for them
} Peaks;

static int
compare_floats(const void* const a, const void* const b)
{
  const float x = *(const float*)a;
  const float y = *(const float*)b;
  return (x > y) - (x < y);
}

static bool
add_peak(Peaks* const peaks, const float value)
{
  if (peaks->n == peaks->capacity) {
    const size_t capacity = peaks->capacity ? 2U * peaks->capacity : 256U;
    float* const more =
      (float*)realloc(peaks->values, capacity * sizeof(float));
    if (!more) {
      return false;
    }
    peaks->values   = more;
    peaks->capacity = capacity;
  }

  peaks->values[peaks->n++] = value;
  return true;
}

/// True if frame `k` can hold a peak of one of the lesson's own examples
static bool
is_own(const EchoicLesson* const l, const uint32_t clip, const uint32_t k)
{
  for (uint32_t e = 0U; e < l->n_examples; ++e) {
    const EchoicMark* const mark  = l->examples[e];
    const uint32_t          first = echoic_heard_frame(mark->start_s);
    const uint32_t          last  = echoic_heard_frame(mark->end_s) + l->span;
    if (mark->clip == clip && k + 4U >= first && k <= last + 4U) {
      return true;
    }
  }

  return false;
}

static bool
is_peak(const float* const scores,
        const uint32_t     n_frames,
        const uint32_t     stride,
        const uint32_t     reach,
        const uint32_t     k)
{
  const float    s     = scores[(size_t)k * stride];
  const uint32_t first = k > reach ? k - reach : 0U;
  for (uint32_t i = first; i <= k + reach && i < n_frames; ++i) {
    const float other = scores[(size_t)i * stride];
    if (other > s || (other == s && i < k)) {
      return false;
    }
  }

  return true;
}

static bool
collect(const EchoicScores* const s,
        const uint32_t            lesson,
        const float               most,
        Peaks* const              peaks)
{
  const EchoicLesson* const l     = &s->lessons[lesson];
  const uint32_t            half  = l->span / 2U;
  const uint32_t            reach = half > 3U ? half : 3U;
  for (uint32_t t = 0U; t < s->heard->n_tracks; ++t) {
    const EchoicTrack* const track  = &s->heard->tracks[t];
    const float* const       scores = s->scores[t] + lesson;
    for (uint32_t k = 0U; k < track->n_frames; ++k) {
      if (is_own(l, track->clip, k)) {
        continue;
      }
      peaks->seconds += ECHOIC_HOP_S;
      const float score = scores[(size_t)k * s->n_lessons];
      if (score < most &&
          is_peak(scores, track->n_frames, s->n_lessons, reach, k) &&
          !add_peak(peaks, score)) {
        return false;
      }
    }
  }

  return true;
}

EchoicStatus
echoic_rate_measure(const EchoicScores* const scores,
                    const uint32_t            lesson,
                    const float               positive,
                    EchoicRate* const         rate)
{
  Peaks peaks = {0U, 0U, NULL, 1.0};
  if (!collect(scores, lesson, maybe_itself * positive, &peaks)) {
    free(peaks.values);
    return ECHOIC_NO_MEMORY;
  }

  double excess = known_peaks * known_scale;
  double n      = known_peaks;
  rate->middle  = 0.0;
  if (peaks.n) {
    qsort(peaks.values, peaks.n, sizeof(float), compare_floats);
    rate->middle = (double)peaks.values[peaks.n / 2U];
  }

  for (size_t i = peaks.n / 2U; i < peaks.n; ++i) {
    excess += (double)peaks.values[i] - rate->middle;
    n += 1.0;
  }

  rate->scale          = excess / n;
  rate->peaks_per_hour = 3600.0 * ((double)peaks.n + 1.0) / peaks.seconds;
  free(peaks.values);
  return ECHOIC_OK;
}

double
echoic_rate_expected(const EchoicRate* const rate, const double threshold)
{
  const double over = fmax(threshold - rate->middle, 0.0) / rate->scale;
  return rate->peaks_per_hour / 2.0 * exp(-over);
}

double
echoic_rate_threshold(const EchoicRate* const rate, const double per_hour)
{
  const double share = 2.0 * per_hour / rate->peaks_per_hour;
  return rate->middle - (rate->scale * log(fmin(share, 1.0)));
}
