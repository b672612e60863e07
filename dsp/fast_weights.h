// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_FAST_WEIGHTS_H
#define ECHOIC_FAST_WEIGHTS_H

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "dsp/node.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Fast weights: an associative memory of a matrix per head.

       update  S[h][k][v] = w[h][k] S[h][k][v] + key[h][k] value[h][v]
       read    y[h][v]    = sum_k query[h][k] S[h][k][v]

   A matrix of one-poles that keeps values under their keys; the state of linear
   attention, HGRN2 and RWKV.  It is finite while what comes in is, up to
   overflow: graph.h keeps both away.  Cost: 3 H K V MAC a frame.
   Schmidhuber, "Learning to control fast-weight memories", 1992; Katharopoulos
   et al., "Transformers are RNNs", 2020.
*/
typedef struct {
  uint32_t n_heads;
  uint32_t n_keys;   ///< Of each head
  uint32_t n_values; ///< Of each head
  float*   state;    ///< [n_heads][n_keys][n_values]
} EchoicFastWeights;

/// Return the arena bytes, or SIZE_MAX if no memory is that large
ECHOIC_SETUP size_t
echoic_fast_weights_bytes(uint32_t n_heads, uint32_t n_keys, uint32_t n_values);

/// Take an empty memory from the arena; false if it doesn't fit
ECHOIC_SETUP bool
echoic_fast_weights_prepare(EchoicFastWeights* memory,
                            uint32_t           n_heads,
                            uint32_t           n_keys,
                            uint32_t           n_values,
                            EchoicArena*       arena);

/// Forget everything
ECHOIC_RT void
echoic_fast_weights_reset(EchoicFastWeights* memory);

/**
   Let the state fade, and add values under keys.

   @param decay [n_heads][n_keys] From 0 to below 1.
   @param key [n_heads][n_keys]
   @param value [n_heads][n_values]
*/
ECHOIC_RT void
echoic_fast_weights_update(EchoicFastWeights* memory,
                           const float*       decay,
                           const float*       key,
                           const float*       value);

/**
   Read what is kept under a query.

   @param query [n_heads][n_keys]
   @param y [n_heads][n_values]
*/
ECHOIC_RT void
echoic_fast_weights_read(const EchoicFastWeights* memory,
                         const float*             query,
                         float*                   y);

/// Describe the state as a piece with that name; null: there is none
ECHOIC_RT bool
echoic_fast_weights_state(const EchoicFastWeights* memory,
                          const char*              name,
                          EchoicNodeState*         state);

#endif // ECHOIC_FAST_WEIGHTS_H
