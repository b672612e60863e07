// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_MESSAGES_H
#define ECHOIC_HOST_LIVE_MESSAGES_H

#include "dsp/capture.h"
#include "dsp/engine.h"
#include "dsp/tutor.h"
#include "host/live_taught.h"

#include <stdbool.h>
#include <stdint.h>

/**
   What threads say to each other, by queues without locks.

   main (keys, OSC) --commands--> audio --requests--> teacher
                                  audio <-deliveries- teacher
                                  audio --heard-----> main, sender, disk
*/

/// An event with what must be known of its sound: complete in itself
typedef struct {
  EchoicEvent event;
  char        name[ECHOIC_NAME_SIZE];
  uint32_t    midi_note;
  uint32_t    slot;
  int64_t     decided_ns; ///< Since 1970: when `event.decided` was sounded
} EchoicHeard;

/// Return when an event began, in nanoseconds since 1970
static inline int64_t
echoic_heard_onset_ns(const EchoicHeard* const heard, const double rate_hz)
{
  const EchoicEvent* const e     = &heard->event;
  const double             ago_s = (double)(e->decided - e->onset) / rate_hz;
  return heard->decided_ns - (int64_t)(1.0e9 * ago_s);
}

/// What the user asks of the audio thread
typedef enum {
  ECHOIC_COMMAND_ARM,     ///< Learn the next sound
  ECHOIC_COMMAND_CANCEL,  ///< Or don't
  ECHOIC_COMMAND_HOLD,    ///< Learn what is heard from now
  ECHOIC_COMMAND_RELEASE, ///< To now
  ECHOIC_COMMAND_STRETCH, ///< Learn what was heard in `at`
  ECHOIC_COMMAND_GONE,    ///< Learn the sound that has just gone
  ECHOIC_COMMAND_MISSED,  ///< Learn what was nearly taken for the sound
  ECHOIC_COMMAND_NOT,     ///< What was heard in `at` wasn't it
} EchoicCommandKind;

typedef struct {
  EchoicCommandKind kind;
  uint32_t          slot;
  EchoicStretchAt   at;
} EchoicCommand;

/// What the audio thread passes on to the teacher
typedef struct {
  EchoicTaught* done; ///< To be freed; or null, and then
  EchoicAsk     ask;
  bool          is_vain; ///< Only tell: no sound came to be learnt in its slot
} EchoicRequest;

/// What the teacher has for the audio thread
typedef struct {
  EchoicTaught* taught; ///< A new detector; or null, and then
  uint32_t      sound;  ///< in the newest one is tuned
  EchoicTuning  tuning;
} EchoicDelivery;

/// Frames in the queue to the disk; what lies between two blocks was lost
typedef struct {
  uint64_t start;
  uint64_t n_frames;
} EchoicBlock;

#endif // ECHOIC_HOST_LIVE_MESSAGES_H
