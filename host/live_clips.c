// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_clips.h"

#include "host/clips.h"
#include "host/files.h"
#include "host/sound_file.h"

#include <sndfile.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const double longest_s = 30.0; ///< Sound, without pre- and post-roll

struct EchoicLiveClipsImpl {
  EchoicLiveClipsSpec spec;
  char*               stem; ///< Copy of that in `spec`, or null
  size_t              size; ///< Frames in `ring`
  float*              ring; ///< [size][n_channels] The last that were heard
  uint64_t            now;  ///< Frames heard
  size_t              n_pending;
  size_t              capacity;
  bool                is_full; ///< An event found no place there
  EchoicHeard*        pending; ///< [n_pending] By the order of decisions
};

void
echoic_live_clips_free(EchoicLiveClips* const clips)
{
  if (clips) {
    free(clips->stem);
    free(clips->ring);
    free(clips->pending);
    free(clips);
  }
}

EchoicLiveClips*
echoic_live_clips_new(const EchoicLiveClipsSpec* const spec,
                      EchoicError* const               error)
{
  if (!echoic_clips_begin(spec->directory, error)) {
    return NULL;
  }

  EchoicLiveClips* const clips = (EchoicLiveClips*)calloc(1U, sizeof(*clips));
  if (clips) {
    const double span_s = spec->before_s + longest_s + spec->after_s;
    clips->spec         = *spec;
    clips->stem         = spec->stem ? strdup(spec->stem) : NULL;
    clips->size         = (size_t)(span_s * spec->rate_hz);
    clips->ring = (float*)calloc(clips->size * spec->n_channels, sizeof(float));
  }

  if (!clips || !clips->ring || (spec->stem && !clips->stem)) {
    echoic_live_clips_free(clips);
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory for clips");
    return NULL;
  }

  return clips;
}

void
echoic_live_clips_hear(EchoicLiveClips* const clips,
                       const float* const     frames,
                       const size_t           n_frames)
{
  const size_t width = clips->spec.n_channels * sizeof(float);
  for (size_t done = 0U; done < n_frames;) {
    const size_t at   = (size_t)(clips->now % clips->size);
    const size_t left = n_frames - done;
    const size_t room = clips->size - at;
    const size_t n    = left < room ? left : room;
    float* const to   = clips->ring + (at * clips->spec.n_channels);
    if (frames) {
      memcpy(to, frames + (done * clips->spec.n_channels), n * width);
    } else {
      memset(to, 0, n * width);
    }
    clips->now += n;
    done += n;
  }
}

void
echoic_live_clips_event(EchoicLiveClips* const   clips,
                        const EchoicHeard* const heard)
{
  if (clips->n_pending == clips->capacity) {
    const size_t       n = (2U * clips->capacity) + 16U;
    EchoicHeard* const more =
      (EchoicHeard*)realloc(clips->pending, n * sizeof(EchoicHeard));
    if (!more) {
      clips->is_full = true;
      return;
    }
    clips->pending  = more;
    clips->capacity = n;
  }

  clips->pending[clips->n_pending++] = *heard;
}

static char*
clip_path(const EchoicLiveClips* const clips, const EchoicHeard* const heard)
{
  const EchoicLiveClipsSpec* const spec  = &clips->spec;
  const EchoicEvent* const         event = &heard->event;
  const time_t                     date =
    (time_t)(echoic_heard_onset_ns(heard, spec->rate_hz) / 1000000000);
  struct tm utc      = {0};
  char      text[32] = "";
  gmtime_r(&date, &utc);
  strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &utc);
  return echoic_clip_path(spec->directory,
                          clips->stem ? clips->stem : text,
                          (double)event->onset / spec->rate_hz,
                          heard->name,
                          -1,
                          spec->is_flac ? "flac" : "wav");
}

static bool
write_span(const EchoicLiveClips* const clips,
           SNDFILE* const               file,
           const uint64_t               start,
           const uint64_t               end)
{
  for (uint64_t i = start; i < end;) {
    const size_t   at   = (size_t)(i % clips->size);
    const uint64_t room = clips->size - at;
    const uint64_t left = end - i;
    const uint64_t n    = left < room ? left : room;
    if (sf_writef_float(file,
                        clips->ring + (at * clips->spec.n_channels),
                        (sf_count_t)n) != (sf_count_t)n) {
      return false;
    }
    i += n;
  }

  return true;
}

/* Encoders write when they are closed, and libsndfile doesn't tell when that
   fails: so look at what is there. */
static bool
holds(const char* const path, const sf_count_t n_frames)
{
  SF_INFO        info = {0};
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  const bool     is_ok =
    file && info.frames == n_frames &&
    (!n_frames || sf_seek(file, n_frames - 1, SEEK_SET) == n_frames - 1);
  if (file) {
    sf_close(file);
  }

  return is_ok;
}

static EchoicStatus
write_clip(const EchoicLiveClips* const clips,
           const char* const            path,
           const uint64_t               start,
           const uint64_t               end,
           EchoicError* const           error)
{
  EchoicOutFile* const out = echoic_out_open(path, error);
  if (!out) {
    return error->status;
  }

  SF_INFO info        = {0};
  info.format         = clips->spec.is_flac ? SF_FORMAT_FLAC | SF_FORMAT_PCM_24
                                            : SF_FORMAT_WAV | SF_FORMAT_FLOAT;
  info.channels       = (int)clips->spec.n_channels;
  info.samplerate     = (int)clips->spec.rate_hz;
  const int      fd   = fileno(echoic_out_stream(out));
  SNDFILE* const file = echoic_sound_write(fd, &info);

  errno      = 0;
  bool is_ok = file && write_span(clips, file, start, end);
  is_ok      = file && !sf_close(file) && is_ok;
  is_ok      = is_ok && holds(echoic_out_path(out), (sf_count_t)(end - start));
  if (!is_ok) {
    const int code = errno;
    echoic_out_abort(out);
    return echoic_error(error,
                        ECHOIC_NO_SPACE,
                        "%s: clip is lost: %s",
                        path,
                        code ? strerror(code) : "the disk takes no more");
  }

  return echoic_out_commit(out, error);
}

bool
echoic_live_clips_write(EchoicLiveClips* const clips,
                        const bool             ends,
                        EchoicError* const     error)
{
  const EchoicLiveClipsSpec* const spec = &clips->spec;
  const uint64_t before = (uint64_t)(spec->before_s * spec->rate_hz);
  const uint64_t after  = (uint64_t)(spec->after_s * spec->rate_hz);
  if (clips->is_full) {
    clips->is_full = false;
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory: a clip is lost");
    return true;
  }

  for (size_t i = 0U; i < clips->n_pending; ++i) {
    const EchoicHeard heard = clips->pending[i];
    const uint64_t    onset = heard.event.onset;
    const uint64_t    oldest =
      clips->now > clips->size ? clips->now - clips->size : 0U;
    const uint64_t start = onset > before ? onset - before : 0U;
    const uint64_t end   = heard.event.end + after;
    if (end <= clips->now || ends) {
      --clips->n_pending;
      memmove(&clips->pending[i],
              &clips->pending[i + 1U],
              (clips->n_pending - i) * sizeof(heard));
      char* const path = clip_path(clips, &heard);
      if (path) {
        write_clip(clips,
                   path,
                   start < oldest ? oldest : start,
                   end < clips->now ? end : clips->now,
                   error);
      } else {
        echoic_error(error, ECHOIC_NO_MEMORY, "out of memory: a clip is lost");
      }
      free(path);
      return true;
    }
  }

  return false;
}
