// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_EDIT_FILE_H
#define ECHOIC_HOST_EDIT_FILE_H

#include "dsp/echoic.h"
#include "host/sound_file.h"
#include "host/written.h"

#include <stdint.h>

#define ECHOIC_EDIT_BLOCK ECHOIC_WRITTEN_BLOCK ///< Most frames at a time

/// What is done to the frames of a recording
typedef struct {
  void* handle;

  /// Called once, before all others
  EchoicStatus (*prepare)(void*        handle,
                          double       rate_hz,
                          uint32_t     n_channels,
                          EchoicError* error);

  /// Change interleaved frames of the carried type, at most ECHOIC_EDIT_BLOCK;
  /// integers have `n_bits` bits that count
  void (*apply)(void*       handle,
                EchoicCarry carry,
                unsigned    n_bits,
                void*       frames,
                uint32_t    n_frames);
} EchoicFrameEdit;

/// Say what speaks against such an output, before work is spent on it: the
/// recording, the format, the place
EchoicStatus
echoic_edit_check(const char*  in_path,
                  const char*  raw,
                  const char*  out_path,
                  EchoicError* error);

/**
   Write a recording with its frames changed.

   The output has the rate, channels and length of the input, sample for
   sample, and its container and subtype unless its suffix names another (see
   container.h); it appears whole or not at all.

   @param raw Null, or what raw PCM the input is, see echoic_audio_open(); then
   so is the output, unless its suffix names a container.
*/
EchoicStatus
echoic_edit_file(const char*            in_path,
                 const char*            raw,
                 const char*            out_path,
                 const EchoicFrameEdit* edit,
                 EchoicError*           error);

#endif // ECHOIC_HOST_EDIT_FILE_H
