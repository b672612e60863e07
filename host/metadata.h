// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_METADATA_H
#define ECHOIC_HOST_METADATA_H

#include <sndfile.h>

#include <stdbool.h>

/**
   What a recording says of itself, carried into what is made of it.

   Between containers that is what libsndfile knows: the usual tags, channel
   map, cues, loops, and the broadcast chunk (bext).  Into WAV (RIFF, RF64) all
   chunks of WAV are copied byte by byte, but for those that describe its
   samples.
*/

/// Copy what is written before the samples
void
echoic_metadata_copy(SNDFILE* from, SNDFILE* to);

/**
   Append the chunks of a WAV file to one that is complete, closed by
   libsndfile.

   Nothing is done if either is of another format.

   @return False, and errno, if they can't be written.
*/
bool
echoic_metadata_append(SNDFILE* from, int fd);

/**
   Copy what holds for a stretch, too: tags, and the broadcast chunk with the
   time at which it begins.

   @param start First frame.
   @param is_whole It has all channels.
*/
void
echoic_metadata_cut(SNDFILE*   from,
                    SNDFILE*   to,
                    sf_count_t start,
                    bool       is_whole);

#endif // ECHOIC_HOST_METADATA_H
