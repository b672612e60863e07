// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_CONVERT_RNN_H
#define ECHOIC_HOST_CONVERT_RNN_H

#include "host/convert.h"

/* Recurrent layers of PyTorch, for builders that have some. */

/// Layers of one module, tensors "PREFIXweight_ih_l0" and so on
typedef struct {
  const char* id;
  const char* type; ///< "rnn", "gru" or "lstm"
  const char* input;
  const char* prefix;
  uint32_t    n_gates; ///< Row blocks: 1, 3 or 4
  uint32_t    n_in;
  uint32_t    n_hidden;
  uint32_t    n_layers;
  uint32_t    n_biases; ///< bias_ih, and bias_hh if 2
} EchoicRecurrentLayers;

/// Append a node with all layers
void
echoic_convert_recurrent(EchoicConvert* c, const EchoicRecurrentLayers* layers);

#endif // ECHOIC_HOST_CONVERT_RNN_H
