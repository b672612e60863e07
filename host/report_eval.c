// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/eval_out.h"

#include "host/confusion.h"
#include "host/html.h"
#include "host/plots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double least_per_hour = 1.0; ///< Of the logarithmic axis

static void
write_cell(FILE* const stream, const int n_decimals, const double value)
{
  if (isnan(value)) {
    fputs("<td>&ndash;", stream);
  } else {
    fprintf(stream, "<td>%.*f", n_decimals, value);
  }
}

static void
write_overview(FILE* const stream, const EchoicEvaluation* const evaluation)
{
  fputs("<h2>Macro F1</h2>\n<table><thead><tr><th class=\"l\">Task"
        "<th>Automatic threshold<th>Best thresholds<th>Hits<th>False alarms"
        "<th>Missed</tr></thead>\n",
        stream);
  for (size_t i = 0U; i < evaluation->bench->n_tasks; ++i) {
    const EchoicScored* const t = &evaluation->tasks[i];
    const EchoicCounts        c = t->summary.counts;
    fputs("<tr><td class=\"l\">", stream);
    echoic_html_text(stream, t->task->name);
    write_cell(stream, 3, t->summary.macro_f1);
    write_cell(stream, 3, t->summary.best_f1);
    fprintf(stream, "<td>%zu<td>%zu<td>%zu</tr>\n", c.tp, c.fp, c.fn);
  }

  fputs("<tr class=\"sum\"><td class=\"l\">mean", stream);
  write_cell(stream, 3, echoic_evaluation_mean(evaluation));
  write_cell(stream, 3, echoic_evaluation_mean_best(evaluation));
  fputs("<td><td><td></tr>\n</table>\n", stream);
}

static void
write_row(FILE* const                stream,
          const char* const          name,
          const EchoicSummary* const s,
          const bool                 is_sum)
{
  const EchoicCounts c = s->counts;
  fputs(is_sum ? "<tr class=\"sum\"><td class=\"l\">" : "<tr><td class=\"l\">",
        stream);
  echoic_html_text(stream, name);
  fprintf(
    stream, "<td>%zu<td>%zu<td>%zu<td>%zu", c.tp + c.fn, c.tp, c.fp, c.fn);
  write_cell(stream, 3, echoic_precision(c));
  write_cell(stream, 3, echoic_recall(c));
  write_cell(stream, 3, echoic_f1(c));
  write_cell(stream, 3, s->macro_f1);
  write_cell(stream, 3, s->best_f1);
  write_cell(stream, 1, echoic_false_alarms_per_hour(c, s->hours));
  write_cell(stream, 1, s->error_median_ms);
  write_cell(stream, 1, s->error_p90_ms);
  write_cell(stream, 1, s->latency_median_ms);
  fputs("</tr>\n", stream);
}

static void
write_conditions(FILE* const stream, const EchoicScored* const t)
{
  fputs(
    "<div class=\"wide\"><table class=\"dense\"><thead><tr><th "
    "class=\"l\">Condition"
    "<th>There<th>Hits<th>False<th>Missed<th>Precision<th>Recall<th>F1"
    "<th>Macro<th>Best<th>False/h<th>Onset error ms<th>90&thinsp;% within ms"
    "<th>Delay ms</tr></thead>\n",
    stream);
  for (size_t i = 0U; i < t->conditions.n; ++i) {
    write_row(stream, t->conditions.at[i], &t->by_condition[i], false);
  }
  write_row(stream, "all", &t->summary, true);
  fputs("</table></div>\n", stream);
}

static EchoicPlotPoint
roc_point(const EchoicCounts counts, const double hours)
{
  const double per_hour = echoic_false_alarms_per_hour(counts, hours);
  return (EchoicPlotPoint){log10(fmax(per_hour, least_per_hour)),
                           echoic_recall(counts)};
}

static EchoicStatus
draw_curve(FILE* const               stream,
           const EchoicPlot* const   plot,
           const EchoicScored* const t,
           const size_t              index)
{
  EchoicSweep       sweep     = {0U, NULL};
  const char* const condition = t->conditions.at[index];
  const double      hours     = t->by_condition[index].hours;
  EchoicStatus      st = echoic_sweep(&t->candidates, condition, NULL, &sweep);
  EchoicPlotPoint* const points =
    (EchoicPlotPoint*)malloc((sweep.n + 1U) * sizeof(EchoicPlotPoint));
  st = st || points ? st : ECHOIC_NO_MEMORY;
  for (size_t i = 0U; !st && i < sweep.n; ++i) {
    points[i] = roc_point(sweep.at[i].counts, hours);
  }

  if (!st) {
    echoic_plot_curve(stream, plot, points, sweep.n, (unsigned)index);
    echoic_plot_dot(stream,
                    plot,
                    roc_point(t->by_condition[index].counts, hours),
                    (unsigned)index,
                    condition);
  }

  free(points);
  echoic_sweep_clear(&sweep);
  return st;
}

static EchoicStatus
draw_roc(FILE* const stream, const EchoicScored* const t)
{
  const EchoicPlot plot = {"Found by false alarms (dots: automatic)",
                           "false alarms per hour",
                           "part found",
                           0.0,
                           5.0,
                           0.0,
                           1.0,
                           1.0,
                           0.2,
                           true};

  EchoicStatus st = ECHOIC_OK;
  echoic_plot_begin(stream, &plot);
  for (size_t i = 0U; !st && i < t->conditions.n; ++i) {
    st = draw_curve(stream, &plot, t, i);
  }
  echoic_plot_end(stream, t->conditions.at, t->conditions.n);
  return st;
}

static EchoicStatus
draw_histograms(FILE* const stream, const EchoicScored* const t)
{
  EchoicHit*    hits   = NULL;
  size_t        n_hits = 0U;
  EchoicStatus  st     = echoic_score_hits(&t->score, NULL, &hits, &n_hits);
  double* const values = (double*)malloc((n_hits + 1U) * sizeof(double));
  st                   = st || values ? st : ECHOIC_NO_MEMORY;
  if (!st) {
    const double edge = 1000.0 * t->task->episodes[0].tolerance_s;
    for (size_t i = 0U; i < n_hits; ++i) {
      values[i] = 1000.0 * hits[i].error_s;
    }
    echoic_plot_histogram(stream,
                          "Onset error of hits",
                          "detected minus annotated, ms",
                          values,
                          n_hits,
                          -edge,
                          edge,
                          40U);
    for (size_t i = 0U; i < n_hits; ++i) {
      values[i] = 1000.0 * (hits[i].found->decided_s - hits[i].ref_s);
    }
    const double longest =
      t->summary.latency_median_ms > 300.0 ? 3200.0 : 800.0;
    echoic_plot_histogram(stream,
                          "Time until it is known",
                          "decided after the annotated onset, ms",
                          values,
                          n_hits,
                          0.0,
                          longest,
                          40U);
  }

  free(hits);
  free(values);
  return st;
}

static EchoicStatus
draw_confusion(FILE* const               stream,
               const EchoicScored* const t,
               const char* const         condition)
{
  EchoicConfusion confusion = {{0U, NULL}, NULL};
  EchoicStatus    st = echoic_confusion(&t->score, condition, &confusion);
  if (st) {
    return st;
  }

  const size_t       n       = confusion.labels.n;
  const char** const rows    = (const char**)malloc((n + 1U) * sizeof(char*));
  const char** const columns = (const char**)malloc((n + 1U) * sizeof(char*));
  if (rows && columns) {
    if (n) {
      memcpy(rows, confusion.labels.at, n * sizeof(char*));
      memcpy(columns, confusion.labels.at, n * sizeof(char*));
    }
    rows[n]    = "nothing";
    columns[n] = "missed";
    echoic_plot_matrix(
      stream, condition, rows, n + 1U, columns, n + 1U, confusion.counts);
  } else {
    st = ECHOIC_NO_MEMORY;
  }

  free(rows);
  free(columns);
  echoic_confusion_clear(&confusion);
  return st;
}

static EchoicStatus
write_task(FILE* const stream, const EchoicScored* const t)
{
  fputs("<h2>", stream);
  echoic_html_text(stream, t->task->name);
  fputs("</h2>\n", stream);
  write_conditions(stream, t);
  fputs("<div class=\"figures\">\n", stream);
  EchoicStatus st = draw_roc(stream, t);
  st              = st ? st : draw_histograms(stream, t);
  fputs("</div>\n<h3>Confusion: rows were there, columns were detected</h3>\n"
        "<div class=\"figures\">\n",
        stream);
  for (size_t i = 0U; !st && i < t->conditions.n; ++i) {
    st = draw_confusion(stream, t, t->conditions.at[i]);
  }
  fputs("</div>\n", stream);
  return st;
}

EchoicStatus
echoic_eval_write_html(FILE* const                   stream,
                       const EchoicEvaluation* const evaluation)
{
  echoic_html_begin(stream, "Echoic: evaluation");
  fprintf(
    stream,
    "<h1>How well taught sounds are found</h1>\n<p>Each sound was taught "
    "by at most %g example%s%s%s, then searched in recordings that were "
    "annotated by others. A hit is a detection whose onset is within the "
    "task's tolerance of an annotation. Macro F1 is the mean over sounds, "
    "then over conditions; <i>best thresholds</i> are those that would "
    "have given each sound the highest F1, chosen in hindsight, the automatic "
    "one among them. Curves show the score alone; the automatic threshold also "
    "lets what is known by its attack or waveform pass below it.</p>\n",
    evaluation->k,
    evaluation->k > 1.0 ? "s" : "",
    evaluation->options->loose_s >= 0.0 ? ", loosely marked" : "",
    evaluation->options->is_alone ? ", each by itself" : "");
  write_overview(stream, evaluation);
  EchoicStatus st = ECHOIC_OK;
  for (size_t i = 0U; !st && i < evaluation->bench->n_tasks; ++i) {
    st = write_task(stream, &evaluation->tasks[i]);
  }

  echoic_html_end(stream);
  return st;
}
