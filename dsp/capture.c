// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/capture.h"

#include "dsp/capture_parts.h"

#include <math.h>
#include <string.h>

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

static void
begin_sound(EchoicCapture* const c)
{
  ++c->n_sounds;
  c->is_loud                      = true;
  c->n_quiet                      = 0U;
  c->rose                         = 0U;
  c->all.peak_db                  = to_db(c->all.quick);
  c->high.peak_db                 = to_db(c->high.quick);
  echoic_capture_newest(c)->start = c->pos - c->block;
  echoic_capture_newest(c)->end   = c->pos;
  const bool is_next              = echoic_capture_newest(c)->end >= c->asked;
  if (c->state == ECHOIC_CAPTURE_ARMED && is_next) {
    c->state = ECHOIC_CAPTURE_HEARING;
  }

  if (c->state == ECHOIC_CAPTURE_HELD && !c->chosen) {
    echoic_capture_choose(c);
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
    *taken   = echoic_capture_with_margin(c, echoic_capture_newest(c), is_last);
  } else if (c->state == ECHOIC_CAPTURE_HELD && c->chosen == c->n_sounds) {
    c->heard = echoic_capture_with_margin(
      c, echoic_capture_newest(c), is_last); // If that was a tap
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
  const bool is_old = c->pos - echoic_capture_newest(c)->start >
                      echoic_capture_samples(c, again_s);
  if (is_old && rises(&c->high)) {
    c->rose = c->pos;
  }

  const bool rose =
    c->rose && c->pos - c->rose <= echoic_capture_samples(c, rose_s);
  return is_old && (rises(&c->all) ||
                    (rose && to_db(c->all.quick) > c->all.peak_db - near_db));
}

/// Follow a sound through a block; true if it is over
static bool
go_on(EchoicCapture* const c, const float db, EchoicStretchAt* const taken)
{
  const uint64_t age       = c->pos - echoic_capture_newest(c)->start;
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
    echoic_capture_newest(c)->end = c->pos;
  }

  if (c->n_quiet >= pause && smooth_db > c->floor_db + end_db) {
    // What it leaves behind isn't the next sound
    c->floor_db = smooth_db - (onset_db - again_db);
  }

  return (c->n_quiet >= pause || age > echoic_capture_samples(c, longest_s)) &&
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
