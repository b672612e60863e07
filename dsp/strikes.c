// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/strikes.h"

#include "dsp/mel.h"

#include <math.h>
#include <string.h>

#define N_BANDS ECHOIC_SHORT_BANDS

static const double lead_s      = 0.001; ///< Of an onset before its frame ends
static const float  most_misfit = 0.55F;
static const float  bleed = 0.05F; ///< Least share of an attack that is it

static const uint32_t low_before = 4U; ///< Row of a mark's levels
static const uint32_t soon       = 3U; ///< Frames, of one onset told twice
static const uint32_t later = 14U; ///< ... of one that disturbs the last look

/// A look at an onset
typedef struct {
  uint32_t frames[ECHOIC_STRIKE_LOOKS]; ///< After the onset
  uint32_t rows[ECHOIC_STRIKE_LOOKS];   ///< Of an example's levels
  float    evidence;                    ///< Needed
  float    more;                        ///< ... for one more sound
  bool     is_low;                      ///< The second through the long window
} Look;

static const Look looks[ECHOIC_STRIKE_TIMES] = {
  {{3U, 6U}, {1U, 2U}, 23.0F, 18.0F, false},
  {{6U, 14U}, {2U, 3U}, 26.0F, 18.0F, false},
  {{14U, ECHOIC_LOW_FRAME}, {3U, 5U}, 35.0F, 25.0F, true}};

bool
echoic_mark_has_strike(const EchoicMark* const mark)
{
  bool has = false;
  for (uint32_t i = N_BANDS; i < ECHOIC_STRIKE_ROWS * N_BANDS; ++i) {
    has = has || mark->strike[i];
  }

  return has;
}

/// True if a mark is an example with an attack, of a sound that lives
static bool
counts(const EchoicModel* const model, const EchoicMark* const mark)
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
    n += counts(model, &model->marks[m]);
  }

  return n;
}

size_t
echoic_strikes_bytes(const EchoicModel* const model, const double rate_hz)
{
  const size_t n      = echoic_strikes_count(model) + count_rivals(model);
  const size_t shapes = echoic_arena_round(n * sizeof(EchoicShape));
  return echoic_short_bytes(rate_hz) + echoic_low_bytes(rate_hz) +
         (ECHOIC_STRIKE_TIMES * shapes);
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

/// What an attack adds to what was there before, in two of its rows
static void
fill_shape(const EchoicMark* const mark,
           const Look* const       look,
           const uint32_t          sound,
           EchoicShape* const      shape)
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

static void
add_shapes(EchoicStrikes* const    s,
           const EchoicMark* const mark,
           const uint32_t          sound)
{
  for (uint32_t look = 0U; look < ECHOIC_STRIKE_TIMES; ++look) {
    fill_shape(mark, &looks[look], sound, &s->shapes[look][s->n_shapes]);
  }

  ++s->n_shapes;
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
  s->n_sounds             = listener_of(model, model->n_sounds);
  s->n_rivals             = n_rivals ? 1U : 0U;
  s->n_shapes             = 0U;
  s->front                = echoic_short_prepare(rate_hz, arena);
  s->low                  = echoic_low_prepare(rate_hz, arena);
  if (!s->front || !s->low) {
    return false;
  }

  for (uint32_t look = 0U; look < ECHOIC_STRIKE_TIMES && n; ++look) {
    s->shapes[look] =
      (EchoicShape*)echoic_arena_take(arena, n, sizeof(EchoicShape));
    if (!s->shapes[look]) {
      return false;
    }
  }

  for (uint32_t m = 0U; m < model->n_marks; ++m) {
    const EchoicMark* const mark = &model->marks[m];
    if (counts(model, mark)) {
      add_shapes(s, mark, listener_of(model, mark->sound));
    } else if (is_rival(model, mark)) {
      add_shapes(s, mark, s->n_sounds);
    }
  }

  echoic_strikes_reset(s, 0U);
  return true;
}

ECHOIC_RT void
echoic_strikes_reset(EchoicStrikes* const s, const uint64_t start)
{
  s->start = start;
  echoic_short_reset(s->front);
  echoic_low_reset(s->low);
  echoic_strike_gate_reset(&s->gate, s->n_bands);
  s->n_queued = 0U;
  s->n_found  = 0U;
}

static uint64_t
onset_of(const EchoicStrikes* const s, const uint64_t frame)
{
  const uint64_t end  = s->start + echoic_short_end(s->front, frame);
  const uint64_t lead = (uint64_t)lrint(lead_s * s->rate_hz);
  return end > lead ? end - lead : 0U;
}

/// True if another onset comes so soon after one that the last look would see
/// it as well
static bool
is_followed(const EchoicStrikes* const s, const uint64_t onset)
{
  bool found = false;
  for (uint32_t i = 0U; i < s->n_queued; ++i) {
    const uint64_t other = s->queue[i];
    found = found || (other > onset + soon && other <= onset + later);
  }

  return found;
}

/// Gather what is to be explained
static void
see(const EchoicStrikes* const s,
    const uint64_t             onset,
    const uint32_t             look,
    EchoicStrikeScene* const   scene)
{
  scene->n_bands  = s->n_bands;
  scene->n_sounds = s->n_sounds + s->n_rivals;
  scene->n_shapes = s->n_shapes;
  scene->shapes   = s->shapes[look];
  scene->evidence = looks[look].evidence;
  scene->more     = looks[look].more;
  scene->is_low   = looks[look].is_low;
  for (uint32_t i = 0U; i < ECHOIC_STRIKE_LOOKS; ++i) {
    echoic_strike_before(&s->gate, onset, scene->before + (i * N_BANDS));
    memcpy(scene->energy + (i * N_BANDS),
           echoic_strike_frame(&s->gate, onset + looks[look].frames[i]),
           N_BANDS * sizeof(float));
  }

  if (scene->is_low) {
    echoic_low_after(s->low, scene->energy + N_BANDS);
    echoic_low_before(s->low, scene->before + N_BANDS);
  }
}

/// Look at an onset, the first time or again
static void
look_at(EchoicStrikes* const s,
        const uint64_t       onset,
        const uint32_t       look,
        const bool           is_last)
{
  EchoicStrikeScene scene;
  EchoicStrikeFit   fit;
  see(s, onset, look, &scene);
  echoic_strike_fit(&scene, &fit);
  const bool fits = fit.misfit < most_misfit * sqrtf(sqrtf(fit.alone));
  for (uint32_t i = 0U; i < fit.n_struck; ++i) {
    const uint32_t sound = scene.shapes[fit.struck[i].shape].sound;
    const float    score = fits ? fit.struck[i].score : 0.0F;
    if (sound < s->n_sounds && s->n_found < ECHOIC_STRIKE_FOUND) {
      const EchoicFoundStrike found = {
        sound, onset, onset_of(s, onset), score, is_last};
      s->found[s->n_found++] = found;
    }
  }
}

/// Look at all onsets whose time has come
static void
look(EchoicStrikes* const s, const uint64_t frame)
{
  static const uint32_t last = ECHOIC_STRIKE_TIMES - 1U;
  for (uint32_t i = 0U; i < s->n_queued; ++i) {
    const uint64_t onset = s->queue[i];
    const bool     skips = is_followed(s, onset);
    for (uint32_t k = 0U; k < ECHOIC_STRIKE_TIMES; ++k) {
      const bool is_last = k + skips >= last;
      if (frame == onset + looks[k].frames[1] && !(skips && k == last)) {
        look_at(s, onset, k, is_last);
      }
    }
  }
}

/// Forget onsets that need no more looks
static void
forget(EchoicStrikes* const s, const uint64_t frame)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < s->n_queued; ++i) {
    if (frame < s->queue[i] + looks[ECHOIC_STRIKE_TIMES - 1U].frames[1]) {
      s->queue[n++] = s->queue[i];
    }
  }

  s->n_queued = n;
}

ECHOIC_RT uint32_t
echoic_strikes_process(EchoicStrikes* const s,
                       const float* const   in,
                       const uint32_t       n)
{
  float      energies[N_BANDS];
  uint32_t   n_used = 0U;
  const bool is_frame =
    echoic_short_process(s->front, in, n, &n_used, energies);
  s->n_found = 0U;
  echoic_low_keep(s->low, in, n_used);
  if (is_frame) {
    const uint64_t frame = s->gate.n;
    if (echoic_strike_gate_process(&s->gate, energies) &&
        s->n_queued < ECHOIC_STRIKE_QUEUE) {
      s->queue[s->n_queued++] = frame;
    }
    if (s->n_shapes) {
      look(s, frame);
    }
    forget(s, frame);
  }

  return n_used;
}
