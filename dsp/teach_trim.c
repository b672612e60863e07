// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_trim.h"

#include "dsp/teach_envelope.h"

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

// Of what somebody marked, see teach_trim.h
static const double pause_share  = 0.2;
static const size_t n_start      = 8U;    ///< Blocks, the mark's very start
static const float  start_db     = 14.0F; ///< Of an onset there
static const double lead_share   = 0.45;
static const double most_lead_s  = 0.3;
static const size_t n_around     = 12U; ///< Blocks searched in any case
static const float  some_rise_db = 1.5F;
static const float  swell_db     = 6.0F; ///< Rise from which a sound swells ...
static const size_t n_beside     = 4U;   ///< ... so many blocks away or less
static const size_t n_quiet      = 30U;  ///< Blocks of silence before it ...
static const double quiet_share  = 0.1;  ///< ... of the least power of a sound
static const float  valley_db    = 15.0F; ///< Between two sounds
static const size_t n_next       = 150U;  ///< Blocks in which the next begins
static const size_t n_least      = 40U;   ///< Blocks of a sound before it
static const size_t n_sunk       = 15U;   ///< Blocks before it that are quiet
static const float  next_rise_db = 8.0F;
static const float  sunk_db      = 20.0F; ///< Below the peak
static const size_t n_cut        = 10U;   ///< Blocks in which it is cut off ...
static const float  cut_db       = 12.0F; ///< ... no further below its peak

/// Blocks at one edge of an example that don't belong to the sound
typedef struct {
  size_t n_blocks; ///< 0 if all of it does, or may
  float  db;
} Surroundings;

/**
   Find what surrounds the sound before (or after) its peak: as much as is no
   louder than the very edge, if it doesn't get louder towards the sound.  What
   does is its attack, or its decay.
*/
static Surroundings
surroundings(const EchoicEnvelope* const e,
             const size_t                peak,
             const bool                  is_after)
{
  const size_t n_most     = is_after ? e->n_blocks - 1U - peak : peak;
  const size_t share      = (size_t)(edge_share * (double)e->n_blocks);
  const size_t n_edge     = share < ECHOIC_SMOOTH_BLOCKS ? ECHOIC_SMOOTH_BLOCKS
                            : share > 5U * ECHOIC_SMOOTH_BLOCKS
                              ? 5U * ECHOIC_SMOOTH_BLOCKS
                              : share;
  const Surroundings none = {0U, unknown_db};
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
           : (Surroundings){n, echoic_power_db(echoic_mean_power(first, n))};
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
find_end(const EchoicEnvelope* const e,
         const size_t                peak,
         const size_t                pause,
         const float                 least_db)
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

/// Levels at which a sound ends
typedef struct {
  size_t       peak; ///< Loudest block
  Surroundings before;
  Surroundings after;
} Levels;

static Levels
find_levels(const EchoicEnvelope* const e)
{
  const size_t       peak = echoic_loudest(e->power, e->n_blocks);
  const Surroundings head = surroundings(e, peak, false);
  const Surroundings tail = surroundings(e, peak, true);
  // Single blocks of noise rise above it, so smoothly
  const float loud_db =
    echoic_power_db((double)e->smooth[echoic_loudest(e->smooth, e->n_blocks)]);
  const Levels levels = {peak,
                         believed(&head, &tail, loud_db, onset_over),
                         believed(&tail, &head, loud_db, end_over)};
  return levels;
}

/// Return the block from which a sound goes on to its peak
static size_t
find_onset(const EchoicEnvelope* const e,
           const Levels* const         l,
           const size_t                pause)
{
  const float least_db =
    fmaxf(echoic_block_db(e, l->peak) - onset_range, l->before.db + onset_over);
  return walk(e->power, e->n_blocks, l->peak, -1, pause, least_db);
}

/// Return the last block of a sound that has its peak at some block
static size_t
find_last(const EchoicEnvelope* const e,
          const Levels* const         l,
          const size_t                peak,
          const size_t                pause)
{
  const float least_db =
    fmaxf(echoic_block_db(e, peak) - end_range, l->after.db + end_over);
  return find_end(e, peak, pause, least_db);
}

/// Return the block at which a sound with a rise begins to swell, `rise` if it
/// doesn't: before it there may be the end of another sound
static size_t
find_swell(const EchoicEnvelope* const e,
           const Levels* const         l,
           const size_t                rise,
           const size_t                pause)
{
  const float least_db =
    fmaxf(echoic_block_db(e, l->peak) - onset_range, l->before.db + onset_over);
  const double least  = pow(10.0, (double)least_db / 10.0);
  const float  valley = powf(10.0F, valley_db / 10.0F);
  float        low    = HUGE_VALF;
  size_t       last   = rise;
  size_t       quiet  = 0U;
  size_t       b =
    rise > ECHOIC_SMOOTH_BLOCKS / 4U ? rise - (ECHOIC_SMOOTH_BLOCKS / 4U) : 0U;
  for (; b < e->n_blocks && quiet <= pause; --b) { // Wraps below 0
    low = fminf(low, e->smooth[b]);
    if (e->smooth[b] > low * valley) {
      break;
    }
    const bool loud = (double)e->power[b] > least;
    last            = loud ? b : last;
    quiet           = loud ? 0U : quiet + 1U;
  }

  const double before = echoic_mean_power(e->power + last - n_quiet, n_quiet);
  const size_t from   = last > n_beside ? last - n_beside : 0U;
  const size_t at     = echoic_steepest(e, from, last + n_beside + 1U);
  return before <= quiet_share * least || echoic_rise_db(e, at) >= swell_db
           ? last
           : rise;
}

/// Return the block at which what somebody marked begins
static size_t
find_marked_onset(const EchoicEnvelope* const e,
                  const Levels* const         l,
                  const size_t                pause)
{
  const size_t head  = l->before.n_blocks;
  const size_t start = echoic_steepest(e, 0U, n_start);
  if (!head && echoic_onset_db(e, start) >= start_db) {
    return find_swell(e, l, start, pause);
  }

  const size_t sound = e->n_blocks - head - l->after.n_blocks;
  const size_t lead =
    (size_t)fmin(lead_share * (double)sound, most_lead_s / ECHOIC_BLOCK_S);
  const size_t first = head > n_around ? head - n_around : 0U;
  const size_t stop  = head + (lead > n_around ? lead : n_around);
  const size_t onset = echoic_steepest(e, first, stop);
  return echoic_onset_db(e, onset) >= some_rise_db
           ? find_swell(e, l, onset, pause)
           : find_onset(e, l, pause);
}

/// Return if a sound that begins at a block is cut off at the mark's end
static bool
is_cut_off(const EchoicEnvelope* const e, const size_t block)
{
  const size_t n    = e->n_blocks - block;
  const size_t last = n < n_cut ? n : n_cut;
  const float  end_db =
    echoic_power_db(echoic_mean_power(e->power + e->n_blocks - last, last));
  const size_t peak = block + echoic_loudest(e->smooth + block, n);
  return end_db >= echoic_power_db((double)e->smooth[peak]) - cut_db;
}

/// Return the block before which the sound ends that begins at `onset`:
/// `stop`, or where the next one begins
static size_t
find_next(const EchoicEnvelope* const e,
          const Levels* const         l,
          const size_t                onset,
          const size_t                stop)
{
  const size_t least = onset + n_least;
  const size_t late  = e->n_blocks > n_next ? e->n_blocks - n_next : 0U;
  const size_t next =
    echoic_steepest(e, late > least ? late : least, e->n_blocks);
  if (l->after.n_blocks || next >= stop ||
      echoic_rise_db(e, next) < next_rise_db || !is_cut_off(e, next)) {
    return stop;
  }

  float low = HUGE_VALF;
  for (size_t b = next > n_sunk ? next - n_sunk : 0U; b < next; ++b) {
    low = fminf(low, e->smooth[b]);
  }

  const float sunk = echoic_block_db(e, l->peak) - sunk_db;
  return echoic_power_db((double)low) <= sunk ? next : stop;
}

/// Return if there are pauses in a sound
static bool
has_pauses(const EchoicEnvelope* const e,
           const Levels* const         l,
           const size_t                onset,
           const size_t                stop)
{
  const size_t pause = (size_t)(ECHOIC_PAUSE_S / ECHOIC_BLOCK_S);
  const size_t peak  = onset + echoic_loudest(e->power + onset, stop - onset);
  const float  db    = echoic_block_db(e, peak) - end_range;
  const float  least = fmaxf(db, l->after.db + end_over);
  return walk(e->smooth, stop, peak, 1, pause, least) + pause < stop ||
         walk(e->smooth, stop, peak, -1, pause, least) > onset + pause;
}

/// Fill in what was found, from block `onset` to before block `stop`
static EchoicStatus
finish(const EchoicExample* const x,
       EchoicEnvelope* const      e,
       const Levels* const        l,
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

  const size_t pause = (size_t)(pause_s / ECHOIC_BLOCK_S);
  const Levels l     = find_levels(&e);
  const size_t onset = find_onset(&e, &l, pause);
  trim->paused       = false;
  return finish(x, &e, &l, onset, find_last(&e, &l, l.peak, pause) + 1U, trim);
}

EchoicStatus
echoic_trim_marked(const EchoicExample* const x,
                   const double               pause_s,
                   EchoicTrim* const          trim)
{
  EchoicEnvelope     e  = {0};
  const EchoicStatus st = echoic_envelope_new(x, &e);
  if (st) {
    return st;
  }

  const double share = pause_share * (double)e.n_blocks * ECHOIC_BLOCK_S;
  const double most  = fmax(fmin(share, pause_s), ECHOIC_PAUSE_S);
  const size_t pause = (size_t)(most / ECHOIC_BLOCK_S);
  const Levels l     = find_levels(&e);
  const size_t onset = find_marked_onset(&e, &l, pause);
  const size_t peak =
    onset + echoic_loudest(e.power + onset, e.n_blocks - onset);
  const size_t last = find_last(&e, &l, peak, pause);
  const size_t stop  = find_next(&e, &l, onset, last + 1U);
  trim->paused       = has_pauses(&e, &l, onset, stop);
  return finish(x, &e, &l, onset, stop, trim);
}
