// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_fingerprint.h"

#include "dsp/fingerprint.h"
#include "dsp/kernels.h"
#include "dsp/signs.h"

#include <stdbool.h>
#include <string.h>

static const float    least_share = 1e-3F; ///< Of the strongest word's energy
static const uint32_t n_settling  = 2U;    ///< Signs that know nothing before

/// Words of an example
typedef struct {
  uint32_t n;
  uint64_t words[ECHOIC_FINGERPRINT_SPAN];
  float    energies[ECHOIC_FINGERPRINT_SPAN];
} Words;

/// Hear the next word of an example; false if there is none
static bool
hear(EchoicSigns* const         signs,
     const EchoicPassage* const passage,
     const size_t               end,
     Words* const               w)
{
  float d[ECHOIC_SIGNS_INTERVALS];
  if (w->n == ECHOIC_FINGERPRINT_SPAN ||
      !echoic_signs_next(signs, passage->samples, UINT64_MAX, end, d)) {
    return false;
  }

  float energy = 0.0F;
  for (uint32_t m = w->n ? 0U : n_settling; m < ECHOIC_SIGNS_WORD; ++m) {
    const float bend = (d[m + 2U] - d[m + 1U]) + (d[m] - d[m + 1U]);
    energy += bend * bend;
  }

  w->energies[w->n] = energy;
  w->words[w->n++]  = echoic_kernels()->signs(d);
  return true;
}

/// Return the strongest word that is left, or `n`
static uint32_t
strongest(const Words* const w)
{
  uint32_t best = w->n;
  float    most = 0.0F;
  for (uint32_t i = 0U; i < w->n; ++i) {
    best = w->energies[i] > most ? i : best;
    most = w->energies[i] > most ? w->energies[i] : most;
  }

  return best;
}

/// Keep the strongest words, the strongest first
static void
keep(Words* const w, EchoicMark* const mark)
{
  uint8_t* to    = mark->fingerprint + ECHOIC_FINGERPRINT_WORDS;
  float    least = 0.0F;
  for (uint32_t i = 0U; i < ECHOIC_FINGERPRINT_WORDS; ++i) {
    const uint32_t at = strongest(w);
    if (at == w->n || w->energies[at] < least) {
      break;
    }

    mark->fingerprint[i] = (uint8_t)(at + 1U);
    for (uint32_t k = 0U; k < 8U; ++k) {
      *to++ = (uint8_t)(w->words[at] >> (8U * k));
    }

    least           = i ? least : least_share * w->energies[at];
    w->energies[at] = 0.0F;
  }
}

void
echoic_fingerprint_take(const EchoicPassage* const passage,
                        const EchoicLesson* const  lesson,
                        EchoicMark* const          mark)
{
  const size_t end   = lesson->end < passage->n ? lesson->end : passage->n;
  Words        words = {0U, {0U}, {0.0F}};
  EchoicSigns  signs = {0U};
  echoic_signs_set(&signs, passage->rate_hz, lesson->onset);
  memset(mark->fingerprint, 0, sizeof(mark->fingerprint));
  while (hear(&signs, passage, end, &words)) {
  }

  keep(&words, mark);
}
