// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_ENGINE_H
#define ECHOIC_ENGINE_H

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "dsp/model.h"

#include <stddef.h>
#include <stdint.h>

/**
   The whole detector: samples of one channel in, events out.

   The same samples give the same events to the bit, however they are split
   into blocks.  Times are samples since the start (or the last reset).
*/
typedef struct EchoicEngineImpl EchoicEngine;

/// One occurrence of a taught sound
typedef struct {
  uint32_t sound;     ///< Index into EchoicModel::sounds
  uint64_t onset;     ///< Sample at which the sound begins
  uint64_t end;       ///< Sample after its last, from its taught length
  uint64_t decided;   ///< Samples that had been heard when it was decided
  float    score;     ///< 1 is a typical example
  float    threshold; ///< What the score had to exceed
  float    level_db;  ///< Peak after the onset, dB full scale
  float    velocity;  ///< 1..127: taught level is 100, 2.65 per dB
} EchoicEvent;

/// One frame of analysis, for displays and reports
typedef struct {
  uint64_t     index;    ///< Frame number, centred at index * ECHOIC_HOP_S
  const float* energies; ///< [ECHOIC_N_BANDS]
  uint32_t     n_scores;
  const float* scores; ///< [n_scores], by live sound in order of the model
} EchoicFrame;

/// Where results go; called inside process() by the same thread
typedef struct {
  ECHOIC_RT void (*event)(void* context, const EchoicEvent* event);
  ECHOIC_RT void (*frame)(void* context, const EchoicFrame* frame); ///< Or null
  void* context;
} EchoicSink;

/// What an engine is made for
typedef struct {
  double rate_hz;     ///< ECHOIC_MIN_RATE_HZ to ECHOIC_MAX_RATE_HZ
  float  sensitivity; ///< Added to that of each sound, -1..1: the threshold is
                      ///< multiplied by 1 - sensitivity (0 as calibrated)
} EchoicEngineSpec;

/// Return the arena bytes that prepare takes, 0 and `error` if it can't be
ECHOIC_SETUP size_t
echoic_engine_bytes(const EchoicModel*      model,
                    const EchoicEngineSpec* spec,
                    EchoicError*            error);

/// Make an engine in `arena`; the model may be freed afterwards
ECHOIC_SETUP EchoicStatus
echoic_engine_prepare(const EchoicModel*      model,
                      const EchoicEngineSpec* spec,
                      EchoicArena*            arena,
                      EchoicEngine**          engine,
                      EchoicError*            error);

/// Back to the start: nothing heard, no event pending
ECHOIC_RT void
echoic_engine_reset(EchoicEngine* engine);

/// Hear `n_samples` samples, any number, and report what is decided
ECHOIC_RT void
echoic_engine_process(EchoicEngine*     engine,
                      const float*      in,
                      uint32_t          n_samples,
                      const EchoicSink* sink);

/// Say that the sound has ended: decide all that is pending, then reset
ECHOIC_RT void
echoic_engine_finish(EchoicEngine* engine, const EchoicSink* sink);

/// Return the most samples by which a decision comes after its onset
ECHOIC_RT uint64_t
echoic_engine_max_delay(const EchoicEngine* engine);

#endif // ECHOIC_ENGINE_H
