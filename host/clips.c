// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/clips.h"

#include "host/audio_source.h"
#include "host/files.h"
#include "host/metadata.h"
#include "host/sound_file.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { n_walked = 4096 }; ///< Frames read at a time to come to a clip

/// The recording that is cut
typedef struct {
  const char*       path;
  const char*       raw;
  EchoicAudioSource opened;
  SF_INFO           info;
  int               subtype;   ///< Of the clips
  bool              is_walked; ///< Read from front to back, can't be sought in
  sf_count_t        position;  ///< Where that has come to
  void*             kept;      ///< The last frames of it: clips may overlap
  sf_count_t        n_kept;
  sf_count_t        n_room;
  bool              is_full; ///< There is no memory for them
} Source;

/// Return the subtype of WAV that holds all of what `format` holds
static int
clip_subtype(const int format)
{
  const int subtype = format & SF_FORMAT_SUBMASK;
  switch (subtype) {
  case SF_FORMAT_PCM_U8:
  case SF_FORMAT_PCM_16:
  case SF_FORMAT_PCM_24:
  case SF_FORMAT_PCM_32:
  case SF_FORMAT_FLOAT:
  case SF_FORMAT_DOUBLE:
    return subtype;
  case SF_FORMAT_ALAC_20:
  case SF_FORMAT_ALAC_24:
  case SF_FORMAT_DWVW_24:
    return SF_FORMAT_PCM_24;
  case SF_FORMAT_ALAC_32:
    return SF_FORMAT_PCM_32;
  default: // Lossy formats may well go beyond full scale
    return echoic_carry_for(format) == ECHOIC_CARRY_FLOAT ? SF_FORMAT_FLOAT
                                                          : SF_FORMAT_PCM_16;
  }
}

static bool
open_source(Source* const source, EchoicError* const error)
{
  source->info = (SF_INFO){0};
  if ((source->raw && !echoic_raw_format(source->raw, &source->info, error)) ||
      !echoic_audio_source(
        source->path, &source->info, &source->opened, error)) {
    return false;
  }

  source->subtype  = clip_subtype(source->info.format);
  source->position = 0;
  source->n_kept   = 0;
  return true;
}

static sf_count_t
read_on(Source* const source, void* const frames, const sf_count_t n)
{
  return echoic_read_frames(source->opened.file,
                            echoic_carry_for(source->subtype),
                            source->info.channels,
                            frames,
                            n);
}

/// Read up to `start`, which lies ahead; whether it is there
static bool
walk_to(Source* const source, const sf_count_t start, void* const frames)
{
  source->n_kept = 0;
  while (source->position < start) {
    const sf_count_t left = start - source->position;
    const sf_count_t n    = left < n_walked ? left : n_walked;
    if (read_on(source, frames, n) != n) {
      return false;
    }
    source->position += n;
  }

  return true;
}

/// Make room for frames that are kept
static bool
reserve(Source* const source, const sf_count_t n, const size_t width)
{
  if (n > source->n_room) {
    void* const more = realloc(source->kept, (size_t)n * width);
    source->is_full  = !more;
    if (!more) {
      return false;
    }
    source->kept   = more;
    source->n_room = n;
  }

  return true;
}

/// Read a stretch by walking: clips come in the order in which they begin
static bool
read_walked(Source* const    source,
            const sf_count_t start,
            const sf_count_t n,
            const size_t     width,
            void* const      frames)
{
  EchoicError ignored = {ECHOIC_OK, ""};
  if (!source->opened.file || start < source->position - source->n_kept) {
    echoic_audio_source_close(&source->opened);
    if (!open_source(source, &ignored)) {
      return false;
    }
  }

  const bool is_ahead = start > source->position;
  if (!reserve(source, n > 0 ? n : 1, width) ||
      (is_ahead && !walk_to(source, start, frames))) {
    return false;
  }

  char* const      kept = (char*)source->kept;
  const sf_count_t have = source->position - start;
  memmove(kept,
          kept + ((size_t)(source->n_kept - have) * width),
          (size_t)have * width);
  source->n_kept = have;
  if (have < n) {
    const sf_count_t got =
      read_on(source, kept + ((size_t)have * width), n - have);
    source->position += got;
    source->n_kept += got;
  }

  memcpy(
    frames, kept, (size_t)(n < source->n_kept ? n : source->n_kept) * width);
  return n <= source->n_kept;
}

/// Read a stretch: in GSM 6.10 and others that can't be gone to by walking
static bool
read_at(Source* const    source,
        const sf_count_t start,
        const sf_count_t n,
        const size_t     width,
        void* const      frames)
{
  if (!source->is_walked) {
    if (echoic_sound_seek(source->opened.file, start) &&
        read_on(source, frames, n) == n) {
      return true;
    }
    source->is_walked = true;
    echoic_audio_source_close(&source->opened); // Where it is isn't known
  }

  return read_walked(source, start, n, width, frames);
}

/// Names of sounds may hold anything, names of files may not
static void
make_file_name(char* const name)
{
  for (char* p = name; *p; ++p) {
    if (*p == '/' || *p == '\\' || *p == ':' || (unsigned char)*p < 0x21U ||
        *p == 0x7F) {
      *p = '_';
    }
  }
}

char*
echoic_clip_path(const char* const directory,
                 const char* const stem,
                 const double      start_s,
                 const char* const sound,
                 const int         channel,
                 const char* const suffix)
{
  char  name[ECHOIC_NAME_SIZE] = {0};
  char  number[16]             = {0};
  char* path                   = NULL;
  strncpy(name, sound, sizeof(name) - 1U);
  make_file_name(name);
  if (channel >= 0) {
    snprintf(number, sizeof(number), "_ch%d", channel + 1);
  }

  const int n = asprintf(&path,
                         "%s/%s_%013.6f_%s%s.%s",
                         directory,
                         stem,
                         start_s,
                         name,
                         number,
                         suffix);
  return n < 0 ? NULL : path;
}

/// Keep one channel of interleaved samples of `width` bytes, in place
static void
pick_channel(void* const    frames,
             const size_t   n_frames,
             const uint32_t n_channels,
             const uint32_t channel,
             const size_t   width)
{
  unsigned char* const bytes = (unsigned char*)frames;
  for (size_t i = 0U; i < n_frames; ++i) {
    memmove(bytes + (i * width),
            bytes + (((i * n_channels) + channel) * width),
            width);
  }
}

/// Write frames, or one channel of them, as a file of their own
static EchoicStatus
write_clip(const Source* const source,
           const char* const   path,
           const int           channel,
           const sf_count_t    start,
           void* const         frames,
           const sf_count_t    n,
           EchoicError* const  error)
{
  EchoicOutFile* const out = echoic_out_open(path, error);
  if (!out) {
    return ECHOIC_NO_SPACE;
  }

  const EchoicCarry carry      = echoic_carry_for(source->subtype);
  const uint32_t    n_channels = (uint32_t)source->info.channels;
  SF_INFO           info       = {0};
  info.format                  = source->subtype |
                ((source->info.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_WAVEX
                   ? SF_FORMAT_WAVEX // Says where channels belong
                   : SF_FORMAT_WAV);
  info.channels   = channel >= 0 ? 1 : (int)n_channels;
  info.samplerate = source->info.samplerate;
  if (channel >= 0) {
    pick_channel(frames,
                 (size_t)n,
                 n_channels,
                 (uint32_t)channel,
                 echoic_carry_size(carry));
  }

  errno               = 0;
  const int      fd   = fileno(echoic_out_stream(out));
  SNDFILE* const clip = echoic_sound_write(fd, &info);
  bool           ok   = clip;
  if (clip) {
    echoic_metadata_cut(source->opened.file, clip, start, channel < 0);
    ok = echoic_write_frames(clip, carry, info.channels, frames, n) == n;
    ok = !sf_close(clip) && ok;
  }

  if (!ok) {
    const int code = errno;
    echoic_out_abort(out);
    return echoic_error(error,
                        ECHOIC_NO_SPACE,
                        "%s: can't be written: %s; %s",
                        path,
                        code ? strerror(code) : "not all of it arrived",
                        echoic_write_advice(code));
  }

  return echoic_out_commit(out, error);
}

/// Read a stretch and write it
static EchoicStatus
copy_clip(Source* const      source,
          const char* const  path,
          const int          channel,
          const sf_count_t   start,
          const sf_count_t   n,
          EchoicError* const error)
{
  const size_t n_room = (size_t)(n > n_walked ? n : n_walked);
  const size_t width  = echoic_carry_size(echoic_carry_for(source->subtype)) *
                       (size_t)source->info.channels;
  void* const frames = calloc(n_room, width);
  if (!frames) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "Out of memory for clips");
  }

  const EchoicStatus st =
    read_at(source, start, n, width, frames)
      ? write_clip(source, path, channel, start, frames, n, error)
    : source->is_full
      ? echoic_error(error, ECHOIC_NO_MEMORY, "Out of memory for clips")
      : echoic_error(error,
                     ECHOIC_BAD_FORMAT,
                     "%s: can't be read again for clips; see that it isn't "
                     "changed meanwhile",
                     source->path);
  free(frames);
  return st;
}

static EchoicStatus
cut(const EchoicClipsOut* const out,
    const EchoicInput* const    input,
    const EchoicFound* const    found,
    Source* const               source,
    EchoicError* const          error)
{
  const double rate_hz = source->info.samplerate;
  const double pad     = rint(out->pad_s * rate_hz);
  const double last    = (double)source->info.frames;
  const double start   = fmax((double)found->event.onset - pad, 0.0);
  const double end     = fmin((double)found->event.end + pad, last);
  const int    channel = out->has_channels ? (int)found->channel : -1;
  char* const  path =
    echoic_clip_path(out->directory,
                     input->stem,
                     (double)found->event.onset / rate_hz,
                     out->model->sounds[found->event.sound].name,
                     channel,
                     "wav");
  if (!path) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "Out of memory for clips");
  }

  const EchoicStatus st = copy_clip(source,
                                    path,
                                    channel,
                                    (sf_count_t)start,
                                    (sf_count_t)fmax(end - start, 0.0),
                                    error);
  free(path);
  return st;
}

bool
echoic_clips_begin(const char* const directory, EchoicError* const error)
{
  struct stat st = {0};
  bool        ok = !mkdir(directory, 0777) || errno == EEXIST;
  if (ok && !stat(directory, &st) && !S_ISDIR(st.st_mode)) {
    errno = ENOTDIR;
    ok    = false;
  }

  ok = ok && !access(directory, W_OK | X_OK);
  return ok || !echoic_error(error,
                             ECHOIC_NO_SPACE,
                             "%s: can't hold clips: %s; give another directory",
                             *directory ? directory : "''",
                             strerror(errno));
}

EchoicStatus
echoic_clips_write(const EchoicClipsOut* const out,
                   const EchoicInput* const    input,
                   const EchoicFindings* const findings,
                   EchoicError* const          error)
{
  Source source = {.path = input->path, .raw = out->raw};
  if (!open_source(&source, error)) {
    return ECHOIC_BAD_FORMAT;
  }

  source.is_walked =
    !echoic_can_seek(source.info.format, source.info.samplerate);
  EchoicStatus st = ECHOIC_OK;
  for (size_t i = 0U; !st && i < findings->n_found; ++i) {
    st = cut(out, input, &findings->found[i], &source, error);
  }

  echoic_audio_source_close(&source.opened);
  free(source.kept);
  return st;
}
