// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_rate.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static const double known_peaks  = 5.0;  ///< Weight of what is known before
static const double known_scale  = 0.08; ///< Score
static const float  maybe_itself = 0.7F; ///< Of the sound's own score
static const float  least_score  = 0.2F; ///< Of a candidate

/// Candidates in the background
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

static bool
collect(const EchoicScores* const      s,
        const uint32_t                 lesson,
        const EchoicCalibration* const c,
        Peaks* const                   peaks)
{
  for (uint32_t t = 0U; t < s->heard->n_tracks; ++t) {
    const uint32_t n = s->heard->tracks[t].n_frames;
    for (uint32_t k = 0U; k < n; ++k) {
      float joined = 0.0F;
      if (echoic_scores_is_own(s, lesson, t, k)) {
        continue;
      }
      peaks->seconds += ECHOIC_HOP_S;
      if (echoic_scores_candidate(
            s, lesson, t, k, least_score, c->match, &joined) &&
          joined < maybe_itself * c->positive && !add_peak(peaks, joined)) {
        return false;
      }
    }
  }

  return true;
}

EchoicStatus
echoic_rate_measure(const EchoicScores* const      scores,
                    const uint32_t                 lesson,
                    const EchoicCalibration* const c,
                    EchoicRate* const              rate)
{
  Peaks peaks = {0U, 0U, NULL, 1.0};
  if (!collect(scores, lesson, c, &peaks)) {
    free(peaks.values);
    return ECHOIC_NO_MEMORY;
  }

  double excess = known_peaks * known_scale;
  double n      = known_peaks;
  rate->middle  = (double)least_score;
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
