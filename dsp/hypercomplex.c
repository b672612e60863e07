// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/hypercomplex.h"

#include <math.h>

static void
conjugate(const double* const x, double* const out, const uint32_t n)
{
  for (uint32_t i = 0U; i < n; ++i) {
    out[i] = i ? -x[i] : x[i];
  }
}

ECHOIC_RT void
echoic_hypercomplex_multiply(const double* const x,
                             const double* const y,
                             double* const       out,
                             const uint32_t      n)
{
  double left[ECHOIC_HYPERCOMPLEX_MAX / 2U]   = {0.0};
  double right[ECHOIC_HYPERCOMPLEX_MAX / 2U]  = {0.0};
  double turned[ECHOIC_HYPERCOMPLEX_MAX / 2U] = {0.0};
  if (n == 1U) {
    out[0] = x[0] * y[0];
    return;
  }

  const uint32_t      half = n / 2U;
  const double* const a    = x;
  const double* const b    = x + half;
  const double* const c    = y;
  const double* const d    = y + half;
  echoic_hypercomplex_multiply(a, c, left, half);
  conjugate(d, turned, half);
  echoic_hypercomplex_multiply(turned, b, right, half);
  for (uint32_t i = 0U; i < half; ++i) {
    out[i] = left[i] - right[i];
  }

  echoic_hypercomplex_multiply(d, a, left, half);
  conjugate(c, turned, half);
  echoic_hypercomplex_multiply(b, turned, right, half);
  for (uint32_t i = 0U; i < half; ++i) {
    out[half + i] = left[i] + right[i];
  }
}

ECHOIC_RT void
echoic_hypercomplex_exp(const double* const axis,
                        const double        angle,
                        double* const       out,
                        const uint32_t      n)
{
  out[0] = cos(angle);
  for (uint32_t i = 1U; i < n; ++i) {
    out[i] = sin(angle) * axis[i - 1U];
  }
}
