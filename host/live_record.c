// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_record.h"

#include "host/sound_file.h"

#include <sndfile.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { n_silence = 1024 };

static const double reserve_s = 4.0; ///< Of disk that is left free
static const double head_s    = 5.0; ///< Between updates of the head

struct EchoicRecordingImpl {
  SNDFILE* file;
  int      fd;
  char*    path;
  double   rate_hz;
  uint32_t n_channels;
  double   since_check; ///< Frames
  double   since_head;  ///< Frames
};

static int
format_for(const char* const path)
{
  const char* const dot = strrchr(path, '.');
  if (dot && !strcasecmp(dot, ".flac")) {
    return SF_FORMAT_FLAC | SF_FORMAT_PCM_24;
  }
  if (dot && !strcasecmp(dot, ".w64")) {
    return SF_FORMAT_W64 | SF_FORMAT_FLOAT;
  }
  return dot && !strcasecmp(dot, ".wav") ? SF_FORMAT_RF64 | SF_FORMAT_FLOAT : 0;
}

static void
free_recording(EchoicRecording* const r)
{
  free(r->path);
  free(r);
}

static EchoicRecording*
refuse(EchoicRecording* const r, EchoicError* const error)
{
  echoic_error(error,
               ECHOIC_NO_SPACE,
               "%s: can't be recorded to: %s; give %s",
               r->path,
               errno ? strerror(errno) : "libsndfile refuses",
               errno == EEXIST ? "a name that isn't taken" : "another place");
  free_recording(r);
  return NULL;
}

EchoicRecording*
echoic_record_open(const char* const  path,
                   const double       rate_hz,
                   const uint32_t     n_channels,
                   EchoicError* const error)
{
  SF_INFO                info = {0};
  EchoicRecording* const r    = (EchoicRecording*)calloc(1U, sizeof(*r));
  if (!r || !(r->path = strdup(path))) {
    free(r);
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    return NULL;
  }

  info.format     = format_for(path);
  info.samplerate = (int)rate_hz;
  info.channels   = (int)n_channels;
  if (!info.format || !sf_format_check(&info)) {
    echoic_error(error,
                 ECHOIC_BAD_ARG,
                 "%s: can't be recorded to: give a name ending in .wav, .w64 "
                 "or, for up to 8 channels, .flac",
                 path);
    free_recording(r);
    return NULL;
  }

  r->rate_hz    = rate_hz;
  r->n_channels = n_channels;
  r->fd         = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (r->fd < 0) {
    return refuse(r, error);
  }

  errno   = 0;
  r->file = echoic_sound_write(r->fd, &info);
  if (!r->file) {
    unlink(path);
    close(r->fd);
    return refuse(r, error);
  }

  sf_command(r->file, SFC_RF64_AUTO_DOWNGRADE, NULL, SF_TRUE);
  return r;
}

static bool
cant_go_on(const EchoicRecording* const r,
           const char* const            why,
           EchoicError* const           error)
{
  echoic_error(error,
               ECHOIC_NO_SPACE,
               "%s: recording has stopped: %s; what it holds is good",
               r->path,
               why);
  return false;
}

/* A file of which the last write was cut off is hard to mend: better to stop
   while there is some room.  FLAC takes less than is reckoned here. */
static bool
has_room(const EchoicRecording* const r)
{
  struct statvfs disk  = {0};
  const double   width = (double)r->n_channels * sizeof(float);
  return fstatvfs(r->fd, &disk) ||
         (double)disk.f_bavail * (double)disk.f_frsize >
           (reserve_s * r->rate_hz * width);
}

static bool
write_frames(EchoicRecording* const r,
             const float* const     frames,
             const size_t           n)
{
  static const float silence[n_silence];
  if (frames) {
    return sf_writef_float(r->file, frames, (sf_count_t)n) == (sf_count_t)n;
  }

  const size_t most =
    n_silence / r->n_channels ? n_silence / r->n_channels : 1U;
  for (size_t done = 0U; done < n;) {
    const size_t     left = n - done;
    const sf_count_t part = (sf_count_t)(left < most ? left : most);
    if (r->n_channels > n_silence ||
        sf_writef_float(r->file, silence, part) != part) {
      return false;
    }
    done += (size_t)part;
  }

  return true;
}

bool
echoic_record_write(EchoicRecording* const r,
                    const float* const     frames,
                    const size_t           n_frames,
                    EchoicError* const     error)
{
  r->since_check -= (double)n_frames;
  r->since_head += (double)n_frames;
  if (r->since_check <= 0.0) {
    if (!has_room(r)) {
      return cant_go_on(r, "the disk is full", error);
    }
    r->since_check = 0.5 * r->rate_hz;
  }

  errno = 0;
  if (!write_frames(r, frames, n_frames)) {
    return cant_go_on(
      r, errno ? strerror(errno) : "the disk takes no more", error);
  }

  if (r->since_head > head_s * r->rate_hz) {
    sf_command(r->file, SFC_UPDATE_HEADER_NOW, NULL, 0);
    r->since_head = 0.0;
  }

  return true;
}

bool
echoic_record_close(EchoicRecording* const r, EchoicError* const error)
{
  if (!r) {
    return true;
  }

  errno             = 0;
  const bool failed = sf_close(r->file);
  const bool is_ok  = !fsync(r->fd) && !close(r->fd) && !failed;
  if (!is_ok) {
    echoic_error(error,
                 ECHOIC_NO_SPACE,
                 "%s: can't be completed: %s",
                 r->path,
                 errno ? strerror(errno) : "libsndfile refuses");
  }

  free_recording(r);
  return is_ok;
}
