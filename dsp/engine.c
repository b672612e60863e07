// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/engine.h"

#include "dsp/attack.h"
#include "dsp/features.h"
#include "dsp/graph.h"
#include "dsp/mel.h"
#include "dsp/picker.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const float  least_db      = -120.0F;
static const double level_s       = 0.1;  ///< After the onset, for the velocity
static const double history_s     = 0.25; ///< Kept besides span and reach
static const float  least_score   = 0.05F; ///< Whatever the sensitivity
static const float  least_rise_db = 6.0F;  ///< Of an attack
static const float  taught_velocity = 100.0F;
static const float  velocity_per_db = 127.0F / 48.0F;

/// A sound that is listened for
typedef struct {
  EchoicPicker picker;
  uint32_t     sound;  ///< Index in the model
  double       span_s; ///< From onset to the peak of the score
  double       length_s;
  float        level_db; ///< As taught
  double       attack_s; ///< From onset to attack, as taught
  bool         has_attack;
} Listener;

struct EchoicEngineImpl {
  double         rate_hz;
  uint32_t       n_listeners;
  uint32_t       max_reach; ///< Frames
  uint64_t       max_delay; ///< Samples
  EchoicMel*     mel;
  EchoicFeatures features;
  EchoicGraph*   graph;
  Listener*      listeners; ///< [n_listeners]
  float*         scores;    ///< [n_listeners]
  uint32_t       n_bands;
  uint32_t       mask;    ///< Size of history - 1
  uint64_t       pos;     ///< Samples heard
  float*         history; ///< [mask + 1] Ring of samples
  float*         around;  ///< [2 margin] Samples around an attack
};

static uint32_t
count_live(const EchoicModel* const model)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    n += model->sounds[i].removed == 0U;
  }

  return n;
}

/// Frames on either side in which only the best counts: half the span
static uint32_t
sound_reach(const EchoicSound* const sound)
{
  const double   span = (double)sound->calibration.span_s / ECHOIC_HOP_S;
  const uint32_t half = (uint32_t)(lround(span) / 2);
  const uint32_t masked =
    (uint32_t)lround((double)sound->mask_s / ECHOIC_HOP_S);
  const uint32_t least = half > 3U ? half : 3U;
  return masked > least ? masked : least;
}

static double
longest_delay_s(const EchoicModel* const model)
{
  double longest = 0.0;
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    const EchoicSound* const s = &model->sounds[i];
    const double delay = (double)s->calibration.span_s + ECHOIC_WINDOW_S +
                         (ECHOIC_HOP_S * (sound_reach(s) + 2U));
    longest = fmax(longest, delay);
  }

  return longest;
}

static uint32_t
history_size(const EchoicModel* const model, const double rate_hz)
{
  const double needed = (longest_delay_s(model) + history_s) * rate_hz;
  uint32_t     size   = 1024U;
  while (size < needed) {
    size *= 2U;
  }

  return size;
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

size_t
echoic_engine_bytes(const EchoicModel* const      model,
                    const EchoicEngineSpec* const spec,
                    EchoicError* const            error)
{
  size_t bytes = 0U;
  if (check(model, spec, &bytes, error)) {
    return 0U;
  }

  const uint32_t n = count_live(model);
  bytes += echoic_arena_round(sizeof(EchoicEngine));
  bytes += echoic_mel_bytes(spec->rate_hz);
  bytes += echoic_arena_round(n * sizeof(Listener));
  bytes += echoic_arena_round(n * sizeof(float));
  bytes +=
    echoic_arena_round(history_size(model, spec->rate_hz) * sizeof(float));
  bytes += echoic_arena_round(2U * echoic_attack_margin(spec->rate_hz) *
                              sizeof(float));
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    if (!model->sounds[i].removed) {
      bytes += echoic_picker_bytes(sound_reach(&model->sounds[i]));
    }
  }

  return bytes;
}

static bool
prepare_listener(EchoicEngine* const      e,
                 const uint32_t           index,
                 const EchoicModel* const model,
                 const uint32_t           sound,
                 const float              sensitivity,
                 EchoicArena* const       arena)
{
  const EchoicSound* const s     = &model->sounds[sound];
  Listener* const          l     = &e->listeners[index];
  const uint32_t           reach = sound_reach(s);
  const float ease = fminf(fmaxf(s->sensitivity + sensitivity, -1.0F), 1.0F);
  const float threshold =
    fmaxf(s->calibration.threshold * (1.0F - ease), least_score);

  l->sound      = sound;
  l->span_s     = (double)s->calibration.span_s;
  l->length_s   = (double)s->calibration.length_s;
  l->level_db   = s->calibration.level_db;
  l->attack_s   = (double)s->calibration.attack_s;
  l->has_attack = s->calibration.rise_db >= least_rise_db;
  e->max_reach  = reach > e->max_reach ? reach : e->max_reach;
  return echoic_picker_prepare(&l->picker, threshold, reach, arena);
}

static bool
take_memory(EchoicEngine* const e, EchoicArena* const arena)
{
  const size_t n = e->n_listeners;
  e->listeners   = (Listener*)echoic_arena_take(arena, n, sizeof(Listener));
  e->scores      = (float*)echoic_arena_take(arena, n, sizeof(float));
  e->history =
    (float*)echoic_arena_take(arena, (size_t)e->mask + 1U, sizeof(float));
  e->around = (float*)echoic_arena_take(
    arena, 2U * (size_t)echoic_attack_margin(e->rate_hz), sizeof(float));
  return e->listeners && e->scores && e->history && e->around;
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

  e->rate_hz     = spec->rate_hz;
  e->n_listeners = count_live(model);
  e->n_bands     = model->n_bands;
  e->mask        = history_size(model, spec->rate_hz) - 1U;
  if ((st = echoic_mel_prepare(spec->rate_hz, arena, &e->mel)) ||
      (st = echoic_graph_prepare(&model->graph, arena, &e->graph, error))) {
    return st;
  }

  bool ok = take_memory(e, arena);
  for (uint32_t i = 0U, n = 0U; ok && i < model->n_sounds; ++i) {
    if (!model->sounds[i].removed) {
      ok = prepare_listener(e, n++, model, i, spec->sensitivity, arena);
    }
  }

  if (!ok) {
    return echoic_error(error, ECHOIC_NO_SPACE, "no space for an engine");
  }

  e->max_delay = (uint64_t)(longest_delay_s(model) * e->rate_hz);
  echoic_engine_reset(e);
  *engine = e;
  return ECHOIC_OK;
}

ECHOIC_RT void
echoic_engine_reset(EchoicEngine* const e)
{
  echoic_mel_reset(e->mel);
  echoic_features_reset(&e->features, e->n_bands);
  echoic_graph_reset(e->graph);
  memset(e->history, 0, ((size_t)e->mask + 1U) * sizeof(float));
  e->pos = 0U;
  for (uint32_t i = 0U; i < e->n_listeners; ++i) {
    echoic_picker_reset(&e->listeners[i].picker);
  }
}

ECHOIC_RT uint64_t
echoic_engine_max_delay(const EchoicEngine* const e)
{
  return e->max_delay;
}

/// Peak of what was heard in the first moments after `onset`
static float
level_after(const EchoicEngine* const e,
            const uint64_t            onset,
            const uint64_t            end)
{
  const uint64_t oldest = e->pos > e->mask ? e->pos - e->mask : 0U;
  const uint64_t soon   = onset + (uint64_t)(level_s * e->rate_hz);
  uint64_t       last   = soon < end ? soon : end;
  last                  = last < e->pos ? last : e->pos;
  float peak            = 0.0F;
  for (uint64_t i = onset > oldest ? onset : oldest; i < last; ++i) {
    peak = fmaxf(peak, fabsf(e->history[i & e->mask]));
  }

  return peak > 0.0F ? fmaxf(20.0F * log10f(peak), least_db) : least_db;
}

/// From the peak of the score to the sample on which the sound begins
static uint64_t
find_onset(const EchoicEngine* const e,
           const Listener* const     l,
           const EchoicPeak* const   peak)
{
  const double frame   = (double)peak->frame + (double)peak->shift;
  const double onset_s = (frame * ECHOIC_HOP_S) - l->span_s;
  double       onset   = onset_s * e->rate_hz;
  if (l->has_attack) {
    const double   attack = l->attack_s * e->rate_hz;
    const uint32_t margin = echoic_attack_margin(e->rate_hz);
    const int64_t  first  = llround(onset + attack) - (int64_t)margin;
    for (uint32_t i = 0U; i < 2U * margin; ++i) {
      const int64_t at = first + (int64_t)i;
      e->around[i]     = at >= 0 && (uint64_t)at < e->pos
                           ? e->history[(uint64_t)at & e->mask]
                           : 0.0F;
    }

    const EchoicAttack found = echoic_attack_find(e->around, e->rate_hz);
    if (found.rise_db >= least_rise_db) {
      onset = (double)(first + (int64_t)margin + found.offset_samples) - attack;
    }
  }

  return onset > 0.0 ? (uint64_t)llround(onset) : 0U;
}

static void
report(EchoicEngine* const     e,
       const Listener* const   l,
       const EchoicPeak* const peak,
       const EchoicSink* const sink)
{
  EchoicEvent event = {l->sound, 0U, 0U, e->pos, peak->score, 0.0F, 0.0F, 0.0F};
  event.onset       = find_onset(e, l, peak);
  event.end         = event.onset + (uint64_t)llround(l->length_s * e->rate_hz);
  event.threshold   = l->picker.threshold;
  event.level_db    = level_after(e, event.onset, event.end);
  event.velocity =
    taught_velocity + (velocity_per_db * (event.level_db - l->level_db));
  event.velocity = fminf(fmaxf(rintf(event.velocity), 1.0F), 127.0F);
  sink->event(sink->context, &event);
}

/// Give every listener its score of the next frame
static void
pick(EchoicEngine* const     e,
     const float* const      scores,
     const EchoicSink* const sink)
{
  for (uint32_t i = 0U; i < e->n_listeners; ++i) {
    Listener* const l    = &e->listeners[i];
    EchoicPeak      peak = {0U, 0.0F, 0.0F};
    if (echoic_picker_process(
          &l->picker, scores ? scores[i] : -INFINITY, &peak)) {
      report(e, l, &peak, sink);
    }
  }
}

static void
hear_frame(EchoicEngine* const     e,
           const float* const      energies,
           const EchoicSink* const sink)
{
  float features[ECHOIC_N_FEATURES];
  echoic_features_process(&e->features, energies, features);
  echoic_graph_process(e->graph, features, e->scores, 1U);
  if (sink->frame) {
    const EchoicFrame frame = {
      echoic_mel_frame(e->mel) - 1U, energies, e->n_listeners, e->scores};
    sink->frame(sink->context, &frame);
  }

  pick(e, e->scores, sink);
}

ECHOIC_RT void
echoic_engine_process(EchoicEngine* const     e,
                      const float* const      in,
                      const uint32_t          n_samples,
                      const EchoicSink* const sink)
{
  float energies[ECHOIC_N_BANDS];
  for (uint32_t i = 0U; i < n_samples;) {
    uint32_t   n_used = 0U;
    const bool ready =
      echoic_mel_process(e->mel, in + i, n_samples - i, &n_used, energies);
    for (uint32_t k = 0U; k < n_used; ++k) {
      e->history[(e->pos + k) & e->mask] = in[i + k];
    }

    i += n_used;
    e->pos += n_used;
    if (ready) {
      hear_frame(e, energies, sink);
    }
  }
}

ECHOIC_RT void
echoic_engine_finish(EchoicEngine* const e, const EchoicSink* const sink)
{
  static const float silence[64] = {0.0F};
  const uint64_t     end         = e->pos;
  while (end && echoic_mel_centre(e->mel, echoic_mel_frame(e->mel)) <= end) {
    float    energies[ECHOIC_N_BANDS];
    uint32_t n_used = 0U;
    if (echoic_mel_process(e->mel, silence, 64U, &n_used, energies)) {
      hear_frame(e, energies, sink);
    }
  }

  for (uint32_t i = 0U; i < e->max_reach; ++i) {
    pick(e, NULL, sink);
  }

  echoic_engine_reset(e);
}
