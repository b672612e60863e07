// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_CLIPS_H
#define ECHOIC_HOST_CLIPS_H

#include "dsp/echoic.h"
#include "dsp/model.h"
#include "host/detect.h"
#include "host/inputs.h"

#include <stdbool.h>

/**
   Return the name of a clip, to be freed: DIRECTORY/STEM_START_SOUND.SUFFIX.

   @param channel From 0, to be named too, or negative.
   @return Null without memory.
*/
char*
echoic_clip_path(const char* directory,
                 const char* stem,
                 double      start_s,
                 const char* sound,
                 int         channel,
                 const char* suffix);

/// Where events are cut out to
typedef struct {
  const char*        directory; ///< Made if it isn't there
  const EchoicModel* model;
  const char*        raw;          ///< See echoic_audio_open()
  double             pad_s;        ///< More on either side
  bool               has_channels; ///< Cut the event's channel only
} EchoicClipsOut;

/// Make a directory for clips, if it isn't there; false if it can't hold them
bool
echoic_clips_begin(const char* directory, EchoicError* error);

/**
   Cut every event out of its recording.

   WAV files DIRECTORY/STEM_START_SOUND.wav with all channels; integer samples
   stay as they are to the bit.  Any thread.
*/
EchoicStatus
echoic_clips_write(const EchoicClipsOut* out,
                   const EchoicInput*    input,
                   const EchoicFindings* findings,
                   EchoicError*          error);

#endif // ECHOIC_HOST_CLIPS_H
