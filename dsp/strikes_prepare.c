// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* How the short window's detector is made of what was taught. */

#include "dsp/mel.h"
#include "dsp/strikes_parts.h"

#include <math.h>

#define N_BANDS ECHOIC_SHORT_BANDS
#define N_LASTING (ECHOIC_STRIKE_LASTING_ROWS * N_BANDS)

static const float    bleed  = 0.05F;  ///< Least share of an attack that is it
static const double   soon_s = 0.03;   ///< After the onset: loudest
static const uint32_t low_before = 4U; ///< Row of a mark's levels

const EchoicStrikeView echoic_strike_views[ECHOIC_STRIKE_TIMES] = {
  {{3U, 6U}, {1U, 2U}, 20.0F, 18.0F, false},
  {{6U, 14U}, {2U, 3U}, 22.0F, 18.0F, false},
  {{14U, ECHOIC_LOW_FRAME}, {3U, 5U}, 30.0F, 25.0F, true}};

bool
echoic_mark_has_strike(const EchoicMark* const mark)
{
  bool has = false;
  for (uint32_t i = N_BANDS; i < ECHOIC_STRIKE_ROWS * N_BANDS; ++i) {
    has = has || mark->strike[i];
  }

  return has;
}

bool
echoic_strikes_counts(const EchoicModel* const model,
                      const EchoicMark* const  mark)
{
  return !mark->removed && mark->kind == ECHOIC_MARK_EXAMPLE &&
         !model->sounds[mark->sound].removed && echoic_mark_has_strike(mark);
}

/// True if a mark says what an attack is not
static bool
is_rival(const EchoicModel* const model, const EchoicMark* const mark)
{
  const bool counts =
    mark->kind == ECHOIC_MARK_BACKGROUND ||
    (mark->kind == ECHOIC_MARK_NOT && !model->sounds[mark->sound].removed);
  return !mark->removed && counts && echoic_mark_has_strike(mark);
}

static uint32_t
count_rivals(const EchoicModel* const model)
{
  uint32_t n = 0U;
  for (uint32_t m = 0U; m < model->n_marks; ++m) {
    n += is_rival(model, &model->marks[m]);
  }

  return n;
}

uint32_t
echoic_strikes_count(const EchoicModel* const model)
{
  uint32_t n = 0U;
  for (uint32_t m = 0U; m < model->n_marks; ++m) {
    n += echoic_strikes_counts(model, &model->marks[m]);
  }

  return n;
}

/// Place of a sound among those that live
static uint32_t
listener_of(const EchoicModel* const model, const uint32_t sound)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < sound; ++i) {
    n += !model->sounds[i].removed;
  }

  return n;
}

size_t
echoic_strikes_bytes(const EchoicModel* const model, const double rate_hz)
{
  const size_t n_rivals = count_rivals(model);
  const size_t n        = echoic_strikes_count(model) + n_rivals;
  const size_t shapes   = echoic_arena_round(n * sizeof(EchoicShape));
  const size_t n_sounds = echoic_model_count_live(model);
  const size_t n_all    = n_sounds + (n_rivals ? 1U : 0U);
  return echoic_short_bytes(rate_hz) + echoic_low_bytes(rate_hz) +
         echoic_arena_round(n_all * N_LASTING * sizeof(float)) +
         echoic_arena_round(n_sounds * sizeof(float)) +
         echoic_arena_round(n_sounds * sizeof(bool)) +
         ((ECHOIC_STRIKE_TIMES + 1U) * shapes);
}

/// Bands below the lowest Nyquist frequency of the examples and of the sound
static uint32_t
common_bands(const EchoicModel* const model, const double rate_hz)
{
  const double taught_hz = model->n_bands < ECHOIC_N_BANDS
                             ? echoic_mel_centre_hz(model->n_bands)
                             : HUGE_VAL;
  const double most_hz   = fmin(taught_hz, rate_hz / 2.0);
  return echoic_short_bands(most_hz);
}

void
echoic_strikes_shape(const EchoicMark* const       mark,
                     const EchoicStrikeView* const look,
                     const uint32_t                sound,
                     EchoicShape* const            shape)
{
  shape->sound = sound;
  for (uint32_t c = 0U; c < ECHOIC_STRIKE_CELLS; ++c) {
    const uint32_t i    = c / N_BANDS;
    const uint32_t b    = c % N_BANDS;
    const bool     fine = look->is_low && i;
    const float    before =
      echoic_level_energy(mark->strike[(fine ? low_before * N_BANDS : 0U) + b]);
    const float after =
      echoic_level_energy(mark->strike[(look->rows[i] * N_BANDS) + b]);
    shape->energy[c] = fmaxf(after - before, bleed * after);
  }
}

static void
add_shapes(EchoicStrikes* const    s,
           const EchoicMark* const mark,
           const uint32_t          sound)
{
  for (uint32_t look = 0U; look < ECHOIC_STRIKE_TIMES; ++look) {
    echoic_strikes_shape(
      mark, &echoic_strike_views[look], sound, &s->shapes[look][s->n_shapes]);
  }

  ++s->n_shapes;
}

/// True if an example is loudest soon after it begins
static bool
is_soon_loudest(const EchoicModel* const model, const EchoicMark* const mark)
{
  const EchoicClip* const clip  = &model->clips[mark->clip];
  const uint32_t          first = (uint32_t)(mark->start_s / ECHOIC_HOP_S);
  const uint32_t          last  = (uint32_t)(mark->end_s / ECHOIC_HOP_S);
  uint32_t                best  = first;
  double                  most  = 0.0;
  for (uint32_t k = first; k <= last && k < clip->n_frames; ++k) {
    float  energies[ECHOIC_N_BANDS];
    double energy = 0.0;
    echoic_clip_energies(clip, k, 1U, energies);
    for (uint32_t b = 0U; b < ECHOIC_N_BANDS; ++b) {
      energy += (double)energies[b];
    }
    best = energy > most ? k : best;
    most = energy > most ? energy : most;
  }

  return (best - first) * ECHOIC_HOP_S <= soon_s;
}

static bool
is_sharp(const EchoicModel* const model, const uint32_t sound)
{
  uint32_t n      = 0U;
  uint32_t n_soon = 0U;
  for (uint32_t m = 0U; m < model->n_marks; ++m) {
    const EchoicMark* const mark = &model->marks[m];
    if (mark->sound == sound && echoic_strikes_counts(model, mark)) {
      ++n;
      n_soon += is_soon_loudest(model, mark);
    }
  }

  return n >= 2U && 4U * n_soon > n;
}

/// Take the arrays for so many attacks; false if they don't fit
static bool
take_space(EchoicStrikes* const s, const size_t n, EchoicArena* const arena)
{
  const size_t n_lasting = (s->n_sounds + s->n_rivals) * N_LASTING;
  bool         fits      = true;
  s->lasting  = (float*)echoic_arena_take(arena, n_lasting, sizeof(float));
  s->strength = (float*)echoic_arena_take(arena, s->n_sounds, sizeof(float));
  s->few      = (EchoicShape*)echoic_arena_take(arena, n, sizeof(EchoicShape));
  s->is_sharp = (bool*)echoic_arena_take(arena, s->n_sounds, sizeof(bool));
  for (uint32_t look = 0U; look < ECHOIC_STRIKE_TIMES; ++look) {
    s->shapes[look] =
      (EchoicShape*)echoic_arena_take(arena, n, sizeof(EchoicShape));
    fits = fits && s->shapes[look];
  }

  return fits && s->lasting && s->strength && s->few && s->is_sharp;
}

/// Find out what is known of each sound from its attacks
static void
describe_sounds(EchoicStrikes* const s, const EchoicModel* const model)
{
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    if (!model->sounds[i].removed) {
      const uint32_t listener = listener_of(model, i);
      const bool     is_hit   = echoic_strikes_is_hit(model, i);
      s->strength[listener] =
        is_hit ? echoic_strikes_attacks(model, i).energy : 0.0F;
      s->is_sharp[listener] = is_hit && is_sharp(model, i);
    }
  }

  echoic_strikes_learn_lasting(s);
}

bool
echoic_strikes_prepare(const EchoicModel* const model,
                       const double             rate_hz,
                       EchoicArena* const       arena,
                       EchoicStrikes* const     s)
{
  const uint32_t n_rivals = count_rivals(model);
  const size_t   n        = (size_t)echoic_strikes_count(model) + n_rivals;
  s->rate_hz              = rate_hz;
  s->n_bands              = common_bands(model, rate_hz);
  s->n_sounds             = echoic_model_count_live(model);
  s->n_rivals             = n_rivals ? 1U : 0U;
  s->n_shapes             = 0U;
  s->front                = echoic_short_prepare(rate_hz, arena);
  s->low                  = echoic_low_prepare(rate_hz, arena);
  if (!s->front || !s->low || !take_space(s, n, arena)) {
    return false;
  }

  for (uint32_t m = 0U; m < model->n_marks; ++m) {
    const EchoicMark* const mark = &model->marks[m];
    if (echoic_strikes_counts(model, mark)) {
      add_shapes(s, mark, listener_of(model, mark->sound));
    } else if (is_rival(model, mark)) {
      add_shapes(s, mark, s->n_sounds);
    }
  }

  describe_sounds(s, model);
  echoic_strikes_reset(s, 0U);
  return true;
}
