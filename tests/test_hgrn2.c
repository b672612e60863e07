// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The hgrn2 node against its formula in double, for random sizes, in every
   arrangement of its inputs. */

#include "tests/node_runner.h"
#include "tests/stream_checks.h"
#include "tests/suite.h"

#include <math.h>

#define N_FRAMES 40U
#define MAX_KEYS 24U

/// Heads, keys and values of each, and how inputs are given
typedef struct {
  uint32_t n_heads;
  uint32_t n_keys;
  uint32_t n_values;
  bool     is_packed;
  bool     has_bounds;
} Sizes;

static const Sizes sizes[] = {
  {1U, 1U, 1U, false, false},
  {2U, 4U, 4U, true, false},
  {2U, 4U, 4U, true, true},
  {3U, 2U, 5U, false, true},
  {4U, 6U, 3U, false, false},
  {1U, 24U, 24U, true, false},
};

#define N_SIZES ((int)(sizeof(sizes) / sizeof(sizes[0])))

/// A node of those sizes and its inputs
typedef struct {
  EchoicGraphSpec graph;
  Runner          runner;
  float           i[N_FRAMES * MAX_KEYS];
  float           q[N_FRAMES * MAX_KEYS];
  float           f[N_FRAMES * MAX_KEYS];
  float           b[MAX_KEYS];
  float           packed[N_FRAMES * 3U * MAX_KEYS];
  const float*    in[3];
  uint32_t        widths[3];
} Cell;

/// Put i, q and f into one vector a frame
static void
pack(Cell* const c, const uint32_t n)
{
  for (uint32_t t = 0U; t < N_FRAMES; ++t) {
    float* const to = c->packed + ((size_t)t * 3U * n);
    memcpy(to, c->i + ((size_t)t * n), n * sizeof(float));
    memcpy(to + n, c->q + ((size_t)t * n), n * sizeof(float));
    memcpy(to + (2U * n), c->f + ((size_t)t * n), n * sizeof(float));
  }
}

static void
set_inputs(Cell* const c, const Sizes* const s)
{
  const uint32_t     n_keys   = s->n_heads * s->n_keys;
  const uint32_t     n_values = s->n_heads * s->n_values;
  const float* const own[]    = {c->i, c->q, c->f};
  const uint32_t     each[]   = {n_values, n_keys, n_keys};
  const float* const joined[] = {c->packed, NULL, NULL};
  const uint32_t     all[]    = {3U * n_keys, 0U, 0U};
  memcpy(c->in, s->is_packed ? joined : own, sizeof(c->in));
  memcpy(c->widths, s->is_packed ? all : each, sizeof(c->widths));
}

static void
make(Cell* const c, const Sizes* const s)
{
  const uint32_t n_keys = s->n_heads * s->n_keys;
  memset(c, 0, sizeof(*c));
  c->graph.width_in = 1U;
  EchoicNodeSpec* const spec =
    new_spec(&c->graph, "hgrn2", s->is_packed ? 1U : 3U);
  fill_noise(c->i, N_FRAMES * MAX_KEYS);
  fill_noise(c->q, N_FRAMES * MAX_KEYS);
  fill_noise(c->f, N_FRAMES * MAX_KEYS);
  for (uint32_t i = 0U; i < N_FRAMES * MAX_KEYS; ++i) {
    c->f[i] *= 4.0F;
  }
  for (uint32_t i = 0U; s->has_bounds && i < n_keys; ++i) {
    c->b[i] = 0.99F * fabsf(noise());
  }
  pack(c, n_keys);
  set_inputs(c, s);
  echoic_node_spec_number(spec, "heads", s->n_heads);
  echoic_node_spec_number(spec, "query_scale", 0.5);
  echoic_node_spec_word(spec, "input_act", "silu");
  echoic_node_spec_word(spec, "query_act", "sigmoid");
  if (s->has_bounds) {
    new_tensor(spec, "lower_bound", n_keys, 0U, c->b);
  }

  c->runner = prepare(spec, c->widths);
  ck_assert_uint_eq(c->runner.shape.width_out, s->n_heads * s->n_values);
}

static void
drop(Cell* const c)
{
  release(&c->runner);
  echoic_graph_spec_clear(&c->graph);
}

static double
logistic(const double x)
{
  return 1.0 / (1.0 + exp(-x));
}

/// The formula of the header, for one head
static void
reference(const Cell* const  c,
          const Sizes* const s,
          const uint32_t     head,
          double* const      y) // [N_FRAMES][n_values]
{
  double         state[MAX_KEYS][MAX_KEYS] = {{0.0}};
  const uint32_t n_keys                    = s->n_heads * s->n_keys;
  const uint32_t n_values                  = s->n_heads * s->n_values;
  for (uint32_t t = 0U; t < N_FRAMES; ++t) {
    for (uint32_t v = 0U; v < s->n_values; ++v) {
      const double x = (double)c->i[(t * n_values) + (head * s->n_values) + v];
      double       sum = 0.0;
      for (uint32_t k = 0U; k < s->n_keys; ++k) {
        const uint32_t at = (head * s->n_keys) + k;
        const double   b  = (double)c->b[at];
        const double   w =
          b + ((1.0 - b) * logistic((double)c->f[(t * n_keys) + at]));
        const double q = logistic((double)c->q[(t * n_keys) + at]);
        state[k][v]    = (w * state[k][v]) + ((1.0 - w) * x * logistic(x));
        sum += 0.5 * q * state[k][v];
      }
      y[(t * s->n_values) + v] = sum;
    }
  }
}

START_TEST(test_formula)
{
  const Sizes* const s = &sizes[_i];
  static Cell        c;
  static float       out[N_FRAMES * MAX_KEYS];
  static double      expected[N_FRAMES * MAX_KEYS];
  const uint32_t     n_values = s->n_heads * s->n_values;
  srand((unsigned)_i);
  make(&c, s);
  c.runner.type->process(c.runner.node, c.in, out, N_FRAMES);
  for (uint32_t h = 0U; h < s->n_heads; ++h) {
    reference(&c, s, h, expected);
    for (uint32_t t = 0U; t < N_FRAMES; ++t) {
      for (uint32_t v = 0U; v < s->n_values; ++v) {
        ck_assert_double_eq_tol(
          (double)out[(t * n_values) + (h * s->n_values) + v],
          expected[(t * s->n_values) + v],
          2e-6);
      }
    }
  }
  drop(&c);
}
END_TEST

/// Any split gives the same bits; one matrix a head is all of the state
START_TEST(test_stream)
{
  const Sizes* const s = &sizes[_i];
  static Cell        c;
  EchoicNodeState    piece;
  make(&c, s);
  check_splits(&c.runner, c.in, N_FRAMES);
  check_state(&c.graph.nodes[0], c.widths, c.in, N_FRAMES);
  check_no_space(&c.graph.nodes[0], c.widths);
  ck_assert(c.runner.type->state(c.runner.node, 0U, &piece));
  ck_assert_str_eq(piece.name, "S");
  ck_assert_uint_eq(piece.n_dims, 3U);
  ck_assert_uint_eq(piece.dims[0], s->n_heads);
  ck_assert_uint_eq(piece.dims[1], s->n_keys);
  ck_assert_uint_eq(piece.dims[2], s->n_values);
  drop(&c);
}
END_TEST

/// What a file can hold that isn't usable
typedef struct {
  uint32_t     n_inputs;
  uint32_t     widths[3];
  double       heads;
  const char*  key; ///< A further word
  const char*  word;
  uint32_t     n_bounds; ///< 0: no tensor
  float        bound;
  EchoicStatus status;
  const char*  says;
} Refusal;

static const Refusal refusals[] = {
  {1U, {13U}, 1.0, NULL, NULL, 0U, 0.0F, ECHOIC_BAD_SHAPE, "widths"},
  {2U, {12U, 4U}, 1.0, NULL, NULL, 0U, 0.0F, ECHOIC_BAD_SHAPE, "2 inputs"},
  {3U, {4U, 4U, 5U}, 1.0, NULL, NULL, 0U, 0.0F, ECHOIC_BAD_SHAPE, "widths"},
  {1U, {12U}, 3.0, NULL, NULL, 0U, 0.0F, ECHOIC_BAD_SHAPE, "heads is 3"},
  {1U, {12U}, 0.0, NULL, NULL, 0U, 0.0F, ECHOIC_BAD_ARG, "heads is 0"},
  {1U, {12U}, 1.5, NULL, NULL, 0U, 0.0F, ECHOIC_BAD_ARG, "heads is 1.5"},
  {1U, {12U}, 1e12, NULL, NULL, 0U, 0.0F, ECHOIC_BAD_ARG, "heads is 1e+12"},
  {3U, {3U, 4U, 4U}, 4.0, NULL, NULL, 0U, 0.0F, ECHOIC_BAD_SHAPE, "heads is 4"},
  {1U, {12U}, (double)NAN, NULL, NULL, 0U, 0.0F, ECHOIC_BAD_ARG, "heads"},
  {1U, {12U}, 2.0, "query_act", "sin", 0U, 0.0F, ECHOIC_BAD_ARG, "'sin'"},
  {1U, {12U}, 2.0, "input_act", "sin", 0U, 0.0F, ECHOIC_BAD_ARG, "'sin'"},
  {1U, {12U}, 2.0, "norm", "none", 0U, 0.0F, ECHOIC_BAD_FORMAT, "'norm'"},
  {1U, {12U}, 2.0, NULL, NULL, 3U, 0.5F, ECHOIC_BAD_SHAPE, "'lower_bound'"},
  {1U, {12U}, 2.0, NULL, NULL, 4U, 1.0F, ECHOIC_BAD_FORMAT, "below 1"},
  {1U, {12U}, 2.0, NULL, NULL, 4U, -0.1F, ECHOIC_BAD_FORMAT, "from 0"},
  {1U, {12U}, 2.0, NULL, NULL, 4U, NAN, ECHOIC_BAD_FORMAT, "'lower_bound'"},
};

#define N_REFUSALS ((int)(sizeof(refusals) / sizeof(refusals[0])))

START_TEST(test_refused)
{
  const Refusal* const  r     = &refusals[_i];
  EchoicGraphSpec       graph = {1U, 0U, NULL};
  EchoicNodeSpec* const spec  = new_spec(&graph, "hgrn2", r->n_inputs);
  echoic_node_spec_number(spec, "heads", r->heads);
  if (r->key) {
    echoic_node_spec_word(spec, r->key, r->word);
  }

  float* const bound =
    r->n_bounds ? new_tensor(spec, "lower_bound", r->n_bounds, 0U, NULL) : NULL;
  for (uint32_t i = 0U; i < r->n_bounds; ++i) {
    bound[i] = r->bound;
  }

  check_refused(spec, r->widths, r->status, r->says);
  echoic_graph_spec_clear(&graph);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("hgrn2");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_formula, 0, N_SIZES);
  tcase_add_loop_test(tc, test_stream, 0, N_SIZES);
  tcase_add_loop_test(tc, test_refused, 0, N_REFUSALS);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
