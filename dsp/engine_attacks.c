// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What attacks say with the normal window: that a doubtful hit is one, and
   which weaker hits began together with one that was recognised: a hat beneath
   a kick, whose own score doesn't show it. */

#include "dsp/engine_parts.h"

#include <math.h>
#include <string.h>

static const double around_s = 0.03;  ///< The onset: attacks that began with it
static const double past_s   = 0.03;  ///< Heard ahead of attacks
static const double look_s   = 0.01;  ///< ... and after them
static const double share_s  = 0.021; ///< Heard with each frame at most
static const double seek_s   = 0.07;  ///< That it takes, about

static const uint32_t most_hidden = 8U;   ///< Sounds that are sought
static const float    sure        = 1.3F; ///< Times the threshold: no doubt

/// True if a sound may be told at an onset: it wasn't yet
static bool
is_open(const EchoicEngine* const   e,
        const EchoicListener* const l,
        const uint64_t              onset)
{
  const uint64_t away =
    onset > l->last_told ? onset - l->last_told : l->last_told - onset;
  const bool is_told = l->has_told && away < echoic_engine_strike_mask(e, l);
  return !l->is_off && !is_told && echoic_engine_may_tell(e, l, onset);
}

/// Count the sounds that may hide beneath another at an onset
static uint32_t
count_open(const EchoicEngine* const e,
           const uint32_t            above,
           const uint64_t            onset)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < e->n_listeners; ++i) {
    n += echoic_strikes_may_hide(&e->strikes, i, above) &&
         is_open(e, &e->listeners[i], onset);
  }

  return n;
}

/// Tell of a sound that was found by its attack, if it counts
static void
tell(EchoicEngine* const            e,
     const EchoicFoundStrike* const found,
     const uint64_t                 onset,
     const EchoicSink* const        sink)
{
  EchoicListener* const l         = &e->listeners[found->listener];
  const float           threshold = echoic_engine_strike_threshold(l);
  if (found->score >= threshold && is_open(e, l, onset)) {
    EchoicEvent event = echoic_engine_describe(e, l, onset);
    event.score       = found->score * l->threshold / threshold;
    event.threshold   = l->threshold;
    echoic_listener_strike(l, onset); // It isn't told again by its score
    sink->event(sink->context, &event);
  }
}

/// Return the sample from which on attacks are heard that began with an event,
/// or the oldest that is kept
static uint64_t
first_of(const EchoicEngine* const e, const uint64_t onset)
{
  const uint64_t before = (uint64_t)lrint((around_s + past_s) * e->rate_hz);
  const double   ahead  = ECHOIC_BATCH * ECHOIC_HOP_S; // May be overwritten
  const uint64_t kept   = e->mask - (uint64_t)lrint(ahead * e->rate_hz);
  const uint64_t oldest = e->pos > kept ? e->pos - kept : 0U;
  const uint64_t first  = onset > before ? onset - before : 0U;
  return first > oldest ? first : oldest;
}

/// Let the short window hear at most to its next frame; return where it is
static uint64_t
hear(EchoicEngine* const e, const uint64_t at, const uint64_t end)
{
  const uint64_t row  = at & e->mask;
  const uint64_t room = e->mask + 1U - row;
  const uint64_t n    = end - at < room ? end - at : room;
  return at +
         echoic_strikes_process(&e->strikes, e->samples + row, (uint32_t)n);
}

/// Return the sample to which attacks are heard that began with an event
static uint64_t
last_of(const EchoicEngine* const e, const uint64_t onset)
{
  return onset + (uint64_t)lrint((around_s + look_s) * e->rate_hz);
}

ECHOIC_RT bool
echoic_engine_confirm(EchoicEngine* const      e,
                      const uint32_t           listener,
                      const EchoicEvent* const event)
{
  const float threshold =
    echoic_engine_strike_threshold(&e->listeners[listener]);
  const uint64_t last = last_of(e, event->onset);
  const uint64_t end  = last < e->pos ? last : e->pos;
  if (e->is_short || event->score >= sure * event->threshold ||
      !echoic_strikes_is_sharp(&e->strikes, listener)) {
    return true;
  }

  bool     found    = false;
  uint64_t at       = first_of(e, event->onset);
  e->seeks.is_begun = false; // What is being sought is begun again
  echoic_strikes_seek(&e->strikes, at, listener, true);
  while (at < end && !found) {
    at = hear(e, at, end);
    for (uint32_t i = 0U; i < e->strikes.n_found; ++i) {
      const EchoicFoundStrike* const f = &e->strikes.found[i];
      found = found || (f->listener == listener && f->score >= threshold);
    }
  }

  return found;
}

/// Seek beneath the first event, a step; true if that is done
static bool
step(EchoicEngine* const e, const bool is_end, const EchoicSink* const sink)
{
  EchoicSeeks* const        q      = &e->seeks;
  const EchoicSought* const sought = &q->sought[0];
  const uint64_t            share  = (uint64_t)lrint(share_s * e->rate_hz);
  const uint64_t            last   = last_of(e, sought->onset);
  if (!q->is_begun) {
    q->is_begun = true;
    q->at       = first_of(e, sought->onset);
    echoic_strikes_seek(&e->strikes, q->at, sought->listener, false);
  }

  const uint64_t far        = last < e->pos ? last : e->pos;
  const uint64_t next       = q->at + share < far ? q->at + share : far;
  bool           has_looked = false;
  while (q->at < next && !has_looked) {
    q->at      = hear(e, q->at, next);
    has_looked = e->strikes.has_looked;
    for (uint32_t i = 0U; i < e->strikes.n_found; ++i) {
      const EchoicFoundStrike* const found = &e->strikes.found[i];
      if (found->listener != sought->listener) {
        tell(e, found, sought->onset, sink);
      }
    }
  }

  return q->at >= last || (is_end && q->at >= far) ||
         !count_open(e, sought->listener, sought->onset);
}

ECHOIC_RT void
echoic_engine_seek(EchoicEngine* const     e,
                   const bool              end,
                   const EchoicSink* const sink)
{
  EchoicSeeks* const q = &e->seeks;
  do {
    if (q->n && step(e, end, sink)) {
      --q->n;
      memmove(q->sought, q->sought + 1, q->n * sizeof(EchoicSought));
      q->is_begun = false;
    }
  } while (q->n && end);
}

ECHOIC_RT void
echoic_engine_tell_veiled(EchoicEngine* const e, const EchoicSink* const sink)
{
  for (uint32_t i = 0U; i < e->veil.n_found; ++i) {
    const EchoicFoundStrike* const found = &e->veil.found[i];
    if (e->listeners[found->listener].is_veiled) {
      tell(e, found, found->onset, sink);
    }
  }
}

ECHOIC_SETUP uint64_t
echoic_engine_seek_delay(const EchoicEngine* const e)
{
  bool may_hide = false;
  for (uint32_t i = 0U; i < e->n_listeners; ++i) {
    for (uint32_t k = 0U; k < e->n_listeners; ++k) {
      may_hide = may_hide || echoic_strikes_may_hide(&e->strikes, i, k);
    }
  }

  return may_hide ? (uint64_t)lrint(seek_s * e->rate_hz) : 0U;
}

ECHOIC_RT void
echoic_engine_tell(EchoicEngine* const      e,
                   const uint32_t           listener,
                   const EchoicEvent* const event,
                   const EchoicSink* const  sink)
{
  EchoicListener* const l      = &e->listeners[listener];
  const EchoicSought    sought = {listener, event->onset};
  l->has_told                  = true;
  l->last_told                 = event->onset;
  sink->event(sink->context, event);
  const uint32_t n_open = e->is_short || e->seeks.n == ECHOIC_SEEKS
                            ? 0U
                            : count_open(e, listener, event->onset);
  if (n_open && n_open <= most_hidden) {
    e->seeks.sought[e->seeks.n++] = sought;
  }
}
