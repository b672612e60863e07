// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_disk.h"

#include "host/live_record.h"
#include "host/live_thread.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static const unsigned idle_ms = 20U;

struct EchoicDiskImpl {
  EchoicCallback*  callback;
  EchoicNotices*   notices;
  EchoicRecording* recording;
  EchoicLiveClips* clips;
  uint64_t         now;        ///< Frames that were heard or replaced
  float*           block;      ///< [ECHOIC_OUTPUT_BLOCK][n_in]
  bool             is_full;    ///< Of clips: told already
  uint64_t         n_silent;   ///< Lost frames not yet told of
  int64_t          told_ns;    ///< When losses were told of last
  bool             has_failed; ///< Something was lost
  atomic_bool      stops;
  pthread_t        thread;
};

static void
fail(EchoicDisk* const d, const EchoicError* const error)
{
  echoic_notice(d->notices, "%s", error->text);
  d->has_failed = true;
}

/// Hear frames, or silence if `frames` is null
static void
hear(EchoicDisk* const d, const float* const frames, const size_t n)
{
  EchoicError error = {ECHOIC_OK, ""};
  if (d->recording && !echoic_record_write(d->recording, frames, n, &error)) {
    fail(d, &error);
    echoic_record_close(d->recording, &error);
    d->recording = NULL;
  }

  if (d->clips) {
    echoic_live_clips_hear(d->clips, frames, n);
  }

  d->now += n;
}

static void
tell_losses(EchoicDisk* const d)
{
  const int64_t now_ns = echoic_clock_ns();
  if (d->n_silent && now_ns - d->told_ns > 1000000000) {
    echoic_notice(d->notices,
                  "the disk is too slow: %.3f s are silent in what it holds",
                  (double)d->n_silent / d->callback->spec.rate_hz);
    d->n_silent   = 0U;
    d->told_ns    = now_ns;
    d->has_failed = true;
  }
}

/// Hear one block of the queue; false if there is none
static bool
hear_block(EchoicDisk* const d)
{
  EchoicBlock block;
  if (!echoic_ring_read(&d->callback->blocks, &block, 1U)) {
    return false;
  }

  if (block.start > d->now) {
    d->n_silent += block.start - d->now;
    hear(d, NULL, (size_t)(block.start - d->now));
  }

  echoic_ring_read(&d->callback->frames, d->block, (size_t)block.n_frames);
  hear(d, d->block, (size_t)block.n_frames);
  return true;
}

static void
cut(EchoicDisk* const d, const bool ends)
{
  EchoicHeard heard;
  EchoicError error = {ECHOIC_OK, ""};
  while (echoic_ring_read(&d->callback->to_disk, &heard, 1U)) {
    if (d->clips) {
      echoic_live_clips_event(d->clips, &heard);
    }
  }

  while (d->clips && echoic_live_clips_write(d->clips, ends, &error)) {
    if (!error.status) {
      d->is_full = false;
    } else if (!d->is_full) {
      d->is_full = true; // One word for all until one is written again
      fail(d, &error);
    }
    error.status = ECHOIC_OK;
  }
}

static void*
run(void* const context)
{
  EchoicDisk* const d     = (EchoicDisk*)context;
  EchoicError       error = {ECHOIC_OK, ""};
  for (bool stops = false; !stops;) {
    stops = atomic_load(&d->stops); // Before the last look at the queues
    while (hear_block(d)) {
      cut(d, false);
    }
    cut(d, stops);
    tell_losses(d);
    if (!stops) {
      echoic_sleep_ms(idle_ms);
    }
  }

  if (!echoic_record_close(d->recording, &error)) {
    fail(d, &error);
  }

  return NULL;
}

static void
free_disk(EchoicDisk* const d)
{
  echoic_live_clips_free(d->clips);
  free(d->block);
  free(d);
}

EchoicDisk*
echoic_disk_start(const EchoicDiskSpec* const spec, EchoicError* const error)
{
  const EchoicCallbackSpec* const sound = &spec->callback->spec;
  EchoicDisk* const               d     = (EchoicDisk*)calloc(1U, sizeof(*d));
  if (!d || !(d->block = (float*)calloc(
                (size_t)ECHOIC_OUTPUT_BLOCK * sound->n_in, sizeof(float)))) {
    free(d);
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    return NULL;
  }

  d->callback = spec->callback;
  d->notices  = spec->notices;
  if (spec->clips && !(d->clips = echoic_live_clips_new(spec->clips, error))) {
    free_disk(d);
    return NULL;
  }

  if (spec->record && !(d->recording = echoic_record_open(
                          spec->record, sound->rate_hz, sound->n_in, error))) {
    free_disk(d);
    return NULL;
  }

  if (!echoic_thread_start(&d->thread, run, d)) {
    echoic_record_close(d->recording, error);
    free_disk(d);
    echoic_error(
      error, ECHOIC_NO_MEMORY, "out of memory or threads for the disk");
    return NULL;
  }

  return d;
}

bool
echoic_disk_stop(EchoicDisk* const d)
{
  if (!d) {
    return false;
  }

  atomic_store(&d->stops, true);
  pthread_join(d->thread, NULL);
  const bool has_failed = d->has_failed;
  free_disk(d);
  return has_failed;
}
