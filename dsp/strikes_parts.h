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

#endif // ECHOIC_STRIKES_PARTS_H
