// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/kv_ring.h"

#include "dsp/activate.h"
#include "dsp/kernels.h"

#include <math.h>
#include <string.h>

static size_t
row_width(const EchoicKvRing* const r)
{
  return (size_t)r->n_kv_heads * r->head_width;
}

EchoicStatus
echoic_kv_ring_check(const EchoicKvRing* const   r,
                     const EchoicNodeSpec* const spec,
                     EchoicError* const          error)
{
  return r->n_past <= ECHOIC_KV_RING_MAX_FLOATS / row_width(r)
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_SHAPE,
                          "node '%s': window is %u: must be at most %zu with "
                          "keys of width %zu",
                          spec->id,
                          r->n_past + 1U,
                          (ECHOIC_KV_RING_MAX_FLOATS / row_width(r)) + 1U,
                          row_width(r));
}

size_t
echoic_kv_ring_bytes(const EchoicKvRing* const r)
{
  return (2U * echoic_arena_round(r->n_past * row_width(r) * sizeof(float))) +
         echoic_arena_round(((size_t)r->n_past + 1U) * sizeof(float));
}

bool
echoic_kv_ring_prepare(EchoicKvRing* const r, EchoicArena* const arena)
{
  const size_t size = r->n_past * row_width(r);
  r->keys           = (float*)echoic_arena_take(arena, size, sizeof(float));
  r->values         = (float*)echoic_arena_take(arena, size, sizeof(float));
  r->weights =
    (float*)echoic_arena_take(arena, (size_t)r->n_past + 1U, sizeof(float));
  return r->keys && r->values && r->weights;
}

ECHOIC_RT void
echoic_kv_ring_reset(EchoicKvRing* const r)
{
  const size_t size = r->n_past * row_width(r) * sizeof(float);
  memset(r->keys, 0, size);
  memset(r->values, 0, size);
  r->position = 0;
}

/**
   One head: its part of the past and the present frame.

   @param keys [n_filled][row_width] From this head's first column on.
   @param values As `keys`.
*/
static void
attend(const EchoicKvRing* const r,
       const uint32_t            n_filled,
       const float* const        keys,
       const float* const        values,
       const float* const        q,
       const float* const        k,
       const float* const        v,
       float* const              y)
{
  const EchoicKernels* const run = echoic_kernels();
  const size_t               row = row_width(r);
  const uint32_t             d   = r->head_width;
  float* const               p   = r->weights;
  run->scores(keys, row, q, r->scale, p, n_filled, d);
  run->scores(k, row, q, r->scale, p + n_filled, 1U, d);
  if (r->form == ECHOIC_ATTEND_SOFTMAX) {
    echoic_softmax(p, n_filled + 1U);
  } else if (r->form == ECHOIC_ATTEND_POWER) {
    const float gain = 1.0F / sqrtf((float)n_filled + 1.0F);
    for (uint32_t m = 0U; m <= n_filled; ++m) {
      p[m] *= gain;
    }
  }

  memset(y, 0, d * sizeof(float));
  run->mix(values, row, p, y, n_filled, d);
  run->mix(v, row, p + n_filled, y, 1U, d);
}

ECHOIC_RT void
echoic_kv_ring_step(EchoicKvRing* const r,
                    const float* const  q,
                    const float* const  k,
                    const float* const  v,
                    float* const        y)
{
  // Unsigned: whatever position was restored, rows stay within the ring.
  const uint64_t t        = (uint64_t)r->position;
  const uint32_t n_filled = t < r->n_past ? (uint32_t)t : r->n_past;
  const uint32_t d        = r->head_width;
  for (uint32_t h = 0U; h < r->n_heads; ++h) {
    const size_t from = (size_t)(h / (r->n_heads / r->n_kv_heads)) * d;
    const size_t to   = (size_t)h * d;
    attend(r,
           n_filled,
           r->keys + from,
           r->values + from,
           q + to,
           k + from,
           v + from,
           y + to);
  }

  if (r->n_past) {
    const size_t row = row_width(r);
    const size_t at  = (size_t)(t % r->n_past) * row;
    memcpy(r->keys + at, k, row * sizeof(float));
    memcpy(r->values + at, v, row * sizeof(float));
    ++r->position;
  }
}

ECHOIC_RT bool
echoic_kv_ring_state(EchoicKvRing* const    r,
                     const uint32_t         index,
                     EchoicNodeState* const state)
{
  const uint32_t row  = (uint32_t)row_width(r);
  const bool     past = r->n_past;
  switch (index) {
  case 0U:
    return echoic_node_state(
      state, past ? "keys" : NULL, r->n_past, row, r->keys);
  case 1U:
    return echoic_node_state(
      state, past ? "values" : NULL, r->n_past, row, r->values);
  default:
    return echoic_node_count(
      state, past && index == 2U ? "position" : NULL, &r->position);
  }
}
