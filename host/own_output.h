// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_OWN_OUTPUT_H
#define ECHOIC_HOST_OWN_OUTPUT_H

#include "host/detect.h"
#include "host/events_out.h"
#include "host/inputs.h"

#include <stdbool.h>

/* Outputs of their own, in a directory, for each recording. */

/**
   True if a recording's output is there, and no older than the recording and
   the model: nothing is to be done then.

   Any thread.
*/
bool
echoic_own_output_is_new(const char*        directory,
                         const EchoicInput* input,
                         EchoicFormat       format,
                         const char*        model_path);

/**
   Write what was found in a recording, whole or not at all.

   @param like Everything but the stream.
   @return False after a complaint.
*/
bool
echoic_own_output_write(const char*            directory,
                        const EchoicInput*     input,
                        const EchoicFindings*  findings,
                        const EchoicEventsOut* like);

#endif // ECHOIC_HOST_OWN_OUTPUT_H
