// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/score.h"

#include <stdlib.h>
#include <string.h>

static const double same_s = 0.001; ///< An example and its annotation

static int
compare_items(const void* const a, const void* const b)
{
  const EchoicScoreItem* const x     = (const EchoicScoreItem*)a;
  const EchoicScoreItem* const y     = (const EchoicScoreItem*)b;
  const int                    files = strcmp(x->file, y->file);
  return files ? files : strcmp(x->label, y->label);
}

static EchoicScoreItem*
find_item(const EchoicScore* const score,
          const char* const        file,
          const char* const        label)
{
  for (size_t i = 0U; i < score->n_items; ++i) {
    EchoicScoreItem* const item = &score->items[i];
    if (!strcmp(item->label, label) && !strcmp(item->file, file)) {
      return item;
    }
  }

  return NULL;
}

/// List every label of every file; the last episode says under what condition
static EchoicStatus
list_items(EchoicScore* const score)
{
  const EchoicBenchTask* const task = score->task;
  size_t                       n    = 0U;
  for (size_t i = 0U; i < task->n_episodes; ++i) {
    n += task->episodes[i].n_labels;
  }

  score->n_items = 0U;
  score->items   = (EchoicScoreItem*)calloc(n + 1U, sizeof(EchoicScoreItem));
  for (size_t i = 0U; score->items && i < task->n_episodes; ++i) {
    const EchoicEpisode* const e = &task->episodes[i];
    for (size_t l = 0U; l < e->n_labels; ++l) {
      EchoicScoreItem* item = find_item(score, e->test_file, e->labels[l]);
      item                  = item ? item : &score->items[score->n_items++];
      item->file            = e->test_file;
      item->label           = e->labels[l];
      item->condition       = e->condition;
    }
    for (size_t k = 0U; k < score->n_items; ++k) {
      if (!strcmp(score->items[k].file, e->test_file)) {
        score->items[k].tolerance_s = e->tolerance_s;
      }
    }
  }

  return score->items ? ECHOIC_OK : ECHOIC_NO_MEMORY;
}

/// Append to an array that grows by itself whenever its size is a power of two
static bool
append(double** const list, size_t* const n, const double value)
{
  if (!(*n & (*n - 1U)) || !*n) {
    const size_t  capacity = *n ? 2U * *n : 1U;
    double* const more     = (double*)realloc(*list, capacity * sizeof(double));
    if (!more) {
      return false;
    }
    *list = more;
  }

  (*list)[(*n)++] = value;
  return true;
}

static EchoicStatus
add_refs(EchoicScore* const score, const EchoicOccurrences* const annotations)
{
  for (size_t i = 0U; i < annotations->n; ++i) {
    const EchoicOccurrence* const a    = &annotations->at[i];
    EchoicScoreItem* const        item = find_item(score, a->file, a->label);
    if (item && !append(&item->refs, &item->n_refs, a->onset_s)) {
      return ECHOIC_NO_MEMORY;
    }
  }

  for (size_t i = 0U; i < score->task->n_examples; ++i) {
    const EchoicOccurrence* const e    = &score->task->examples[i].occurrence;
    EchoicScoreItem* const        item = find_item(score, e->file, e->label);
    if (item && !append(&item->given, &item->n_given, e->onset_s)) {
      return ECHOIC_NO_MEMORY;
    }
  }

  return ECHOIC_OK;
}

/// Move references that were examples from `refs` to `given`
static EchoicStatus
take_given(EchoicScoreItem* const item)
{
  size_t             n_matches = 0U;
  size_t             n_refs    = 0U;
  double* const      given    = (double*)malloc(item->n_given * sizeof(double));
  bool* const        is_given = (bool*)calloc(item->n_refs + 1U, sizeof(bool));
  EchoicMatch* const matches =
    (EchoicMatch*)malloc(item->n_given * sizeof(EchoicMatch));
  EchoicStatus st = given && is_given && matches
                      ? echoic_score_match(item->refs,
                                           item->n_refs,
                                           item->given,
                                           item->n_given,
                                           same_s,
                                           matches,
                                           &n_matches)
                      : ECHOIC_NO_MEMORY;
  for (size_t i = 0U; !st && i < n_matches; ++i) {
    is_given[matches[i].ref] = true;
  }

  size_t n_given = 0U;
  for (size_t i = 0U; !st && i < item->n_refs; ++i) {
    if (is_given[i]) {
      given[n_given++] = item->refs[i];
    } else {
      item->refs[n_refs++] = item->refs[i];
    }
  }

  free(is_given);
  free(matches);
  if (st) {
    free(given);
    return st;
  }

  free(item->given);
  item->given   = given;
  item->n_given = n_given;
  item->n_refs  = n_refs;
  return ECHOIC_OK;
}

static EchoicStatus
add_found(EchoicScore* const score, const EchoicDetections* const found)
{
  for (size_t i = 0U; i < found->n; ++i) {
    const EchoicDetection* const d    = &found->at[i];
    EchoicScoreItem* const       item = find_item(score, d->file, d->label);
    if (item) {
      ++item->n_found;
    }
  }

  for (size_t i = 0U; i < score->n_items; ++i) {
    EchoicScoreItem* const item = &score->items[i];
    item->found   = (const EchoicDetection**)malloc((item->n_found + 1U) *
                                                  sizeof(EchoicDetection*));
    item->n_found = 0U;
    if (!item->found) {
      return ECHOIC_NO_MEMORY;
    }
  }

  for (size_t i = 0U; i < found->n; ++i) {
    const EchoicDetection* const d    = &found->at[i];
    EchoicScoreItem* const       item = find_item(score, d->file, d->label);
    if (item) {
      item->found[item->n_found++] = d;
    }
  }

  return ECHOIC_OK;
}

EchoicStatus
echoic_score_prepare(const EchoicBenchTask* const   task,
                     const EchoicOccurrences* const annotations,
                     const EchoicDetections* const  found,
                     EchoicScore* const             score)
{
  *score          = (EchoicScore){.task = task};
  EchoicStatus st = list_items(score);
  if (!st) {
    qsort(score->items, score->n_items, sizeof(EchoicScoreItem), compare_items);
    st = add_refs(score, annotations);
  }

  for (size_t i = 0U; !st && i < score->n_items; ++i) {
    st = score->items[i].n_given ? take_given(&score->items[i]) : ECHOIC_OK;
  }

  st = st ? st : add_found(score, found);
  if (st) {
    echoic_score_clear(score);
  }

  return st;
}

void
echoic_score_clear(EchoicScore* const score)
{
  for (size_t i = 0U; i < score->n_items; ++i) {
    free(score->items[i].refs);
    free(score->items[i].given);
    free(score->items[i].found);
  }

  free(score->items);
  *score = (EchoicScore){0};
}

EchoicStatus
echoic_score_sum(const EchoicScore* const score,
                 const char* const        condition,
                 const char* const        label,
                 const double             min_score,
                 EchoicCounts* const      counts)
{
  EchoicStatus st = ECHOIC_OK;
  *counts         = (EchoicCounts){0U, 0U, 0U};
  for (size_t i = 0U; !st && i < score->n_items; ++i) {
    const EchoicScoreItem* const item = &score->items[i];
    if ((!condition || !strcmp(item->condition, condition)) &&
        (!label || !strcmp(item->label, label))) {
      st = echoic_score_count(item, min_score, counts, NULL, NULL);
    }
  }

  return st;
}
