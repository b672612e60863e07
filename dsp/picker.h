// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PICKER_H
#define ECHOIC_PICKER_H

#include "dsp/arena.h"
#include "dsp/echoic.h"

#include <stdbool.h>
#include <stddef.h>
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
  uint32_t at;     ///< Of the next score in the ring
  uint64_t n;      ///< Scores heard
  uint64_t loud;   ///< ... up to the last above the threshold
  uint64_t next;   ///< First frame that may be picked
  float*   scores; ///< [size] Ring of the last
} EchoicPicker;

#define ECHOIC_PICKER_FRAMES 6U ///< Heard at once, at most

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

/// Keep scores from place `at` of the ring on, `stride` apart; return how many
/// there were up to the last above the threshold
static inline ECHOIC_RT uint32_t
echoic_picker_keep(const EchoicPicker* const picker,
                   const uint32_t            at,
                   const float* const        scores,
                   const size_t              stride,
                   const uint32_t            n_frames)
{
  uint32_t loud = 0U;
  for (uint32_t k = 0U; k < n_frames; ++k) {
    const float score      = scores[k * stride];
    picker->scores[at + k] = score;
    loud                   = score > picker->threshold ? k + 1U : loud;
  }

  return loud;
}

/// Hear scores of the next frames, `stride` apart, ECHOIC_PICKER_FRAMES at
/// most; false if none of the frames that are due can be a peak: nearly always,
/// which is why it stands here
static inline ECHOIC_RT bool
echoic_picker_add(EchoicPicker* const picker,
                  const float* const  scores,
                  const size_t        stride,
                  const uint32_t      n_frames)
{
  const uint32_t most = ECHOIC_PICKER_FRAMES;
  const uint32_t at   = picker->at;
  const uint32_t room = picker->size - at;
  uint32_t       loud = 0U;
  if (n_frames == most && room > most) { // Nearly always where they are many
    loud       = echoic_picker_keep(picker, at, scores, stride, most);
    picker->at = at + most;
  } else {
    const uint32_t     n_end = n_frames < room ? n_frames : room;
    const float* const rest  = scores + (n_end * stride);
    const uint32_t     n     = n_frames - n_end;
    const uint32_t end = echoic_picker_keep(picker, at, scores, stride, n_end);
    const uint32_t begin = echoic_picker_keep(picker, 0U, rest, stride, n);
    loud                 = begin ? n_end + begin : end;
    picker->at           = n_end < room ? at + n_end : n;
  }

  picker->loud = loud ? picker->n + loud : picker->loud;
  picker->n += n_frames;
  return picker->loud + picker->delay + n_frames > picker->n;
}

/// Say if the frame `delay` + `back` frames before the last is a peak, and
/// which; `back` is less than the frames that were heard at once
ECHOIC_RT bool
echoic_picker_find(EchoicPicker* picker, uint32_t back, EchoicPeak* peak);

/**
   Hear the score of one frame: both of the above.

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
