// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_FINGERPRINT_H
#define ECHOIC_TEACH_FINGERPRINT_H

#include "dsp/echoic.h"
#include "dsp/lesson.h"
#include "dsp/model.h"

/**
   Keep the fingerprint of an example, see fingerprint.h.

   @param mark Its `fingerprint` is set, to zeros if there is no sound.
*/
ECHOIC_SETUP void
echoic_fingerprint_take(const EchoicPassage* passage,
                        const EchoicLesson*  lesson,
                        EchoicMark*          mark);

#endif // ECHOIC_TEACH_FINGERPRINT_H
