// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/eval_run.h"

#include "dsp/model.h"
#include "dsp/teach.h"
#include "host/audio.h"
#include "host/commands.h"
#include "host/detect.h"
#include "host/lessons.h"
#include "host/progress.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// One model: to be taught, and to be used in the episodes of its set
typedef struct {
  const EchoicBenchTask* task;
  size_t                 i_task;
  const char*            set;
  const char*            label; ///< Null for all of the set
  EchoicEvalResult       result;
  EchoicError            error;
} Job;

/// All jobs and the threads' place among them
typedef struct {
  const EchoicEvalOptions* options;
  size_t                   n_jobs;
  size_t                   capacity;
  Job*                     jobs; ///< [n_jobs]
  size_t                   next;
  bool                     has_failed;
  pthread_mutex_t          lock;
} Queue;

static EchoicStatus
no_memory(EchoicError* const error)
{
  return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
}

static bool
is_example_of(const EchoicBenchExample* const example, const Job* const job)
{
  return !strcmp(example->set, job->set) &&
         (!job->label || !strcmp(example->occurrence.label, job->label));
}

/// Add the examples that are in one file, given by the first of them
static EchoicStatus
add_file(const Job* const    job,
         const size_t        first,
         EchoicMarked* const marked,
         EchoicModel* const  model,
         EchoicError* const  error)
{
  const EchoicBenchExample* const examples = job->task->examples;
  const char* const               file     = examples[first].occurrence.file;
  uint32_t                        n        = 0U;
  for (size_t i = first; i < job->task->n_examples; ++i) {
    const EchoicOccurrence* const o = &examples[i].occurrence;
    if (is_example_of(&examples[i], job) && !strcmp(o->file, file)) {
      marked[n++] = (EchoicMarked){.kind    = ECHOIC_MARK_EXAMPLE,
                                   .sound   = o->label,
                                   .start_s = o->onset_s,
                                   .end_s   = o->offset_s,
                                   .exact   = true};
    }
  }

  char* const        path = echoic_bench_audio(job->task, file);
  const EchoicStatus st =
    path ? echoic_lessons_add(
             model, path, NULL, ECHOIC_CHANNEL_MIX, marked, n, error)
         : no_memory(error);
  free(path);
  return st;
}

static bool
is_first_of_file(const Job* const job, const size_t index)
{
  const EchoicBenchExample* const examples = job->task->examples;
  for (size_t i = 0U; i < index; ++i) {
    if (is_example_of(&examples[i], job) &&
        !strcmp(examples[i].occurrence.file, examples[index].occurrence.file)) {
      return false;
    }
  }

  return is_example_of(&examples[index], job);
}

static EchoicStatus
teach(const Job* const job, EchoicModel* const model, EchoicError* const error)
{
  const size_t        n_examples = job->task->n_examples;
  EchoicStatus        st         = ECHOIC_OK;
  EchoicMarked* const marked =
    (EchoicMarked*)calloc(n_examples, sizeof(EchoicMarked));
  if (!marked) {
    return no_memory(error);
  }

  echoic_model_begin(model);
  for (size_t i = 0U; !st && i < n_examples; ++i) {
    if (is_first_of_file(job, i)) {
      st = add_file(job, i, marked, model, error);
    }
  }

  free(marked);
  return st ? st : echoic_teach(model, ECHOIC_N_BANDS, error);
}

static bool
keep(EchoicDetections* const list, const EchoicDetection* const detection)
{
  if (list->n == list->capacity) {
    const size_t           capacity = (2U * list->capacity) + 64U;
    EchoicDetection* const more =
      (EchoicDetection*)realloc(list->at, capacity * sizeof(EchoicDetection));
    if (!more) {
      return false;
    }
    list->at       = more;
    list->capacity = capacity;
  }

  list->at[list->n++] = *detection;
  return true;
}

/// What a reader of the written microseconds would read
static double
as_written(const double time_s)
{
  char text[64];
  snprintf(text, sizeof(text), "%.6f", time_s);
  return strtod(text, NULL);
}

static EchoicStatus
keep_findings(const EchoicFindings* const findings,
              const EchoicModel* const    model,
              const EchoicEpisode* const  episode,
              EchoicDetections* const     list,
              EchoicError* const          error)
{
  for (size_t i = 0U; i < findings->n_found; ++i) {
    const EchoicEvent* const e    = &findings->found[i].event;
    const char* const        name = model->sounds[e->sound].name;
    for (size_t l = 0U; l < episode->n_labels; ++l) {
      const EchoicDetection detection = {
        episode->test_file,
        episode->labels[l],
        as_written((double)e->onset / findings->rate_hz),
        as_written((double)e->end / findings->rate_hz),
        (double)e->decided / findings->rate_hz,
        (double)e->score};
      if (!strcmp(episode->labels[l], name) && !keep(list, &detection)) {
        return no_memory(error);
      }
    }
  }

  return ECHOIC_OK;
}

static EchoicStatus
detect(const Job* const           job,
       EchoicModels* const        models,
       const EchoicEpisode* const episode,
       const float                sensitivity,
       EchoicDetections* const    list,
       EchoicError* const         error)
{
  const EchoicDetectOptions options = {.channel     = ECHOIC_CHANNEL_MIX,
                                       .sensitivity = sensitivity,
                                       .min_score   = -HUGE_VAL,
                                       .merge_gap_s = -1.0};

  EchoicFindings findings = {0};
  char* const    path     = echoic_bench_audio(job->task, episode->test_file);
  EchoicStatus   st =
    path ? echoic_detect_file(models, path, &options, &findings, error)
           : no_memory(error);
  if (!st) {
    st = keep_findings(&findings, models->model, episode, list, error);
  }

  echoic_findings_clear(&findings);
  free(path);
  return st;
}

static bool
has_label(const EchoicEpisode* const episode, const char* const label)
{
  bool found = !label;
  for (size_t i = 0U; i < episode->n_labels; ++i) {
    found = found || !strcmp(episode->labels[i], label);
  }

  return found;
}

static EchoicStatus
run_job(Job* const job, const bool is_sweep)
{
  EchoicError* const error = &job->error;
  EchoicModel* const model = echoic_model_new();
  EchoicModels       models;
  EchoicStatus       st = model ? teach(job, model, error) : no_memory(error);
  echoic_models_init(&models, model);
  for (size_t i = 0U; !st && i < job->task->n_episodes; ++i) {
    const EchoicEpisode* const e = &job->task->episodes[i];
    if (!strcmp(e->example_set, job->set) && has_label(e, job->label)) {
      st = detect(job, &models, e, 0.0F, &job->result.found, error);
      if (!st && is_sweep) {
        st = detect(job, &models, e, 1.0F, &job->result.candidates, error);
      }
    }
  }

  echoic_models_clear(&models);
  echoic_model_free(model);
  return st;
}

static void*
work(void* const context)
{
  Queue* const queue = (Queue*)context;
  for (;;) {
    pthread_mutex_lock(&queue->lock);
    const bool has_more = queue->next < queue->n_jobs && !queue->has_failed &&
                          !echoic_interrupted();
    Job* const job = has_more ? &queue->jobs[queue->next++] : NULL;
    pthread_mutex_unlock(&queue->lock);
    if (!job) {
      return NULL;
    }

    if (run_job(job, queue->options->is_sweep)) {
      pthread_mutex_lock(&queue->lock);
      queue->has_failed = true;
      pthread_mutex_unlock(&queue->lock);
    }
  }
}

static bool
add_job(Queue* const queue, const Job job)
{
  for (size_t i = 0U; i < queue->n_jobs; ++i) {
    const Job* const other = &queue->jobs[i];
    if (other->task == job.task && !strcmp(other->set, job.set) &&
        (!job.label || !strcmp(other->label, job.label))) {
      return true;
    }
  }

  if (queue->n_jobs == queue->capacity) {
    const size_t capacity = (2U * queue->capacity) + 16U;
    Job* const   more     = (Job*)realloc(queue->jobs, capacity * sizeof(Job));
    if (!more) {
      return false;
    }
    queue->jobs     = more;
    queue->capacity = capacity;
  }

  queue->jobs[queue->n_jobs++] = job;
  return true;
}

/// Add the models that a task needs, in order of its episodes
static EchoicStatus
add_jobs(Queue* const             queue,
         const EchoicBench* const bench,
         const size_t             i_task,
         EchoicError* const       error)
{
  const EchoicBenchTask* const task = &bench->tasks[i_task];
  for (size_t i = 0U; i < task->n_episodes; ++i) {
    const EchoicEpisode* const e = &task->episodes[i];
    const size_t n_models        = queue->options->is_alone ? e->n_labels : 1U;
    for (size_t l = 0U; l < n_models; ++l) {
      const Job job = {.task   = task,
                       .i_task = i_task,
                       .set    = e->example_set,
                       .label = queue->options->is_alone ? e->labels[l] : NULL};
      if (!add_job(queue, job)) {
        return no_memory(error);
      }
    }
  }

  return ECHOIC_OK;
}

static size_t
count_files(const Queue* const queue)
{
  size_t n = 0U;
  for (size_t j = 0U; j < queue->n_jobs; ++j) {
    const Job* const job = &queue->jobs[j];
    for (size_t i = 0U; i < job->task->n_episodes; ++i) {
      const EchoicEpisode* const e = &job->task->episodes[i];
      n += !strcmp(e->example_set, job->set) && has_label(e, job->label);
    }
  }

  return queue->options->is_sweep ? 2U * n : n;
}

static void
run_queue(Queue* const queue)
{
  pthread_t threads[256];
  size_t    n_threads = 0U;
  size_t    n_wanted  = queue->options->n_threads;
  n_wanted            = n_wanted < queue->n_jobs ? n_wanted : queue->n_jobs;
  n_wanted            = n_wanted < 256U ? n_wanted : 256U;
  echoic_progress_start(count_files(queue), false);
  while (n_threads + 1U < n_wanted &&
         !pthread_create(&threads[n_threads], NULL, work, queue)) {
    ++n_threads;
  }

  work(queue);
  for (size_t i = 0U; i < n_threads; ++i) {
    pthread_join(threads[i], NULL);
  }
  echoic_progress_stop();
}

static EchoicStatus
append(EchoicDetections* const to, const EchoicDetections* const from)
{
  for (size_t i = 0U; i < from->n; ++i) {
    if (!keep(to, &from->at[i])) {
      return ECHOIC_NO_MEMORY;
    }
  }

  return ECHOIC_OK;
}

static EchoicStatus
collect(const Queue* const      queue,
        EchoicEvalResult* const results,
        EchoicError* const      error)
{
  for (size_t j = 0U; j < queue->n_jobs; ++j) {
    const Job* const        job    = &queue->jobs[j];
    EchoicEvalResult* const result = &results[job->i_task];
    if (job->error.status) {
      *error = job->error;
      return error->status;
    }
    if (append(&result->found, &job->result.found) ||
        append(&result->candidates, &job->result.candidates)) {
      return no_memory(error);
    }
  }

  if (echoic_interrupted()) {
    return echoic_error(error, ECHOIC_BAD_ARG, "interrupted");
  }

  return ECHOIC_OK;
}

EchoicStatus
echoic_eval_run(const EchoicBench* const       bench,
                const EchoicEvalOptions* const options,
                EchoicEvalResult* const        results,
                EchoicError* const             error)
{
  Queue        queue = {.options = options};
  EchoicStatus st    = ECHOIC_OK;
  memset(results, 0, bench->n_tasks * sizeof(EchoicEvalResult));
  pthread_mutex_init(&queue.lock, NULL);
  for (size_t i = 0U; !st && i < bench->n_tasks; ++i) {
    st = add_jobs(&queue, bench, i, error);
  }

  if (!st) {
    run_queue(&queue);
    st = collect(&queue, results, error);
  }

  for (size_t i = 0U; i < queue.n_jobs; ++i) {
    echoic_eval_result_clear(&queue.jobs[i].result);
  }

  free(queue.jobs);
  pthread_mutex_destroy(&queue.lock);
  return st;
}

void
echoic_eval_result_clear(EchoicEvalResult* const result)
{
  free(result->found.at);
  free(result->candidates.at);
  *result = (EchoicEvalResult){0};
}
