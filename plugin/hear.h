// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PLUGIN_HEAR_H
#define ECHOIC_PLUGIN_HEAR_H

#include "plugin/plugin.h"

/// Hear the chunk, act on what is recognised in it, and write its outputs
ECHOIC_RT void
echoic_plugin_hear(EchoicPlugin* plugin);

/// Write messages of notes to the outputs
ECHOIC_RT EchoicNoteSink
echoic_plugin_note_sink(EchoicPlugin* plugin);

/// End notes at the start of the run whose ends had no room in earlier ones
ECHOIC_RT void
echoic_plugin_end_owed(EchoicPlugin* plugin);

#endif // ECHOIC_PLUGIN_HEAR_H
