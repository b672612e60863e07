// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_SOUND_FILE_H
#define ECHOIC_HOST_SOUND_FILE_H

#include "dsp/echoic.h"

#include <sndfile.h>

#include <stdbool.h>
#include <stddef.h>

/**
   Copying recordings in their own format, with a gain.

   A gain of exactly 1 copies samples to the bit, whatever their type.
*/

/// How samples are carried from file to file without loss
typedef enum {
  ECHOIC_CARRY_INT,
  ECHOIC_CARRY_FLOAT,
  ECHOIC_CARRY_DOUBLE,
} EchoicCarry;

/// Return how samples of a libsndfile format are carried
EchoicCarry
echoic_carry_for(int format);

/// Return the bytes of a carried sample
size_t
echoic_carry_size(EchoicCarry carry);

/// Return the sample at `index`, full scale 1
double
echoic_sample_get(EchoicCarry carry, const void* frames, size_t index);

/// Set it; integers are rounded to whole steps, and clipped at full scale,
/// floats (which may be on their way to an encoder) at 10000 times that
void
echoic_sample_set(EchoicCarry carry,
                  unsigned    n_bits,
                  void*       frames,
                  size_t      index,
                  double      value);

/// Return the bits of integer samples of a libsndfile format, at most 32
unsigned
echoic_sample_bits(int format);

/**
   Return whether libsndfile goes to the frame it is asked for.

   In Ogg Vorbis it comes out up to a page beside it, in DWVW it loses its way,
   and in MP3 of low rates it begins with other sound than is there, and
   complains.
*/
bool
echoic_can_seek(int format, double rate_hz);

/// Go to a frame of a recording that can be sought in; else to its beginning
bool
echoic_sound_seek(SNDFILE* file, sf_count_t frame);

/**
   Multiply interleaved frames by a gain per frame, rounded to whole steps of
   the file's integers.

   @param frames [n_frames][n_channels] Of the carried type.
   @param gain [n_frames] From 0 to 1.
*/
void
echoic_scale_frames(EchoicCarry  carry,
                    unsigned     n_bits,
                    void*        frames,
                    size_t       n_frames,
                    size_t       n_channels,
                    const float* gain);

/**
   Begin to write a recording to an open file.

   The descriptor stays the caller's, also if that fails: libsndfile itself
   closes what it can't write to, whatever it is asked.  Floats become integers
   as integers become floats, by 2^(bits - 1), and are cut at full scale.
*/
SNDFILE*
echoic_sound_write(int fd, SF_INFO* info);

/// Read frames of the carried type; how many, fewer at the end or at damage
sf_count_t
echoic_read_frames(SNDFILE*    file,
                   EchoicCarry carry,
                   int         n_channels,
                   void*       frames,
                   sf_count_t  n);

/// Write frames of the carried type; how many
sf_count_t
echoic_write_frames(SNDFILE*    file,
                    EchoicCarry carry,
                    int         n_channels,
                    const void* frames,
                    sf_count_t  n);

#endif // ECHOIC_HOST_SOUND_FILE_H
