// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_EVAL_RUN_H
#define ECHOIC_HOST_EVAL_RUN_H

#include "dsp/echoic.h"
#include "dsp/model.h"
#include "host/bench.h"

#include <stdbool.h>
#include <stddef.h>

/// A label that was found in a test file
typedef struct {
  const char* file;    ///< Of the episode
  const char* label;   ///< Of the episode
  double      onset_s; ///< In whole microseconds, as it is written
  double      offset_s;
  double      decided_s; ///< When it was known
  double      score;
} EchoicDetection;

/// Many of them
typedef struct {
  size_t           n;
  size_t           capacity;
  EchoicDetection* at; ///< [n], owned
} EchoicDetections;

/// How to run a benchmark
typedef struct {
  bool   is_alone; ///< A model for each label
  bool   is_sweep; ///< Find candidates, too
  bool   is_early; ///< Decide at once, see echoic_engine_set_early()
  bool   is_short; ///< Short window, see echoic_engine_set_short()
  double loose_s;  ///< Examples are marked so much too wide, at most;
                   ///< negative: they are exactly what is marked
  size_t             n_threads; ///< Models at once; the result is the same
  const EchoicModel* like; ///< Empty, with the memory that models are to have
} EchoicEvalOptions;

/// What was found in the files of a task
typedef struct {
  EchoicDetections found;      ///< At the calibrated thresholds
  EchoicDetections candidates; ///< At any score above 0, for a sweep
} EchoicEvalResult;

/**
   Teach every example set of all tasks and detect in its test files.

   Reads nothing but the recordings: annotations are not even opened.

   @param results [bench->n_tasks] To be cleared by the caller, also on failure.
*/
EchoicStatus
echoic_eval_run(const EchoicBench*       bench,
                const EchoicEvalOptions* options,
                EchoicEvalResult*        results,
                EchoicError*             error);

/// Free what `result` owns
void
echoic_eval_result_clear(EchoicEvalResult* result);

#endif // ECHOIC_HOST_EVAL_RUN_H
