// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_STRIKES_PARTS_H
#define ECHOIC_STRIKES_PARTS_H

#include "dsp/strikes.h"

/* What the files of the short window's detector share. */

/// A look at an onset
typedef struct {
  uint32_t frames[ECHOIC_STRIKE_LOOKS]; ///< After the onset
  uint32_t rows[ECHOIC_STRIKE_LOOKS];   ///< Of an example's levels
  float    evidence;                    ///< Needed
  float    more;                        ///< ... for one more sound
  bool     is_low;                      ///< The second through the long window
} EchoicStrikeView;

extern const EchoicStrikeView echoic_strike_views[ECHOIC_STRIKE_TIMES];

/// What the attacks of a sound's examples are like: geometric means
typedef struct {
  uint32_t n; ///< Examples with an attack
  float    energy;
  float    high; ///< Share of the upper half of the bands
} EchoicAttacks;

/// Look at the attacks of a sound
ECHOIC_SETUP EchoicAttacks
echoic_strikes_attacks(const EchoicModel* model, uint32_t sound);

/// True if a mark is an example with an attack, of a sound that lives
ECHOIC_SETUP bool
echoic_strikes_counts(const EchoicModel* model, const EchoicMark* mark);

/// Find what an attack adds to what was there before, in two of its rows
ECHOIC_SETUP void
echoic_strikes_shape(const EchoicMark*       mark,
                     const EchoicStrikeView* look,
                     uint32_t                sound,
                     EchoicShape*            shape);

/// True if a sound lives and is so short that it may hide, or hide others
ECHOIC_SETUP bool
echoic_strikes_is_hit(const EchoicModel* model, uint32_t sound);

/// Find what the examples of each sound have in common, for what follows
ECHOIC_SETUP void
echoic_strikes_learn_lasting(EchoicStrikes* strikes);

/// Note what was found at an onset, if anything was, in place of what an
/// earlier look found
ECHOIC_RT void
echoic_strikes_note(EchoicStrikes*         strikes,
                    uint64_t               onset,
                    const EchoicStrikeFit* fit);

/// Add to what was there before an onset what sounds that began just before it
/// are still to give
ECHOIC_RT void
echoic_strikes_expect(const EchoicStrikes* strikes,
                      uint64_t             onset,
                      uint32_t             look,
                      EchoicStrikeScene*   scene);

#endif // ECHOIC_STRIKES_PARTS_H
