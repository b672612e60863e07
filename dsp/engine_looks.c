// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* When second looks are taken, see engine_parts.h. */

#include "dsp/engine_parts.h"

static const float    sure  = 0.9F; ///< Of the least match, for rounding
static const uint32_t share = 8U;   ///< Of two steps for each that waits

/// Begin the second look that has waited longest
static void
begin_first(EchoicEngine* const e)
{
  EchoicLooks* const           q = &e->looks;
  const EchoicLook* const      k = &q->looks[q->first];
  const EchoicCandidate* const c = &k->candidate;
  const EchoicListener* const  l = &e->listeners[k->listener];

  const float   cube  = c->threshold * c->threshold * c->threshold;
  const float   least = sure * cube / c->score;
  const int64_t onset = (int64_t)c->frame - (int64_t)l->span;
  const bool    over  = !e->arbiter.is_early;
  echoic_match_begin(&q->matching, onset, UINT32_MAX, over, least);
  q->is_begun = true;
  q->stage =
    c->score < ECHOIC_LEAST_SCORE ? ECHOIC_LOOK_RECORDING : ECHOIC_LOOK_MATCH;
}

/// True if a candidate is strong enough, or a recording
static bool
counts(const EchoicCandidate* const c)
{
  return c->score >= ECHOIC_LEAST_SCORE || c->is_recording;
}

/// Return what comes after the match or, if `is_compared`, after the recordings
static EchoicLookStage
next_stage(EchoicEngine* const     e,
           const EchoicLook* const k,
           const bool              is_compared)
{
  const EchoicCandidate* const c = &k->candidate;
  if (!is_compared &&
      (k->is_paid ||
       echoic_recordings_ask(e, &e->listeners[k->listener], c->score))) {
    return ECHOIC_LOOK_RECORDING;
  }

  return counts(c) && echoic_arbiter_asks_attack(&e->arbiter, k->listener)
           ? ECHOIC_LOOK_ATTACK
           : ECHOIC_LOOK_DONE;
}

/// Take a step of the first; return what is next
static EchoicLookStage
step_stage(EchoicEngine* const e, EchoicLook* const k)
{
  EchoicLooks* const          q = &e->looks;
  EchoicCandidate* const      c = &k->candidate;
  const EchoicListener* const l = &e->listeners[k->listener];
  switch (q->stage) {
  case ECHOIC_LOOK_MATCH:
    if (echoic_match_step(&l->templates, &e->history, &q->matching)) {
      c->joined   = echoic_match_fuse(c->score, q->matching.best);
      c->begins_s = q->matching.is_placed ? q->matching.begins * ECHOIC_HOP_S
                                          : c->expected_s;
      return next_stage(e, k, false);
    }
    return q->stage;
  case ECHOIC_LOOK_RECORDING:
    return echoic_recordings_step(e, l, c) ? next_stage(e, k, true) : q->stage;
  case ECHOIC_LOOK_ATTACK:
    c->struck = echoic_engine_struck(e, l, c);
    return ECHOIC_LOOK_DONE;
  case ECHOIC_LOOK_DONE:
    break;
  }

  return ECHOIC_LOOK_DONE;
}

/// Go on with it; return true when it is taken
static bool
step_first(EchoicEngine* const e)
{
  EchoicLooks* const q = &e->looks;
  EchoicLook* const  k = &q->looks[q->first];
  if (!q->is_begun) {
    begin_first(e);
  }

  q->stage = step_stage(e, k);
  if (q->stage != ECHOIC_LOOK_DONE) {
    return false;
  }

  q->is_begun = false;
  q->first    = q->first + 1U < q->size ? q->first + 1U : 0U;
  --q->n;
  if (counts(&k->candidate)) {
    echoic_arbiter_add(&e->arbiter, k->listener, &k->candidate);
  }
  return true;
}

static void
take_first(EchoicEngine* const e)
{
  while (!step_first(e)) {
  }
}

ECHOIC_RT void
echoic_looks_add(EchoicEngine* const e, const EchoicLook* const look)
{
  EchoicLooks* const q = &e->looks;
  if (q->n == q->size) {
    take_first(e);
  }

  q->looks[(q->first + q->n++) % q->size] = *look;
}

/// Return how many must be taken for those up to a frame to be among them
static uint32_t
count_until(const EchoicLooks* const q, const uint64_t frame)
{
  uint32_t n = q->n;
  while (n && q->looks[(q->first + n - 1U) % q->size].candidate.frame > frame) {
    --n;
  }

  return n;
}

ECHOIC_RT void
echoic_looks_take(EchoicEngine* const e)
{
  const EchoicLooks* const q       = &e->looks;
  uint32_t                 n       = 0U;
  uint32_t                 n_steps = ((2U * q->n) + share - 1U) / share;
  if (e->arbiter.is_early) {
    n = q->n;
  } else if (q->n && e->frame > e->arbiter.wait) {
    // A decision may be due, and looks as far ahead as the arbiter
    const uint64_t due = e->frame - e->arbiter.wait - 1U;
    const uint32_t own = count_until(q, due);
    if (own || echoic_arbiter_is_due(&e->arbiter, e->frame)) {
      n       = count_until(q, due + ECHOIC_ARBITER_AHEAD);
      n_steps = 0U; // Events take their time, too
    }
  }

  while (n--) {
    take_first(e);
  }

  while (q->n && n_steps--) {
    step_first(e);
  }
}
