// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_OSC_H
#define ECHOIC_HOST_LIVE_OSC_H

#include "dsp/echoic.h"
#include "host/live_desk.h"
#include "host/live_messages.h"
#include "host/live_taught.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Events as Open Sound Control, and control by it, over UDP.

   Out, in bundles with the time at which the sound began:
     /echoic/event s:sound h:onset h:end (samples) d:onset d:end (seconds)
                   f:score i:velocity i:note
     /echoic/score s:sound f:score f:threshold (the time is now)
   In (a sound is its name, or the number of its key as an integer):
     /echoic/learn sound        learn the next that is heard
     /echoic/learn sound i      1: from now on, 0: to now
     /echoic/that sound         learn what has just gone
     /echoic/missed sound       learn what was nearly taken for it
     /echoic/reject [sound]     the last event (of that sound) was wrong
     /echoic/forget sound, /echoic/undo, /echoic/save
     /echoic/threshold/<name> f, /echoic/sensitivity/<name> f
*/

/// Where messages go; one thread per object
typedef struct EchoicOscOutImpl EchoicOscOut;

/**
   Begin to send to "HOST:PORT" or "PORT" of this machine.

   @return Null and `error` if it isn't an address.
*/
EchoicOscOut*
echoic_osc_out_new(const char* address, EchoicError* error);

/// Free; null is allowed
void
echoic_osc_out_free(EchoicOscOut* out);

/// Send an event; false if the network doesn't take it
bool
echoic_osc_event(EchoicOscOut* out, double rate_hz, const EchoicHeard* heard);

/**
   Send the score of every sound.

   @param scores [n_sounds]
*/
bool
echoic_osc_scores(EchoicOscOut*       out,
                  const EchoicTaught* taught,
                  const float*        scores);

/// A socket that listens for control; main's
typedef struct EchoicOscInImpl EchoicOscIn;

/// Listen at "PORT" (of this machine only) or "HOST:PORT"; null and `error`
EchoicOscIn*
echoic_osc_in_new(const char* address, EchoicError* error);

/// Close; null is allowed
void
echoic_osc_in_free(EchoicOscIn* in);

/// Return the file descriptor to wait at, -1 for null
int
echoic_osc_in_fd(const EchoicOscIn* in);

/// Do all that was asked; returns at once
void
echoic_osc_in_serve(EchoicOscIn* in, EchoicDesk* desk);

/// Do what a packet asks for: a message, or a bundle of packets whose times are
/// ignored.  It may hold anything; its memory is aligned for 32 bits
void
echoic_osc_in_packet(EchoicDesk* desk, uint8_t* packet, size_t size);

#endif // ECHOIC_HOST_LIVE_OSC_H
