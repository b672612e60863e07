// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/confusion.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static size_t
index_of(const EchoicNames* const names, const char* const name)
{
  size_t i = 0U;
  while (i < names->n && strcmp(names->at[i], name)) {
    ++i;
  }

  return i;
}

/// Return the label of the annotation nearest to a time, `n` if none is near
static size_t
label_at(const EchoicScore* const     score,
         const EchoicScoreItem* const item,
         const double                 time_s,
         const EchoicNames* const     labels)
{
  size_t label   = labels->n;
  double nearest = item->tolerance_s + 1e-9;
  for (size_t i = 0U; i < score->n_items; ++i) {
    const EchoicScoreItem* const other = &score->items[i];
    const bool is_other = other != item && !strcmp(other->file, item->file) &&
                          !strcmp(other->condition, item->condition);
    for (size_t k = 0U; is_other && k < other->n_refs; ++k) {
      if (fabs(other->refs[k] - time_s) < nearest) {
        nearest = fabs(other->refs[k] - time_s);
        label   = index_of(labels, other->label);
      }
    }
  }

  return label;
}

static EchoicStatus
count_item(const EchoicScore* const     score,
           const EchoicScoreItem* const item,
           EchoicConfusion* const       confusion)
{
  const size_t       n        = confusion->labels.n + 1U;
  const size_t       label    = index_of(&confusion->labels, item->label);
  EchoicCounts       counts   = {0U, 0U, 0U};
  bool* const        is_false = (bool*)calloc(item->n_found + 1U, sizeof(bool));
  const EchoicStatus st =
    is_false ? echoic_score_count(item, -HUGE_VAL, &counts, NULL, is_false)
             : ECHOIC_NO_MEMORY;
  confusion->counts[(label * n) + label] += counts.tp;
  confusion->counts[(label * n) + n - 1U] += counts.fn;
  for (size_t i = 0U; !st && i < item->n_found; ++i) {
    if (is_false[i]) {
      const size_t row =
        label_at(score, item, item->found[i]->onset_s, &confusion->labels);
      ++confusion->counts[(row * n) + label];
    }
  }

  free(is_false);
  return st;
}

EchoicStatus
echoic_confusion(const EchoicScore* const score,
                 const char* const        condition,
                 EchoicConfusion* const   confusion)
{
  *confusion      = (EchoicConfusion){{0U, NULL}, NULL};
  EchoicStatus st = echoic_score_labels(score, condition, &confusion->labels);
  if (st) {
    return st;
  }

  const size_t n    = confusion->labels.n + 1U;
  confusion->counts = (size_t*)calloc(n * n, sizeof(size_t));
  st                = confusion->counts ? ECHOIC_OK : ECHOIC_NO_MEMORY;
  for (size_t i = 0U; !st && i < score->n_items; ++i) {
    if (!strcmp(score->items[i].condition, condition)) {
      st = count_item(score, &score->items[i], confusion);
    }
  }

  if (st) {
    echoic_confusion_clear(confusion);
  }

  return st;
}

void
echoic_confusion_clear(EchoicConfusion* const confusion)
{
  echoic_names_clear(&confusion->labels);
  free(confusion->counts);
  confusion->counts = NULL;
}
