// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NOTES_H
#define ECHOIC_NOTES_H

#include "dsp/detector.h"
#include "dsp/echoic.h"
#include "dsp/engine.h"

#include <stdbool.h>
#include <stdint.h>

/**
   Events to MIDI notes, each at its sample.

   A note begins at max(onset + latency, decided - 1), or at decided - 1 (the
   last sample that had to be heard) when playing live.  It ends with the sound,
   end + latency or end, but 20 ms after it began at the earliest.  A note that
   is struck while it sounds is ended first, at the same sample.  Messages come
   in order of time, at one sample ends before beginnings.

       velocity = least + (most - least) (v / 127)^(4^-curve)

   Every note that has begun is ended, whatever is changed meanwhile.  The same
   events give the same messages, however the samples are split.  Times are
   those of the events.  Audio thread.
*/

#define ECHOIC_NOTES_MOST 128U ///< Notes that sound or lie in the future

/// General MIDI's kick, snare, hi-hat closed and open, tom, crash, ride, clap
extern const uint8_t echoic_drum_notes[ECHOIC_DETECTOR_SLOTS];

/// How a slot sounds
typedef struct {
  bool    enabled;        ///< False: its events are ignored
  uint8_t channel;        ///< 0..15
  uint8_t note;           ///< 0..127
  uint8_t least_velocity; ///< 1..127
  uint8_t most_velocity;  ///< 1..127
  float   curve;          ///< -1..1: soft events softer .. louder
} EchoicNoteSettings;

/// A message, on the wire three bytes
typedef struct {
  uint64_t at;   ///< Sample
  uint32_t slot; ///< Whose note it is
  uint8_t  bytes[3];
  bool     is_on;
} EchoicNoteMessage;

/// Where messages go; called by the functions below, in the same thread
typedef struct {
  ECHOIC_RT void (*message)(void* context, const EchoicNoteMessage* message);
  void* context;
} EchoicNoteSink;

/// A note that sounds or will
typedef struct {
  uint64_t on;
  uint64_t off;
  uint32_t slot;
  uint8_t  channel;
  uint8_t  note;
  uint8_t  velocity;
  bool     sounds;
} EchoicNote;

/// State; plain, no memory but its own
typedef struct {
  uint64_t           now;          ///< Samples passed
  uint64_t           since;        ///< Onsets before this one don't count
  uint64_t           latency;      ///< Samples
  uint64_t           least_length; ///< Samples
  bool               is_live;      ///< Notes begin when they are decided
  uint32_t           n_dropped;    ///< Events for which there was no room
  uint32_t           n_notes;
  EchoicNote         notes[ECHOIC_NOTES_MOST]; ///< In order of their events
  EchoicNoteSettings slots[ECHOIC_DETECTOR_SLOTS];
} EchoicNotes;

/// Start at sample 0, with all slots on channel 10 and General MIDI's drums
ECHOIC_SETUP void
echoic_notes_init(EchoicNotes* notes, double rate_hz);

/// Back to sample 0; what sounds isn't ended: call echoic_notes_stop() before
ECHOIC_RT void
echoic_notes_reset(EchoicNotes* notes);

/// Say how a slot sounds from its next event on
ECHOIC_RT void
echoic_notes_set(EchoicNotes*              notes,
                 uint32_t                  slot,
                 const EchoicNoteSettings* settings);

/// Choose between notes when they are decided and notes `latency` samples after
/// their onsets
ECHOIC_RT void
echoic_notes_timing(EchoicNotes* notes, bool is_live, uint64_t latency);

/// Make an event of a slot a note; false if there is no room for it
ECHOIC_RT bool
echoic_notes_event(EchoicNotes* notes, uint32_t slot, const EchoicEvent* event);

/// End all that sounds now; events whose onset has passed don't count any more
ECHOIC_RT void
echoic_notes_stop(EchoicNotes* notes, const EchoicNoteSink* sink);

/// Go on by `n_samples` and report the messages that are due
ECHOIC_RT void
echoic_notes_process(EchoicNotes*          notes,
                     uint32_t              n_samples,
                     const EchoicNoteSink* sink);

#endif // ECHOIC_NOTES_H
