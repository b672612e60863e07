// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/eval_run.h"

#include "host/commands.h"
#include "host/eval_job.h"
#include "host/progress.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/// All jobs and the threads' place among them
typedef struct {
  const EchoicEvalOptions* options;
  size_t                   n_jobs;
  size_t                   capacity;
  EchoicEvalJob*           jobs; ///< [n_jobs]
  size_t                   next;
  bool                     has_failed;
  pthread_mutex_t          lock;
} Queue;

static EchoicStatus
no_memory(EchoicError* const error)
{
  return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
}

static void*
work(void* const context)
{
  Queue* const queue = (Queue*)context;
  for (;;) {
    pthread_mutex_lock(&queue->lock);
    const bool has_more = queue->next < queue->n_jobs && !queue->has_failed &&
                          !echoic_interrupted();
    EchoicEvalJob* const job = has_more ? &queue->jobs[queue->next++] : NULL;
    pthread_mutex_unlock(&queue->lock);
    if (!job) {
      return NULL;
    }

    if (echoic_eval_job_run(job, queue->options->is_sweep)) {
      pthread_mutex_lock(&queue->lock);
      queue->has_failed = true;
      pthread_mutex_unlock(&queue->lock);
    }
  }
}

static bool
add_job(Queue* const queue, const EchoicEvalJob job)
{
  for (size_t i = 0U; i < queue->n_jobs; ++i) {
    const EchoicEvalJob* const other = &queue->jobs[i];
    if (other->task == job.task && !strcmp(other->set, job.set) &&
        (!job.label || !strcmp(other->label, job.label))) {
      return true;
    }
  }

  if (queue->n_jobs == queue->capacity) {
    const size_t         capacity = (2U * queue->capacity) + 16U;
    EchoicEvalJob* const more =
      (EchoicEvalJob*)realloc(queue->jobs, capacity * sizeof(EchoicEvalJob));
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
      const EchoicEvalJob job = {
        .task     = task,
        .i_task   = i_task,
        .set      = e->example_set,
        .label    = queue->options->is_alone ? e->labels[l] : NULL,
        .is_early = queue->options->is_early,
        .is_short = queue->options->is_short,
        .loose_s  = queue->options->loose_s,
        .like     = queue->options->like};
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
    const EchoicEvalJob* const job = &queue->jobs[j];
    for (size_t i = 0U; i < job->task->n_episodes; ++i) {
      const EchoicEpisode* const e = &job->task->episodes[i];
      n += echoic_eval_job_has(job, e);
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
    if (!echoic_detections_add(to, &from->at[i])) {
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
    const EchoicEvalJob* const job    = &queue->jobs[j];
    EchoicEvalResult* const    result = &results[job->i_task];
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
