// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/capture.h"

#include <math.h>
#include <string.h>

#define KEPT ECHOIC_CAPTURE_KEPT

static const double   block_s    = 0.001;
static const double   smooth_s   = 0.02;
static const double   quick_s    = 0.002;
static const double   rise_db_s  = 6.0; ///< Of the floor
static const float    silence_db = -60.0F;
static const float    least_db   = -120.0F;
static const float    onset_db   = 12.0F; ///< Above the floor
static const float    end_db     = 6.0F;  ///< Above the floor
static const float    range_db   = 26.0F; ///< Below the peak: it has ended
static const float    again_db   = 8.0F;  ///< Above S: it begins again
static const float    near_db    = 6.0F;  ///< And so near the peak
static const double   rose_s     = 0.01;  ///< What is high, before the rest
static const double   again_s    = 0.04;  ///< After its beginning at least
static const uint32_t pause      = 80U;   ///< Blocks
static const double   longest_s  = 5.0;
static const double   tap_s      = 0.2;
static const double   late_s     = 0.05;  ///< That is pressed after a beginning
static const double   before_s   = 0.002; ///< Taken before a sound
static const double   after_s    = 0.05;  ///< Taken after one
static const double   lead_s     = 0.2;   ///< Before the first sound in a hold
static const double   recent_s   = 4.0;   ///< Age of one that has just gone
static const double   just_s     = 1.0;   ///< Age of one before the last

void
echoic_capture_init(EchoicCapture* const capture, const double rate_hz)
{
  capture->rate_hz = rate_hz;
  capture->block   = (uint32_t)lrint(block_s * rate_hz);
  echoic_capture_reset(capture);
}

ECHOIC_RT void
echoic_capture_reset(EchoicCapture* const capture)
{
  const double   rate_hz = capture->rate_hz;
  const uint32_t block   = capture->block;
  memset(capture, 0, sizeof(*capture));
  capture->rate_hz  = rate_hz;
  capture->block    = block;
  capture->floor_db = INFINITY; // Of nothing heard
}

static float
to_db(const double power)
{
  return fmaxf((float)(10.0 * log10(power + 1e-30)), least_db);
}

static uint64_t
samples(const EchoicCapture* const c, const double seconds)
{
  return (uint64_t)(seconds * c->rate_hz);
}

static EchoicStretchAt*
newest(EchoicCapture* const c)
{
  return &c->sounds[(c->n_sounds - 1U) % KEPT];
}

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
  return newest(c)->start + samples(c, late_s) >= c->pos;
}

/// Let a hold begin with the newest sound
static void
choose(EchoicCapture* const c)
{
  const uint64_t start  = newest(c)->start;
  const uint64_t before = samples(c, before_s);
  c->first              = start - (start < before ? start : before);
  c->chosen             = c->n_sounds;
}

ECHOIC_RT void
echoic_capture_hold(EchoicCapture* const capture)
{
  ask(capture, ECHOIC_CAPTURE_HELD);
  capture->first = capture->pos;
  if (capture->is_loud && is_new(capture)) {
    choose(capture);
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

  if (capture->pos - capture->asked < samples(capture, tap_s)) {
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
  const uint64_t  lead  = samples(capture, lead_s);
  EchoicStretchAt whole = *taken;
  if (taken->start > capture->asked) {
    whole.start = taken->start - capture->asked > lead ? taken->start - lead
                                                       : capture->asked;
  }

  return whole;
}

/// A sound with what is taken around it
static EchoicStretchAt
with_margin(const EchoicCapture* const   c,
            const EchoicStretchAt* const sound,
            const bool                   is_last)
{
  // What was heard before may be as loud: it would be taken for the attack
  const uint64_t  before = samples(c, before_s);
  const uint64_t  after  = samples(c, after_s);
  EchoicStretchAt taken  = *sound;
  taken.start -= taken.start < before ? taken.start : before;
  if (is_last) { // Nothing has begun after it
    taken.end = taken.end + after < c->pos ? taken.end + after : c->pos;
  }

  return taken;
}

ECHOIC_RT bool
echoic_capture_end(EchoicCapture* const c, EchoicStretchAt* const taken)
{
  const EchoicCaptureState state    = c->state;
  const bool               is_short = c->pos - c->asked < samples(c, tap_s);
  const bool               is_old = c->n_sounds && (!c->is_loud || !is_new(c));
  c->state                        = ECHOIC_CAPTURE_IDLE;
  if (state == ECHOIC_CAPTURE_HELD) {
    const bool            is_heard = c->chosen || (c->is_loud && !is_short);
    const EchoicStretchAt held     = {c->first, c->pos};
    *taken                         = echoic_capture_held(c, &held);
    return is_heard && (is_old || c->chosen < c->n_sounds);
  }

  if (state != ECHOIC_CAPTURE_HEARING || (!is_old && !c->heard.end)) {
    return false;
  }

  *taken = c->heard.end ? c->heard : with_margin(c, newest(c), true);
  return true;
}

static void
begin_sound(EchoicCapture* const c)
{
  ++c->n_sounds;
  c->is_loud         = true;
  c->n_quiet         = 0U;
  c->rose            = 0U;
  c->all.peak_db     = to_db(c->all.quick);
  c->high.peak_db    = to_db(c->high.quick);
  newest(c)->start   = c->pos - c->block;
  newest(c)->end     = c->pos;
  const bool is_next = newest(c)->end >= c->asked;
  if (c->state == ECHOIC_CAPTURE_ARMED && is_next) {
    c->state = ECHOIC_CAPTURE_HEARING;
  }

  if (c->state == ECHOIC_CAPTURE_HELD && !c->chosen) {
    choose(c);
  }
}

/// The sound that is heard is over; true if it was waited for
static bool
end_sound(EchoicCapture* const   c,
          const bool             is_last,
          EchoicStretchAt* const taken)
{
  const bool is_taken = c->state == ECHOIC_CAPTURE_HEARING;
  c->is_loud          = false;
  if (is_taken) {
    c->state = ECHOIC_CAPTURE_IDLE;
    *taken   = with_margin(c, newest(c), is_last);
  } else if (c->state == ECHOIC_CAPTURE_HELD && c->chosen == c->n_sounds) {
    c->heard = with_margin(c, newest(c), is_last); // If that was a tap
  }

  return is_taken;
}

/// True if a band rises as at the beginning of a sound
static bool
rises(const EchoicLoudness* const l)
{
  const float quick_db = to_db(l->quick);
  return quick_db > to_db(l->smooth) + again_db &&
         quick_db > l->peak_db - near_db;
}

/// True if the next sound begins while one is heard
static bool
begins_again(EchoicCapture* const c)
{
  const bool is_old = c->pos - newest(c)->start > samples(c, again_s);
  if (is_old && rises(&c->high)) {
    c->rose = c->pos;
  }

  const bool rose = c->rose && c->pos - c->rose <= samples(c, rose_s);
  return is_old && (rises(&c->all) ||
                    (rose && to_db(c->all.quick) > c->all.peak_db - near_db));
}

/// Follow a sound through a block; true if it is over
static bool
go_on(EchoicCapture* const c, const float db, EchoicStretchAt* const taken)
{
  const uint64_t age       = c->pos - newest(c)->start;
  const float    smooth_db = to_db(c->all.smooth);
  if (begins_again(c)) {
    const bool is_taken = end_sound(c, false, taken);
    begin_sound(c);
    return is_taken;
  }

  c->all.peak_db   = fmaxf(c->all.peak_db, to_db(c->all.quick));
  c->high.peak_db  = fmaxf(c->high.peak_db, to_db(c->high.quick));
  const float over = fmaxf(c->floor_db + end_db, c->all.peak_db - range_db);
  c->n_quiet       = smooth_db < over && db < over ? c->n_quiet + 1U : 0U;
  if (!c->n_quiet) {
    newest(c)->end = c->pos;
  }

  if (c->n_quiet >= pause && smooth_db > c->floor_db + end_db) {
    // What it leaves behind isn't the next sound
    c->floor_db = smooth_db - (onset_db - again_db);
  }

  return (c->n_quiet >= pause || age > samples(c, longest_s)) &&
         end_sound(c, true, taken);
}

/// Take a block's sum of squares into the quick mean; return its power
static double
end_block(EchoicLoudness* const l, const uint32_t block)
{
  const double power = isfinite(l->sum) ? l->sum / block : 0.0;
  l->sum             = 0.0;
  l->quick += (block_s / quick_s) * (power - l->quick);
  return power;
}

/// A block is full
static bool
hear_block(EchoicCapture* const c, EchoicStretchAt* const taken)
{
  const double power    = end_block(&c->all, c->block);
  const double high     = end_block(&c->high, c->block);
  const float  db       = to_db(power);
  const float  rise     = (float)(rise_db_s * block_s);
  bool         is_taken = false;
  if (c->is_loud) {
    is_taken = go_on(c, db, taken);
  } else if (db > c->floor_db + onset_db && db > silence_db) {
    begin_sound(c);
  }

  c->all.smooth += (block_s / smooth_s) * (power - c->all.smooth);
  c->high.smooth += (block_s / smooth_s) * (high - c->high.smooth);
  c->floor_db = isfinite(c->floor_db)
                  ? fminf(c->floor_db + rise, to_db(c->all.smooth))
                  : db;
  if (c->state == ECHOIC_CAPTURE_HEARING && c->heard.end) {
    c->state = ECHOIC_CAPTURE_IDLE; // It was over before the tap was
    *taken   = c->heard;
    is_taken = true;
  }

  return is_taken;
}

ECHOIC_RT bool
echoic_capture_process(EchoicCapture* const   c,
                       const float* const     in,
                       const uint32_t         n_samples,
                       EchoicStretchAt* const taken)
{
  bool is_taken = false;
  for (uint32_t i = 0U; i < n_samples; ++i) {
    const double x = (double)in[i];
    const double d = x - c->last;
    c->last        = x;
    c->all.sum += x * x;
    c->high.sum += d * d;
    ++c->pos;
    if (++c->n_in_block == c->block) {
      EchoicStretchAt at = {0U, 0U};
      c->n_in_block      = 0U;
      if (hear_block(c, &at)) {
        is_taken = true;
        *taken   = at;
      }
    }
  }

  return is_taken;
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
         c->sounds[(n - 1U) % KEPT].start + samples(c, least_s) > c->pos) {
    --n;
  }

  return n > before &&
             c->sounds[(n - 1U) % KEPT].start + samples(c, most_s) >= c->pos
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
  choose(c);
  return true;
}

ECHOIC_RT EchoicStretchAt
echoic_capture_gone(const EchoicCapture* const c)
{
  const uint64_t second = samples(c, 1.0);
  const uint64_t usual =
    find_begun(c, ECHOIC_REACTION_S, ECHOIC_LATE_REACTION_S);
  const uint64_t  other = find_begun(c, ECHOIC_EARLY_REACTION_S, just_s);
  const uint64_t  n     = usual ? usual : other ? other : c->n_sounds;
  EchoicStretchAt last  = {c->pos > second ? c->pos - second : 0U, c->pos};
  if (n) {
    const EchoicStretchAt* const s = &c->sounds[(n - 1U) % KEPT];
    if (s->end + samples(c, recent_s) > c->pos) {
      last = with_margin(c, s, n == c->n_sounds);
    }
  }

  return last;
}
