// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_KV_RING_H
#define ECHOIC_NODES_KV_RING_H

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "dsp/node.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
  ECHOIC_ATTEND_SOFTMAX,
  ECHOIC_ATTEND_LINEAR,
  ECHOIC_ATTEND_POWER,
} EchoicAttend;

/**
   Attention over the last keys and values: an FIR filter that chooses its taps.

       y_h(n) = sum_m p_h(m) v_g(n - m),  m = 0 .. min(n, n_past)
       p_h    = f over m of scale q_h(n) . k_g(n - m),  g = h K / H

   f is softmax; or nothing (relevance gates alone: with all of the past it is
   the matrix memory S += k v^T read by q); or 1 / sqrt(number of m), which
   keeps the power of a sum of unrelated vectors.

   H heads of queries share K heads of keys and values (K = H: multi-head, K =
   1: multi-query).  The past is a ring: frame t is kept in row t mod n_past
   and replaced n_past frames later, so memory is bounded for ever.  Cost: 2 H
   d (n_past + 1) MAC and H (n_past + 1) exponentials a frame.
*/
typedef struct {
  uint32_t     n_heads;    ///< H
  uint32_t     n_kv_heads; ///< K, divides H
  uint32_t     head_width; ///< d
  uint32_t     n_past;     ///< Taps besides the present frame, may be 0
  float        scale;      ///< Of the inner products
  EchoicAttend form;       ///< f
  int64_t      position;   ///< Frames since the reset
  float*       keys;       ///< [n_past][n_kv_heads * head_width]
  float*       values;     ///< As `keys`
  float*       weights;    ///< [n_past + 1] Of one head in this frame
} EchoicKvRing;

#define ECHOIC_KV_RING_MAX_FLOATS (64U * ECHOIC_MAX_WIDTH)

/// Check that keys and values together are few enough numbers
ECHOIC_SETUP EchoicStatus
echoic_kv_ring_check(const EchoicKvRing*   ring,
                     const EchoicNodeSpec* spec,
                     EchoicError*          error);

/// Return the arena bytes of a ring whose sizes are set
ECHOIC_SETUP size_t
echoic_kv_ring_bytes(const EchoicKvRing* ring);

/// Take memory for a ring whose sizes are set; false if it doesn't fit
ECHOIC_SETUP bool
echoic_kv_ring_prepare(EchoicKvRing* ring, EchoicArena* arena);

/// Forget everything
ECHOIC_RT void
echoic_kv_ring_reset(EchoicKvRing* ring);

/**
   Attend to the past and the present frame, then keep the present one.

   @param q [n_heads][head_width]
   @param k [n_kv_heads][head_width]
   @param v [n_kv_heads][head_width]
   @param y [n_heads][head_width]
*/
ECHOIC_RT void
echoic_kv_ring_step(EchoicKvRing* ring,
                    const float*  q,
                    const float*  k,
                    const float*  v,
                    float*        y);

/// The verb `state`: "keys", "values" and "position", none without a past
ECHOIC_RT bool
echoic_kv_ring_state(EchoicKvRing*    ring,
                     uint32_t         index,
                     EchoicNodeState* state);

#endif // ECHOIC_NODES_KV_RING_H
