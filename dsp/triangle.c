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

bool
echoic_triangle_touches(const EchoicTriangle* const t,
                        const double                bin_hz,
                        const uint32_t              bin)
{
  const double most = 31.0 / 32.0; // At whose end the hat is 0
  return bin_hz * (bin + most) > t->low_hz &&
         bin_hz * (bin - most) < t->high_hz;
}

double
echoic_triangle_weight(const EchoicTriangle* const t,
                       const double                bin_hz,
                       const uint32_t              bin)
{
  const double below = (bin - 1.0) * bin_hz;
  const double above = (bin + 1.0) * bin_hz;
  if ((below >= t->low_hz && above <= t->centre_hz) ||
      (below >= t->centre_hz && above <= t->high_hz)) {
    return 32.0 * height(t, bin_hz * bin); // A straight line's mean
  }

  if (!echoic_triangle_touches(t, bin_hz, bin)) {
    return 0.0;
  }

  double sum = 0.0;
  for (int i = -31; i < 32; ++i) {
    const double away = i / 32.0;
    sum += (1.0 - fabs(away)) * height(t, bin_hz * (bin + away));
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
    const double w = echoic_triangle_weight(t, bin_hz, j);
    row[j]         = (float)w;
    sum += w;
  }

  for (uint32_t j = 0U; sum > 0.0 && j < n_bins; ++j) {
    row[j] = (float)((double)row[j] / sum);
  }
}
