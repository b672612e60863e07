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
#define BESIDE 3U     // Lags within which it may be the other way up
#define MIDDLE (LAGS / 2U)
#define BLOCKS (LAGS / WORD)

static const double   least_span_s = 0.125;
static const uint32_t least_words  = N_COARSE;
static const float    coarse_z     = 3.5F; ///< Of the first, by all lags
static const float    least_up     = 0.3F; ///< Of what is upside down
static const float    least_down   = 0.5F; ///< On the other side of it

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

bool
echoic_fingerprint_serves(const EchoicMark* const mark, const double span_s)
{
  EchoicFingerprint f = {0U};
  return span_s >= least_span_s &&
         echoic_fingerprint_read(mark->fingerprint, &f);
}

/// Read a mark's fingerprint; false if it isn't one of a sound's examples
static bool
read_mark(const EchoicMark* const  mark,
          const uint32_t           sound,
          EchoicFingerprint* const f)
{
  return !mark->removed && mark->kind == ECHOIC_MARK_EXAMPLE &&
         mark->sound == sound && echoic_fingerprint_read(mark->fingerprint, f);
}

uint32_t
echoic_fingerprints_count(const EchoicModel* const model, const uint32_t sound)
{
  const EchoicSound* const s = &model->sounds[sound];
  EchoicFingerprint        f = {0U};
  uint32_t                 n = 0U;
  if (!s->removed && (double)s->calibration.span_s >= least_span_s) {
    for (uint32_t i = 0U; i < model->n_marks; ++i) {
      n += read_mark(&model->marks[i], sound, &f);
    }
  }

  return n;
}

void
echoic_fingerprints_read(const EchoicModel* const model,
                         const uint32_t           sound,
                         const uint32_t           n,
                         EchoicFingerprint* const fingerprints)
{
  uint32_t at = 0U;
  for (uint32_t i = 0U; at < n; ++i) {
    at += read_mark(&model->marks[i], sound, &fingerprints[at]);
  }
}

ECHOIC_RT void
echoic_fingerprint_begin(EchoicFingerprintMatch* const match,
                         const int64_t                 onset)
{
  const int64_t first = onset - (int64_t)MIDDLE + (int64_t)(WORD / 2U);
  match->first = (first - (first < 0 ? (int64_t)WORD - 1 : 0)) / (int64_t)WORD;
  match->step  = 0U;
  match->n_rms = 0U;
  match->peak  = 0.0F;
  match->sum   = 0.0F;
  match->z     = 0.0F;
  match->after = 0.0F;
}

/// Words that are compared, and what was heard in their places
typedef struct {
  uint32_t n;
  uint64_t words[ECHOIC_FINGERPRINT_WORDS];
  uint64_t first[ECHOIC_FINGERPRINT_WORDS];
  uint64_t second[ECHOIC_FINGERPRINT_WORDS];
} Pairs;

/// Pair the strongest `most` words with what was heard at 64 lags
static void
pair(const EchoicFingerprintMatch* const m,
     const EchoicFingerprint* const      f,
     const EchoicSigns* const            signs,
     const uint32_t                      most,
     const uint32_t                      block,
     Pairs* const                        pairs)
{
  pairs->n = 0U;
  for (uint32_t i = 0U; i < most; ++i) {
    if (f->at[i] < m->n_heard) {
      const uint64_t at         = (uint64_t)(m->first + f->at[i] + block);
      pairs->words[pairs->n]    = f->words[i];
      pairs->first[pairs->n]    = signs->words[at & signs->mask];
      pairs->second[pairs->n++] = signs->words[(at + 1U) & signs->mask];
    }
  }
}

/// Count the words that can be compared
static uint32_t
count_heard(const EchoicFingerprintMatch* const m,
            const EchoicFingerprint* const      f,
            const uint32_t                      most)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < most; ++i) {
    n += f->at[i] < m->n_heard;
  }

  return n;
}

/// Return c at a lag of the pairs
static float
agreement(const Pairs* const p, const uint32_t lag)
{
  const uint32_t differ = echoic_kernels()->differ_at(
    p->words, p->first, p->second, p->n, lag % WORD);
  return (float)((int32_t)(p->n * WORD) - (2 * (int32_t)differ));
}

/// Find the best lags of those compared, the best first; return the sum of all
/// squares of c
static float
find_best(const EchoicFingerprintMatch* const m,
          const uint32_t                      n_words,
          uint32_t                            best[N_FINE],
          float* const                        greatest)
{
  const int32_t half         = (int32_t)(n_words * WORD / 2U);
  int32_t       most[N_FINE] = {0};
  uint32_t      n            = 0U;
  float         sum          = 0.0F;
  for (uint32_t k = 0U; k < LAGS; ++k) {
    const int32_t c   = half - (int32_t)m->differ[k];
    const int32_t abs = c < 0 ? -c : c;
    sum += 4.0F * (float)(c * c);
    if (n < N_FINE || abs > most[N_FINE - 1U]) {
      uint32_t i = n < N_FINE ? n++ : N_FINE - 1U;
      for (; i && abs > most[i - 1U]; --i) {
        most[i] = most[i - 1U];
        best[i] = best[i - 1U];
      }
      most[i] = abs;
      best[i] = k;
    }
  }

  *greatest = 2.0F * (float)most[0];
  return sum;
}

/// Compare all words at the best lags of those compared before; false if none
/// of these stands out
static bool
find_greatest(EchoicFingerprintMatch* const  m,
              const EchoicFingerprint* const f,
              const EchoicSigns* const       signs)
{
  const uint32_t n = count_heard(m, f, N_COARSE);
  uint32_t       best[N_FINE];
  float          greatest = 0.0F;
  const float    sum      = find_best(m, n, best, &greatest);
  const float    square   = fmaxf(sum / (float)LAGS, (float)(n * WORD));
  if (greatest * greatest < coarse_z * coarse_z * square) {
    return false;
  }

  for (uint32_t i = 0U; i < N_FINE; ++i) {
    Pairs pairs;
    pair(m, f, signs, f->n, best[i] / WORD, &pairs);
    const float c = fabsf(agreement(&pairs, best[i]));
    m->lag        = c > m->peak ? best[i] : m->lag;
    m->peak       = fmaxf(c, m->peak);
  }

  return true;
}

/// Add to the sum of squares in one block of lags
static void
add_squares(EchoicFingerprintMatch* const  m,
            const EchoicFingerprint* const f,
            const EchoicSigns* const       signs,
            const uint32_t                 block)
{
  const uint32_t begin = block * WORD;
  const uint32_t ahead = (RMS_APART - (begin % RMS_APART)) % RMS_APART;
  uint32_t       lag   = begin + ((ahead + m->lag) % RMS_APART);
  Pairs          pairs;
  pair(m, f, signs, f->n, block, &pairs);
  for (; lag < begin + WORD; lag += RMS_APART) {
    if (lag != m->lag) {
      const float c = agreement(&pairs, lag);
      m->sum += c * c;
      ++m->n_rms;
    }
  }
}

/// Compare the strongest words at 64 lags
static void
compare(EchoicFingerprintMatch* const  m,
        const EchoicFingerprint* const f,
        const EchoicSigns* const       signs,
        const uint32_t                 block)
{
  Pairs p;
  pair(m, f, signs, N_COARSE, block, &p);
  echoic_kernels()->differ_each(
    p.words, p.first, p.second, p.n, m->differ + ((size_t)block * WORD));
}

/// Return c of all words at one lag
static float
agreement_at(const EchoicFingerprintMatch* const m,
             const EchoicFingerprint* const      f,
             const EchoicSigns* const            signs,
             const uint32_t                      lag)
{
  Pairs pairs;
  pair(m, f, signs, f->n, lag / WORD, &pairs);
  return agreement(&pairs, lag);
}

/// Return the lag of those beside another, before or after it, at which all
/// words agree best (`way` 1) or are most upside down (-1); set `most` to how
/// much
static uint32_t
find_beside(const EchoicFingerprintMatch* const m,
            const EchoicFingerprint* const      f,
            const EchoicSigns* const            signs,
            const uint32_t                      lag,
            const bool                          is_after,
            const float                         way,
            float* const                        most)
{
  uint32_t best = lag;
  *most         = 0.0F;
  for (uint32_t i = 1U; i <= BESIDE; ++i) {
    const uint32_t at = is_after ? lag + i : lag - i; // May wrap: beyond all
    const float    c  = at < LAGS ? way * agreement_at(m, f, signs, at) : 0.0F;
    best              = c > *most ? at : best;
    *most             = fmaxf(c, *most);
  }

  return best;
}

/// Between two lags at which the waveform is upside down about as much it is
/// the right way up, half a period of its high notes beside them
static void
turn_up(EchoicFingerprintMatch* const  m,
        const EchoicFingerprint* const f,
        const EchoicSigns* const       signs)
{
  const float    here = agreement_at(m, f, signs, m->lag);
  const uint32_t lag  = m->lag;
  float          most = least_up * -here;
  for (uint32_t is_after = 0U; here < 0.0F && is_after < 2U; ++is_after) {
    float          up   = 0.0F;
    float          down = 0.0F;
    const uint32_t to   = find_beside(m, f, signs, lag, is_after, 1.0F, &up);
    (void)find_beside(m, f, signs, to, is_after, -1.0F, &down);
    if (up > most && down > least_down * -here) {
      m->lag = to;
      most   = up;
    }
  }
}

/// Return how far after the greatest, in lags, two lines of one slope would
/// meet that go through it and its neighbours
static float
find_top(const EchoicFingerprintMatch* const m,
         const EchoicFingerprint* const      f,
         const EchoicSigns* const            signs)
{
  if (!m->lag || m->lag + 1U == LAGS) {
    return 0.0F;
  }

  const float here   = agreement_at(m, f, signs, m->lag);
  const float side   = here < 0.0F ? -1.0F : 1.0F;
  const float before = side * agreement_at(m, f, signs, m->lag - 1U);
  const float after  = side * agreement_at(m, f, signs, m->lag + 1U);
  const float slope  = fabsf(here) - fminf(before, after);
  const float top    = slope > 0.0F ? (after - before) / slope : 0.0F;
  return 0.5F * fmaxf(fminf(top, 1.0F), -1.0F);
}

ECHOIC_RT bool
echoic_fingerprint_step(EchoicFingerprintMatch* const  m,
                        const EchoicFingerprint* const f,
                        const EchoicSigns* const       signs)
{
  const uint32_t step = m->step++;
  if (!step) {
    m->n_heard = (int64_t)signs->n_words - m->first - (int64_t)BLOCKS;
    if (count_heard(m, f, N_COARSE) < N_COARSE / 2U) {
      return true; // Too little of it has been heard
    }
  }

  if (step < BLOCKS) {
    compare(m, f, signs, step);
    return false;
  }

  if (step == BLOCKS) {
    return !find_greatest(m, f, signs);
  }

  add_squares(m, f, signs, step - BLOCKS - 1U);
  if (step < 2U * BLOCKS) {
    return false;
  }

  const float n = (float)(count_heard(m, f, f->n) * WORD);
  m->z          = m->peak / sqrtf(fmaxf(m->sum / (float)m->n_rms, n));
  if (m->z >= ECHOIC_FINGERPRINT_SAME) {
    turn_up(m, f, signs);
    m->after = find_top(m, f, signs);
  }
  return true;
}

ECHOIC_RT double
echoic_fingerprint_onset(const EchoicFingerprintMatch* const m)
{
  const int64_t lag = (m->first * (int64_t)WORD) + (int64_t)m->lag;
  return (double)lag + (double)m->after;
}
