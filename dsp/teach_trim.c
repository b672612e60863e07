// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_trim.h"

#include "dsp/teach_trim_parts.h"

#include <math.h>

static const double surround_s   = 0.05;  ///< Of surroundings, at the least
static const double edge_share   = 0.1;   ///< Of the example, that is its edge
static const float  onset_range  = 26.0F; ///< dB below the peak
static const float  end_range    = 32.0F; ///< dB below the peak
static const float  onset_over   = 6.0F;  ///< dB above what surrounds it
static const float  end_over     = 3.0F;  ///< dB above what surrounds it
static const float  sure_range   = 24.0F; ///< dB below the peak, see believed()
static const float  least_range  = 3.0F;  ///< dB, of any sound
static const float  flat_db      = 1.0F; ///< Between the halves of surroundings
static const float  same_db      = 3.0F; ///< Between both surroundings
static const float  silence_db   = -90.0F;
static const float  unknown_db   = -120.0F; ///< Level of no surroundings
static const float  clip_level   = 0.999F;
static const size_t clip_samples = 3U;

/**
   Find what surrounds the sound before (or after) its peak: as much as is no
   louder than the very edge, if it doesn't get louder towards the sound.  What
   does is its attack, or its decay.
*/
static EchoicSurroundings
surroundings(const EchoicEnvelope* const e,
             const size_t                peak,
             const bool                  is_after)
{
  const size_t n_most = is_after ? e->n_blocks - 1U - peak : peak;
  const size_t share  = (size_t)(edge_share * (double)e->n_blocks);
  const size_t n_edge = share < ECHOIC_SMOOTH_BLOCKS ? ECHOIC_SMOOTH_BLOCKS
                        : share > 5U * ECHOIC_SMOOTH_BLOCKS
                          ? 5U * ECHOIC_SMOOTH_BLOCKS
                          : share;
  const EchoicSurroundings none = {0U, unknown_db};
  if (n_most < n_edge) {
    return none;
  }

  const size_t last = e->n_blocks - 1U;
  const size_t edge = is_after ? e->n_blocks - n_edge : 0U;
  const double least =
    2.0 * echoic_mean_power(e->power + edge, n_edge); // 3 dB more
  size_t n = 0U;
  while (n < n_most && (double)e->smooth[is_after ? last - n : n] <= least) {
    ++n;
  }

  const size_t half  = n / 2U;
  const float* first = is_after ? e->power + e->n_blocks - n : e->power;
  const float  early = echoic_power_db(echoic_mean_power(first, half) + 1e-15);
  const float  late =
    echoic_power_db(echoic_mean_power(first + half, n - half) + 1e-15);
  const float growth = is_after ? early - late : late - early;
  return (double)n * ECHOIC_BLOCK_S < surround_s || growth > flat_db
           ? none
           : (EchoicSurroundings){n,
                                  echoic_power_db(echoic_mean_power(first, n))};
}

/**
   Return surroundings, or none if they can't be told from the sound.

   Those close to the peak are believed if they are the same on both sides;
   else they may be a quieter part of the sound.

   @param over Above the surroundings, in dB, is the sound.
*/
static EchoicSurroundings
believed(const EchoicSurroundings* const here,
         const EchoicSurroundings* const there,
         const float                     loud_db,
         const float                     over)
{
  const bool is_same = there->n_blocks && fabsf(here->db - there->db) < same_db;
  const float range  = is_same ? least_range : sure_range;
  return here->n_blocks && here->db + over <= loud_db - range
           ? *here
           : (EchoicSurroundings){0U, unknown_db};
}

size_t
echoic_walk(const float* const power,
            const size_t       n_blocks,
            const size_t       from,
            const int          step,
            const size_t       pause,
            const float        least_db)
{
  const double least = pow(10.0, (double)least_db / 10.0);
  size_t       last  = from;
  size_t       quiet = 0U;
  for (size_t b = from; b < n_blocks && quiet <= pause; b += (size_t)step) {
    const bool loud = (double)power[b] > least; // b wraps to SIZE_MAX below 0
    last            = loud ? b : last;
    quiet           = loud ? 0U : quiet + 1U;
  }

  return last;
}

size_t
echoic_find_end(const EchoicEnvelope* const e,
                const size_t                peak,
                const size_t                pause,
                const float                 least_db)
{
  const double least = pow(10.0, (double)least_db / 10.0);
  size_t last = echoic_walk(e->smooth, e->n_blocks, peak, 1, pause, least_db);
  while (last > peak && (double)e->power[last] <= least) {
    --last;
  }

  return last;
}

static float
highest_db(const float* const in, const size_t n)
{
  float highest = 0.0F;
  for (size_t i = 0U; i < n; ++i) {
    highest = fmaxf(highest, fabsf(in[i]));
  }

  return 20.0F * log10f(fmaxf(highest, 1e-6F));
}

static bool
is_clipped(const float* const in, const size_t n)
{
  size_t run = 0U;
  for (size_t i = 0U; i < n && run < clip_samples; ++i) {
    run = fabsf(in[i]) >= clip_level ? run + 1U : 0U;
  }

  return run >= clip_samples;
}

EchoicLevels
echoic_levels_find(const EchoicEnvelope* const e)
{
  const size_t             peak = echoic_loudest(e->power, e->n_blocks);
  const EchoicSurroundings head = surroundings(e, peak, false);
  const EchoicSurroundings tail = surroundings(e, peak, true);
  // Single blocks of noise rise above it, so smoothly
  const float loud_db =
    echoic_power_db((double)e->smooth[echoic_loudest(e->smooth, e->n_blocks)]);
  const EchoicLevels levels = {peak,
                               believed(&head, &tail, loud_db, onset_over),
                               believed(&tail, &head, loud_db, end_over)};
  return levels;
}

float
echoic_least_before(const EchoicEnvelope* const e,
                    const EchoicLevels* const   l,
                    const size_t                peak)
{
  return fmaxf(echoic_block_db(e, peak) - onset_range,
               l->before.db + onset_over);
}

float
echoic_least_after(const EchoicEnvelope* const e,
                   const EchoicLevels* const   l,
                   const size_t                peak)
{
  return fmaxf(echoic_block_db(e, peak) - end_range, l->after.db + end_over);
}

size_t
echoic_find_onset(const EchoicEnvelope* const e,
                  const EchoicLevels* const   l,
                  const size_t                pause)
{
  const float least_db = echoic_least_before(e, l, l->peak);
  return echoic_walk(e->power, e->n_blocks, l->peak, -1, pause, least_db);
}

EchoicStatus
echoic_trim_finish(const EchoicExample* const x,
                   EchoicEnvelope* const      e,
                   const EchoicLevels* const  l,
                   const size_t               onset,
                   const size_t               stop,
                   EchoicTrim* const          trim)
{
  const size_t n_head = l->before.n_blocks * e->block;
  const size_t n_tail =
    (size_t)fmin((double)(l->after.n_blocks * e->block), (double)x->n);
  trim->onset   = onset * e->block;
  trim->end     = stop * e->block < x->n ? stop * e->block : x->n;
  trim->peak_db = highest_db(x->in, x->n);
  trim->clipped = is_clipped(x->in, x->n);
  // The highest sample, as peak_db is: noise has peaks, too
  trim->floor_db =
    fmaxf(highest_db(x->in, n_head), highest_db(x->in + x->n - n_tail, n_tail));
  const float peak_db = echoic_block_db(e, l->peak);
  echoic_envelope_clear(e);
  return peak_db > silence_db ? ECHOIC_OK : ECHOIC_NOT_FOUND;
}

EchoicStatus
echoic_trim(const EchoicExample* const x,
            const double               pause_s,
            EchoicTrim* const          trim)
{
  EchoicEnvelope     e  = {0};
  const EchoicStatus st = echoic_envelope_new(x, &e);
  if (st) {
    return st;
  }

  const size_t       pause = (size_t)(pause_s / ECHOIC_BLOCK_S);
  const EchoicLevels l     = echoic_levels_find(&e);
  const size_t       onset = echoic_find_onset(&e, &l, pause);
  trim->paused             = false;
  return echoic_trim_finish(
    x,
    &e,
    &l,
    onset,
    echoic_find_end(&e, l.peak, pause, echoic_least_after(&e, &l, l.peak)) + 1U,
    trim);
}
