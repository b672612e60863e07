// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The RG-LRU, the convolution in front of it, and the mean, against the
   formulas of their headers in double. */

#include "tests/stream_checks.h"
#include "tests/suite.h"

#include <math.h>

#define N_FRAMES 300U
#define MAX_WIDTH 48U

typedef struct {
  uint32_t n_heads;
  uint32_t block;
  uint32_t reset_at; ///< 0 for none
} Kind;

static const Kind kinds[] = {{1U, 1U, 0U},
                             {2U, 4U, 0U},
                             {4U, 8U, 35U},
                             {1U, 20U, 1U},
                             {16U, 3U, 299U},
                             {5U, 1U, 1000U}};

#define N_KINDS ((int)(sizeof(kinds) / sizeof(kinds[0])))

static float*
new_tensor_3d(EchoicNodeSpec* const spec,
              const char* const     name,
              const uint32_t        n,
              const uint32_t        n_rows,
              const uint32_t        n_cols)
{
  const uint32_t dims[] = {n, n_rows, n_cols};
  float* const   data   = echoic_node_spec_tensor(spec, name, 3U, dims);
  ck_assert_ptr_nonnull(data);
  fill_noise(data, (size_t)n * n_rows * n_cols);
  return data;
}

static EchoicNodeSpec*
describe(EchoicGraphSpec* const graph, const Kind* const k)
{
  EchoicNodeSpec* const spec  = new_spec(graph, "rglru", 1U);
  const uint32_t        width = k->n_heads * k->block;
  float* const          a     = new_tensor(spec, "a_param", width, 0U, NULL);
  for (uint32_t i = 0U; i < width; ++i) { // Poles from .9 to almost 1, as drawn
    a[i] = -4.0F + (4.0F * noise());      // by its authors, and beyond
  }
  new_tensor_3d(spec, "input_gate.w", k->n_heads, k->block, k->block);
  new_tensor_3d(spec, "a_gate.w", k->n_heads, k->block, k->block);
  fill_noise(new_tensor(spec, "input_gate.b", k->n_heads, k->block, NULL),
             width);
  fill_noise(new_tensor(spec, "a_gate.b", k->n_heads, k->block, NULL), width);
  if (k->reset_at) {
    echoic_node_spec_number(spec, "reset_at", k->reset_at);
  }
  return spec;
}

/// Output j of head h of a gate
static double
gate(const EchoicNodeSpec* const spec,
     const char* const           w_name,
     const char* const           b_name,
     const float* const          x,
     const unsigned              j)
{
  const EchoicTensor* const w     = echoic_node_tensor(spec, w_name);
  const unsigned            block = w->dims[1];
  const unsigned            h     = j / block;
  double sum = (double)echoic_node_tensor(spec, b_name)->data[j];
  for (unsigned i = 0U; i < block; ++i) {
    sum += (double)x[(h * block) + i] *
           (double)w->data[(((h * block) + i) * block) + (j % block)];
  }
  return 1.0 / (1.0 + exp(-sum));
}

/// The formula; a document begins at frame 0 and at reset_at
START_TEST(test_rglru)
{
  static float    x[N_FRAMES * MAX_WIDTH];
  static float    y[N_FRAMES * MAX_WIDTH];
  const Kind*     k            = &kinds[_i];
  const uint32_t  width        = k->n_heads * k->block;
  double          h[MAX_WIDTH] = {0.0};
  EchoicGraphSpec graph        = {0};
  EchoicNodeState state        = {0};
  EchoicNodeSpec* spec         = describe(&graph, k);
  Runner          r            = prepare(spec, &width);
  fill_noise(x, (size_t)N_FRAMES * width);
  run(&r, x, y, N_FRAMES);
  const float* const a_param = echoic_node_tensor(spec, "a_param")->data;
  for (unsigned n = 0U; n < N_FRAMES; ++n) {
    const float* const in = x + ((size_t)n * width);
    for (unsigned j = 0U; j < width; ++j) {
      const double i = gate(spec, "input_gate.w", "input_gate.b", in, j);
      const double g = gate(spec, "a_gate.w", "a_gate.b", in, j);
      const double l = -8.0 * g * log1p(exp((double)a_param[j]));
      const bool   f = n == 0U || n == k->reset_at;
      const double a = f ? 0.0 : exp(l);
      const double m = f ? 1.0 : sqrt(-expm1(2.0 * l));
      h[j]           = (a * h[j]) + (m * i * (double)in[j]);
      ck_assert_double_eq_tol((double)y[(n * width) + j], h[j], 3e-6);
    }
  }
  ck_assert(r.type->state(r.node, 0U, &state));
  ck_assert_str_eq(state.name, "h");
  ck_assert_uint_eq(state.dims[0], width);
  ck_assert(!memcmp(
    state.data, y + ((size_t)(N_FRAMES - 1U) * width), width * sizeof(float)));
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

static EchoicNodeSpec*
describe_conv(EchoicGraphSpec* const graph,
              const uint32_t         n_taps,
              const uint32_t         width)
{
  EchoicNodeSpec* const spec = new_spec(graph, "temporal_conv", 1U);
  fill_noise(new_tensor(spec, "w", n_taps, width, NULL), n_taps * width);
  fill_noise(new_tensor(spec, "b", width, 0U, NULL), width);
  return spec;
}

/// The last row of "w" meets the present frame; the state is the last frames
START_TEST(test_conv)
{
  const uint32_t  n_taps = (uint32_t)_i;
  const uint32_t  width  = 3U;
  EchoicGraphSpec graph  = {0};
  EchoicNodeState state  = {0};
  EchoicNodeSpec* spec   = describe_conv(&graph, n_taps, width);
  Runner          r      = prepare(spec, &width);
  float           x[20 * 3];
  float           y[20 * 3];
  fill_noise(x, 60U);
  run(&r, x, y, 20U);
  for (unsigned n = 0U; n < 20U; ++n) {
    for (unsigned i = 0U; i < 3U; ++i) {
      double sum = (double)echoic_node_tensor(spec, "b")->data[i];
      for (unsigned k = 0U; k < n_taps && k <= n; ++k) {
        const float* const w = echoic_node_tensor(spec, "w")->data;
        sum += (double)w[(3U * (n_taps - 1U - k)) + i] *
               (double)x[(3U * (n - k)) + i];
      }
      ck_assert_double_eq_tol((double)y[(3U * n) + i], sum, 1e-6);
    }
  }

  ck_assert_int_eq(r.type->state(r.node, 0U, &state), n_taps > 1U);
  if (n_taps > 1U) {
    const size_t n = 3U * (n_taps - 1U);
    ck_assert_str_eq(state.name, "conv");
    ck_assert_uint_eq(state.dims[0], n_taps - 1U);
    ck_assert(!memcmp(state.data, x + (60U - n), n * sizeof(float)));
  }
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Of a ramp: half of where it is
START_TEST(test_mean)
{
  const uint32_t  one   = 1U;
  EchoicGraphSpec graph = {0};
  Runner          r     = prepare(new_spec(&graph, "mean", 1U), &one);
  float           x[1000];
  float           y[1000];
  for (unsigned n = 0U; n < 1000U; ++n) {
    x[n] = (float)n;
  }
  run(&r, x, y, 1000U);
  for (unsigned n = 0U; n < 1000U; ++n) {
    ck_assert(y[n] == (float)n / 2.0F);
  }
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Splits, the state and the arena, of all three
START_TEST(test_stream)
{
  static float       x[N_FRAMES * MAX_WIDTH];
  const Kind*        k     = &kinds[_i];
  const uint32_t     width = k->n_heads * k->block;
  const float* const in    = x;
  EchoicGraphSpec    graph = {0};
  fill_noise(x, (size_t)N_FRAMES * width);
  for (unsigned type = 0U; type < 3U; ++type) {
    EchoicNodeSpec* const spec =
      type == 0U   ? describe(&graph, k)
      : type == 1U ? describe_conv(&graph, (uint32_t)_i + 1U, width)
                   : new_spec(&graph, "mean", 1U);
    Runner r = prepare(spec, &width);
    check_splits(&r, &in, N_FRAMES);
    check_state(spec, &width, &in, N_FRAMES);
    check_no_space(spec, &width);
    release(&r);
  }
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// One thing wrong at a time
START_TEST(test_refused)
{
  const Kind      k     = {2U, 4U, 0U};
  const uint32_t  width = 8U;
  const uint32_t  odd   = 9U;
  EchoicGraphSpec graph = {0};
  EchoicNodeSpec* spec  = describe(&graph, &k);
  check_refused(spec, &odd, ECHOIC_BAD_SHAPE, "'a_param' is [8]: must be [9]");
  free(spec->tensors[0].data);
  spec->tensors[0].dims[0] = 9U;
  spec->tensors[0].data    = (float*)calloc(9U, sizeof(float));
  check_refused(spec, &odd, ECHOIC_BAD_SHAPE, "must divide the width 9");
  spec                     = describe(&graph, &k);
  spec->tensors[2].data[3] = NAN;
  check_refused(spec, &width, ECHOIC_BAD_FORMAT, "'a_gate.w'");
  spec                     = describe(&graph, &k);
  spec->tensors[1].dims[2] = 3U;
  check_refused(spec, &width, ECHOIC_BAD_SHAPE, "'input_gate.w' is [2, 4, 3]");
  spec = describe(&graph, &k);
  echoic_node_spec_number(spec, "reset_at", -1.0);
  check_refused(spec, &width, ECHOIC_BAD_ARG, "reset_at is -1");
  check_refused(new_spec(&graph, "rglru", 1U),
                &width,
                ECHOIC_BAD_SHAPE,
                "'a_param' is missing");

  spec = describe_conv(&graph, 4U, 8U);
  check_refused(spec, &odd, ECHOIC_BAD_SHAPE, "'w' is [4, 8]: must be [4, 9]");
  spec->tensors[1].data[0] = INFINITY;
  check_refused(spec, &width, ECHOIC_BAD_FORMAT, "'b'");
  check_refused(new_spec(&graph, "temporal_conv", 1U),
                &width,
                ECHOIC_BAD_SHAPE,
                "'w' is missing");
  spec = new_spec(&graph, "mean", 1U);
  new_tensor(spec, "weight", 8U, 0U, NULL);
  check_refused(spec, &width, ECHOIC_BAD_FORMAT, "'weight'");
  echoic_graph_spec_clear(&graph);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("rglru");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_rglru, 0, N_KINDS);
  tcase_add_loop_test(tc, test_conv, 1, 8);
  tcase_add_test(tc, test_mean);
  tcase_add_loop_test(tc, test_stream, 0, N_KINDS);
  tcase_add_test(tc, test_refused);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
