// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_ARBITER_H
#define ECHOIC_ARBITER_H

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "dsp/model.h"

#include <stdbool.h>
#include <stdint.h>

/**
   Between candidates and events: which of them count.

   A candidate of a sound at frame n with the joined score f is masked if a
   better one of the same sound comes within min(mask, 18) frames (0.1 s), or
   if the sound fired within the last `mask` frames and was no worse then.  A
   sound that rings for longer than its mask is masked so long, unless it was
   struck again: both have an attack, the second more than `mask` after the
   first.  So is what comes as soon after it, and is no better, than what its
   examples hold of it once more: the second swell of a drum.

   What is left may be explained by another sound: when sound j happens, sound
   l scores c_lj(tau) at a time tau after j's onset, as was seen in j's
   examples (EchoicProfile).  For all j that fire better, f_j > f_l, at most 18
   frames later,

       f_l <- f_l - 0.5 max_j c_lj(n_l - onset_j) min(s_j, 1.2)

   and l fires if that is still above its threshold.  What is known to be the
   recording of an example isn't explained.  Everything is decided
   `wait` frames after n, when all sounds' candidates up to 18 frames after n
   are known.

   Early: with wait = 0 a candidate is decided as soon as it is there, from what
   is known then; after a sound has fired, better ones within its mask are
   masked as well.
*/

#define ECHOIC_ARBITER_AHEAD 18U   ///< Frames, 0.1 s
#define ECHOIC_EXPLAINED 0.5F      ///< Share of the expected response
#define ECHOIC_EXPLAINED_MOST 1.2F ///< Score of the other sound that counts
#define ECHOIC_ARBITER_KEPT 96U    ///< Candidates remembered of a sound

/// A moment at which a sound may have happened
typedef struct {
  uint64_t frame;      ///< Peak of the score
  float    score;      ///< s
  float    joined;     ///< f
  float    threshold;  ///< At that moment
  double   struck;     ///< Its attack, in frames, or below 0 if it has none
  double   expected_s; ///< Where it begins by its score
  bool     is_masked;
  bool     is_decided;
  float    explained;    ///< Part of `joined` taken off when it was decided
  bool     is_recording; ///< Of an example, and `begins_s` is exact
  double   begins_s;     ///< Where it begins by what it is like
} EchoicCandidate;

/// What the arbiter knows of a sound
typedef struct {
  uint32_t        span;    ///< Frames from onset to peak
  uint32_t        mask;    ///< Frames
  uint32_t        ringing; ///< Frames, `mask` or more
  uint32_t        echo;    ///< Frames in which it may only seem to come again
  float           echoed;  ///< ... with an f up to this
  uint32_t        sound;   ///< Index in the model
  uint64_t        n_added; ///< Candidates so far
  uint64_t        n_decided;
  bool            has_fired;
  uint64_t        fired;        ///< Frame of the last that wasn't masked
  float           fired_joined; ///< Its f
  double          fired_struck; ///< Its attack
  EchoicCandidate kept[ECHOIC_ARBITER_KEPT]; ///< Ring
} EchoicContender;

/// All sounds
typedef struct {
  uint32_t         n_contenders;
  uint32_t         wait;     ///< Frames
  bool             is_early; ///< See above
  uint64_t         next;     ///< Least of `due`
  uint32_t         n_profiles;
  EchoicContender* contenders; ///< [n_contenders]
  uint64_t*        due;        ///< [n_contenders] Frame of the next candidate
  uint64_t*        until;  ///< [n_contenders] Frames from here on have nothing
                           ///< that a candidate of it could explain
  EchoicProfile* profiles; ///< [n_profiles], sounds are contenders here
  uint32_t*      sources;  ///< [n_profiles] The same as in the profiles
  uint32_t*      first;    ///< [n_contenders + 1] First profile of each
} EchoicArbiter;

/// Return the arena bytes
ECHOIC_SETUP size_t
echoic_arbiter_bytes(const EchoicModel* model, uint32_t n_contenders);

/**
   Make an arbiter for the live sounds of a model, in their order; false if it
   doesn't fit.  The caller sets span and mask of each contender, its echo if it
   has one, and `wait`.
*/
ECHOIC_SETUP bool
echoic_arbiter_prepare(const EchoicModel* model,
                       uint32_t           n_contenders,
                       EchoicArena*       arena,
                       EchoicArbiter*     arbiter);

/// Forget all candidates
ECHOIC_RT void
echoic_arbiter_reset(EchoicArbiter* arbiter);

/// True if it matters for a sound's candidates whether they are struck
static inline ECHOIC_RT bool
echoic_arbiter_asks_attack(const EchoicArbiter* const arbiter,
                           const uint32_t             contender)
{
  const EchoicContender* const c = &arbiter->contenders[contender];
  return c->mask < c->ringing;
}

/// Add a candidate: of one sound they come in order of their frames
ECHOIC_RT void
echoic_arbiter_add(EchoicArbiter*         arbiter,
                   uint32_t               contender,
                   const EchoicCandidate* candidate);

/// True if some sound's next candidate is due, at `now` frames heard
static inline ECHOIC_RT bool
echoic_arbiter_is_due(const EchoicArbiter* const arbiter, const uint64_t now)
{
  return now > arbiter->wait && arbiter->next < now - arbiter->wait;
}

/**
   Return the first sound from `contender` on whose next candidate is due, or
   the number of sounds.

   Ask for all of a frame: from 0 on, and from after each that was found, which
   is decided by then, until there are no more.
*/
ECHOIC_RT uint32_t
echoic_arbiter_find_due(EchoicArbiter* arbiter,
                        uint32_t       contender,
                        uint64_t       now);

/**
   Decide the next candidate of a sound that is due.

   @param now Frames heard.
   @param explains Explain also what can't fire, for those who ask why not.
   @param decided Set to the candidate, its `joined` after explanation.
   @return 1 if it fires, 0 if it doesn't, -1 if none is due.
*/
ECHOIC_RT int
echoic_arbiter_decide(EchoicArbiter*   arbiter,
                      uint32_t         contender,
                      uint64_t         now,
                      bool             explains,
                      EchoicCandidate* decided);

#endif // ECHOIC_ARBITER_H
