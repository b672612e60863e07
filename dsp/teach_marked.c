// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What somebody marked, see teach_trim.h. */

#include "dsp/teach_trim.h"

#include "dsp/teach_trim_parts.h"

#include <math.h>
#include <stdbool.h>

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
static const size_t n_aside      = 40U;   ///< Blocks from a point to an onset
static const float  point_db     = 6.0F;  ///< Of an onset at a point
static const double aside_db     = 12.0;  ///< Less at n_aside from it
static const size_t n_soon       = 100U;  ///< Blocks in which its peak comes

/// Return the loudest block from `first` to before `stop`
static size_t
loudest_of(const EchoicEnvelope* const e, const size_t first, const size_t stop)
{
  return first + echoic_loudest(e->power + first, stop - first);
}

/// Return if something begins in blocks `first` to before `stop`
static bool
has_onset(const EchoicEnvelope* const e, const size_t first, const size_t stop)
{
  return first < stop &&
         echoic_onset_db(e, echoic_steepest(e, first, stop)) >= next_rise_db;
}

/// Find levels; surroundings in which something begins are quieter pieces of
/// what was marked
static EchoicLevels
find_marked_levels(const EchoicEnvelope* const e, const bool has_past)
{
  const EchoicSurroundings none = {0U, -HUGE_VALF};
  EchoicLevels             l    = echoic_levels_find(e);
  const size_t             head = l.before.n_blocks;
  const size_t             tail = e->n_blocks - l.after.n_blocks;
  const size_t             stop = head > n_around ? head - n_around : 0U;
  l.before = has_onset(e, has_past ? 0U : n_quiet, stop) ? none : l.before;
  l.after  = has_onset(e, tail + n_quiet, e->n_blocks) ? none : l.after;
  return l;
}

/// Return the block at which a sound with a rise begins to swell, `rise` if it
/// doesn't: before it there may be the end of another sound
static size_t
find_swell(const EchoicEnvelope* const e,
           const EchoicLevels* const   l,
           const size_t                rise,
           const size_t                pause)
{
  const float  least_db = echoic_least_before(e, l, l->peak);
  const double least    = pow(10.0, (double)least_db / 10.0);
  const float  valley   = powf(10.0F, valley_db / 10.0F);
  float        low      = HUGE_VALF;
  size_t       last     = rise;
  size_t       quiet    = 0U;
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
                  const EchoicLevels* const   l,
                  const size_t                pause)
{
  const size_t head  = l->before.n_blocks;
  const size_t start = echoic_steepest(e, 0U, n_start);
  const float  level = echoic_power_db((double)e->smooth[start]);
  if (!head && echoic_onset_db(e, start) >= start_db &&
      level >= echoic_least_before(e, l, l->peak)) {
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
           : echoic_find_onset(e, l, pause);
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
          const EchoicLevels* const   l,
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
           const EchoicLevels* const   l,
           const size_t                onset,
           const size_t                stop)
{
  const size_t pause  = (size_t)(ECHOIC_PAUSE_S / ECHOIC_BLOCK_S);
  const size_t peak   = loudest_of(e, onset, stop);
  const float  before = echoic_least_before(e, l, peak);
  const float  after  = echoic_least_after(e, l, peak);
  return echoic_walk(e->smooth, stop, peak, -1, pause, before) >
           onset + pause ||
         echoic_walk(e->smooth, stop, peak, 1, pause, after) + pause < stop;
}

/// Return the block at which a sound begins: `onset` or, if there is a longer
/// pause between it and the peak, after that
static size_t
after_pause(const EchoicEnvelope* const e,
            const EchoicLevels* const   l,
            const size_t                onset,
            const double                pause_s)
{
  const double pause = pause_s / ECHOIC_BLOCK_S;
  if (!(pause < (double)e->n_blocks)) {
    return onset;
  }

  const size_t peak  = loudest_of(e, onset, e->n_blocks);
  const float  least = echoic_least_before(e, l, peak);
  const size_t first =
    echoic_walk(e->power, e->n_blocks, peak, -1, (size_t)pause, least);
  return (double)first > (double)onset + pause
           ? echoic_steepest(e, first - n_around, first + n_around)
           : onset;
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

  const double       longest_s = fmax(pause_s, ECHOIC_PAUSE_S);
  const double       share = pause_share * (double)e.n_blocks * ECHOIC_BLOCK_S;
  const double       most  = fmax(fmin(share, pause_s), ECHOIC_PAUSE_S);
  const size_t       pause = (size_t)(most / ECHOIC_BLOCK_S);
  const bool         has_past = x->n_before >= n_quiet * e.block;
  const EchoicLevels l        = find_marked_levels(&e, has_past);
  const size_t       onset =
    after_pause(&e, &l, find_marked_onset(&e, &l, pause), longest_s);
  const size_t peak = loudest_of(&e, onset, e.n_blocks);
  const size_t last =
    echoic_find_end(&e, peak, pause, echoic_least_after(&e, &l, peak));
  const size_t stop = find_next(&e, &l, onset, last + 1U);
  trim->paused      = has_pauses(&e, &l, onset, stop);
  return echoic_trim_finish(x, &e, &l, onset, stop, trim);
}

/// Return the block of the onset that is meant by a point: the clearest, and
/// the nearer the better, but for the first blocks, before which nothing is
/// known; or the point.  If that is in silence, it is early:
/// the clearest after it
static size_t
find_near(const EchoicEnvelope* const e,
          const EchoicLevels* const   l,
          const size_t                point,
          const size_t                unknown)
{
  size_t best    = point;
  float  most_db = point_db;
  size_t b       = point > n_aside + unknown ? point - n_aside : unknown;
  for (; b <= point + n_aside && b < e->n_blocks; ++b) {
    const double away = ((double)b - (double)point) / (double)n_aside;
    const float  db   = echoic_onset_db(e, b) - (float)(aside_db * away * away);
    best              = db > most_db ? b : best;
    most_db           = fmaxf(db, most_db);
  }

  const size_t peak  = loudest_of(e, point, e->n_blocks);
  const float  level = echoic_power_db((double)e->smooth[point]);
  return most_db > point_db || level >= echoic_least_before(e, l, peak)
           ? best
           : echoic_steepest(e, point, peak + 1U);
}

EchoicStatus
echoic_trim_point(const EchoicExample* const x,
                  const size_t               n_early,
                  EchoicTrim* const          trim)
{
  EchoicEnvelope     e  = {0};
  const EchoicStatus st = echoic_envelope_new(x, &e);
  if (st) {
    return st;
  }

  const size_t last  = e.n_blocks - 1U;
  const size_t early = n_early / e.block;
  EchoicLevels l     = echoic_levels_find(&e);
  const size_t first = x->n_before >= n_quiet * e.block ? 0U : n_around;
  const size_t onset = find_near(&e, &l, early < last ? early : last, first);
  const size_t pause = (size_t)(ECHOIC_PAUSE_S / ECHOIC_BLOCK_S);
  const size_t soon  = onset + n_soon;
  l.peak = loudest_of(&e, onset, soon < e.n_blocks ? soon : e.n_blocks);

  const float  least = echoic_least_after(&e, &l, l.peak);
  const size_t stop  = echoic_find_end(&e, l.peak, pause, least) + 1U;
  trim->paused       = false;
  return echoic_trim_finish(x, &e, &l, onset, stop, trim);
}
