// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PLUGIN_STATE_H
#define ECHOIC_PLUGIN_STATE_H

/**
   All that was taught, in the session: the bytes of the model as one
   atom:Chunk.  Besides the name of the file that was loaded last, if any; a
   state with nothing but that (a preset) is loaded from the file.

   Both may be called while the plugin runs.  What can't be restored leaves what
   is there, and the log says why.
*/

/// Return the extension data
const void*
echoic_state_interface(void);

#endif // ECHOIC_PLUGIN_STATE_H
