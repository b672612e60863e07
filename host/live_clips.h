// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_CLIPS_H
#define ECHOIC_HOST_LIVE_CLIPS_H

#include "dsp/echoic.h"
#include "host/live_messages.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Every event cut out into a file, with what came before and after.

   Files DIRECTORY/STEM_START_SOUND.wav (32 bit float) or .flac (24 bits).
   STEM is that of the input's file or, for devices, the date of the event in
   UTC; START is in seconds since listening began.  A clip appears whole or not
   at all.  Sounds longer than 30 s are cut at their beginning.  Disk thread.
*/
typedef struct EchoicLiveClipsImpl EchoicLiveClips;

typedef struct {
  const char* directory; ///< Made if it isn't there
  const char* stem;      ///< Null for dates
  bool        is_flac;
  double      before_s;
  double      after_s;
  double      rate_hz;
  uint32_t    n_channels;
} EchoicLiveClipsSpec;

/// Return null and `error` if the directory can't be written to
EchoicLiveClips*
echoic_live_clips_new(const EchoicLiveClipsSpec* spec, EchoicError* error);

/// Free; null is allowed
void
echoic_live_clips_free(EchoicLiveClips* clips);

/// Hear interleaved frames, or silence if `frames` is null
void
echoic_live_clips_hear(EchoicLiveClips* clips,
                       const float*     frames,
                       size_t           n_frames);

/// Cut an event out as soon as all of it was heard
void
echoic_live_clips_event(EchoicLiveClips* clips, const EchoicHeard* heard);

/**
   Write a clip that is complete.

   @param ends Nothing more will be heard: clips end here.
   @return True if there was one, written or with `error`.
*/
bool
echoic_live_clips_write(EchoicLiveClips* clips, bool ends, EchoicError* error);

#endif // ECHOIC_HOST_LIVE_CLIPS_H
