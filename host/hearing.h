// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_HEARING_H
#define ECHOIC_HOST_HEARING_H

#include "dsp/echoic.h"
#include "dsp/engine.h"
#include "dsp/model.h"

#include <stddef.h>
#include <stdint.h>

/**
   What a detector heard in a recording, drawn at a limited number of columns.

   Each column is the maximum over the same number of frames; that number
   doubles whenever the columns are used up, so memory doesn't grow with the
   recording (but for its events).
*/

#define ECHOIC_HEARING_COLUMNS 8192U

typedef struct {
  double       rate_hz;
  uint32_t     n_channels;
  double       length_s;
  uint32_t     n_scores; ///< Live sounds, in order of the model
  uint32_t     n_pooled; ///< Frames in a column
  uint32_t     n_columns;
  float*       energies;   ///< [n_columns][ECHOIC_N_BANDS], owned
  float*       scores;     ///< [n_columns][n_scores], owned
  float*       thresholds; ///< [n_scores], owned
  size_t       n_events;
  size_t       capacity;
  EchoicEvent* events; ///< [n_events], by onset, owned
} EchoicHearing;

/**
   Listen to a recording.

   @param channel From 0, or ECHOIC_CHANNEL_MIX.
*/
EchoicStatus
echoic_hear(EchoicModel*   model,
            const char*    path,
            int            channel,
            float          sensitivity,
            EchoicHearing* hearing,
            EchoicError*   error);

/// Free what `hearing` owns
void
echoic_hearing_clear(EchoicHearing* hearing);

#endif // ECHOIC_HOST_HEARING_H
