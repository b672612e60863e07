// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEST_RACE_H
#define ECHOIC_TEST_RACE_H

#include "dsp/kernels.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/**
   Programs that do the same, timed in turn.

   Each runs for about a millisecond, then the next, round after round: what
   disturbs the machine disturbs all.  Reported are the median of the rounds and
   the ratio of the medians, per call.
*/

enum { race_rounds = 41, race_most = 12 };

typedef struct {
  const char* name;
  void (*run)(void* context); ///< Once
  void*  context;
  double median_ns; ///< Set by race()
  double least_ns;
} Racer;

static inline double
race_now_ns(void)
{
  struct timespec ts;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
  return (1e9 * (double)ts.tv_sec) + (double)ts.tv_nsec;
}

/// Run so often, return nanoseconds of a run
static inline double
race_time(const Racer* const r, const uint32_t n)
{
  const double begin = race_now_ns();
  for (uint32_t i = 0U; i < n; ++i) {
    r->run(r->context);
  }

  return (race_now_ns() - begin) / n;
}

static inline int
race_compare(const void* const a, const void* const b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

static inline void
race(Racer* const racers, const uint32_t n)
{
  static double times[race_most][race_rounds];
  uint32_t      counts[race_most];
  for (uint32_t i = 0U; i < n; ++i) {
    double took = 1e12;
    for (counts[i] = 1U; took * counts[i] > 0.0; counts[i] *= 2U) {
      took = race_time(&racers[i], counts[i]);
      if (took * counts[i] > 1e6) {
        break;
      }
    }
  }

  for (uint32_t round = 0U; round < race_rounds; ++round) {
    for (uint32_t i = 0U; i < n; ++i) {
      times[i][round] = race_time(&racers[i], counts[i]);
    }
  }

  for (uint32_t i = 0U; i < n; ++i) {
    qsort(times[i], race_rounds, sizeof(double), race_compare);
    racers[i].median_ns = times[i][race_rounds / 2];
    racers[i].least_ns  = times[i][0];
  }
}

/// A line of the table: nanoseconds, and how often that fits into the others
static inline void
race_print(const char* const what, const Racer* const racers, const uint32_t n)
{
  for (uint32_t i = 0U; i < n; ++i) {
    printf("%-34s %-26s %12.0f %10.2f\n",
           i ? "" : what,
           racers[i].name,
           racers[i].median_ns,
           racers[i].median_ns / racers[0].median_ns);
  }
}

/// Use the instruction set that the environment asks for, as the command does
static inline void
race_kernels(void)
{
  const char* const name = getenv("ECHOIC_KERNELS");
  if (name && *name && !echoic_kernels_force(name)) {
    printf("skip %s: not an instruction set of this processor\n", name);
    exit(0);
  }
}

/// A library that may be absent: null, and a line that says so
static inline void*
race_library(const char* const file, const char* const package)
{
  void* const library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    printf("skip %s: not installed (%s)\n", file, package);
  }

  return library;
}

/// A function of a library as a pointer of the caller's type
static inline void
race_symbol(void* const library, const char* const name, void* const function)
{
  void* const symbol = dlsym(library, name);
  if (!symbol) {
    printf("skip %s: not in the library\n", name);
    exit(1);
  }

  *(void**)function = symbol;
}

#endif // ECHOIC_TEST_RACE_H
