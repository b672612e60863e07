// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_BENCH_TASK_H
#define ECHOIC_HOST_BENCH_TASK_H

#include "dsp/echoic.h"
#include "host/csv.h"

#include <stddef.h>

/**
   A task of a benchmark: recordings, examples, and what is to be found.

   It is a directory with

       audio/           the recordings
       examples.csv     set,k,file,onset_s,offset_s,label
       episodes.csv     test_file,example_set,labels,condition,tol_s,dur_s
       annotations.csv  file,onset_s,offset_s,label

   An episode says: teach `labels` (separated by spaces) from the examples of a
   set with k <= K, find them in `test_file`.  Columns go by name, others are
   ignored.  Annotations are for the scorer alone and are read separately.
*/

/// An occurrence of a label in a file
typedef struct {
  const char* file;
  const char* label;
  double      onset_s;
  double      offset_s;
} EchoicOccurrence;

/// Many of them
typedef struct {
  size_t            n;
  EchoicOccurrence* at;  ///< [n], owned
  EchoicCsv         csv; ///< Owns the strings
} EchoicOccurrences;

/// An occurrence that is given away for teaching
typedef struct {
  const char*      set;
  double           k; ///< From 1, counted within set and label
  EchoicOccurrence occurrence;
} EchoicBenchExample;

/// A recording in which labels are to be found
typedef struct {
  const char*  test_file;
  const char*  example_set;
  const char*  condition;
  double       tolerance_s;
  double       duration_s;
  size_t       n_labels;
  const char** labels; ///< [n_labels], owned
  char*        text;   ///< What they point to, owned
} EchoicEpisode;

/// All but the annotations
typedef struct {
  char*               dir;
  const char*         name; ///< Last part of `dir`
  EchoicCsv           example_csv;
  size_t              n_examples;
  EchoicBenchExample* examples; ///< [n_examples] with k <= K
  EchoicCsv           episode_csv;
  size_t              n_episodes;
  EchoicEpisode*      episodes; ///< [n_episodes]
} EchoicBenchTask;

/// Read a task but for its annotations; examples with k from 1 to `max_k`
EchoicStatus
echoic_bench_task_read(const char*      dir,
                       double           max_k,
                       EchoicBenchTask* task,
                       EchoicError*     error);

/// Free what `task` owns
void
echoic_bench_task_clear(EchoicBenchTask* task);

/// Read what is really there; only after detection
EchoicStatus
echoic_bench_annotations(const EchoicBenchTask* task,
                         EchoicOccurrences*     annotations,
                         EchoicError*           error);

/// Free what `annotations` owns
void
echoic_occurrences_clear(EchoicOccurrences* annotations);

/// Return the path of a recording, to be freed, or null without memory
char*
echoic_bench_audio(const EchoicBenchTask* task, const char* file);

#endif // ECHOIC_HOST_BENCH_TASK_H
