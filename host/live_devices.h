// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_DEVICES_H
#define ECHOIC_HOST_LIVE_DEVICES_H

#include "dsp/echoic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   The devices that PortAudio offers, as "API: name", and how users name them.

   Main's; between echoic_devices_open() and echoic_devices_close().
*/

/// Start PortAudio, without what its libraries write to stderr unless verbose
bool
echoic_devices_open(bool is_verbose, EchoicError* error);

void
echoic_devices_close(bool is_verbose);

/**
   Call a library of sound devices after this.

   What it writes to stderr is kept from the user, threads that it starts leave
   signals to main, and echoic_library_end() puts back the mask of signals,
   which JACK changes.
*/
void
echoic_library_begin(bool is_verbose);

/// Undo echoic_library_begin()
void
echoic_library_end(void);

/// Write the name of a device into `name`
void
echoic_device_name(int device, char* name, size_t size);

/**
   Find a device by number or name.

   A name is, in this order: all of "API: name", all of the name, a part of
   "API: name" that no other device has.  Small and capital letters are alike.

   @param text Null for the default device.
   @param is_input Whether it must have inputs or outputs.
   @return -1 and `error`, which offers the nearest names.
*/
int
echoic_device_find(const char* text, bool is_input, EchoicError* error);

/// Print all devices to stdout, as a table or as JSON
void
echoic_devices_print(bool as_json);

#endif // ECHOIC_HOST_LIVE_DEVICES_H
