// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_SENDER_H
#define ECHOIC_HOST_LIVE_SENDER_H

#include "dsp/echoic.h"
#include "host/live_callback.h"
#include "host/live_midi.h"
#include "host/live_notices.h"
#include "host/live_osc.h"

/**
   The thread that passes events on at once: OSC, and MIDI by ALSA.  It never
   touches the disk or the terminal.
*/
typedef struct EchoicSenderImpl EchoicSender;

typedef struct {
  EchoicCallback* callback;
  EchoicNotices*  notices;
  EchoicOscOut*   osc; ///< Borrowed, or null
} EchoicSenderSpec;

/// Begin; null and `error` if there can't be a thread
EchoicSender*
echoic_sender_start(const EchoicSenderSpec* spec, EchoicError* error);

/// Go over to another MIDI port, or to none
void
echoic_sender_set_midi(EchoicSender* sender, EchoicMidi* midi);

/// Send all that was heard and end; null is allowed
void
echoic_sender_stop(EchoicSender* sender);

#endif // ECHOIC_HOST_LIVE_SENDER_H
