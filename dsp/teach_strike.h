// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_STRIKE_H
#define ECHOIC_TEACH_STRIKE_H

#include "dsp/echoic.h"
#include "dsp/lesson.h"
#include "dsp/model.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Keep what the short window sees of the attack of an example.

   @param attack Sample of the passage at which it begins, see attack.h.
   @param mark Its `strike` is set, to zeros if there is no onset near.
   @return False without memory.
*/
ECHOIC_SETUP bool
echoic_strike_take(const EchoicPassage* passage,
                   size_t               attack,
                   EchoicMark*          mark);

#endif // ECHOIC_TEACH_STRIKE_H
