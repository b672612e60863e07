// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_PROCESS_FILE_H
#define ECHOIC_HOST_PROCESS_FILE_H

#include "dsp/echoic.h"
#include "dsp/gate.h"
#include "host/detect.h"

/**
   Write a recording with the gain of a gate that opens for its events.

   The output has the rate, channels and length of the input, sample for
   sample, and its container and subtype unless its suffix names another (see
   container.h); it appears whole or not at all.

   @param raw Null, or what raw PCM it is, see echoic_edit_file().
   @param gate Its rate is set here.
   @param findings What was found in the same recording.
*/
EchoicStatus
echoic_process_file(const char*           in_path,
                    const char*           raw,
                    const char*           out_path,
                    const EchoicGateSpec* gate,
                    const EchoicFindings* findings,
                    EchoicError*          error);

#endif // ECHOIC_HOST_PROCESS_FILE_H
