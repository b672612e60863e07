// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_PROFILE_H
#define ECHOIC_TEACH_PROFILE_H

#include "dsp/echoic.h"
#include "dsp/model.h"
#include "dsp/teach_scores.h"

#include <stdint.h>

/**
   How each sound's score responds while another sound happens.

   c_lj(tau): the highest score of l within 3 frames of a time tau after the
   onset of j, up to the end of j and the span of l; mean of all copies, lower
   quartile of j's examples.  Pairs that never reach 0.1 have no profile, and
   neither have those that reach 0.8 of what l scores itself: there j is taken
   to contain l, as a hit of two drums does.

   @param profiles Set to an array of them, to be freed by the caller.
*/
ECHOIC_SETUP EchoicStatus
echoic_profiles_make(const EchoicScores* scores,
                     EchoicProfile**     profiles,
                     uint32_t*           n_profiles);

/// Return c_lj(tau), with tau in frames, 0 without a profile
ECHOIC_SETUP float
echoic_profile_response(const EchoicProfile* profiles,
                        uint32_t             n_profiles,
                        uint32_t             listener,
                        uint32_t             source,
                        int64_t              tau);

#endif // ECHOIC_TEACH_PROFILE_H
