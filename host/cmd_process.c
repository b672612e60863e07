// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/audio.h"
#include "host/commands.h"
#include "host/detect.h"
#include "host/edit_file.h"
#include "host/files.h"
#include "host/mode.h"
#include "host/options.h"
#include "host/process_file.h"
#include "host/process_graph.h"
#include "host/progress.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char* const usage =
  "Usage: echoic process MODEL IN OUT --mode MODE [OPTION]...\n"
  "       echoic process --graph GRAPH IN OUT [--control X]...\n\n"
  "Write the recording IN to OUT with the taught sounds kept, removed or\n"
  "ducked.  OUT has the rate, channels and length of IN, and its format "
  "unless\n"
  "the suffix of OUT names another (wav, flac, aiff, w64, caf and others); "
  "what\n"
  "isn't changed is copied to the bit.\n\n"
  "  -m, --mode MODE     isolate: keep the sounds only; mute: remove them;\n"
  "                      duck: lower them\n"
  "      --sound NAME    act on this sound (may be given several times;\n"
  "                      default: all)\n"
  "      --depth DB      gain of what is lowered, -120 to 0 (default: -12 for\n"
  "                      duck, silence for isolate and mute)\n"
  "      --attack S      fade before a sound, 0 to 10 (default 0.005)\n"
  "      --hold S        after its end, 0 to 10 (default 0.02)\n"
  "      --release S     fade after that, 0 to 10 (default 0.05)\n"
  "      --lookahead S   begin that long before it, 0 to 10 (default: attack)\n"
  "      --graph GRAPH   instead of a model and a mode: each sample of OUT is "
  "what\n"
  "                      GRAPH makes of IN (an amplifier, see echoic convert)\n"
  "      --control X     a further number for GRAPH, such as a knob (may be "
  "given\n"
  "                      several times)\n"
  "      --raw FMT       IN is raw PCM, e.g. s16le:48000:1, and so is OUT "
  "unless\n"
  "                      its suffix is that of a format\n"
  "      --channel C     listen to channel 1, 2, ... or mix (default); all "
  "are\n"
  "                      processed\n"
  "      --sensitivity X -1 to 1: more or fewer events (default 0)\n"
  "      --min-score S   only events that score S or more, -10 to 10\n"
  "  -q, --quiet         no progress\n"
  "      --help\n\n"
  "Exit status: 0 something was found, 1 nothing (OUT is written all the "
  "same),\n2 error.\n";

enum {
  opt_sound = 256,
  opt_depth,
  opt_attack,
  opt_hold,
  opt_release,
  opt_lookahead,
  opt_channel,
  opt_sensitivity,
  opt_min_score,
  opt_graph,
  opt_control,
  opt_raw,
  opt_help,
};

static const struct option long_options[] = {
  {"mode", required_argument, NULL, 'm'},
  {"quiet", no_argument, NULL, 'q'},
  {"sound", required_argument, NULL, opt_sound},
  {"depth", required_argument, NULL, opt_depth},
  {"attack", required_argument, NULL, opt_attack},
  {"hold", required_argument, NULL, opt_hold},
  {"release", required_argument, NULL, opt_release},
  {"lookahead", required_argument, NULL, opt_lookahead},
  {"channel", required_argument, NULL, opt_channel},
  {"sensitivity", required_argument, NULL, opt_sensitivity},
  {"min-score", required_argument, NULL, opt_min_score},
  {"graph", required_argument, NULL, opt_graph},
  {"control", required_argument, NULL, opt_control},
  {"raw", required_argument, NULL, opt_raw},
  {"help", no_argument, NULL, opt_help},
  {NULL, 0, NULL, 0},
};

/// What the command line says
typedef struct {
  EchoicMode          mode;
  double              depth_db; ///< NAN: by mode
  double              sensitivity;
  EchoicGateSpec      gate;
  EchoicDetectOptions options;
  char**              names; ///< [n_names] Sounds that are wanted
  size_t              n_names;
  const char*         graph;    ///< Instead of a model
  double*             controls; ///< [n_controls] For the graph
  uint32_t            n_controls;
  bool                is_gated; ///< Has options that a graph has no use for
  bool                is_quiet;
  bool                is_help;
} Request;

static bool
set_mode(Request* const request, const char* const text)
{
  size_t index = 0U;
  if (!echoic_option_choice("mode", text, echoic_mode_names, &index)) {
    return false;
  }

  request->mode = (EchoicMode)index;
  return true;
}

static bool
set_time(const char* const name, const char* const text, double* const seconds)
{
  return echoic_option_number(name, text, 0.0, ECHOIC_GATE_MAX_TIME_S, seconds);
}

static bool
set_option(Request* const request, const int option, char* const text)
{
  request->is_gated = request->is_gated || option == 'm' ||
                      (option >= opt_sound && option <= opt_min_score);
  switch (option) {
  case 'm':
    return set_mode(request, text);
  case 'q':
    return request->is_quiet = true;
  case opt_sound:
    request->names[request->n_names++] = text;
    return true;
  case opt_depth:
    return echoic_option_number("depth", text, -120.0, 0.0, &request->depth_db);
  case opt_attack:
    return set_time("attack", text, &request->gate.attack_s);
  case opt_hold:
    return set_time("hold", text, &request->gate.hold_s);
  case opt_release:
    return set_time("release", text, &request->gate.release_s);
  case opt_lookahead:
    return set_time("lookahead", text, &request->gate.lookahead_s);
  case opt_channel:
    return echoic_option_channel(text, false, &request->options.channel);
  case opt_sensitivity:
    return echoic_option_number(
      "sensitivity", text, -1.0, 1.0, &request->sensitivity);
  case opt_min_score:
    return echoic_option_number(
      "min-score", text, -10.0, 10.0, &request->options.min_score);
  case opt_graph:
    request->graph = text;
    return true;
  case opt_control:
    return echoic_option_number(
      "control", text, -1e6, 1e6, &request->controls[request->n_controls++]);
  case opt_raw:
    request->options.raw = text;
    return echoic_option_raw(text);
  default:
    return request->is_help = true;
  }
}

static bool
parse(const int argc, char** const argv, Request* const request)
{
  int option = 0;
  opterr     = 0;
  optind     = 0;
  while ((option = getopt_long(argc, argv, ":m:q", long_options, NULL)) != -1) {
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

  if (request->graph && (request->is_gated || argc - optind != 2)) {
    echoic_fail("process: with --graph it needs a recording, an output and no "
                "options but --control and --raw: echoic process --graph GRAPH "
                "IN OUT");
    return false;
  }

  if (request->n_controls && !request->graph) {
    echoic_fail("--control: needs --graph GRAPH, whose number it sets");
    return false;
  }

  if (!request->graph &&
      (argc - optind != 3 || request->mode == ECHOIC_MODE_NONE)) {
    echoic_fail("process: needs a model, a recording, an output and a mode: "
                "echoic process MODEL IN OUT --mode isolate|mute|duck");
    return false;
  }

  echoic_mode_gains(request->mode, request->depth_db, &request->gate);
  request->options.sensitivity = (float)request->sensitivity;
  return true;
}

static bool
check_paths(const char* const what,
            const char* const model,
            const char* const in,
            const char* const out)
{
  if (!strcmp(in, "-") || !strcmp(out, "-")) {
    echoic_fail("process: reads the recording twice and writes into its head, "
                "so it needs files instead of -");
  } else if (echoic_same_file(in, out) || echoic_same_file(model, out)) {
    echoic_fail("%s: is the %s; give another output",
                out,
                echoic_same_file(in, out) ? "input" : what);
  } else {
    if (!echoic_is_pipe(in) && !echoic_is_pipe(out)) {
      return true;
    }
    echoic_fail("%s: is a pipe; process reads the recording twice and writes "
                "into its head, so it needs files",
                echoic_is_pipe(in) ? in : out);
  }

  return false;
}

static int
process(Request* const     request,
        EchoicModel* const model,
        const char* const  in,
        const char* const  out)
{
  EchoicError    error    = {ECHOIC_OK, ""};
  EchoicFindings findings = {0};
  EchoicModels   models;
  echoic_models_init(&models, model);
  echoic_progress_start(2U, request->is_quiet);
  const bool failed =
    echoic_edit_check(in, request->options.raw, out, &error) ||
    echoic_detect_file(&models, in, &request->options, &findings, &error) ||
    echoic_process_file(
      in, request->options.raw, out, &request->gate, &findings, &error);
  const bool has_found = findings.n_found > 0U;
  echoic_progress_stop();
  echoic_models_clear(&models);
  echoic_findings_clear(&findings);
  if (failed) {
    return echoic_fail("%s", error.text);
  }

  return has_found ? ECHOIC_EXIT_FOUND : ECHOIC_EXIT_NONE;
}

static int
run_graph(const Request* const request,
          const char* const    in,
          const char* const    out)
{
  EchoicError error = {ECHOIC_OK, ""};
  if (!check_paths("graph", request->graph, in, out)) {
    return ECHOIC_EXIT_ERROR;
  }

  echoic_progress_start(1U, request->is_quiet);
  const EchoicStatus st = echoic_process_graph(request->graph,
                                               in,
                                               request->options.raw,
                                               out,
                                               request->controls,
                                               request->n_controls,
                                               &error);
  echoic_progress_stop();
  return st ? echoic_fail("%s", error.text) : ECHOIC_EXIT_FOUND;
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

  char** const paths = argv + optind;
  EchoicError  error = {ECHOIC_OK, ""};
  if (request->graph) {
    return run_graph(request, paths[0], paths[1]);
  }

  if (!check_paths("model", paths[0], paths[1], paths[2])) {
    return ECHOIC_EXIT_ERROR;
  }

  EchoicModel* const model = echoic_load_taught(paths[0], &error);
  if (!model) {
    return echoic_fail("%s", error.text);
  }

  int         status = ECHOIC_EXIT_ERROR;
  bool* const wanted =
    echoic_option_sounds(request->names, request->n_names, model, paths[0]);
  if (wanted) {
    request->options.wanted = request->n_names ? wanted : NULL;
    status                  = process(request, model, paths[1], paths[2]);
  }

  free(wanted);
  echoic_model_free(model);
  return status;
}

int
echoic_cmd_process(int argc, char** argv)
{
  Request request = {0};

  request.mode                = ECHOIC_MODE_NONE;
  request.depth_db            = (double)NAN;
  request.gate.attack_s       = 0.005;
  request.gate.hold_s         = 0.02;
  request.gate.release_s      = 0.05;
  request.gate.lookahead_s    = -1.0;
  request.options.channel     = ECHOIC_CHANNEL_MIX;
  request.options.min_score   = -HUGE_VAL;
  request.options.merge_gap_s = -1.0;
  request.names               = (char**)calloc((size_t)argc, sizeof(char*));
  request.controls            = (double*)calloc((size_t)argc, sizeof(double));
  const int status            = request.names && request.controls
                                  ? run(argc, argv, &request)
                                  : echoic_fail("out of memory");
  free(request.names);
  free(request.controls);
  return status;
}
