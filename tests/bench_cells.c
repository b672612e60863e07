// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* bench_cells: a step of an LSTM and a GRU with one input, as amplifier models
   have, against the same in straightforward C: scalar, and compiled for AVX2.
 */

#include "dsp/graph.h"
#include "dsp/node.h"
#include "tests/noise.h"
#include "tests/race.h"

#include <math.h>
#include <string.h>

enum { most_hidden = 64, n_inputs = 1 };

/// Weights by columns, so that a compiler can add them as vectors
typedef struct {
  uint32_t              n_gates;
  uint32_t              n_hidden;
  const EchoicNodeType* type;
  void*                 node;
  float                 ih[4 * most_hidden * n_inputs];
  float                 hh[most_hidden][4 * most_hidden];
  float                 b[4 * most_hidden];
  float                 bh[4 * most_hidden];
  float                 h[most_hidden];
  float                 c[most_hidden];
} Cell;

static float x = 0.3F;

static inline __attribute__((always_inline)) float
sigmoid(const float v)
{
  return 1.0F / (1.0F + expf(-v));
}

static inline __attribute__((always_inline)) void
lstm_step(Cell* const l)
{
  const uint32_t n = l->n_hidden;
  float          g[4 * most_hidden];
  for (uint32_t i = 0U; i < 4U * n; ++i) {
    g[i] = l->b[i] + (l->ih[i] * x);
  }
  for (uint32_t k = 0U; k < n; ++k) {
    for (uint32_t i = 0U; i < 4U * n; ++i) {
      g[i] += l->hh[k][i] * l->h[k];
    }
  }
  for (uint32_t i = 0U; i < n; ++i) {
    l->c[i] =
      (sigmoid(g[n + i]) * l->c[i]) + (sigmoid(g[i]) * tanhf(g[(2U * n) + i]));
    l->h[i] = sigmoid(g[(3U * n) + i]) * tanhf(l->c[i]);
  }
}

static inline __attribute__((always_inline)) void
gru_step(Cell* const l)
{
  const uint32_t n = l->n_hidden;
  float          g[3 * most_hidden];
  float          r[3 * most_hidden];
  for (uint32_t i = 0U; i < 3U * n; ++i) {
    g[i] = l->b[i] + (l->ih[i] * x);
    r[i] = l->bh[i];
  }
  for (uint32_t k = 0U; k < n; ++k) {
    for (uint32_t i = 0U; i < 3U * n; ++i) {
      r[i] += l->hh[k][i] * l->h[k];
    }
  }
  for (uint32_t i = 0U; i < n; ++i) {
    const float z = sigmoid(g[n + i] + r[n + i]);
    const float c =
      tanhf(g[(2U * n) + i] + (sigmoid(g[i] + r[i]) * r[(2U * n) + i]));
    l->h[i] = ((1.0F - z) * c) + (z * l->h[i]);
  }
}

#if defined(__x86_64__)
#  define FOR_AVX2 __attribute__((target("avx2,fma"), noinline))
#else
#  define FOR_AVX2 __attribute__((noinline))
#endif
#if defined(__clang__)
#  define SCALAR __attribute__((noinline))
#else
#  define SCALAR __attribute__((noinline, optimize("no-tree-vectorize")))
#endif

static FOR_AVX2 void
run_avx2(void* const context)
{
  Cell* const l = (Cell*)context;
  if (l->n_gates == 4U) {
    lstm_step(l);
  } else {
    gru_step(l);
  }
}

static SCALAR void
run_scalar(void* const context)
{
  Cell* const l = (Cell*)context;
  if (l->n_gates == 4U) {
    lstm_step(l);
  } else {
    gru_step(l);
  }
}

static void
run_node(void* const context)
{
  const Cell* const  l    = (Cell*)context;
  const float* const in[] = {&x};
  float              out[most_hidden];
  l->type->process(l->node, in, out, 1U);
}

static float*
tensor(EchoicNodeSpec* const spec,
       const char* const     name,
       const uint32_t        rows,
       const uint32_t        cols,
       uint32_t* const       state)
{
  const uint32_t dims[] = {rows, cols};
  float* const   w = echoic_node_spec_tensor(spec, name, cols ? 2U : 1U, dims);
  for (uint32_t i = 0U; w && i < rows * (cols ? cols : 1U); ++i) {
    w[i] = 0.3F * next_noise(state);
  }

  return w;
}

static void
prepare(Cell* const l, EchoicGraphSpec* const graph, const char* const name)
{
  const uint32_t        n     = l->n_hidden;
  const uint32_t        rows  = l->n_gates * n;
  uint32_t              state = n;
  EchoicError           error;
  EchoicNodeSpec* const spec = echoic_graph_spec_add(graph, name, name);
  if (!spec || !echoic_node_spec_input(spec, ECHOIC_GRAPH_INPUT)) {
    exit(2);
  }

  const float* const ih = tensor(spec, "weight_ih_l0", rows, n_inputs, &state);
  const float* const hh = tensor(spec, "weight_hh_l0", rows, n, &state);
  const float* const bi = tensor(spec, "bias_ih_l0", rows, 0U, &state);
  const float* const bh = tensor(spec, "bias_hh_l0", rows, 0U, &state);
  for (uint32_t i = 0U; i < rows; ++i) {
    l->ih[i] = ih[i];
    l->b[i]  = l->n_gates == 4U ? bi[i] + bh[i] : bi[i];
    l->bh[i] = bh[i];
    for (uint32_t k = 0U; k < n; ++k) {
      l->hh[k][i] = hh[(i * n) + k];
    }
  }

  EchoicNodeShape shape = {.n_inputs = 1U, .width_in = {n_inputs}};
  l->type               = echoic_node_type(name);
  if (!l->type || l->type->bytes(spec, &shape, &error)) {
    exit(2);
  }

  EchoicArena arena = {
    (unsigned char*)aligned_alloc(64U, shape.bytes), shape.bytes, 0U};
  if (!arena.base || l->type->prepare(spec, &shape, &arena, &l->node, &error)) {
    exit(2);
  }
}

/// The node and the plain cells must compute the same
static void
check_same(Cell* const l)
{
  const float* const in[] = {&x};
  float              out[most_hidden];
  l->type->reset(l->node);
  for (int k = 0; k < 100; ++k) {
    x = sinf((float)k);
    l->type->process(l->node, in, out, 1U);
    run_scalar(l);
  }
  for (uint32_t i = 0U; i < l->n_hidden; ++i) {
    if (!(fabsf(out[i] - l->h[i]) < 1e-5F)) {
      printf("bench_cells: %g isn't %g\n", (double)out[i], (double)l->h[i]);
      exit(1);
    }
  }
}

static void
compare(const char* const name, const uint32_t n_gates, const uint32_t n_hidden)
{
  EchoicGraphSpec graph = {n_inputs, 0U, NULL};
  Cell* const     l     = (Cell*)calloc(1U, sizeof(Cell));
  char            what[40];
  l->n_gates  = n_gates;
  l->n_hidden = n_hidden;
  prepare(l, &graph, name);
  check_same(l);
  Racer racers[] = {{"echoic", run_node, l, 0.0, 0.0},
                    {"plain C for AVX2", run_avx2, l, 0.0, 0.0},
                    {"plain C, scalar", run_scalar, l, 0.0, 0.0}};
  snprintf(what, sizeof(what), "%s, %u units, a step", name, n_hidden);
  race(racers, 3U);
  race_print(what, racers, 3U);
  echoic_graph_spec_clear(&graph);
  free(l);
}

int
main(void)
{
  static const uint32_t sizes[] = {8U, 16U, 20U, 32U, 64U};
  race_kernels();
  for (int k = 0; k < 5; ++k) {
    compare("lstm", 4U, sizes[k]);
  }
  for (int k = 0; k < 5; ++k) {
    compare("gru", 3U, sizes[k]);
  }

  return 0;
}
