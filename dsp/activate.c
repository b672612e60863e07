// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/activate.h"

#include "dsp/kernels.h"

ECHOIC_RT void
echoic_exp(float* const x, const uint32_t n)
{
  echoic_kernels()->exp(x, n);
}

ECHOIC_RT void
echoic_log(float* const x, const uint32_t n)
{
  echoic_kernels()->log(x, n);
}

ECHOIC_RT void
echoic_sigmoid(float* const x, const uint32_t n)
{
  echoic_kernels()->sigmoid(x, n);
}

ECHOIC_RT void
echoic_tanh(float* const x, const uint32_t n)
{
  echoic_kernels()->tanh(x, n);
}

ECHOIC_RT void
echoic_silu(float* const x, const uint32_t n)
{
  echoic_kernels()->silu(x, n);
}

ECHOIC_RT void
echoic_softplus(float* const x, const uint32_t n)
{
  echoic_kernels()->softplus(x, n);
}

ECHOIC_RT void
echoic_relu(float* const x, const uint32_t n)
{
  echoic_kernels()->relu(x, n);
}

ECHOIC_RT void
echoic_gelu(float* const x, const uint32_t n)
{
  echoic_kernels()->gelu(x, n);
}

ECHOIC_RT void
echoic_gelu_tanh(float* const x, const uint32_t n)
{
  echoic_kernels()->gelu_tanh(x, n);
}

ECHOIC_RT void
echoic_softmax(float* const x, const uint32_t n)
{
  echoic_kernels()->softmax(x, n);
}
