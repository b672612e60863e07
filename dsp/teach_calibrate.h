// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_CALIBRATE_H
#define ECHOIC_TEACH_CALIBRATE_H

#include "dsp/echoic.h"
#include "dsp/model.h"
#include "dsp/teach_scores.h"

#include <stdbool.h>
#include <stdint.h>

/**
   Set the threshold of a lesson and say what to expect of it.

   With f the joined score of a candidate (see match.h), and e what another
   sound explains of it (see arbiter.h):

       c     = median match of examples with the others, 0.3 at least, in all
               copies; the rest from the clean copy only, as it was heard
       p     = median f of n examples left out, 1/n of the way back to 1 (what
               an example scores that isn't left out), 0.6 to 1.1
       o     = highest f - e inside an example of another sound
       o_j   = upper quartile of o < 0.8 p over the examples of sound j (more is
               taken to contain the sound itself)
       bg    = largest o_j, 0.3 at least
       theta = bg + 0.3 (p - bg), 0.3 to 0.9

   A sound that is taught alone has no o_j: with two examples or more, what is
   heard around them takes their place.  What a user called wrong raises bg
   without limit, and the threshold above itself even beyond 0.9.
*/
ECHOIC_SETUP EchoicStatus
echoic_calibrate(const EchoicModel*  model,
                 const EchoicScores* scores,
                 uint32_t            lesson,
                 EchoicCalibration*  calibration);

/// Return whether nothing else that was heard scores as much as its background:
/// that is the least that is taken for it
bool
echoic_background_is_assumed(const EchoicCalibration* calibration);

#endif // ECHOIC_TEACH_CALIBRATE_H
