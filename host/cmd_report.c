// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/audio.h"
#include "host/commands.h"
#include "host/files.h"
#include "host/hearing.h"
#include "host/options.h"
#include "host/report_file.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>

static const char* const usage =
  "Usage: echoic report MODEL FILE [OPTION]...\n\n"
  "Show what MODEL finds in a recording as one web page that needs nothing "
  "else:\n"
  "spectrogram, score of each sound with its threshold, occurrences.\n\n"
  "  -o, --output HTML      where to write (default: standard output)\n"
  "      --channel C        1, 2, ...; mix (default): their mean\n"
  "      --sensitivity X    -1 to 1: more or fewer events (default 0)\n"
  "      --help\n\n"
  "Exit status: 0 something was found, 1 nothing (the page is written all "
  "the\n"
  "same), 2 error.\n";

enum { opt_channel = 256, opt_sensitivity, opt_help };

static const struct option long_options[] = {
  {"output", required_argument, NULL, 'o'},
  {"channel", required_argument, NULL, opt_channel},
  {"sensitivity", required_argument, NULL, opt_sensitivity},
  {"help", no_argument, NULL, opt_help},
  {NULL, 0, NULL, 0},
};

/// What the command line says
typedef struct {
  const char* model_path;
  const char* path;
  const char* output; ///< Null for standard output
  int         channel;
  double      sensitivity;
  bool        is_help;
} Request;

static bool
set_option(Request* const request, const int option, const char* const text)
{
  switch (option) {
  case 'o':
    request->output = text;
    return true;
  case opt_channel:
    return echoic_option_channel(text, false, &request->channel);
  case opt_sensitivity:
    return echoic_option_number(
      "sensitivity", text, -1.0, 1.0, &request->sensitivity);
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
  while ((option = getopt_long(argc, argv, ":o:", long_options, NULL)) != -1) {
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

  if (argc - optind != 2) {
    echoic_fail("report: needs a model and a recording: echoic report MODEL "
                "FILE; see 'echoic help report'");
    return false;
  }

  request->model_path = argv[optind];
  request->path       = argv[optind + 1];
  return true;
}

static EchoicStatus
write_page(const Request* const       request,
           const EchoicModel* const   model,
           const EchoicHearing* const hearing,
           EchoicError* const         error)
{
  const EchoicFileReport report = {
    model, request->model_path, request->path, hearing};
  EchoicOutFile* const out = echoic_out_open(request->output, error);
  if (!out) {
    return error->status;
  }

  if (echoic_report_write(echoic_out_stream(out), &report)) {
    echoic_out_abort(out);
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  return echoic_out_commit(out, error);
}

static int
run(const Request* const request)
{
  if (echoic_output_is_read(request->output, request->path) ||
      echoic_output_is_read(request->output, request->model_path)) {
    return ECHOIC_EXIT_ERROR;
  }

  EchoicError        error = {ECHOIC_OK, ""};
  EchoicModel* const model = echoic_load_taught(request->model_path, &error);
  if (!model) {
    return echoic_fail("%s", error.text);
  }

  EchoicHearing hearing = {0};
  EchoicStatus  st      = echoic_hear(model,
                                request->path,
                                request->channel,
                                (float)request->sensitivity,
                                &hearing,
                                &error);
  st = st ? st : write_page(request, model, &hearing, &error);

  const bool is_found = hearing.n_events;
  echoic_hearing_clear(&hearing);
  echoic_model_free(model);
  if (st) {
    return echoic_fail("%s", error.text);
  }

  return is_found ? ECHOIC_EXIT_FOUND : ECHOIC_EXIT_NONE;
}

int
echoic_cmd_report(int argc, char** argv)
{
  Request request = {.channel = ECHOIC_CHANNEL_MIX};
  if (!parse(argc, argv, &request)) {
    return ECHOIC_EXIT_ERROR;
  }

  if (request.is_help) {
    fputs(usage, stdout);
    return ECHOIC_EXIT_FOUND;
  }

  return run(&request);
}
