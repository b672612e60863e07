// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What still grows of a sound that was found a moment ago: it looks like an
   onset of its own, and isn't another sound. */

#include "dsp/strikes_parts.h"

#include <math.h>

#define N_BANDS ECHOIC_SHORT_BANDS
#define N_ROWS ECHOIC_STRIKE_LASTING_ROWS

static const uint64_t lasts     = 16U; ///< Frames
static const double   with_less = 0.3; ///< Share of the examples

static const uint32_t row_frames[N_ROWS - 1U] = {3U, 6U, 14U};

/// Return one of the rows that are known of an example's attack: three frames,
/// and the longer window
static const float*
row_of(const EchoicStrikes* const s, const uint32_t shape, const uint32_t row)
{
  static const uint32_t looks[N_ROWS]  = {0U, 0U, 1U, 2U};
  static const uint32_t halves[N_ROWS] = {0U, 1U, 1U, 1U};
  return s->shapes[looks[row]][shape].energy + (halves[row] * N_BANDS);
}

/// Return the energy in a cell that most of a sound's examples have, or more:
/// other sounds may be in some
static float
common(const EchoicStrikes* const s, const uint32_t sound, const uint32_t cell)
{
  const uint32_t row  = cell / N_BANDS;
  const uint32_t band = cell % N_BANDS;
  uint32_t       n    = 0U;
  for (uint32_t i = 0U; i < s->n_shapes; ++i) {
    n += s->shapes[0][i].sound == sound;
  }

  const uint32_t wanted = (uint32_t)(with_less * n);
  for (uint32_t i = 0U; i < s->n_shapes; ++i) {
    const float energy = row_of(s, i, row)[band];
    uint32_t    n_less = s->shapes[0][i].sound == sound ? 0U : wanted + 1U;
    for (uint32_t k = 0U; n_less <= wanted && k < s->n_shapes; ++k) {
      const float other = row_of(s, k, row)[band];
      n_less += s->shapes[0][k].sound == sound &&
                (other < energy || (other == energy && k < i));
    }
    if (n_less == wanted) {
      return energy;
    }
  }

  return 0.0F;
}

void
echoic_strikes_learn_lasting(EchoicStrikes* const s)
{
  for (uint32_t sound = 0U; sound < s->n_sounds + s->n_rivals; ++sound) {
    float* const to = s->lasting + (sound * N_ROWS * N_BANDS);
    for (uint32_t c = 0U; c < N_ROWS * N_BANDS; ++c) {
      to[c] = common(s, sound, c);
    }
  }
}

/// Forget what was found at an onset, and long before it
static void
forget(EchoicStrikes* const s, const uint64_t onset)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < s->n_recent; ++i) {
    const EchoicRecentStrike recent = s->recent[i];
    if (recent.onset != onset && recent.onset + lasts >= onset) {
      s->recent[n++] = recent;
    }
  }

  s->n_recent = n;
}

ECHOIC_RT void
echoic_strikes_note(EchoicStrikes* const         s,
                    const uint64_t               onset,
                    const EchoicStrikeFit* const fit)
{
  bool is_first = true;
  for (uint32_t i = 0U; i < fit->n_struck; ++i) {
    const EchoicStruck* const struck = &fit->struck[i];
    if (struck->score < ECHOIC_STRIKE_THRESHOLD) {
      continue;
    }

    if (is_first) {
      forget(s, onset);
      is_first = false;
    }
    if (s->n_recent < ECHOIC_STRIKE_RECENT) {
      const EchoicRecentStrike recent = {
        onset, s->shapes[0][struck->shape].sound, struck->gain};
      s->recent[s->n_recent++] = recent;
    }
  }
}

/// Return the energy `frame` frames after the onset, between those that are
/// known
static float
energy_at(const float* const rows, const uint64_t frame, const uint32_t band)
{
  for (uint32_t i = 0U; i + 1U < N_ROWS - 1U; ++i) {
    const uint32_t first = row_frames[i];
    const uint32_t last  = row_frames[i + 1U];
    if (frame < last) {
      const uint64_t     past = frame > first ? frame - first : 0U;
      const float        part = (float)past / (float)(last - first);
      const float* const row  = rows + (i * N_BANDS) + band;
      return row[0] + (part * (row[N_BANDS] - row[0]));
    }
  }

  return rows[((N_ROWS - 2U) * N_BANDS) + band];
}

ECHOIC_RT void
echoic_strikes_expect(const EchoicStrikes* const s,
                      const uint64_t             onset,
                      const uint32_t             look,
                      EchoicStrikeScene* const   scene)
{
  const EchoicStrikeView* const view = &echoic_strike_views[look];
  for (uint32_t i = 0U; i < s->n_recent; ++i) {
    const EchoicRecentStrike* const r = &s->recent[i];
    const float* const rows = s->lasting + (r->sound * N_ROWS * N_BANDS);
    if (r->onset >= onset || onset - r->onset > lasts) {
      continue;
    }

    for (uint32_t c = 0U; c < ECHOIC_STRIKE_CELLS; ++c) {
      const uint32_t half   = c / N_BANDS;
      const uint32_t band   = c % N_BANDS;
      const uint64_t at     = onset - r->onset + view->frames[half];
      const float    energy = half && view->is_low
                                ? rows[((N_ROWS - 1U) * N_BANDS) + band]
                                : energy_at(rows, at, band);
      scene->before[c]      = fmaxf(scene->before[c], r->gain * energy);
    }
  }
}
