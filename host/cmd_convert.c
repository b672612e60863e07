// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/commands.h"
#include "host/convert.h"
#include "host/files.h"
#include "host/graph_host.h"
#include "host/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char* const usage =
  "Usage: echoic convert [--cell CELL --config JSON] WEIGHTS -o GRAPH\n\n"
  "Make a graph for 'echoic run' and 'echoic process --graph' of trained\n"
  "weights: a PyTorch state_dict as safetensors, with the names that its "
  "authors\ngave; JSON of NeuralPi, AIDA-X, RTNeural or "
  "Automated-GuitarAmpModelling; .nam\n(LSTM).  What isn't a single cell is "
  "recognised by itself.\n\n"
  "      --cell CELL     what it is, see below\n"
  "      --config JSON   its sizes: a JSON object, or @FILE with one\n"
  "  -o, --output GRAPH  the graph to write (- is standard output)\n"
  "      --help\n\n"
  "Cells:\n";

static const char* const usage_end = "\nExit status: 0 done, 2 error.\n";

enum { opt_cell = 256, opt_config, opt_help };

static const struct option long_options[] = {
  {"cell", required_argument, NULL, opt_cell},
  {"config", required_argument, NULL, opt_config},
  {"output", required_argument, NULL, 'o'},
  {"help", no_argument, NULL, opt_help},
  {NULL, 0, NULL, 0},
};

/// What the command line says
typedef struct {
  const char* cell;
  const char* config;
  const char* output;
  bool        is_help;
} Request;

static bool
parse(const int argc, char** const argv, Request* const request)
{
  int option = 0;
  opterr     = 0;
  optind     = 0;
  while ((option = getopt_long(argc, argv, ":o:", long_options, NULL)) != -1) {
    switch (option) {
    case 'o':
      request->output = optarg;
      break;
    case opt_cell:
      request->cell = optarg;
      break;
    case opt_config:
      request->config = optarg;
      break;
    case opt_help:
      request->is_help = true;
      break;
    default:
      echoic_option_unknown(argv, option);
      return false;
    }
  }

  if (!request->is_help && (argc - optind != 1 || !request->output)) {
    echoic_fail("convert: needs weights and an output: echoic convert WEIGHTS "
                "-o GRAPH");
    return false;
  }

  return true;
}

/// Return the configuration, to be freed: the text, or what is in a file
static char*
read_config(const char* const text, EchoicError* const error)
{
  const size_t max_size = (size_t)1U << 20U;
  size_t       size     = 0U;
  if (text[0] != '@') {
    return strdup(text);
  }

  uint8_t* const bytes = echoic_read_file(text + 1, max_size, &size, error);
  char* const    copy  = bytes ? strndup((const char*)bytes, size) : NULL;
  free(bytes);
  return copy;
}

static int
convert(const Request* const request, const char* const path)
{
  EchoicError             error  = {ECHOIC_OK, "out of memory"};
  EchoicGraphSpec         graph  = {0};
  const char* const       name   = request->cell;
  const EchoicCell* const cell   = name ? echoic_cell_find(name) : NULL;
  char*                   config = NULL;
  if (name && !cell) {
    return echoic_fail(
      "--cell %s: isn't known; 'echoic help convert' lists all cells", name);
  }

  if (echoic_output_is_read(request->output, path)) {
    return ECHOIC_EXIT_ERROR;
  }

  bool ok = !request->config || (config = read_config(request->config, &error));
  ok      = ok && !echoic_convert_cell(cell, config, path, &graph, &error) &&
       !echoic_save_graph(&graph, request->output, &error);
  echoic_graph_spec_clear(&graph);
  free(config);
  return ok ? ECHOIC_EXIT_FOUND : echoic_fail("%s", error.text);
}

int
echoic_cmd_convert(int argc, char** argv)
{
  Request request = {0};
  if (!parse(argc, argv, &request)) {
    return ECHOIC_EXIT_ERROR;
  }

  if (request.is_help) {
    fputs(usage, stdout);
    for (const EchoicCell* cell = echoic_cells; cell->name; ++cell) {
      printf("  %-24s %s\n", cell->name, cell->summary);
    }
    fputs(usage_end, stdout);
    return ECHOIC_EXIT_FOUND;
  }

  return convert(&request, argv[optind]);
}
