// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach.h"

#include <math.h>
#include <stdlib.h>

static const double block_s      = 0.001; ///< Of the envelope
static const double surround_s   = 0.05;  ///< Of surroundings, at the least
static const double edge_share   = 0.1;   ///< Of the example, that is its edge
static const size_t n_smooth     = 16U;   ///< Blocks, a period of 63 Hz
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

/// Power of short blocks
typedef struct {
  size_t n_blocks;
  size_t block;  ///< Samples
  float* power;  ///< [n_blocks], mean of squares
  float* smooth; ///< [n_blocks] Mean of n_smooth around each
} Envelope;

/// Blocks at one edge of an example that don't belong to the sound
typedef struct {
  size_t n_blocks; ///< 0 if all of it does, or may
  float  db;
} Surroundings;

static float
to_db(const double power)
{
  return (float)(10.0 * log10(power));
}

static double
mean(const float* const power, const size_t n)
{
  double sum = 0.0;
  for (size_t i = 0U; i < n; ++i) {
    sum += (double)power[i];
  }

  return n ? sum / (double)n : 0.0;
}

static size_t
loudest(const float* const power, const size_t n)
{
  size_t best = 0U;
  for (size_t i = 1U; i < n; ++i) {
    best = power[i] > power[best] ? i : best;
  }

  return best;
}

static EchoicStatus
envelope_new(const float* const in,
             const size_t       n,
             const double       rate_hz,
             Envelope* const    e)
{
  e->block    = (size_t)fmax(rint(block_s * rate_hz), 1.0);
  e->n_blocks = (n + e->block - 1U) / e->block;
  if (!e->n_blocks) {
    return ECHOIC_NOT_FOUND;
  }

  e->power = (float*)malloc(2U * (e->n_blocks + 1U) * sizeof(float));
  if (!e->power) {
    return ECHOIC_NO_MEMORY;
  }

  e->smooth = e->power + e->n_blocks;
  for (size_t b = 0U; b < e->n_blocks; ++b) {
    const size_t first = b * e->block;
    const size_t stop  = first + e->block < n ? first + e->block : n;
    double       sum   = 1e-12;
    for (size_t i = first; i < stop; ++i) {
      sum += (double)in[i] * (double)in[i];
    }
    e->power[b] = (float)(sum / (double)(stop - first));
  }

  for (size_t b = 0U; b < e->n_blocks; ++b) {
    const size_t half  = n_smooth / 2U;
    const size_t first = b > half ? b - half : 0U;
    const size_t stop  = b + half < e->n_blocks ? b + half : e->n_blocks;
    e->smooth[b]       = (float)mean(e->power + first, stop - first);
  }

  return ECHOIC_OK;
}

/**
   Find what surrounds the sound before (or after) its peak: as much as is no
   louder than the very edge, if it doesn't get louder towards the sound.  What
   does is its attack, or its decay.
*/
static Surroundings
surroundings(const Envelope* const e, const size_t peak, const bool is_after)
{
  const size_t       n_most = is_after ? e->n_blocks - 1U - peak : peak;
  const size_t       share  = (size_t)(edge_share * (double)e->n_blocks);
  const size_t       n_edge = share < n_smooth        ? n_smooth
                              : share > 5U * n_smooth ? 5U * n_smooth
                                                      : share;
  const Surroundings none   = {0U, unknown_db};
  if (n_most < n_edge) {
    return none;
  }

  const size_t last  = e->n_blocks - 1U;
  const size_t edge  = is_after ? e->n_blocks - n_edge : 0U;
  const double least = 2.0 * mean(e->power + edge, n_edge); // 3 dB more
  size_t       n     = 0U;
  while (n < n_most && (double)e->smooth[is_after ? last - n : n] <= least) {
    ++n;
  }

  const size_t half   = n / 2U;
  const float* first  = is_after ? e->power + e->n_blocks - n : e->power;
  const float  early  = to_db(mean(first, half) + 1e-15);
  const float  late   = to_db(mean(first + half, n - half) + 1e-15);
  const float  growth = is_after ? early - late : late - early;
  return (double)n * block_s < surround_s || growth > flat_db
           ? none
           : (Surroundings){n, to_db(mean(first, n))};
}

/**
   Return surroundings, or none if they can't be told from the sound.

   Those close to the peak are believed if they are the same on both sides;
   else they may be a quieter part of the sound.

   @param over Above the surroundings, in dB, is the sound.
*/
static Surroundings
believed(const Surroundings* const here,
         const Surroundings* const there,
         const float               loud_db,
         const float               over)
{
  const bool is_same = there->n_blocks && fabsf(here->db - there->db) < same_db;
  const float range  = is_same ? least_range : sure_range;
  return here->n_blocks && here->db + over <= loud_db - range
           ? *here
           : (Surroundings){0U, unknown_db};
}

/// Walk from block `from` in direction `step` to the last one that belongs:
/// after it there is a longer pause
static size_t
walk(const float* const power,
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

/// Find the end, smoothly so that noise isn't followed, then to the block
static size_t
find_end(const Envelope* const e,
         const size_t          peak,
         const size_t          pause,
         const float           least_db)
{
  const double least = pow(10.0, (double)least_db / 10.0);
  size_t       last  = walk(e->smooth, e->n_blocks, peak, 1, pause, least_db);
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

EchoicStatus
echoic_trim(const float* const in,
            const size_t       n,
            const double       rate_hz,
            const double       pause_s,
            EchoicTrim* const  trim)
{
  Envelope           e  = {0U, 0U, NULL, NULL};
  const EchoicStatus st = envelope_new(in, n, rate_hz, &e);
  if (st) {
    return st;
  }

  const size_t peak    = loudest(e.power, e.n_blocks);
  const float  peak_db = to_db((double)e.power[peak]);
  // Single blocks of noise rise above it, so smoothly
  const float loud_db = to_db((double)e.smooth[loudest(e.smooth, e.n_blocks)]);
  const Surroundings head   = surroundings(&e, peak, false);
  const Surroundings tail   = surroundings(&e, peak, true);
  const Surroundings before = believed(&head, &tail, loud_db, onset_over);
  const Surroundings after  = believed(&tail, &head, loud_db, end_over);
  const float  onset_db = fmaxf(peak_db - onset_range, before.db + onset_over);
  const float  end_db   = fmaxf(peak_db - end_range, after.db + end_over);
  const size_t n_head   = before.n_blocks * e.block;
  const size_t n_tail =
    (size_t)fmin((double)(after.n_blocks * e.block), (double)n);

  const size_t pause = (size_t)(pause_s / block_s);

  trim->onset = walk(e.power, e.n_blocks, peak, -1, pause, onset_db) * e.block;
  trim->end   = (find_end(&e, peak, pause, end_db) + 1U) * e.block;
  trim->end   = trim->end < n ? trim->end : n;
  trim->peak_db = highest_db(in, n);
  trim->clipped = is_clipped(in, n);
  // The highest sample, as peak_db is: noise has peaks, too
  trim->floor_db =
    fmaxf(highest_db(in, n_head), highest_db(in + n - n_tail, n_tail));
  free(e.power);
  return peak_db > silence_db ? ECHOIC_OK : ECHOIC_NOT_FOUND;
}
