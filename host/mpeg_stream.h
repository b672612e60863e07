// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_MPEG_STREAM_H
#define ECHOIC_HOST_MPEG_STREAM_H

#include <sndfile.h>

#include <stdbool.h>
#include <stdint.h>

/**
   MPEG audio (MP3, MP2) frame by frame: whether a file is whole, and how long.

   Only a Xing or Info header says how many frames a file has, if it is there
   and true.  Without one libmpg123 makes a guess from the size of the first
   frame, and libsndfile ends there, however much follows.  So it is told that
   such a file is far longer, and comes to the true end.

   One thread per object.  Source: ISO/IEC 11172-3, 13818-3; the Xing header as
   LAME writes it.
*/

/// What is in a file
typedef struct {
  int     frame_length; ///< Samples of a frame, per channel
  int64_t n_frames;     ///< Whole ones, without a Xing header's
  int64_t start;        ///< Byte at which frames begin: a Xing header, if any
  int64_t start_sound;  ///< Byte after the Xing header
  int64_t end;          ///< Byte after the last whole frame
  bool    is_counted;   ///< A Xing header says how many there are, or were
  bool    is_cut;       ///< The last frame isn't whole, or some are missing
} EchoicMpegLayout;

/// A file as libsndfile is given it
typedef struct EchoicMpegStreamImpl EchoicMpegStream;

/**
   Go through all frames of a file; takes 0.1 s for some hours.

   @param fd That can be sought in; it stays where it is.
   @return False if there are none, or their size isn't said (free format).
*/
bool
echoic_mpeg_layout(int fd, EchoicMpegLayout* layout);

/**
   Open a file so that its true length is known.

   @param fd Borrowed: a copy is kept.
   @param info Its frames are those that are there, or were before a cut.
   @param stream To be closed after what is returned.
   @return Null if that isn't possible.
*/
SNDFILE*
echoic_mpeg_open(int                     fd,
                 const EchoicMpegLayout* layout,
                 SF_INFO*                info,
                 EchoicMpegStream**      stream);

/// Close; null is allowed
void
echoic_mpeg_close(EchoicMpegStream* stream);

#endif // ECHOIC_HOST_MPEG_STREAM_H
