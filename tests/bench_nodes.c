// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* bench_nodes: nanoseconds a frame of state-space cells, one frame at a time,
   by each instruction set that this processor has, and how many times faster
   that is than portable C. */

#include "dsp/graph.h"
#include "dsp/kernels.h"
#include "host/graph_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define N_FRAMES 2000U
#define N_RUNS 7U

/// Describe the only node of a graph of that width
typedef void (*Describe)(EchoicNodeSpec* node, uint32_t width);

static void
add(EchoicNodeSpec* const node,
    const char* const     name,
    const uint32_t        n_dims,
    const uint32_t        a,
    const uint32_t        b,
    const uint32_t        c)
{
  const uint32_t dims[] = {a, n_dims > 1U ? b : 1U, n_dims > 2U ? c : 1U};
  const size_t   n      = (size_t)dims[0] * dims[1] * dims[2];
  float* const   data   = echoic_node_spec_tensor(node, name, n_dims, dims);
  for (size_t i = 0U; data && i < n; ++i) {
    data[i] = (float)(0.4 * rand() / RAND_MAX) - 0.2F;
  }
}

static void
describe_mamba(EchoicNodeSpec* const node, const uint32_t d)
{
  const uint32_t w = 2U * d;
  const uint32_t n = 16U;
  const uint32_t r = (d + 15U) / 16U;
  add(node, "in_proj.weight", 2U, 2U * w, d, 0U);
  add(node, "conv1d.weight", 3U, w, 1U, 4U);
  add(node, "conv1d.bias", 1U, w, 0U, 0U);
  add(node, "x_proj.weight", 2U, r + (2U * n), w, 0U);
  add(node, "dt_proj.weight", 2U, w, r, 0U);
  add(node, "dt_proj.bias", 1U, w, 0U, 0U);
  add(node, "A_log", 2U, w, n, 0U);
  add(node, "D", 1U, w, 0U, 0U);
  add(node, "out_proj.weight", 2U, d, w, 0U);
}

static void
describe_mamba2(EchoicNodeSpec* const node, const uint32_t d)
{
  const uint32_t w = 2U * d;
  const uint32_t n = 64U;
  const uint32_t h = w / 16U;
  add(node, "in_proj.weight", 2U, (2U * w) + (2U * n) + h, d, 0U);
  add(node, "conv1d.weight", 3U, w + (2U * n), 1U, 4U);
  add(node, "conv1d.bias", 1U, w + (2U * n), 0U, 0U);
  add(node, "dt_bias", 1U, h, 0U, 0U);
  add(node, "A_log", 1U, h, 0U, 0U);
  add(node, "D", 1U, h, 0U, 0U);
  add(node, "norm.weight", 1U, w, 0U, 0U);
  add(node, "out_proj.weight", 2U, d, w, 0U);
}

static void
describe_s4d(EchoicNodeSpec* const node, const uint32_t d)
{
  const uint32_t m = 32U;
  add(node, "D", 1U, d, 0U, 0U);
  add(node, "kernel.log_dt", 1U, d, 0U, 0U);
  add(node, "kernel.log_A_real", 2U, d, m, 0U);
  add(node, "kernel.A_imag", 2U, d, m, 0U);
  add(node, "kernel.C", 3U, d, m, 2U);
  add(node, "output_linear.0.weight", 3U, 2U * d, d, 1U);
  add(node, "output_linear.0.bias", 1U, 2U * d, 0U, 0U);
}

static double
now_ns(void)
{
  struct timespec ts = {0, 0};
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return ((double)ts.tv_sec * 1e9) + (double)ts.tv_nsec;
}

/// Return the least nanoseconds a frame of some runs
static double
measure(const char* const type, const Describe describe, const uint32_t width)
{
  EchoicGraphSpec       spec  = {.width_in = width};
  EchoicError           error = {ECHOIC_OK, ""};
  EchoicHostGraph       graph;
  double                best = 1e30;
  float* const          x = (float*)calloc(2U * (size_t)width, sizeof(float));
  EchoicNodeSpec* const node = echoic_graph_spec_add(&spec, type, type);
  if (x && node && echoic_node_spec_input(node, ECHOIC_GRAPH_INPUT)) {
    describe(node, width);
    if (echoic_host_graph_new(&spec, &graph, &error)) {
      fprintf(stderr, "bench_nodes: %s\n", error.text);
      exit(2);
    }
    for (uint32_t run = 0U; run < N_RUNS; ++run) {
      const double begin_ns = now_ns();
      for (uint32_t f = 0U; f < N_FRAMES; ++f) {
        x[f % width] = (float)(f % 7U) - 3.0F;
        echoic_graph_process(graph.graph, x, x + width, 1U);
      }
      const double ns = (now_ns() - begin_ns) / N_FRAMES;
      best            = ns < best ? ns : best;
    }
    echoic_host_graph_free(&graph);
  }

  free(x);
  echoic_graph_spec_clear(&spec);
  return best;
}

int
main(void)
{
  static const struct {
    const char* type;
    const char* sizes;
    Describe    describe;
  } kinds[]                      = {{"s4d", "M = 32", describe_s4d},
                                    {"mamba", "N = 16", describe_mamba},
                                    {"mamba2", "N = 64, P = 16", describe_mamba2}};
  static const uint32_t widths[] = {32U, 128U};
  uint32_t              n_sets   = 0U;
  while (echoic_kernels_name(n_sets)) {
    ++n_sets;
  }

  for (uint32_t k = 0U; k < 6U; ++k) {
    const uint32_t width = widths[k % 2U];
    double         base  = 0.0;
    printf(
      "%-6s width %3u, %-14s", kinds[k / 2U].type, width, kinds[k / 2U].sizes);
    for (uint32_t i = n_sets; i-- > 0U;) { // Portable first
      const char* const name = echoic_kernels_name(i);
      if (echoic_kernels_force(name)) {
        const double ns =
          measure(kinds[k / 2U].type, kinds[k / 2U].describe, width);
        base = base > 0.0 ? base : ns;
        printf("  %s %.0f ns (%.1f)", name, ns, base / ns);
      }
    }
    putchar('\n');
  }

  return EXIT_SUCCESS;
}
