// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/eval_out.h"

#include "host/text_out.h"

#include <math.h>
#include <string.h>

enum { name_width = 26 };

static void
write_name(FILE* const stream, const char* const indent, const char* const name)
{
  char         text[ECHOIC_FIT_SIZE(64U)];
  const size_t n =
    strlen(indent) + echoic_fit_text(text, name_width - 3U, name);
  fprintf(stream,
          "%s%s%*s",
          indent,
          text,
          n < name_width ? (int)(name_width - n) : 1,
          "");
}

static void
write_header(FILE* const stream, const char* const name, const bool is_sweep)
{
  write_name(stream, "", name);
  fprintf(stream,
          "%5s %5s %5s %5s  %5s %5s %5s  %5s%s %7s %7s %6s %7s\n",
          "ref",
          "hit",
          "false",
          "miss",
          "prec",
          "rec",
          "F1",
          "macro",
          is_sweep ? "   best" : "",
          "false/h",
          "err ms",
          "p90",
          "delay");
}

/// Write a number in a column, or a dash if there is none
static void
write_figure(FILE* const  stream,
             const int    width,
             const int    n_decimals,
             const double value)
{
  if (isnan(value)) {
    fprintf(stream, " %*s", width, "-");
  } else {
    fprintf(stream, " %*.*f", width, n_decimals, value);
  }
}

static void
write_row(FILE* const                stream,
          const char* const          indent,
          const char* const          name,
          const EchoicSummary* const s,
          const bool                 is_sweep)
{
  const EchoicCounts c = s->counts;
  write_name(stream, indent, name);
  fprintf(stream,
          "%5zu %5zu %5zu %5zu  %5.3f %5.3f %5.3f  %5.3f",
          c.tp + c.fn,
          c.tp,
          c.fp,
          c.fn,
          echoic_precision(c),
          echoic_recall(c),
          echoic_f1(c),
          s->macro_f1);
  if (is_sweep) {
    write_figure(stream, 6, 3, s->best_f1);
  }

  write_figure(stream, 7, 1, echoic_false_alarms_per_hour(c, s->hours));
  write_figure(stream, 7, 1, s->error_median_ms);
  write_figure(stream, 6, 1, s->error_p90_ms);
  write_figure(stream, 7, 1, s->latency_median_ms);
  fputc('\n', stream);
}

static void
write_label(FILE* const        stream,
            const char* const  label,
            const EchoicCounts c,
            const double       hours,
            const double       best_f1,
            const bool         is_sweep)
{
  write_name(stream, "    ", label);
  fprintf(stream,
          "%5zu %5zu %5zu %5zu  %5.3f %5.3f %5.3f       ",
          c.tp + c.fn,
          c.tp,
          c.fp,
          c.fn,
          echoic_precision(c),
          echoic_recall(c),
          echoic_f1(c));
  if (is_sweep) {
    write_figure(stream, 6, 3, best_f1);
  }
  write_figure(stream, 7, 1, echoic_false_alarms_per_hour(c, hours));
  fputc('\n', stream);
}

static EchoicStatus
write_labels(FILE* const               stream,
             const EchoicScored* const t,
             const char* const         condition)
{
  EchoicNames  labels   = {0U, NULL};
  const double hours    = echoic_score_hours(&t->score, condition);
  const bool   is_sweep = t->candidates_or_null;
  EchoicStatus st       = echoic_score_labels(&t->score, condition, &labels);
  for (size_t i = 0U; !st && i < labels.n; ++i) {
    EchoicCounts counts = {0U, 0U, 0U};
    EchoicSweep  sweep  = {0U, NULL};
    st =
      echoic_score_sum(&t->score, condition, labels.at[i], -HUGE_VAL, &counts);
    if (!st && is_sweep) {
      st = echoic_sweep(&t->candidates, condition, labels.at[i], &sweep);
    }

    const double best_f1 = echoic_sweep_best_f1(&sweep, counts);
    write_label(stream, labels.at[i], counts, hours, best_f1, is_sweep);
    echoic_sweep_clear(&sweep);
  }

  echoic_names_clear(&labels);
  return st;
}

static EchoicStatus
write_task(FILE* const stream, const EchoicScored* const t)
{
  const bool   is_sweep = t->candidates_or_null;
  EchoicStatus st       = ECHOIC_OK;
  write_header(stream, t->task->name, is_sweep);
  for (size_t i = 0U; !st && i < t->conditions.n; ++i) {
    const char* const condition = t->conditions.at[i];
    write_row(stream, "  ", condition, &t->by_condition[i], is_sweep);
    st = write_labels(stream, t, condition);
  }

  write_row(stream, "  ", "all", &t->summary, is_sweep);
  fputc('\n', stream);
  return st;
}

EchoicStatus
echoic_eval_write_text(FILE* const                   stream,
                       const EchoicEvaluation* const evaluation)
{
  const size_t n_tasks  = evaluation->bench->n_tasks;
  const bool   is_sweep = evaluation->options->is_sweep;
  EchoicStatus st       = ECHOIC_OK;
  for (size_t i = 0U; !st && i < n_tasks; ++i) {
    st = write_task(stream, &evaluation->tasks[i]);
  }

  fprintf(stream,
          "Macro F1 with %g example%s of each label%s%s%s\n",
          evaluation->k,
          evaluation->k == 1.0 ? "" : "s",
          evaluation->options->loose_s >= 0.0 ? ", loosely marked" : "",
          evaluation->options->is_alone ? ", each taught alone" : "",
          is_sweep ? " (and with the best thresholds, in hindsight)" : "");
  for (size_t i = 0U; i < n_tasks; ++i) {
    const EchoicScored* const t = &evaluation->tasks[i];
    write_name(stream, "  ", t->task->name);
    fprintf(stream, "%5.3f", t->summary.macro_f1);
    if (is_sweep) {
      fprintf(stream, " %5.3f", t->summary.best_f1);
    }
    fputc('\n', stream);
  }

  write_name(stream, "  ", "mean");
  fprintf(stream, "%5.3f", echoic_evaluation_mean(evaluation));
  if (is_sweep) {
    fprintf(stream, " %5.3f", echoic_evaluation_mean_best(evaluation));
  }
  fputc('\n', stream);
  return st;
}
