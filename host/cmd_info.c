// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/capacity.h"
#include "dsp/engine.h"
#include "dsp/graph_file.h"
#include "dsp/mel.h"
#include "host/commands.h"
#include "host/files.h"
#include "host/graph_host.h"
#include "host/info.h"
#include "host/options.h"

#include <getopt.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static const char* const usage =
  "Usage: echoic info MODEL [OPTION]...\n\n"
  "Say what MODEL knows: its sounds, the examples they were taught by, what "
  "to\n"
  "expect of them, and what the detector is made of.  Of a graph: its nodes, "
  "their\ntensors and states.\n\n"
  "      --json    as one JSON object\n"
  "      --help\n\n"
  "Exit status: 0 done, 2 error.\n";

enum { opt_json = 256, opt_help };

static const struct option long_options[] = {
  {"json", no_argument, NULL, opt_json},
  {"help", no_argument, NULL, opt_help},
  {NULL, 0, NULL, 0},
};

EchoicNodeInfo
echoic_info_node(const EchoicGraphSpec* const graph, const uint32_t index)
{
  // The first nodes of a graph are a graph, too
  EchoicGraphSpec part   = *graph;
  size_t          before = 0U;
  EchoicNodeInfo  node   = {0U, 0U};
  part.n_outputs         = 0U; // The last one is measured
  part.n_nodes           = index;
  if (index && echoic_graph_bytes(&part, &before, &node.width, NULL)) {
    return (EchoicNodeInfo){0U, 0U};
  }

  part.n_nodes = index + 1U;
  if (echoic_graph_bytes(&part, &node.bytes, &node.width, NULL)) {
    return (EchoicNodeInfo){0U, 0U};
  }

  node.bytes = node.bytes > before ? node.bytes - before : 0U;
  return node;
}

EchoicInfo
echoic_info(const EchoicModel* const model,
            const char* const        path,
            const size_t             file_bytes)
{
  const EchoicEngineSpec spec = {48000.0, 0.0F, false, false};
  EchoicInfo info = {.model = model, .path = path, .file_bytes = file_bytes};
  info.n_sounds   = echoic_model_count_live(model);
  for (uint32_t i = 0U; i < model->n_clips; ++i) {
    info.clips_s += model->clips[i].n_frames * ECHOIC_HOP_S;
  }

  if (model->n_bands) {
    const double top = echoic_mel_centre_hz(model->n_bands - 1U);
    info.min_rate_hz = fmax(ceil(2.0 * top), ECHOIC_MIN_RATE_HZ);
  }

  if (info.n_sounds) {
    uint32_t width = 0U;
    echoic_graph_bytes(&model->graph, &info.graph_bytes, &width, NULL);
    info.engine_bytes = echoic_engine_bytes(model, &spec, NULL);
  }

  return info;
}

uint32_t
echoic_info_half_frames(const EchoicCalibration* const calibration)
{
  // Poles are designed to fall to a tenth over the memory, see dsp/embed.h
  const double frames = (double)calibration->memory_s / ECHOIC_HOP_S;
  return frames > 0.0 ? echoic_capacity_max_age(pow(10.0, -1.0 / frames), 0.5)
                      : 0U;
}

static int
describe_model(const char* const    path,
               const uint8_t* const bytes,
               const size_t         size,
               const bool           is_json)
{
  EchoicError error = {ECHOIC_OK, ""};
  if (!echoic_bytes_may_be_model(path, bytes, size, &error)) {
    return echoic_fail("%s", error.text);
  }

  EchoicModel* const model = echoic_model_parse(bytes, size, &error);
  if (!model) {
    return echoic_fail("%s: %s", path, error.text);
  }

  const EchoicInfo info = echoic_info(model, path, size);
  (is_json ? echoic_info_json : echoic_info_text)(&info, stdout);
  echoic_model_free(model);
  return ECHOIC_EXIT_FOUND;
}

static int
describe_graph(const char* const    path,
               const uint8_t* const bytes,
               const size_t         size,
               const bool           is_json)
{
  uint32_t        width = 0U;
  EchoicError     error = {ECHOIC_OK, ""};
  EchoicGraphSpec spec  = {0};
  EchoicHostGraph host  = {NULL, NULL};
  EchoicGraphInfo info  = {.spec = &spec, .path = path, .file_bytes = size};
  if (echoic_graph_parse(bytes, size, &spec, &error) ||
      echoic_graph_bytes(&spec, &info.graph_bytes, &width, &error) ||
      echoic_host_graph_new(&spec, &host, &error)) {
    echoic_graph_spec_clear(&spec);
    return echoic_fail("%s: %s", path, error.text);
  }

  info.graph = host.graph;
  (is_json ? echoic_info_graph_json : echoic_info_graph_text)(&info, stdout);
  echoic_host_graph_free(&host);
  echoic_graph_spec_clear(&spec);
  return ECHOIC_EXIT_FOUND;
}

static int
describe(const char* const path, const bool is_json)
{
  size_t         size  = 0U;
  EchoicError    error = {ECHOIC_OK, ""};
  uint8_t* const bytes =
    echoic_read_file(path, ECHOIC_MAX_TENSOR_FILE, &size, &error);
  if (!bytes) {
    return echoic_fail("%s", error.text);
  }

  const bool is_graph = echoic_graph_recognise(bytes, size);
  const int  status =
    (is_graph ? describe_graph : describe_model)(path, bytes, size, is_json);
  free(bytes);
  return status;
}

int
echoic_cmd_info(int argc, char** argv)
{
  bool is_json = false;
  int  option  = 0;
  opterr       = 0;
  optind       = 0;
  while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
    if (option == '?' || option == ':') {
      return echoic_option_unknown(argv, option);
    }
    if (option == opt_help) {
      fputs(usage, stdout);
      return ECHOIC_EXIT_FOUND;
    }
    is_json = true;
  }

  if (argc - optind != 1) {
    return echoic_fail("info: needs one model or graph: echoic info MODEL; see "
                       "'echoic help info'");
  }

  return describe(argv[optind], is_json);
}
