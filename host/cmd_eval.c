// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/commands.h"
#include "host/eval_out.h"
#include "host/files.h"
#include "host/memory_choice.h"
#include "host/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char* const usage =
  "Usage: echoic eval BENCH_DIR [OPTION]...\n\n"
  "Measure detection: teach every label of an example set, find it in the "
  "test\n"
  "files, and only then compare with the annotations.  BENCH_DIR holds\n"
  "audio/, examples.csv, episodes.csv and annotations.csv, or directories "
  "that\n"
  "do: the tasks.\n\n"
  "  -k, --k K           teach the first K examples of each label (default "
  "5)\n"
  "      --task NAME     only this task (may be given several times)\n"
  "      --alone         teach each label by itself\n"
  "      --loose S       mark examples up to S seconds too wide, 0 to 0.5, as "
  "by\n"
  "                      hand, and find the sounds inside, as teach does "
  "(without\n"
  "                      it all that is marked is the sound)\n"
  "      --early         decide at once, as when playing live\n"
  "      --short         percussive sounds, 5 to 12 ms after their onset\n"
  "      --graph G       what remembers: rotating (default), delay, onepole,\n"
  "                      transmamba, or a graph file from 30 numbers to 512\n"
  "  -j, --jobs N        models at once, 1 to 256 (default 1); the result is "
  "the\n"
  "                      same\n"
  "  -o, --output PRED   what was found as CSV: a file, or a directory for "
  "one\n"
  "                      file per task\n"
  "      --sweep ROC     thresholds and what they lead to as CSV; adds the F1 "
  "of\n"
  "                      the best thresholds in hindsight to the tables\n"
  "      --report HTML   a page with tables, curves and confusions\n"
  "      --json          figures as one JSON object\n"
  "      --help\n\n"
  "Exit status: 0 measured, 2 error.\n";

enum {
  opt_task = 256,
  opt_alone,
  opt_loose,
  opt_early,
  opt_short,
  opt_graph,
  opt_sweep,
  opt_report,
  opt_json,
  opt_help
};

static const struct option long_options[] = {
  {"k", required_argument, NULL, 'k'},
  {"jobs", required_argument, NULL, 'j'},
  {"output", required_argument, NULL, 'o'},
  {"task", required_argument, NULL, opt_task},
  {"alone", no_argument, NULL, opt_alone},
  {"loose", required_argument, NULL, opt_loose},
  {"early", no_argument, NULL, opt_early},
  {"short", no_argument, NULL, opt_short},
  {"graph", required_argument, NULL, opt_graph},
  {"sweep", required_argument, NULL, opt_sweep},
  {"report", required_argument, NULL, opt_report},
  {"json", no_argument, NULL, opt_json},
  {"help", no_argument, NULL, opt_help},
  {NULL, 0, NULL, 0},
};

/// What the command line says
typedef struct {
  const char*       dir;
  long              k;
  const char**      names; ///< [n_names] Tasks that are wanted
  size_t            n_names;
  const char*       output;
  const char*       sweep;
  const char*       report;
  const char*       graph;
  bool              is_json;
  bool              is_help;
  EchoicEvalOptions options;
} Request;

static bool
set_option(Request* const request, const int option, const char* const text)
{
  long n = 0;
  switch (option) {
  case 'k':
    return echoic_option_integer("k", text, 1, 1000000, &request->k);
  case 'j':
    if (!echoic_option_integer("jobs", text, 1, 256, &n)) {
      return false;
    }
    request->options.n_threads = (size_t)n;
    return true;
  case 'o':
    request->output = text;
    return true;
  case opt_task:
    request->names[request->n_names++] = text;
    return true;
  case opt_alone:
    request->options.is_alone = true;
    return true;
  case opt_loose:
    return echoic_option_number(
      "loose", text, 0.0, 0.5, &request->options.loose_s);
  case opt_early:
    request->options.is_early = true;
    return true;
  case opt_short:
    request->options.is_short = true;
    return true;
  case opt_graph:
    request->graph = text;
    return true;
  case opt_sweep:
    request->sweep            = text;
    request->options.is_sweep = true;
    return true;
  case opt_report:
    request->report           = text;
    request->options.is_sweep = true;
    return true;
  case opt_json:
    request->is_json = true;
    return true;
  default:
    request->is_help = true;
    return true;
  }
}

static bool
parse(const int argc, char** const argv, Request* const request)
{
  int option = 0;
  opterr     = 0;
  optind     = 0;
  while ((option = getopt_long(argc, argv, ":k:j:o:", long_options, NULL)) !=
         -1) {
    if (option == '?' || option == ':') {
      echoic_option_unknown(argv, option);
      return false;
    }
    if (!set_option(request, option, optarg)) {
      return false;
    }
  }

  if (!request->is_help && argc - optind != 1) {
    echoic_fail("eval: needs one directory: echoic eval BENCH_DIR; see "
                "'echoic help eval'");
    return false;
  }

  request->dir = argv[optind];
  echoic_note_early(request->options.is_early, request->options.is_short);
  return true;
}

/// A function that writes an evaluation in some form
typedef EchoicStatus (*Writer)(FILE*, const EchoicEvaluation*);

static EchoicStatus
write_file(const char* const             path,
           const EchoicEvaluation* const evaluation,
           const Writer                  writer,
           EchoicError* const            error)
{
  EchoicOutFile* const out = echoic_out_open(path, error);
  if (!out) {
    return error->status;
  }

  if (writer(echoic_out_stream(out), evaluation)) {
    echoic_out_abort(out);
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  return echoic_out_commit(out, error);
}

/// Write one file for each task
static EchoicStatus
write_found_apart(const char* const             dir,
                  const EchoicBench* const      bench,
                  const EchoicEvalResult* const results,
                  EchoicError* const            error)
{
  EchoicStatus st = ECHOIC_OK;
  for (size_t i = 0U; !st && i < bench->n_tasks; ++i) {
    char* path = NULL;
    if (asprintf(&path, "%s/%s.csv", dir, bench->tasks[i].name) < 0) {
      return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    }

    EchoicOutFile* const out = echoic_out_open(path, error);
    free(path);
    if (!out) {
      return error->status;
    }

    echoic_eval_write_found(
      echoic_out_stream(out), NULL, &results[i].found, true);
    st = echoic_out_commit(out, error);
  }

  return st;
}

static EchoicStatus
write_found(const char* const             path,
            const EchoicBench* const      bench,
            const EchoicEvalResult* const results,
            EchoicError* const            error)
{
  struct stat info = {0};
  if (!stat(path, &info) && S_ISDIR(info.st_mode)) {
    return write_found_apart(path, bench, results, error);
  }

  EchoicOutFile* const out = echoic_out_open(path, error);
  if (!out) {
    return error->status;
  }

  for (size_t i = 0U; i < bench->n_tasks; ++i) {
    echoic_eval_write_found(echoic_out_stream(out),
                            bench->is_single ? NULL : bench->tasks[i].name,
                            &results[i].found,
                            !i);
  }

  return echoic_out_commit(out, error);
}

static EchoicStatus
write_all(const Request* const          request,
          const EchoicEvaluation* const evaluation,
          EchoicError* const            error)
{
  EchoicStatus st = ECHOIC_OK;
  if (request->sweep) {
    st = write_file(request->sweep, evaluation, echoic_eval_write_sweep, error);
  }

  if (!st && request->report) {
    st = write_file(request->report, evaluation, echoic_eval_write_html, error);
  }

  const Writer writer =
    request->is_json ? echoic_eval_write_json : echoic_eval_write_text;
  if (!st && writer(stdout, evaluation)) {
    st = echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  return st;
}

/// Run all models, with the memory that is asked for
static EchoicStatus
run_models(const Request* const     request,
           const EchoicBench* const bench,
           EchoicEvalResult* const  results,
           EchoicError* const       error)
{
  EchoicEvalOptions  options = request->options;
  EchoicModel* const like    = echoic_model_new();
  options.like               = like;
  EchoicStatus st =
    like ? ECHOIC_OK : echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  if (!st && request->graph) {
    st = echoic_choose_memory(like, request->graph, error);
  }

  st = st ? st : echoic_eval_run(bench, &options, results, error);
  echoic_model_free(like);
  return st;
}

static EchoicStatus
evaluate(const Request* const     request,
         const EchoicBench* const bench,
         EchoicEvalResult* const  results,
         EchoicError* const       error)
{
  EchoicEvaluation evaluation = {0};
  EchoicStatus     st         = run_models(request, bench, results, error);
  if (!st && request->output) {
    st = write_found(request->output, bench, results, error);
  }

  if (st) {
    return st;
  }

  st = echoic_evaluate(
    bench, &request->options, results, (double)request->k, &evaluation, error);
  if (!st) {
    st = write_all(request, &evaluation, error);
  }

  echoic_evaluation_clear(&evaluation);
  return st;
}

/// Complain and return true if an output would replace a table of the benchmark
static bool
overwrites(const Request* const request, const EchoicBench* const bench)
{
  static const char* const tables[] = {
    "examples.csv", "episodes.csv", "annotations.csv"};

  bool is_read = false;
  for (size_t i = 0U; i < 3U * bench->n_tasks && !is_read; ++i) {
    char* path = NULL;
    if (asprintf(&path, "%s/%s", bench->tasks[i / 3U].dir, tables[i % 3U]) >=
        0) {
      is_read = echoic_output_is_read(request->output, path) ||
                echoic_output_is_read(request->sweep, path) ||
                echoic_output_is_read(request->report, path);
      free(path);
    }
  }

  return is_read;
}

static int
run(const Request* const request)
{
  EchoicBench  bench = {0};
  EchoicError  error = {ECHOIC_OK, ""};
  EchoicStatus st    = echoic_bench_read(request->dir,
                                      request->names,
                                      request->n_names,
                                      (double)request->k,
                                      &bench,
                                      &error);
  if (st) {
    return echoic_fail("%s", error.text);
  }

  if (overwrites(request, &bench)) {
    echoic_bench_clear(&bench);
    return ECHOIC_EXIT_ERROR;
  }

  EchoicEvalResult* const results =
    (EchoicEvalResult*)calloc(bench.n_tasks, sizeof(EchoicEvalResult));
  st = results ? evaluate(request, &bench, results, &error)
               : echoic_error(&error, ECHOIC_NO_MEMORY, "out of memory");
  for (size_t i = 0U; results && i < bench.n_tasks; ++i) {
    echoic_eval_result_clear(&results[i]);
  }

  free(results);
  echoic_bench_clear(&bench);
  return st ? echoic_fail("%s", error.text) : ECHOIC_EXIT_FOUND;
}

int
echoic_cmd_eval(int argc, char** argv)
{
  Request request = {.k = 5, .options = {.n_threads = 1U, .loose_s = -1.0}};
  request.names   = (const char**)calloc((size_t)argc, sizeof(char*));
  if (!request.names) {
    return echoic_fail("out of memory");
  }

  int status = ECHOIC_EXIT_ERROR;
  if (parse(argc, argv, &request)) {
    if (request.is_help) {
      fputs(usage, stdout);
      status = ECHOIC_EXIT_FOUND;
    } else {
      status = run(&request);
    }
  }

  free(request.names);
  return status;
}
