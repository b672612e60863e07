// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_LSTM_H
#define ECHOIC_NODES_LSTM_H

#include "dsp/node.h"

/**
   Long short-term memory: L layers of a one-pole memory c with learned input
   (i), feedback (f) and output (o) gates.

       [i f g o] = W_ih x(n) + b_ih + W_hh h(n-1) + b_hh
       c(n) = s(f) c(n-1) + s(i) tanh(g)          s = logistic function
       h(n) = s(o) tanh(c(n))

   Tensors as in recurrent.h with 4 gates, rows in the order i, f, g, o, and
   optional "c0" (L, H), c after a reset.  Input (I), output h of the last layer
   (H).  State "h" and "c", both (L, H).  Cost: 4H (I + H) MAC and 5H
   exponentials a layer.  Hochreiter & Schmidhuber 1997 with the forget gate of
   Gers et al. 2000, as torch.nn.LSTM.
*/
extern const EchoicNodeType echoic_lstm_type;

#endif // ECHOIC_NODES_LSTM_H
