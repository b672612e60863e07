// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* bench_templates: a frame of K sounds of T frames, as a graph of memories that
   costs the same for any T, and by direct correlation with K templates. */

#include "dsp/embed.h"
#include "dsp/graph.h"
#include "dsp/kernels.h"
#include "tests/noise.h"
#include "tests/race.h"

enum { n_z = 30, n_bands = 40, most_frames = 1000, most_sounds = 100 };

typedef struct {
  uint32_t     n_frames;
  uint32_t     n_sounds;
  EchoicGraph* graph;
} Sounds;

static float  z[n_z];
static float  scores[most_sounds];
static float  history[most_frames * n_bands];
static float* templates; ///< [most_sounds][most_frames][n_bands]

static void
run_graph(void* const context)
{
  echoic_graph_process(((Sounds*)context)->graph, z, scores, 1U);
}

static void
run_direct(void* const context)
{
  const Sounds* const s = (Sounds*)context;
  echoic_kernels()->slide(templates,
                          (size_t)most_frames * n_bands,
                          history,
                          1U,
                          s->n_frames * n_bands,
                          scores,
                          s->n_sounds);
}

static void
add(EchoicGraphSpec* const graph,
    const char* const      type,
    const char* const      input,
    const char* const      name,
    const uint32_t         rows,
    const uint32_t         cols)
{
  const uint32_t        dims[] = {rows, cols};
  uint32_t              state  = rows;
  EchoicNodeSpec* const spec   = echoic_graph_spec_add(graph, type, type);
  if (!spec || !echoic_node_spec_input(spec, input)) {
    exit(2);
  }

  float* const w = echoic_node_spec_tensor(spec, name, 2U, dims);
  for (uint32_t i = 0U; i < rows * cols; ++i) {
    w[i] = 0.1F * next_noise(&state);
  }
}

/// write -> memory -> score, as taught models have them
static void
prepare(Sounds* const s, EchoicGraphSpec* const graph)
{
  EchoicError    error;
  size_t         bytes = 0U;
  uint32_t       width = 0U;
  const uint32_t n     = s->n_sounds;
  add(graph,
      "linear",
      ECHOIC_GRAPH_INPUT,
      "weight",
      2U * ECHOIC_N_POLES * n,
      n_z);
  add(graph, "memory", "linear", "poles", ECHOIC_N_POLES * n, 2U);
  echoic_node_spec_word(&graph->nodes[1], "layout", "diagonal");
  for (uint32_t k = 0U; k < n; ++k) {
    echoic_embed_poles(
      s->n_frames, graph->nodes[1].tensors[0].data + (2U * ECHOIC_N_POLES * k));
  }
  add(graph, "perceptron", "memory", "weight", n, 2U * ECHOIC_N_POLES);
  echoic_node_spec_number(&graph->nodes[2], "groups", n);
  if (echoic_graph_bytes(graph, &bytes, &width, &error)) {
    fprintf(stderr, "bench_templates: %s\n", error.text);
    exit(2);
  }

  EchoicArena arena = {(unsigned char*)aligned_alloc(64U, bytes), bytes, 0U};
  if (!arena.base || echoic_graph_prepare(graph, &arena, &s->graph, &error)) {
    exit(2);
  }
}

static void
compare(const uint32_t n_frames, const uint32_t n_sounds)
{
  EchoicGraphSpec graph    = {n_z, 0U, NULL};
  Sounds          s        = {n_frames, n_sounds, NULL};
  Racer           racers[] = {{"echoic", run_graph, &s, 0.0, 0.0},
                              {"direct correlation", run_direct, &s, 0.0, 0.0}};
  char            what[40];
  prepare(&s, &graph);
  snprintf(
    what, sizeof(what), "%u sounds of %u frames, a frame", n_sounds, n_frames);
  race(racers, 2U);
  race_print(what, racers, 2U);
  echoic_graph_spec_clear(&graph);
}

int
main(void)
{
  uint32_t state = 1U;
  race_kernels();
  const size_t n = (size_t)most_sounds * most_frames * n_bands;
  templates      = (float*)malloc(n * sizeof(float));
  if (!templates) {
    return 2;
  }
  for (size_t i = 0U; i < n; ++i) {
    templates[i] = next_noise(&state);
  }
  for (uint32_t i = 0U; i < most_frames * n_bands; ++i) {
    history[i] = next_noise(&state);
  }

  for (uint32_t k = 1U; k <= most_sounds; k *= 10U) {
    compare(50U, k);
    compare(200U, k);
    compare(1000U, k);
  }

  free(templates);
  return 0;
}
