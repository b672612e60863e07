// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/engine.h"

#include "dsp/attack.h"
#include "dsp/engine_parts.h"
#include "dsp/kernels.h"

#include <math.h>
#include <string.h>

static const float  least_db  = -120.0F;
static const double level_s   = 0.1;   ///< After the onset, for the velocity
static const float  faint_db  = 30.0F; ///< Below what was taught
static const float  struck_db = 9.0F;  ///< Rise of a drum that still rings
static const float  taught_velocity = 100.0F;
static const float  velocity_per_db = 127.0F / 48.0F;

ECHOIC_RT void
echoic_engine_reset(EchoicEngine* const e)
{
  echoic_mel_reset(e->mel);
  echoic_features_reset(&e->features, e->n_bands);
  echoic_graph_reset(e->graph);
  echoic_arbiter_reset(&e->arbiter);
  echoic_strikes_reset(&e->strikes, 0U);
  memset(e->samples, 0, ((size_t)e->mask + 1U) * sizeof(float));
  e->history.n      = 0U;
  e->looks.n        = 0U;
  e->looks.first    = 0U;
  e->looks.is_begun = false;
  e->frame          = 0U;
  e->pos            = 0U;
  e->is_short       = e->wants_short;
  e->seam           = 0U;
  e->settled        = 0U;
  for (uint32_t i = 0U; i < e->n_listeners; ++i) {
    echoic_picker_reset(&e->listeners[i].picker);
    e->listeners[i].has_struck  = false;
    e->listeners[i].last_strike = 0U;
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
  const uint64_t first  = onset > oldest ? onset : oldest;
  const uint32_t n      = first < last ? (uint32_t)(last - first) : 0U;
  const uint32_t at     = (uint32_t)(first & e->mask);
  const uint32_t room   = e->mask + 1U - at;
  const uint32_t n_end  = n < room ? n : room;
  const float    peak = fmaxf(echoic_kernels()->loudest(e->samples + at, n_end),
                           echoic_kernels()->loudest(e->samples, n - n_end));
  return peak > 0.0F ? fmaxf(20.0F * log10f(peak), least_db) : least_db;
}

/// Where the sound begins by its score alone, in samples
static double
expected_onset(const EchoicEngine* const   e,
               const EchoicListener* const l,
               const double                frame)
{
  return ((frame * ECHOIC_HOP_S) - l->span_s) * e->rate_hz;
}

/// Return what was heard from sample `first` on, copied where it isn't in one
/// piece; before and after it is silence
static const float*
heard_from(const EchoicEngine* const e, const int64_t first, const uint32_t n)
{
  const int64_t heard = (int64_t)e->pos;
  const int64_t last  = first + (int64_t)n < heard ? first + (int64_t)n : heard;
  int64_t       at    = first > 0 ? first : 0;
  float* const  to    = e->around;
  const size_t  begin = (size_t)((uint64_t)at & e->mask);
  if (at == first && last == first + (int64_t)n && begin + n <= e->mask + 1U) {
    return e->samples + begin;
  }

  memset(to, 0, n * sizeof(float));
  while (at < last) {
    const size_t row  = (size_t)((uint64_t)at & e->mask);
    const size_t room = e->mask + 1U - row;
    const size_t left = (size_t)(last - at);
    const size_t some = left < room ? left : room;
    memcpy(to + (at - first), e->samples + row, some * sizeof(float));
    at += (int64_t)some;
  }

  return to;
}

/// Find the attack near the one expected of a sound that begins at `onset`;
/// return its sample, below 0 if nothing rises by `rise_db`
static double
find_attack(const EchoicEngine* const   e,
            const EchoicListener* const l,
            const double                onset,
            const float                 rise_db)
{
  const uint32_t margin = echoic_attack_margin(e->rate_hz);
  const int64_t  first =
    llround(onset + (l->attack_s * e->rate_hz)) - (int64_t)margin;
  if (!l->has_attack) {
    return -1.0;
  }

  const EchoicAttack found =
    echoic_attack_find(heard_from(e, first, 2U * margin), e->rate_hz);
  return found.rise_db >= rise_db
           ? (double)(first + (int64_t)margin + found.offset_samples)
           : -1.0;
}

ECHOIC_RT double
echoic_engine_struck(const EchoicEngine* const    e,
                     const EchoicListener* const  l,
                     const EchoicCandidate* const c)
{
  const double frame = (double)c->frame + (double)c->shift;
  const double onset = expected_onset(e, l, frame);
  return find_attack(e, l, onset, struck_db) / (ECHOIC_HOP_S * e->rate_hz);
}

/// From the peak of the score to the sample on which the sound begins
static uint64_t
find_onset(const EchoicEngine* const    e,
           const EchoicListener* const  l,
           const EchoicCandidate* const peak)
{
  const double frame  = (double)peak->frame + (double)peak->shift;
  double       onset  = expected_onset(e, l, frame);
  const double attack = find_attack(e, l, onset, ECHOIC_LEAST_RISE_DB);
  if (attack >= 0.0) {
    onset = attack - (l->attack_s * e->rate_hz);
  }

  return onset > 0.0 ? (uint64_t)llround(onset) : 0U;
}

ECHOIC_RT EchoicEvent
echoic_engine_describe(const EchoicEngine* const   e,
                       const EchoicListener* const l,
                       const uint64_t              onset)
{
  EchoicEvent event = {l->sound, onset, 0U, e->pos, 0.0F, 0.0F, 0.0F, 0.0F};
  event.end         = onset + (uint64_t)llround(l->length_s * e->rate_hz);
  event.level_db    = level_after(e, onset, event.end);
  event.velocity =
    taught_velocity + (velocity_per_db * (event.level_db - l->level_db));
  event.velocity = fminf(fmaxf(rintf(event.velocity), 1.0F), 127.0F);
  return event;
}

static EchoicEvent
describe(const EchoicEngine* const    e,
         const EchoicListener* const  l,
         const EchoicCandidate* const peak)
{
  EchoicEvent event = echoic_engine_describe(e, l, find_onset(e, l, peak));
  event.score       = peak->joined;
  event.threshold   = peak->threshold;
  return event;
}

/// Say why a candidate isn't an event, if anyone wants to know
static void
reject(EchoicEngine* const          e,
       const EchoicListener* const  l,
       const EchoicCandidate* const peak,
       const EchoicSink* const      sink)
{
  if (sink->rejected && !l->is_off) {
    EchoicRejected r        = {ECHOIC_REJECTED_MARGIN, describe(e, l, peak)};
    const float    full     = peak->joined + peak->explained;
    const bool     is_faint = r.event.level_db < l->level_db - faint_db;
    r.reason                = peak->is_masked           ? ECHOIC_REJECTED_MASK
                              : full >= peak->threshold ? ECHOIC_REJECTED_NEGATIVE
                              : is_faint                ? ECHOIC_REJECTED_LEVEL
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
  const EchoicListener* const l = &e->listeners[index];
  const float      best = echoic_match_fuse(peak->score, ECHOIC_MATCH_MOST);
  const EchoicLook look = {index,
                           {peak->frame,
                            peak->score,
                            best,
                            peak->shift,
                            l->threshold,
                            -1.0,
                            false,
                            false,
                            0.0F}};
  if (best >= l->threshold) {
    echoic_looks_add(e, &look);
  } else {
    reject(e, l, &look.candidate, sink);
  }
}

/// Find peaks of all sounds in frames of scores; null for silence
static void
pick(EchoicEngine* const e, const float* const scores, const uint32_t n_frames)
{
  const size_t n = e->n_listeners;
  memset(e->batch->n_peaks, 0, sizeof(e->batch->n_peaks));
  for (uint32_t i = 0U; i < n; ++i) { // Sound by sound, for the cache
    EchoicPicker* const picker = &e->listeners[i].picker;
    for (uint32_t k = 0U; k < n_frames; ++k) {
      const float score = scores ? scores[(k * n) + i] : -INFINITY;
      EchoicPeak  peak;
      if (echoic_picker_add(picker, score) &&
          echoic_picker_find(picker, &peak)) {
        const EchoicFoundPeak found                = {i, peak};
        e->peaks[(k * n) + e->batch->n_peaks[k]++] = found;
      }
    }
  }
}

/// Let frame `k` of the batch pass: consider its peaks, decide what is due
static void
step(EchoicEngine* const e, const uint32_t k, const EchoicSink* const sink)
{
  const EchoicFoundPeak* const found = e->peaks + ((size_t)k * e->n_listeners);
  ++e->frame;
  const uint32_t n_peaks = echoic_engine_picks(e) ? e->batch->n_peaks[k] : 0U;
  for (uint32_t i = 0U; i < n_peaks; ++i) {
    consider(e, found[i].listener, &found[i].peak, sink);
  }

  echoic_looks_take(e);
  const bool     is_due = echoic_arbiter_is_due(&e->arbiter, e->frame);
  const uint32_t n_due  = is_due ? e->n_listeners : 0U;
  for (uint32_t i = 0U; i < n_due; ++i) {
    const EchoicListener* const l = &e->listeners[i];
    EchoicCandidate             c;
    const int said = echoic_arbiter_decide(&e->arbiter, i, e->frame, &c);
    if (said > 0 && !l->is_off) {
      const EchoicEvent event = describe(e, l, &c);
      if (echoic_engine_may_tell(e, l, event.onset)) {
        sink->event(sink->context, &event);
      }
    } else if (said == 0) {
      reject(e, l, &c, sink);
    }
  }
}

/// Keep samples for what is measured on them: onsets and levels
static void
keep_samples(EchoicEngine* const e, const float* const in, const uint32_t n)
{
  const uint32_t at    = (uint32_t)(e->pos & e->mask);
  const uint32_t room  = e->mask + 1U - at;
  const uint32_t n_end = n < room ? n : room;
  memcpy(e->samples + at, in, n_end * sizeof(float));
  memcpy(e->samples, in + n_end, (n - n_end) * sizeof(float));
  e->pos += n;
}

/// Append a frame to the batch: its energies are there
static void
add_frame(EchoicEngine* const e)
{
  EchoicBatch* const b = e->batch;
  const uint32_t     k = b->n_frames++;
  echoic_features_process(&e->features, b->energies[k], b->features[k]);
  echoic_history_add(&e->history, &e->features, b->features[k]);
  b->pos[k] = e->pos;
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
    keep_samples(e, in + used, n_used);
    used += n_used;
    if (is_ready) {
      add_frame(e);
    }
  }

  return used;
}

/// Run the graph on all frames of the batch, then let one after the other pass
static void
run_batch(EchoicEngine* const e, const EchoicSink* const sink)
{
  EchoicBatch* const b       = e->batch;
  const uint64_t     pos     = e->pos;
  const uint64_t     n_heard = e->history.n;
  echoic_graph_process(e->graph, b->features[0], e->scores, b->n_frames);
  pick(e, e->scores, b->n_frames);
  for (uint32_t k = 0U; k < b->n_frames; ++k) {
    e->pos       = b->pos[k];
    e->history.n = n_heard - b->n_frames + k + 1U;
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
    run_batch(e, sink);
  }
}

/// Hear samples in those of both windows
static void
hear_both(EchoicEngine* const     e,
          const float* const      in,
          const uint32_t          n,
          const EchoicSink* const sink)
{
  for (uint32_t i = 0U; i < n;) {
    const uint32_t n_used = echoic_strikes_process(&e->strikes, in + i, n - i);
    hear(e, in + i, n_used, sink);
    echoic_engine_tell_strikes(e, sink);
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
    if (e->is_short) {
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
      add_frame(e);
      run_batch(e, sink);
    }
  }

  for (uint32_t i = 0U; end && i < e->wait + 2U; ++i) {
    pick(e, NULL, 1U);
    step(e, 0U, sink);
  }

  echoic_engine_reset(e);
}
