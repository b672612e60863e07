// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PLUGIN_TEACHING_H
#define ECHOIC_PLUGIN_TEACHING_H

#include "plugin/plugin.h"

/**
   The buttons by which sounds are taught, and the works they lead to.
   Audio thread.
*/

/// A button goes down: port in its slot, or ECHOIC_BUTTON_UNDO
ECHOIC_RT void
echoic_press(EchoicPlugin* plugin, uint32_t button);

/// A button comes up
ECHOIC_RT void
echoic_release(EchoicPlugin* plugin, uint32_t button);

/**
   A note of the teaching channel.

   C of the octaves 36 to 84 is the first slot's learn, that was it, not this,
   missed and forget, the seven keys above it are those of the other slots; 96
   is undo.
*/
ECHOIC_RT void
echoic_teaching_key(EchoicPlugin* plugin, uint32_t key, bool is_down);

/// All keys of the teaching channel come up
ECHOIC_RT void
echoic_teaching_keys_up(EchoicPlugin* plugin);

/// Let a sound that was waited for be taught
ECHOIC_RT void
echoic_teach_taken(EchoicPlugin* plugin, const EchoicStretchAt* taken);

/// Let all be taught again, with the memory that is wanted now
ECHOIC_RT void
echoic_teach_again(EchoicPlugin* plugin);

/// Want something to be done; says so if it can't be
ECHOIC_RT void
echoic_want(EchoicPlugin* plugin, const EchoicWork* work);

/// Pass to the host's worker what it takes
ECHOIC_RT void
echoic_send_works(EchoicPlugin* plugin);

/// True while the worker has something to teach
ECHOIC_RT bool
echoic_is_busy(const EchoicPlugin* plugin);

/// Say something to the user, at the next opportunity
ECHOIC_RT void
echoic_say(EchoicPlugin* plugin, const char* text);

#endif // ECHOIC_PLUGIN_TEACHING_H
