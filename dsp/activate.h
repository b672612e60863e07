// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_ACTIVATE_H
#define ECHOIC_ACTIVATE_H

#include "dsp/echoic.h"

#include <stdint.h>

/**
   Elementwise functions of vectors, in place, as PyTorch defines them.

       sigmoid   1 / (1 + e^-x)                silu       x sigmoid(x)
       softplus  ln(1 + e^x), x for x > 20     gelu       x Phi(x), by erf
       gelu_tanh x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2

   Every element is computed alone: any split gives the same bits.  Largest
   errors of any instruction set, in units of the last place where the result is
   a normal number: exp 1.1, log 2.0, sigmoid 2.2, tanh 2.5, silu 2.5, softplus
   2.6; both forms of gelu 2e-7 |x|, softmax 5e-7.  What is no number stays
   none.
*/

ECHOIC_RT void
echoic_exp(float* x, uint32_t n);

/// Natural logarithm of numbers from 2^-126 up; others give nonsense
ECHOIC_RT void
echoic_log(float* x, uint32_t n);

ECHOIC_RT void
echoic_sigmoid(float* x, uint32_t n);

ECHOIC_RT void
echoic_tanh(float* x, uint32_t n);

ECHOIC_RT void
echoic_silu(float* x, uint32_t n);

ECHOIC_RT void
echoic_softplus(float* x, uint32_t n);

ECHOIC_RT void
echoic_relu(float* x, uint32_t n);

ECHOIC_RT void
echoic_gelu(float* x, uint32_t n);

ECHOIC_RT void
echoic_gelu_tanh(float* x, uint32_t n);

/// e^(x - max) / sum over the vector
ECHOIC_RT void
echoic_softmax(float* x, uint32_t n);

#endif // ECHOIC_ACTIVATE_H
