// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What an engine says of a sound that it has recognised: where it begins, how
   loud it is. */

#include "dsp/attack.h"
#include "dsp/engine_parts.h"
#include "dsp/kernels.h"

#include <math.h>
#include <string.h>

static const float  least_db  = -120.0F;
static const double level_s   = 0.1;  ///< After the onset, for the velocity
static const float  struck_db = 9.0F; ///< Rise of a drum that still rings
static const float  taught_velocity = 100.0F;
static const float  velocity_per_db = 127.0F / 48.0F;

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
  const double onset = c->expected_s * e->rate_hz;
  return find_attack(e, l, onset, struck_db) / (ECHOIC_HOP_S * e->rate_hz);
}

/// Find the sample on which the sound begins
static uint64_t
find_onset(const EchoicEngine* const    e,
           const EchoicListener* const  l,
           const EchoicCandidate* const peak)
{
  double onset = peak->begins_s * e->rate_hz;
  if (!peak->is_recording) {
    const double expected = peak->expected_s * e->rate_hz;
    const double attack   = find_attack(e, l, expected, ECHOIC_LEAST_RISE_DB);
    onset = attack >= 0.0 ? attack - (l->attack_s * e->rate_hz) : onset;
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

ECHOIC_RT EchoicEvent
echoic_engine_describe_peak(const EchoicEngine* const    e,
                            const EchoicListener* const  l,
                            const EchoicCandidate* const peak)
{
  EchoicEvent event = echoic_engine_describe(e, l, find_onset(e, l, peak));
  event.score       = peak->joined;
  event.threshold   = peak->threshold;
  return event;
}
