// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_FUZZ_CHECK_GRAPH_H
#define ECHOIC_TESTS_FUZZ_CHECK_GRAPH_H

/* What holds of every graph that wasn't refused: it comes back from its file,
   and runs on anything without saying what isn't finite. */

#include "dsp/arena.h"
#include "dsp/graph.h"
#include "dsp/graph_file.h"
#include "tests/fuzz/fuzz.h"

#include <math.h>
#include <string.h>

#define CHECK_FRAMES 20U
#define CHECK_MOST ((size_t)4U << 20U) ///< Larger graphs show no more

/// Write, read, write: the second file is the first to the byte
static inline void
check_graph_file(const EchoicGraphSpec* const graph)
{
  uint8_t*        first       = NULL;
  uint8_t*        second      = NULL;
  size_t          first_size  = 0U;
  size_t          second_size = 0U;
  EchoicGraphSpec again       = {0};
  require(!echoic_graph_write(graph, &first, &first_size, NULL));
  require(!echoic_graph_parse(first, first_size, &again, NULL));
  require(!echoic_graph_write(&again, &second, &second_size, NULL));
  require(first_size == second_size && !memcmp(first, second, first_size));
  echoic_graph_spec_clear(&again);
  free(first);
  free(second);
}

static inline void
check_graph_run(EchoicGraph* const graph,
                const uint32_t     n_in,
                const uint32_t     n_out)
{
  static const float odd[] = {
    1.0F, -3e38F, NAN, 3e38F, -INFINITY, 0.5F, 1e-40F};
  const size_t n_x = (size_t)CHECK_FRAMES * n_in;
  const size_t n_y = (size_t)CHECK_FRAMES * n_out;
  float* const x   = (float*)malloc(n_x * sizeof(float));
  float* const y   = (float*)malloc(n_y * sizeof(float));
  require(x && y);
  for (size_t i = 0U; i < n_x; ++i) {
    x[i] = odd[(i * 5U) % 7U];
  }

  echoic_graph_process(graph, x, y, CHECK_FRAMES);
  for (size_t i = 0U; i < n_y; ++i) {
    require(isfinite(y[i]));
  }

  free(x);
  free(y);
}

static inline void
check_graph(const EchoicGraphSpec* const spec)
{
  EchoicGraph* graph = NULL;
  size_t       bytes = 0U;
  uint32_t     width = 0U;
  check_graph_file(spec);
  require(!echoic_graph_bytes(spec, &bytes, &width, NULL));
  if (bytes <= CHECK_MOST) {
    void* const block = aligned_alloc(ECHOIC_ARENA_ALIGN, bytes);
    EchoicArena arena = {(unsigned char*)block, bytes, 0U};
    require(block);
    if (!echoic_graph_prepare(spec, &arena, &graph, NULL)) {
      require(arena.used == bytes);
      check_graph_run(graph, spec->width_in, width);
    }
    free(block);
  }
}

#endif // ECHOIC_TESTS_FUZZ_CHECK_GRAPH_H
