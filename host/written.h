// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_WRITTEN_H
#define ECHOIC_HOST_WRITTEN_H

#include "dsp/echoic.h"
#include "host/sound_file.h"

#include <sndfile.h>

#include <stddef.h>
#include <stdint.h>

#define ECHOIC_WRITTEN_BLOCK 4096U ///< Frames read at a time

/// What a file that was written must hold
typedef struct {
  SF_INFO     info; ///< Its format, rate, channels and frames
  EchoicCarry carry;
  uint64_t    sum; ///< Of integers that are coded, 0 at first
} EchoicWritten;

/// Go on with the sum: these frames are written next
void
echoic_written_add(EchoicWritten* meant, const void* frames, size_t n_frames);

/**
   Look at what is in a file that was written and closed.

   Encoders write when they are closed, and libsndfile doesn't tell when that
   fails; some formats can't say every rate or length, and some of its encoders
   change samples.  Plain samples are looked at by the last one, those in blocks
   and codes by all; of lossy formats there is only a file that opens.

   @param path Where it is
   @param name What to call it in messages
   @param frames Room for ECHOIC_WRITTEN_BLOCK frames of the carried type
*/
EchoicStatus
echoic_written_check(const EchoicWritten* meant,
                     const char*          path,
                     const char*          name,
                     void*                frames,
                     EchoicError*         error);

#endif // ECHOIC_HOST_WRITTEN_H
