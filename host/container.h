// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_CONTAINER_H
#define ECHOIC_HOST_CONTAINER_H

#include "dsp/echoic.h"

#include <sndfile.h>

/**
   Choose the format of a file that is made from another.

   The suffix of `path` decides the container.  Without a known one, or if the
   input's container goes by it, too, the format is the input's.  Else samples
   keep their subtype if the container has it, or become the smallest lossless
   subtype of it that holds them.  Only raw PCM is written as raw PCM.

   @param info Of the input; its format is set to that of the output.
   @return ECHOIC_BAD_ARG if the container can't hold the samples unchanged.
*/
EchoicStatus
echoic_container_choose(const char* path, SF_INFO* info, EchoicError* error);

#endif // ECHOIC_HOST_CONTAINER_H
