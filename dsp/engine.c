// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/engine.h"

#include "dsp/engine_parts.h"
#include "dsp/kernels.h"

#include <math.h>
#include <string.h>

static const float faint_db = 30.0F; ///< Below what was taught

ECHOIC_RT void
echoic_engine_reset(EchoicEngine* const e)
{
  echoic_mel_reset(e->mel);
  echoic_features_reset(&e->features, e->n_bands);
  echoic_graph_reset(e->graph);
  echoic_picker_reset(&e->picker);
  echoic_arbiter_reset(&e->arbiter);
  echoic_strikes_reset(&e->strikes, 0U);
  if (e->has_veil) {
    echoic_strikes_reset(&e->veil, 0U);
  }

  echoic_recordings_reset(&e->recordings);
  e->history.n      = 0U;
  e->looks.n        = 0U;
  e->looks.first    = 0U;
  e->looks.is_begun = false;
  e->seeks.n        = 0U;
  e->seeks.is_begun = false;
  e->frame          = 0U;
  e->pos            = 0U;
  e->is_short       = e->wants_short;
  e->seam           = 0U;
  e->settled        = 0U;
  for (uint32_t i = 0U; i < e->n_listeners; ++i) {
    e->listeners[i].n_struck  = 0U;
    e->listeners[i].has_told  = false;
    e->listeners[i].last_told = 0U;
  }
}

ECHOIC_RT uint64_t
echoic_engine_max_delay(const EchoicEngine* const e)
{
  return e->max_delay;
}

/// Say why a candidate isn't an event, if anyone wants to know
static void
reject(EchoicEngine* const          e,
       const EchoicListener* const  l,
       const EchoicCandidate* const peak,
       const EchoicSink* const      sink)
{
  if (sink->rejected && !l->is_off) {
    EchoicRejected r        = {ECHOIC_REJECTED_MARGIN,
                               echoic_engine_describe_peak(e, l, peak)};
    const float    full     = peak->joined + peak->explained;
    const bool     is_less  = peak->joined < peak->threshold;
    const bool     is_faint = r.event.level_db < l->level_db - faint_db;
    r.reason                = peak->is_masked ? ECHOIC_REJECTED_MASK
                              : is_less && full >= peak->threshold ? ECHOIC_REJECTED_NEGATIVE
                              : is_faint ? ECHOIC_REJECTED_LEVEL
                                         : ECHOIC_REJECTED_MARGIN;
    sink->rejected(sink->context, &r);
  }
}

/// Have a peak looked at again, if it could count at all
static void
consider(EchoicEngine* const     e,
         const uint32_t          index,
         const EchoicPeak* const peak,
         const EchoicSink* const sink)
{
  const EchoicListener* const l       = &e->listeners[index];
  const bool                  is_weak = peak->score < ECHOIC_LEAST_SCORE;
  const float                 best =
    is_weak ? 0.0F : echoic_match_fuse(peak->score, ECHOIC_MATCH_MOST);
  const double frame        = (double)peak->frame + (double)peak->shift;
  const bool   can_match    = best >= l->threshold;
  EchoicLook   look         = {index, false, {0U}};
  look.candidate.frame      = peak->frame;
  look.candidate.score      = peak->score;
  look.candidate.joined     = best;
  look.candidate.expected_s = (frame * ECHOIC_HOP_S) - l->span_s;
  look.candidate.begins_s   = look.candidate.expected_s;
  look.candidate.threshold  = l->threshold;
  look.candidate.struck     = -1.0;
  look.is_paid = !can_match && echoic_recordings_ask(e, l, peak->score);
  if (can_match || look.is_paid) {
    echoic_looks_add(e, &look);
  } else if (!is_weak) {
    reject(e, l, &look.candidate, sink);
  }
}

/// Find peaks of all sounds in frames of scores
static void
pick(EchoicEngine* const e, const float* const scores, const uint32_t n_frames)
{
  const size_t n = e->n_listeners;
  memset(e->batch->n_peaks, 0, sizeof(e->batch->n_peaks));
  echoic_picker_add(&e->picker, scores, n_frames);
  for (uint32_t i = 0U; i < n; ++i) {
    EchoicPeak peak;
    while (echoic_picker_is_due(&e->picker, i) &&
           echoic_picker_take(&e->picker, i, n_frames, &peak)) {
      const uint64_t        k     = peak.due + n_frames - e->picker.n;
      const EchoicFoundPeak found = {i, peak};
      e->peaks[(k * n) + e->batch->n_peaks[k]++] = found;
    }
  }
}

/// Decide the candidate of a sound that is due
static void
decide(EchoicEngine* const     e,
       const uint32_t          index,
       const EchoicSink* const sink)
{
  const EchoicListener* const l = &e->listeners[index];
  EchoicCandidate             c;
  const int                   said =
    echoic_arbiter_decide(&e->arbiter, index, e->frame, sink->rejected, &c);
  if (said > 0 && !l->is_off) {
    const EchoicEvent event = echoic_engine_describe_peak(e, l, &c);
    if (!c.is_recording && !echoic_engine_confirm(e, index, &event)) {
      reject(e, l, &c, sink);
    } else if (echoic_engine_may_tell(e, l, event.onset)) {
      echoic_engine_tell(e, index, &event, sink);
    }
  } else if (said == 0) {
    reject(e, l, &c, sink);
  }
}

/// Let frame `k` of the batch pass: consider its peaks, decide what is due
static void
step(EchoicEngine* const e, const uint32_t k, const EchoicSink* const sink)
{
  const EchoicFoundPeak* const found = e->peaks + ((size_t)k * e->n_listeners);
  ++e->frame;
  echoic_engine_seek(e, false, sink);
  const uint32_t n_peaks = echoic_engine_picks(e) ? e->batch->n_peaks[k] : 0U;
  for (uint32_t i = 0U; i < n_peaks; ++i) {
    consider(e, found[i].listener, &found[i].peak, sink);
  }

  echoic_looks_take(e);
  for (uint32_t i = 0U;; ++i) {
    i = echoic_arbiter_find_due(&e->arbiter, i, e->frame);
    if (i == e->n_listeners) {
      break;
    }
    decide(e, i, sink);
  }
}

/// Take samples until the batch is full or there are no more; return how many
static uint32_t
fill_batch(EchoicEngine* const e, const float* const in, const uint32_t n)
{
  EchoicBatch* const b    = e->batch;
  uint32_t           used = 0U;
  b->n_frames             = 0U;
  while (used < n && b->n_frames < ECHOIC_BATCH) {
    uint32_t   n_used   = 0U;
    const bool is_ready = echoic_mel_process(
      e->mel, in + used, n - used, &n_used, b->energies[b->n_frames]);
    used += n_used;
    e->pos += n_used;
    if (is_ready) {
      b->pos[b->n_frames++] = e->pos;
    }
  }

  return used;
}

/// Make features of all frames of the batch and run the graph on them, then
/// let one after the other pass
static void
run_batch(EchoicEngine* const e, const EchoicSink* const sink)
{
  EchoicBatch* const b   = e->batch;
  const uint64_t     pos = e->pos;
  echoic_features_process(
    &e->features, b->energies[0], b->n_frames, b->features[0]);
  echoic_history_add(&e->history, &e->features);
  const uint64_t n_heard = e->history.n;
  echoic_graph_process(e->graph, b->features[0], e->scores, b->n_frames);
  pick(e, e->scores, b->n_frames);
  for (uint32_t k = 0U; k < b->n_frames; ++k) {
    e->pos       = b->pos[k];
    e->history.n = n_heard - b->n_frames + k + 1U;
    echoic_recordings_hear(e);
    if (sink->frame) {
      const float* const scores = e->scores + ((size_t)k * e->n_listeners);
      const EchoicFrame  frame  = {
          e->frame, b->energies[k], e->n_listeners, scores};
      sink->frame(sink->context, &frame);
    }
    step(e, k, sink);
  }

  e->pos       = pos;
  e->history.n = n_heard;
}

/// Hear samples in the frames of the normal window
static void
hear(EchoicEngine* const     e,
     const float* const      in,
     const uint32_t          n,
     const EchoicSink* const sink)
{
  for (uint32_t i = 0U; i < n;) {
    i += fill_batch(e, in + i, n - i);
    if (e->batch->n_frames) {
      run_batch(e, sink);
    }
  }
}

/// Hear samples in those of both windows
static void
hear_both(EchoicEngine* const     e,
          const float* const      in,
          const uint32_t          n,
          const EchoicSink* const sink)
{
  EchoicStrikes* const s = e->is_short ? &e->strikes : &e->veil;
  for (uint32_t i = 0U; i < n;) {
    const uint32_t n_used = echoic_strikes_process(s, in + i, n - i);
    hear(e, in + i, n_used, sink);
    if (e->is_short) {
      echoic_engine_tell_strikes(e, sink);
    } else {
      echoic_engine_tell_veiled(e, sink);
    }
    i += n_used;
  }
}

ECHOIC_RT void
echoic_engine_process(EchoicEngine* const     e,
                      const float* const      in,
                      const uint32_t          n_samples,
                      const EchoicSink* const sink)
{
  for (uint32_t i = 0U; i < n_samples;) {
    const uint32_t n = echoic_engine_turn(e, n_samples - i);
    if (e->is_short || e->has_veil) {
      hear_both(e, in + i, n, sink);
    } else {
      hear(e, in + i, n, sink);
    }

    i += n;
  }
}

ECHOIC_RT void
echoic_engine_finish(EchoicEngine* const e, const EchoicSink* const sink)
{
  static const float silence[64] = {0.0F};
  const uint64_t     end         = e->pos;
  echoic_engine_finish_strikes(e, sink);
  while (end && echoic_mel_centre(e->mel, echoic_mel_frame(e->mel)) <= end) {
    uint32_t n_used    = 0U;
    e->batch->n_frames = 0U;
    if (echoic_mel_process(
          e->mel, silence, 64U, &n_used, e->batch->energies[0])) {
      e->batch->pos[e->batch->n_frames++] = e->pos;
      run_batch(e, sink);
    }
  }

  for (uint32_t i = 0U; i < e->n_listeners; ++i) {
    e->scores[i] = -INFINITY;
  }

  for (uint32_t i = 0U; end && i < e->wait + 2U; ++i) {
    pick(e, e->scores, 1U);
    step(e, 0U, sink);
  }

  echoic_engine_seek(e, true, sink);
  echoic_engine_reset(e);
}
