// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_RECURRENT_H
#define ECHOIC_NODES_RECURRENT_H

#include "dsp/matrix.h"
#include "dsp/node.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   The layers of a recurrent network with G gates, as PyTorch names them.

   Tensors, for layer k = 0..L-1 of H units on I inputs (H from layer 1 on):
   "weight_ih_l{k}" (G H, I), "weight_hh_l{k}" (G H, H), optional
   "bias_ih_l{k}" and "bias_hh_l{k}" (G H); and optional "h0" (L, H), the state
   after a reset.  Layer k + 1 reads h of layer k in the same frame.
*/

#define ECHOIC_MAX_LAYERS 16U
#define ECHOIC_RECURRENT_FRAMES 16U ///< Whose inputs are multiplied at a time

/// What differs between types of node
typedef struct {
  uint32_t           n_gates;
  uint32_t           n_apart; ///< Last gates with a matrix of their own for h
  const char* const* more;    ///< Further tensors (L, H), ended by null
  const char* const* words;   ///< Options that are words, ended by null
} EchoicRecurrentKind;

/// The matrices of a layer
typedef struct {
  EchoicMatrix ih;    ///< [n_gates * n_hidden][n_in]
  EchoicMatrix hh;    ///< [(n_gates - n_apart) * n_hidden][n_hidden]
  EchoicMatrix apart; ///< [n_apart * n_hidden][n_hidden]
} EchoicRecurrentLayer;

/// Layers with their hidden state
typedef struct {
  uint32_t              n_in;
  uint32_t              n_hidden;
  uint32_t              n_layers;
  EchoicRecurrentLayer* layers; ///< [n_layers]
  float*                h;      ///< [n_layers][n_hidden]
  float*                h0;     ///< [n_layers][n_hidden] After a reset
  float*                gates;  ///< [ECHOIC_RECURRENT_FRAMES][n_rows] W_ih x
  float*                more;   ///< [n_rows] For one frame
  uint32_t              n_rows; ///< n_gates * n_hidden
} EchoicRecurrent;

/// One frame of one layer: `gates` has W_ih x + b_ih, h is to be set
typedef void (*EchoicRecurrentStep)(void* node, uint32_t layer, float* gates);

/**
   Check inputs, tensors and options; set width_out, and bytes to what
   echoic_recurrent_prepare() takes.

   @param n_layers Set.
*/
ECHOIC_SETUP EchoicStatus
echoic_recurrent_bytes(const EchoicNodeSpec*      spec,
                       const EchoicRecurrentKind* kind,
                       EchoicNodeShape*           shape,
                       uint32_t*                  n_layers,
                       EchoicError*               error);

/// Pack the layers into the arena; `shape` as set by echoic_recurrent_bytes()
ECHOIC_SETUP EchoicStatus
echoic_recurrent_prepare(const EchoicNodeSpec*      spec,
                         const EchoicRecurrentKind* kind,
                         const EchoicNodeShape*     shape,
                         EchoicArena*               arena,
                         EchoicRecurrent*           r,
                         EchoicError*               error);

/// Set h to h0
ECHOIC_RT void
echoic_recurrent_reset(EchoicRecurrent* r);

/// Run frames through all layers, one after the other; as a node's process()
ECHOIC_RT void
echoic_recurrent_run(const EchoicRecurrent* r,
                     EchoicRecurrentStep    step,
                     void*                  node,
                     const float*           in,
                     float*                 out,
                     uint32_t               n_frames);

/// Describe the state of a node that has just "h"
ECHOIC_RT bool
echoic_recurrent_state(const EchoicRecurrent* r,
                       uint32_t               index,
                       EchoicNodeState*       state);

#endif // ECHOIC_NODES_RECURRENT_H
