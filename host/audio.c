// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/audio.h"

#include "dsp/kernels.h"
#include "host/audio_source.h"
#include "host/commands.h"
#include "host/sound_file.h"

#include <sndfile.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Float files may hold anything; what is louder than this isn't sound, and its
   energy wouldn't fit a float. */
static const float max_sample = 1.0e4F;

enum { n_shorts = 16384 };

/* Recorders that can't seek write a length as large or larger, for want of the
   true one. */
static const double placeholder_bytes = 2130706432.0;

struct EchoicAudioImpl {
  EchoicAudioSource source;
  SNDFILE*          file; ///< The source's
  char*             name; ///< For messages
  EchoicAudioInfo   info;
  int64_t           position;   ///< Frames read so far
  int64_t           n_expected; ///< Frames, or -1 if nothing tells
  bool              is_cut; ///< Its header promises more than the file holds
  int16_t*          shorts; ///< [n_shorts] For files of 16 bits, else null
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
   the header of the sample data, and "(should be N)". */
static void
read_data_size(SNDFILE* const file, double* const said, double* const is)
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
    for (size_t i = 0U; colon && i < 3U; ++i) {
      if (!strncmp(chunk, chunks[i], strlen(chunks[i]))) {
        *said = strtod(colon + 1, NULL);
        *is   = note ? strtod(note + strlen("(should be "), NULL) : *said;
      }
    }
  }
}

/// Find out how many frames there must be
static void
expect_frames(EchoicAudio* const audio, const SF_INFO* const sf)
{
  const int type = sf->format & SF_FORMAT_TYPEMASK;
  double    said = 0.0;
  double    is   = 0.0;
  read_data_size(audio->file, &said, &is);
  const bool is_meant = said > 0.0 && said < placeholder_bytes;
  if (audio->info.n_frames >= 0) {
    // Lossy formats tell their length only roughly, and of these others
    // libsndfile loses what follows a read that ends within the last block
    const bool is_rough = type == SF_FORMAT_OGG || type == SF_FORMAT_MPEG ||
                          type == SF_FORMAT_PAF || type == SF_FORMAT_SDS;
    audio->is_cut     = is_meant && said > is;
    audio->n_expected = is_rough ? -1 : sf->frames;
  } else { // In a pipe the header is all there is
    const bool is_plain =
      is_meant && sf->frames > 0 && fmod(said, (double)sf->frames) == 0.0;
    audio->n_expected = is_plain ? sf->frames : -1;
  }
}

static EchoicAudio*
audio_new(const EchoicAudioSource* const source, const SF_INFO* const sf)
{
  EchoicAudio* const audio = (EchoicAudio*)calloc(1U, sizeof(*audio));
  char* const        copy  = strdup(source->name);
  if (!audio || !copy) {
    free(audio);
    free(copy);
    return NULL;
  }

  const bool is_raw = (sf->format & SF_FORMAT_TYPEMASK) == SF_FORMAT_RAW;
  if ((sf->format & SF_FORMAT_SUBMASK) == SF_FORMAT_PCM_16) {
    audio->shorts = (int16_t*)malloc(n_shorts * sizeof(int16_t));
  }

  audio->source          = *source;
  audio->file            = source->file;
  audio->name            = copy;
  audio->info.rate_hz    = sf->samplerate;
  audio->info.n_channels = (uint32_t)sf->channels;
  audio->info.n_frames   = source->is_stream ? -1 : sf->frames;
  audio->info.format     = is_raw ? 0 : sf->format;
  expect_frames(audio, sf);
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
    EchoicAudio* const audio = audio_new(&source, &sf);
    if (audio) {
      return audio;
    }

    echoic_error(error, ECHOIC_NO_MEMORY, "%s: out of memory", source.name);
  }

  echoic_audio_source_close(&source);
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

static void
sanitize(float* const samples, const size_t n)
{
  int is_bad = 0; // All at once first, which compiles to vectors
  for (size_t i = 0U; i < n; ++i) {
    is_bad |= !(fabsf(samples[i]) <= max_sample);
  }

  for (size_t i = 0U; is_bad && i < n; ++i) {
    if (!(fabsf(samples[i]) <= max_sample)) {
      samples[i] = isnan(samples[i]) ? 0.0F : copysignf(max_sample, samples[i]);
    }
  }
}

/* libsndfile makes floats of 16 bits number by number and reads 8 KiB at a
   time; its shorts come straight from the file. */
static sf_count_t
read_shorts(EchoicAudio* const audio,
            float* const       frames,
            const size_t       n_frames)
{
  const size_t width = audio->info.n_channels;
  const size_t most  = n_shorts / width;
  size_t       n     = 0U;
  while (n < n_frames) {
    const size_t     asked = n_frames - n < most ? n_frames - n : most;
    const sf_count_t got =
      sf_readf_short(audio->file, audio->shorts, (sf_count_t)asked);
    const size_t n_got = (size_t)(got > 0 ? got : 0);
    echoic_kernels()->from_shorts(
      audio->shorts, frames + (n * width), n_got * width);
    n += n_got;
    if (got < (sf_count_t)asked || sf_error(audio->file)) {
      break;
    }
  }

  return (sf_count_t)n;
}

/// Read numbers that are finite and not too large
static sf_count_t
read_frames(EchoicAudio* const audio,
            float* const       frames,
            const size_t       n_frames)
{
  if (audio->shorts) {
    return read_shorts(audio, frames, n_frames);
  }

  const sf_count_t n = echoic_read_frames(audio->file,
                                          ECHOIC_CARRY_FLOAT,
                                          (int)audio->info.n_channels,
                                          frames,
                                          (sf_count_t)n_frames);
  sanitize(frames, (size_t)n * audio->info.n_channels);
  return n;
}

int64_t
echoic_audio_read(EchoicAudio* const audio,
                  float* const       frames,
                  const size_t       n_frames,
                  EchoicError* const error)
{
  const sf_count_t n        = read_frames(audio, frames, n_frames);
  const bool       is_short = n < (sf_count_t)n_frames;
  audio->position += n;
  if (is_short && audio->source.is_stream && echoic_interrupted()) {
    echoic_error(error, ECHOIC_NOT_FOUND, "%s: interrupted", audio->name);
    return -1;
  }

  if (!audio->position && is_short && audio->source.is_stream) {
    echoic_error(error,
                 ECHOIC_BAD_FORMAT,
                 "%s: is empty, 0 samples; give a recording",
                 audio->name);
    return -1;
  }

  if (sf_error(audio->file)) { // Even if it went on behind the damage
    return damaged(audio, sf_strerror(audio->file), error);
  }

  const bool is_end = is_short || (audio->info.n_frames >= 0 &&
                                   audio->position >= audio->info.n_frames);
  if (is_end && audio->source.damage) {
    return damaged(audio, audio->source.damage, error);
  }

  if ((is_short && audio->position < audio->n_expected) ||
      (audio->is_cut && audio->position >= audio->info.n_frames)) {
    return damaged(audio, "the file is cut off", error);
  }

  return n;
}

void
echoic_audio_close(EchoicAudio* const audio)
{
  if (audio) {
    echoic_audio_source_close(&audio->source);
    free(audio->shorts);
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
  if (n_channels == 1U) {
    memcpy(out, frames, n_frames * sizeof(float));
    return;
  }

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
  if (audio->info.n_frames < 0 ||
      !echoic_can_seek(audio->info.format, audio->info.rate_hz) ||
      !echoic_sound_seek(audio->file, frame)) {
    return false;
  }

  audio->position = frame;
  return true;
}
