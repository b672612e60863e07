// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_DETECT_H
#define ECHOIC_HOST_DETECT_H

#include "dsp/echoic.h"
#include "dsp/engine.h"
#include "dsp/model.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Taught sounds in whole recordings, in memory that doesn't grow with them.
*/

/// A model, and what was taught again for recordings of lower rates
typedef struct {
  EchoicModel*    model;                      ///< Borrowed
  EchoicModel*    fewer[ECHOIC_N_BANDS + 1U]; ///< By number of bands, owned
  pthread_mutex_t lock;
} EchoicModels;

/// Begin with a model that outlives `models`
void
echoic_models_init(EchoicModels* models, EchoicModel* model);

/// Free all but the model
void
echoic_models_clear(EchoicModels* models);

/// What is asked for
typedef struct {
  const char* raw;         ///< See echoic_audio_open()
  int         channel;     ///< From 0, or ECHOIC_CHANNEL_*
  float       sensitivity; ///< See EchoicEngineSpec
  bool        early;       ///< The same
  bool        is_short;    ///< The same
  double      min_score;   ///< Drop events that score less
  double      merge_gap_s; ///< Join events of one sound so close; < 0: don't
  const bool* wanted;      ///< [n_sounds] or null for all
} EchoicDetectOptions;

/// An event and the channel it was heard in
typedef struct {
  uint32_t    channel; ///< From 0; 0 for a mix
  EchoicEvent event;
} EchoicFound;

/// What was found in one recording
typedef struct {
  double       rate_hz;
  int64_t      n_frames; ///< Samples that were heard, per channel
  size_t       n_found;
  size_t       capacity;
  EchoicFound* found; ///< [n_found] By onset, then channel and sound; owned
} EchoicFindings;

/**
   Find the taught sounds of one recording.

   Any thread; `models` may be shared.  Stops with an error when the program is
   interrupted.
*/
EchoicStatus
echoic_detect_file(EchoicModels*              models,
                   const char*                path,
                   const EchoicDetectOptions* options,
                   EchoicFindings*            findings,
                   EchoicError*               error);

/// Free what `findings` owns
void
echoic_findings_clear(EchoicFindings* findings);

/// Sort by onset, then channel and sound, and join as `options` say
void
echoic_findings_tidy(EchoicFindings*            findings,
                     const EchoicDetectOptions* options);

#endif // ECHOIC_HOST_DETECT_H
