// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/audio.h"
#include "host/commands.h"
#include "host/detect_jobs.h"
#include "host/files.h"
#include "host/options.h"
#include "host/progress.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char* const usage =
  "Usage: echoic detect MODEL FILE... [OPTION]...\n\n"
  "Find the sounds that MODEL was taught in recordings.  FILE is any format "
  "of\n"
  "libsndfile, or - for standard input.\n\n"
  "  -f, --format FORMAT    audacity: label track; csv; jsonl; raven:\n"
  "                         selection table; midi: drum notes (default: as "
  "the\n"
  "                         suffix of OUT is .csv, .jsonl, .selections.txt or\n"
  "                         .mid, else audacity)\n"
  "  -o, --output OUT       file, or directory for one output per recording\n"
  "  -r, --recursive        all recordings in directories\n"
  "      --skip-existing    with -o DIR: leave out recordings whose output is\n"
  "                         there and newer than they and MODEL\n"
  "  -j, --jobs N           recordings at once, 1 to 256 (default 1)\n"
  "      --channel C        1, 2, ...; mix (default): their mean; each\n"
  "      --raw FMT          input is raw PCM, e.g. s16le:48000:1; formats u8 "
  "s8\n"
  "                         s16le s16be s24le s24be s32le s32be f32le f32be\n"
  "                         f64le f64be\n"
  "      --sound NAME       only this sound (may be given several times)\n"
  "      --min-score S      only events that score S or more, -10 to 10; a\n"
  "                         typical example scores 1\n"
  "      --sensitivity X    -1 to 1: more or fewer events (default 0)\n"
  "      --early            decide at once, as when playing live\n"
  "      --short            percussive sounds, 5 to 12 ms after their onset\n"
  "      --merge-gap SEC    join events of one sound SEC or less apart, 0 to "
  "3600\n"
  "      --clips DIR        cut every event out into DIR\n"
  "      --clip-pad SEC     and that much around it, 0 to 60 (default 0)\n"
  "      --tempo BPM        of the MIDI file, 10 to 1000 (default 120)\n"
  "  -q, --quiet            no progress\n"
  "      --help\n\n"
  "Exit status: 0 something was found, or all was up to date, 1 nothing, 2 "
  "error\n"
  "(the recordings that had none are written all the same).\n";

enum {
  opt_channel = 256,
  opt_raw,
  opt_sound,
  opt_min_score,
  opt_sensitivity,
  opt_early,
  opt_short,
  opt_merge_gap,
  opt_clips,
  opt_clip_pad,
  opt_tempo,
  opt_skip_existing,
  opt_help,
};

static const struct option long_options[] = {
  {"format", required_argument, NULL, 'f'},
  {"output", required_argument, NULL, 'o'},
  {"recursive", no_argument, NULL, 'r'},
  {"skip-existing", no_argument, NULL, opt_skip_existing},
  {"jobs", required_argument, NULL, 'j'},
  {"quiet", no_argument, NULL, 'q'},
  {"channel", required_argument, NULL, opt_channel},
  {"raw", required_argument, NULL, opt_raw},
  {"sound", required_argument, NULL, opt_sound},
  {"min-score", required_argument, NULL, opt_min_score},
  {"sensitivity", required_argument, NULL, opt_sensitivity},
  {"early", no_argument, NULL, opt_early},
  {"short", no_argument, NULL, opt_short},
  {"merge-gap", required_argument, NULL, opt_merge_gap},
  {"clips", required_argument, NULL, opt_clips},
  {"clip-pad", required_argument, NULL, opt_clip_pad},
  {"tempo", required_argument, NULL, opt_tempo},
  {"help", no_argument, NULL, opt_help},
  {NULL, 0, NULL, 0},
};

/// What the command line says
typedef struct {
  EchoicDetectJobs jobs;
  uint64_t         given; ///< Options
  char**           names; ///< [n_names] Sounds that are wanted
  size_t           n_names;
  bool             has_format;
  bool             is_recursive;
  bool             is_quiet;
  bool             is_help;
} Request;

static bool
set_sensitivity(Request* const request, const char* const text)
{
  double value = 0.0;
  if (!echoic_option_number("sensitivity", text, -1.0, 1.0, &value)) {
    return false;
  }

  request->jobs.options.sensitivity = (float)value;
  return true;
}

static bool
set_format(Request* const request, const char* const text)
{
  size_t index = 0U;
  if (!echoic_option_choice("format", text, echoic_format_names, &index)) {
    return false;
  }

  request->jobs.format = (EchoicFormat)index;
  request->has_format  = true;
  return true;
}

static bool
set_jobs(Request* const request, const char* const text)
{
  long value = 0;
  if (!echoic_option_integer("jobs", text, 1, 256, &value)) {
    return false;
  }

  request->jobs.n_threads = (size_t)value;
  return true;
}

static bool
set_option(Request* const request, const int option, char* const text)
{
  EchoicDetectJobs* const    jobs    = &request->jobs;
  EchoicDetectOptions* const options = &jobs->options;
  request->given |= echoic_option_bit(option);
  switch (option) {
  case 'f':
    return set_format(request, text);
  case 'o':
    jobs->output = text;
    return true;
  case 'r':
    request->is_recursive = true;
    return true;
  case 'j':
    return set_jobs(request, text);
  case 'q':
    request->is_quiet = true;
    return true;
  case opt_channel:
    return echoic_option_channel(text, true, &options->channel);
  case opt_raw:
    options->raw = text;
    return echoic_option_raw(text);
  case opt_sound:
    request->names[request->n_names++] = text;
    return true;
  case opt_min_score:
    return echoic_option_number(
      "min-score", text, -10.0, 10.0, &options->min_score);
  case opt_sensitivity:
    return set_sensitivity(request, text);
  case opt_early:
    options->early = true;
    return true;
  case opt_short:
    options->is_short = true;
    return true;
  case opt_merge_gap:
    return echoic_option_number(
      "merge-gap", text, 0.0, 3600.0, &options->merge_gap_s);
  case opt_clips:
    jobs->clips.directory = text;
    return true;
  case opt_clip_pad:
    return echoic_option_number(
      "clip-pad", text, 0.0, 60.0, &jobs->clips.pad_s);
  case opt_skip_existing:
    jobs->skips_existing = true;
    return true;
  case opt_tempo:
    return echoic_option_number("tempo", text, 10.0, 1000.0, &jobs->tempo_bpm);
  default:
    request->is_help = true;
    return true;
  }
}

/// Work out what depends on several options; false if one does nothing
static bool
settle(Request* const request)
{
  EchoicDetectJobs* const jobs    = &request->jobs;
  const EchoicOptionNeed  needs[] = {
     {opt_clip_pad, jobs->clips.directory, "--clips DIR"},
  };
  if (jobs->output && !request->has_format) {
    jobs->format = echoic_format_of(jobs->output);
  }

  if (!echoic_options_work(long_options, request->given, needs, 1U)) {
    return false;
  }

  echoic_note_early(jobs->options.early, jobs->options.is_short);
  if ((request->given & echoic_option_bit(opt_tempo)) &&
      jobs->format != ECHOIC_FORMAT_MIDI) {
    fprintf(stderr,
            "echoic: note: --tempo does nothing, for the output is %s, not "
            "midi\n",
            echoic_format_names[jobs->format]);
  }

  return true;
}

static bool
parse(const int argc, char** const argv, Request* const request)
{
  int option = 0;
  opterr     = 0;
  optind     = 0;
  while ((option = getopt_long(argc, argv, ":f:o:rj:q", long_options, NULL)) !=
         -1) {
    if (option == '?' || option == ':') {
      echoic_option_unknown(argv, option);
      return false;
    }
    if (!set_option(request, option, optarg)) {
      return false;
    }
  }

  if (request->is_help) {
    return true;
  }

  if (argc - optind < 2) {
    echoic_fail("detect: needs a model and a recording: echoic detect MODEL "
                "FILE...; see 'echoic help detect'");
    return false;
  }

  return settle(request);
}

static int
detect(Request* const     request,
       EchoicModel* const model,
       const char* const  model_path,
       char** const       paths,
       const size_t       n_paths)
{
  EchoicInputs inputs   = {0U, NULL};
  size_t       n_failed = 0U;
  bool* const  wanted =
    echoic_option_sounds(request->names, request->n_names, model, model_path);
  if (!wanted) {
    return ECHOIC_EXIT_ERROR;
  }

  int        status    = ECHOIC_EXIT_ERROR;
  const bool is_listed = echoic_inputs_list(
    paths, n_paths, request->is_recursive, &inputs, &n_failed);
  if (is_listed && inputs.n_inputs) { // Or it was told why there are none
    request->jobs.model          = model;
    request->jobs.model_path     = model_path;
    request->jobs.inputs         = &inputs;
    request->jobs.options.wanted = request->n_names ? wanted : NULL;
    echoic_progress_start(inputs.n_inputs, request->is_quiet);
    status = echoic_detect_run(&request->jobs);
    echoic_progress_stop();
  } else if (!is_listed) {
    echoic_fail("out of memory; give fewer files");
  }

  echoic_inputs_clear(&inputs);
  free(wanted);
  return n_failed ? ECHOIC_EXIT_ERROR : status;
}

static int
run(const int argc, char** const argv, Request* const request)
{
  if (!parse(argc, argv, request)) {
    return ECHOIC_EXIT_ERROR;
  }

  if (request->is_help) {
    fputs(usage, stdout);
    return ECHOIC_EXIT_FOUND;
  }

  const char* const path  = argv[optind];
  EchoicError       error = {ECHOIC_OK, ""};
  if (echoic_output_is_read(request->jobs.output, path)) {
    return ECHOIC_EXIT_ERROR;
  }

  EchoicModel* const model = echoic_load_taught(path, &error);
  if (!model) {
    return echoic_fail("%s", error.text);
  }

  const int status = detect(
    request, model, path, argv + optind + 1, (size_t)(argc - optind - 1));
  echoic_model_free(model);
  return status;
}

int
echoic_cmd_detect(int argc, char** argv)
{
  Request request = {0};

  request.jobs.n_threads           = 1U;
  request.jobs.tempo_bpm           = 120.0;
  request.jobs.options.channel     = ECHOIC_CHANNEL_MIX;
  request.jobs.options.min_score   = -HUGE_VAL;
  request.jobs.options.merge_gap_s = -1.0;
  request.names = (char**)calloc((size_t)argc, sizeof(char*));
  if (!request.names) {
    return echoic_fail("out of memory");
  }

  const int status = run(argc, argv, &request);
  free(request.names);
  return status;
}
