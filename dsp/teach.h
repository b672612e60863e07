// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_H
#define ECHOIC_TEACH_H

#include "dsp/echoic.h"
#include "dsp/model.h"

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

#endif // ECHOIC_TEACH_H
