// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/live_parts.h"

static const double max_preroll_s = 60.0;
static const double spare_s       = 1.0; ///< Of the ring, being overwritten

static uint64_t
ring_size(const EchoicLiveSpec* const spec)
{
  const double least = (spec->preroll_s + spare_s) * spec->rate_hz;
  return echoic_doubled(1024U, least);
}

size_t
echoic_live_bytes(const EchoicLiveSpec* const spec)
{
  if (!(spec->rate_hz >= ECHOIC_MIN_RATE_HZ) ||
      !(spec->rate_hz <= ECHOIC_MAX_RATE_HZ) || !(spec->preroll_s >= 0.0) ||
      !(spec->preroll_s <= max_preroll_s)) {
    return 0U;
  }

  return echoic_arena_round(sizeof(EchoicLive)) +
         echoic_arena_round((size_t)ring_size(spec) * sizeof(float));
}

EchoicStatus
echoic_live_prepare(const EchoicLiveSpec* const spec,
                    EchoicArena* const          arena,
                    EchoicLive** const          live)
{
  if (!echoic_live_bytes(spec)) {
    return ECHOIC_BAD_ARG;
  }

  const size_t      size = (size_t)ring_size(spec);
  EchoicLive* const l = (EchoicLive*)echoic_arena_take(arena, 1U, sizeof(*l));
  float* const ring   = (float*)echoic_arena_take(arena, size, sizeof(float));
  if (!l || !ring) {
    return ECHOIC_NO_SPACE;
  }

  l->rate_hz = spec->rate_hz;
  l->mask    = size - 1U;
  l->ring    = ring;
  *live      = l;
  return ECHOIC_OK;
}

bool
echoic_preroll_copy(const EchoicPreroll* const preroll,
                    const uint64_t             start,
                    const uint64_t             end,
                    float* const               to)
{
  for (uint64_t i = start; i < end; ++i) {
    __atomic_load(
      &preroll->samples[i & preroll->mask], &to[i - start], __ATOMIC_ACQUIRE);
  }

  const uint64_t written =
    preroll->written
      ? atomic_load_explicit(preroll->written, memory_order_relaxed)
      : preroll->now;
  return start + preroll->mask + 1U >= written;
}
