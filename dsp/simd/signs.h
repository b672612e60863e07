// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Signs of waveforms, 64 of them in a word, see signs.h. */

/// Bits that are 1 in each byte
static inline uint64_t
count_in_bytes(const uint64_t x)
{
  const uint64_t pairs = x - ((x >> 1U) & 0x5555555555555555U);
  const uint64_t fours =
    (pairs & 0x3333333333333333U) + ((pairs >> 2U) & 0x3333333333333333U);
  return (fours + (fours >> 4U)) & 0x0F0F0F0F0F0F0F0FU;
}

/// Count the bits that are 1: by one instruction, if the set has it
static inline uint32_t
count_ones(const uint64_t x)
{
#ifdef __POPCNT__
  return (uint32_t)__builtin_popcountll(x);
#else
  return (uint32_t)((count_in_bytes(x) * 0x0101010101010101U) >> 56U);
#endif
}

static ECHOIC_RT void
differ(const uint64_t* const words,
       uint64_t (*const heard)[2],
       const uint32_t  n,
       uint16_t* const n_differ)
{
  uint64_t bytes[64] = {0U}; // No byte grows beyond 8 n
  for (uint32_t i = 0U; i < n; ++i) {
    const uint64_t word   = words[i];
    const uint64_t first  = heard[i][0];
    const uint64_t second = heard[i][1] << 1U;
    for (uint64_t j = 0U; j < 64U; ++j) {
      bytes[j] += count_in_bytes(word ^ ((first >> j) | (second << (63U - j))));
    }
  }

  for (uint32_t j = 0U; j < 64U; ++j) {
    n_differ[j] = 0U;
    for (uint32_t k = 0U; k < 64U; k += 8U) {
      n_differ[j] = (uint16_t)(n_differ[j] + ((bytes[j] >> k) & 0xFFU));
    }
  }
}

static ECHOIC_RT uint32_t
ones(const uint64_t* const words, const uint32_t n)
{
  uint32_t sum = 0U;
  for (uint32_t i = 0U; i < n; ++i) {
    sum += count_ones(words[i]);
  }

  return sum;
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
