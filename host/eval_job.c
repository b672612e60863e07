// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/eval_job.h"

#include "dsp/model.h"
#include "dsp/teach.h"
#include "host/audio.h"
#include "host/detect.h"
#include "host/lessons.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static EchoicStatus
no_memory(EchoicError* const error)
{
  return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
}

static bool
is_example_of(const EchoicBenchExample* const example,
              const EchoicEvalJob* const      job)
{
  return !strcmp(example->set, job->set) &&
         (!job->label || !strcmp(example->occurrence.label, job->label));
}

/// Return what a mark is too wide on one side: any share of the most, but
/// always the same for the same one
static double
too_wide_s(const EchoicEvalJob* const job, const size_t example, const int side)
{
  uint64_t state = (2U * (uint64_t)example) + (uint64_t)side + 1U;
  for (int i = 0; i < 4; ++i) {
    state = (state * 6364136223846793005U) + 1442695040888963407U;
    state ^= state >> 29U;
  }

  return job->loose_s * (double)(state >> 32U) / 4294967296.0;
}

/// Mark an example, as exactly as is asked for
static EchoicMarked
mark_example(const EchoicEvalJob* const job, const size_t index)
{
  const EchoicOccurrence* const o      = &job->task->examples[index].occurrence;
  EchoicMarked                  marked = {.kind    = ECHOIC_MARK_EXAMPLE,
                                          .sound   = o->label,
                                          .start_s = o->onset_s,
                                          .end_s   = o->offset_s,
                                          .exact   = true};
  if (job->loose_s >= 0.0) {
    marked.exact   = false;
    marked.start_s = fmax(o->onset_s - too_wide_s(job, index, 0), 0.0);
    marked.end_s   = o->offset_s + too_wide_s(job, index, 1);
  }

  return marked;
}

/// Add the examples that are in one file, given by the first of them
static EchoicStatus
add_file(const EchoicEvalJob* const job,
         const size_t               first,
         EchoicMarked* const        marked,
         EchoicModel* const         model,
         EchoicError* const         error)
{
  const EchoicBenchExample* const examples = job->task->examples;
  const char* const               file     = examples[first].occurrence.file;
  uint32_t                        n        = 0U;
  for (size_t i = first; i < job->task->n_examples; ++i) {
    if (is_example_of(&examples[i], job) &&
        !strcmp(examples[i].occurrence.file, file)) {
      marked[n++] = mark_example(job, i);
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
is_first_of_file(const EchoicEvalJob* const job, const size_t index)
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
teach(const EchoicEvalJob* const job,
      EchoicModel* const         model,
      EchoicError* const         error)
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

bool
echoic_detections_add(EchoicDetections* const      list,
                      const EchoicDetection* const detection)
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
      if (!strcmp(episode->labels[l], name) &&
          !echoic_detections_add(list, &detection)) {
        return no_memory(error);
      }
    }
  }

  return ECHOIC_OK;
}

static EchoicStatus
detect(const EchoicEvalJob* const job,
       EchoicModels* const        models,
       const EchoicEpisode* const episode,
       const float                sensitivity,
       EchoicDetections* const    list,
       EchoicError* const         error)
{
  const EchoicDetectOptions options = {.channel     = ECHOIC_CHANNEL_MIX,
                                       .sensitivity = sensitivity,
                                       .early       = job->is_early,
                                       .is_short    = job->is_short,
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

bool
echoic_eval_job_has(const EchoicEvalJob* const job,
                    const EchoicEpisode* const episode)
{
  bool found = !job->label;
  for (size_t i = 0U; i < episode->n_labels; ++i) {
    found = found || !strcmp(episode->labels[i], job->label);
  }

  return found && !strcmp(episode->example_set, job->set);
}

EchoicStatus
echoic_eval_job_run(EchoicEvalJob* const job, const bool is_sweep)
{
  EchoicError* const error = &job->error;
  EchoicModel* const model = echoic_model_copy(job->like);
  EchoicModels       models;
  EchoicStatus       st = model ? teach(job, model, error) : no_memory(error);
  echoic_models_init(&models, model);
  for (size_t i = 0U; !st && i < job->task->n_episodes; ++i) {
    const EchoicEpisode* const e = &job->task->episodes[i];
    if (echoic_eval_job_has(job, e)) {
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
