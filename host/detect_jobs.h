// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_DETECT_JOBS_H
#define ECHOIC_HOST_DETECT_JOBS_H

#include "dsp/model.h"
#include "host/clips.h"
#include "host/detect.h"
#include "host/events_out.h"
#include "host/inputs.h"

#include <stdbool.h>
#include <stddef.h>

/// Detection in many recordings
typedef struct {
  EchoicModel*        model;
  const char*         model_path;
  const EchoicInputs* inputs;
  EchoicDetectOptions options;
  EchoicFormat        format;
  double              tempo_bpm;
  const char*         output; ///< File, directory, "-", or null: stdout
  EchoicClipsOut      clips;  ///< Its directory is null for none
  size_t              n_threads;
  bool                skips_existing; ///< Leave out what has a newer output
} EchoicDetectJobs;

/**
   Detect in all inputs and write what is found, in the order of the inputs.

   A recording that fails is complained about, and the others go on.  When the
   program is interrupted, what is finished is written.

   @return An exit status of commands.h.
*/
int
echoic_detect_run(EchoicDetectJobs* jobs);

#endif // ECHOIC_HOST_DETECT_JOBS_H
