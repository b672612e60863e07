// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PLUGIN_PATCH_H
#define ECHOIC_PLUGIN_PATCH_H

#include "plugin/plugin.h"

/**
   Messages from and to the host: patch:Set and patch:Get of the parameters,
   time:Position; patch:Put for what was heard.  Audio thread.
*/

/// Do what an event of the control port says
ECHOIC_RT void
echoic_patch_receive(EchoicPlugin* plugin, const LV2_Atom_Event* event);

/// Do what an event of the MIDI input says
ECHOIC_RT void
echoic_midi_receive(EchoicPlugin* plugin, const LV2_Atom_Event* event);

/// Tell of an event, or of a candidate that was rejected
ECHOIC_RT void
echoic_patch_tell(EchoicPlugin*      plugin,
                  uint32_t           slot,
                  EchoicReason       reason,
                  const EchoicEvent* event);

/// Tell the user's message
ECHOIC_RT void
echoic_patch_tell_text(EchoicPlugin* plugin);

/// Send the names of slots, a bit for each
ECHOIC_RT void
echoic_patch_tell_names(EchoicPlugin* plugin, uint32_t slots);

#endif // ECHOIC_PLUGIN_PATCH_H
