// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/detect.h"

#include <stdlib.h>

static int
compare(const void* const a, const void* const b)
{
  const EchoicFound* const x = (const EchoicFound*)a;
  const EchoicFound* const y = (const EchoicFound*)b;
  if (x->event.onset != y->event.onset) {
    return x->event.onset < y->event.onset ? -1 : 1;
  }

  if (x->channel != y->channel) {
    return x->channel < y->channel ? -1 : 1;
  }

  return (x->event.sound > y->event.sound) - (x->event.sound < y->event.sound);
}

/// Make one event of two: the first's onset, the better's score
static void
join(EchoicEvent* const first, const EchoicEvent* const second)
{
  if (second->end > first->end) {
    first->end = second->end;
  }

  if (second->score > first->score) {
    first->score     = second->score;
    first->threshold = second->threshold;
  }

  if (second->level_db > first->level_db) {
    first->level_db = second->level_db;
    first->velocity = second->velocity;
  }

  first->decided = second->decided;
}

/// Return the last event kept of the same sound and channel, or null
static EchoicFound*
last_of_same(EchoicFindings* const    findings,
             const size_t             n_kept,
             const EchoicFound* const found)
{
  for (size_t i = n_kept; i > 0U; --i) {
    EchoicFound* const kept = &findings->found[i - 1U];
    if (kept->channel == found->channel &&
        kept->event.sound == found->event.sound) {
      return kept;
    }
  }

  return NULL;
}

static void
merge(EchoicFindings* const findings, const double gap_s)
{
  const double gap    = gap_s * findings->rate_hz;
  size_t       n_kept = 0U;
  for (size_t i = 0U; i < findings->n_found; ++i) {
    const EchoicFound  found = findings->found[i];
    EchoicFound* const last  = last_of_same(findings, n_kept, &found);
    if (last && (double)found.event.onset - (double)last->event.end <= gap) {
      join(&last->event, &found.event);
    } else {
      findings->found[n_kept++] = found;
    }
  }

  findings->n_found = n_kept;
}

void
echoic_findings_tidy(EchoicFindings* const            findings,
                     const EchoicDetectOptions* const options)
{
  if (findings->n_found) {
    qsort(findings->found, findings->n_found, sizeof(EchoicFound), compare);
  }

  // No sound lasts beyond the recording that holds it
  for (size_t i = 0U; i < findings->n_found; ++i) {
    EchoicEvent* const event = &findings->found[i].event;
    if (event->end > (uint64_t)findings->n_frames) {
      event->end = (uint64_t)findings->n_frames;
    }
  }

  if (options->merge_gap_s >= 0.0) {
    merge(findings, options->merge_gap_s);
  }
}

void
echoic_findings_clear(EchoicFindings* const findings)
{
  free(findings->found);
  *findings = (EchoicFindings){0};
}
