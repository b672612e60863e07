// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What whoever presses, holds and lets go takes of what is heard, see
   capture.h. */

#include "dsp/capture.h"
#include "dsp/capture_parts.h"

#define KEPT ECHOIC_CAPTURE_KEPT

static const double tap_s    = 0.2;
static const double late_s   = 0.05;  ///< That is pressed after a beginning
static const double before_s = 0.002; ///< Taken before a sound
static const double after_s  = 0.05;  ///< Taken after one
static const double lead_s   = 0.2;   ///< Before the first sound in a hold
static const double recent_s = 4.0;   ///< Age of one that has just gone
static const double just_s   = 1.0;   ///< Age of one before the last

static void
ask(EchoicCapture* const capture, const EchoicCaptureState state)
{
  const EchoicStretchAt nothing = {0U, 0U};
  capture->state                = state;
  capture->asked                = capture->pos;
  capture->chosen               = 0U;
  capture->heard                = nothing;
}

ECHOIC_RT void
echoic_capture_arm(EchoicCapture* const capture)
{
  ask(capture, ECHOIC_CAPTURE_ARMED);
}

/// True if the newest sound is meant by who presses now
static bool
is_new(EchoicCapture* const c)
{
  return echoic_capture_newest(c)->start + echoic_capture_samples(c, late_s) >=
         c->pos;
}

/// Return from where on a sound is taken
static uint64_t
first_of(const EchoicCapture* const c, const EchoicStretchAt* const sound)
{
  // What was heard before may be as loud: it would be taken for the attack
  const uint64_t before = echoic_capture_samples(c, before_s);
  return sound->start - (sound->start < before ? sound->start : before);
}

ECHOIC_RT void
echoic_capture_choose(EchoicCapture* const c)
{
  c->first  = first_of(c, echoic_capture_newest(c));
  c->chosen = c->n_sounds;
}

ECHOIC_RT void
echoic_capture_hold(EchoicCapture* const capture)
{
  ask(capture, ECHOIC_CAPTURE_HELD);
  capture->first = capture->pos;
  if (capture->is_loud && is_new(capture)) {
    echoic_capture_choose(capture);
  }
}

ECHOIC_RT void
echoic_capture_cancel(EchoicCapture* const capture)
{
  capture->state = ECHOIC_CAPTURE_IDLE;
}

ECHOIC_RT bool
echoic_capture_release(EchoicCapture* const   capture,
                       EchoicStretchAt* const taken)
{
  if (capture->state != ECHOIC_CAPTURE_HELD) {
    return false;
  }

  if (capture->pos - capture->asked < echoic_capture_samples(capture, tap_s)) {
    capture->state =
      capture->chosen ? ECHOIC_CAPTURE_HEARING : ECHOIC_CAPTURE_ARMED;
    return false;
  }

  capture->state = ECHOIC_CAPTURE_IDLE;
  taken->start   = capture->first;
  taken->end     = capture->pos;
  return true;
}

ECHOIC_RT EchoicStretchAt
echoic_capture_held(const EchoicCapture* const   capture,
                    const EchoicStretchAt* const taken)
{
  const uint64_t  lead  = echoic_capture_samples(capture, lead_s);
  EchoicStretchAt whole = *taken;
  if (taken->start > capture->asked) {
    whole.start = taken->start - capture->asked > lead ? taken->start - lead
                                                       : capture->asked;
  }

  return whole;
}

ECHOIC_RT EchoicStretchAt
echoic_capture_with_margin(const EchoicCapture* const   c,
                           const EchoicStretchAt* const sound,
                           const bool                   is_last)
{
  const uint64_t  after = echoic_capture_samples(c, after_s);
  EchoicStretchAt taken = {first_of(c, sound), sound->end};
  if (is_last) { // Nothing has begun after it
    taken.end = taken.end + after < c->pos ? taken.end + after : c->pos;
  }

  return taken;
}

ECHOIC_RT bool
echoic_capture_end(EchoicCapture* const c, EchoicStretchAt* const taken)
{
  const EchoicCaptureState state = c->state;
  const bool is_short = c->pos - c->asked < echoic_capture_samples(c, tap_s);
  const bool is_old   = c->n_sounds && (!c->is_loud || !is_new(c));
  c->state            = ECHOIC_CAPTURE_IDLE;
  if (state == ECHOIC_CAPTURE_HELD) {
    const bool     is_heard = c->chosen || (c->is_loud && !is_short);
    const bool     is_next  = !is_old && c->chosen < c->n_sounds;
    const uint64_t end =
      is_next ? first_of(c, echoic_capture_newest(c)) : c->pos;
    const EchoicStretchAt held = {c->first, end};
    *taken                     = echoic_capture_held(c, &held);
    return is_heard && (is_old || c->chosen < c->n_sounds);
  }

  if (state != ECHOIC_CAPTURE_HEARING || (!is_old && !c->heard.end)) {
    return false;
  }

  *taken = c->heard.end
             ? c->heard
             : echoic_capture_with_margin(c, echoic_capture_newest(c), true);
  return true;
}

/// Return the number, from 1, of the last sound that began so long ago, or 0
static uint64_t
find_begun(const EchoicCapture* const c,
           const double               least_s,
           const double               most_s)
{
  const uint64_t before = c->n_sounds > KEPT ? c->n_sounds - KEPT : 0U;
  uint64_t       n      = c->n_sounds;
  while (n > before &&
         c->sounds[(n - 1U) % KEPT].start + echoic_capture_samples(c, least_s) >
           c->pos) {
    --n;
  }

  return n > before && c->sounds[(n - 1U) % KEPT].start +
                           echoic_capture_samples(c, most_s) >=
                         c->pos
           ? n
           : 0U;
}

ECHOIC_RT bool
echoic_capture_follow(EchoicCapture* const c)
{
  if (c->state != ECHOIC_CAPTURE_IDLE || !c->is_loud ||
      !find_begun(c, 0.0, ECHOIC_EARLY_REACTION_S) ||
      find_begun(c, ECHOIC_EARLY_REACTION_S, just_s)) {
    return false;
  }

  ask(c, ECHOIC_CAPTURE_HEARING);
  echoic_capture_choose(c);
  return true;
}

ECHOIC_RT EchoicStretchAt
echoic_capture_gone(const EchoicCapture* const c)
{
  const uint64_t second = echoic_capture_samples(c, 1.0);
  const uint64_t usual =
    find_begun(c, ECHOIC_REACTION_S, ECHOIC_LATE_REACTION_S);
  const uint64_t  other = find_begun(c, ECHOIC_EARLY_REACTION_S, just_s);
  const uint64_t  n     = usual ? usual : other ? other : c->n_sounds;
  EchoicStretchAt last  = {c->pos > second ? c->pos - second : 0U, c->pos};
  if (n) {
    const EchoicStretchAt* const s = &c->sounds[(n - 1U) % KEPT];
    if (s->end + echoic_capture_samples(c, recent_s) > c->pos) {
      last = echoic_capture_with_margin(c, s, n == c->n_sounds);
    }
  }

  return last;
}
