// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_callback.h"

#include <stdlib.h>

static const double disk_s = 20.0; ///< Of sound that the disk may be late

enum { n_messages = 1024, n_few = 64 };

static size_t
power_of_two(const double least)
{
  size_t n = 1U;
  while ((double)n < least) {
    n *= 2U;
  }

  return n;
}

typedef struct {
  EchoicRing* ring;
  size_t      element;
  size_t      capacity;
} Queue;

enum { n_queues = 9 };

/// List all queues of a callback
static void
list_queues(EchoicCallback* const cb, Queue queues[n_queues])
{
  const size_t n_in   = cb->spec.n_in;
  const bool   keeps  = cb->spec.keeps_sound;
  const size_t n_kept = keeps ? power_of_two(disk_s * cb->spec.rate_hz) : 1U;
  const size_t blocks = keeps ? n_kept / 16U : 1U; // Blocks of 16 at least

  const Queue all[n_queues] = {
    {&cb->commands, sizeof(EchoicCommand), n_few},
    {&cb->deliveries, sizeof(EchoicDelivery), n_few},
    {&cb->requests, sizeof(EchoicRequest), n_few},
    {&cb->to_main, sizeof(EchoicHeard), n_messages},
    {&cb->to_sender, sizeof(EchoicHeard), n_messages},
    {&cb->to_disk, sizeof(EchoicHeard), n_messages},
    {&cb->note_queue, sizeof(EchoicNoteMessage), n_messages},
    {&cb->blocks, sizeof(EchoicBlock), blocks},
    {&cb->frames, n_in * sizeof(float), n_kept},
  };
  for (size_t i = 0U; i < n_queues; ++i) {
    queues[i] = all[i];
  }
}

static size_t
memory_bytes(const EchoicCallbackSpec* const spec,
             const Queue                     queues[n_queues],
             const size_t                    n_live)
{
  const size_t width = (spec->n_in + 1U) * sizeof(float);
  size_t       n     = echoic_arena_round(n_live) +
             echoic_arena_round(ECHOIC_OUTPUT_BLOCK * width) +
             echoic_arena_round(ECHOIC_MAX_SOUNDS * sizeof(float)) +
             (4U * ECHOIC_ARENA_ALIGN);
  for (size_t i = 0U; i < n_queues; ++i) {
    n += echoic_arena_round(
      echoic_ring_bytes(queues[i].element, queues[i].capacity));
  }

  return echoic_arena_round(n);
}

static EchoicStatus
take_memory(EchoicCallback* const cb,
            const Queue           queues[n_queues],
            const EchoicLiveSpec* live)
{
  EchoicArena* const arena = &cb->arena;
  const size_t       width = cb->spec.n_in * sizeof(float);
  if (echoic_live_prepare(live, arena, &cb->live)) {
    return ECHOIC_NO_MEMORY;
  }

  EchoicStatus st = ECHOIC_OK;
  for (size_t i = 0U; !st && i < n_queues; ++i) {
    const size_t n = echoic_ring_bytes(queues[i].element, queues[i].capacity);
    st             = echoic_ring_init(queues[i].ring,
                          queues[i].element,
                          queues[i].capacity,
                          echoic_arena_take(arena, n, 1U));
  }

  cb->clean = (float*)echoic_arena_take(arena, ECHOIC_OUTPUT_BLOCK, width);
  cb->mono =
    (float*)echoic_arena_take(arena, ECHOIC_OUTPUT_BLOCK, sizeof(float));
  cb->meters.scores = (_Atomic float*)echoic_arena_take(
    arena, ECHOIC_MAX_SOUNDS, sizeof(_Atomic float));
  return st || !cb->clean || !cb->mono || !cb->meters.scores ? ECHOIC_NO_MEMORY
                                                             : ECHOIC_OK;
}

EchoicStatus
echoic_callback_prepare(EchoicCallback* const           cb,
                        const EchoicCallbackSpec* const spec,
                        EchoicError* const              error)
{
  const EchoicLiveSpec live   = {spec->rate_hz, spec->preroll_s};
  const size_t         n_live = echoic_live_bytes(&live);
  Queue                queues[n_queues];
  if (!n_live || !spec->n_in) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "sound at %g Hz can't be used: give a rate from 8000 "
                        "to 192000 Hz",
                        spec->rate_hz);
  }

  *cb      = (EchoicCallback){0};
  cb->spec = *spec;
  list_queues(cb, queues);
  const size_t n_bytes = memory_bytes(spec, queues, n_live);
  cb->memory           = aligned_alloc(ECHOIC_ARENA_ALIGN, n_bytes);
  cb->arena            = (EchoicArena){(unsigned char*)cb->memory, n_bytes, 0U};
  EchoicStatus st =
    cb->memory ? take_memory(cb, queues, &live) : ECHOIC_NO_MEMORY;
  if (!st && spec->output.n_out) {
    st = echoic_output_prepare(&cb->output, &spec->output);
  }

  if (st) {
    echoic_callback_clear(cb);
    return echoic_error(error, st, "out of memory for live sound");
  }

  echoic_capture_init(&cb->capture, spec->rate_hz);
  echoic_notes_init(&cb->notes, spec->rate_hz);
  echoic_notes_timing(&cb->notes, true, 0U);
  echoic_live_set_early(cb->live, spec->is_early);
  echoic_live_set_short(cb->live, spec->is_short);
  return ECHOIC_OK;
}

void
echoic_callback_clear(EchoicCallback* const cb)
{
  EchoicRequest  request;
  EchoicDelivery delivery;
  if (!cb->memory) {
    return;
  }

  for (uint32_t i = 0U; i < cb->n_taught; ++i) {
    echoic_taught_free(cb->taught[i]);
  }
  while (cb->requests.bytes && echoic_ring_read(&cb->requests, &request, 1U)) {
    echoic_taught_free(request.done);
  }
  while (cb->deliveries.bytes &&
         echoic_ring_read(&cb->deliveries, &delivery, 1U)) {
    echoic_taught_free(delivery.taught);
  }

  echoic_taught_free(cb->offered);
  echoic_output_clear(&cb->output);
  free(cb->memory);
  *cb = (EchoicCallback){0};
}
