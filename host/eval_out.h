// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_EVAL_OUT_H
#define ECHOIC_HOST_EVAL_OUT_H

#include "dsp/echoic.h"
#include "host/bench.h"
#include "host/eval_run.h"
#include "host/score.h"
#include "host/summary.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/// A task, scored
typedef struct {
  const EchoicBenchTask* task;
  EchoicOccurrences      annotations;
  EchoicScore            score;
  EchoicScore            candidates; ///< Empty without a sweep
  const EchoicScore*     candidates_or_null;
  EchoicSummary          summary;
  EchoicNames            conditions;
  EchoicSummary*         by_condition; ///< [conditions.n]
} EchoicScored;

/// All tasks, scored
typedef struct {
  const EchoicBench*       bench;
  const EchoicEvalOptions* options;
  double                   k;
  EchoicScored*            tasks; ///< [bench->n_tasks]
} EchoicEvaluation;

/**
   Read the annotations and score what was found.

   @param results [bench->n_tasks] Must outlive `evaluation`.
*/
EchoicStatus
echoic_evaluate(const EchoicBench*       bench,
                const EchoicEvalOptions* options,
                const EchoicEvalResult*  results,
                double                   k,
                EchoicEvaluation*        evaluation,
                EchoicError*             error);

/// Free what `evaluation` owns
void
echoic_evaluation_clear(EchoicEvaluation* evaluation);

/// Return the mean over the tasks of macro F1
double
echoic_evaluation_mean(const EchoicEvaluation* evaluation);

/// Same with the best thresholds, NaN without a sweep
double
echoic_evaluation_mean_best(const EchoicEvaluation* evaluation);

/* Writers return ECHOIC_NO_MEMORY; failures of writing show in ferror(). */

/// Write tables for people
EchoicStatus
echoic_eval_write_text(FILE* stream, const EchoicEvaluation* evaluation);

/// Write one JSON object
EchoicStatus
echoic_eval_write_json(FILE* stream, const EchoicEvaluation* evaluation);

/// Write thresholds and what they lead to as CSV; needs a sweep
EchoicStatus
echoic_eval_write_sweep(FILE* stream, const EchoicEvaluation* evaluation);

/// Write one self-contained HTML page, see report_eval.c; needs a sweep
EchoicStatus
echoic_eval_write_html(FILE* stream, const EchoicEvaluation* evaluation);

/**
   Write what was found as CSV: file,onset_s,offset_s,label,score.

   @param task Name for a first column `task`, or null for none.
   @param has_header True to begin with the header.
*/
void
echoic_eval_write_found(FILE*                   stream,
                        const char*             task,
                        const EchoicDetections* found,
                        bool                    has_header);

#endif // ECHOIC_HOST_EVAL_OUT_H
