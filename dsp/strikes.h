// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_STRIKES_H
#define ECHOIC_STRIKES_H

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "dsp/model.h"
#include "dsp/strike_fit.h"
#include "dsp/strike_gate.h"
#include "dsp/strike_low.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Percussive sounds by what the short window sees of their attacks: decided a
   few milliseconds after the onset.

   An onset (strike_gate.h) at frame n is explained (strike_fit.h) by the
   examples' attacks at frame n + 6, 4 ms later, from frames n + 3 and n + 6.
   What isn't found then may be found at frame n + 14 from frames n + 6 and
   n + 14, if the evidence is more, and at last at frame n + 17, unless another
   onset follows, from frame n + 14 and what a longer window sees of low notes
   (strike_low.h): soft drums beneath others.  What was marked as "not this" and
   as background takes part in the fit, and is never told.

   A sound that was found goes on to grow for some 10 ms, which may look like
   another onset.  So what was there before an onset is, in each band, at least
   what sounds found up to 16 frames earlier have then: the gain times the
   energy that all but three tenths of their examples have in that band, between
   the frames known of them.

   Nothing is found where the fit is bad: C / C_0^(1/4) must be below 0.55, with
   C for each cell, C_0 that of what was there before.  What is far above the
   background may differ more from the examples.
*/

#define ECHOIC_STRIKE_QUEUE 16U ///< Onsets to be looked at
#define ECHOIC_STRIKE_TIMES 3U  ///< That an onset is looked at
#define ECHOIC_STRIKE_FOUND \
  (ECHOIC_STRIKE_TIMES * ECHOIC_STRIKE_MOST) ///< At one frame

/// A sound that was found at an onset
typedef struct {
  uint32_t listener; ///< Sound, counting those that live
  uint64_t frame;    ///< Of the onset
  uint64_t onset;    ///< Sample, to about a millisecond
  float    score;    ///< 1/2 where it counts
  bool     is_last;  ///< It won't be looked at again
} EchoicFoundStrike;

#define ECHOIC_STRIKE_LASTING_ROWS 4U ///< Of each sound
#define ECHOIC_STRIKE_RECENT 8U

/// A sound that was found a moment ago
typedef struct {
  uint64_t onset; ///< Frame
  uint32_t sound;
  float    gain;
} EchoicRecentStrike;

/// The detector
typedef struct {
  EchoicShort*       front;
  EchoicLow*         low;
  EchoicStrikeGate   gate;
  double             rate_hz;
  uint64_t           start;   ///< Sample at which hearing began
  uint32_t           n_bands; ///< Bands that examples and sound have
  uint32_t           n_sounds;
  uint32_t           n_rivals; ///< 1 if there is what is none of them
  uint32_t           n_shapes;
  EchoicShape*       shapes[ECHOIC_STRIKE_TIMES]; ///< [n_shapes] For each look
  uint32_t           n_queued;
  uint64_t           queue[ECHOIC_STRIKE_QUEUE]; ///< Frames of onsets
  bool               has_looked;                 ///< At the last frame
  uint32_t           n_found;
  EchoicFoundStrike  found[ECHOIC_STRIKE_FOUND]; ///< At the last frame
  float*             lasting; ///< [n_sounds + n_rivals][rows][bands]
  uint32_t           n_recent;
  EchoicRecentStrike recent[ECHOIC_STRIKE_RECENT];
  float*       strength; ///< [n_sounds] Energy of the attacks of hits, or 0
  bool*        is_sharp; ///< [n_sounds] See echoic_strikes_is_sharp()
  EchoicShape* few;      ///< [n_shapes] Those that are considered
  uint32_t     above;    ///< Sound beneath which others are sought
  bool         is_alone; ///< ... or that is only to be confirmed
} EchoicStrikes;

/// True if a mark holds an attack
ECHOIC_SETUP bool
echoic_mark_has_strike(const EchoicMark* mark);

/// Return how many examples of live sounds of a model hold an attack
ECHOIC_SETUP uint32_t
echoic_strikes_count(const EchoicModel* model);

/// Return the arena bytes
ECHOIC_SETUP size_t
echoic_strikes_bytes(const EchoicModel* model, double rate_hz);

/// Make a detector; false if it doesn't fit
ECHOIC_SETUP bool
echoic_strikes_prepare(const EchoicModel* model,
                       double             rate_hz,
                       EchoicArena*       arena,
                       EchoicStrikes*     strikes);

/// Forget what was heard; the next sample is number `start`
ECHOIC_RT void
echoic_strikes_reset(EchoicStrikes* strikes, uint64_t start);

/**
   Take samples until a frame is complete or there are no more.

   @return How many were taken; `found` has what that frame decides.
*/
ECHOIC_RT uint32_t
echoic_strikes_process(EchoicStrikes* strikes, const float* in, uint32_t n);

/// True if every occurrence of a sound has its attack: a hit of 0.3 s at most,
/// taught by two examples or more, loudest within 30 ms in over a quarter of
/// them (other sounds may be in the rest)
ECHOIC_RT bool
echoic_strikes_is_sharp(const EchoicStrikes* strikes, uint32_t listener);

/**
   True if a sound is likely to sound beneath others all the time, also in its
   examples, as hats in a mix do: then it is told by its attacks as well.

   It is a hit of two examples or more that don't resemble each other (left out
   they score below 0.85), and not the strongest of the three or more taught
   hits, but the brightest: the share of its attacks' energy that is above 3 kHz
   is 1.5 times that of any other.
*/
ECHOIC_SETUP bool
echoic_strikes_is_veiled(const EchoicModel* model, uint32_t sound);

/// True if a sound may hide beneath another: both are hits, of 0.3 s at most,
/// and its attack has 18 dB less energy than the other's
ECHOIC_RT bool
echoic_strikes_may_hide(const EchoicStrikes* strikes,
                        uint32_t             listener,
                        uint32_t             above);

/**
   Begin as echoic_strikes_reset() does, but consider only a sound that was
   recognised and, unless it is to be heard alone, those that may hide beneath
   it; without the third look, until the next reset.
*/
ECHOIC_RT void
echoic_strikes_seek(EchoicStrikes* strikes,
                    uint64_t       start,
                    uint32_t       listener,
                    bool           alone);

#endif // ECHOIC_STRIKES_H
