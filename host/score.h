// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_SCORE_H
#define ECHOIC_HOST_SCORE_H

#include "dsp/echoic.h"
#include "host/bench_task.h"
#include "host/eval_run.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Scoring of detections against annotations.

   A detection is correct if file and label are a reference's and its onset is
   within the tolerance of it; one to one, as many as possible.  Examples that
   were given away for teaching are neither missed nor false.
*/

/// A reference and the detection that it goes with
typedef struct {
  size_t ref;
  size_t found;
} EchoicMatch;

/**
   Match references with detections one to one, as many as possible.

   The graph is convex: detections from left to right, each takes the open
   reference whose window ends first (Glover, Naval Research Logistics 14,
   1967).

   @param refs [n_refs] Onsets in seconds, any order; so `found`.
   @param matches [n_found] Filled from the start.
   @param n_matches Set to their number.
   @return ECHOIC_NO_MEMORY
*/
EchoicStatus
echoic_score_match(const double* refs,
                   size_t        n_refs,
                   const double* found,
                   size_t        n_found,
                   double        tolerance_s,
                   EchoicMatch*  matches,
                   size_t*       n_matches);

/// Correct, false and missed
typedef struct {
  size_t tp;
  size_t fp;
  size_t fn;
} EchoicCounts;

/// tp / (tp + fp), 0 if there is nothing
double
echoic_precision(EchoicCounts counts);

/// tp / (tp + fn), 0 if there is nothing
double
echoic_recall(EchoicCounts counts);

/// Harmonic mean of precision and recall
double
echoic_f1(EchoicCounts counts);

/// What is scored together: one label in one file
typedef struct {
  const char*             file;
  const char*             label;
  const char*             condition;
  double                  tolerance_s;
  size_t                  n_refs;
  double*                 refs; ///< [n_refs] Onsets that are to be found
  size_t                  n_given;
  double*                 given; ///< [n_given] Onsets given away for teaching
  size_t                  n_found;
  const EchoicDetection** found; ///< [n_found]
} EchoicScoreItem;

/// A correct detection
typedef struct {
  double                 ref_s;
  double                 error_s; ///< Of the detection nearest to the reference
  const EchoicDetection* found;
} EchoicHit;

/// All that is scored of a task; borrows task and detections
typedef struct {
  const EchoicBenchTask* task;
  size_t                 n_items;
  EchoicScoreItem*       items; ///< [n_items] By file, then label
} EchoicScore;

/// Sort annotations and detections into what is scored together
EchoicStatus
echoic_score_prepare(const EchoicBenchTask*   task,
                     const EchoicOccurrences* annotations,
                     const EchoicDetections*  found,
                     EchoicScore*             score);

/// Free what `score` owns
void
echoic_score_clear(EchoicScore* score);

/**
   Count one item.

   @param min_score Detections below are left out; -HUGE_VAL for none.
   @param counts Added to.
   @param hits Null, or [counts->tp] set from the start.
   @param is_false Null, or [n_found] set to true for false alarms.
*/
EchoicStatus
echoic_score_count(const EchoicScoreItem* item,
                   double                 min_score,
                   EchoicCounts*          counts,
                   EchoicHit*             hits,
                   bool*                  is_false);

/**
   Count all items of a condition and a label.

   @param condition Null for all; so `label`.
*/
EchoicStatus
echoic_score_sum(const EchoicScore* score,
                 const char*        condition,
                 const char*        label,
                 double             min_score,
                 EchoicCounts*      counts);

#endif // ECHOIC_HOST_SCORE_H
