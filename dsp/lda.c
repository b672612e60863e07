// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/lda.h"

#include "dsp/kernels.h"

#include <math.h>
#include <string.h>

static void
add_one(const float* const z, const uint32_t n, float* const c)
{
  for (uint32_t i = 0U; i < n; ++i) {
    float* const restrict row = c + ((size_t)i * n);
    for (uint32_t j = 0U; j <= i; ++j) {
      row[j] += z[i] * z[j];
    }
  }
}

static void
collect(float* const scratch, const uint32_t n, double* const c)
{
  for (uint32_t i = 0U; i < n; ++i) {
    for (uint32_t j = 0U; j <= i; ++j) {
      c[((size_t)i * n) + j] += (double)scratch[((size_t)i * n) + j];
    }
  }

  memset(scratch, 0, (size_t)n * n * sizeof(float));
}

void
echoic_lda_add_products(const float* const z,
                        const uint32_t     n_rows,
                        const uint32_t     n,
                        float* const       scratch,
                        double* const      c)
{
  memset(scratch, 0, (size_t)n * n * sizeof(float));
  uint32_t r = 0U;
  for (; r + ECHOIC_OUTER_ROWS <= n_rows; r += ECHOIC_OUTER_ROWS) {
    echoic_kernels()->outer(z + ((size_t)r * n), n, scratch);
    if (r % 64U == 64U - ECHOIC_OUTER_ROWS) {
      collect(scratch, n, c);
    }
  }

  for (; r < n_rows; ++r) {
    add_one(z + ((size_t)r * n), n, scratch);
  }

  collect(scratch, n, c);
}

static double
dot(const double* const a, const double* const b, const uint32_t n)
{
  double   sums[4] = {0.0, 0.0, 0.0, 0.0}; // Fixed order, but no single chain
  uint32_t k       = 0U;
  for (; k + 4U <= n; k += 4U) {
    for (uint32_t i = 0U; i < 4U; ++i) {
      sums[i] += a[k + i] * b[k + i];
    }
  }

  double sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  for (; k < n; ++k) {
    sum += a[k] * b[k];
  }

  return sum;
}

bool
echoic_lda_factor(double* const c, const uint32_t n)
{
  for (uint32_t i = 0U; i < n; ++i) {
    double* const row = c + ((size_t)i * n);
    for (uint32_t j = 0U; j < i; ++j) {
      const double* const other = c + ((size_t)j * n);
      row[j]                    = (row[j] - dot(row, other, j)) / other[j];
    }

    const double pivot = row[i] - dot(row, row, i);
    if (!(pivot > 0.0) || !isfinite(pivot)) {
      return false;
    }

    row[i] = sqrt(pivot);
  }

  return true;
}

void
echoic_lda_solve(const double* const l, const uint32_t n, double* const x)
{
  for (uint32_t i = 0U; i < n; ++i) {
    const double* const row = l + ((size_t)i * n);
    x[i]                    = (x[i] - dot(row, x, i)) / row[i];
  }

  for (uint32_t i = n; i-- > 0U;) {
    const double* const row = l + ((size_t)i * n);
    x[i] /= row[i];
    for (uint32_t k = 0U; k < i; ++k) {
      x[k] -= row[k] * x[i];
    }
  }
}
