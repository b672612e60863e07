// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PLUGIN_VOLTAGES_H
#define ECHOIC_PLUGIN_VOLTAGES_H

#include "plugin/plugin.h"

/**
   Notes as control voltages: for each slot a gate that is 1 while a note of it
   sounds; for all a trigger of 1 ms at each beginning and the velocity (0..1)
   of the last, which holds.  A gate that falls is 0 for 1 ms at least: a note
   that is struck while it sounds has its trigger and velocity at once, and its
   gate 1 ms later, so that an envelope begins anew.  Audio thread.
*/

/// Fill this chunk as the one before ended
ECHOIC_RT void
echoic_voltages_hold(EchoicPlugin* plugin);

/// Change them from the message's sample on
ECHOIC_RT void
echoic_voltages_note(EchoicPlugin* plugin, const EchoicNoteMessage* message);

#endif // ECHOIC_PLUGIN_VOLTAGES_H
