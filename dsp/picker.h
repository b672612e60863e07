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
   `reach` frames before and `ahead` frames after it (the first of equals).  A
   pick is reported `delay` frames after it.  As after prepare, ahead is reach,
   and two picks are more than `reach` frames apart; early, ahead and delay are
   1.
*/
typedef struct {
  float    threshold;
  uint32_t reach;  ///< Frames
  uint32_t most;   ///< Reach that there is room for
  uint32_t ahead;  ///< Frames
  uint32_t delay;  ///< Frames, `ahead` at the least
  uint32_t size;   ///< Of the ring
  uint64_t n;      ///< Scores heard
  uint64_t next;   ///< First frame that may be picked
  uint32_t at;     ///< Of the next score in the ring
  float*   scores; ///< [size] Ring of the last
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

/// Return the arena bytes for a reach and a delay
ECHOIC_SETUP size_t
echoic_picker_bytes(uint32_t reach, uint32_t delay);

/// Make a picker; false if it doesn't fit
ECHOIC_SETUP bool
echoic_picker_prepare(EchoicPicker* picker,
                      float         threshold,
                      uint32_t      reach,
                      uint32_t      delay,
                      EchoicArena*  arena);

/// Forget everything heard
ECHOIC_RT void
echoic_picker_reset(EchoicPicker* picker);

/// Place in the ring of the frame that was `delay` frames before the last
static inline ECHOIC_RT uint32_t
echoic_picker_middle(const EchoicPicker* const picker)
{
  const uint32_t back = picker->delay + 1U; // `at` is one further
  return picker->at < back ? picker->at + picker->size - back
                           : picker->at - back;
}

/// Hear the score of the next frame; false if no peak can be: nearly always,
/// which is why it stands here
static inline ECHOIC_RT bool
echoic_picker_add(EchoicPicker* const picker, const float score)
{
  picker->scores[picker->at] = score;
  picker->at = picker->at + 1U < picker->size ? picker->at + 1U : 0U;
  return picker->n++ >= picker->delay &&
         picker->scores[echoic_picker_middle(picker)] > picker->threshold;
}

/// Say if the frame `delay` frames before the last is a peak, and which
ECHOIC_RT bool
echoic_picker_find(EchoicPicker* picker, EchoicPeak* peak);

/**
   Hear the score of the next frame: both of the above.

   @param peak Set to the pick that is reported, if there is one.
   @return True if there is one.
*/
ECHOIC_RT bool
echoic_picker_process(EchoicPicker* picker, float score, EchoicPeak* peak);

/// Let picks be nearer to each other, or no further than after prepare
ECHOIC_RT void
echoic_picker_set_reach(EchoicPicker* picker, uint32_t reach);

/// Report picks at once or not, at any time: no frame is picked twice
ECHOIC_RT void
echoic_picker_set_early(EchoicPicker* picker, bool early);

#endif // ECHOIC_PICKER_H
