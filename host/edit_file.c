// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/edit_file.h"

#include "host/audio_source.h"
#include "host/commands.h"
#include "host/container.h"
#include "host/files.h"
#include "host/metadata.h"
#include "host/progress.h"
#include "host/sound_file.h"
#include "host/written.h"

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
  const char*            damage; ///< Where it ends, or null
  SF_INFO                info;
  EchoicWritten          written; ///< What the output is to hold
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

/// Say that the input ends after `n_frames`, or isn't good from there on
static EchoicStatus
damaged(const Job* const   job,
        const sf_count_t   n_frames,
        EchoicError* const error)
{
  const char* const why = sf_error(job->in) ? sf_strerror(job->in)
                          : job->damage     ? job->damage
                                            : "the file is cut off";
  return echoic_error(error,
                      ECHOIC_BAD_FORMAT,
                      "%s: damaged after %.3f s (%s); copy it again from its "
                      "source",
                      job->in_path,
                      (double)n_frames / job->info.samplerate,
                      why);
}

static EchoicStatus
copy(Job* const job, SNDFILE* const out, EchoicError* const error)
{
  const EchoicCarry carry    = job->written.carry;
  const unsigned    n_bits   = echoic_sample_bits(job->written.info.format);
  const sf_count_t  n_total  = job->info.frames;
  const int         channels = job->info.channels;
  for (sf_count_t done = 0; done < n_total;) {
    const sf_count_t want = n_total - done < n_block ? n_total - done : n_block;
    const sf_count_t n =
      echoic_read_frames(job->in, carry, channels, job->frames, want);
    const bool is_last = done + n == n_total;
    if (echoic_interrupted()) {
      return echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "%s: interrupted; nothing was written",
                          job->in_path);
    }

    if (n != want || sf_error(job->in) || (is_last && job->damage)) {
      return damaged(job, done + n, error);
    }

    job->edit->apply(
      job->edit->handle, carry, n_bits, job->frames, (uint32_t)n);
    echoic_written_add(&job->written, job->frames, (size_t)n);
    errno = 0;
    if (echoic_write_frames(out, carry, channels, job->frames, n) != n) {
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
  SF_INFO info       = job->written.info;
  errno              = 0;
  SNDFILE* const out = echoic_sound_write(fd, &info);
  if (!out) {
    return errno ? cant_write(job, error)
                 : echoic_error(error,
                                ECHOIC_BAD_ARG,
                                "%s: can't be written: %s; name the output "
                                ".wav or .flac",
                                job->out_path,
                                sf_strerror(NULL));
  }

  echoic_metadata_copy(job->in, out);
  EchoicStatus st      = copy(job, out, error);
  errno                = 0;
  const bool is_closed = !sf_close(out);
  if (!st && (!is_closed || !echoic_metadata_append(job->in, fd))) {
    st = cant_write(job, error);
  }

  return st;
}

static EchoicStatus
write_whole(Job* const job, EchoicError* const error)
{
  EchoicOutFile* const out = echoic_out_open(job->out_path, error);
  if (!out) {
    return ECHOIC_NO_SPACE;
  }

  EchoicStatus st = write_output(job, fileno(echoic_out_stream(out)), error);
  if (!st && echoic_out_path(out)) { // Else a device or pipe
    st = echoic_written_check(
      &job->written, echoic_out_path(out), job->out_path, job->frames, error);
  }

  if (st) {
    echoic_out_abort(out);
    return st;
  }

  return echoic_out_commit(out, error);
}

/// Choose the format of the output
static EchoicStatus
choose(Job* const job, EchoicError* const error)
{
  SF_INFO out = job->info;
  if (echoic_container_choose(job->out_path, &out, error)) {
    return error->status;
  }

  // A resource fork, which SD2 needs, has no place beside a temporary file
  if (!sf_format_check(&out) ||
      (out.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_SD2) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "%s: its format can be read but not written; name the "
                        "output .wav",
                        job->in_path);
  }

  job->written.info = out;
  return ECHOIC_OK;
}

static EchoicStatus
prepare(Job* const job, EchoicError* const error)
{
  job->written.carry = echoic_carry_for(job->info.format);
  job->frames        = calloc((size_t)n_block * (size_t)job->info.channels,
                       echoic_carry_size(job->written.carry));
  if (!job->frames) {
    return echoic_error(
      error, ECHOIC_NO_MEMORY, "%s: out of memory", job->in_path);
  }

  const EchoicStatus st = choose(job, error);
  return st ? st
            : job->edit->prepare(job->edit->handle,
                                 job->info.samplerate,
                                 (uint32_t)job->info.channels,
                                 error);
}

static EchoicStatus
open_input(Job* const               job,
           const char* const        raw,
           EchoicAudioSource* const source,
           EchoicError* const       error)
{
  if ((raw && !echoic_raw_format(raw, &job->info, error)) ||
      !echoic_audio_source(job->in_path, &job->info, source, error)) {
    return error->status;
  }

  job->in     = source->file;
  job->damage = source->damage;
  return ECHOIC_OK;
}

EchoicStatus
echoic_edit_check(const char* const  in_path,
                  const char* const  raw,
                  const char* const  out_path,
                  EchoicError* const error)
{
  Job               job    = {.in_path = in_path, .out_path = out_path};
  EchoicAudioSource source = {0};
  EchoicStatus      st     = open_input(&job, raw, &source, error);
  if (!st && !(st = choose(&job, error))) {
    EchoicOutFile* const out = echoic_out_open(out_path, error);
    st                       = out ? ECHOIC_OK : ECHOIC_NO_SPACE;
    echoic_out_abort(out);
  }

  echoic_audio_source_close(&source);
  return st;
}

EchoicStatus
echoic_edit_file(const char* const            in_path,
                 const char* const            raw,
                 const char* const            out_path,
                 const EchoicFrameEdit* const edit,
                 EchoicError* const           error)
{
  Job job = {.in_path = in_path, .out_path = out_path, .edit = edit};
  EchoicAudioSource source = {0};
  EchoicStatus      st     = open_input(&job, raw, &source, error);
  st                       = st ? st : prepare(&job, error);
  st                       = st ? st : write_whole(&job, error);
  echoic_audio_source_close(&source);
  free(job.frames);
  return st;
}
