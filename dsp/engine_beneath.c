// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Weaker sounds that began together with one that was recognised: a hat beneath
   a kick.  Their own scores don't show them, their attacks may. */

#include "dsp/engine_parts.h"

#include <math.h>

static const double around_s = 0.03; ///< The onset: attacks that began with it
static const double past_s   = 0.03; ///< Heard ahead of attacks
static const double look_s   = 0.01; ///< ... and after them

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

/// Tell of a sound that was found at the onset of another; return if it counts
static bool
tell(EchoicEngine* const            e,
     const EchoicFoundStrike* const found,
     const uint64_t                 onset,
     const EchoicSink* const        sink)
{
  EchoicListener* const l         = &e->listeners[found->listener];
  const float           threshold = echoic_engine_strike_threshold(l);
  const bool            counts    = found->listener != e->strikes.above &&
                      found->score >= threshold && is_open(e, l, onset);
  if (counts) {
    EchoicEvent event = echoic_engine_describe(e, l, onset);
    event.score       = found->score * l->threshold / threshold;
    event.threshold   = l->threshold;
    l->has_struck     = true; // It isn't told again by its score
    l->last_strike    = onset;
    sink->event(sink->context, &event);
  }

  return counts;
}

/// Let the short window hear what is kept around an event's onset, until all of
/// `n_open` sounds are found, and tell of them
static void
seek(EchoicEngine* const      e,
     const EchoicEvent* const event,
     const uint32_t           above,
     uint32_t                 n_open,
     const EchoicSink* const  sink)
{
  const uint64_t before = (uint64_t)lrint((around_s + past_s) * e->rate_hz);
  const uint64_t after  = (uint64_t)lrint((around_s + look_s) * e->rate_hz);
  const uint64_t last   = event->onset + after;
  const uint64_t end    = last < e->pos ? last : e->pos;
  const uint64_t oldest = e->pos > e->mask ? e->pos - e->mask : 0U;
  const uint64_t first  = event->onset > before ? event->onset - before : 0U;
  uint64_t       at     = first > oldest ? first : oldest;
  echoic_strikes_seek(&e->strikes, at, above);
  while (at < end && n_open) {
    const uint64_t row  = at & e->mask;
    const uint64_t room = e->mask + 1U - row;
    const uint64_t n    = end - at < room ? end - at : room;
    at += echoic_strikes_process(&e->strikes, e->samples + row, (uint32_t)n);
    for (uint32_t i = 0U; i < e->strikes.n_found; ++i) {
      n_open -= tell(e, &e->strikes.found[i], event->onset, sink);
    }
  }
}

ECHOIC_RT void
echoic_engine_tell(EchoicEngine* const      e,
                   const uint32_t           listener,
                   const EchoicEvent* const event,
                   const EchoicSink* const  sink)
{
  EchoicListener* const l = &e->listeners[listener];
  l->has_told             = true;
  l->last_told            = event->onset;
  sink->event(sink->context, event);
  if (!e->is_short) {
    const uint32_t n_open = count_open(e, listener, event->onset);
    if (n_open) {
      seek(e, event, listener, n_open, sink);
    }
  }
}
