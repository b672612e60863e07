// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/features.h"
#include "dsp/kernels.h"
#include "dsp/live_parts.h"

#include <math.h>
#include <string.h>

enum { block_samples = 4096, catch_up = 4 };

static const double warm_s = 4.0;  ///< That a new detector hears first
static const double seam_s = 0.03; ///< Around S

static void
retire(EchoicLive* const l, EchoicDetector* const detector)
{
  if (detector) {
    l->retired[l->n_retired++] = detector; // There is room: see offer()
  }
}

ECHOIC_RT EchoicDetector*
echoic_live_collect(EchoicLive* const l)
{
  return l->n_retired ? l->retired[--l->n_retired] : NULL;
}

ECHOIC_RT EchoicDetector*
echoic_live_detector(const EchoicLive* const l)
{
  return l->waiting         ? l->waiting
         : l->next.detector ? l->next.detector
                            : l->current.detector;
}

ECHOIC_RT const EchoicDetector*
echoic_live_source(const EchoicLive* const l)
{
  return l->source ? l->source->detector : echoic_live_detector(l);
}

ECHOIC_RT uint64_t
echoic_live_now(const EchoicLive* const l)
{
  return l->now;
}

ECHOIC_RT EchoicPreroll
echoic_live_preroll(const EchoicLive* const l)
{
  const EchoicPreroll preroll = {l->ring, l->mask, l->now, &l->written};
  return preroll;
}

static uint64_t
max_delay(const EchoicVoice* const v)
{
  return v->detector && v->detector->engine
           ? echoic_engine_max_delay(v->detector->engine)
           : 0U;
}

ECHOIC_RT uint64_t
echoic_live_max_delay(const EchoicLive* const l)
{
  const uint64_t a = max_delay(&l->current);
  const uint64_t b = max_delay(&l->next);
  return a > b ? a : b;
}

ECHOIC_RT bool
echoic_live_is_heard(EchoicLive* const l, const float* const energies)
{
  if (echoic_kernels()->greatest(energies, ECHOIC_N_BANDS) > ECHOIC_SILENCE) {
    l->fades = l->now + echoic_live_max_delay(l);
  }

  return l->now < l->fades;
}

/// Let a detector begin with what was heard before
static void
begin(EchoicLive* const l, EchoicVoice* const v, EchoicDetector* const detector)
{
  const uint64_t warm = (uint64_t)(warm_s * l->rate_hz);
  const uint64_t kept = l->mask + 1U;
  const uint64_t most = warm < kept ? warm : kept;
  v->detector         = detector;
  v->base             = l->now > most ? l->now - most : 0U;
  v->heard            = v->base;
  echoic_live_instruct(l, detector);
}

ECHOIC_RT bool
echoic_live_offer(EchoicLive* const l, EchoicDetector* const detector)
{
  if (!detector ||
      l->n_retired + 3U > ECHOIC_LIVE_RETIRED) { // Current, next, waiting
    return false;
  }

  if (!l->current.detector && !l->next.detector && !l->now) {
    begin(l, &l->current, detector);
  } else if (!l->is_seam) {
    retire(l, l->next.detector);
    begin(l, &l->next, detector);
  } else {
    retire(l, l->waiting);
    l->waiting = detector;
    echoic_live_instruct(l, detector);
  }

  return true;
}

ECHOIC_RT void
echoic_live_reset(EchoicLive* const l)
{
  EchoicDetector* const newest = echoic_live_detector(l);
  EchoicDetector* const all[]  = {
     l->current.detector, l->next.detector, l->waiting};
  for (uint32_t i = 0U; i < 3U; ++i) {
    if (all[i] != newest) {
      retire(l, all[i]);
    }
  }

  memset(l->ring, 0, (size_t)(l->mask + 1U) * sizeof(float));
  l->now           = 0U;
  l->fades         = 0U;
  l->next.detector = NULL;
  l->waiting       = NULL;
  l->is_seam       = false;
  l->n_recent      = 0U;
  begin(l, &l->current, newest);
  if (newest && newest->engine) {
    echoic_engine_reset(newest->engine);
  }
}

ECHOIC_RT void
echoic_live_clear(EchoicLive* const l)
{
  echoic_live_reset(l);
  retire(l, l->current.detector);
  l->current.detector = NULL;
}

static uint64_t
distance(const uint64_t a, const uint64_t b)
{
  return a > b ? a - b : b - a;
}

/// True if the event was reported already, by the other detector
static bool
is_known(EchoicLive* const l, const uint32_t key, const uint64_t onset)
{
  const uint64_t near  = (uint64_t)(seam_s * l->rate_hz);
  const uint32_t most  = ECHOIC_LIVE_RECENT;
  const uint32_t count = l->n_recent < most ? l->n_recent : most;
  for (uint32_t i = 0U; i < count; ++i) {
    if (l->recent[i].key == key && distance(l->recent[i].onset, onset) < near) {
      return true;
    }
  }

  return false;
}

/// True if the newest detector has nothing in the slot of a sound
static bool
is_forgotten(const EchoicLive* const l, const uint32_t sound)
{
  const EchoicDetector* const newest = echoic_live_detector(l);
  const uint8_t               slot   = l->source->detector->slot_of[sound];
  return slot < ECHOIC_DETECTOR_SLOTS && newest->slots[slot].sound < 0;
}

/// True if an event of that onset is to be reported from this voice
static bool
is_due(const EchoicLive* const l, const uint32_t sound, const uint64_t onset)
{
  const uint64_t near = (uint64_t)(seam_s * l->rate_hz);
  const bool     old  = l->source == &l->current;
  if (is_forgotten(l, sound)) {
    return false;
  }

  if (!l->is_seam) {
    return old;
  }

  return old ? onset < l->seam + near : onset + near >= l->seam;
}

static ECHOIC_RT void
on_event(void* const context, const EchoicEvent* const event)
{
  EchoicLive* const l     = (EchoicLive*)context;
  EchoicEvent       moved = *event;
  moved.onset += l->source->base;
  moved.end += l->source->base;
  moved.decided += l->source->base;
  if (is_due(l, moved.sound, moved.onset)) {
    const uint32_t key = l->source->detector->key[event->sound];
    if (!l->is_seam || !is_known(l, key, moved.onset)) {
      const EchoicRecent recent                     = {key, moved.onset};
      l->recent[l->n_recent++ % ECHOIC_LIVE_RECENT] = recent;
      l->sink->event(l->sink->context, &moved);
    }
  }
}

static ECHOIC_RT void
on_rejected(void* const context, const EchoicRejected* const rejected)
{
  EchoicLive* const l     = (EchoicLive*)context;
  EchoicRejected    moved = *rejected;
  moved.event.onset += l->source->base;
  moved.event.end += l->source->base;
  moved.event.decided += l->source->base;
  if (is_due(l, moved.event.sound, moved.event.onset)) {
    l->sink->rejected(l->sink->context, &moved);
  }
}

static ECHOIC_RT void
on_frame(void* const context, const EchoicFrame* const frame)
{
  EchoicLive* const l = (EchoicLive*)context;
  if (l->source == (l->is_seam ? &l->next : &l->current)) {
    l->sink->frame(l->sink->context, frame);
  }
}

/// What a detector reports to
static EchoicSink
sink_of(EchoicLive* const l)
{
  const EchoicSink sink = {on_event,
                           l->sink->frame ? on_frame : NULL,
                           l,
                           l->sink->rejected ? on_rejected : NULL};
  return sink;
}

/// Let a detector hear `n` samples of the ring
static void
hear(EchoicLive* const l, EchoicVoice* const v, const uint64_t n)
{
  const EchoicSink sink = sink_of(l);
  l->source             = v;
  for (uint64_t left = n; left;) {
    const uint64_t at   = v->heard & l->mask;
    const uint64_t room = l->mask + 1U - at;
    const uint64_t part = left < room ? left : room;
    if (v->detector->engine) {
      echoic_engine_process(
        v->detector->engine, l->ring + at, (uint32_t)part, &sink);
    }
    v->heard += part;
    left -= part;
  }

  l->source = NULL;
}

/// The old detector has said all it had to
static void
promote(EchoicLive* const l)
{
  retire(l, l->current.detector);
  l->current       = l->next;
  l->next.detector = NULL;
  l->is_seam       = false;
  if (l->waiting) {
    EchoicDetector* const waiting = l->waiting;
    l->waiting                    = NULL;
    begin(l, &l->next, waiting);
  }
}

/// Let the next detector catch up with the sound
static void
follow(EchoicLive* const l, const uint32_t n_samples)
{
  const uint64_t behind = l->now - l->next.heard;
  const uint64_t most   = ((uint64_t)catch_up + 1U) * n_samples;
  hear(l, &l->next, behind < most ? behind : most);
  if (!l->is_seam && l->next.heard == l->now) {
    l->is_seam = true;
    l->seam    = l->now;
  }

  if (l->is_seam && l->now >= l->seam + max_delay(&l->current)) {
    promote(l);
  }
}

/**
   Write samples into the ring, where the worker may be reading.

   What is going to be overwritten is told before: who reads a new sample, then
   the count, knows.  The builtin takes floats that others read plainly.
*/
static void
write_ring(EchoicLive* const l, const float* const in, const uint32_t n)
{
  atomic_store_explicit(&l->written, l->now + n, memory_order_relaxed);
  for (uint32_t k = 0U; k < n; ++k) {
    float sample = isfinite(in[k]) ? in[k] : 0.0F;
    __atomic_store(&l->ring[(l->now + k) & l->mask], &sample, __ATOMIC_RELEASE);
  }

  l->now += n;
}

ECHOIC_RT void
echoic_live_process(EchoicLive* const       l,
                    const float* const      in,
                    const uint32_t          n_samples,
                    const EchoicSink* const sink)
{
  l->sink = sink;
  for (uint32_t i = 0U; i < n_samples;) {
    const uint32_t left = n_samples - i;
    const uint32_t n    = left < block_samples ? left : block_samples;
    write_ring(l, in + i, n);
    i += n;
    if (l->current.detector) {
      hear(l, &l->current, l->now - l->current.heard);
    }
    if (l->next.detector) {
      follow(l, n);
    }
  }
}

static void
finish(EchoicLive* const l, const EchoicVoice* const v)
{
  const EchoicSink sink = sink_of(l);
  l->source             = v;
  if (v->detector && v->detector->engine) {
    echoic_engine_finish(v->detector->engine, &sink);
  }

  l->source = NULL;
}

ECHOIC_RT void
echoic_live_finish(EchoicLive* const l, const EchoicSink* const sink)
{
  l->sink = sink;
  if (l->next.detector && !l->is_seam) {
    hear(l, &l->next, l->now - l->next.heard);
    l->is_seam = true;
    l->seam    = l->now;
  }

  finish(l, &l->current);
  finish(l, &l->next);
  echoic_live_reset(l);
}
