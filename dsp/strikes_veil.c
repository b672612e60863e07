// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Which sounds are told by their attacks as well, see strikes.h. */

#include "dsp/strikes_parts.h"

#include <math.h>

#define N_BANDS ECHOIC_SHORT_BANDS

static const float    least_like = 0.85F; ///< What examples score, left out
static const uint32_t first_high = 12U;   ///< Band
static const uint32_t n_others   = 2U;    ///< Hits, at least
static const float    brighter   = 1.5F;  ///< Than others, at least
static const uint32_t look       = 1U;    ///< In which attacks are compared

EchoicAttacks
echoic_strikes_attacks(const EchoicModel* const model, const uint32_t sound)
{
  double        all  = 0.0;
  double        high = 0.0;
  EchoicAttacks a    = {0U, 0.0F, 0.0F};
  for (uint32_t m = 0U; m < model->n_marks; ++m) {
    const EchoicMark* const mark = &model->marks[m];
    if (mark->sound == sound && echoic_strikes_counts(model, mark)) {
      EchoicShape shape;
      double      energy[2] = {0.0, 0.0}; // Below and above
      echoic_strikes_shape(mark, &echoic_strike_views[look], sound, &shape);
      for (uint32_t c = 0U; c < ECHOIC_STRIKE_CELLS; ++c) {
        energy[c % N_BANDS >= first_high] += (double)shape.energy[c];
      }
      if (energy[1] > 0.0) {
        all += log(energy[0] + energy[1]);
        high += log(energy[1]);
        ++a.n;
      }
    }
  }

  if (a.n) {
    a.energy = (float)exp(all / a.n);
    a.high   = (float)exp((high - all) / a.n);
  }

  return a;
}

bool
echoic_strikes_is_hit(const EchoicModel* const model, const uint32_t sound)
{
  static const float hit_s = 0.3F;
  return !model->sounds[sound].removed &&
         model->sounds[sound].calibration.length_s <= hit_s;
}

bool
echoic_strikes_is_veiled(const EchoicModel* const model, const uint32_t sound)
{
  if (!echoic_strikes_is_hit(model, sound) ||
      model->sounds[sound].calibration.positive >= least_like) {
    return false;
  }

  const EchoicAttacks own       = echoic_strikes_attacks(model, sound);
  uint32_t            n         = 0U;
  bool                is_weaker = false;
  for (uint32_t i = 0U; own.n >= 2U && i < model->n_sounds; ++i) {
    if (i != sound && echoic_strikes_is_hit(model, i)) {
      const EchoicAttacks other = echoic_strikes_attacks(model, i);
      if (other.n && own.high < brighter * other.high) {
        return false; // Soon, for nearly all
      }
      n += other.n > 0U;
      is_weaker = is_weaker || (other.n && own.energy < other.energy);
    }
  }

  return is_weaker && n >= n_others;
}
