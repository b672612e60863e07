// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Chains that run in one pass: the same bits as node by node, and only where
   nothing else needs what is between the nodes. */

#include "dsp/graph_parts.h"
#include "dsp/kernels.h"
#include "tests/graph_runner.h"
#include "tests/kernel_sets.h"
#include "tests/suite.h"

#include <math.h>

#define COLS ECHOIC_RECOGNISER_COLS
#define WIDTH 30U
#define N_FRAMES 75U
#define MOST 100U

static const uint32_t counts[] = {1U, 2U, 3U, 7U, 8U, 9U, 16U, 19U, MOST};
static const size_t   n_counts = sizeof(counts) / sizeof(counts[0]);

/// Sounds with a memory each, as they are taught
static EchoicGraphSpec
sounds(const uint32_t n, const uint32_t n_cols)
{
  EchoicGraphSpec       graph = {.width_in = WIDTH};
  EchoicNodeSpec* const norm  = add_node(&graph, "norm", "rmsnorm", "in");
  echoic_node_spec_number(norm, "c", 0.1);
  EchoicNodeSpec* const write = add_node(&graph, "write", "linear", "norm");
  add_noise(write, "weight", n * n_cols, WIDTH);
  add_noise(write, "bias", n * n_cols, 0U);
  EchoicNodeSpec* const memory = add_node(&graph, "memory", "memory", "write");
  echoic_node_spec_word(memory, "layout", "diagonal");
  float* const poles = add_noise(memory, "poles", n * n_cols / 2U, 2U);
  for (uint32_t i = 0U; i < n * n_cols; ++i) {
    poles[i] *= 0.7F;
  }
  EchoicNodeSpec* const score =
    add_node(&graph, "score", "perceptron", "memory");
  echoic_node_spec_number(score, "groups", (double)n);
  add_noise(score, "weight", n, n_cols);
  add_noise(score, "bias", n, 0U);
  return graph;
}

/// The same node by node: what is between them is an output, too
static void
show_memory(EchoicGraphSpec* const graph, const char* const last)
{
  ck_assert(echoic_graph_spec_output(graph, "y", last));
  ck_assert(echoic_graph_spec_output(graph, "h", "memory"));
}

static bool
is_fused(const EchoicGraph* const graph)
{
  const EchoicGraphStep* const last = &graph->steps[graph->n_steps - 1U];
  return last->is_chain;
}

/// Run all frames in blocks of `size`
static void
run_blocks(const Running* const r,
           const float* const   x,
           float* const         y,
           const uint32_t       size)
{
  for (uint32_t f = 0U; f < N_FRAMES; f += size) {
    const uint32_t left = N_FRAMES - f;
    echoic_graph_process(r->graph,
                         x + ((size_t)f * WIDTH),
                         y + ((size_t)f * r->width_out),
                         size < left ? size : left);
  }
}

/// Check that two graphs remember the same
static void
check_state(const Running* const a, const Running* const b)
{
  EchoicNodeState s = {0};
  EchoicNodeState t = {0};
  ck_assert(echoic_graph_state(a->graph, 2U, 0U, &s));
  ck_assert(echoic_graph_state(b->graph, 2U, 0U, &t));
  ck_assert_uint_eq(s.dims[0], t.dims[0]);
  ck_assert(!memcmp(s.data, t.data, s.dims[0] * sizeof(float)));
}

/// Scores and memories are those of the nodes, at any split
START_TEST(test_same)
{
  static float x[N_FRAMES * WIDTH];
  static float apart[N_FRAMES * MOST];
  static float fused[N_FRAMES * MOST];
  if (!use_kernels(_i)) {
    return;
  }

  fill_noise(x, N_FRAMES * WIDTH);
  for (size_t i = 0U; i < n_counts; ++i) {
    EchoicGraphSpec spec = sounds(counts[i], COLS);
    const Running   one  = start(&spec);
    show_memory(&spec, "score");
    const Running all = start(&spec);
    const bool    can = echoic_kernels()->recognise && counts[i] > 1U;
    ck_assert(is_fused(one.graph) == can); // One sound is no group
    ck_assert(!is_fused(all.graph));
    run_blocks(&all, x, apart, N_FRAMES);
    const size_t size = (size_t)N_FRAMES * counts[i] * sizeof(float);
    for (uint32_t n = 1U; n <= N_FRAMES; n += n < 9U ? 1U : 11U) {
      memset(fused, 0xFF, sizeof(fused));
      echoic_graph_reset(one.graph);
      run_blocks(&one, x, fused, n);
      ck_assert_msg(
        !memcmp(apart, fused, size), "%u sounds, blocks of %u", counts[i], n);
      ck_assert(i + 1U == n_counts || isnan(fused[size / sizeof(float)]));
      check_state(&one, &all);
    }
    free(one.block);
    free(all.block);
    echoic_graph_spec_clear(&spec);
  }
}
END_TEST

/// A memory that overflows begins anew after the same frame
START_TEST(test_overflow)
{
  static float x[N_FRAMES * WIDTH];
  static float apart[N_FRAMES * 3U];
  static float fused[N_FRAMES * 3U];
  const bool   is_hidden = _i % 2;
  if (!use_kernels(_i / 2)) {
    return;
  }

  EchoicGraphSpec spec = sounds(3U, COLS);

  spec.nodes[1].tensors[1].data[20] = 3e38F; // Two of these are too much
  spec.nodes[2].tensors[0].data[20] = 0.9F;
  spec.nodes[2].tensors[0].data[21] = 0.0F;
  spec.nodes[3].tensors[0].data[20] = is_hidden ? 0.1F : 0.0F;
  if (is_hidden) { // Otherwise it isn't read
    add_node(&spec, "hide", "activation", "score");
    echoic_node_spec_word(&spec.nodes[4], "type", "sigmoid");
  }

  fill_noise(x, N_FRAMES * WIDTH);
  const Running one = start(&spec);
  show_memory(&spec, is_hidden ? "hide" : "score");
  const Running all = start(&spec);
  run_blocks(&all, x, apart, N_FRAMES);
  run_blocks(&one, x, fused, N_FRAMES);
  uint32_t n_zeros = 0U;
  for (uint32_t f = 0U; f < N_FRAMES; ++f) {
    n_zeros += apart[3U * f] == 0.0F;
  }

  ck_assert_uint_gt(n_zeros, 0U);
  ck_assert_uint_lt(n_zeros, N_FRAMES);
  ck_assert(!memcmp(apart, fused, sizeof(apart)));
  check_state(&one, &all);
  free(one.block);
  free(all.block);
  echoic_graph_spec_clear(&spec);
}
END_TEST

/// Other chains stay apart
START_TEST(test_others)
{
  EchoicGraphSpec specs[] = {sounds(4U, COLS),
                             sounds(4U, COLS),
                             sounds(4U, COLS),
                             sounds(4U, COLS),
                             sounds(4U, COLS / 2U)};
  // A gate, an activation, another reader, and another that is the last
  add_noise(&specs[0].nodes[2], "input_gate.weight", 2U * COLS, 4U * COLS);
  add_noise(&specs[0].nodes[2], "input_gate.bias", 2U * COLS, 0U);
  echoic_node_spec_word(&specs[1].nodes[3], "activation", "tanh");
  add_node(&specs[2], "first", "slice", "write");
  echoic_node_spec_number(&specs[2].nodes[4], "width", 1.0);
  add_node(&specs[3], "again", "activation", "memory");
  echoic_node_spec_word(&specs[3].nodes[4], "type", "tanh");
  for (size_t i = 0U; i < sizeof(specs) / sizeof(specs[0]); ++i) {
    const Running r = start(&specs[i]);
    for (uint32_t s = 0U; s < r.graph->n_steps; ++s) {
      ck_assert_msg(!r.graph->steps[s].is_chain, "chain %zu", i);
      ck_assert_msg(!r.graph->steps[s].is_inside, "chain %zu", i);
    }
    free(r.block);
    echoic_graph_spec_clear(&specs[i]);
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("graph_fuse");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 120.0);
  tcase_add_loop_test(tc, test_same, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_overflow, 0, 2 * n_kernel_sets);
  tcase_add_test(tc, test_others);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
