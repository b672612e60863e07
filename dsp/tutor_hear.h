// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TUTOR_HEAR_H
#define ECHOIC_TUTOR_HEAR_H

#include "dsp/echoic.h"
#include "dsp/model.h"
#include "dsp/tutor.h"

#include <stdint.h>

/**
   Add what was heard to a model, out of the pre-roll: a clip of the asked
   stretch and up to 2 s around it (0.4 s if it lasts for 5), thinned if that is
   long (echoic_clip_thin()), and a mark of the sound in it, an example or
   (ECHOIC_ASK_NOT) none.  The stretch may last for 20 s; one that ends later
   than now is taken as far as it was heard.

   @param sound Index in the model.
*/
ECHOIC_SETUP EchoicStatus
echoic_tutor_hear(EchoicModel*     model,
                  double           rate_hz,
                  uint32_t         sound,
                  const EchoicAsk* asked,
                  EchoicError*     error);

#endif // ECHOIC_TUTOR_HEAR_H
