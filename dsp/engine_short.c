// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What an engine does with the short window. */

#include "dsp/engine_parts.h"

#include <math.h>

static const double least_mask_s = 0.03;
static const double veil_s       = 0.05; ///< A score says less exactly where

/* The short window hears its first onset a moment after it begins, and may take
   a moment to decide its last. */
static const double deaf_s = 0.025;
static const double late_s = 0.015;

/// Let the other window tell of what begins from about now on
static void
turn(EchoicEngine* const e)
{
  const uint64_t deaf = (uint64_t)lrint(deaf_s * e->rate_hz);
  const uint64_t late = (uint64_t)lrint(late_s * e->rate_hz);
  e->is_short         = e->wants_short;
  e->seeks.n          = 0U;
  e->seeks.is_begun   = false;
  if (!e->pos) {
    echoic_strikes_reset(&e->strikes, 0U);
  } else if (e->is_short) {
    echoic_strikes_reset(&e->strikes, e->pos);
    e->seam    = e->pos + deaf;
    e->settled = e->seam + e->max_delay;
  } else {
    e->seam    = e->pos > late ? e->pos - late : 0U;
    e->settled = e->pos + e->max_delay;
    if (e->has_veil) {
      echoic_strikes_reset(&e->veil, e->pos);
    }
  }
}

ECHOIC_RT void
echoic_engine_set_short(EchoicEngine* const e, const bool is_short)
{
  e->wants_short = is_short;
}

ECHOIC_RT uint32_t
echoic_engine_turn(EchoicEngine* const e, const uint32_t n)
{
  if (e->wants_short != e->is_short && e->pos >= e->settled) {
    turn(e);
  }

  const uint64_t left = e->wants_short != e->is_short ? e->settled - e->pos : n;
  return left < n ? (uint32_t)left : n;
}

ECHOIC_RT bool
echoic_engine_picks(const EchoicEngine* const e)
{
  return !e->is_short || e->pos < e->settled;
}

ECHOIC_RT uint64_t
echoic_engine_strike_mask(const EchoicEngine* const   e,
                          const EchoicListener* const l)
{
  const double mask_s = fmax((double)l->asked_mask_s, least_mask_s);
  return (uint64_t)lrint(mask_s * e->rate_hz);
}

ECHOIC_RT bool
echoic_engine_may_tell(const EchoicEngine* const   e,
                       const EchoicListener* const l,
                       const uint64_t              onset)
{
  const uint64_t kept =
    l->n_struck < ECHOIC_STRUCK ? l->n_struck : ECHOIC_STRUCK;
  const uint64_t veil =
    l->is_veiled ? (uint64_t)lrint(veil_s * e->rate_hz) : 0U;
  const uint64_t own     = echoic_engine_strike_mask(e, l);
  const uint64_t mask    = own > veil ? own : veil;
  bool           is_told = false;
  for (uint64_t i = 0U; i < kept; ++i) {
    const uint64_t other = l->struck[i];
    const uint64_t away  = onset > other ? onset - other : other - onset;
    is_told              = is_told || away < mask;
  }

  return e->is_short == (onset < e->seam) && !is_told;
}

ECHOIC_RT void
echoic_listener_strike(EchoicListener* const l, const uint64_t onset)
{
  l->struck[l->n_struck++ % ECHOIC_STRUCK] = onset;
}

ECHOIC_RT float
echoic_engine_strike_threshold(const EchoicListener* const l)
{
  return l->taught > 0.0F ? ECHOIC_STRIKE_THRESHOLD * l->threshold / l->taught
                          : ECHOIC_STRIKE_THRESHOLD;
}

static void
decide(EchoicEngine* const            e,
       const EchoicFoundStrike* const found,
       const EchoicSink* const        sink)
{
  EchoicListener* const l         = &e->listeners[found->listener];
  const float           threshold = echoic_engine_strike_threshold(l);
  const uint64_t        mask      = echoic_engine_strike_mask(e, l);
  const uint64_t        last = l->struck[(l->n_struck - 1U) % ECHOIC_STRUCK];
  const bool            is_masked = l->n_struck && found->onset < last + mask;
  EchoicEvent           event     = echoic_engine_describe(e, l, found->onset);
  event.score                     = found->score;
  event.threshold                 = threshold;
  if (!l->is_off && !is_masked && found->score >= threshold) {
    echoic_listener_strike(l, found->onset);
    sink->event(sink->context, &event);
  } else if (sink->rejected && !l->is_off && found->is_last &&
             !(l->n_struck && found->onset == last)) {
    const EchoicReason why =
      is_masked ? ECHOIC_REJECTED_MASK : ECHOIC_REJECTED_MARGIN;
    const EchoicRejected rejected = {why, event};
    sink->rejected(sink->context, &rejected);
  }
}

ECHOIC_RT void
echoic_engine_tell_strikes(EchoicEngine* const e, const EchoicSink* const sink)
{
  for (uint32_t i = 0U; i < e->strikes.n_found; ++i) {
    decide(e, &e->strikes.found[i], sink);
  }
}

ECHOIC_RT void
echoic_engine_finish_strikes(EchoicEngine* const     e,
                             const EchoicSink* const sink)
{
  static const float silence[64] = {0.0F};
  while (e->is_short && e->strikes.n_queued) {
    (void)echoic_strikes_process(&e->strikes, silence, 64U);
    echoic_engine_tell_strikes(e, sink);
  }

  while (!e->is_short && e->has_veil && e->veil.n_queued) {
    (void)echoic_strikes_process(&e->veil, silence, 64U);
    echoic_engine_tell_veiled(e, sink);
  }
}
