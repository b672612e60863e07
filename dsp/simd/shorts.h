// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* From 16-bit samples to numbers, of vectors of any width: the same bits. */

static ECHOIC_RT void
from_shorts(const int16_t* const x, float* const y, const size_t n)
{
  const float unit = 1.0F / 32768.0F;
  size_t      i    = 0U;
#if WIDTH > 1U
  for (; i + WIDTH <= n; i += WIDTH) {
    vec_store(y + i, vec_of_shorts(x + i) * unit);
  }
#endif

  for (; i < n; ++i) {
    y[i] = (float)x[i] * unit;
  }
}
