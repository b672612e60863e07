// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/attack.h"
#include "dsp/engine_parts.h"

#include <math.h>

static const double   history_s   = 0.25;  ///< Kept besides span and wait
static const float    least_score = 0.05F; ///< Of an event, at any sensitivity
static const float    candidate   = 0.2F;  ///< Least score of a candidate
static const double   capped_s    = 0.95;  ///< Spans from here on are cut off
static const uint32_t least_mask  = 12U;   ///< Frames

static uint32_t
count_live(const EchoicModel* const model)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    n += model->sounds[i].removed == 0U;
  }

  return n;
}

static uint32_t
frames(const double seconds)
{
  return (uint32_t)lrint(fmax(seconds, 0.0) / ECHOIC_HOP_S);
}

static uint32_t
span_of(const EchoicSound* const sound)
{
  return frames((double)sound->calibration.span_s);
}

/// Frames after an event in which only a better one counts: its span, or the
/// length of the sound if that is longer than what the span can hold
static uint32_t
mask_of(const EchoicSound* const sound)
{
  const EchoicCalibration* const c      = &sound->calibration;
  const uint32_t                 asked  = frames((double)sound->mask_s);
  const uint32_t                 length = frames((double)c->length_s);
  uint32_t                       mask   = span_of(sound);
  mask = (double)c->span_s > capped_s && length > mask ? length : mask;
  mask = mask > least_mask ? mask : least_mask;
  return mask > asked ? mask : asked;
}

static uint32_t
longest_reach(const EchoicModel* const model)
{
  uint32_t longest = 0U;
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    const uint32_t reach = echoic_peak_reach(span_of(&model->sounds[i]));
    longest = !model->sounds[i].removed && reach > longest ? reach : longest;
  }

  return longest;
}

/// Frames from the peak of a score to the decision
static uint32_t
wait_of(const EchoicModel* const model)
{
  return ECHOIC_ARBITER_AHEAD + longest_reach(model) + 1U;
}

static double
longest_delay_s(const EchoicModel* const model)
{
  double longest = 0.0;
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    longest = fmax(longest, (double)model->sounds[i].calibration.span_s);
  }

  return longest + ECHOIC_WINDOW_S + (ECHOIC_HOP_S * (wait_of(model) + 2.0));
}

static uint32_t
power_of_two(const double least)
{
  uint32_t size = 64U;
  while (size < least) {
    size *= 2U;
  }

  return size;
}

static uint32_t
count_samples(const EchoicModel* const model, const double rate_hz)
{
  return power_of_two((longest_delay_s(model) + history_s) * rate_hz);
}

static uint32_t
count_frames(const EchoicModel* const model)
{
  return power_of_two((longest_delay_s(model) + history_s) / ECHOIC_HOP_S);
}

static EchoicStatus
check(const EchoicModel* const      model,
      const EchoicEngineSpec* const spec,
      size_t* const                 graph_bytes,
      EchoicError* const            error)
{
  uint32_t width = 0U;
  if (!echoic_mel_bytes(spec->rate_hz)) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "sample rate %g Hz: must be from 8000 to 192000 Hz",
                        spec->rate_hz);
  }

  const uint32_t n = count_live(model);
  if (!n) {
    return echoic_error(
      error, ECHOIC_NOT_FOUND, "the model has no sounds: teach it one first");
  }

  const EchoicStatus st =
    echoic_graph_bytes(&model->graph, graph_bytes, &width, error);
  if (!st && width != n) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "the graph gives %u scores for %u sounds",
                        width,
                        n);
  }

  return st;
}

static size_t
listener_bytes(const EchoicModel* const model)
{
  size_t bytes = 0U;
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    const EchoicSound* const s = &model->sounds[i];
    if (!s->removed) {
      bytes += echoic_picker_bytes(echoic_peak_reach(span_of(s)));
      bytes += echoic_templates_bytes(model, i, (double)s->calibration.span_s);
    }
  }

  return bytes;
}

size_t
echoic_engine_bytes(const EchoicModel* const      model,
                    const EchoicEngineSpec* const spec,
                    EchoicError* const            error)
{
  size_t bytes = 0U;
  if (check(model, spec, &bytes, error)) {
    return 0U;
  }

  const uint32_t n    = count_live(model);
  const size_t   size = sizeof(float);
  bytes += echoic_arena_round(sizeof(EchoicEngine));
  bytes += echoic_mel_bytes(spec->rate_hz);
  bytes += echoic_arbiter_bytes(model, n);
  bytes += 3U * echoic_arena_round(count_frames(model) * ECHOIC_N_BANDS * size);
  bytes += echoic_arena_round(n * sizeof(EchoicListener));
  bytes += echoic_arena_round(n * size);
  bytes += echoic_arena_round(count_samples(model, spec->rate_hz) * size);
  bytes += echoic_arena_round(2U * echoic_attack_margin(spec->rate_hz) * size);
  return bytes + listener_bytes(model);
}

static bool
take_memory(EchoicEngine* const e, EchoicArena* const arena)
{
  const size_t n     = e->n_listeners;
  const size_t cells = ((size_t)e->history.mask + 1U) * ECHOIC_N_BANDS;
  const size_t size  = sizeof(float);
  e->listeners =
    (EchoicListener*)echoic_arena_take(arena, n, sizeof(EchoicListener));
  e->scores        = (float*)echoic_arena_take(arena, n, size);
  e->samples       = (float*)echoic_arena_take(arena, e->mask + 1U, size);
  e->history.level = (float*)echoic_arena_take(arena, cells, size);
  e->history.gate  = (float*)echoic_arena_take(arena, cells, size);
  e->history.above = (float*)echoic_arena_take(arena, cells, size);
  e->around        = (float*)echoic_arena_take(
    arena, 2U * (size_t)echoic_attack_margin(e->rate_hz), size);
  return e->listeners && e->scores && e->samples && e->history.level &&
         e->history.gate && e->history.above && e->around;
}

static bool
prepare_listener(EchoicEngine* const      e,
                 const uint32_t           index,
                 const EchoicModel* const model,
                 const uint32_t           sound,
                 const float              sensitivity,
                 EchoicArena* const       arena)
{
  const EchoicSound* const       s     = &model->sounds[sound];
  const EchoicCalibration* const c     = &s->calibration;
  EchoicListener* const          l     = &e->listeners[index];
  EchoicContender* const         rival = &e->arbiter.contenders[index];
  const uint32_t                 reach = echoic_peak_reach(span_of(s));
  const float ease = fminf(fmaxf(s->sensitivity + sensitivity, -1.0F), 1.0F);

  l->threshold  = fmaxf(c->threshold * (1.0F - ease), least_score);
  l->sound      = sound;
  l->span       = span_of(s);
  l->usual      = c->match;
  l->span_s     = (double)c->span_s;
  l->length_s   = (double)c->length_s;
  l->level_db   = c->level_db;
  l->attack_s   = (double)c->attack_s;
  l->has_attack = c->rise_db >= ECHOIC_LEAST_RISE_DB;
  rival->span   = l->span;
  rival->mask   = mask_of(s);
  e->max_reach  = reach > e->max_reach ? reach : e->max_reach;
  return echoic_picker_prepare(&l->picker, candidate, reach, arena) &&
         echoic_templates_prepare(
           model, sound, l->span_s, e->n_bands, arena, &l->templates);
}

static bool
prepare_listeners(const EchoicModel* const model,
                  const float              sensitivity,
                  EchoicArena* const       arena,
                  EchoicEngine* const      e)
{
  uint32_t n  = 0U;
  bool     ok = take_memory(e, arena) &&
            echoic_arbiter_prepare(model, e->n_listeners, arena, &e->arbiter);
  for (uint32_t i = 0U; ok && i < model->n_sounds; ++i) {
    if (!model->sounds[i].removed) {
      ok = prepare_listener(e, n++, model, i, sensitivity, arena);
    }
  }

  return ok;
}

EchoicStatus
echoic_engine_prepare(const EchoicModel* const      model,
                      const EchoicEngineSpec* const spec,
                      EchoicArena* const            arena,
                      EchoicEngine** const          engine,
                      EchoicError* const            error)
{
  size_t       bytes = 0U;
  EchoicStatus st    = check(model, spec, &bytes, error);
  if (st) {
    return st;
  }

  EchoicEngine* const e =
    (EchoicEngine*)echoic_arena_take(arena, 1U, sizeof(*e));
  if (!e) {
    return echoic_error(error, ECHOIC_NO_SPACE, "no space for an engine");
  }

  e->rate_hz      = spec->rate_hz;
  e->n_listeners  = count_live(model);
  e->n_bands      = model->n_bands;
  e->mask         = count_samples(model, spec->rate_hz) - 1U;
  e->history.mask = count_frames(model) - 1U;
  if ((st = echoic_mel_prepare(spec->rate_hz, arena, &e->mel)) ||
      (st = echoic_graph_prepare(&model->graph, arena, &e->graph, error)) ||
      !prepare_listeners(model, spec->sensitivity, arena, e)) {
    return echoic_error(error,
                        st ? st : ECHOIC_NO_SPACE,
                        "an engine can't be made: %s",
                        echoic_strerror(st ? st : ECHOIC_NO_SPACE));
  }

  e->arbiter.wait = wait_of(model);
  e->max_delay    = (uint64_t)(longest_delay_s(model) * e->rate_hz);
  echoic_engine_reset(e);
  *engine = e;
  return ECHOIC_OK;
}
