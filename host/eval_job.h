// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_EVAL_JOB_H
#define ECHOIC_HOST_EVAL_JOB_H

#include "dsp/echoic.h"
#include "host/bench_task.h"
#include "host/eval_run.h"

#include <stdbool.h>
#include <stddef.h>

/// One model: to be taught, and to be used in the episodes of its set
typedef struct {
  const EchoicBenchTask* task;
  size_t                 i_task;
  const char*            set;
  const char*            label; ///< Null for all of the set
  bool                   is_early;
  bool                   is_short;
  double                 loose_s; ///< See EchoicEvalOptions
  const EchoicModel*     like;    ///< See EchoicEvalOptions
  EchoicEvalResult       result;
  EchoicError            error;
} EchoicEvalJob;

/// Teach, and detect in every episode; also `candidates` if `is_sweep`
EchoicStatus
echoic_eval_job_run(EchoicEvalJob* job, bool is_sweep);

/// Return true if the job's model is used in an episode
bool
echoic_eval_job_has(const EchoicEvalJob* job, const EchoicEpisode* episode);

/// Append a detection; false without memory
bool
echoic_detections_add(EchoicDetections* list, const EchoicDetection* detection);

#endif // ECHOIC_HOST_EVAL_JOB_H
