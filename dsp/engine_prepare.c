// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/attack.h"
#include "dsp/engine_parts.h"

#include <math.h>

static const double   history_s  = 0.25; ///< Kept besides, and ahead of events
static const double   capped_s   = 0.95; ///< Spans from here on are cut off
static const uint32_t least_mask = 12U;  ///< Frames
static const uint32_t least_ring = 64U;
static const float    echo_most  = 1.1F; ///< Of a second score in examples
static const uint32_t most_looks = 4U;   ///< For each sound that wait

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
  const uint32_t                 length = frames((double)c->length_s);
  uint32_t                       mask   = span_of(sound);
  mask = (double)c->span_s > capped_s && length > mask ? length : mask;
  return mask > least_mask ? mask : least_mask;
}

/// Frames from the peak of a score until all of the sound has been heard
static uint32_t
delay_of(const EchoicSound* const sound)
{
  const EchoicCalibration* const c     = &sound->calibration;
  const uint32_t                 reach = echoic_peak_reach(span_of(sound));
  const uint32_t                 delay =
    echoic_match_delay((double)c->span_s, (double)c->length_s);
  return delay > reach ? delay : reach;
}

/// Frames of scores that are kept
static uint32_t
picker_size(const EchoicModel* const model)
{
  uint32_t most = 0U;
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    const EchoicSound* const s = &model->sounds[i];
    if (!s->removed) {
      const uint32_t reach = echoic_peak_reach(span_of(s));
      const uint32_t size  = echoic_picker_size(reach, delay_of(s));
      most                 = size > most ? size : most;
    }
  }

  return most;
}

/// Frames from the peak of a score to the decision
static uint32_t
wait_of(const EchoicModel* const model)
{
  uint32_t longest = 0U;
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    const uint32_t delay =
      model->sounds[i].removed ? 0U : delay_of(&model->sounds[i]);
    longest = delay > longest ? delay : longest;
  }

  return ECHOIC_ARBITER_AHEAD + longest + 1U;
}

static double
longest_delay_s(const EchoicModel* const model)
{
  double longest = 0.0;
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    const double span_s = (double)model->sounds[i].calibration.span_s;
    const double most_s = span_s + (ECHOIC_HOP_S * echoic_match_aside(span_s));
    longest             = fmax(longest, most_s);
  }

  return longest + ECHOIC_WINDOW_S + (ECHOIC_HOP_S * (wait_of(model) + 2.0));
}

static uint32_t
count_samples(const EchoicModel* const model, const double rate_hz)
{
  return (uint32_t)echoic_doubled(
    least_ring, (longest_delay_s(model) + history_s) * rate_hz);
}

static uint32_t
count_frames(const EchoicModel* const model)
{
  return (uint32_t)echoic_doubled(
    least_ring,
    ((longest_delay_s(model) + history_s) / ECHOIC_HOP_S) +
      ECHOIC_ARBITER_AHEAD); // Second looks may wait
}

static EchoicStatus
check(const EchoicModel* const      model,
      const EchoicEngineSpec* const spec,
      size_t* const                 graph_bytes,
      EchoicError* const            error)
{
  uint32_t width = 0U;
  if (!echoic_mel_bytes(spec->rate_hz, 0U)) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "sample rate %g Hz: must be from 8000 to 192000 Hz",
                        spec->rate_hz);
  }

  const uint32_t n = echoic_model_count_live(model);
  if (!n) {
    return echoic_error(
      error, ECHOIC_NOT_FOUND, "the model has no sounds: teach it one first");
  }

  if (spec->is_short && !echoic_strikes_count(model)) {
    return echoic_error(error,
                        ECHOIC_NOT_FOUND,
                        "no sound has an attack for the short window: teach "
                        "percussive ones, with this version");
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

static EchoicTemplatesSpec
templates_of(const EchoicModel* const model, const uint32_t sound)
{
  const EchoicCalibration* const c = &model->sounds[sound].calibration;
  return (EchoicTemplatesSpec){
    model, sound, model->n_bands, (double)c->span_s, (double)c->length_s};
}

static size_t
listener_bytes(const EchoicModel* const model)
{
  size_t bytes = 0U;
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    const EchoicSound* const s = &model->sounds[i];
    if (!s->removed) {
      const EchoicTemplatesSpec spec = templates_of(model, i);
      bytes += echoic_templates_bytes(&spec);
    }
  }

  return bytes;
}

/// True if some sound is to be told by its attacks as well
static bool
has_veil(const EchoicModel* const model)
{
  bool has = false;
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    has = has || echoic_strikes_is_veiled(model, i);
  }

  return has;
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

  const uint32_t n    = echoic_model_count_live(model);
  const size_t   size = sizeof(float);
  bytes += echoic_arena_round(sizeof(EchoicEngine));
  bytes += echoic_mel_bytes(spec->rate_hz, count_samples(model, spec->rate_hz));
  bytes +=
    echoic_strikes_bytes(model, spec->rate_hz) * (has_veil(model) ? 2U : 1U);
  bytes += echoic_picker_bytes(n, picker_size(model));
  bytes += echoic_arbiter_bytes(model, n);
  bytes += echoic_history_bytes(count_frames(model), true);
  bytes += echoic_arena_round(sizeof(EchoicMatchRoom));
  bytes += echoic_recordings_bytes(model, longest_delay_s(model));
  bytes += echoic_arena_round(n * sizeof(EchoicListener));
  bytes += echoic_arena_round(most_looks * n * sizeof(EchoicLook));
  bytes += echoic_arena_round(sizeof(EchoicBatch));
  bytes += echoic_arena_round(ECHOIC_BATCH * n * size);
  bytes += echoic_arena_round(ECHOIC_BATCH * n * sizeof(EchoicFoundPeak));
  bytes += echoic_arena_round(2U * echoic_attack_margin(spec->rate_hz) * size);
  return bytes + listener_bytes(model);
}

static bool
take_memory(EchoicEngine* const e,
            const uint32_t      n_frames,
            EchoicArena* const  arena)
{
  const size_t n    = e->n_listeners;
  const size_t size = sizeof(float);
  e->listeners =
    (EchoicListener*)echoic_arena_take(arena, n, sizeof(EchoicListener));
  e->looks.size = most_looks * e->n_listeners;
  e->looks.looks =
    (EchoicLook*)echoic_arena_take(arena, e->looks.size, sizeof(EchoicLook));
  e->batch  = (EchoicBatch*)echoic_arena_take(arena, 1U, sizeof(EchoicBatch));
  e->scores = (float*)echoic_arena_take(arena, ECHOIC_BATCH * n, size);
  e->peaks  = (EchoicFoundPeak*)echoic_arena_take(
    arena, ECHOIC_BATCH * n, sizeof(EchoicFoundPeak));
  e->room =
    (EchoicMatchRoom*)echoic_arena_take(arena, 1U, sizeof(EchoicMatchRoom));
  e->around = (float*)echoic_arena_take(
    arena, 2U * (size_t)echoic_attack_margin(e->rate_hz), size);
  return e->listeners && e->looks.looks && e->batch && e->scores && e->peaks &&
         e->room && e->around &&
         echoic_history_prepare(&e->history, n_frames, true, arena);
}

static void
set_listener(EchoicEngine* const      e,
             const uint32_t           index,
             const EchoicModel* const model,
             const uint32_t           sound)
{
  const EchoicSound* const       s     = &model->sounds[sound];
  const EchoicCalibration* const c     = &s->calibration;
  EchoicListener* const          l     = &e->listeners[index];
  EchoicContender* const         rival = &e->arbiter.contenders[index];

  l->taught         = c->threshold;
  l->own_mask       = mask_of(s);
  l->is_long        = l->own_mask > span_of(s) && l->own_mask > least_mask;
  l->sound          = sound;
  l->span           = span_of(s);
  l->span_s         = (double)c->span_s;
  l->length_s       = (double)c->length_s;
  l->level_db       = c->level_db;
  l->attack_s       = (double)c->attack_s;
  l->has_attack     = c->rise_db >= ECHOIC_LEAST_RISE_DB;
  l->is_veiled      = echoic_strikes_is_veiled(model, sound);
  e->has_veil       = e->has_veil || l->is_veiled;
  rival->span       = l->span;
  rival->echo       = c->echo_s > 0.0F ? frames((double)c->echo_s) + 2U : 0U;
  rival->echoed     = echo_most * c->echo;
  l->n_fingerprints = echoic_fingerprints_count(model, sound);
  const float least =
    l->n_fingerprints ? ECHOIC_LEAST_RECORDING : ECHOIC_LEAST_SCORE;
  echoic_picker_set(
    &e->picker, index, least, echoic_peak_reach(l->span), delay_of(s));
  echoic_listener_tune(e, index, s->sensitivity, s->mask_s);
}

static bool
prepare_listeners(const EchoicModel* const model,
                  EchoicArena* const       arena,
                  EchoicEngine* const      e)
{
  uint32_t n  = 0U;
  bool     ok = take_memory(e, count_frames(model), arena) &&
            echoic_picker_prepare(
              &e->picker, e->n_listeners, picker_size(model), arena) &&
            echoic_arbiter_prepare(model, e->n_listeners, arena, &e->arbiter);
  for (uint32_t i = 0U; ok && i < model->n_sounds; ++i) {
    if (!model->sounds[i].removed) {
      set_listener(e, n++, model, i);
    }
  }

  for (uint32_t i = 0U; ok && i < n; ++i) { // Apart from what each frame needs
    EchoicListener* const     l    = &e->listeners[i];
    const EchoicTemplatesSpec spec = templates_of(model, l->sound);
    ok = echoic_templates_prepare(&spec, e->room, arena, &l->templates);
  }

  return ok &&
         echoic_recordings_prepare(model, longest_delay_s(model), arena, e);
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

  e->rate_hz            = spec->rate_hz;
  e->sensitivity        = spec->sensitivity;
  e->n_listeners        = echoic_model_count_live(model);
  e->n_bands            = model->n_bands;
  const uint32_t n_kept = count_samples(model, spec->rate_hz);
  if ((st = echoic_mel_prepare(spec->rate_hz, n_kept, arena, &e->mel)) ||
      (st = echoic_graph_prepare(&model->graph, arena, &e->graph, error)) ||
      !prepare_listeners(model, arena, e)) {
    return echoic_error(error,
                        st ? st : ECHOIC_NO_SPACE,
                        "an engine can't be made: %s",
                        echoic_strerror(st ? st : ECHOIC_NO_SPACE));
  }

  if (!echoic_strikes_prepare(model, spec->rate_hz, arena, &e->strikes) ||
      (e->has_veil &&
       !echoic_strikes_prepare(model, spec->rate_hz, arena, &e->veil))) {
    return echoic_error(error, ECHOIC_NO_SPACE, "no space for an engine");
  }

  e->samples      = echoic_mel_kept(e->mel, &e->mask);
  e->wants_short  = spec->is_short;
  e->wait         = wait_of(model);
  e->arbiter.wait = e->wait;
  e->max_delay =
    (uint64_t)((longest_delay_s(model) + echoic_recordings_delay_s(e)) *
               e->rate_hz) +
    echoic_engine_seek_delay(e);
  echoic_engine_set_early(e, spec->early);
  echoic_engine_reset(e);
  *engine = e;
  return ECHOIC_OK;
}
