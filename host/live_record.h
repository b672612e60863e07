// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_RECORD_H
#define ECHOIC_HOST_LIVE_RECORD_H

#include "dsp/echoic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   A recording of the input that may last for weeks.

   By the suffix of its name: .flac (24 bits), .w64 or .wav (32 bit float; a
   WAV file that outgrows 4 GB becomes RF64).  The head of the file is kept
   right while it grows, so that it can be read whatever happens.  Disk thread.
*/
typedef struct EchoicRecordingImpl EchoicRecording;

/// Begin a recording in a file that must not exist; null and `error`
EchoicRecording*
echoic_record_open(const char*  path,
                   double       rate_hz,
                   uint32_t     n_channels,
                   EchoicError* error);

/**
   Go on with interleaved frames, or with silence if `frames` is null.

   @return False and `error` when the disk is (nearly) full or broken.  The
   recording must be closed then; what it holds stays good.
*/
bool
echoic_record_write(EchoicRecording* recording,
                    const float*     frames,
                    size_t           n_frames,
                    EchoicError*     error);

/// Complete the file; false and `error` if that failed.  Null is allowed
bool
echoic_record_close(EchoicRecording* recording, EchoicError* error);

#endif // ECHOIC_HOST_LIVE_RECORD_H
