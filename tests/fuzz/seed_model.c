// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Makes the seeds of fuzz_model anew, in the directory given: models of few
   bytes with every type of node.  To be run when the format has changed. */

#include "dsp/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
require(const bool holds, const char* const what)
{
  if (!holds) {
    (void)fprintf(stderr, "seed_model: %s\n", what);
    exit(EXIT_FAILURE);
  }
}

static EchoicNodeSpec*
add(EchoicModel* const model,
    const char* const  id,
    const char* const  type,
    const char* const  input)
{
  EchoicNodeSpec* const node = echoic_graph_spec_add(&model->graph, id, type);
  require(node && echoic_node_spec_input(node, input), id);
  return node;
}

/// Append a tensor of equal numbers; a vector if `n_cols` is 0
static float*
fill(EchoicNodeSpec* const node,
     const char* const     name,
     const uint32_t        n_rows,
     const uint32_t        n_cols,
     const float           value)
{
  const uint32_t dims[] = {n_rows, n_cols};
  const size_t   n      = (size_t)n_rows * (n_cols ? n_cols : 1U);
  float* const t = echoic_node_spec_tensor(node, name, n_cols ? 2U : 1U, dims);
  require(t != NULL, name);
  for (size_t i = 0U; i < n; ++i) {
    t[i] = value;
  }

  return t;
}

/// Two sounds with a mark of each kind, in a clip of 6 frames
static void
add_sounds(EchoicModel* const model)
{
  static const float energies[6U * ECHOIC_N_BANDS] = {0.1F};
  EchoicMark         mark = {.kind = ECHOIC_MARK_EXAMPLE, .end_s = 0.02};
  memset(mark.fingerprint, 9, sizeof(mark.fingerprint));
  echoic_model_begin(model);
  require(echoic_model_add_sound(model, "a") == 0 &&
            echoic_model_add_sound(model, "b") == 1 &&
            echoic_model_add_clip(
              model, energies, 6U, ECHOIC_N_BANDS, "x.wav", 0.0) == 0,
          "clip");
  for (uint32_t i = 0U; i < 4U; ++i) {
    mark.sound = i < 3U ? i / 2U : UINT32_MAX;
    mark.kind  = i < 2U    ? ECHOIC_MARK_EXAMPLE
                 : i == 2U ? ECHOIC_MARK_NOT
                           : ECHOIC_MARK_BACKGROUND;
    require(echoic_model_add_mark(model, &mark), "mark");
  }

  model->n_bands        = ECHOIC_N_BANDS;
  model->graph.width_in = ECHOIC_N_FEATURES;
  for (uint32_t i = 0U; i < 2U; ++i) {
    model->sounds[i].calibration.span_s    = 0.2F;
    model->sounds[i].calibration.length_s  = 0.2F;
    model->sounds[i].calibration.threshold = 0.4F;
  }
}

static void
add_graph(EchoicModel* const model)
{
  EchoicNodeSpec* node = add(model, "norm", "rmsnorm", ECHOIC_GRAPH_INPUT);
  echoic_node_spec_number(node, "c", 5.0);
  node = add(model, "map", "linear", "norm");
  fill(node, "weight", 2U, ECHOIC_N_FEATURES, 0.1F);
  fill(node, "bias", 2U, 0U, 0.01F);
  node = add(model, "old", "delay", "map");
  echoic_node_spec_number(node, "frames", 2.0);
  node = add(model, "both", "sum", "map");
  echoic_node_spec_input(node, "map");
  fill(node, "gain", 2U, 0U, 0.5F);
  node = add(model, "cat", "concat", "old");
  echoic_node_spec_input(node, "both");
  node                                 = add(model, "bank", "memory", "cat");
  fill(node, "poles", 2U, 2U, 0.5F)[1] = 0.0F; // A real pole and another
  fill(node, "gain", 2U, 0U, 0.5F);
  fill(node, "input_gate.weight", 2U, 8U, 0.1F);
  fill(node, "input_gate.bias", 2U, 0U, 0.1F);
  fill(node, "feedback_gate.weight", 2U, 8U, 0.1F);
  fill(node, "feedback_gate.bias", 2U, 0U, 1.0F);
  node = add(model, "score", "perceptron", "bank");
  echoic_node_spec_word(node, "activation", "smooth");
  fill(node, "weight", 2U, 24U, 1.0F);
}

/// How the sounds' scores respond to each other, and attacks
static void
add_profiles(EchoicModel* const model)
{
  model->profiles = (EchoicProfile*)calloc(2U, sizeof(EchoicProfile));
  require(model->profiles != NULL, "out of memory");
  model->n_profiles = 2U;
  for (uint32_t i = 0U; i < 2U; ++i) {
    model->profiles[i].listener           = i;
    model->profiles[i].source             = 1U - i;
    model->profiles[i].response[1U + i]   = 200U;
    model->marks[i].attack_s              = 0.002F;
    model->marks[i].rise_db               = 20.0F;
    model->sounds[i].calibration.attack_s = 0.002F;
    model->sounds[i].calibration.rise_db  = 20.0F;
  }
}

/// Leave rows for two of the frames, and for every other of the rest
static void
thin(EchoicModel* const model)
{
  model->clips[0].stride     = 2U;
  model->clips[0].first_full = 2U;
  model->clips[0].n_full     = 2U;
}

/// Forget a sound; a readout in front of the memory for the other
static void
forget(EchoicModel* const model)
{
  echoic_model_begin(model);
  require(!echoic_model_forget(model, "b", NULL), "forget");
  echoic_graph_spec_clear(&model->graph);
  model->graph.width_in = ECHOIC_N_FEATURES;
  fill(add(model, "write", "linear", ECHOIC_GRAPH_INPUT),
       "weight",
       2U,
       ECHOIC_N_FEATURES,
       0.1F);
  EchoicNodeSpec* const memory = add(model, "memory", "memory", "write");
  echoic_node_spec_word(memory, "layout", "diagonal");
  fill(memory, "poles", 1U, 2U, 0.6F);
  fill(add(model, "score", "perceptron", "memory"), "weight", 1U, 2U, 1.0F);
}

static void
save(const EchoicModel* const model,
     const char* const        folder,
     const char* const        name)
{
  char        path[1024];
  uint8_t*    bytes = NULL;
  size_t      size  = 0U;
  EchoicError error = {ECHOIC_OK, ""};
  require(!echoic_model_write(model, &bytes, &size, &error), error.text);
  EchoicModel* const again = echoic_model_parse(bytes, size, &error);
  require(again != NULL, error.text);
  (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
  FILE* const stream = fopen(path, "wb");
  require(stream && fwrite(bytes, 1U, size, stream) == size, path);
  require(!fclose(stream), path);
  echoic_model_free(again);
  free(bytes);
}

int
main(const int argc, char** const argv)
{
  require(argc == 2, "usage: seed_model DIRECTORY");
  EchoicModel* const model = echoic_model_new();
  require(model != NULL, "out of memory");
  save(model, argv[1], "empty");
  add_sounds(model);
  add_graph(model);
  save(model, argv[1], "all_nodes");
  add_profiles(model);
  save(model, argv[1], "profiles");
  forget(model);
  save(model, argv[1], "forgotten");
  thin(model);
  save(model, argv[1], "thinned");
  echoic_model_free(model);
  return EXIT_SUCCESS;
}
