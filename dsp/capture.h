// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_CAPTURE_H
#define ECHOIC_CAPTURE_H

#include "dsp/echoic.h"

#include <stdbool.h>
#include <stdint.h>

/**
   Sounds as they come and go: onsets and ends, for teaching while it plays.

   P is the mean power of blocks of 1 ms, S its one-pole mean (20 ms), Q a
   quicker one (2 ms), F a floor that follows S down at once and up by 6 dB/s.
   A sound begins where P rises 12 dB above F and over -60 dB full scale.  It
   ends where S stays below max(F + 6 dB, peak - 26 dB) for 80 ms (F is then at
   least S - 4 dB: what still rings isn't the next), after 5 s, or where the
   next begins: 40 ms or more after it, with Q 8 dB above S and at most 6 dB
   below its peak; or so near to its peak, when in the last 10 ms that was true
   of the differences of samples.  These weigh what is high: a snare begins in
   them while a kick still booms.  The last eight sounds are remembered.

   A sound to be learnt is asked for in three ways: echoic_capture_arm() takes
   the next that begins; echoic_capture_hold() and echoic_capture_release() take
   what is heard between them, from where a sound begins in it, or has begun up
   to 50 ms before it, as who presses at a hit seldom presses early (a hold
   shorter than 0.2 s is a tap: it takes that sound, or arms if there is none);
   echoic_capture_gone() takes the one that has just gone.  2 ms before a sound
   are taken with it, and up to 50 ms after it.

   Any split of the samples gives the same result.  Cost: 2 operations a sample.
*/

#define ECHOIC_CAPTURE_KEPT 8U

/// Time from a sound's beginning until somebody presses a button: seldom
/// less, usually from this to that
#define ECHOIC_EARLY_REACTION_S 0.09
#define ECHOIC_REACTION_S 0.15
#define ECHOIC_LATE_REACTION_S 0.3

/// A stretch of samples, counted since the reset
typedef struct {
  uint64_t start;
  uint64_t end; ///< Sample after the last
} EchoicStretchAt;

typedef enum {
  ECHOIC_CAPTURE_IDLE,
  ECHOIC_CAPTURE_ARMED,   ///< Waits for a sound to begin
  ECHOIC_CAPTURE_HEARING, ///< It has begun
  ECHOIC_CAPTURE_HELD,    ///< Takes what is heard until the release
} EchoicCaptureState;

/// How loud one band is: all of it, or what is high
typedef struct {
  double sum;     ///< Of squares in this block
  double smooth;  ///< S
  double quick;   ///< Q
  float  peak_db; ///< Of Q in the sound that is heard
} EchoicLoudness;

/// State; plain, no memory but its own
typedef struct {
  EchoicCaptureState state;
  double             rate_hz;
  uint32_t           block; ///< Samples
  uint32_t           n_in_block;
  double             last;   ///< Sample
  EchoicLoudness     all;    ///< Of samples
  EchoicLoudness     high;   ///< Of their differences
  uint64_t           pos;    ///< Samples heard
  uint64_t           asked;  ///< When armed or held
  uint64_t           first;  ///< Sample from which a hold is taken
  uint64_t           chosen; ///< Number of the sound that began in the hold
                             ///< or just before, from 1, or 0
  EchoicStretchAt heard;     ///< That, once it is over; else 0, 0
  uint64_t        rose;      ///< Sample at which `high` rose last, or 0
  float           floor_db;
  bool            is_loud;  ///< A sound is heard
  uint32_t        n_quiet;  ///< Blocks since it was last loud
  uint64_t        n_sounds; ///< That have begun
  EchoicStretchAt sounds[ECHOIC_CAPTURE_KEPT]; ///< Ring
} EchoicCapture;

ECHOIC_SETUP void
echoic_capture_init(EchoicCapture* capture, double rate_hz);

/// Forget everything heard and asked
ECHOIC_RT void
echoic_capture_reset(EchoicCapture* capture);

/// Take the next sound that begins
ECHOIC_RT void
echoic_capture_arm(EchoicCapture* capture);

/// Take what is heard from now on
ECHOIC_RT void
echoic_capture_hold(EchoicCapture* capture);

/// Ask for nothing any more
ECHOIC_RT void
echoic_capture_cancel(EchoicCapture* capture);

/**
   End a hold.

   @return True if `taken` is set; false after a tap: what it takes comes from
   echoic_capture_process().
*/
ECHOIC_RT bool
echoic_capture_release(EchoicCapture* capture, EchoicStretchAt* taken);

/**
   End what is asked for before its time, as the next is asked for.

   What began up to 50 ms ago belongs to the next.

   @param taken Set to what was heard of it until now, of a hold as by
   echoic_capture_held().
   @return False if that is nothing.
*/
ECHOIC_RT bool
echoic_capture_end(EchoicCapture* capture, EchoicStretchAt* taken);

/// Return what a hold took and up to 0.2 s before it, as far as that was held:
/// what is meant may begin softly, beneath another
ECHOIC_RT EchoicStretchAt
echoic_capture_held(const EchoicCapture* capture, const EchoicStretchAt* taken);

/**
   Hear some samples.

   @param taken Set to the sound that was waited for.
   @return True if it has ended.
*/
ECHOIC_RT bool
echoic_capture_process(EchoicCapture*   capture,
                       const float*     in,
                       uint32_t         n_samples,
                       EchoicStretchAt* taken);

/**
   Hear to its end, as after a tap, what somebody says is gone who presses in
   time with it: it began no more than 0.09 s ago, and nothing else in the
   second before that.

   @return False if it isn't so, or something is being captured: nothing is
   changed.
*/
ECHOIC_RT bool
echoic_capture_follow(EchoicCapture* capture);

/**
   Return the sound that has just gone, or is being heard.

   Who presses a button reacts to it: it is the last that began 0.15 to 0.3 s
   ago or, if there is none, 0.09 to 1 s ago, or else the last.  In sound
   without pauses: the last second.
*/
ECHOIC_RT EchoicStretchAt
echoic_capture_gone(const EchoicCapture* capture);

#endif // ECHOIC_CAPTURE_H
