// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/strikes.h"

#include "dsp/strikes_parts.h"

#include <math.h>
#include <string.h>

#define N_BANDS ECHOIC_SHORT_BANDS

static const double   lead_s = 0.001; ///< Of an onset before its frame ends
static const float    most_misfit  = 0.55F;
static const float    least_change = 1.5F;    ///< C for each cell, before alone
static const float    much_weaker  = 0.0158F; ///< 18 dB
static const uint32_t soon         = 3U; ///< Frames, of one onset told twice
static const uint32_t later = 14U; ///< ... of one that disturbs the last look

ECHOIC_RT void
echoic_strikes_reset(EchoicStrikes* const s, const uint64_t start)
{
  s->start = start;
  echoic_short_reset(s->front);
  echoic_low_reset(s->low);
  echoic_strike_gate_reset(&s->gate, s->n_bands);
  s->n_queued = 0U;
  s->n_recent = 0U;
  s->n_found  = 0U;
  s->above    = s->n_sounds;
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

ECHOIC_RT bool
echoic_strikes_is_sharp(const EchoicStrikes* const s, const uint32_t listener)
{
  return s->is_sharp[listener];
}

ECHOIC_RT bool
echoic_strikes_may_hide(const EchoicStrikes* const s,
                        const uint32_t             listener,
                        const uint32_t             above)
{
  return s->strength[listener] > 0.0F &&
         s->strength[listener] < much_weaker * s->strength[above];
}

/// Take the shapes that are considered: all, or those of the sound above, of
/// weaker ones, and of what is none of them
static void
take_shapes(const EchoicStrikes* const s,
            const uint32_t             look,
            EchoicStrikeScene* const   scene)
{
  scene->n_shapes = s->n_shapes;
  scene->shapes   = s->shapes[look];
  if (s->above < s->n_sounds) {
    scene->n_shapes = 0U;
    scene->shapes   = s->few;
    for (uint32_t i = 0U; i < s->n_shapes; ++i) {
      const EchoicShape* const shape = &s->shapes[look][i];
      if (shape->sound >= s->n_sounds || shape->sound == s->above ||
          (!s->is_alone &&
           echoic_strikes_may_hide(s, shape->sound, s->above))) {
        s->few[scene->n_shapes++] = *shape;
      }
    }
  }
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
  take_shapes(s, look, scene);
  scene->evidence = echoic_strike_views[look].evidence;
  scene->more     = echoic_strike_views[look].more;
  scene->is_low   = echoic_strike_views[look].is_low;
  for (uint32_t i = 0U; i < ECHOIC_STRIKE_LOOKS; ++i) {
    echoic_strike_before(&s->gate, onset, scene->before + (i * N_BANDS));
    memcpy(scene->energy + (i * N_BANDS),
           echoic_strike_frame(&s->gate,
                               onset + echoic_strike_views[look].frames[i]),
           N_BANDS * sizeof(float));
  }

  if (scene->is_low) {
    echoic_low_after(s->low, scene->energy + N_BANDS);
    echoic_low_before(s->low, scene->before + N_BANDS);
  }

  echoic_strikes_expect(s, onset, look, scene);
}

/// True unless what is found beneath a sound is only a small change of it: one
/// that isn't the attack of that sound as well
static bool
is_with(const EchoicStrikes* const     s,
        const EchoicStrikeScene* const scene,
        const EchoicStrikeFit* const   fit)
{
  bool is =
    s->above == s->n_sounds || s->is_alone || fit->alone >= least_change;
  for (uint32_t i = 0U; !is && i < fit->n_struck; ++i) {
    is = scene->shapes[fit->struck[i].shape].sound == s->above;
  }

  return is;
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
  s->has_looked = true;
  see(s, onset, look, &scene);
  echoic_strike_fit(&scene, &fit);
  const bool fits = fit.misfit < most_misfit * sqrtf(sqrtf(fit.alone));
  if (!is_with(s, &scene, &fit)) {
    return;
  }

  if (fits && s->above == s->n_sounds) {
    echoic_strikes_note(s, onset, &fit);
  }

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
    const bool     skips = s->above < s->n_sounds || is_followed(s, onset);
    for (uint32_t k = 0U; k < ECHOIC_STRIKE_TIMES; ++k) {
      const bool is_last = k + skips >= last;
      if (frame == onset + echoic_strike_views[k].frames[1] &&
          !(skips && k == last)) {
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
    if (frame <
        s->queue[i] + echoic_strike_views[ECHOIC_STRIKE_TIMES - 1U].frames[1]) {
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
  s->n_found    = 0U;
  s->has_looked = false;
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

ECHOIC_RT void
echoic_strikes_seek(EchoicStrikes* const s,
                    const uint64_t       start,
                    const uint32_t       listener,
                    const bool           alone)
{
  echoic_strikes_reset(s, start);
  s->above    = listener;
  s->is_alone = alone;
}
