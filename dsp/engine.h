// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_ENGINE_H
#define ECHOIC_ENGINE_H

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "dsp/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   The whole detector: samples of one channel in, events out.

   The same samples give the same events to the bit, however they are split
   into blocks.  Times are samples since the start (or the last reset).

   Events aren't told in the order of their onsets: sounds are known after times
   of their own, and one that others cover (echoic_strikes_is_veiled()) by its
   attack, or later by its score.  Such a sound costs as much as the short
   window.
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

/// Why a moment that could have been a sound isn't an event
typedef enum {
  ECHOIC_REJECTED_NOT,      ///< It is an event
  ECHOIC_REJECTED_LEVEL,    ///< Far quieter than what was taught
  ECHOIC_REJECTED_MARGIN,   ///< The score is below the threshold, or not far
                            ///< above it where the attack of a hit is missing
  ECHOIC_REJECTED_MASK,     ///< Too soon after another of the same sound
  ECHOIC_REJECTED_NEGATIVE, ///< Explained by another sound that is taught
} EchoicReason;

/// A moment that isn't an event: `event` as if it were one
typedef struct {
  EchoicReason reason;
  EchoicEvent  event;
} EchoicRejected;

/// Where results go; called inside process() by the same thread
typedef struct {
  ECHOIC_RT void (*event)(void* context, const EchoicEvent* event);
  ECHOIC_RT void (*frame)(void* context, const EchoicFrame* frame); ///< Or null
  void* context;
  ECHOIC_RT void (*rejected)(void*                 context,
                             const EchoicRejected* rejected); ///< Or null
} EchoicSink;

/// What an engine is made for
typedef struct {
  double rate_hz;     ///< ECHOIC_MIN_RATE_HZ to ECHOIC_MAX_RATE_HZ
  float  sensitivity; ///< Added to that of each sound, -1..1: the threshold is
                      ///< multiplied by 1 - sensitivity (0 as calibrated)
  bool early;         ///< See echoic_engine_set_early()
  bool is_short;      ///< See echoic_engine_set_short()
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

/**
   Make an engine with memory of its own.

   @param block Set to its memory, to be freed with free(); null after a
   failure.
*/
ECHOIC_SETUP EchoicStatus
echoic_engine_new(const EchoicModel*      model,
                  const EchoicEngineSpec* spec,
                  EchoicEngine**          engine,
                  void**                  block,
                  EchoicError*            error);

/// Back to the start: nothing heard, no event pending
ECHOIC_RT void
echoic_engine_reset(EchoicEngine* engine);

/**
   Decide at once, or with all that can be known (as after prepare).

   At once: at the first peak of the score over the threshold, one frame after
   it, without waiting for a better one or for other sounds; later peaks within
   the mask don't count.  For playing live; a few events more are wrong.
*/
ECHOIC_RT void
echoic_engine_set_early(EchoicEngine* engine, bool early);

/**
   Decide percussive sounds by their first milliseconds, or as before.

   With the short window (see strikes.h) events are those of onsets whose
   spectrum is that of a taught attack, or a sum of some: 5 ms after the onset
   where that is clear, 12 ms after it where it isn't.  Sounds without an attack
   have none.  Their scores are from 0 to 1, their thresholds 0.5 as calibrated.

   It may be switched while sound is heard: each window tells of what began in
   its time, so that nothing is told twice or not at all.  Until all that began
   before a switch has been told (echoic_engine_max_delay()), the next one
   waits.
*/
ECHOIC_RT void
echoic_engine_set_short(EchoicEngine* engine, bool is_short);

/// What can be set while it listens
typedef struct {
  float sensitivity; ///< In place of EchoicSound::sensitivity
  float mask_s;      ///< In place of EchoicSound::mask_s, see there
  bool  enabled;     ///< False: the sound has no events
} EchoicTuning;

/// Tune a sound (index in the model) from the next decision on
ECHOIC_RT void
echoic_engine_tune(EchoicEngine*       engine,
                   uint32_t            sound,
                   const EchoicTuning* tuning);

/// Return the threshold in force for a sound, 0 if it isn't there
ECHOIC_RT float
echoic_engine_threshold(const EchoicEngine* engine, uint32_t sound);

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
