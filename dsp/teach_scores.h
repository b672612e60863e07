// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_SCORES_H
#define ECHOIC_TEACH_SCORES_H

#include "dsp/echoic.h"
#include "dsp/match.h"
#include "dsp/model.h"
#include "dsp/picker.h"
#include "dsp/teach_heard.h"
#include "dsp/teach_solve.h"

#include <stdbool.h>
#include <stdint.h>

/**
   What all lessons make of everything heard: the ground of calibration.
*/
typedef struct {
  const EchoicHeard*     heard;
  uint32_t               n_lessons;
  const EchoicLesson*    lessons;   ///< [n_lessons]
  float* const*          scores;    ///< [n_tracks] of [n_frames][n_lessons]
  const EchoicTemplates* templates; ///< [n_lessons]
  uint32_t               n_profiles;
  const EchoicProfile*   profiles; ///< [n_profiles]
} EchoicScores;

/// Return the score of a lesson at a frame of a track
ECHOIC_SETUP float
echoic_scores_at(const EchoicScores* scores,
                 uint32_t            lesson,
                 uint32_t            track,
                 uint32_t            frame);

/**
   Return whether a frame is a candidate: a peak of the score above `least`.

   @param joined Set to score and match joined, if it is one.
*/
ECHOIC_SETUP bool
echoic_scores_candidate(const EchoicScores* scores,
                        uint32_t            lesson,
                        uint32_t            track,
                        uint32_t            frame,
                        float               least,
                        float*              joined);

/// Return whether a frame may hold a peak of one of the lesson's own examples
ECHOIC_SETUP bool
echoic_scores_is_own(const EchoicScores* scores,
                     uint32_t            lesson,
                     uint32_t            track,
                     uint32_t            frame);

/// Return the number of examples of the lesson that has most
ECHOIC_SETUP uint32_t
echoic_scores_most_examples(const EchoicScores* scores);

#endif // ECHOIC_TEACH_SCORES_H
