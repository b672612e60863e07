// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PICKER_H
#define ECHOIC_PICKER_H

#include "dsp/arena.h"
#include "dsp/echoic.h"

#include <stdbool.h>
#include <stdint.h>

/**
   From a score to moments: the peaks that count.

   Frame n is picked if s(n) > threshold and s(n) is the largest score within
   `reach` frames on both sides (the first of equals).  So two picks are more
   than `reach` frames apart, and a pick is known `reach` frames after it.
*/
typedef struct {
  float    threshold;
  uint32_t reach;  ///< Frames
  uint64_t n;      ///< Scores heard
  float*   scores; ///< [2 reach + 1] Ring of the last
} EchoicPicker;

/// Return the reach for a sound: half its span, 3 frames at least
ECHOIC_RT uint32_t
echoic_peak_reach(uint32_t span);

/// A frame that was picked
typedef struct {
  uint64_t frame;
  float    score;
  float    shift; ///< Of the top between frames, -0.5 to 0.5 frames (parabola)
} EchoicPeak;

/// Return the arena bytes for a reach
ECHOIC_SETUP size_t
echoic_picker_bytes(uint32_t reach);

/// Make a picker; false if it doesn't fit
ECHOIC_SETUP bool
echoic_picker_prepare(EchoicPicker* picker,
                      float         threshold,
                      uint32_t      reach,
                      EchoicArena*  arena);

/// Forget everything heard
ECHOIC_RT void
echoic_picker_reset(EchoicPicker* picker);

/**
   Hear the score of the next frame.

   @param peak Set to the peak `reach` frames before this, if it is picked.
   @return True if that frame is picked.
*/
ECHOIC_RT bool
echoic_picker_process(EchoicPicker* picker, float score, EchoicPeak* peak);

#endif // ECHOIC_PICKER_H
