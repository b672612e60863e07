// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_RNN_H
#define ECHOIC_NODES_RNN_H

#include "dsp/node.h"

/**
   Simple recurrent network: L layers of a nonlinear memory without gates.

       h(n) = act(W_ih x(n) + b_ih + W_hh h(n-1) + b_hh)

   Word "activation": act, "tanh" (default) or "relu".  Tensors as in
   recurrent.h with 1 gate.  Input (I), output h of the last layer (H).  State
   "h" (L, H).  Cost: H (I + H) MAC a layer.  Elman 1990, as torch.nn.RNN.
*/
extern const EchoicNodeType echoic_rnn_type;

#endif // ECHOIC_NODES_RNN_H
