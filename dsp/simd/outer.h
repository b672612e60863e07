// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Sums of outer products.  Each number is summed in the same order, without
   fused additions: the same bits for vectors of any width. */

/// Sum of two rows' products
ALWAYS Vec
outer_pair(const Vec* const same, const Vec* const z)
{
  return (same[0] * z[0]) + (same[1] * z[1]);
}

static void
outer(const float* const z, const uint32_t n, float* const c)
{
  for (uint32_t i = 0U; i < n; ++i) {
    float* const row = c + ((size_t)i * n);
    Vec          same[ECHOIC_OUTER_ROWS];
#pragma GCC unroll 8
    for (uint32_t r = 0U; r < ECHOIC_OUTER_ROWS; ++r) {
      same[r] = vec_set(z[((size_t)r * n) + i]);
    }

    for (uint32_t j = 0U; j <= i; j += WIDTH) {
      const uint32_t left    = n - j;
      const bool     is_full = left >= WIDTH;
      Vec            own[ECHOIC_OUTER_ROWS];
#pragma GCC unroll 8
      for (uint32_t r = 0U; r < ECHOIC_OUTER_ROWS; ++r) {
        const float* const from = z + ((size_t)r * n) + j;
        own[r] = is_full ? vec_load(from) : vec_load_n(from, left);
      }

      const Vec sum = ((outer_pair(same, own) + outer_pair(same + 2, own + 2)) +
                       outer_pair(same + 4, own + 4)) +
                      outer_pair(same + 6, own + 6);
      if (is_full) {
        vec_store(row + j, vec_load(row + j) + sum);
      } else {
        vec_store_n(row + j, vec_load_n(row + j, left) + sum, left);
      }
    }
  }
}
