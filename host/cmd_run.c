// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/commands.h"
#include "host/files.h"
#include "host/graph_host.h"
#include "host/options.h"
#include "host/progress.h"
#include "host/run_graph.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char* const usage =
  "Usage: echoic run GRAPH INPUT -o OUTPUT [OPTION]...\n\n"
  "Stream the tensors of INPUT through GRAPH, with its state carried from "
  "frame\nto frame.  All are safetensors files.\n\n"
  "INPUT has 'in.x' (frames, width) or 'in.tokens' (frames); perhaps\n"
  "'in.state0.NAME', the state to begin with, and 'in.NAME', a tensor of a\n"
  "node to be replaced.  OUTPUT has 'out.y' (frames, width) and\n"
  "'out.stateT.NAME', the state at the end.\n\n"
  "  -o, --output FILE   (- is standard output)\n"
  "      --block N       frames at a time, 1 to 1048576 (default 64); changes\n"
  "                      nothing in the output\n"
  "  -q, --quiet         no progress\n"
  "      --help\n\n"
  "Exit status: 0 done, 2 error.\n";

enum { opt_block = 256, opt_help };

static const struct option long_options[] = {
  {"output", required_argument, NULL, 'o'},
  {"block", required_argument, NULL, opt_block},
  {"quiet", no_argument, NULL, 'q'},
  {"help", no_argument, NULL, opt_help},
  {NULL, 0, NULL, 0},
};

/// What the command line says
typedef struct {
  const char* output;
  long        block;
  bool        is_quiet;
  bool        is_help;
} Request;

static bool
parse(const int argc, char** const argv, Request* const request)
{
  int option = 0;
  opterr     = 0;
  optind     = 0;
  while ((option = getopt_long(argc, argv, ":o:q", long_options, NULL)) != -1) {
    switch (option) {
    case 'o':
      request->output = optarg;
      break;
    case 'q':
      request->is_quiet = true;
      break;
    case opt_block:
      if (!echoic_option_integer(
            "block", optarg, 1L, 1048576L, &request->block)) {
        return false;
      }
      break;
    case opt_help:
      request->is_help = true;
      break;
    default:
      echoic_option_unknown(argv, option);
      return false;
    }
  }

  if (!request->is_help && (argc - optind != 2 || !request->output)) {
    echoic_fail("run: needs a graph, an input and an output: echoic run GRAPH "
                "INPUT -o OUTPUT");
    return false;
  }

  return true;
}

static EchoicStatus
save(const EchoicTensorList* const out,
     const char* const             path,
     EchoicError* const            error)
{
  uint8_t*     bytes = NULL;
  size_t       size  = 0U;
  EchoicStatus st    = echoic_safetensors_write(
    out->tensors, out->n_tensors, NULL, NULL, 0U, &bytes, &size, error);
  st = st ? st : echoic_save_bytes(bytes, size, path, error);
  free(bytes);
  return st;
}

static int
run(const Request* const request, const char* const graph, const char* const in)
{
  EchoicError      error = {ECHOIC_OK, ""};
  EchoicError      why   = {ECHOIC_OK, ""};
  EchoicGraphSpec  spec  = {0};
  EchoicTensorFile file  = {0};
  EchoicTensorList out   = {0};
  if (echoic_output_is_read(request->output, graph) ||
      echoic_output_is_read(request->output, in)) {
    return ECHOIC_EXIT_ERROR;
  }

  if (!echoic_load_graph(graph, &spec, &error) &&
      !echoic_load_tensors(in, &file, &error)) {
    echoic_progress_start(1U, request->is_quiet);
    if (echoic_run_graph(
          in, &file.file, (uint32_t)request->block, &spec, &out, &why)) {
      echoic_error(&error, why.status, "%.100s: %.150s", in, why.text);
    }
    echoic_progress_stop();
  }

  const bool ok = !error.status && !save(&out, request->output, &error);
  echoic_tensor_list_clear(&out);
  echoic_tensor_file_clear(&file);
  echoic_graph_spec_clear(&spec);
  return ok ? ECHOIC_EXIT_FOUND : echoic_fail("%s", error.text);
}

int
echoic_cmd_run(int argc, char** argv)
{
  Request request = {.block = 64};
  if (!parse(argc, argv, &request)) {
    return ECHOIC_EXIT_ERROR;
  }

  if (request.is_help) {
    fputs(usage, stdout);
    return ECHOIC_EXIT_FOUND;
  }

  return run(&request, argv[optind], argv[optind + 1]);
}
