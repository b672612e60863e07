// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_CALLBACK_H
#define ECHOIC_HOST_LIVE_CALLBACK_H

#include "dsp/arena.h"
#include "dsp/capture.h"
#include "dsp/echoic.h"
#include "dsp/live.h"
#include "dsp/notes.h"
#include "dsp/ring.h"
#include "host/live_messages.h"
#include "host/live_output.h"
#include "host/live_taught.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Everything that the audio thread runs, and nothing else.

   Samples in, samples out, messages to the other threads by queues; no lock,
   allocation or system call: who reads a queue looks into it now and then.
   Times are samples heard since the start, also over a gap in which the device
   was away.
*/

/// What it is made for
typedef struct {
  double           rate_hz;
  uint32_t         n_in;      ///< Channels
  int              channel;   ///< That is listened to, or ECHOIC_CHANNEL_MIX
  double           preroll_s; ///< For teaching
  double           min_score;
  EchoicOutputSpec output;      ///< n_out is 0 for none
  bool             keeps_sound; ///< The disk wants frames
  bool             has_notes;   ///< Somebody plays MIDI
  bool             is_early;
  bool             is_short;
} EchoicCallbackSpec;

/// What others may look at while it runs
typedef struct {
  atomic_uint_fast64_t now;      ///< Samples heard
  atomic_uint_fast64_t n_calls;  ///< Blocks
  atomic_uint_fast64_t n_lost;   ///< Frames that the disk missed
  atomic_uint_fast64_t n_unsent; ///< Messages for which there was no room
  atomic_int           capture;  ///< EchoicCaptureState
  _Atomic float        peak;     ///< Of the input since it was last taken
  _Atomic float*       scores;   ///< [ECHOIC_MAX_SOUNDS] Likewise, by sound
} EchoicMeters;

#define ECHOIC_NEAR_MISSES 64U

/// A candidate that wasn't taken, remembered for "missed"
typedef struct {
  uint32_t        slot;
  float           score; ///< Of its threshold
  EchoicStretchAt at;
} EchoicNearMiss;

typedef struct {
  EchoicCallbackSpec spec;
  EchoicLive*        live;
  EchoicCapture      capture;
  EchoicOutput       output;
  EchoicNotes        notes;
  EchoicMeters       meters;

  uint32_t       slot; ///< That is being learnt
  uint32_t       n_taught;
  EchoicTaught*  taught[8]; ///< Not yet given back, the newest last
  EchoicTaught*  offered;   ///< There is no room for it yet
  uint64_t       n_misses;
  EchoicNearMiss misses[ECHOIC_NEAR_MISSES];
  int64_t        end_ns; ///< Since 1970: end of the block that is heard
  uint64_t       end;    ///< Its end in samples

  EchoicRing commands;   ///< EchoicCommand, from main
  EchoicRing deliveries; ///< EchoicDelivery, from the teacher
  EchoicRing requests;   ///< EchoicRequest, to the teacher
  EchoicRing to_main;    ///< EchoicHeard
  EchoicRing to_sender;  ///< EchoicHeard
  EchoicRing to_disk;    ///< EchoicHeard
  EchoicRing note_queue; ///< EchoicNoteMessage, to who plays MIDI
  EchoicRing blocks;     ///< EchoicBlock, to the disk
  EchoicRing frames;     ///< [n_in] floats, to the disk

  float*      clean; ///< [ECHOIC_OUTPUT_BLOCK][n_in] Without NaN
  float*      mono;  ///< [ECHOIC_OUTPUT_BLOCK]
  EchoicArena arena;
  void*       memory; ///< Of all the above
} EchoicCallback;

/// Make one; all else stops before it is cleared
EchoicStatus
echoic_callback_prepare(EchoicCallback*           callback,
                        const EchoicCallbackSpec* spec,
                        EchoicError*              error);

/// Free what it owns, with all detectors it was given
void
echoic_callback_clear(EchoicCallback* callback);

/**
   Hear `n_frames` interleaved frames and say what is to be heard.

   @param in [n_frames][n_in], full scale 1.
   @param out [n_frames][n_out] or null.
   @param end_ns Since 1970: when the last of `in` was sounded.
*/
void
echoic_callback_run(EchoicCallback* callback,
                    const float*    in,
                    float*          out,
                    uint32_t        n_frames,
                    int64_t         end_ns);

/// The sound has ended: decide all that is pending, end all notes.  When
/// nothing runs
void
echoic_callback_finish(EchoicCallback* callback);

/// End all notes: the device has gone.  When nothing runs
void
echoic_callback_hush(EchoicCallback* callback);

/// True if who reads is so far behind that messages of `n_frames` more could be
/// lost: whoever can wait, should
bool
echoic_callback_is_busy(const EchoicCallback* callback, uint32_t n_frames);

/// Take what the teacher has delivered, also when nothing runs yet
void
echoic_callback_receive(EchoicCallback* callback);

#endif // ECHOIC_HOST_LIVE_CALLBACK_H
