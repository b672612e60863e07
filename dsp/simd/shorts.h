// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* From 16-bit samples to numbers, of vectors of any width: the same bits. */

#if WIDTH > 1U
typedef int16_t VecShort __attribute__((vector_size(2 * WIDTH)));
#endif

static ECHOIC_RT void
from_shorts(const int16_t* const x, float* const y, const size_t n)
{
  const float unit = 1.0F / 32768.0F;
  size_t      i    = 0U;
#if WIDTH > 1U
  for (; i + WIDTH <= n; i += WIDTH) {
    VecShort v;
    memcpy(&v, x + i, sizeof(v));
    vec_store(y + i, vec_float(__builtin_convertvector(v, VecInt)) * unit);
  }
#endif

  for (; i < n; ++i) {
    y[i] = (float)x[i] * unit;
  }
}
