// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double ms_per_s = 1000.0;

static int
compare_strings(const void* const a, const void* const b)
{
  return strcmp(*(const char* const*)a, *(const char* const*)b);
}

static int
compare_doubles(const void* const a, const void* const b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

static bool
is_of(const EchoicScoreItem* const item, const char* const condition)
{
  return !condition || !strcmp(item->condition, condition);
}

/// Sort and drop what is there twice
static void
names_tidy(EchoicNames* const names)
{
  size_t n = 0U;
  if (names->n) {
    qsort(names->at, names->n, sizeof(char*), compare_strings);
  }

  for (size_t i = 0U; i < names->n; ++i) {
    if (!n || strcmp(names->at[i], names->at[n - 1U])) {
      names->at[n++] = names->at[i];
    }
  }

  names->n = n;
}

EchoicStatus
echoic_score_conditions(const EchoicScore* const score,
                        EchoicNames* const       names)
{
  names->n  = score->n_items;
  names->at = (const char**)malloc((score->n_items + 1U) * sizeof(char*));
  if (!names->at) {
    return ECHOIC_NO_MEMORY;
  }

  for (size_t i = 0U; i < score->n_items; ++i) {
    names->at[i] = score->items[i].condition;
  }

  names_tidy(names);
  return ECHOIC_OK;
}

EchoicStatus
echoic_score_labels(const EchoicScore* const score,
                    const char* const        condition,
                    EchoicNames* const       names)
{
  names->n  = 0U;
  names->at = (const char**)malloc((score->n_items + 1U) * sizeof(char*));
  if (!names->at) {
    return ECHOIC_NO_MEMORY;
  }

  for (size_t i = 0U; i < score->n_items; ++i) {
    if (is_of(&score->items[i], condition)) {
      names->at[names->n++] = score->items[i].label;
    }
  }

  names_tidy(names);
  return ECHOIC_OK;
}

void
echoic_names_clear(EchoicNames* const names)
{
  free(names->at);
  *names = (EchoicNames){0U, NULL};
}

EchoicStatus
echoic_score_hits(const EchoicScore* const score,
                  const char* const        condition,
                  EchoicHit** const        hits,
                  size_t* const            n_hits)
{
  size_t n_found = 0U;
  for (size_t i = 0U; i < score->n_items; ++i) {
    n_found += score->items[i].n_found;
  }

  *n_hits         = 0U;
  *hits           = (EchoicHit*)malloc((n_found + 1U) * sizeof(EchoicHit));
  EchoicStatus st = *hits ? ECHOIC_OK : ECHOIC_NO_MEMORY;
  for (size_t i = 0U; !st && i < score->n_items; ++i) {
    EchoicCounts counts = {0U, 0U, 0U};
    if (is_of(&score->items[i], condition)) {
      st = echoic_score_count(
        &score->items[i], -HUGE_VAL, &counts, *hits + *n_hits, NULL);
      *n_hits += counts.tp;
    }
  }

  return st;
}

double
echoic_score_hours(const EchoicScore* const score, const char* const condition)
{
  double seconds = 0.0;
  for (size_t i = 0U; i < score->task->n_episodes; ++i) {
    const EchoicEpisode* const e = &score->task->episodes[i];
    if (!condition || !strcmp(e->condition, condition)) {
      seconds += e->duration_s;
    }
  }

  return seconds / 3600.0;
}

double
echoic_false_alarms_per_hour(const EchoicCounts counts, const double hours)
{
  return hours > 0.0 ? (double)counts.fp / hours : 0.0;
}

/// Fill in what is measured on the hits; `values` is scratch of [n]
static void
summarise_hits(const EchoicHit* const hits,
               const size_t           n,
               double* const          values,
               EchoicSummary* const   summary)
{
  for (size_t i = 0U; i < n; ++i) {
    values[i] = hits[i].error_s;
  }
  qsort(values, n, sizeof(double), compare_doubles);
  summary->error_median_ms = ms_per_s * values[n / 2U];

  for (size_t i = 0U; i < n; ++i) {
    values[i] = fabs(values[i]);
  }
  qsort(values, n, sizeof(double), compare_doubles);
  summary->error_p90_ms = ms_per_s * values[(size_t)(0.9 * (double)(n - 1U))];

  for (size_t i = 0U; i < n; ++i) {
    values[i] = hits[i].found->decided_s - hits[i].ref_s;
  }
  qsort(values, n, sizeof(double), compare_doubles);
  summary->latency_median_ms = ms_per_s * values[n / 2U];
}

static EchoicStatus
measure_hits(const EchoicScore* const score,
             const char* const        condition,
             EchoicSummary* const     summary)
{
  EchoicHit*   hits = NULL;
  EchoicStatus st =
    echoic_score_hits(score, condition, &hits, &summary->n_hits);
  double* const values =
    (double*)malloc((summary->n_hits + 1U) * sizeof(double));
  st = st || values ? st : ECHOIC_NO_MEMORY;
  if (!st && values && summary->n_hits) {
    summarise_hits(hits, summary->n_hits, values, summary);
  }

  free(hits);
  free(values);
  return st;
}

/// Mean over the labels of one condition
static EchoicStatus
macro_of_condition(const EchoicScore* const score,
                   const EchoicScore* const candidates,
                   const char* const        condition,
                   double* const            macro,
                   double* const            best_f1)
{
  EchoicNames  labels = {0U, NULL};
  EchoicStatus st     = echoic_score_labels(score, condition, &labels);
  *macro              = 0.0;
  *best_f1            = candidates ? 0.0 : (double)NAN;
  for (size_t i = 0U; !st && i < labels.n; ++i) {
    EchoicCounts counts = {0U, 0U, 0U};
    EchoicSweep  sweep  = {0U, NULL};
    st = echoic_score_sum(score, condition, labels.at[i], -HUGE_VAL, &counts);
    *macro += echoic_f1(counts) / (double)labels.n;
    if (!st && candidates) {
      st = echoic_sweep(candidates, condition, labels.at[i], &sweep);
      *best_f1 += echoic_sweep_best_f1(&sweep, counts) / (double)labels.n;
      echoic_sweep_clear(&sweep);
    }
  }

  echoic_names_clear(&labels);
  return st;
}

static EchoicStatus
macro_of_task(const EchoicScore* const score,
              const EchoicScore* const candidates,
              double* const            macro,
              double* const            best_f1)
{
  EchoicNames  conditions = {0U, NULL};
  EchoicStatus st         = echoic_score_conditions(score, &conditions);
  *macro                  = 0.0;
  *best_f1                = candidates ? 0.0 : (double)NAN;
  for (size_t i = 0U; !st && i < conditions.n; ++i) {
    double one      = 0.0;
    double one_best = 0.0;
    st =
      macro_of_condition(score, candidates, conditions.at[i], &one, &one_best);
    *macro += one / (double)conditions.n;
    *best_f1 += one_best / (double)conditions.n;
  }

  echoic_names_clear(&conditions);
  return st;
}

EchoicStatus
echoic_summarise(const EchoicScore* const score,
                 const EchoicScore* const candidates,
                 const char* const        condition,
                 EchoicSummary* const     summary)
{
  *summary = (EchoicSummary){.hours             = 0.0,
                             .error_median_ms   = (double)NAN,
                             .error_p90_ms      = (double)NAN,
                             .latency_median_ms = (double)NAN};

  double* const macro   = &summary->macro_f1;
  double* const best_f1 = &summary->best_f1;
  summary->hours        = echoic_score_hours(score, condition);
  EchoicStatus st =
    echoic_score_sum(score, condition, NULL, -HUGE_VAL, &summary->counts);
  if (st || (st = measure_hits(score, condition, summary))) {
    return st;
  }

  return condition
           ? macro_of_condition(score, candidates, condition, macro, best_f1)
           : macro_of_task(score, candidates, macro, best_f1);
}
