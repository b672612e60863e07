// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { max_points = 100, least_candidates = 50 };

static int
compare_falling(const void* const a, const void* const b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x < y) - (x > y);
}

static bool
is_of(const EchoicScoreItem* const item,
      const char* const            condition,
      const char* const            label)
{
  return !strcmp(item->condition, condition) &&
         (!label || !strcmp(item->label, label));
}

/// Collect the scores of candidates, highest first; null without memory
static double*
collect_scores(const EchoicScore* const candidates,
               const char* const        condition,
               const char* const        label,
               size_t* const            n,
               size_t* const            n_refs)
{
  size_t n_all = 0U;
  for (size_t i = 0U; i < candidates->n_items; ++i) {
    n_all += candidates->items[i].n_found;
  }

  *n                   = 0U;
  *n_refs              = 0U;
  double* const scores = (double*)malloc((n_all + 1U) * sizeof(double));
  for (size_t i = 0U; scores && i < candidates->n_items; ++i) {
    const EchoicScoreItem* const item = &candidates->items[i];
    if (is_of(item, condition, label)) {
      *n_refs += item->n_refs;
      for (size_t k = 0U; k < item->n_found; ++k) {
        scores[(*n)++] = item->found[k]->score;
      }
    }
  }

  if (scores && *n) {
    qsort(scores, *n, sizeof(double), compare_falling);
  }

  return scores;
}

EchoicStatus
echoic_sweep(const EchoicScore* const candidates,
             const char* const        condition,
             const char* const        label,
             EchoicSweep* const       sweep)
{
  size_t        n      = 0U;
  size_t        n_refs = 0U;
  double* const scores =
    collect_scores(candidates, condition, label, &n, &n_refs);

  // Where most would be false alarms, nobody wants the threshold
  const size_t wanted = least_candidates + (6U * n_refs);
  n                   = n < wanted ? n : wanted;
  const size_t step   = 1U + (n / max_points);
  *sweep              = (EchoicSweep){
                 0U, (EchoicSweepPoint*)calloc(n + 1U, sizeof(EchoicSweepPoint))};
  EchoicStatus st = scores && sweep->at ? ECHOIC_OK : ECHOIC_NO_MEMORY;
  for (size_t i = 0U; !st && i < n; i += step) {
    EchoicSweepPoint* const point = &sweep->at[sweep->n++];
    point->threshold              = scores[i];
    st                            = echoic_score_sum(
      candidates, condition, label, point->threshold, &point->counts);
  }

  free(scores);
  if (st) {
    echoic_sweep_clear(sweep);
  }

  return st;
}

void
echoic_sweep_clear(EchoicSweep* const sweep)
{
  free(sweep->at);
  *sweep = (EchoicSweep){0U, NULL};
}

double
echoic_sweep_best_f1(const EchoicSweep* const sweep,
                     const EchoicCounts       automatic)
{
  const EchoicSweepPoint* const best = echoic_sweep_best(sweep);
  const double                  f1   = echoic_f1(automatic);
  return best ? fmax(f1, echoic_f1(best->counts)) : f1;
}

const EchoicSweepPoint*
echoic_sweep_best(const EchoicSweep* const sweep)
{
  const EchoicSweepPoint* best = NULL;
  for (size_t i = 0U; i < sweep->n; ++i) {
    if (!best || echoic_f1(sweep->at[i].counts) > echoic_f1(best->counts)) {
      best = &sweep->at[i];
    }
  }

  return best;
}
