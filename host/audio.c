// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/audio.h"

#include "host/audio_source.h"

#include <sndfile.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Float files may hold anything; what is louder than this isn't sound, and its
   energy wouldn't fit a float. */
static const float max_sample = 1.0e4F;

struct EchoicAudioImpl {
  SNDFILE*        file;
  char*           name; ///< For messages
  EchoicAudioInfo info;
  int64_t         position; ///< Frames read so far
  bool            is_cut;   ///< Its header promises more than the file holds
};

static bool
info_is_usable(const SF_INFO* const sf,
               const char* const    name,
               const bool           is_stream,
               EchoicError* const   error)
{
  if (sf->samplerate < (int)ECHOIC_MIN_RATE_HZ ||
      sf->samplerate > (int)ECHOIC_MAX_RATE_HZ) {
    echoic_error(error,
                 ECHOIC_BAD_ARG,
                 "%s: its sample rate is %d Hz; 8000 to 192000 can be used",
                 name,
                 sf->samplerate);
    return false;
  }

  if (!is_stream && !sf->frames) {
    echoic_error(error,
                 ECHOIC_BAD_ARG,
                 "%s: holds no sound, 0 samples; give a longer recording",
                 name);
    return false;
  }

  return true;
}

/* libsndfile shortens a cut file silently, only its log tells: the length in
   the header of the sample data, and "(should be N)".  Recorders that can't
   seek write a placeholder there, which is no damage. */
static bool
header_promises_more(SNDFILE* const file)
{
  static const char* const chunks[] = {"data", "SSND", "Data Size"};

  char log[4096] = {0};
  sf_command(file, SFC_GET_LOG_INFO, log, (int)sizeof(log) - 1);
  char* rest = NULL;
  for (char* line = strtok_r(log, "\n", &rest); line;
       line       = strtok_r(NULL, "\n", &rest)) {
    const char* const chunk = line + strspn(line, " ");
    const char* const note  = strstr(chunk, "(should be ");
    const char* const colon = strchr(chunk, ':');
    for (size_t i = 0U; note && colon && i < 3U; ++i) {
      const double said = strtod(colon + 1, NULL);
      const double is   = strtod(note + strlen("(should be "), NULL);
      if (!strncmp(chunk, chunks[i], strlen(chunks[i])) && said > is &&
          said < 2130706432.0) {
        return true;
      }
    }
  }

  return false;
}

static EchoicAudio*
audio_new(SNDFILE* const       file,
          const SF_INFO* const sf,
          const char* const    name,
          const bool           is_stream)
{
  EchoicAudio* const audio = (EchoicAudio*)calloc(1U, sizeof(*audio));
  char* const        copy  = strdup(name);
  if (!audio || !copy) {
    free(audio);
    free(copy);
    return NULL;
  }

  const bool is_raw      = (sf->format & SF_FORMAT_TYPEMASK) == SF_FORMAT_RAW;
  audio->file            = file;
  audio->name            = copy;
  audio->info.rate_hz    = sf->samplerate;
  audio->info.n_channels = (uint32_t)sf->channels;
  audio->info.n_frames   = is_stream ? -1 : sf->frames;
  audio->info.format     = is_raw ? 0 : sf->format;
  audio->is_cut          = !is_stream && header_promises_more(file);
  return audio;
}

EchoicAudio*
echoic_audio_open(const char* const  path,
                  const char* const  raw,
                  EchoicError* const error)
{
  SF_INFO sf = {0};
  if (raw && !echoic_raw_format(raw, &sf, error)) {
    return NULL;
  }

  EchoicAudioSource source = {0};
  if (!echoic_audio_source(path, &sf, &source, error)) {
    return NULL;
  }

  if (info_is_usable(&sf, source.name, source.is_stream, error)) {
    EchoicAudio* const audio =
      audio_new(source.file, &sf, source.name, source.is_stream);
    if (audio) {
      return audio;
    }

    echoic_error(error, ECHOIC_NO_MEMORY, "%s: out of memory", source.name);
  }

  sf_close(source.file);
  return NULL;
}

const EchoicAudioInfo*
echoic_audio_info(const EchoicAudio* const audio)
{
  return &audio->info;
}

static int64_t
damaged(const EchoicAudio* const audio,
        const char* const        what,
        EchoicError* const       error)
{
  echoic_error(error,
               ECHOIC_BAD_FORMAT,
               "%s: damaged after %.3f s (%s); copy it again from its source",
               audio->name,
               (double)audio->position / audio->info.rate_hz,
               what);
  return -1;
}

/* Lossy formats tell their length only roughly. */
static bool
length_is_exact(const EchoicAudio* const audio)
{
  const int type = audio->info.format & SF_FORMAT_TYPEMASK;
  return audio->info.n_frames >= 0 && type != SF_FORMAT_OGG &&
         type != SF_FORMAT_MPEG;
}

static void
sanitize(float* const samples, const size_t n)
{
  for (size_t i = 0U; i < n; ++i) {
    if (!(fabsf(samples[i]) <= max_sample)) {
      samples[i] = isnan(samples[i]) ? 0.0F : copysignf(max_sample, samples[i]);
    }
  }
}

int64_t
echoic_audio_read(EchoicAudio* const audio,
                  float* const       frames,
                  const size_t       n_frames,
                  EchoicError* const error)
{
  const sf_count_t n =
    sf_readf_float(audio->file, frames, (sf_count_t)n_frames);
  if (n > 0) {
    sanitize(frames, (size_t)n * audio->info.n_channels);
    audio->position += n;
  }

  if (n < 0 || (n < (sf_count_t)n_frames && sf_error(audio->file))) {
    return damaged(audio, sf_strerror(audio->file), error);
  }

  if (n < (sf_count_t)n_frames &&
      (audio->is_cut ||
       (length_is_exact(audio) && audio->position < audio->info.n_frames))) {
    return damaged(audio, "the file is cut off", error);
  }

  return n;
}

void
echoic_audio_close(EchoicAudio* const audio)
{
  if (audio) {
    sf_close(audio->file);
    free(audio->name);
    free(audio);
  }
}

void
echoic_audio_channel(const float* const frames,
                     const size_t       n_frames,
                     const uint32_t     n_channels,
                     const int          channel,
                     float* const       out)
{
  if (channel >= 0) {
    for (size_t i = 0U; i < n_frames; ++i) {
      out[i] = frames[(i * n_channels) + (size_t)channel];
    }
    return;
  }

  const float scale = 1.0F / (float)n_channels;
  for (size_t i = 0U; i < n_frames; ++i) {
    float sum = 0.0F;
    for (uint32_t c = 0U; c < n_channels; ++c) {
      sum += frames[(i * n_channels) + c];
    }
    out[i] = sum * scale;
  }
}

bool
echoic_audio_seek(EchoicAudio* const audio, const int64_t frame)
{
  if (audio->info.n_frames < 0 || sf_seek(audio->file, frame, SEEK_SET) < 0) {
    return false;
  }

  audio->position = frame;
  return true;
}
