// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_BENCH_H
#define ECHOIC_HOST_BENCH_H

#include "dsp/echoic.h"
#include "host/bench_task.h"

#include <stdbool.h>
#include <stddef.h>

/// The tasks of a benchmark, in order of their names
typedef struct {
  size_t           n_tasks;
  EchoicBenchTask* tasks;     ///< [n_tasks], owned
  bool             is_single; ///< The directory itself is the task
} EchoicBench;

/**
   Read the tasks of a directory: itself, or its subdirectories that are tasks.

   @param names [n_names] Tasks that are wanted, none for all.
   @param max_k Examples of each label to take, from 1.
*/
EchoicStatus
echoic_bench_read(const char*        dir,
                  const char* const* names,
                  size_t             n_names,
                  double             max_k,
                  EchoicBench*       bench,
                  EchoicError*       error);

/// Free what `bench` owns
void
echoic_bench_clear(EchoicBench* bench);

#endif // ECHOIC_HOST_BENCH_H
