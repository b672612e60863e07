// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Graphs: any split gives the same bits, bad ones are refused, and a folded
   readout equals that of a bank. */

#include "dsp/embed.h"
#include "dsp/graph.h"
#include "tests/graph_runner.h"
#include "tests/suite.h"

#include <math.h>

#define WIDTH 6U
#define N_FRAMES 400U

/// Every type of node, with side paths: 6 numbers in, 3 out
static EchoicGraphSpec
all_types(void)
{
  const float     poles[] = {0.9F, 0.0F, 0.6F, 0.7F};
  EchoicGraphSpec graph   = {WIDTH, 0U, NULL};
  EchoicNodeSpec* node =
    add_node(&graph, "norm", "rmsnorm", ECHOIC_GRAPH_INPUT);
  echoic_node_spec_number(node, "c", 0.1);
  node = add_node(&graph, "map", "linear", "norm");
  add_noise(node, "weight", WIDTH, WIDTH);
  node = add_node(&graph, "both", "sum", "map");
  echoic_node_spec_input(node, ECHOIC_GRAPH_INPUT);
  node = add_node(&graph, "old", "delay", "both");
  echoic_node_spec_number(node, "frames", 65.0);
  echoic_node_spec_word(node, "output", "last");
  node = add_node(&graph, "cat", "concat", "old");
  echoic_node_spec_input(node, "norm");
  node = add_node(&graph, "bank", "memory", "cat");
  new_tensor(node, "poles", 2U, 2U, poles);
  node = add_node(&graph, "out", "perceptron", "bank");
  add_noise(node, "weight", 3U, 36U);
  echoic_node_spec_word(node, "activation", "tanh");
  return graph;
}

/// Blocks of every size from 1 to 200 frames, over the graph's own block of 64
START_TEST(test_splits)
{
  static float    in[N_FRAMES * WIDTH];
  static float    whole[N_FRAMES * 3U];
  static float    split[N_FRAMES * 3U];
  EchoicGraphSpec spec = all_types();
  const Running   r    = start(&spec);
  ck_assert_uint_eq(r.width_out, 3U);
  echoic_graph_spec_clear(&spec); // Isn't needed any more
  fill_noise(in, N_FRAMES * WIDTH);
  echoic_graph_process(r.graph, in, whole, N_FRAMES);
  ck_assert(whole[0] != 0.0F && whole[3U * 399U] != whole[3U * 398U]);
  for (uint32_t size = 1U; size <= 200U; ++size) {
    memset(split, 0xFF, sizeof(split));
    echoic_graph_reset(r.graph);
    for (uint32_t f = 0U; f < N_FRAMES; f += size) {
      const uint32_t left = N_FRAMES - f;
      echoic_graph_process(
        r.graph, in + (f * WIDTH), split + (f * 3U), size < left ? size : left);
    }
    ck_assert_msg(!memcmp(whole, split, sizeof(whole)), "blocks of %u", size);
  }
  free(r.block);
}
END_TEST

START_TEST(test_no_space)
{
  EchoicGraphSpec spec  = all_types();
  size_t          bytes = 0U;
  uint32_t        width = 0U;
  ck_assert_int_eq(echoic_graph_bytes(&spec, &bytes, &width, NULL), ECHOIC_OK);
  void* const block = aligned_alloc(ECHOIC_ARENA_ALIGN, bytes);
  for (size_t size = 0U; size < bytes; size += size + 7U < bytes ? 7U : 1U) {
    EchoicArena  arena = {(unsigned char*)block, size, 0U};
    EchoicError  error = {ECHOIC_OK, ""};
    EchoicGraph* graph = NULL;
    ck_assert_int_eq(echoic_graph_prepare(&spec, &arena, &graph, &error),
                     ECHOIC_NO_SPACE);
    ck_assert_ptr_null(graph);
    ck_assert_ptr_nonnull(strstr(error.text, "no space"));
  }
  free(block);
  echoic_graph_spec_clear(&spec);
}
END_TEST

/// The graph must be refused by both functions, with these words
static void
expect_refused(EchoicGraphSpec* const spec,
               const EchoicStatus     status,
               const char* const      says)
{
  static _Alignas(64) unsigned char block[65536];
  EchoicArena                       arena = {block, sizeof(block), 0U};
  EchoicError                       error = {ECHOIC_OK, ""};
  EchoicGraph*                      graph = NULL;
  size_t                            bytes = 1U;
  uint32_t                          width = 1U;
  ck_assert_int_eq(echoic_graph_bytes(spec, &bytes, &width, &error), status);
  ck_assert_msg(strstr(error.text, says) != NULL, "%s", error.text);
  ck_assert(bytes == 1U && width == 1U);
  ck_assert_int_eq(echoic_graph_prepare(spec, &arena, &graph, &error), status);
  ck_assert_ptr_null(graph);
  echoic_graph_spec_clear(spec);
}

START_TEST(test_refused)
{
  EchoicGraphSpec empty = {WIDTH, 0U, NULL};
  expect_refused(&empty, ECHOIC_BAD_FORMAT, "0 nodes");

  EchoicGraphSpec narrow = {0U, 0U, NULL};
  add_node(&narrow, "a", "sum", "in");
  expect_refused(&narrow, ECHOIC_BAD_SHAPE, "width 0");

  EchoicGraphSpec wide = {ECHOIC_MAX_WIDTH + 1U, 0U, NULL};
  add_node(&wide, "a", "sum", "in");
  expect_refused(&wide, ECHOIC_BAD_SHAPE, "1048577");

  EchoicGraphSpec unknown = {WIDTH, 0U, NULL};
  add_node(&unknown, "a", "sum", "b");
  expect_refused(&unknown, ECHOIC_BAD_FORMAT, "input 'b'");

  EchoicGraphSpec forward = {WIDTH, 0U, NULL};
  add_node(&forward, "a", "sum", "b");
  add_node(&forward, "b", "sum", "in");
  expect_refused(&forward, ECHOIC_BAD_FORMAT, "'a': input 'b'");

  EchoicGraphSpec itself = {WIDTH, 0U, NULL};
  add_node(&itself, "a", "sum", "a");
  expect_refused(&itself, ECHOIC_BAD_FORMAT, "'a': input 'a'");

  EchoicGraphSpec twice = {WIDTH, 0U, NULL};
  add_node(&twice, "a", "sum", "in");
  add_node(&twice, "a", "sum", "in");
  expect_refused(&twice, ECHOIC_BAD_FORMAT, "id 'a'");

  EchoicGraphSpec taken = {WIDTH, 0U, NULL};
  add_node(&taken, "in", "sum", "in");
  expect_refused(&taken, ECHOIC_BAD_FORMAT, "id 'in'");

  EchoicGraphSpec nameless = {WIDTH, 0U, NULL};
  add_node(&nameless, "", "sum", "in");
  expect_refused(&nameless, ECHOIC_BAD_FORMAT, "id ''");

  EchoicGraphSpec strange = {WIDTH, 0U, NULL};
  add_node(&strange, "a", "transformer", "in");
  expect_refused(&strange, ECHOIC_BAD_FORMAT, "type 'transformer'");

  EchoicGraphSpec deaf = {WIDTH, 0U, NULL};
  ck_assert_ptr_nonnull(echoic_graph_spec_add(&deaf, "a", "sum"));
  expect_refused(&deaf, ECHOIC_BAD_FORMAT, "0 inputs");
}
END_TEST

/// A short file can't ask for all the memory of the machine
START_TEST(test_memory_bound)
{
  EchoicGraphSpec spec  = {WIDTH, 0U, NULL};
  EchoicError     error = {ECHOIC_OK, ""};
  size_t          bytes = 1U;
  uint32_t        width = 1U;
  char            id[]  = "A";
  for (uint32_t i = 0U; i < 50U; ++i, ++id[0]) { // 6e6 numbers each: 24 MB
    EchoicNodeSpec* const node =
      add_node(&spec, id, "delay", ECHOIC_GRAPH_INPUT);
    echoic_node_spec_number(node, "frames", 1e6);
    echoic_node_spec_word(node, "output", "last");
    ck_assert_int_eq(echoic_graph_bytes(&spec, &bytes, &width, &error),
                     i < 44U ? ECHOIC_OK : ECHOIC_BAD_SHAPE);
    ck_assert_uint_le(bytes, ECHOIC_GRAPH_MAX_BYTES);
  }
  ck_assert_ptr_nonnull(strstr(error.text, "MiB"));
  echoic_graph_spec_clear(&spec);
}
END_TEST

/// What doesn't fit a spec isn't added to it, and leaves it as it was
START_TEST(test_spec_limits)
{
  static const uint32_t huge[] = {1U << 31U, 1U << 31U, 1U << 31U};
  static char           text[200];
  EchoicGraphSpec       spec = {WIDTH, 0U, NULL};
  memset(text, 'a', sizeof(text) - 1U);
  ck_assert_ptr_null(echoic_graph_spec_add(&spec, text, "sum"));
  ck_assert_ptr_null(echoic_graph_spec_add(&spec, "a", text));
  ck_assert_uint_eq(spec.n_nodes, 0U);
  EchoicNodeSpec* const node = add_node(&spec, "a", "sum", "in");
  for (uint32_t i = 1U; i < ECHOIC_MAX_INPUTS; ++i) {
    ck_assert(echoic_node_spec_input(node, "in"));
  }
  ck_assert(!echoic_node_spec_input(node, "in"));
  ck_assert(!echoic_node_spec_number(node, text, 1.0));
  ck_assert(!echoic_node_spec_word(node, "c", text));
  ck_assert(!echoic_node_spec_word(node, "c", ""));
  ck_assert_ptr_null(echoic_node_spec_tensor(node, "gain", 3U, huge));
  ck_assert_ptr_null(echoic_node_spec_tensor(node, text, 1U, huge + 2));
  ck_assert_ptr_null(echoic_node_spec_tensor(node, "gain", 5U, huge));
  ck_assert_uint_eq(node->n_params, 0U);
  ck_assert_uint_eq(node->n_tensors, 0U);
  Running r = start(&spec);
  ck_assert_uint_eq(r.width_out, WIDTH);
  free(r.block);
  echoic_graph_spec_clear(&spec);
}
END_TEST

#define N_Z 30U

/// A bank and a readout of all its states
static EchoicGraphSpec
bank_readout(const float* const poles, const float* const w)
{
  EchoicGraphSpec spec = {N_Z, 0U, NULL};
  EchoicNodeSpec* node =
    add_node(&spec, "memory", "memory", ECHOIC_GRAPH_INPUT);
  new_tensor(node, "poles", ECHOIC_N_POLES, 2U, poles);
  node = add_node(&spec, "score", "perceptron", "memory");
  new_tensor(node, "weight", 1U, ECHOIC_N_STATES, w);
  return spec;
}

/// The same with the readout in front of 8 poles, twice: y_1 = -y_0
static EchoicGraphSpec
folded_readout(const float* const poles, const float* const w)
{
  static const uint32_t n    = 2U * ECHOIC_N_POLES;
  EchoicGraphSpec       spec = {N_Z, 0U, NULL};
  EchoicNodeSpec* node = add_node(&spec, "write", "linear", ECHOIC_GRAPH_INPUT);
  float* const    rows = new_tensor(node, "weight", 2U * n, N_Z, NULL);
  echoic_embed_fold(poles, w, rows);
  for (uint32_t i = 0U; i < n * N_Z; ++i) {
    rows[(n * N_Z) + i] = -rows[i];
  }

  node = add_node(&spec, "memory", "memory", "write");
  echoic_node_spec_word(node, "layout", "diagonal");
  float* const a = new_tensor(node, "poles", n, 2U, NULL);
  float* const g = new_tensor(node, "gain", n, 0U, NULL);
  node           = add_node(&spec, "score", "perceptron", "memory");
  float* const y = new_tensor(node, "weight", 2U, n, NULL);
  echoic_node_spec_number(node, "groups", 2.0);
  memcpy(a, poles, n * sizeof(float));
  memcpy(a + n, poles, n * sizeof(float));
  for (uint32_t i = 0U; i < n; ++i) {
    g[i]      = 1.0F;
    y[2U * i] = 1.0F; // The real parts
  }

  return spec;
}

/// Memories of several durations: the two forms agree to 1e-5
START_TEST(test_folded)
{
  static const double lengths[] = {2.0, 7.5, 40.0, 190.0};
  static float        z[N_FRAMES * N_Z];
  static float        bank[N_FRAMES];
  static float        folded[N_FRAMES * 2U];
  float               poles[ECHOIC_N_POLES * 2U];
  float               w[ECHOIC_N_STATES];
  fill_noise(z, N_FRAMES * N_Z);
  fill_noise(w, ECHOIC_N_STATES);
  for (uint32_t i = 0U; i < ECHOIC_N_STATES; ++i) {
    w[i] *= 0.1F; // So that scores are of the order of 1
  }

  echoic_embed_poles(lengths[_i], poles);
  EchoicGraphSpec specs[] = {bank_readout(poles, w), folded_readout(poles, w)};
  const Running   a       = start(&specs[0]);
  const Running   b       = start(&specs[1]);
  double          power   = 0.0;
  echoic_graph_process(a.graph, z, bank, N_FRAMES);
  echoic_graph_process(b.graph, z, folded, N_FRAMES);
  for (uint32_t f = 0U; f < N_FRAMES; ++f) {
    power += (double)bank[f] * (double)bank[f] / N_FRAMES;
    ck_assert_double_eq_tol((double)folded[2U * f], (double)bank[f], 1e-5);
    ck_assert_double_eq_tol(
      (double)folded[(2U * f) + 1U], -(double)bank[f], 1e-5);
  }
  ck_assert_double_gt(power, 0.1);
  free(a.block);
  free(b.block);
  echoic_graph_spec_clear(&specs[0]);
  echoic_graph_spec_clear(&specs[1]);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("graph");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 60.0);
  tcase_add_test(tc, test_splits);
  tcase_add_test(tc, test_no_space);
  tcase_add_test(tc, test_refused);
  tcase_add_test(tc, test_memory_bound);
  tcase_add_test(tc, test_spec_limits);
  tcase_add_loop_test(tc, test_folded, 0, 4);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
