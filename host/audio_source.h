// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_AUDIO_SOURCE_H
#define ECHOIC_HOST_AUDIO_SOURCE_H

#include "dsp/echoic.h"
#include "host/mpeg_stream.h"

#include <sndfile.h>

#include <stdbool.h>

/**
   Opening what libsndfile reads: files, raw PCM, pipes.

   Most formats must be sought in.  From a pipe, WAV, AU and raw PCM are read
   as they come; everything else is first copied to a temporary file.
*/
typedef struct {
  SNDFILE*          file;      ///< Owned by the caller
  const char*       name;      ///< For messages: path, or "standard input"
  bool              is_stream; ///< Can't be sought in, length unknown
  int               place;     ///< In the list of pipes, see host/pipes.h
  EchoicMpegStream* mpeg;      ///< What the file reads from, or null
  const char*       damage;    ///< What is wrong where it ends, or null
} EchoicAudioSource;

/// Parse FORMAT:RATE:CHANNELS, see echoic_audio_open()
bool
echoic_raw_format(const char* raw, SF_INFO* info, EchoicError* error);

/**
   Open a path or "-".

   @param info Zero, or the format of raw PCM; filled.
*/
bool
echoic_audio_source(const char*        path,
                    SF_INFO*           info,
                    EchoicAudioSource* source,
                    EchoicError*       error);

/// Close it
void
echoic_audio_source_close(EchoicAudioSource* source);

#endif // ECHOIC_HOST_AUDIO_SOURCE_H
