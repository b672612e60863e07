// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* A hybrid, attention and recurrent layers interleaved as in Griffin, Jamba or
   Samba, is a plain graph.  Each layer is x + mix(norm(x)). */

#include "tests/graph_runner.h"
#include "tests/stream_checks.h"
#include "tests/suite.h"

#include <stdio.h>

#define N_FRAMES 200U
#define WIDTH 12U

static const char* const mixers[] = {"rglru", "mha", "memory", "mamba", "mha"};

#define N_LAYERS ((unsigned)(sizeof(mixers) / sizeof(mixers[0])))

static void
fill_small(float* const w, const size_t n)
{
  for (size_t i = 0U; i < n; ++i) {
    w[i] = 0.3F * noise();
  }
}

static void
add_rglru(EchoicNodeSpec* const spec)
{
  static const char* const gates[]  = {"input_gate.w", "a_gate.w"};
  static const char* const biases[] = {"input_gate.b", "a_gate.b"};
  const uint32_t           dims[]   = {3U, 4U, 4U};
  fill_small(new_tensor(spec, "a_param", WIDTH, 0U, NULL), WIDTH);
  for (unsigned g = 0U; g < 2U; ++g) {
    fill_small(echoic_node_spec_tensor(spec, gates[g], 3U, dims), 48U);
    fill_small(new_tensor(spec, biases[g], 3U, 4U, NULL), WIDTH);
  }
}

static void
add_mha(EchoicNodeSpec* const spec)
{
  echoic_node_spec_number(spec, "heads", 3.0);
  echoic_node_spec_number(spec, "window", 20.0);
  fill_small(new_tensor(spec, "in_proj_weight", 3U * WIDTH, WIDTH, NULL),
             (size_t)3U * WIDTH * WIDTH);
  fill_small(new_tensor(spec, "out_proj.weight", WIDTH, WIDTH, NULL),
             (size_t)WIDTH * WIDTH);
}

/// Rotating poles, one for every two numbers
static void
add_memory(EchoicNodeSpec* const spec)
{
  echoic_node_spec_word(spec, "layout", "diagonal");
  fill_small(new_tensor(spec, "poles", WIDTH / 2U, 2U, NULL), WIDTH);
}

static void
add_mamba(EchoicNodeSpec* const spec)
{
  static const struct {
    const char* name;
    uint32_t    n_dims;
    uint32_t    dims[3];
  } tensors[] = {
    {"in_proj.weight", 2U, {4U * WIDTH, WIDTH}},
    {"conv1d.weight", 3U, {2U * WIDTH, 1U, 4U}},
    {"conv1d.bias", 1U, {2U * WIDTH}},
    {"x_proj.weight", 2U, {1U + (2U * 5U), 2U * WIDTH}}, // 5 states a channel
    {"dt_proj.weight", 2U, {2U * WIDTH, 1U}},
    {"dt_proj.bias", 1U, {2U * WIDTH}},
    {"A_log", 2U, {2U * WIDTH, 5U}},
    {"D", 1U, {2U * WIDTH}},
    {"out_proj.weight", 2U, {WIDTH, 2U * WIDTH}},
  };
  for (unsigned t = 0U; t < sizeof(tensors) / sizeof(tensors[0]); ++t) {
    size_t n = 1U;
    for (unsigned d = 0U; d < tensors[t].n_dims; ++d) {
      n *= tensors[t].dims[d];
    }
    fill_small(echoic_node_spec_tensor(
                 spec, tensors[t].name, tensors[t].n_dims, tensors[t].dims),
               n);
  }
}

static void
add_mixer(EchoicNodeSpec* const spec)
{
  if (!strcmp(spec->type, "rglru")) {
    add_rglru(spec);
  } else if (!strcmp(spec->type, "mha")) {
    add_mha(spec);
  } else if (!strcmp(spec->type, "mamba")) {
    add_mamba(spec);
  } else {
    add_memory(spec);
  }
}

static void
describe(EchoicGraphSpec* const graph)
{
  char last[ECHOIC_ID_SIZE] = ECHOIC_GRAPH_INPUT;
  char norm[ECHOIC_ID_SIZE];
  char mix[ECHOIC_ID_SIZE];
  graph->width_in = WIDTH;
  for (unsigned i = 0U; i < N_LAYERS; ++i) {
    (void)snprintf(norm, sizeof(norm), "norm%u", i);
    (void)snprintf(mix, sizeof(mix), "mix%u", i);
    add_node(graph, norm, "rmsnorm", last);
    add_mixer(add_node(graph, mix, mixers[i], norm));
    char sum[ECHOIC_ID_SIZE];
    (void)snprintf(sum, sizeof(sum), "sum%u", i);
    ck_assert(echoic_node_spec_input(add_node(graph, sum, "sum", last), mix));
    memcpy(last, sum, sizeof(last));
  }
}

static EchoicGraph*
prepare_graph(const EchoicGraphSpec* const spec, void** const block)
{
  EchoicError  error = {ECHOIC_OK, ""};
  EchoicGraph* graph = NULL;
  size_t       size  = 0U;
  uint32_t     width = 0U;
  ck_assert_msg(
    !echoic_graph_bytes(spec, &size, &width, &error), "%s", error.text);
  ck_assert_uint_eq(width, WIDTH);
  *block            = aligned_alloc(ECHOIC_ARENA_ALIGN, size);
  EchoicArena arena = {(unsigned char*)*block, size, 0U};
  ck_assert_msg(
    !echoic_graph_prepare(spec, &arena, &graph, &error), "%s", error.text);
  return graph;
}

/// The same layers by hand, one node after the other over the whole stream
static void
run_by_hand(const EchoicGraphSpec* const spec,
            const float* const           in,
            float* const                 out)
{
  static float   y[3][N_FRAMES * WIDTH];
  const uint32_t widths[] = {WIDTH, WIDTH};
  const float*   x        = in;
  for (unsigned i = 0U; i < spec->n_nodes; ++i) {
    const float* const inputs[] = {x, y[1]};
    Runner             r        = prepare(&spec->nodes[i], widths);
    if (i % 3U == 1U) { // mix(norm(x))
      run(&r, y[0], y[1], N_FRAMES);
    } else { // norm(x), or x + mix
      run_from(&r, inputs, i % 3U ? out : y[0], 0U, N_FRAMES);
    }
    if (i % 3U == 2U) {
      memcpy(y[2], out, sizeof(y[2]));
      x = y[2];
    }
    release(&r);
  }
}

/// Blocks of any size, and again after a reset, give the layers' own bits
START_TEST(test_hybrid)
{
  static const uint32_t blocks[] = {1U, 7U, 64U, N_FRAMES};
  static float          x[N_FRAMES * WIDTH];
  static float          whole[N_FRAMES * WIDTH];
  static float          y[N_FRAMES * WIDTH];
  EchoicGraphSpec       spec  = {0};
  void*                 block = NULL;
  describe(&spec);
  EchoicGraph* const graph = prepare_graph(&spec, &block);
  fill_noise(x, N_FRAMES * WIDTH);
  run_by_hand(&spec, x, whole);
  for (unsigned b = 0U; b < 4U; ++b) {
    echoic_graph_reset(graph);
    for (uint32_t f = 0U; f < N_FRAMES;) {
      const uint32_t left = N_FRAMES - f;
      const uint32_t n    = blocks[b] < left ? blocks[b] : left;
      echoic_graph_process(
        graph, x + ((size_t)f * WIDTH), y + ((size_t)f * WIDTH), n);
      f += n;
    }
    ck_assert_msg(!memcmp(y, whole, sizeof(y)), "blocks of %u", blocks[b]);
  }
  free(block);
  echoic_graph_spec_clear(&spec);
}
END_TEST

static void
copy_states(const EchoicGraphSpec* const spec,
            EchoicGraph* const           from,
            EchoicGraph* const           to)
{
  EchoicNodeState a;
  EchoicNodeState b;
  for (uint32_t n = 0U; n < spec->n_nodes; ++n) {
    for (uint32_t i = 0U; echoic_graph_state(from, n, i, &a); ++i) {
      ck_assert(echoic_graph_state(to, n, i, &b));
      copy_piece(&a, &b);
    }
  }
}

/// The states of all nodes are all there is: another graph continues with them
START_TEST(test_continued)
{
  static float    x[N_FRAMES * WIDTH];
  static float    whole[N_FRAMES * WIDTH];
  static float    y[N_FRAMES * WIDTH];
  const uint32_t  half      = N_FRAMES / 2U;
  const size_t    at        = (size_t)half * WIDTH;
  EchoicGraphSpec spec      = {0};
  void*           blocks[2] = {NULL, NULL};
  describe(&spec);
  EchoicGraph* const a = prepare_graph(&spec, &blocks[0]);
  EchoicGraph* const b = prepare_graph(&spec, &blocks[1]);
  fill_noise(x, N_FRAMES * WIDTH);
  echoic_graph_process(a, x, whole, N_FRAMES);
  echoic_graph_reset(a);
  echoic_graph_process(a, x, y, half);
  copy_states(&spec, a, b);
  echoic_graph_process(b, x + at, y + at, N_FRAMES - half);
  ck_assert(!memcmp(y, whole, sizeof(y)));
  free(blocks[0]);
  free(blocks[1]);
  echoic_graph_spec_clear(&spec);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("hybrid");
  TCase* const tc    = tcase_create("all");
  tcase_add_test(tc, test_hybrid);
  tcase_add_test(tc, test_continued);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
