// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Signs of waveforms, 64 of them in a word, see signs.h.  Plain loops over
   words: compilers make vectors of them. */

/// Bits that are 1 in each byte
static inline uint64_t
count_in_bytes(const uint64_t x)
{
  const uint64_t pairs = x - ((x >> 1U) & 0x5555555555555555U);
  const uint64_t fours =
    (pairs & 0x3333333333333333U) + ((pairs >> 2U) & 0x3333333333333333U);
  return (fours + (fours >> 4U)) & 0x0F0F0F0F0F0F0F0FU;
}

/// Sum of bytes
static inline uint64_t
sum_bytes(const uint64_t x)
{
  const uint64_t twos =
    (x & 0x00FF00FF00FF00FFU) + ((x >> 8U) & 0x00FF00FF00FF00FFU);
  const uint64_t fours = twos + (twos >> 16U);
  return (fours + (fours >> 32U)) & 0xFFFFU;
}

/// Bits in which a word differs from what begins at a bit of two others
static inline uint64_t
difference(const uint64_t word,
           const uint64_t first,
           const uint64_t second,
           const uint64_t bit)
{
  return count_in_bytes(word ^
                        ((first >> bit) | ((second << 1U) << (63U - bit))));
}

static ECHOIC_RT void
differ_each(const uint64_t* const words,
            const uint64_t* const first,
            const uint64_t* const second,
            const uint32_t        n,
            uint16_t* const       n_differ)
{
  uint64_t bytes[64] = {0U}; // No byte grows beyond 8 n
  for (uint32_t i = 0U; i < n; ++i) {
    for (uint64_t j = 0U; j < 64U; ++j) {
      bytes[j] += difference(words[i], first[i], second[i], j);
    }
  }

  for (uint32_t j = 0U; j < 64U; ++j) {
    n_differ[j] = (uint16_t)sum_bytes(bytes[j]);
  }
}

static ECHOIC_RT uint32_t
differ_at(const uint64_t* const words,
          const uint64_t* const first,
          const uint64_t* const second,
          const uint32_t        n,
          const uint32_t        bit)
{
  uint64_t sum = 0U;
  for (uint32_t i = 0U; i < n; ++i) {
    sum += sum_bytes(difference(words[i], first[i], second[i], bit));
  }

  return (uint32_t)sum;
}

static ECHOIC_RT void
sum_threes(const float* const x, float* const d)
{
  for (uint32_t m = 0U; m < 64U; ++m) {
    d[m] = x[3U * m] + x[(3U * m) + 1U] + x[(3U * m) + 2U];
  }
}

static ECHOIC_RT uint64_t
signs(const float* const d)
{
  uint64_t word = 0U;
  for (uint32_t m = 0U; m < 64U; m += WIDTH) {
    const Vec middle = vec_load(d + m + 1U);
    const Vec bend =
      (vec_load(d + m + 2U) - middle) + (vec_load(d + m) - middle);
    word |= (uint64_t)vec_which_greater(bend, vec_set(0.0F)) << m;
  }

  return word;
}
