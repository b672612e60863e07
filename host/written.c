// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/written.h"

#include "host/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { n_block = ECHOIC_WRITTEN_BLOCK };

/// How samples are kept in a file
typedef enum {
  KEPT_PLAIN,    ///< One by one: the last one can be gone to
  KEPT_CODED,    ///< In blocks or codes, unchanged
  KEPT_ROUGHLY,  ///< In blocks, the last of which is filled
  KEPT_AS_HEARD, ///< By encoders that tell their length only roughly
} Keeping;

static Keeping
keeping_of(const int format)
{
  const int type = format & SF_FORMAT_TYPEMASK;
  switch (format & SF_FORMAT_SUBMASK) {
  case SF_FORMAT_IMA_ADPCM:
  case SF_FORMAT_MS_ADPCM:
  case SF_FORMAT_GSM610:
  case SF_FORMAT_VOX_ADPCM:
  case SF_FORMAT_G721_32:
  case SF_FORMAT_G723_24:
  case SF_FORMAT_G723_40:
  case SF_FORMAT_NMS_ADPCM_16:
  case SF_FORMAT_NMS_ADPCM_24:
  case SF_FORMAT_NMS_ADPCM_32:
    return KEPT_ROUGHLY;
  case SF_FORMAT_ALAC_16:
  case SF_FORMAT_ALAC_20:
  case SF_FORMAT_ALAC_24:
  case SF_FORMAT_ALAC_32:
  case SF_FORMAT_DWVW_12:
  case SF_FORMAT_DWVW_16:
  case SF_FORMAT_DWVW_24:
  case SF_FORMAT_DPCM_8:
  case SF_FORMAT_DPCM_16:
    return KEPT_CODED;
  case SF_FORMAT_PCM_24:
    if (type == SF_FORMAT_PAF) {
      return KEPT_CODED;
    }
    break;
  default:
    break;
  }

  return type == SF_FORMAT_SDS ? KEPT_CODED : KEPT_PLAIN;
}

static Keeping
keeping_by(const EchoicWritten* const meant)
{
  const int subtype = meant->info.format & SF_FORMAT_SUBMASK;
  return meant->carry == ECHOIC_CARRY_FLOAT && subtype != SF_FORMAT_FLOAT
           ? KEPT_AS_HEARD
           : keeping_of(meant->info.format);
}

void
echoic_written_add(EchoicWritten* const meant,
                   const void* const    frames,
                   const size_t         n_frames)
{
  if (keeping_by(meant) == KEPT_CODED) {
    const uint32_t* const samples   = (const uint32_t*)frames;
    const size_t          n_samples = n_frames * (size_t)meant->info.channels;
    uint64_t              sum       = meant->sum;
    for (size_t i = 0U; i < n_samples; ++i) { // FNV-1a, by words
      sum = (sum ^ samples[i]) * 0x100000001B3U;
    }
    meant->sum = sum;
  }
}

/// Read all samples that were meant; return whether they are those
static bool
has_all(const EchoicWritten* const meant,
        SNDFILE* const             file,
        void* const                frames)
{
  const int        n_channels = meant->info.channels;
  const sf_count_t n_total    = meant->info.frames;
  EchoicWritten    is         = {meant->info, meant->carry, 0U};
  for (sf_count_t done = 0; done < n_total; done += n_block) {
    const sf_count_t want = n_total - done < n_block ? n_total - done : n_block;
    if (echoic_read_frames(file, meant->carry, n_channels, frames, want) !=
        want) {
      return false;
    }
    echoic_written_add(&is, frames, (size_t)want);
  }

  return is.sum == meant->sum;
}

static bool
has_last(const EchoicWritten* const meant,
         SNDFILE* const             file,
         void* const                frames)
{
  const sf_count_t last = meant->info.frames - 1;
  return sf_seek(file, last, SEEK_SET) == last &&
         echoic_read_frames(
           file, meant->carry, meant->info.channels, frames, 1) == 1;
}

static bool
has_samples(const EchoicWritten* const meant,
            SNDFILE* const             file,
            void* const                frames,
            const Keeping              keeping)
{
  return keeping == KEPT_PLAIN ? has_last(meant, file, frames)
                               : has_all(meant, file, frames);
}

/// Return whether a length is right; blocks and PAF are filled
static bool
is_length(const EchoicWritten* const meant,
          const Keeping              keeping,
          const sf_count_t           n_frames)
{
  const int  type = meant->info.format & SF_FORMAT_TYPEMASK;
  const bool is_block =
    keeping == KEPT_ROUGHLY || (keeping == KEPT_CODED && type == SF_FORMAT_PAF);
  return is_block ? n_frames >= meant->info.frames
                  : n_frames == meant->info.frames;
}

/// Return why nothing more can be written there, 0 if it can
static int
why_full(const char* const path)
{
  static const char zeros[65536] = {0};

  const int     fd   = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
  const ssize_t n    = fd < 0 ? -1 : write(fd, zeros, sizeof(zeros));
  const int     code = n < 0 ? errno : n < (ssize_t)sizeof(zeros) ? ENOSPC : 0;
  if (fd >= 0) {
    close(fd);
  }

  return code;
}

static EchoicStatus
complain(const EchoicWritten* const meant,
         const SF_INFO* const       is,
         const char* const          name,
         EchoicError* const         error)
{
  static const char* const advice = "name the output .wav or .flac";

  const SF_INFO* const info = &meant->info;
  if (is->samplerate && is->samplerate != info->samplerate) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "%s: can't be written: its format makes %d of %d Hz; "
                        "%s",
                        name,
                        is->samplerate,
                        info->samplerate,
                        advice);
  }

  if (is->samplerate && is->frames != info->frames) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "%s: can't be written: its format makes %lld of %lld "
                        "samples; %s",
                        name,
                        (long long)is->frames,
                        (long long)info->frames,
                        advice);
  }

  return echoic_error(error,
                      ECHOIC_BAD_ARG,
                      "%s: can't be written: libsndfile doesn't keep the "
                      "samples in its format; %s",
                      name,
                      advice);
}

/// Open and compare; `is` and the result tell what was found
static bool
is_as_meant(const EchoicWritten* const meant,
            const char* const          path,
            void* const                frames,
            SF_INFO* const             is)
{
  const Keeping keeping = keeping_by(meant);
  if ((meant->info.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_RAW) {
    *is = meant->info;
  }

  SNDFILE* const file = sf_open(path, SFM_READ, is);
  const bool     ok =
    file && is->samplerate == meant->info.samplerate &&
    is->channels == meant->info.channels &&
    (keeping == KEPT_AS_HEARD || (is_length(meant, keeping, is->frames) &&
                                  has_samples(meant, file, frames, keeping)));
  if (file) {
    sf_close(file);
  }

  return ok;
}

EchoicStatus
echoic_written_check(const EchoicWritten* const meant,
                     const char* const          path,
                     const char* const          name,
                     void* const                frames,
                     EchoicError* const         error)
{
  SF_INFO is = {0};
  if (is_as_meant(meant, path, frames, &is)) {
    return ECHOIC_OK;
  }

  const int code = why_full(path);
  return code ? echoic_error(error,
                             ECHOIC_NO_SPACE,
                             "%s: can't be written: %s; %s",
                             name,
                             strerror(code),
                             echoic_write_advice(code))
              : complain(meant, &is, name, error);
}
