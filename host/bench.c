// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/bench.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Sorted names of what is in a directory
typedef struct {
  struct dirent** entries;
  int             n;
} Listing;

static void
listing_clear(Listing* const listing)
{
  for (int i = 0; i < listing->n; ++i) {
    free(listing->entries[i]);
  }

  free(listing->entries);
}

static bool
is_task(const char* const dir)
{
  char*      path = NULL;
  const bool found =
    asprintf(&path, "%s/episodes.csv", dir) >= 0 && !access(path, F_OK);
  free(path);
  return found;
}

static bool
is_wanted(const char* const        name,
          const char* const* const names,
          const size_t             n_names)
{
  bool found = !n_names;
  for (size_t i = 0U; i < n_names; ++i) {
    found = found || !strcmp(names[i], name);
  }

  return found;
}

static EchoicStatus
add_task(EchoicBench* const bench,
         const char* const  dir,
         const double       max_k,
         EchoicError* const error)
{
  const EchoicStatus st =
    echoic_bench_task_read(dir, max_k, &bench->tasks[bench->n_tasks], error);
  bench->n_tasks += !st;
  return st;
}

/// Add a subdirectory if it is a task that is wanted
static EchoicStatus
consider(EchoicBench* const       bench,
         const char* const        dir,
         const char* const        name,
         const char* const* const names,
         const size_t             n_names,
         const double             max_k,
         EchoicError* const       error)
{
  char* path = NULL;
  if (*name == '.' || !is_wanted(name, names, n_names)) {
    return ECHOIC_OK;
  }

  if (asprintf(&path, "%s/%s", dir, name) < 0) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  const EchoicStatus st =
    is_task(path) ? add_task(bench, path, max_k, error) : ECHOIC_OK;
  free(path);
  return st;
}

/// Every name that is wanted must have been found
static EchoicStatus
check_tasks(const EchoicBench* const bench,
            const char* const        dir,
            const char* const* const names,
            const size_t             n_names,
            EchoicError* const       error)
{
  for (size_t i = 0U; i < n_names; ++i) {
    bool found = false;
    for (size_t t = 0U; t < bench->n_tasks; ++t) {
      found = found || !strcmp(names[i], bench->tasks[t].name);
    }
    if (!found) {
      return echoic_error(error,
                          ECHOIC_NOT_FOUND,
                          "%s: has no task '%s'; a task is a directory with "
                          "audio/, examples.csv, episodes.csv, annotations.csv",
                          dir,
                          names[i]);
    }
  }

  if (bench->n_tasks) {
    return ECHOIC_OK;
  }

  return echoic_error(
    error,
    ECHOIC_NOT_FOUND,
    "%s: is no benchmark; it must hold audio/, examples.csv, "
    "episodes.csv and annotations.csv, or directories that do",
    dir);
}

EchoicStatus
echoic_bench_read(const char* const        dir,
                  const char* const* const names,
                  const size_t             n_names,
                  const double             max_k,
                  EchoicBench* const       bench,
                  EchoicError* const       error)
{
  *bench              = (EchoicBench){0};
  EchoicBench result  = {0};
  Listing     listing = {NULL, 0};
  listing.n           = scandir(dir, &listing.entries, NULL, alphasort);
  if (listing.n < 0) {
    return echoic_error(error,
                        ECHOIC_NOT_FOUND,
                        "%s: can't be read: %s; give the directory of a "
                        "benchmark",
                        dir,
                        strerror(errno));
  }

  EchoicStatus st  = ECHOIC_OK;
  result.is_single = is_task(dir);
  result.tasks =
    (EchoicBenchTask*)calloc((size_t)listing.n + 1U, sizeof(EchoicBenchTask));
  if (!result.tasks) {
    listing_clear(&listing);
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  if (result.is_single) {
    st = add_task(&result, dir, max_k, error);
  }

  for (int i = 0; !st && !result.is_single && i < listing.n; ++i) {
    const char* const name = listing.entries[i]->d_name;
    st = consider(&result, dir, name, names, n_names, max_k, error);
  }

  st = st ? st : check_tasks(&result, dir, names, n_names, error);
  listing_clear(&listing);
  if (st) {
    echoic_bench_clear(&result);
    return st;
  }

  *bench = result;
  return ECHOIC_OK;
}

void
echoic_bench_clear(EchoicBench* const bench)
{
  for (size_t i = 0U; i < bench->n_tasks; ++i) {
    echoic_bench_task_clear(&bench->tasks[i]);
  }

  free(bench->tasks);
  *bench = (EchoicBench){0};
}
