// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PLUGIN_ATOMS_H
#define ECHOIC_PLUGIN_ATOMS_H

#include "dsp/echoic.h"
#include "plugin/uris.h"

#include <lv2/atom/atom.h>

#include <stdbool.h>
#include <stdint.h>

/**
   Sequences of events from and to the host, of whatever size it gives.
   Audio thread.
*/

/// A sequence being read
typedef struct {
  const LV2_Atom_Sequence* sequence; ///< Null if there is none
  const LV2_Atom_Event*    next;
} EchoicReader;

/// Start reading a port, which may be null
ECHOIC_RT EchoicReader
echoic_reader(const EchoicUris* uris, const void* port);

/// Return the frame of the next event, at most `last`; UINT32_MAX at the end,
/// or if the event says that it is longer than the sequence
ECHOIC_RT uint32_t
echoic_reader_due(const EchoicReader* reader, uint32_t last);

/// Return the next event, which there is, and go on
ECHOIC_RT const LV2_Atom_Event*
echoic_reader_take(EchoicReader* reader);

/**
   Return the first value of a property, or null.

   Its size is within the object, which has a body; what follows a value of
   which that isn't true is ignored.
*/
ECHOIC_RT const LV2_Atom*
echoic_object_get(const LV2_Atom_Object* object, LV2_URID key);

/// A sequence being written
typedef struct {
  LV2_Atom_Sequence* sequence; ///< Null if there is no room at all
  uint32_t           capacity; ///< Bytes
  int64_t            last;     ///< Frame of the last event
} EchoicWriter;

/// Start writing a port, which may be null
ECHOIC_RT EchoicWriter
echoic_writer(const EchoicUris* uris, void* port);

/**
   Append an event; events must come in order of their frames.

   @return False if it doesn't fit: then nothing is written.
*/
ECHOIC_RT bool
echoic_writer_add(EchoicWriter* writer,
                  int64_t       frame,
                  LV2_URID      type,
                  uint32_t      size,
                  const void*   body);

#endif // ECHOIC_PLUGIN_ATOMS_H
