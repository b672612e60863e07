// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/edit_file.h"

#include "host/audio_source.h"
#include "host/commands.h"
#include "host/container.h"
#include "host/files.h"
#include "host/progress.h"
#include "host/sound_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { n_block = ECHOIC_EDIT_BLOCK };

/// One file being processed
typedef struct {
  const char*            in_path;
  const char*            out_path;
  SNDFILE*               in;
  SF_INFO                info;
  int                    out_format; ///< Of libsndfile
  EchoicCarry            carry;
  const EchoicFrameEdit* edit;
  void*                  frames; ///< [n_block][channels] of the carried type
} Job;

static EchoicStatus
cant_write(const Job* const job, EchoicError* const error)
{
  const int code = errno;
  return echoic_error(error,
                      ECHOIC_NO_SPACE,
                      "%s: can't be written: %s; %s",
                      job->out_path,
                      code ? strerror(code) : "not all of it arrived",
                      echoic_write_advice(code));
}

static EchoicStatus
copy(Job* const job, SNDFILE* const out, EchoicError* const error)
{
  const unsigned   n_bits   = echoic_sample_bits(job->out_format);
  const sf_count_t n_total  = job->info.frames;
  const int        channels = job->info.channels;
  for (sf_count_t done = 0; done < n_total;) {
    const sf_count_t want = n_total - done < n_block ? n_total - done : n_block;
    const sf_count_t n =
      echoic_read_frames(job->in, job->carry, channels, job->frames, want);
    const bool is_damaged = n != want || sf_error(job->in);
    if (echoic_interrupted() || is_damaged) {
      return echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "%s: %s",
                          job->in_path,
                          is_damaged ? "damaged; copy it again from its source"
                                     : "interrupted; nothing was written");
    }

    job->edit->apply(
      job->edit->handle, job->carry, n_bits, job->frames, (uint32_t)n);
    errno = 0;
    if (echoic_write_frames(out, job->carry, channels, job->frames, n) != n) {
      return cant_write(job, error);
    }
    done += n;
    echoic_progress_add(job->in_path,
                        (double)n / (double)n_total,
                        (double)n / (double)job->info.samplerate);
  }

  return ECHOIC_OK;
}

static EchoicStatus
write_output(Job* const job, const int fd, EchoicError* const error)
{
  SF_INFO info       = job->info;
  info.format        = job->out_format;
  errno              = 0;
  SNDFILE* const out = echoic_sound_write(fd, &info);
  if (!out) {
    return cant_write(job, error);
  }

  echoic_copy_metadata(job->in, out);
  EchoicStatus st = copy(job, out, error);
  errno           = 0;
  if (sf_close(out) && !st) {
    st = cant_write(job, error);
  }

  return st;
}

/// PAF of 24 bits: blocks, of which libsndfile can't read the last after a seek
static bool
is_paf_24(const SF_INFO* const info)
{
  return (info->format & SF_FORMAT_TYPEMASK) == SF_FORMAT_PAF &&
         (info->format & SF_FORMAT_SUBMASK) == SF_FORMAT_PCM_24;
}

/// Return whether a file has all frames; formats of blocks fill their last one
static bool
is_long_enough(const Job* const job, const SF_INFO* const written)
{
  if (is_paf_24(written)) {
    return written->frames >= job->info.frames;
  }

  switch (job->out_format & SF_FORMAT_SUBMASK) {
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
    return written->frames >= job->info.frames;
  default:
    return written->frames == job->info.frames;
  }
}

/* Encoders write when they are closed, and libsndfile doesn't tell when that
   fails: so look at what is there. */
static EchoicStatus
verify(const Job* const job, const char* const path, EchoicError* const error)
{
  if (!path) {
    return ECHOIC_OK; // A device or pipe
  }

  const int      type     = job->out_format & SF_FORMAT_TYPEMASK;
  const bool     is_raw   = type == SF_FORMAT_RAW;
  SF_INFO        info     = is_raw ? job->info : (SF_INFO){0};
  SNDFILE* const file     = sf_open(path, SFM_READ, &info);
  const bool     is_lossy = job->carry == ECHOIC_CARRY_FLOAT &&
                        (info.format & SF_FORMAT_SUBMASK) != SF_FORMAT_FLOAT;
  bool ok = file && (is_lossy || is_long_enough(job, &info));
  if (ok && !is_lossy && !is_paf_24(&info)) {
    const sf_count_t last = info.frames - 1;
    ok =
      sf_seek(file, last, SEEK_SET) == last &&
      echoic_read_frames(file, job->carry, info.channels, job->frames, 1) == 1;
  }

  if (file) {
    sf_close(file);
  }

  errno = ok ? 0 : ENOSPC;
  return ok ? ECHOIC_OK : cant_write(job, error);
}

static EchoicStatus
write_whole(Job* const job, EchoicError* const error)
{
  EchoicOutFile* const out = echoic_out_open(job->out_path, error);
  if (!out) {
    return ECHOIC_NO_SPACE;
  }

  EchoicStatus st = write_output(job, fileno(echoic_out_stream(out)), error);
  st              = st ? st : verify(job, echoic_out_path(out), error);
  if (st) {
    echoic_out_abort(out);
    return st;
  }

  return echoic_out_commit(out, error);
}

static EchoicStatus
prepare(Job* const job, EchoicError* const error)
{
  job->carry  = echoic_carry_for(job->info.format);
  job->frames = calloc((size_t)n_block * (size_t)job->info.channels,
                       echoic_carry_size(job->carry));
  if (!job->frames) {
    return echoic_error(
      error, ECHOIC_NO_MEMORY, "%s: out of memory", job->in_path);
  }

  SF_INFO out = job->info;
  if (echoic_container_choose(job->out_path, &out, error)) {
    return error->status;
  }

  if (!sf_format_check(&out)) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "%s: its format can be read but not written; name the "
                        "output .wav",
                        job->in_path);
  }

  job->out_format = out.format;
  return job->edit->prepare(job->edit->handle,
                            job->info.samplerate,
                            (uint32_t)job->info.channels,
                            error);
}

EchoicStatus
echoic_edit_file(const char* const            in_path,
                 const char* const            raw,
                 const char* const            out_path,
                 const EchoicFrameEdit* const edit,
                 EchoicError* const           error)
{
  Job               job    = {0};
  EchoicAudioSource source = {0};
  job.in_path              = in_path;
  job.out_path             = out_path;
  job.edit                 = edit;
  if ((raw && !echoic_raw_format(raw, &job.info, error)) ||
      !echoic_audio_source(in_path, &job.info, &source, error)) {
    return error->status;
  }

  job.in          = source.file;
  EchoicStatus st = prepare(&job, error);
  st              = st ? st : write_whole(&job, error);
  sf_close(job.in);
  free(job.frames);
  return st;
}
