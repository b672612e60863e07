// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/engine.h"

#include "dsp/attack.h"
#include "dsp/engine_parts.h"

#include <math.h>
#include <string.h>

static const float  least_db = -120.0F;
static const double level_s  = 0.1; ///< After the onset, for the velocity
static const float  taught_velocity = 100.0F;
static const float  velocity_per_db = 127.0F / 48.0F;
static const float  most_gain = 1.0627F; ///< Of a perfect match: 1.2^(1/3)

ECHOIC_RT void
echoic_engine_reset(EchoicEngine* const e)
{
  echoic_mel_reset(e->mel);
  echoic_features_reset(&e->features, e->n_bands);
  echoic_graph_reset(e->graph);
  echoic_arbiter_reset(&e->arbiter);
  memset(e->samples, 0, ((size_t)e->mask + 1U) * sizeof(float));
  e->history.n = 0U;
  e->frame     = 0U;
  e->pos       = 0U;
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
    peak = fmaxf(peak, fabsf(e->samples[i & e->mask]));
  }

  return peak > 0.0F ? fmaxf(20.0F * log10f(peak), least_db) : least_db;
}

/// From the peak of the score to the sample on which the sound begins
static uint64_t
find_onset(const EchoicEngine* const    e,
           const EchoicListener* const  l,
           const EchoicCandidate* const peak)
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
                           ? e->samples[(uint64_t)at & e->mask]
                           : 0.0F;
    }

    const EchoicAttack found = echoic_attack_find(e->around, e->rate_hz);
    if (found.rise_db >= ECHOIC_LEAST_RISE_DB) {
      onset = (double)(first + (int64_t)margin + found.offset_samples) - attack;
    }
  }

  return onset > 0.0 ? (uint64_t)llround(onset) : 0U;
}

static void
report(EchoicEngine* const          e,
       const EchoicListener* const  l,
       const EchoicCandidate* const peak,
       const EchoicSink* const      sink)
{
  EchoicEvent event = {
    l->sound, 0U, 0U, e->pos, peak->joined, peak->threshold, 0.0F, 0.0F};
  event.onset    = find_onset(e, l, peak);
  event.end      = event.onset + (uint64_t)llround(l->length_s * e->rate_hz);
  event.level_db = level_after(e, event.onset, event.end);
  event.velocity =
    taught_velocity + (velocity_per_db * (event.level_db - l->level_db));
  event.velocity = fminf(fmaxf(rintf(event.velocity), 1.0F), 127.0F);
  sink->event(sink->context, &event);
}

/// Take a second look at a peak, if it could count at all
static void
consider(EchoicEngine* const     e,
         const uint32_t          index,
         const EchoicPeak* const peak)
{
  const EchoicListener* const l = &e->listeners[index];
  const float best              = most_gain * cbrtf(peak->score * peak->score);
  if (best >= l->threshold) {
    const float           match = echoic_match(&l->templates,
                                     &e->history,
                                     (int64_t)peak->frame - (int64_t)l->span,
                                     UINT32_MAX);
    const EchoicCandidate c     = {peak->frame,
                                   peak->score,
                                   echoic_match_fuse(peak->score, match, l->usual),
                                   peak->shift,
                                   l->threshold,
                                   false,
                                   false};
    echoic_arbiter_add(&e->arbiter, index, &c);
  }
}

/// Let a frame pass: find candidates, decide those that are due
static void
step(EchoicEngine* const     e,
     const float* const      scores,
     const EchoicSink* const sink)
{
  ++e->frame;
  for (uint32_t i = 0U; i < e->n_listeners; ++i) {
    EchoicPeak peak = {0U, 0.0F, 0.0F};
    if (echoic_picker_process(
          &e->listeners[i].picker, scores ? scores[i] : -INFINITY, &peak)) {
      consider(e, i, &peak);
    }
  }

  for (uint32_t i = 0U; i < e->n_listeners; ++i) {
    EchoicCandidate c;
    if (echoic_arbiter_decide(&e->arbiter, i, e->frame, &c) > 0) {
      report(e, &e->listeners[i], &c, sink);
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
  echoic_history_add(&e->history, &e->features, features);
  echoic_graph_process(e->graph, features, e->scores, 1U);
  if (sink->frame) {
    const EchoicFrame frame = {
      echoic_mel_frame(e->mel) - 1U, energies, e->n_listeners, e->scores};
    sink->frame(sink->context, &frame);
  }

  step(e, e->scores, sink);
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
      e->samples[(e->pos + k) & e->mask] = in[i + k];
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

  const uint32_t left = e->max_reach + e->arbiter.wait + 1U;
  for (uint32_t i = 0U; end && i < left; ++i) {
    step(e, NULL, sink);
  }

  echoic_engine_reset(e);
}
