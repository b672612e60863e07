// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/detect_jobs.h"

#include "host/audio.h"
#include "host/commands.h"
#include "host/files.h"
#include "host/own_output.h"
#include "host/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/// What became of an input
typedef enum {
  RESULT_PENDING,
  RESULT_FOUND,
  RESULT_FAILED,
  RESULT_SKIPPED, ///< No recording, in a directory
  RESULT_KEPT,    ///< Its output is there
} ResultState;

typedef struct {
  ResultState    state;
  EchoicFindings findings;
  EchoicError    error;
} Result;

/// Work shared by the threads; `lock` guards all that changes
typedef struct {
  EchoicDetectJobs* jobs;
  EchoicModels      models;
  Result*           results; ///< [n_inputs]
  size_t            n_taken;
  pthread_mutex_t   lock;
  pthread_cond_t    is_done;

  // Only the main thread's
  EchoicEventsOut out;
  EchoicOutFile*  file;     ///< The one output of all, or null
  bool            is_begun; ///< It has its header
  bool            is_directory;
  size_t          n_kept;
  size_t          n_events;
  size_t          n_finished;
  size_t          n_failed;
} Work;

/* In a directory there may be anything: what can't be read is no recording,
   unless its name says so. */
static bool
is_skippable(const EchoicInput* const input, const EchoicError* const error)
{
  return input->directory && !echoic_is_audio_name(input->path) &&
         error->status == ECHOIC_BAD_FORMAT;
}

static void
detect_input(Work* const work, const size_t i)
{
  const EchoicInput* const    input  = &work->jobs->inputs->inputs[i];
  const EchoicClipsOut* const clips  = &work->jobs->clips;
  const EchoicDetectOptions*  asked  = &work->jobs->options;
  Result                      result = {0};
  if (echoic_interrupted()) {
    result.state = RESULT_FAILED;
  } else if (work->jobs->skips_existing &&
             echoic_own_output_is_new(work->jobs->output,
                                      input,
                                      work->jobs->format,
                                      work->jobs->model_path)) {
    result.state = RESULT_KEPT;
    echoic_progress_add(input->path, 1.0, 0.0);
  } else if (!echoic_detect_file(&work->models,
                                 input->path,
                                 asked,
                                 &result.findings,
                                 &result.error)) {
    result.state = RESULT_FOUND;
    if (clips->directory) {
      echoic_clips_write(clips, input, &result.findings, &result.error);
    }
  } else {
    result.state =
      is_skippable(input, &result.error) ? RESULT_SKIPPED : RESULT_FAILED;
  }

  pthread_mutex_lock(&work->lock);
  work->results[i] = result;
  pthread_cond_signal(&work->is_done);
  pthread_mutex_unlock(&work->lock);
}

static void*
run_thread(void* const argument)
{
  Work* const work = (Work*)argument;
  for (;;) {
    pthread_mutex_lock(&work->lock);
    const size_t i = work->n_taken;
    work->n_taken += i < work->jobs->inputs->n_inputs;
    pthread_mutex_unlock(&work->lock);
    if (i >= work->jobs->inputs->n_inputs) {
      return NULL;
    }
    detect_input(work, i);
  }
}

/// Write the header, once there is something to write at all
static void
begin_output(Work* const work)
{
  if (!work->is_begun) {
    work->is_begun = true;
    echoic_events_begin(&work->out);
  }
}

/// Write what was found where it belongs; false after a failure that was told
static bool
write_findings(Work* const                 work,
               const EchoicInput* const    input,
               const EchoicFindings* const findings)
{
  if (work->is_directory) {
    return echoic_own_output_write(
      work->jobs->output, input, findings, &work->out);
  }

  begin_output(work);
  if (echoic_events_write(&work->out, input->path, findings)) {
    echoic_fail("%s: out of memory", input->path);
    return false;
  }

  return true;
}

static void
write_result(Work* const work, const size_t i)
{
  const EchoicInput* const input  = &work->jobs->inputs->inputs[i];
  Result* const            result = &work->results[i];
  if (result->state == RESULT_FAILED) {
    ++work->n_failed;
    if (!echoic_interrupted()) {
      echoic_fail("%s", result->error.text);
    }
  } else if (result->state == RESULT_FOUND) {
    echoic_progress_clear();
    const bool has_clips =
      !result->error.status || !echoic_fail("%s", result->error.text);
    const bool is_for_again = !has_clips && work->jobs->skips_existing;
    if (!is_for_again && write_findings(work, input, &result->findings)) {
      work->n_events += result->findings.n_found;
      ++work->n_finished;
      work->n_failed += !has_clips;
    } else {
      ++work->n_failed;
    }
  }

  work->n_kept += result->state == RESULT_KEPT;
  echoic_findings_clear(&result->findings);
}

static void
write_results(Work* const work)
{
  for (size_t i = 0U; i < work->jobs->inputs->n_inputs; ++i) {
    pthread_mutex_lock(&work->lock);
    while (work->results[i].state == RESULT_PENDING) {
      pthread_cond_wait(&work->is_done, &work->lock);
    }
    pthread_mutex_unlock(&work->lock);
    write_result(work, i);
    if (work->out.stream == stdout) {
      fflush(stdout);
    }
  }
}

/// Run the threads; false if not one of them could be started
static bool
run_threads(Work* const work)
{
  const size_t     n_wanted = work->jobs->n_threads;
  size_t           n        = 0U;
  pthread_t* const threads  = (pthread_t*)calloc(n_wanted, sizeof(pthread_t));
  while (threads && n < n_wanted && n < work->jobs->inputs->n_inputs &&
         !pthread_create(&threads[n], NULL, run_thread, work)) {
    ++n;
  }

  if (n) {
    write_results(work);
  }

  for (size_t i = 0U; i < n; ++i) {
    pthread_join(threads[i], NULL);
  }

  free(threads);
  return n || !work->jobs->inputs->n_inputs;
}

static bool
check_outputs(const EchoicDetectJobs* const jobs, const bool is_directory)
{
  const EchoicInputs* const inputs = jobs->inputs;
  if (!is_directory && inputs->n_inputs > 1U &&
      !echoic_format_holds_many(jobs->format)) {
    echoic_fail("--format %s: holds one recording, and there are %zu; give an "
                "existing directory with -o DIR for one file each, or --format "
                "csv",
                echoic_format_names[jobs->format],
                inputs->n_inputs);
    return false;
  }

  if (!is_directory && jobs->skips_existing) {
    echoic_fail("--skip-existing: there is one output for all recordings; give "
                "an existing directory with -o DIR for one file each");
    return false;
  }

  for (size_t i = 0U; i < inputs->n_inputs; ++i) {
    const char* const path = inputs->inputs[i].path;
    if (jobs->output && echoic_same_file(jobs->output, path)) {
      echoic_fail("%s: is the input; give another output with -o", path);
      return false;
    }
    if (jobs->clips.directory && (!strcmp(path, "-") || echoic_is_pipe(path))) {
      echoic_fail("--clips: %s can't be read twice; give a file",
                  strcmp(path, "-") ? path : "standard input");
      return false;
    }
  }

  return true;
}

/// Open the one output, unless every recording gets its own
static bool
open_output(Work* const work)
{
  EchoicDetectJobs* const jobs  = work->jobs;
  struct stat             st    = {0};
  EchoicError             error = {ECHOIC_OK, ""};
  work->is_directory =
    jobs->output && !stat(jobs->output, &st) && S_ISDIR(st.st_mode);
  if (!check_outputs(jobs, work->is_directory)) {
    return false;
  }

  if (jobs->clips.directory &&
      !echoic_clips_begin(jobs->clips.directory, &error)) {
    echoic_fail("%s", error.text);
    return false;
  }

  work->out.format       = jobs->format;
  work->out.model        = jobs->model;
  work->out.has_channels = jobs->options.channel == ECHOIC_CHANNEL_EACH;
  work->out.tempo_bpm    = jobs->tempo_bpm;
  if (!work->is_directory) {
    work->file = echoic_out_open(jobs->output, &error);
    if (!work->file) {
      echoic_fail("%s", error.text);
      return false;
    }
    work->out.stream = echoic_out_stream(work->file);
  }

  return true;
}

/// Complain of every directory in which nothing was a recording
static void
tell_empty(Work* const work)
{
  const EchoicInputs* const inputs = work->jobs->inputs;
  for (size_t i = 0U; i < inputs->n_inputs;) {
    const char* const directory = inputs->inputs[i].directory;
    bool              is_empty  = directory;
    do {
      is_empty = is_empty && work->results[i].state == RESULT_SKIPPED;
    } while (++i < inputs->n_inputs &&
             inputs->inputs[i].directory == directory);
    if (is_empty) {
      echoic_inputs_none(directory);
      ++work->n_failed;
    }
  }
}

/// Complete the output and return the exit status
static int
close_output(Work* const work)
{
  EchoicError error    = {ECHOIC_OK, ""};
  const bool  is_wrong = work->n_failed > 0U || echoic_interrupted();
  if (work->file && is_wrong && !work->n_finished) {
    echoic_out_abort(work->file); // Nothing came of it: no empty file
  } else if (work->file) {
    begin_output(work);
    if (echoic_out_commit(work->file, &error)) {
      return echoic_fail("%s", error.text);
    }
  }

  if (work->n_kept) {
    fprintf(stderr,
            "echoic: note: %zu of %zu recordings are up to date and left out: "
            "their outputs are newer than they and the model\n",
            work->n_kept,
            work->jobs->inputs->n_inputs);
  }

  if (echoic_interrupted()) {
    return echoic_fail("interrupted; %zu of %zu recordings are finished",
                       work->n_finished + work->n_kept,
                       work->jobs->inputs->n_inputs);
  }

  if (work->n_failed) {
    return ECHOIC_EXIT_ERROR;
  }

  const bool is_up_to_date = work->n_kept && !work->n_finished;
  return work->n_events || is_up_to_date ? ECHOIC_EXIT_FOUND : ECHOIC_EXIT_NONE;
}

int
echoic_detect_run(EchoicDetectJobs* const jobs)
{
  Work work                = {0};
  jobs->clips.model        = jobs->model;
  jobs->clips.raw          = jobs->options.raw;
  jobs->clips.has_channels = jobs->options.channel == ECHOIC_CHANNEL_EACH;
  work.jobs                = jobs;
  work.results = (Result*)calloc(jobs->inputs->n_inputs + 1U, sizeof(Result));
  if (!work.results) {
    return echoic_fail("out of memory; give fewer files");
  }

  if (!open_output(&work)) {
    free(work.results);
    return ECHOIC_EXIT_ERROR;
  }

  echoic_models_init(&work.models, jobs->model);
  pthread_mutex_init(&work.lock, NULL);
  pthread_cond_init(&work.is_done, NULL);
  if (!run_threads(&work)) {
    ++work.n_failed;
    echoic_fail("out of memory or threads; close other programs");
  }

  pthread_cond_destroy(&work.is_done);
  pthread_mutex_destroy(&work.lock);
  echoic_models_clear(&work.models);
  if (!echoic_interrupted()) {
    tell_empty(&work);
  }

  free(work.results);
  return close_output(&work);
}
