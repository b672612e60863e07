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
   From scores to moments: the peaks that count, of each sound.

   Frame n of a sound is picked if s(n) > its threshold and s(n) is the largest
   score within `reach` frames before and `ahead` frames after it (the first of
   equals).  A pick is due `delay` frames after it.  Unless early, ahead is
   reach, and two picks are more than `reach` frames apart; early, ahead and
   delay are 1.

   What is higher than both its neighbours waits until it is due; only then, and
   seldom, is it compared with all that is near.
*/

/// A frame that was picked
typedef struct {
  uint64_t frame;
  uint64_t due; ///< Frame with which it is known
  float    score;
  float    shift; ///< Of the top between frames, -0.5 to 0.5 frames (parabola)
} EchoicPeak;

/// How the peaks of a sound are picked
typedef struct {
  float     least;   ///< Threshold
  uint32_t  reach;   ///< Frames
  uint32_t  most;    ///< Reach that there is room for
  uint32_t  ahead;   ///< Frames
  uint32_t  delay;   ///< Frames, `ahead` at the least
  uint32_t  late;    ///< Delay unless early
  uint32_t  first;   ///< Of those that wait
  uint32_t  n;       ///< How many do
  uint64_t* waiting; ///< [room] Ring of frames that may be peaks
} EchoicPick;

/// All sounds
typedef struct {
  float       threshold; ///< The least of all
  uint32_t    n_sounds;
  uint32_t    size;   ///< Frames of the ring
  uint32_t    room;   ///< Frames of a sound that may wait
  uint32_t    at;     ///< Of the next frame in the ring
  uint64_t    n;      ///< Frames heard
  EchoicPick* picks;  ///< [n_sounds]
  uint64_t*   due;    ///< [n_sounds] When the first that waits is due
  uint32_t*   tops;   ///< [n_sounds] Those that have one at a frame
  float*      scores; ///< [size][n_sounds] Ring of the last
} EchoicPicker;

#define ECHOIC_PICKER_FRAMES 6U ///< Heard at once, at most

/// Return the reach for a sound: half its span, 3 frames at least
ECHOIC_RT uint32_t
echoic_peak_reach(uint32_t span);

/// Return the frames of the ring that a sound needs
ECHOIC_SETUP uint32_t
echoic_picker_size(uint32_t reach, uint32_t delay);

/// Return the arena bytes for sounds, `size` the most that one of them needs
ECHOIC_SETUP size_t
echoic_picker_bytes(uint32_t n_sounds, uint32_t size);

/// Make a picker, each of whose sounds is to be set; false if it doesn't fit
ECHOIC_SETUP bool
echoic_picker_prepare(EchoicPicker* picker,
                      uint32_t      n_sounds,
                      uint32_t      size,
                      EchoicArena*  arena);

/// Set threshold of a sound, reach and delay in frames
ECHOIC_SETUP void
echoic_picker_set(EchoicPicker* picker,
                  uint32_t      sound,
                  float         threshold,
                  uint32_t      reach,
                  uint32_t      delay);

/// Forget everything heard
ECHOIC_RT void
echoic_picker_reset(EchoicPicker* picker);

/// Hear the next frames [n_frames][n_sounds], ECHOIC_PICKER_FRAMES at most
ECHOIC_RT void
echoic_picker_add(EchoicPicker* picker, const float* scores, uint32_t n_frames);

/// False if no peak of a sound is due: nearly always, which is why it stands
/// here
static inline ECHOIC_RT bool
echoic_picker_is_due(const EchoicPicker* const picker, const uint32_t sound)
{
  return picker->due[sound] < picker->n;
}

/**
   Take the next peak of a sound that became due with the frames heard last:
   each of them is to be taken before more is heard.

   @return False if there is none.
*/
ECHOIC_RT bool
echoic_picker_take(EchoicPicker* picker,
                   uint32_t      sound,
                   uint32_t      n_frames,
                   EchoicPeak*   peak);

/// Let picks of a sound be nearer to each other, or no further than they were
/// set
ECHOIC_RT void
echoic_picker_set_reach(EchoicPicker* picker, uint32_t sound, uint32_t reach);

/// Report picks at once or not, at any time: no frame is picked twice
ECHOIC_RT void
echoic_picker_set_early(EchoicPicker* picker, bool early);

#endif // ECHOIC_PICKER_H
