// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/audio.h"
#include "host/commands.h"
#include "host/live_backend.h"
#include "host/live_thread.h"

#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { default_block = 1024, pipe_block = 256, poll_ms = 50 };

/// A file or pipe that is heard
typedef struct {
  EchoicAudio* audio;
  uint32_t     block; ///< Frames
  double       left;  ///< Frames that are still to be heard
  float*       in;    ///< [block][n_in]
  float*       out;   ///< [block][n_out], or null
  atomic_bool  stops;
  atomic_bool  has_ended;
  bool         runs;
  pthread_t    thread;
} File;

static bool
is_stdin(const EchoicBackend* const b)
{
  return !strcmp(b->spec.file, "-");
}

static bool
file_open(EchoicBackend* const b, EchoicError* const error)
{
  File* const file = (File*)calloc(1U, sizeof(File));
  b->own           = file;
  if (!file) {
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    return false;
  }

  file->audio = echoic_audio_open(b->spec.file, b->spec.raw, error);
  if (!file->audio) {
    return false;
  }

  const EchoicAudioInfo* const info = echoic_audio_info(file->audio);
  snprintf(b->info.name,
           sizeof(b->info.name),
           "%s",
           is_stdin(b) ? "standard input" : b->spec.file);
  b->info.rate_hz = info->rate_hz;
  b->info.n_in    = info->n_channels;
  b->info.n_out   = b->spec.has_output ? info->n_channels : 0U;
  file->block     = b->spec.buffer ? b->spec.buffer
                    : is_stdin(b)  ? pipe_block
                                   : default_block;
  file->left      = b->spec.duration_s > 0.0
                      ? rint(b->spec.duration_s * b->info.rate_hz)
                      : HUGE_VAL;
  file->in =
    (float*)calloc((size_t)file->block * info->n_channels, sizeof(float));
  file->out =
    (float*)calloc((size_t)file->block * info->n_channels, sizeof(float));
  if (!file->in || !file->out) {
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    return false;
  }

  return true;
}

/// Wait until there is something to read: reading itself can't be stopped
static bool
is_readable(const EchoicBackend* const b)
{
  struct pollfd waits = {STDIN_FILENO, POLLIN, 0};
  return !is_stdin(b) || poll(&waits, 1, poll_ms) > 0;
}

/// Hear a block; false at the end
static bool
hear(EchoicBackend* const b, File* const file)
{
  EchoicError    error = {ECHOIC_OK, ""};
  const uint32_t want =
    file->left < file->block ? (uint32_t)file->left : file->block;
  const int64_t n =
    want ? echoic_audio_read(file->audio, file->in, want, &error) : 0;
  if (n <= 0) {
    if (!echoic_interrupted()) { // Else it is a pipe that was ended
      b->failure = error;
    }
    return false;
  }

  b->client.run(b->client.context,
                file->in,
                b->info.n_out ? file->out : NULL,
                (uint32_t)n,
                echoic_date_ns());
  file->left -= (double)n;
  return true;
}

static void*
run(void* const context)
{
  EchoicBackend* const b    = (EchoicBackend*)context;
  File* const          file = (File*)b->own;
  while (!atomic_load(&file->stops)) {
    if (b->client.is_busy(b->client.context, file->block)) {
      echoic_sleep_ms(1U);
    } else if (is_readable(b) && !hear(b, file)) {
      break;
    }
  }

  atomic_store(&file->has_ended, true);
  return NULL;
}

static bool
file_start(EchoicBackend* const b, EchoicError* const error)
{
  File* const file = (File*)b->own;
  file->runs       = echoic_thread_start(&file->thread, run, b);
  if (!file->runs) {
    echoic_error(
      error, ECHOIC_NO_MEMORY, "out of memory or threads for the input");
  }

  return file->runs;
}

static EchoicBackendState
file_state(const EchoicBackend* const b)
{
  const File* const file = (const File*)b->own;
  return atomic_load(&file->has_ended) ? ECHOIC_BACKEND_ENDED
                                       : ECHOIC_BACKEND_RUNS;
}

static float
file_load(const EchoicBackend* const b)
{
  (void)b;
  return 0.0F; // It takes all the time it gets
}

static void
stop(File* const file)
{
  atomic_store(&file->stops, true);
  for (unsigned i = 0U; i < 20U && !atomic_load(&file->has_ended); ++i) {
    echoic_sleep_ms(10U);
  }

  if (!atomic_load(&file->has_ended)) {
    pthread_cancel(file->thread); // Who writes into the pipe stopped midway
  }

  pthread_join(file->thread, NULL);
}

static void
file_close(EchoicBackend* const b)
{
  File* const file = (File*)b->own;
  if (file) {
    if (file->runs) {
      stop(file);
    }
    echoic_audio_close(file->audio);
    free(file->in);
    free(file->out);
    free(file);
    b->own = NULL;
  }
}

const EchoicBackendType echoic_backend_file = {
  file_open,
  file_start,
  file_state,
  file_load,
  file_close,
};
