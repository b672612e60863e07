// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_SUMMARY_H
#define ECHOIC_HOST_SUMMARY_H

#include "dsp/echoic.h"
#include "host/score.h"

#include <stdbool.h>
#include <stddef.h>

/**
   The figures of a benchmark.

   Macro F1 of a condition: mean over its labels of F1, from counts summed over
   the condition's files.  Of a task: mean over its conditions.
*/
typedef struct {
  EchoicCounts counts;
  double       hours; ///< Of the episodes
  double       macro_f1;
  double       best_f1; ///< Macro, see echoic_sweep_best_f1(); or NaN
  size_t       n_hits;
  double       error_median_ms; ///< Detected minus annotated, NaN without hits
  double       error_p90_ms;    ///< Of absolute values
  double       latency_median_ms; ///< Decided minus annotated
} EchoicSummary;

/// Distinct strings, sorted
typedef struct {
  size_t       n;
  const char** at; ///< [n], owned; the strings aren't
} EchoicNames;

/// What a threshold makes of the candidates of one condition and label
typedef struct {
  double       threshold;
  EchoicCounts counts;
} EchoicSweepPoint;

/// From the highest threshold to the lowest
typedef struct {
  size_t            n;
  EchoicSweepPoint* at; ///< [n], owned
} EchoicSweep;

/// List the conditions of a task
EchoicStatus
echoic_score_conditions(const EchoicScore* score, EchoicNames* names);

/// List the labels of a condition, or of all if it is null
EchoicStatus
echoic_score_labels(const EchoicScore* score,
                    const char*        condition,
                    EchoicNames*       names);

/// Free what `names` owns
void
echoic_names_clear(EchoicNames* names);

/// List correct detections of a condition (null: all), to be freed
EchoicStatus
echoic_score_hits(const EchoicScore* score,
                  const char*        condition,
                  EchoicHit**        hits,
                  size_t*            n_hits);

/// Return the hours of a condition's episodes (null: all)
double
echoic_score_hours(const EchoicScore* score, const char* condition);

/// Return counts.fp per hour, 0 without hours
double
echoic_false_alarms_per_hour(EchoicCounts counts, double hours);

/**
   Summarise a condition, or the task if it is null.

   @param candidates Null, or the scoring of a sweep's candidates.
*/
EchoicStatus
echoic_summarise(const EchoicScore* score,
                 const EchoicScore* candidates,
                 const char*        condition,
                 EchoicSummary*     summary);

/// Try thresholds on the candidates of one condition and label (null: one for
/// all labels)
EchoicStatus
echoic_sweep(const EchoicScore* candidates,
             const char*        condition,
             const char*        label,
             EchoicSweep*       sweep);

/// Free what `sweep` owns
void
echoic_sweep_clear(EchoicSweep* sweep);

/**
   Return the F1 with the best threshold in hindsight: of a sweep's points, or
   of the automatic threshold if none is better.

   The latter also tells events that are known by their attack or waveform
   though their score is below it.
*/
double
echoic_sweep_best_f1(const EchoicSweep* sweep, EchoicCounts automatic);

/// Return the point with the best F1, null if there is none
const EchoicSweepPoint*
echoic_sweep_best(const EchoicSweep* sweep);

#endif // ECHOIC_HOST_SUMMARY_H
