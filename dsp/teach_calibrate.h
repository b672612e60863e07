// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_CALIBRATE_H
#define ECHOIC_TEACH_CALIBRATE_H

#include "dsp/echoic.h"
#include "dsp/model.h"
#include "dsp/teach_heard.h"
#include "dsp/teach_solve.h"

#include <stdint.h>

/// Scores of all lessons over everything heard
typedef struct {
  const EchoicHeard*  heard;
  uint32_t            n_lessons;
  const EchoicLesson* lessons; ///< [n_lessons]
  float* const*       scores;  ///< [n_tracks] of [n_frames][n_lessons]
} EchoicScores;

/**
   Set the threshold of a lesson and say what to expect of it.

       p     = median of the scores of examples left out, 0.6 to 1.1
       o_j   = highest score inside each example of every other sound
       bg    = largest o_j < 0.8 p (more is taken to contain the sound itself),
               0.3 at least
       theta = bg + 0.3 (p - bg), 0.3 to 0.9

   What a user called wrong raises bg without limit.
*/
ECHOIC_SETUP EchoicStatus
echoic_calibrate(const EchoicModel*  model,
                 const EchoicScores* scores,
                 uint32_t            lesson,
                 EchoicCalibration*  calibration);

#endif // ECHOIC_TEACH_CALIBRATE_H
