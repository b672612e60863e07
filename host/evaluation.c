// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/eval_out.h"

#include "host/text_out.h"

#include <math.h>
#include <stdlib.h>

static EchoicStatus
summarise(EchoicScored* const t)
{
  EchoicStatus st =
    echoic_summarise(&t->score, t->candidates_or_null, NULL, &t->summary);
  if (st || (st = echoic_score_conditions(&t->score, &t->conditions))) {
    return st;
  }

  t->by_condition =
    (EchoicSummary*)calloc(t->conditions.n + 1U, sizeof(EchoicSummary));
  st = t->by_condition ? ECHOIC_OK : ECHOIC_NO_MEMORY;
  for (size_t i = 0U; !st && i < t->conditions.n; ++i) {
    st = echoic_summarise(&t->score,
                          t->candidates_or_null,
                          t->conditions.at[i],
                          &t->by_condition[i]);
  }

  return st;
}

static EchoicStatus
score_task(const EchoicBenchTask* const  task,
           const EchoicEvalResult* const result,
           const bool                    is_sweep,
           EchoicScored* const           t,
           EchoicError* const            error)
{
  t->task         = task;
  EchoicStatus st = echoic_bench_annotations(task, &t->annotations, error);
  if (st) {
    return st;
  }

  st = echoic_score_prepare(task, &t->annotations, &result->found, &t->score);
  if (!st && is_sweep) {
    st = echoic_score_prepare(
      task, &t->annotations, &result->candidates, &t->candidates);
    t->candidates_or_null = &t->candidates;
  }

  st = st ? st : summarise(t);
  return st ? echoic_error(error, st, "out of memory") : ECHOIC_OK;
}

EchoicStatus
echoic_evaluate(const EchoicBench* const       bench,
                const EchoicEvalOptions* const options,
                const EchoicEvalResult* const  results,
                const double                   k,
                EchoicEvaluation* const        evaluation,
                EchoicError* const             error)
{
  *evaluation = (EchoicEvaluation){bench, options, k, NULL};
  evaluation->tasks =
    (EchoicScored*)calloc(bench->n_tasks + 1U, sizeof(EchoicScored));
  if (!evaluation->tasks) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  EchoicStatus st = ECHOIC_OK;
  for (size_t i = 0U; !st && i < bench->n_tasks; ++i) {
    st = score_task(&bench->tasks[i],
                    &results[i],
                    options->is_sweep,
                    &evaluation->tasks[i],
                    error);
  }

  return st;
}

void
echoic_evaluation_clear(EchoicEvaluation* const evaluation)
{
  for (size_t i = 0U; evaluation->tasks && i < evaluation->bench->n_tasks;
       ++i) {
    EchoicScored* const t = &evaluation->tasks[i];
    echoic_score_clear(&t->score);
    echoic_score_clear(&t->candidates);
    echoic_names_clear(&t->conditions);
    echoic_occurrences_clear(&t->annotations);
    free(t->by_condition);
  }

  free(evaluation->tasks);
  evaluation->tasks = NULL;
}

double
echoic_evaluation_mean(const EchoicEvaluation* const evaluation)
{
  double       sum = 0.0;
  const size_t n   = evaluation->bench->n_tasks;
  for (size_t i = 0U; i < n; ++i) {
    sum += evaluation->tasks[i].summary.macro_f1;
  }

  return sum / (double)n;
}

double
echoic_evaluation_mean_best(const EchoicEvaluation* const evaluation)
{
  double       sum = 0.0;
  const size_t n   = evaluation->bench->n_tasks;
  for (size_t i = 0U; i < n; ++i) {
    sum += evaluation->tasks[i].summary.best_f1;
  }

  return sum / (double)n;
}

void
echoic_eval_write_found(FILE* const                   stream,
                        const char* const             task,
                        const EchoicDetections* const found,
                        const bool                    has_header)
{
  if (has_header) {
    fprintf(
      stream, "%sfile,onset_s,offset_s,label,score\n", task ? "task," : "");
  }

  for (size_t i = 0U; i < found->n; ++i) {
    const EchoicDetection* const d = &found->at[i];
    if (task) {
      echoic_write_csv(stream, task);
      fputc(',', stream);
    }
    echoic_write_csv(stream, d->file);
    fprintf(stream, ",%.6f,%.6f,", d->onset_s, d->offset_s);
    echoic_write_csv(stream, d->label);
    fprintf(stream, ",%.6f\n", d->score);
  }
}

static EchoicStatus
write_sweep(FILE* const               stream,
            const EchoicScored* const t,
            const char* const         condition,
            const char* const         label)
{
  EchoicSweep        sweep = {0U, NULL};
  const EchoicStatus st =
    echoic_sweep(&t->candidates, condition, label, &sweep);
  const double hours = echoic_score_hours(&t->score, condition);
  for (size_t i = 0U; i < sweep.n; ++i) {
    const EchoicCounts counts = sweep.at[i].counts;
    echoic_write_csv(stream, t->task->name);
    fputc(',', stream);
    echoic_write_csv(stream, condition);
    fputc(',', stream);
    echoic_write_csv(stream, label);
    fprintf(stream,
            ",%.6f,%.6f,%.6f,%.6f,%.3f\n",
            sweep.at[i].threshold,
            echoic_precision(counts),
            echoic_recall(counts),
            echoic_f1(counts),
            echoic_false_alarms_per_hour(counts, hours));
  }

  echoic_sweep_clear(&sweep);
  return st;
}

EchoicStatus
echoic_eval_write_sweep(FILE* const                   stream,
                        const EchoicEvaluation* const evaluation)
{
  EchoicStatus st = ECHOIC_OK;
  fputs("task,condition,label,threshold,precision,recall,f1,"
        "false_alarms_per_hour\n",
        stream);
  for (size_t i = 0U; !st && i < evaluation->bench->n_tasks; ++i) {
    const EchoicScored* const t = &evaluation->tasks[i];
    for (size_t c = 0U; !st && c < t->conditions.n; ++c) {
      EchoicNames       labels    = {0U, NULL};
      const char* const condition = t->conditions.at[c];
      st = echoic_score_labels(&t->score, condition, &labels);
      for (size_t l = 0U; !st && l < labels.n; ++l) {
        st = write_sweep(stream, t, condition, labels.at[l]);
      }
      echoic_names_clear(&labels);
    }
  }

  return st;
}
