// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_MIDI_H
#define ECHOIC_HOST_LIVE_MIDI_H

#include "dsp/echoic.h"
#include "dsp/ring.h"

#include <stdbool.h>
#include <stdint.h>

/**
   Notes to the ALSA sequencer or to JACK.

   ALSA: the sender takes notes out of the queue, and they sound at once.  JACK:
   its own thread does, and each sounds at the frame at which it was decided,
   one block later.
*/
typedef struct EchoicMidiImpl EchoicMidi;

typedef enum {
  ECHOIC_MIDI_NONE,
  ECHOIC_MIDI_AUTO, ///< JACK if the sound is JACK's, too
  ECHOIC_MIDI_ALSA,
  ECHOIC_MIDI_JACK,
} EchoicMidiKind;

/// Open a port "echoic"; notes come from `queue` (EchoicNoteMessage)
EchoicMidi*
echoic_midi_open(EchoicMidiKind kind,
                 double         rate_hz,
                 EchoicRing*    queue,
                 bool           is_verbose,
                 EchoicError*   error);

/// Say that a block of sound that begins at sample `start` is heard now.
/// Audio thread
void
echoic_midi_block(EchoicMidi* midi, uint64_t start);

/// Send what is in the queue, if it isn't JACK's thread that does.  Sender
void
echoic_midi_send(EchoicMidi* midi);

/// End all notes that sound, and close; null is allowed
void
echoic_midi_close(EchoicMidi* midi);

#endif // ECHOIC_HOST_LIVE_MIDI_H
