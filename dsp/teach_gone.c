// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What has just gone, among other sounds, see teach_trim.h. */

#include "dsp/teach_trim.h"

#include "dsp/capture.h"
#include "dsp/teach_trim_parts.h"

#include <math.h>
#include <stdbool.h>

static const float  clear_db  = 5.0F;  ///< Of an onset
static const double most_s    = 0.85;  ///< Age of what is meant
static const size_t n_apart   = 40U;   ///< Blocks between two onsets
static const size_t n_unknown = 30U;   ///< Before which is too little
static const size_t n_attack  = 60U;   ///< Blocks in which it gets loud
static const size_t n_near    = 500U;  ///< Blocks in which others begin
static const size_t n_around  = 700U;  ///< Blocks before it ...
static const size_t n_silent  = 250U;  ///< ... without so long a pause
static const float  silent_db = 26.0F; ///< Below the peak
static const size_t n_soon    = 100U;  ///< Blocks in which its peak comes
static const size_t n_least   = 50U;   ///< Blocks of it, at least
static const size_t n_just    = 10U;   ///< Blocks before the next

static size_t
before(const size_t block, const size_t n)
{
  return block > n ? block - n : 0U;
}

static size_t
n_blocks(const double seconds)
{
  return (size_t)rint(seconds / ECHOIC_BLOCK_S);
}

static size_t
least_of(const size_t a, const size_t b)
{
  return a < b ? a : b;
}

/// Return if what is heard from block `first` on stands by itself
static bool
has_silence(const EchoicEnvelope* const e,
            const size_t                first,
            const float                 least)
{
  size_t n = 0U;
  for (size_t b = first; b < e->n_blocks && n <= n_silent; ++b) {
    n = e->smooth[b] < least ? n + 1U : 0U;
  }

  return n > n_silent;
}

/// Return if others are heard around a sound, from block `onset` to `stop`
static bool
is_among(const EchoicEnvelope* const e, const size_t onset, const size_t stop)
{
  const size_t peak  = onset + echoic_loudest(e->smooth + onset, stop - onset);
  const float  least = e->smooth[peak] * powf(10.0F, -silent_db / 10.0F);
  if (has_silence(e, before(onset, n_around), least)) {
    return false;
  }

  const size_t first = before(onset, n_near);
  const size_t last  = before(onset, n_unknown);
  for (size_t b = first > n_unknown ? first : n_unknown; b < last; ++b) {
    const size_t n = least_of(n_attack, last - b);
    if (echoic_onset_db(e, b) >= clear_db &&
        e->smooth[b + echoic_loudest(e->smooth + b, n)] >= least) {
      return true;
    }
  }

  return false;
}

/// Return if a block is the clearest onset around
static bool
is_onset(const EchoicEnvelope* const e, const size_t block, const size_t n_past)
{
  return echoic_onset_db(e, block) >= clear_db &&
         echoic_steepest(e, before(block, n_past), block + n_apart + 1U) ==
           block;
}

/// Return the last onset so long before the end, or 0
static size_t
find_last(const EchoicEnvelope* const e,
          const double                least_s,
          const double                longest_s)
{
  const size_t early = before(e->n_blocks, n_blocks(longest_s));
  const size_t first = early > n_unknown ? early : n_unknown;
  size_t       b     = before(e->n_blocks, n_blocks(least_s));
  while (b >= first && !is_onset(e, b, n_apart)) {
    --b;
  }

  return b >= first ? b : 0U;
}

/// Return the block before which a sound ends: at a pause, or the next onset
static size_t
find_stop(const EchoicEnvelope* const e, const size_t onset)
{
  const EchoicSurroundings none = {0U, -HUGE_VALF};
  const size_t             soon = least_of(n_soon, e->n_blocks - onset);
  const size_t       peak = onset + echoic_loudest(e->power + onset, soon);
  const EchoicLevels l    = {peak, none, none};
  const size_t       stop =
    1U + echoic_find_end(
           e, peak, n_blocks(ECHOIC_PAUSE_S), echoic_least_after(e, &l, peak));
  size_t b = onset + n_least;
  while (b < stop && !is_onset(e, b, n_just)) {
    ++b;
  }

  return b < stop ? b : stop;
}

EchoicStatus
echoic_trim_gone(const EchoicExample* const x,
                 const size_t               first,
                 const size_t               last,
                 EchoicTrim* const          trim)
{
  const EchoicExample loudest = {
    x->in + first, x->n_before + first, last - first, x->rate_hz};
  EchoicEnvelope e  = {0};
  EchoicStatus   st = echoic_trim(&loudest, ECHOIC_PAUSE_S, trim);
  st                = st ? st : echoic_envelope_new(x, &e);
  if (st) {
    return st;
  }

  trim->onset += first;
  trim->end += first;
  const size_t stop  = (trim->end + e.block - 1U) / e.block;
  const size_t usual = find_last(&e, ECHOIC_REACTION_S, ECHOIC_LATE_REACTION_S);
  const size_t onset =
    usual ? usual : find_last(&e, ECHOIC_EARLY_REACTION_S, most_s);
  if (onset && is_among(&e, trim->onset / e.block, stop)) {
    const size_t end   = least_of(find_stop(&e, onset) * e.block, x->n);
    const bool   is_in = (onset + n_least) * e.block < trim->end;
    trim->onset        = onset * e.block;
    trim->end          = is_in ? least_of(end, trim->end) : end;
  }

  echoic_envelope_clear(&e);
  return ECHOIC_OK;
}
