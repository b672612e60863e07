// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_COMPRESSED_H
#define ECHOIC_HOST_COMPRESSED_H

#include "host/audio_source.h"

#include <sndfile.h>

#include <stdbool.h>

/**
   What libsndfile doesn't tell of MPEG audio and Ogg: whether the file is cut
   off, and how long MPEG audio is.

   One thread per source.
*/

/**
   Look at a file that was opened: set its `damage`, and open MPEG audio again
   if its length was a guess.

   @param fd Of the same file, that can be sought in; it stays where it is.
*/
void
echoic_compressed_settle(int fd, SF_INFO* info, EchoicAudioSource* source);

/// Return whether a file that can't be opened is cut off before its sound
bool
echoic_compressed_is_cut(int fd);

#endif // ECHOIC_HOST_COMPRESSED_H
