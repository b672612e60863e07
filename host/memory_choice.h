// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_MEMORY_CHOICE_H
#define ECHOIC_HOST_MEMORY_CHOICE_H

#include "dsp/echoic.h"
#include "dsp/model.h"

/**
   Choose what remembers between features and perceptrons; teach afterwards.

   @param text Name of a kind, see dsp/states.h, or path of a graph file.
*/
EchoicStatus
echoic_choose_memory(EchoicModel* model, const char* text, EchoicError* error);

#endif // ECHOIC_HOST_MEMORY_CHOICE_H
