// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_rate.h"

#include "dsp/teach_stats.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static const double known_peaks   = 5.0;   ///< Weight of what is known before
static const double known_scale   = 0.08;  ///< Score
static const float  maybe_itself  = 0.7F;  ///< Of the sound's own score
static const float  least_score   = 0.2F;  ///< Of a candidate
static const double least_heard_s = 5.0;   ///< To rest on, without candidates
static const float  least_energy  = 0.01F; ///< Of z; of silence it is 0

/// Candidates in the background
typedef struct {
  EchoicNumbers joined;
  double        seconds; ///< Heard for them
  double        sound_s; ///< Of what isn't silence, in clean copies
} Peaks;

static bool
is_sound(const EchoicTrack* const track, const uint32_t frame)
{
  float energy = 0.0F;
  for (uint32_t i = 0U; i < ECHOIC_N_EMBEDDED; ++i) {
    const float z = track->z[((size_t)frame * ECHOIC_N_EMBEDDED) + i];
    energy += z * z;
  }

  return energy > least_energy;
}

static bool
collect(const EchoicScores* const      s,
        const uint32_t                 lesson,
        const EchoicCalibration* const c,
        Peaks* const                   peaks)
{
  for (uint32_t t = 0U; t < s->heard->n_tracks; ++t) {
    const EchoicTrack* const track = &s->heard->tracks[t];
    const uint32_t           n     = track->n_frames;
    for (uint32_t k = 0U; k < n; ++k) {
      float joined = 0.0F;
      if (echoic_scores_is_own(s, lesson, t, k)) {
        continue;
      }
      peaks->seconds += ECHOIC_HOP_S;
      peaks->sound_s += !track->copy && is_sound(track, k) ? ECHOIC_HOP_S : 0.0;
      if (echoic_scores_candidate(s, lesson, t, k, least_score, &joined) &&
          joined < maybe_itself * c->positive &&
          !echoic_numbers_add(&peaks->joined, joined)) {
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
  Peaks                peaks = {{0U, 0U, NULL}, 1.0, 0.0};
  EchoicNumbers* const list  = &peaks.joined;
  if (!collect(scores, lesson, c, &peaks)) {
    free(list->values);
    return ECHOIC_NO_MEMORY;
  }

  const double n = (double)(list->n - (list->n / 2U)); // Above the median
  rate->middle   = (double)least_score;
  rate->scale    = known_scale;
  if (list->n) {
    rate->middle = (double)echoic_quantile(list->values, list->n, 0.5F);
    const double upper =
      (double)echoic_quantile(list->values, list->n, 0.75F) - rate->middle;
    rate->scale = ((known_peaks * known_scale) + (n * upper / log(2.0))) /
                  (known_peaks + n);
  }

  rate->is_known       = list->n || peaks.sound_s >= least_heard_s;
  rate->peaks_per_hour = 3600.0 * ((double)list->n + 1.0) / peaks.seconds;
  free(list->values);
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
