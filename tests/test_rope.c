// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Positions: rotary ones in both layouts, and learned ones. */

#include "tests/stream_checks.h"
#include "tests/suite.h"

#include <math.h>

#define N_FRAMES 300U
#define MAX_WIDTH 48U

typedef struct {
  uint32_t n_heads;
  uint32_t head_width;
  uint32_t dim; ///< 0 for its default, the whole head
  double   base;
  bool     halves;
} Kind;

static const Kind kinds[] = {{1U, 8U, 0U, 0.0, false},
                             {1U, 8U, 0U, 0.0, true},
                             {1U, 2U, 0U, 500.0, true},
                             {3U, 6U, 2U, 100.0, false},
                             {4U, 12U, 6U, 0.0, true},
                             {2U, 24U, 24U, 1.0, false}};

#define N_KINDS ((int)(sizeof(kinds) / sizeof(kinds[0])))

static EchoicNodeSpec*
describe(EchoicGraphSpec* const graph, const Kind* const k)
{
  EchoicNodeSpec* const spec = new_spec(graph, "rope", 1U);
  if (k->n_heads > 1U) {
    echoic_node_spec_number(spec, "heads", k->n_heads);
  }
  if (k->dim) {
    echoic_node_spec_number(spec, "dim", k->dim);
  }
  if (k->base > 0.0) {
    echoic_node_spec_number(spec, "base", k->base);
  }
  echoic_node_spec_word(spec, "layout", k->halves ? "halves" : "interleaved");
  return spec;
}

/// Frame n of a head, in double
static void
turn(const Kind* const k, const double n, const float* const x, double* const y)
{
  const unsigned d    = k->dim ? k->dim : k->head_width;
  const double   base = k->base > 0.0 ? k->base : 10000.0;
  for (unsigned i = 0U; i < k->head_width; ++i) {
    y[i] = (double)x[i];
  }
  for (unsigned i = 0U; i < d / 2U; ++i) {
    const unsigned first  = k->halves ? i : 2U * i;
    const unsigned second = k->halves ? i + (d / 2U) : (2U * i) + 1U;
    const double   u      = n * pow(base, -2.0 * i / d);
    const double   a      = (double)x[first];
    const double   b      = (double)x[second];
    y[first]              = (a * cos(u)) - (b * sin(u));
    y[second]             = (b * cos(u)) + (a * sin(u));
  }
}

static void
check_turned(const Kind* const  k,
             const float* const x,
             const float* const y,
             const double       first)
{
  double right[MAX_WIDTH];
  for (unsigned row = 0U; row < N_FRAMES * k->n_heads; ++row) {
    const size_t at = (size_t)row * k->head_width;
    turn(k, first + (row / k->n_heads), x + at, right);
    for (unsigned i = 0U; i < k->head_width; ++i) {
      ck_assert_double_eq_tol((double)y[at + i], right[i], 2e-7);
    }
  }
}

/// The formula, from the start and after a year of frames
START_TEST(test_rope)
{
  static float    x[N_FRAMES * MAX_WIDTH];
  static float    y[N_FRAMES * MAX_WIDTH];
  const Kind*     k     = &kinds[_i];
  const uint32_t  width = k->n_heads * k->head_width;
  EchoicGraphSpec graph = {0};
  Runner          r     = prepare(describe(&graph, k), &width);
  EchoicNodeState state = {0};
  fill_noise(x, (size_t)N_FRAMES * width);
  run(&r, x, y, N_FRAMES);
  check_turned(k, x, y, 0.0);

  ck_assert(r.type->state(r.node, 0U, &state));
  ck_assert_str_eq(state.name, "position");
  ck_assert_int_eq(*state.count, N_FRAMES);
  ck_assert(!r.type->state(r.node, 1U, &state));
  *state.count = 6000000000; // Beyond 32 bits, and whole numbers in float
  run(&r, x, y, N_FRAMES);
  check_turned(k, x, y, 6e9);
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Given frequencies instead of a base's
START_TEST(test_freqs)
{
  static const float freqs[] = {0.5F, -2.0F};
  const uint32_t     width   = 4U;
  const float        x[8]    = {1.0F, 0.0F, 0.0F, 1.0F, 1.0F, 0.0F, 0.0F, 1.0F};
  float              y[8];
  EchoicGraphSpec    graph = {0};
  EchoicNodeSpec*    spec  = new_spec(&graph, "rope", 1U);
  new_tensor(spec, "freqs", 2U, 0U, freqs);
  Runner r = prepare(spec, &width);
  run(&r, x, y, 2U);
  ck_assert(!memcmp(x, y, 4U * sizeof(float)));
  ck_assert_double_eq_tol((double)y[4], cos(0.5), 1e-7);
  ck_assert_double_eq_tol((double)y[5], sin(0.5), 1e-7);
  ck_assert_double_eq_tol((double)y[6], sin(2.0), 1e-7);
  ck_assert_double_eq_tol((double)y[7], cos(2.0), 1e-7);
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// A row for each frame, the last one for all after the end
START_TEST(test_position)
{
  const uint32_t  width = 3U;
  EchoicGraphSpec graph = {0};
  EchoicNodeSpec* spec  = new_spec(&graph, "position", 1U);
  float* const    w     = new_tensor(spec, "weight", 5U, width, NULL);
  float           x[30];
  float           y[30];
  fill_noise(w, 15U);
  fill_noise(x, 30U);
  Runner r = prepare(spec, &width);
  run(&r, x, y, 10U);
  for (unsigned n = 0U; n < 10U; ++n) {
    for (unsigned i = 0U; i < 3U; ++i) {
      const float right = x[(3U * n) + i] + w[(3U * (n < 5U ? n : 4U)) + i];
      ck_assert(y[(3U * n) + i] == right);
    }
  }
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Splits, the state and the arena
START_TEST(test_stream)
{
  static float       x[N_FRAMES * MAX_WIDTH];
  const bool         learned = _i == N_KINDS;
  const Kind*        k       = &kinds[learned ? 0 : _i];
  const uint32_t     width   = k->n_heads * k->head_width;
  const float* const in      = x;
  EchoicGraphSpec    graph   = {0};
  EchoicNodeSpec*    spec =
    learned ? new_spec(&graph, "position", 1U) : describe(&graph, k);
  if (learned) {
    fill_noise(new_tensor(spec, "weight", 200U, width, NULL), 200U * width);
  }
  fill_noise(x, (size_t)N_FRAMES * width);
  Runner r = prepare(spec, &width);
  check_splits(&r, &in, N_FRAMES);
  check_state(spec, &width, &in, N_FRAMES);
  check_no_space(spec, &width);
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// One thing wrong at a time
START_TEST(test_refused)
{
  static const struct {
    const char*  key;
    const char*  word;
    double       value;
    EchoicStatus status;
    const char*  says;
  } cases[] = {
    {"heads", NULL, 0.0, ECHOIC_BAD_ARG, "heads is 0"},
    {"heads", NULL, 5.0, ECHOIC_BAD_SHAPE, "heads 5"},
    {"heads", NULL, 12.0, ECHOIC_BAD_ARG, "dim is 1"},
    {"dim", NULL, 3.0, ECHOIC_BAD_SHAPE, "dim 3"},
    {"dim", NULL, 14.0, ECHOIC_BAD_ARG, "dim is 14"},
    {"base", NULL, 0.5, ECHOIC_BAD_ARG, "base is 0.5"},
    {"base", NULL, (double)NAN, ECHOIC_BAD_ARG, "base"},
    {"layout", "pairs", 0.0, ECHOIC_BAD_ARG, "'pairs'"},
    {"theta", NULL, 1.0, ECHOIC_BAD_FORMAT, "'theta'"},
  };
  const uint32_t  width = 12U;
  EchoicGraphSpec graph = {0};
  EchoicNodeSpec* spec  = new_spec(&graph, "rope", 1U);
  if (cases[_i].word) {
    echoic_node_spec_word(spec, cases[_i].key, cases[_i].word);
  } else {
    echoic_node_spec_number(spec, cases[_i].key, cases[_i].value);
  }
  check_refused(spec, &width, cases[_i].status, cases[_i].says);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Tensors that are missing, misshaped or not finite
START_TEST(test_refused_tensors)
{
  const uint32_t  width = 8U;
  EchoicGraphSpec graph = {0};
  EchoicNodeSpec* rope  = new_spec(&graph, "rope", 1U);
  new_tensor(rope, "freqs", 8U, 0U, NULL);
  check_refused(rope, &width, ECHOIC_BAD_SHAPE, "'freqs' is [8]: must be [4]");

  EchoicNodeSpec* table = new_spec(&graph, "position", 1U);
  check_refused(table, &width, ECHOIC_BAD_SHAPE, "'weight' is missing");
  float* const w = new_tensor(table, "weight", 3U, width, NULL);
  w[7]           = INFINITY;
  check_refused(table, &width, ECHOIC_BAD_FORMAT, "'weight'");
  echoic_graph_spec_clear(&graph);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("rope");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_rope, 0, N_KINDS);
  tcase_add_test(tc, test_freqs);
  tcase_add_test(tc, test_position);
  tcase_add_loop_test(tc, test_stream, 0, N_KINDS + 1);
  tcase_add_loop_test(tc, test_refused, 0, 9);
  tcase_add_test(tc, test_refused_tensors);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
