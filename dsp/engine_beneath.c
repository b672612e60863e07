// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Weaker sounds that began together with one that was recognised: a hat beneath
   a kick.  Their own scores don't show them, their attacks may. */

#include "dsp/engine_parts.h"

#include <math.h>

static const double around_s = 0.03;  ///< The onset: attacks that began with it
static const double past_s   = 0.03;  ///< Heard ahead of attacks
static const double look_s   = 0.013; ///< ... and after them

/// True if a sound was told near an onset
static bool
is_told(const EchoicEngine* const   e,
        const EchoicListener* const l,
        const uint64_t              onset)
{
  const uint64_t away =
    onset > l->last_told ? onset - l->last_told : l->last_told - onset;
  return l->has_told && away < echoic_engine_strike_mask(e, l);
}

/// Tell of a sound that was found at the onset of another
static void
tell(EchoicEngine* const            e,
     const EchoicFoundStrike* const found,
     const uint64_t                 onset,
     const EchoicSink* const        sink)
{
  EchoicListener* const l         = &e->listeners[found->listener];
  const float           threshold = echoic_engine_strike_threshold(l);
  if (found->listener != e->strikes.above && !l->is_off &&
      found->score >= threshold && !is_told(e, l, onset) &&
      echoic_engine_may_tell(e, l, onset)) {
    EchoicEvent event = echoic_engine_describe(e, l, onset);
    event.score       = found->score * l->threshold / threshold;
    event.threshold   = l->threshold;
    l->has_struck     = true; // It isn't told again by its score
    l->last_strike    = onset;
    sink->event(sink->context, &event);
  }
}

/// Let the short window hear what is kept around an event's onset, and tell
static void
seek(EchoicEngine* const     e,
     const uint32_t          listener,
     const uint64_t          onset,
     const EchoicSink* const sink)
{
  const uint64_t before = (uint64_t)lrint((around_s + past_s) * e->rate_hz);
  const uint64_t after  = (uint64_t)lrint((around_s + look_s) * e->rate_hz);
  const uint64_t end    = onset + after < e->pos ? onset + after : e->pos;
  const uint64_t oldest = e->pos > e->mask ? e->pos - e->mask : 0U;
  const uint64_t first  = onset > before ? onset - before : 0U;
  uint64_t       at     = first > oldest ? first : oldest;
  echoic_strikes_seek(&e->strikes, at, listener);
  while (at < end) {
    const uint64_t row  = at & e->mask;
    const uint64_t room = e->mask + 1U - row;
    const uint64_t n    = end - at < room ? end - at : room;
    at += echoic_strikes_process(&e->strikes, e->samples + row, (uint32_t)n);
    for (uint32_t i = 0U; i < e->strikes.n_found; ++i) {
      tell(e, &e->strikes.found[i], onset, sink);
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
  if (!e->is_short && echoic_strikes_may_hide(&e->strikes, listener)) {
    seek(e, listener, event->onset, sink);
  }
}
