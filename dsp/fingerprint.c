// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/fingerprint.h"

#include "dsp/kernels.h"

#include <math.h>

#define WORD ECHOIC_SIGNS_WORD
#define LAGS ECHOIC_FINGERPRINT_LAGS
#define N_COARSE 16U  // Words that are compared at all lags
#define N_FINE 8U     // Lags at which all words are
#define RMS_APART 24U // Lags for the rms
#define RMS_STEP 8U   // Of which at once
#define MIDDLE (LAGS / 2U)
#define BLOCKS (LAGS / WORD)

static const uint32_t least_words = 16U;

bool
echoic_fingerprint_read(const uint8_t* const bytes, EchoicFingerprint* const f)
{
  const uint8_t* word = bytes + ECHOIC_FINGERPRINT_WORDS;
  f->n                = 0U;
  while (f->n < ECHOIC_FINGERPRINT_WORDS && bytes[f->n] &&
         bytes[f->n] <= ECHOIC_FINGERPRINT_SPAN) {
    uint64_t w = 0U;
    for (uint32_t i = 0U; i < 8U; ++i) {
      w |= (uint64_t)word[i] << (8U * i);
    }

    f->at[f->n]      = (uint8_t)(bytes[f->n] - 1U);
    f->words[f->n++] = w;
    word += 8U;
  }

  return f->n >= least_words;
}

ECHOIC_RT void
echoic_fingerprint_begin(EchoicFingerprintMatch* const match,
                         const int64_t                 onset)
{
  const int64_t first = onset - (int64_t)MIDDLE + (int64_t)(WORD / 2U);
  match->first  = (first - (first < 0 ? (int64_t)WORD - 1 : 0)) / (int64_t)WORD;
  match->step   = 0U;
  match->n_used = 0U;
  match->n_rms  = 0U;
  match->peak   = 0.0F;
  match->sum    = 0.0F;
  match->z      = 0.0F;
}

/// Signs from a word on, as many
static uint64_t
heard(const EchoicSigns* const signs, const int64_t word)
{
  return signs->words[(uint64_t)word & signs->mask];
}

/// True if a word's signs have been heard at all lags
static bool
is_heard(const EchoicFingerprintMatch* const m,
         const uint32_t                      at,
         const EchoicSigns* const            signs)
{
  const int64_t last = m->first + (int64_t)at + (int64_t)BLOCKS;
  return last < (int64_t)signs->n_words;
}

/// Compare the strongest words at 64 lags
static void
compare(EchoicFingerprintMatch* const  m,
        const EchoicFingerprint* const f,
        const uint32_t                 block,
        const EchoicSigns* const       signs)
{
  uint64_t words[N_COARSE];
  uint64_t pairs[N_COARSE][2];
  m->n_used = 0U;
  for (uint32_t i = 0U; i < N_COARSE; ++i) {
    if (is_heard(m, f->at[i], signs)) {
      const int64_t at      = m->first + (int64_t)(f->at[i] + block);
      words[m->n_used]      = f->words[i];
      pairs[m->n_used][0]   = heard(signs, at);
      pairs[m->n_used++][1] = heard(signs, at + 1);
    }
  }

  echoic_kernels()->differ(
    words, pairs, m->n_used, m->differ + ((size_t)block * WORD));
}

/// Return c at a lag
static float
agreement(const EchoicFingerprintMatch* const m,
          const EchoicFingerprint* const      f,
          const EchoicSigns* const            signs,
          const uint32_t                      lag)
{
  const uint32_t shift = lag % WORD;
  uint64_t       pieces[ECHOIC_FINGERPRINT_WORDS];
  uint32_t       n = 0U;
  for (uint32_t i = 0U; i < f->n; ++i) {
    if (is_heard(m, f->at[i], signs)) {
      const int64_t word = m->first + (int64_t)f->at[i] + (int64_t)(lag / WORD);
      const uint64_t low = heard(signs, word) >> shift;
      const uint64_t high = (heard(signs, word + 1) << 1U)
                            << (WORD - 1U - shift);
      pieces[n++] = f->words[i] ^ (low | high);
    }
  }

  const uint32_t differ = echoic_kernels()->ones(pieces, n);
  return (float)((int32_t)(n * WORD) - (2 * (int32_t)differ));
}

/// Find the best lags of those compared, the best first
static void
find_best(const EchoicFingerprintMatch* const m, uint32_t* const best)
{
  const int32_t half         = (int32_t)(m->n_used * WORD / 2U);
  int32_t       most[N_FINE] = {0};
  uint32_t      n            = 0U;
  for (uint32_t k = 0U; k < LAGS; ++k) {
    const int32_t c   = half - (int32_t)m->differ[k];
    const int32_t abs = c < 0 ? -c : c;
    if (n < N_FINE || abs > most[n - 1U]) {
      uint32_t i = n < N_FINE ? n++ : n - 1U;
      for (; i && abs > most[i - 1U]; --i) {
        most[i] = most[i - 1U];
        best[i] = best[i - 1U];
      }
      most[i] = abs;
      best[i] = k;
    }
  }
}

/// Compare all words at the best lags of those compared before
static void
find_greatest(EchoicFingerprintMatch* const  m,
              const EchoicFingerprint* const f,
              const EchoicSigns* const       signs)
{
  uint32_t best[N_FINE];
  find_best(m, best);
  for (uint32_t i = 0U; i < N_FINE; ++i) {
    const float c = fabsf(agreement(m, f, signs, best[i]));
    m->lag        = c > m->peak ? best[i] : m->lag;
    m->peak       = fmaxf(c, m->peak);
  }
}

/// Add to the sum of squares; return true when it is complete
static bool
add_squares(EchoicFingerprintMatch* const  m,
            const EchoicFingerprint* const f,
            const EchoicSigns* const       signs,
            const uint32_t                 begin)
{
  const uint32_t end   = begin + RMS_STEP;
  const uint32_t first = m->lag % RMS_APART;
  for (uint32_t i = begin; i < end; ++i) {
    const uint32_t lag = first + (i * RMS_APART);
    if (lag < LAGS && lag != m->lag) {
      const float c = agreement(m, f, signs, lag);
      m->sum += c * c;
      ++m->n_rms;
    }
  }

  return end * RMS_APART >= LAGS;
}

/// Count the words that have been heard
static uint32_t
count_heard(const EchoicFingerprintMatch* const m,
            const EchoicFingerprint* const      f,
            const EchoicSigns* const            signs)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < f->n; ++i) {
    n += is_heard(m, f->at[i], signs);
  }

  return n;
}

ECHOIC_RT bool
echoic_fingerprint_step(EchoicFingerprintMatch* const  m,
                        const EchoicFingerprint* const f,
                        const EchoicSigns* const       signs)
{
  const uint32_t step = m->step++;
  if (step < BLOCKS) {
    compare(m, f, step, signs);
    return m->n_used < least_words / 2U; // Too little of it has been heard
  }

  if (step == BLOCKS) {
    find_greatest(m, f, signs);
    return false;
  }

  if (!add_squares(m, f, signs, (step - BLOCKS - 1U) * RMS_STEP)) {
    return false;
  }

  const float n = (float)(count_heard(m, f, signs) * WORD);
  m->z          = m->peak / sqrtf(fmaxf(m->sum / (float)m->n_rms, n));
  return true;
}

ECHOIC_RT int64_t
echoic_fingerprint_onset(const EchoicFingerprintMatch* const m)
{
  return (m->first * (int64_t)WORD) + (int64_t)m->lag;
}
