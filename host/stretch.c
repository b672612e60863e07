// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/audio.h"

#include <math.h>
#include <stdlib.h>

enum { n_block = 4096 };

/// Read and drop frames, where seeking isn't possible
static bool
skip_frames(EchoicAudio* const audio,
            int64_t            n,
            float* const       block,
            EchoicError* const error)
{
  while (n > 0) {
    const size_t  want = (size_t)(n < n_block ? n : n_block);
    const int64_t got  = echoic_audio_read(audio, block, want, error);
    if (got < 0) {
      return false;
    }
    if (!got) {
      break;
    }
    n -= got;
  }

  return true;
}

static bool
grow(EchoicStretch* const stretch, const size_t n, size_t* const capacity)
{
  if (stretch->n_samples + n > *capacity) {
    const size_t wanted = (2U * *capacity) + n;
    float* const more =
      (float*)realloc(stretch->samples, wanted * sizeof(float));
    if (!more) {
      return false;
    }
    stretch->samples = more;
    *capacity        = wanted;
  }

  return true;
}

static EchoicStatus
read_stretch(EchoicAudio* const   audio,
             const char* const    path,
             const int            channel,
             int64_t              n,
             float* const         block,
             EchoicStretch* const stretch,
             EchoicError* const   error)
{
  const uint32_t n_channels = echoic_audio_info(audio)->n_channels;
  size_t         capacity   = 0U;
  while (n > 0) {
    const size_t  want = (size_t)(n < n_block ? n : n_block);
    const int64_t got  = echoic_audio_read(audio, block, want, error);
    if (got < 0) {
      return ECHOIC_BAD_FORMAT;
    }
    if (!got) {
      break;
    }
    if (!grow(stretch, (size_t)got, &capacity)) {
      return echoic_error(error,
                          ECHOIC_NO_MEMORY,
                          "%s: out of memory; give a shorter stretch",
                          path);
    }

    echoic_audio_channel(block,
                         (size_t)got,
                         n_channels,
                         channel,
                         stretch->samples + stretch->n_samples);
    stretch->n_samples += (size_t)got;
    n -= got;
  }

  return ECHOIC_OK;
}

static EchoicStatus
check_channel(const EchoicAudioInfo* const info,
              const char* const            path,
              const int                    channel,
              EchoicError* const           error)
{
  if (channel < (int)info->n_channels) {
    return ECHOIC_OK;
  }

  return echoic_error(error,
                      ECHOIC_BAD_ARG,
                      "%s: there is no channel %d; it has %u, counted from 1",
                      path,
                      channel + 1,
                      info->n_channels);
}

static EchoicStatus
load_stretch(EchoicAudio* const   audio,
             const char* const    path,
             const int            channel,
             const double         start_s,
             const double         end_s,
             EchoicStretch* const stretch,
             EchoicError* const   error)
{
  const EchoicAudioInfo* const info = echoic_audio_info(audio);
  const double                 last =
    info->n_frames >= 0 ? (double)info->n_frames : (double)(INT64_MAX / 2);
  const double start = fmin(fmax(round(start_s * info->rate_hz), 0.0), last);
  const double end   = fmin(fmax(round(end_s * info->rate_hz), start), last);

  float* const block =
    (float*)malloc(n_block * info->n_channels * sizeof(float));
  if (!block) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "%s: out of memory", path);
  }

  stretch->rate_hz    = info->rate_hz;
  stretch->start      = (int64_t)start;
  stretch->n_file     = info->n_frames;
  stretch->n_channels = info->n_channels;
  EchoicStatus st     = ECHOIC_OK;
  if (!echoic_audio_seek(audio, stretch->start) &&
      !skip_frames(audio, stretch->start, block, error)) {
    st = ECHOIC_BAD_FORMAT;
  } else {
    const int64_t n = (int64_t)(end - start);
    st = read_stretch(audio, path, channel, n, block, stretch, error);
  }

  if (stretch->n_file < 0) {
    stretch->n_file = stretch->start + (int64_t)stretch->n_samples;
  }

  free(block);
  return st;
}

EchoicStatus
echoic_audio_stretch(const char* const    path,
                     const char* const    raw,
                     const int            channel,
                     const double         start_s,
                     const double         end_s,
                     EchoicStretch* const stretch,
                     EchoicError* const   error)
{
  EchoicAudio* const audio = echoic_audio_open(path, raw, error);
  if (!audio) {
    return error ? error->status : ECHOIC_BAD_FORMAT;
  }

  EchoicStretch result = {0};
  EchoicStatus  st =
    check_channel(echoic_audio_info(audio), path, channel, error);
  if (!st) {
    st = load_stretch(audio, path, channel, start_s, end_s, &result, error);
  }

  echoic_audio_close(audio);
  if (st) {
    free(result.samples);
    return st;
  }

  *stretch = result;
  return ECHOIC_OK;
}
