// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_AUDIO_H
#define ECHOIC_HOST_AUDIO_H

#include "dsp/echoic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Reading sound: any file that libsndfile reads, raw PCM, standard input.

   One thread per object.  Errors say the path and what would be right.
*/
typedef struct EchoicAudioImpl EchoicAudio;

/// What a recording is
typedef struct {
  double   rate_hz;
  uint32_t n_channels;
  int64_t  n_frames; ///< -1 if it can't be known (pipes)
  int      format;   ///< libsndfile's format, 0 for raw PCM
} EchoicAudioInfo;

/**
   Open a recording.

   @param path A file, or "-" for standard input.
   @param raw Null, or the format of raw PCM as FORMAT:RATE:CHANNELS, for
   example "s16le:48000:1"; formats u8 s8 s16le s16be s24le s24be s32le s32be
   f32le f32be f64le f64be.

   @return Null and `error` if it can't be opened, isn't sound, or its rate is
   outside of what the engine can use.
*/
EchoicAudio*
echoic_audio_open(const char* path, const char* raw, EchoicError* error);

/// Return what was opened
const EchoicAudioInfo*
echoic_audio_info(const EchoicAudio* audio);

/**
   Read up to `n_frames` interleaved frames, full scale 1.  Samples of float
   files that aren't numbers are read as 0.

   @return The number read, fewer only at the end; -1 and `error` if the file
   is damaged (what was read before stays good).
*/
int64_t
echoic_audio_read(EchoicAudio* audio,
                  float*       frames,
                  size_t       n_frames,
                  EchoicError* error);

/// Go to a frame; false if that isn't possible (pipes, some formats)
bool
echoic_audio_seek(EchoicAudio* audio, int64_t frame);

/// Close; null is allowed
void
echoic_audio_close(EchoicAudio* audio);

#define ECHOIC_CHANNEL_MIX (-1)  ///< Mean of all channels
#define ECHOIC_CHANNEL_EACH (-2) ///< Every channel by itself (callers' own)

/**
   Take one channel out of interleaved frames.

   @param channel From 0, or ECHOIC_CHANNEL_MIX.
   @param out [n_frames]
*/
void
echoic_audio_channel(const float* frames,
                     size_t       n_frames,
                     uint32_t     n_channels,
                     int          channel,
                     float*       out);

/// A stretch of a recording in memory, one channel
typedef struct {
  double   rate_hz;
  int64_t  start; ///< First sample of `samples` in the file
  size_t   n_samples;
  float*   samples;    ///< Owned: free()
  int64_t  n_file;     ///< Samples in the whole file
  uint32_t n_channels; ///< Of the file
} EchoicStretch;

/**
   Read one channel from `start_s` to `end_s`, cut at the ends of the file.

   @param end_s INFINITY for the end of the file.
*/
EchoicStatus
echoic_audio_stretch(const char*    path,
                     const char*    raw,
                     int            channel,
                     double         start_s,
                     double         end_s,
                     EchoicStretch* stretch,
                     EchoicError*   error);

#endif // ECHOIC_HOST_AUDIO_H
