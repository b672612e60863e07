// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/capacity.h"

#include <math.h>

double
echoic_capacity_crosstalk(const uint32_t n_dims)
{
  return n_dims ? 1.0 / n_dims : (double)NAN;
}

double
echoic_capacity_sum(const uint32_t n_dims, const uint32_t n)
{
  return n_dims ? (n + 1.0) / n_dims : (double)NAN;
}

double
echoic_capacity_decaying_sum(const uint32_t n_dims,
                             const uint32_t n,
                             const double   p)
{
  if (!n_dims || !(p >= 0.0 && p <= 1.0)) {
    return (double)NAN;
  }

  return p < 1.0 ? (1.0 - pow(p * p, n + 1.0)) / ((1.0 - (p * p)) * n_dims)
                 : echoic_capacity_sum(n_dims, n);
}

double
echoic_capacity_decaying_limit(const uint32_t n_dims, const double p)
{
  return n_dims && p >= 0.0 && p < 1.0 ? 1.0 / (n_dims * (1.0 - (p * p)))
                                       : (double)NAN;
}

double
echoic_capacity_max_pole(const uint32_t n_dims)
{
  return n_dims ? sqrt((n_dims - 1.0) / n_dims) : (double)NAN;
}

double
echoic_capacity_max_pole_half(const uint32_t n_dims)
{
  return n_dims >= 2U ? sqrt((n_dims - 2.0) / n_dims) : (double)NAN;
}

uint32_t
echoic_capacity_max_age(const double p, const double b)
{
  if (!(p > 0.0 && p < 1.0 && b > 0.0 && b < 1.0)) {
    return 0U;
  }

  // The logarithms round: .5^2 isn't above .25, whatever their ratio says
  double d = fmin(floor(log(b) / log(p)) + 1.0, (double)UINT32_MAX);
  while (d > 0.0 && !(pow(p, d) > b)) {
    d -= 1.0;
  }

  return (uint32_t)d;
}

double
echoic_capacity_threshold(const uint32_t n_dims, const uint32_t n_stored)
{
  return n_dims ? sqrt((double)n_stored / n_dims) : (double)NAN;
}
