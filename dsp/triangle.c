// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/triangle.h"

#include <math.h>

static double
height(const EchoicTriangle* const t, const double f_hz)
{
  const double rise = (f_hz - t->low_hz) / (t->centre_hz - t->low_hz);
  const double fall = (t->high_hz - f_hz) / (t->high_hz - t->centre_hz);
  const double both = rise < fall ? rise : fall;
  return both > 0.0 ? both : 0.0;
}

double
echoic_triangle_weight(const EchoicTriangle* const t,
                       const double                bin_hz,
                       const uint32_t              bin)
{
  double sum = 0.0;
  if ((bin + 1.0) * bin_hz > t->low_hz && (bin - 1.0) * bin_hz < t->high_hz) {
    for (int i = -31; i < 32; ++i) {
      const double away = i / 32.0;
      sum += (1.0 - fabs(away)) * height(t, bin_hz * (bin + away));
    }
  }

  return sum;
}

void
echoic_triangle_row(const EchoicTriangle* const t,
                    const double                bin_hz,
                    const uint32_t              n_bins,
                    float* const                row)
{
  double sum = 0.0;
  for (uint32_t j = 0U; j < n_bins; ++j) {
    sum += echoic_triangle_weight(t, bin_hz, j);
  }

  for (uint32_t j = 0U; j < n_bins; ++j) {
    const double w = echoic_triangle_weight(t, bin_hz, j);
    row[j]         = w > 0.0 ? (float)(w / sum) : 0.0F;
  }
}
