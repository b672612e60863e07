// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_DISK_H
#define ECHOIC_HOST_LIVE_DISK_H

#include "dsp/echoic.h"
#include "host/live_callback.h"
#include "host/live_clips.h"
#include "host/live_notices.h"

#include <stdbool.h>

/**
   The thread that writes sound to the disk: the recording and the clips.

   However slow or full the disk, nobody waits for it.  Sound that it was too
   late for is replaced by silence of the same length and told of.
*/
typedef struct EchoicDiskImpl EchoicDisk;

typedef struct {
  const char*                record; ///< Path of the recording, or null
  const EchoicLiveClipsSpec* clips;  ///< Null: none
  EchoicCallback*            callback;
  EchoicNotices*             notices;
} EchoicDiskSpec;

/// Open what is asked for and begin; null and `error` if it can't be
EchoicDisk*
echoic_disk_start(const EchoicDiskSpec* spec, EchoicError* error);

/**
   Write all that was heard, complete the files and end; null is allowed.

   @return True if anything was lost.
*/
bool
echoic_disk_stop(EchoicDisk* disk);

#endif // ECHOIC_HOST_LIVE_DISK_H
