// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/audio_source.h"

#include "host/commands.h"
#include "host/compressed.h"
#include "host/pipes.h"
#include "host/riff.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  const char* name;
  int         format;
} RawFormat;

static const RawFormat raw_formats[] = {
  {"u8", SF_FORMAT_PCM_U8},
  {"s8", SF_FORMAT_PCM_S8},
  {"s16le", SF_FORMAT_PCM_16 | SF_ENDIAN_LITTLE},
  {"s16be", SF_FORMAT_PCM_16 | SF_ENDIAN_BIG},
  {"s24le", SF_FORMAT_PCM_24 | SF_ENDIAN_LITTLE},
  {"s24be", SF_FORMAT_PCM_24 | SF_ENDIAN_BIG},
  {"s32le", SF_FORMAT_PCM_32 | SF_ENDIAN_LITTLE},
  {"s32be", SF_FORMAT_PCM_32 | SF_ENDIAN_BIG},
  {"f32le", SF_FORMAT_FLOAT | SF_ENDIAN_LITTLE},
  {"f32be", SF_FORMAT_FLOAT | SF_ENDIAN_BIG},
  {"f64le", SF_FORMAT_DOUBLE | SF_ENDIAN_LITTLE},
  {"f64be", SF_FORMAT_DOUBLE | SF_ENDIAN_BIG},
};

bool
echoic_raw_format(const char* const  raw,
                  SF_INFO* const     info,
                  EchoicError* const error)
{
  const size_t n_name = strcspn(raw, ":");
  for (size_t i = 0U; i < sizeof(raw_formats) / sizeof(*raw_formats); ++i) {
    const RawFormat* const f = &raw_formats[i];
    if (strlen(f->name) == n_name && !strncmp(raw, f->name, n_name)) {
      char extra = '\0';
      if (sscanf(raw + n_name,
                 ":%7d:%4d%c",
                 &info->samplerate,
                 &info->channels,
                 &extra) == 2 &&
          info->samplerate > 0 && info->channels > 0 &&
          info->channels <= 1024) {
        info->format = SF_FORMAT_RAW | f->format;
        return true;
      }
    }
  }

  echoic_error(error,
               ECHOIC_BAD_ARG,
               "--raw %s: isn't FORMAT:RATE:CHANNELS like s16le:48000:1; "
               "formats are u8 s8 s16le s16be s24le s24be s32le s32be f32le "
               "f32be f64le f64be",
               raw);
  return false;
}

/// Say that a file, which `fd` is of unless it is negative, isn't sound
static bool
not_sound(const int fd, const char* const name, EchoicError* const error)
{
  char byte = 0;
  if (fd >= 0 && !pread(fd, &byte, 1U, 0)) {
    echoic_error(error,
                 ECHOIC_BAD_FORMAT,
                 "%s: is empty, 0 bytes; give a recording",
                 name);
    return false;
  }

  if (fd >= 0 && echoic_compressed_is_cut(fd)) {
    echoic_error(error,
                 ECHOIC_BAD_FORMAT,
                 "%s: damaged (the file is cut off before its sound begins); "
                 "copy it again from its source",
                 name);
    return false;
  }

  echoic_error(error,
               ECHOIC_BAD_FORMAT,
               "%s: isn't a recording that can be read; give WAV, FLAC, AIFF, "
               "Ogg, MP3 or another format of libsndfile, or say what raw PCM "
               "it is with --raw",
               name);
  return false;
}

/// Return whether libsndfile is better not asked about a file
static bool
is_endless(const int fd, const char* const name, EchoicError* const error)
{
  const bool is = echoic_riff_is_endless(fd);
  if (is) {
    echoic_error(error,
                 ECHOIC_BAD_FORMAT,
                 "%s: damaged: a part of its LIST chunk is said to have 4 GiB; "
                 "copy it again from its source",
                 name);
  }

  return is;
}

static bool
cant_open(const char* const path, EchoicError* const error)
{
  echoic_error(error,
               ECHOIC_NOT_FOUND,
               "%s: can't be opened: %s",
               *path ? path : "''",
               strerror(errno));
  return false;
}

static bool
path_is_readable(const char* const  path,
                 struct stat* const st,
                 EchoicError* const error)
{
  if (stat(path, st) || access(path, R_OK)) {
    return cant_open(path, error);
  }

  if (S_ISDIR(st->st_mode)) {
    echoic_error(
      error, ECHOIC_BAD_ARG, "%s: is a directory; give a recording", path);
    return false;
  }

  if (S_ISREG(st->st_mode) && !st->st_size) {
    echoic_error(error,
                 ECHOIC_BAD_FORMAT,
                 "%s: is empty, 0 bytes; give a recording",
                 path);
    return false;
  }

  return true;
}

/* Formats that libsndfile reads without seeking, told by their first bytes:
   looking at a pipe without taking anything from it is what tee() does. */
static bool
pipe_is_streamable(const int fd)
{
  int  peek[2]  = {-1, -1};
  char magic[4] = {0};
  if (pipe(peek)) {
    return false;
  }

  ssize_t n = 0;
  while ((n = tee(fd, peek[1], sizeof(magic), 0)) < 0 && errno == EINTR) {
  }

  const bool ok =
    n == sizeof(magic) && read(peek[0], magic, sizeof(magic)) == sizeof(magic);
  close(peek[0]);
  close(peek[1]);
  return ok && (!memcmp(magic, "RIFF", 4) || !memcmp(magic, ".snd", 4));
}

/// Copy all of `fd` to an unlinked temporary file; return its descriptor or -1
static int
spool(const int fd, const char* const name, EchoicError* const error)
{
  FILE* const temp = tmpfile();
  char        bytes[16384];
  ssize_t     n = 0;
  while (temp && ((n = read(fd, bytes, sizeof(bytes))) > 0
                    ? fwrite(bytes, 1U, (size_t)n, temp) == (size_t)n
                    : n < 0 && errno == EINTR)) {
  }

  int copy = -1;
  if (temp && !n && !echoic_interrupted() && !fflush(temp) && !ferror(temp)) {
    copy = dup(fileno(temp));
  }

  if (copy < 0 || lseek(copy, 0, SEEK_SET)) {
    echoic_error(error,
                 ECHOIC_NO_SPACE,
                 "%s: can't be copied to a temporary file: %s; give a file, or "
                 "WAV, which needs no copy",
                 name,
                 strerror(errno));
  }

  if (temp) {
    fclose(temp);
  }

  return copy;
}

/// No signal ends it from now on
static void
strike(EchoicAudioSource* const source)
{
  echoic_pipe_strike(source->place);
  source->place = ECHOIC_NO_PIPE;
}

/// Open what can be sought in; `fd` stays the caller's
static bool
open_seekable(const int                fd,
              SF_INFO* const           info,
              EchoicAudioSource* const source,
              EchoicError* const       error)
{
  const bool is_raw = info->format;
  const int  copy   = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  source->file      = copy < 0 ? NULL : sf_open_fd(copy, SFM_READ, info, 1);
  if (!source->file) {
    return not_sound(is_raw ? -1 : fd, source->name, error);
  }

  echoic_compressed_settle(fd, info, source);
  return true;
}

static bool
open_pipe(const int                fd,
          const bool               is_owned,
          SF_INFO* const           info,
          EchoicAudioSource* const source,
          EchoicError* const       error)
{
  const bool is_raw = info->format;
  if (is_raw || pipe_is_streamable(fd)) {
    source->is_stream = true;
    source->file      = sf_open_fd(fd, SFM_READ, info, is_owned);
  } else {
    const int copy = spool(fd, source->name, error);
    strike(source);
    if (is_owned) {
      close(fd);
    }
    if (copy < 0) {
      return false;
    }
    const bool is_open = open_seekable(copy, info, source, error);
    close(copy);
    return is_open;
  }

  return source->file || not_sound(-1, source->name, error);
}

static bool
open_file(const char* const        path,
          SF_INFO* const           info,
          EchoicAudioSource* const source,
          EchoicError* const       error)
{
  const bool is_raw = info->format;
  const int  fd     = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return cant_open(path, error);
  }

  if (!is_raw && is_endless(fd, path, error)) {
    close(fd);
    return false;
  }

  source->file = sf_open(path, SFM_READ, info); // Some need their name
  if (source->file && !is_raw &&
      (info->format & SF_FORMAT_TYPEMASK) == SF_FORMAT_RAW) {
    // Guessed from nothing but the end of the name (.vox, .gsm, .au)
    sf_close(source->file);
    source->file = NULL;
  }

  const bool is_open = source->file;
  if (is_open) {
    echoic_compressed_settle(fd, info, source);
  } else {
    not_sound(is_raw ? -1 : fd, path, error);
  }

  close(fd);
  return is_open;
}

static bool
open_stdin(SF_INFO* const           info,
           EchoicAudioSource* const source,
           EchoicError* const       error)
{
  if (lseek(STDIN_FILENO, 0, SEEK_CUR) < 0) {
    source->place = echoic_pipe_list(STDIN_FILENO);
    return open_pipe(STDIN_FILENO, false, info, source, error);
  }

  if (!info->format && is_endless(STDIN_FILENO, source->name, error)) {
    return false;
  }

  return open_seekable(STDIN_FILENO, info, source, error);
}

static bool
open_path(const char* const        path,
          SF_INFO* const           info,
          EchoicAudioSource* const source,
          EchoicError* const       error)
{
  struct stat st = {0};
  if (!path_is_readable(path, &st, error)) {
    return false;
  }

  if (S_ISFIFO(st.st_mode)) {
    const int fd = echoic_pipe_open(path, &source->place);
    return fd < 0 ? cant_open(path, error)
                  : open_pipe(fd, true, info, source, error);
  }

  return open_file(path, info, source, error);
}

bool
echoic_audio_source(const char* const        path,
                    SF_INFO* const           info,
                    EchoicAudioSource* const source,
                    EchoicError* const       error)
{
  const bool is_stdin = !strcmp(path, "-");
  *source = (EchoicAudioSource){.name  = is_stdin ? "standard input" : path,
                                .place = ECHOIC_NO_PIPE};
  if (is_stdin ? open_stdin(info, source, error)
               : open_path(path, info, source, error)) {
    return true;
  }

  strike(source);
  if (echoic_interrupted()) { // Whatever a pipe that ends early looked like
    echoic_error(error, ECHOIC_NOT_FOUND, "%s: interrupted", source->name);
  }

  return false;
}

void
echoic_audio_source_close(EchoicAudioSource* const source)
{
  if (source->file) {
    strike(source);
    sf_close(source->file);
    echoic_mpeg_close(source->mpeg);
    source->file = NULL;
    source->mpeg = NULL;
  }
}
