// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_WKV_H
#define ECHOIC_NODES_WKV_H

#include "dsp/fast_weights.h"
#include "dsp/matrix.h"
#include "dsp/node.h"

/**
   What the time mixing of RWKV-5 and RWKV-6 share: projections, memory, norm.

   Of the mixed inputs x_r, x_k, x_v, x_g (C = H S numbers, head by head):

       r = R x_r,  k = K x_k,  v = V x_v,  g = G x_g
       y[v] = sum_k r[k] (S[k][v] + u[k] k[k] v[v])
       S[k][v] = w[k] S[k][v] + k[k] v[v]
       out = O (groupnorm(y, eps) silu(g))

   The state is read before the update; what is present counts u times instead.
   Tensors "receptance.weight", "key.weight", "value.weight", "gate.weight",
   "output.weight" (C, C), "time_faaaa" (H, S) for u, "ln_x.weight" and
   "ln_x.bias" (C).  Number "eps" of the group norm, default 64e-5.
   Cost: 5 C^2 + 4 C S MAC.
*/

/// The mixed inputs; what of them is asked under which name
typedef enum {
  ECHOIC_WKV_RECEPTANCE,
  ECHOIC_WKV_KEY,
  ECHOIC_WKV_VALUE,
  ECHOIC_WKV_GATE,
} EchoicWkvInput;

#define ECHOIC_WKV_N_INPUTS 4U

#define ECHOIC_WKV_N_RULES 8U

typedef struct {
  uint32_t          width;
  float             eps;
  EchoicMatrix      project[ECHOIC_WKV_N_INPUTS]; ///< As EchoicWkvInput
  EchoicMatrix      output;
  EchoicFastWeights memory;
  float*            bonus;                     ///< [width] u
  float*            norm_weight;               ///< [width]
  float*            norm_bias;                 ///< [width]
  float*            rows[ECHOIC_WKV_N_INPUTS]; ///< [width] r, k, v, g
  float*            y;                         ///< [width]
} EchoicWkv;

/// Return H, or 1 if no H fits: then the rules find what is wrong
ECHOIC_SETUP uint32_t
echoic_wkv_heads(const EchoicNodeSpec* spec, uint32_t width);

/// Set the rules for the tensors named above: `rules` [ECHOIC_WKV_N_RULES]
ECHOIC_SETUP void
echoic_wkv_rules(EchoicTensorRule* rules, uint32_t width, uint32_t n_heads);

/// Check the options: just `eps`
ECHOIC_SETUP EchoicStatus
echoic_wkv_expect_options(const EchoicNodeSpec* spec, EchoicError* error);

/// Return the arena bytes of echoic_wkv_prepare()
ECHOIC_SETUP size_t
echoic_wkv_bytes(uint32_t width, uint32_t n_heads);

/// Copy the weights, which were checked; false if they don't fit the arena
ECHOIC_SETUP bool
echoic_wkv_prepare(EchoicWkv*            wkv,
                   const EchoicNodeSpec* spec,
                   EchoicArena*          arena);

/// Set r, k, v or g from the mixed input `x` [width]
ECHOIC_RT void
echoic_wkv_project(EchoicWkv* wkv, EchoicWkvInput input, const float* x);

/**
   Read, update, norm, gate and output; all four must have been set.

   @param decay [width] w, from 0 to below 1.
   @param out [width]
*/
ECHOIC_RT void
echoic_wkv_step(EchoicWkv* wkv, const float* decay, float* out);

/// Describe the pieces of the state: "shift" (C), then "S" (H, S, S)
ECHOIC_RT bool
echoic_wkv_state(const EchoicWkv* wkv,
                 float*           shift,
                 uint32_t         index,
                 EchoicNodeState* state);

#endif // ECHOIC_NODES_WKV_H
