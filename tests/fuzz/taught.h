// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_FUZZ_TAUGHT_H
#define ECHOIC_TESTS_FUZZ_TAUGHT_H

/* Music of kick and snare, and a model that was taught both by it. */

#include "dsp/tutor.h"
#include "tests/drum_kit.h"
#include "tests/fuzz/fuzz.h"

enum { taught_rate = 16000, n_music = 1 << 16, music_step = 5000 };

static float music[n_music];

static inline void
make_music(void)
{
  DrumKit kit = {taught_rate, 1U};
  for (uint32_t i = 1U; (i + 1U) * music_step < n_music; ++i) {
    if (i % 2U) {
      kit_snare(&kit, music + ((size_t)i * music_step));
    } else {
      kit_kick(&kit, music + ((size_t)i * music_step));
    }
  }
  kit_hiss(&kit, music, n_music, 0.001F);
}

/// Teach a hit of each to slots 0 and 1; more would take long with sanitizers
static inline EchoicModel*
teach_music(void)
{
  EchoicTutor* const tutor = echoic_tutor_new(taught_rate);
  require(tutor);
  for (uint32_t hit = 2U; hit < 4U; ++hit) {
    const uint64_t        start   = (uint64_t)hit * music_step;
    const EchoicPreroll   preroll = {music, n_music - 1U, 8U * music_step};
    const EchoicAsk       ask     = {ECHOIC_ASK_EXAMPLE,
                                     hit % 2U,
                                     {start, start + (taught_rate / 4U)},
                                     preroll};
    EchoicDetector* const d       = echoic_tutor_ask(tutor, &ask, NULL);
    require(d);
    echoic_detector_free(d);
  }

  EchoicModel* const model = echoic_model_copy(echoic_tutor_model(tutor));
  require(model);
  echoic_tutor_free(tutor);
  return model;
}

#endif // ECHOIC_TESTS_FUZZ_TAUGHT_H
