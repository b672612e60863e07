// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_H
#define ECHOIC_TEACH_H

#include "dsp/echoic.h"
#include "dsp/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Seconds around an example that are taken as its background
#define ECHOIC_CONTEXT_S 4.0

/**
   Make the detector of a model from its clips and marks.

   Closed form: w = (C + ridge)^-1 (mean of examples - mean of all heard), on
   states of the rotating memory, with noise added in two of three copies, a
   world model of foreign sounds, and a threshold from examples left out.  The
   same model gives the same result to the bit.  Takes under a second a sound.

   Fills model->graph, model->n_bands and the calibration of each live sound;
   on failure the model is unchanged.

   @param max_bands Bands to use, ECHOIC_N_BANDS or fewer for sound of a lower
   rate than what was taught, see echoic_mel_bands().
*/
ECHOIC_SETUP EchoicStatus
echoic_teach(EchoicModel* model, uint32_t max_bands, EchoicError* error);

#define ECHOIC_PAUSE_S 0.08

/// Where the sound is inside a recording of it
typedef struct {
  size_t onset; ///< First sample
  size_t end;   ///< Sample after the last
  float  peak_db;
  float  floor_db; ///< Level of what surrounds it
  bool   clipped;  ///< Three or more samples in a row at full scale
} EchoicTrim;

/**
   Find the sound inside an example: the loudest stretch of it.

   @param in [n] Samples of the whole example.
   @param pause_s Longest pause inside a sound, ECHOIC_PAUSE_S usually.
   @return ECHOIC_NOT_FOUND if there is nothing but silence.
*/
ECHOIC_SETUP EchoicStatus
echoic_trim(const float* in,
            size_t       n,
            double       rate_hz,
            double       pause_s,
            EchoicTrim*  trim);

#endif // ECHOIC_TEACH_H
