// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double slack_s =
  1e-9; ///< For times that are equal but for rounding

/// When a reference may be found
typedef struct {
  double first_s;
  double last_s;
  size_t ref;
} Window;

/// A detection and its place
typedef struct {
  double time_s;
  size_t index;
} Moment;

static int
compare_windows(const void* const a, const void* const b)
{
  const Window* const x = (const Window*)a;
  const Window* const y = (const Window*)b;
  if (x->first_s != y->first_s) {
    return x->first_s < y->first_s ? -1 : 1;
  }

  return (x->ref > y->ref) - (x->ref < y->ref);
}

static int
compare_moments(const void* const a, const void* const b)
{
  const Moment* const x = (const Moment*)a;
  const Moment* const y = (const Moment*)b;
  if (x->time_s != y->time_s) {
    return x->time_s < y->time_s ? -1 : 1;
  }

  return (x->index > y->index) - (x->index < y->index);
}

/// Drop what is over at `time_s` and return the place of the first to end
static size_t
first_to_end(Window* const open, size_t* const n_open, const double time_s)
{
  size_t n    = 0U;
  size_t best = 0U;
  for (size_t i = 0U; i < *n_open; ++i) {
    if (open[i].last_s >= time_s - slack_s) {
      open[n] = open[i];
      if (open[n].last_s < open[best].last_s ||
          (open[n].last_s == open[best].last_s &&
           open[n].ref < open[best].ref)) {
        best = n;
      }
      ++n;
    }
  }

  *n_open = n;
  return best;
}

/// `open` is scratch of [n_refs]
static size_t
sweep(const Window* const windows,
      const size_t        n_refs,
      const Moment* const moments,
      const size_t        n_found,
      Window* const       open,
      EchoicMatch* const  matches)
{
  size_t n_matches = 0U;
  size_t n_open    = 0U;
  size_t next      = 0U;
  for (size_t i = 0U; i < n_found; ++i) {
    const double time_s = moments[i].time_s;
    while (next < n_refs && windows[next].first_s <= time_s + slack_s) {
      open[n_open++] = windows[next++];
    }

    const size_t best = first_to_end(open, &n_open, time_s);
    if (n_open) {
      matches[n_matches].ref   = open[best].ref;
      matches[n_matches].found = moments[i].index;
      open[best]               = open[--n_open];
      ++n_matches;
    }
  }

  return n_matches;
}

EchoicStatus
echoic_score_match(const double* const refs,
                   const size_t        n_refs,
                   const double* const found,
                   const size_t        n_found,
                   const double        tolerance_s,
                   EchoicMatch* const  matches,
                   size_t* const       n_matches)
{
  *n_matches = 0U;
  if (!n_refs || !n_found) {
    return ECHOIC_OK;
  }

  Window* const windows = (Window*)malloc(2U * n_refs * sizeof(Window));
  Moment* const moments = (Moment*)malloc(n_found * sizeof(Moment));
  const bool    ok      = windows && moments;
  for (size_t i = 0U; ok && i < n_refs; ++i) {
    windows[i] = (Window){refs[i] - tolerance_s, refs[i] + tolerance_s, i};
  }

  for (size_t i = 0U; ok && i < n_found; ++i) {
    moments[i] = (Moment){found[i], i};
  }

  if (ok) {
    qsort(windows, n_refs, sizeof(Window), compare_windows);
    qsort(moments, n_found, sizeof(Moment), compare_moments);
    *n_matches =
      sweep(windows, n_refs, moments, n_found, windows + n_refs, matches);
  }

  free(windows);
  free(moments);
  return ok ? ECHOIC_OK : ECHOIC_NO_MEMORY;
}

double
echoic_precision(const EchoicCounts counts)
{
  const size_t n = counts.tp + counts.fp;
  return n ? (double)counts.tp / (double)n : 0.0;
}

double
echoic_recall(const EchoicCounts counts)
{
  const size_t n = counts.tp + counts.fn;
  return n ? (double)counts.tp / (double)n : 0.0;
}

double
echoic_f1(const EchoicCounts counts)
{
  const double p = echoic_precision(counts);
  const double r = echoic_recall(counts);
  return p + r > 0.0 ? 2.0 * p * r / (p + r) : 0.0;
}

/// An item being counted; `at` and `place` shrink as detections are excused
typedef struct {
  size_t       n;
  double*      at;      ///< [n] Onsets of the detections that count
  size_t*      place;   ///< [n] Their places in the item
  EchoicMatch* matches; ///< [n]
  bool*        is_used; ///< [n]
} Count;

static bool
count_open(Count* const c, const EchoicScoreItem* const item, const double min)
{
  const size_t n = item->n_found + 1U;
  *c             = (Count){0U,
                           (double*)malloc(n * sizeof(double)),
                           (size_t*)malloc(n * sizeof(size_t)),
                           (EchoicMatch*)malloc(n * sizeof(EchoicMatch)),
                           (bool*)calloc(n, sizeof(bool))};
  if (!c->at || !c->place || !c->matches || !c->is_used) {
    return false;
  }

  for (size_t i = 0U; i < item->n_found; ++i) {
    if (item->found[i]->score >= min) {
      c->at[c->n]    = item->found[i]->onset_s;
      c->place[c->n] = i;
      ++c->n;
    }
  }

  return true;
}

static void
count_close(Count* const c)
{
  free(c->at);
  free(c->place);
  free(c->matches);
  free(c->is_used);
}

static void
drop_used(Count* const c)
{
  size_t n = 0U;
  for (size_t i = 0U; i < c->n; ++i) {
    if (!c->is_used[i]) {
      c->at[n]    = c->at[i];
      c->place[n] = c->place[i];
      ++n;
    }
  }

  c->n = n;
  memset(c->is_used, 0, (n + 1U) * sizeof(bool));
}

/* What is left when the real references have chosen may fall on an example
   that was given. */
static EchoicStatus
excuse_given(Count* const c, const EchoicScoreItem* const item)
{
  size_t        n_matches = 0U;
  size_t        n_left    = 0U;
  size_t* const left      = (size_t*)calloc(c->n + 1U, sizeof(size_t));
  double* const at        = (double*)calloc(c->n + 1U, sizeof(double));
  EchoicStatus  st        = left && at ? ECHOIC_OK : ECHOIC_NO_MEMORY;
  if (!st) {
    st = echoic_score_match(item->refs,
                            item->n_refs,
                            c->at,
                            c->n,
                            item->tolerance_s,
                            c->matches,
                            &n_matches);
  }

  for (size_t i = 0U; !st && i < n_matches; ++i) {
    c->is_used[c->matches[i].found] = true;
  }

  for (size_t i = 0U; !st && i < c->n; ++i) {
    if (!c->is_used[i]) {
      at[n_left]     = c->at[i];
      left[n_left++] = i;
    }
  }

  if (!st) {
    memset(c->is_used, 0, (c->n + 1U) * sizeof(bool));
    st = echoic_score_match(item->given,
                            item->n_given,
                            at,
                            n_left,
                            item->tolerance_s,
                            c->matches,
                            &n_matches);
  }

  for (size_t i = 0U; !st && i < n_matches; ++i) {
    c->is_used[left[c->matches[i].found]] = true;
  }

  drop_used(c);
  free(left);
  free(at);
  return st;
}

static double
nearest_error(const Count* const c, const double ref_s)
{
  double nearest = HUGE_VAL;
  for (size_t i = 0U; i < c->n; ++i) {
    if (fabs(c->at[i] - ref_s) < fabs(nearest)) {
      nearest = c->at[i] - ref_s;
    }
  }

  return nearest;
}

static void
describe(const Count* const           c,
         const EchoicScoreItem* const item,
         const size_t                 n_matches,
         EchoicHit* const             hits,
         bool* const                  is_false)
{
  for (size_t i = 0U; is_false && i < item->n_found; ++i) {
    is_false[i] = false;
  }

  for (size_t i = 0U; is_false && i < c->n; ++i) {
    is_false[c->place[i]] = true;
  }

  for (size_t i = 0U; i < n_matches; ++i) {
    const size_t place = c->place[c->matches[i].found];
    const double ref_s = item->refs[c->matches[i].ref];
    if (is_false) {
      is_false[place] = false;
    }
    if (hits) {
      hits[i] = (EchoicHit){ref_s, nearest_error(c, ref_s), item->found[place]};
    }
  }
}

EchoicStatus
echoic_score_count(const EchoicScoreItem* const item,
                   const double                 min_score,
                   EchoicCounts* const          counts,
                   EchoicHit* const             hits,
                   bool* const                  is_false)
{
  Count        c         = {0};
  size_t       n_matches = 0U;
  EchoicStatus st =
    count_open(&c, item, min_score) ? ECHOIC_OK : ECHOIC_NO_MEMORY;
  if (!st && item->n_given) {
    st = excuse_given(&c, item);
  }

  if (!st) {
    st = echoic_score_match(item->refs,
                            item->n_refs,
                            c.at,
                            c.n,
                            item->tolerance_s,
                            c.matches,
                            &n_matches);
  }

  if (!st) {
    counts->tp += n_matches;
    counts->fp += c.n - n_matches;
    counts->fn += item->n_refs - n_matches;
    describe(&c, item, n_matches, hits, is_false);
  }

  count_close(&c);
  return st;
}
