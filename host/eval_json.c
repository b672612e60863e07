// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/eval_out.h"

#include "host/text_out.h"

#include <math.h>

/// Write ,"key":value, null for what isn't a number
static void
write_number(FILE* const stream, const char* const key, const double value)
{
  if (isfinite(value)) {
    fprintf(stream, ",\"%s\":%.9g", key, value);
  } else {
    fprintf(stream, ",\"%s\":null", key);
  }
}

/// Write "kind":"name" and the counts, without braces
static void
write_counts(FILE* const        stream,
             const char* const  kind,
             const char* const  name,
             const EchoicCounts c,
             const double       hours)
{
  fprintf(stream, "\"%s\":", kind);
  echoic_write_json(stream, name);
  fprintf(
    stream,
    ",\"references\":%zu,\"hits\":%zu,\"false_alarms\":%zu,\"missed\":%zu",
    c.tp + c.fn,
    c.tp,
    c.fp,
    c.fn);
  write_number(stream, "precision", echoic_precision(c));
  write_number(stream, "recall", echoic_recall(c));
  write_number(stream, "f1", echoic_f1(c));
  write_number(
    stream, "false_alarms_per_hour", echoic_false_alarms_per_hour(c, hours));
}

static void
write_summary(FILE* const                stream,
              const char* const          kind,
              const char* const          name,
              const EchoicSummary* const s)
{
  write_counts(stream, kind, name, s->counts, s->hours);
  write_number(stream, "macro_f1", s->macro_f1);
  write_number(stream, "best_macro_f1", s->best_f1);
  write_number(stream, "onset_error_median_ms", s->error_median_ms);
  write_number(stream, "onset_error_p90_ms", s->error_p90_ms);
  write_number(stream, "latency_median_ms", s->latency_median_ms);
}

/// Write the labels of a condition (null: all) as an array
static EchoicStatus
write_labels(FILE* const               stream,
             const EchoicScored* const t,
             const char* const         condition)
{
  EchoicNames  labels = {0U, NULL};
  const double hours  = echoic_score_hours(&t->score, condition);
  EchoicStatus st     = echoic_score_labels(&t->score, condition, &labels);
  fputs(",\"labels\":[", stream);
  for (size_t i = 0U; !st && i < labels.n; ++i) {
    EchoicCounts counts = {0U, 0U, 0U};
    EchoicSweep  sweep  = {0U, NULL};
    st =
      echoic_score_sum(&t->score, condition, labels.at[i], -HUGE_VAL, &counts);
    if (!st && condition && t->candidates_or_null) {
      st = echoic_sweep(&t->candidates, condition, labels.at[i], &sweep);
    }

    const EchoicSweepPoint* const best = echoic_sweep_best(&sweep);
    fputs(i ? ",{" : "{", stream);
    write_counts(stream, "label", labels.at[i], counts, hours);
    if (condition && t->candidates_or_null) {
      const double f1           = echoic_sweep_best_f1(&sweep, counts);
      const bool   is_automatic = !best || f1 > echoic_f1(best->counts);
      write_number(stream, "best_f1", f1);
      write_number(
        stream, "best_threshold", is_automatic ? (double)NAN : best->threshold);
    }
    fputc('}', stream);
    echoic_sweep_clear(&sweep);
  }

  fputc(']', stream);
  echoic_names_clear(&labels);
  return st;
}

static EchoicStatus
write_task(FILE* const stream, const EchoicScored* const t)
{
  fputc('{', stream);
  write_summary(stream, "task", t->task->name, &t->summary);
  EchoicStatus st = write_labels(stream, t, NULL);
  fputs(",\"conditions\":[", stream);
  for (size_t i = 0U; !st && i < t->conditions.n; ++i) {
    fputs(i ? ",{" : "{", stream);
    write_summary(
      stream, "condition", t->conditions.at[i], &t->by_condition[i]);
    st = write_labels(stream, t, t->conditions.at[i]);
    fputc('}', stream);
  }

  fputs("]}", stream);
  return st;
}

EchoicStatus
echoic_eval_write_json(FILE* const                   stream,
                       const EchoicEvaluation* const evaluation)
{
  EchoicStatus st = ECHOIC_OK;
  fprintf(stream,
          "{\"k\":%g,\"alone\":%s,\"loose\":%s",
          evaluation->k,
          evaluation->options->is_alone ? "true" : "false",
          evaluation->options->loose_s >= 0.0 ? "true" : "false");
  write_number(stream, "mean_macro_f1", echoic_evaluation_mean(evaluation));
  write_number(
    stream, "mean_best_macro_f1", echoic_evaluation_mean_best(evaluation));
  fputs(",\"tasks\":[", stream);
  for (size_t i = 0U; !st && i < evaluation->bench->n_tasks; ++i) {
    fputs(i ? ",\n" : "\n", stream);
    st = write_task(stream, &evaluation->tasks[i]);
  }

  fputs("\n]}\n", stream);
  return st;
}
