// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/bench_task.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double max_time_s = 1e7;

static EchoicStatus
no_memory(EchoicError* const error)
{
  return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
}

static char*
join(const char* const dir, const char* const middle, const char* const file)
{
  char* path = NULL;
  return asprintf(&path, "%s/%s%s", dir, middle, file) < 0 ? NULL : path;
}

char*
echoic_bench_audio(const EchoicBenchTask* const task, const char* const file)
{
  return join(task->dir, "audio/", file);
}

static EchoicStatus
read_csv(const char* const  dir,
         const char* const  file,
         EchoicCsv* const   csv,
         EchoicError* const error)
{
  char* const        path = join(dir, "", file);
  const EchoicStatus st =
    path ? echoic_csv_read(path, csv, error) : no_memory(error);
  free(path);
  return st;
}

/// Columns of examples.csv and annotations.csv
typedef struct {
  size_t file;
  size_t onset;
  size_t offset;
  size_t label;
} Columns;

static EchoicStatus
find_columns(const EchoicCsv* const csv,
             Columns* const         columns,
             EchoicError* const     error)
{
  EchoicStatus st = ECHOIC_OK;
  if ((st = echoic_csv_column(csv, "file", &columns->file, error)) ||
      (st = echoic_csv_column(csv, "onset_s", &columns->onset, error)) ||
      (st = echoic_csv_column(csv, "offset_s", &columns->offset, error))) {
    return st;
  }

  return echoic_csv_column(csv, "label", &columns->label, error);
}

static EchoicStatus
read_occurrence(const EchoicCsv* const  csv,
                const size_t            row,
                const Columns* const    columns,
                EchoicOccurrence* const occurrence,
                EchoicError* const      error)
{
  double* const onset  = &occurrence->onset_s;
  double* const offset = &occurrence->offset_s;
  EchoicStatus  st =
    echoic_csv_number(csv, row, columns->onset, 0.0, max_time_s, onset, error);
  if (st || (st = echoic_csv_number(
               csv, row, columns->offset, *onset, max_time_s, offset, error))) {
    return st;
  }

  occurrence->file  = echoic_csv_text(csv, row, columns->file);
  occurrence->label = echoic_csv_text(csv, row, columns->label);
  return ECHOIC_OK;
}

EchoicStatus
echoic_bench_annotations(const EchoicBenchTask* const task,
                         EchoicOccurrences* const     annotations,
                         EchoicError* const           error)
{
  EchoicOccurrences result  = {0};
  Columns           columns = {0};
  EchoicStatus st = read_csv(task->dir, "annotations.csv", &result.csv, error);
  if (st || (st = find_columns(&result.csv, &columns, error))) {
    echoic_csv_clear(&result.csv);
    return st;
  }

  const size_t n = result.csv.n_rows;
  result.at      = (EchoicOccurrence*)calloc(n + 1U, sizeof(EchoicOccurrence));
  if (!result.at) {
    echoic_occurrences_clear(&result);
    return no_memory(error);
  }

  for (; !st && result.n < n; ++result.n) {
    st = read_occurrence(
      &result.csv, result.n, &columns, &result.at[result.n], error);
  }

  if (st) {
    echoic_occurrences_clear(&result);
    return st;
  }

  *annotations = result;
  return ECHOIC_OK;
}

void
echoic_occurrences_clear(EchoicOccurrences* const annotations)
{
  free(annotations->at);
  echoic_csv_clear(&annotations->csv);
  *annotations = (EchoicOccurrences){0};
}

static EchoicStatus
read_examples(EchoicBenchTask* const task,
              const double           max_k,
              EchoicError* const     error)
{
  EchoicCsv* const csv        = &task->example_csv;
  Columns          columns    = {0};
  size_t           set_column = 0U;
  size_t           k_column   = 0U;
  EchoicStatus     st         = read_csv(task->dir, "examples.csv", csv, error);
  if (st || (st = find_columns(csv, &columns, error)) ||
      (st = echoic_csv_column(csv, "set", &set_column, error)) ||
      (st = echoic_csv_column(csv, "k", &k_column, error))) {
    return st;
  }

  task->examples =
    (EchoicBenchExample*)calloc(csv->n_rows + 1U, sizeof(EchoicBenchExample));
  if (!task->examples) {
    return no_memory(error);
  }

  for (size_t row = 0U; !st && row < csv->n_rows; ++row) {
    EchoicBenchExample example = {.set = echoic_csv_text(csv, row, set_column)};
    st = echoic_csv_number(csv, row, k_column, 1.0, 1e6, &example.k, error);
    if (!st && example.k <= max_k &&
        !(st =
            read_occurrence(csv, row, &columns, &example.occurrence, error))) {
      task->examples[task->n_examples++] = example;
    }
  }

  return st;
}

/// Split a field at its spaces
static EchoicStatus
read_labels(EchoicEpisode* const episode,
            const char* const    field,
            EchoicError* const   error)
{
  episode->text   = strdup(field);
  episode->labels = (const char**)calloc(strlen(field) + 1U, sizeof(char*));
  if (!episode->text || !episode->labels) {
    return no_memory(error);
  }

  char* rest = NULL;
  for (char* word = strtok_r(episode->text, " \t", &rest); word;
       word       = strtok_r(NULL, " \t", &rest)) {
    episode->labels[episode->n_labels++] = word;
  }

  return ECHOIC_OK;
}

static bool
has_example(const EchoicBenchTask* const task,
            const EchoicEpisode* const   e,
            const char* const            label)
{
  for (size_t i = 0U; i < task->n_examples; ++i) {
    const EchoicBenchExample* const example = &task->examples[i];
    if (!strcmp(example->set, e->example_set) &&
        !strcmp(example->occurrence.label, label)) {
      return true;
    }
  }

  return false;
}

static EchoicStatus
check_episode(const EchoicBenchTask* const task,
              const size_t                 row,
              EchoicError* const           error)
{
  const EchoicCsv* const     csv     = &task->episode_csv;
  const EchoicEpisode* const episode = &task->episodes[row];
  const unsigned             line    = csv->lines[row + 1U];
  if (!episode->n_labels) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "%s:%u: names no label; give one at least",
                        csv->path,
                        line);
  }

  for (size_t i = 0U; i < episode->n_labels; ++i) {
    if (!has_example(task, episode, episode->labels[i])) {
      return echoic_error(error,
                          ECHOIC_NOT_FOUND,
                          "%s:%u: label '%s' has no example in set '%s' of %s",
                          csv->path,
                          line,
                          episode->labels[i],
                          episode->example_set,
                          task->example_csv.path);
    }
  }

  return ECHOIC_OK;
}

static EchoicStatus
read_episode(EchoicBenchTask* const task,
             const size_t           row,
             const size_t* const    columns,
             EchoicError* const     error)
{
  const EchoicCsv* const csv = &task->episode_csv;
  EchoicEpisode* const   e   = &task->episodes[row];
  e->test_file               = echoic_csv_text(csv, row, columns[0]);
  e->example_set             = echoic_csv_text(csv, row, columns[1]);
  e->condition               = echoic_csv_text(csv, row, columns[3]);
  EchoicStatus st            = ECHOIC_OK;
  if ((st = read_labels(e, echoic_csv_text(csv, row, columns[2]), error)) ||
      (st = echoic_csv_number(
         csv, row, columns[4], 0.0, 3600.0, &e->tolerance_s, error)) ||
      (st = echoic_csv_number(
         csv, row, columns[5], 0.0, max_time_s, &e->duration_s, error))) {
    return st;
  }

  return check_episode(task, row, error);
}

static EchoicStatus
read_episodes(EchoicBenchTask* const task, EchoicError* const error)
{
  static const char* const names[] = {
    "test_file", "example_set", "labels", "condition", "tol_s", "dur_s"};

  size_t           columns[6] = {0};
  EchoicCsv* const csv        = &task->episode_csv;
  EchoicStatus     st         = read_csv(task->dir, "episodes.csv", csv, error);
  for (size_t i = 0U; !st && i < 6U; ++i) {
    st = echoic_csv_column(csv, names[i], &columns[i], error);
  }

  if (st) {
    return st;
  }

  task->episodes =
    (EchoicEpisode*)calloc(csv->n_rows + 1U, sizeof(EchoicEpisode));
  st = task->episodes ? ECHOIC_OK : no_memory(error);
  for (; !st && task->n_episodes < csv->n_rows; ++task->n_episodes) {
    st = read_episode(task, task->n_episodes, columns, error);
  }

  if (!st && !task->n_episodes) {
    st =
      echoic_error(error, ECHOIC_BAD_FORMAT, "%s: holds no episode", csv->path);
  }

  return st;
}

void
echoic_bench_task_clear(EchoicBenchTask* const task)
{
  for (size_t i = 0U; task->episodes && i < task->episode_csv.n_rows; ++i) {
    free(task->episodes[i].text);
    free(task->episodes[i].labels);
  }

  free(task->dir);
  free(task->examples);
  free(task->episodes);
  echoic_csv_clear(&task->example_csv);
  echoic_csv_clear(&task->episode_csv);
  *task = (EchoicBenchTask){0};
}

EchoicStatus
echoic_bench_task_read(const char* const      dir,
                       const double           max_k,
                       EchoicBenchTask* const task,
                       EchoicError* const     error)
{
  *task = (EchoicBenchTask){.dir = strdup(dir)};
  if (!task->dir) {
    return no_memory(error);
  }

  size_t n = strlen(task->dir);
  while (n > 1U && task->dir[n - 1U] == '/') {
    task->dir[--n] = '\0';
  }

  const char* const slash = strrchr(task->dir, '/');
  task->name              = slash && slash[1] ? slash + 1 : task->dir;
  EchoicStatus st         = ECHOIC_OK;
  if ((st = read_examples(task, max_k, error)) ||
      (st = read_episodes(task, error))) {
    echoic_bench_task_clear(task);
  }

  return st;
}
