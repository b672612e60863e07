// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_GM_DRUMS_H
#define ECHOIC_HOST_GM_DRUMS_H

#include "dsp/model.h"

#include <stdint.h>

/**
   Return the MIDI note for a sound by its name.

   Names of drums have their notes of General MIDI (kick 36, snare 38, closed
   hat 42, ...); all others the first note from 60 that no sound of the model
   has.
*/
uint32_t
echoic_default_note(const EchoicModel* model, const char* name);

#endif // ECHOIC_HOST_GM_DRUMS_H
