// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/signs.h"

#include "dsp/kernels.h"

#include <math.h>
#include <string.h>

#define WORD ECHOIC_SIGNS_WORD
#define UNIT 4294967296.0 // 2^32
#define MOST_SAMPLES 832U // Of a word, at 192 kHz, and some

void
echoic_signs_set(EchoicSigns* const signs,
                 const double       rate_hz,
                 const uint64_t     first)
{
  *signs      = (EchoicSigns){0U};
  signs->step = (uint64_t)llround(rate_hz / ECHOIC_SIGNS_HZ * UNIT);
  signs->at   = first;
}

size_t
echoic_signs_bytes(const uint32_t n_words)
{
  return echoic_arena_round((size_t)n_words * sizeof(uint64_t));
}

bool
echoic_signs_prepare(EchoicSigns* const signs,
                     const double       rate_hz,
                     const uint32_t     n_words,
                     EchoicArena* const arena)
{
  echoic_signs_set(signs, rate_hz, 0U);
  signs->mask  = n_words - 1U;
  signs->words = (uint64_t*)echoic_arena_take(arena, n_words, sizeof(uint64_t));
  return signs->words;
}

ECHOIC_RT void
echoic_signs_reset(EchoicSigns* const s)
{
  s->at        = 0U;
  s->part      = 0U;
  s->before[0] = 0.0F;
  s->before[1] = 0.0F;
  s->n_words   = 0U;
  memset(s->words, 0, ((size_t)s->mask + 1U) * sizeof(uint64_t));
}

/// Return samples from `at` on in one piece
static const float*
in_one_piece(const float* const samples,
             const uint64_t     mask,
             const uint64_t     at,
             const uint64_t     n,
             float* const       space)
{
  const uint64_t first = at & mask;
  if (mask - first >= n) {
    return samples + first;
  }

  memset(space, 0, MOST_SAMPLES * sizeof(float));
  for (uint64_t i = 0U; i < n; ++i) {
    space[i] = samples[(at + i) & mask];
  }

  return space;
}

/// Intervals of whole samples, as at 48 kHz
static void
integrate_whole(const float* const x, const uint32_t n, float* const d)
{
  if (n == 3U) { // 48 kHz
    echoic_kernels()->sum_threes(x, d);
    return;
  }

  for (uint32_t m = 0U; m < WORD; ++m) {
    d[m] = 0.0F;
    for (uint32_t i = 0U; i < n; ++i) {
      d[m] += x[(n * m) + i];
    }
  }
}

/// Intervals that begin and end inside samples, of which `whole` or one more
/// are between
static inline void
integrate_parts(const float* const x,
                const uint64_t     step,
                const uint32_t     whole,
                const uint32_t     part,
                float* const       d)
{
  uint64_t from = part;
  float    cut  = (float)part * (float)(1.0 / UNIT) * x[0];
  for (uint32_t m = 0U; m < WORD; ++m) {
    const uint64_t to     = from + step;
    const uint64_t first  = from >> 32U;
    const uint64_t last   = to >> 32U;
    const float    inside = (float)(uint32_t)to * (float)(1.0 / UNIT) * x[last];
    float          sum    = inside - cut;
    for (uint32_t i = 0U; i < whole; ++i) {
      sum += x[first + i];
    }

    d[m] = sum + (last - first > whole ? x[first + whole] : 0.0F);
    from = to;
    cut  = inside;
  }
}

static void
integrate(const float* const x,
          const uint64_t     step,
          const uint32_t     part,
          float* const       d)
{
  if (step >> 32U == 2U) { // 44.1 kHz: a number known here is faster
    integrate_parts(x, step, 2U, part, d);
  } else {
    integrate_parts(x, step, (uint32_t)(step >> 32U), part, d);
  }
}

ECHOIC_RT bool
echoic_signs_next(EchoicSigns* const s,
                  const float* const samples,
                  const uint64_t     mask,
                  const uint64_t     n_heard,
                  float              d[ECHOIC_SIGNS_INTERVALS])
{
  const uint64_t end = s->part + (WORD * s->step); // From s->at
  const uint64_t n   = (end >> 32U) + 1U;
  if (s->at + n > n_heard) {
    return false;
  }

  float        space[MOST_SAMPLES];
  const float* x = in_one_piece(samples, mask, s->at, n, space);
  d[0]           = s->before[0];
  d[1]           = s->before[1];
  if (s->part || (uint32_t)s->step) {
    integrate(x, s->step, s->part, d + 2);
  } else {
    integrate_whole(x, (uint32_t)(s->step >> 32U), d + 2);
  }

  s->before[0] = d[WORD];
  s->before[1] = d[WORD + 1U];
  s->at += end >> 32U;
  s->part = (uint32_t)end;
  return true;
}

ECHOIC_RT void
echoic_signs_hear(EchoicSigns* const s,
                  const float* const samples,
                  const uint64_t     mask,
                  const uint64_t     n_heard)
{
  float d[ECHOIC_SIGNS_INTERVALS];
  while (echoic_signs_next(s, samples, mask, n_heard, d)) {
    s->words[s->n_words++ & s->mask] = echoic_kernels()->signs(d);
  }
}
