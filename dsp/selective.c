// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/selective.h"

#include <math.h>

EchoicStatus
echoic_selective_rates(const EchoicNodeSpec* const spec,
                       float* const                a,
                       const uint32_t              n,
                       EchoicError* const          error)
{
  const float* const a_log = echoic_node_tensor(spec, "A_log")->data;
  for (uint32_t i = 0U; i < n; ++i) {
    a[i] = (float)-exp((double)a_log[i]);
    if (!(a[i] < 0.0F && isfinite(a[i]))) {
      return echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "node '%s': tensor 'A_log' holds %g at element %u: A "
                          "= -e^A_log must be finite and below 0 to fade",
                          spec->id,
                          (double)a_log[i],
                          i);
    }
  }

  return ECHOIC_OK;
}

bool
echoic_selective_conv(const EchoicNodeSpec* const spec,
                      EchoicArena* const          arena,
                      EchoicCausalConv* const     conv)
{
  const EchoicTensor* const w = echoic_node_tensor(spec, "conv1d.weight");
  const EchoicTensor* const b = echoic_node_tensor(spec, "conv1d.bias");
  return w &&
         echoic_causal_conv_prepare(
           conv, w->data, b ? b->data : NULL, w->dims[0], w->dims[2], arena);
}
