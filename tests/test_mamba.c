// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Mamba: the authors' numbers, and the recurrence in double precision, as the
   header writes it, for random sizes. */

#include "tests/golden_case.h"
#include "tests/stream_checks.h"
#include "tests/suite.h"

#define N_FRAMES 60U

static EchoicGraphSpec graph;
static EchoicNodeSpec* spec;

static uint32_t
up_to(const uint32_t n)
{
  return 1U + ((uint32_t)rand() % n);
}

static float*
add(const char* const name, const uint32_t rows, const uint32_t cols)
{
  float* const data = new_tensor(spec, name, rows, cols, NULL);
  fill_noise(data, (size_t)rows * (cols ? cols : 1U));
  return data;
}

static const float*
weight(const char* const name)
{
  const EchoicTensor* const t = echoic_node_tensor(spec, name);
  return t ? t->data : NULL;
}

static uint32_t
dim(const char* const name, const uint32_t axis)
{
  return echoic_node_tensor(spec, name)->dims[axis];
}

/// A node of random sizes; biases that may be missing are there for odd seeds
static uint32_t
describe(const unsigned seed)
{
  srand(seed);
  const uint32_t model  = up_to(9U);
  const uint32_t inner  = up_to(20U);
  const uint32_t states = up_to(17U);
  const uint32_t rank   = up_to(4U);
  const uint32_t taps[] = {inner, 1U, seed % 3U ? 4U : up_to(5U)};
  memset(&graph, 0, sizeof(graph));
  spec = new_spec(&graph, "mamba", 1U);
  add("in_proj.weight", 2U * inner, model);
  fill_noise(echoic_node_spec_tensor(spec, "conv1d.weight", 3U, taps),
             (size_t)inner * taps[2]);
  add("x_proj.weight", rank + (2U * states), inner);
  add("dt_proj.weight", inner, rank);
  add("dt_proj.bias", inner, 0U);
  add("A_log", inner, states);
  add("D", inner, 0U);
  add("out_proj.weight", model, inner);
  if (seed % 2U) {
    add("in_proj.bias", 2U * inner, 0U);
    add("conv1d.bias", inner, 0U);
    add("out_proj.bias", model, 0U);
  }

  return model;
}

static double
silu(const double x)
{
  return x / (1.0 + exp(-x));
}

/// Return row `r` of W x + b
static double
row_of(const char* const   w,
       const char* const   b,
       const uint32_t      r,
       const double* const x)
{
  const uint32_t n   = dim(w, 1U);
  double         sum = weight(b) ? (double)weight(b)[r] : 0.0;
  for (uint32_t i = 0U; i < n; ++i) {
    sum += (double)weight(w)[(r * n) + i] * x[i];
  }

  return sum;
}

/// The convolution of channel `c` at frame `f` of [N_FRAMES][n]
static double
convolved(const double* const x,
          const uint32_t      n,
          const uint32_t      f,
          const uint32_t      c)
{
  const uint32_t k = dim("conv1d.weight", 2U);
  double sum = weight("conv1d.bias") ? (double)weight("conv1d.bias")[c] : 0.0;
  for (uint32_t age = 0U; age < k && age <= f; ++age) {
    const double w = (double)weight("conv1d.weight")[(c * k) + k - 1U - age];
    sum += w * x[((f - age) * n) + c];
  }

  return sum;
}

/// One channel's memory: h [states] steps, return its output
static double
remember(double* const       h,
         const uint32_t      c,
         const double* const dbc,
         const double        x)
{
  const uint32_t rank   = dim("dt_proj.weight", 1U);
  const uint32_t states = dim("A_log", 1U);
  const double   dt =
    log1p(exp(row_of("dt_proj.weight", "dt_proj.bias", c, dbc)));
  double sum = (double)weight("D")[c] * x;
  for (uint32_t n = 0U; n < states; ++n) {
    const double a = -exp((double)weight("A_log")[(c * states) + n]);
    h[n]           = (exp(dt * a) * h[n]) + (dt * dbc[rank + n] * x);
    sum += dbc[rank + states + n] * h[n];
  }

  return sum;
}

static void
reference(const float* const u, const uint32_t model, double* const y)
{
  const uint32_t inner  = dim("A_log", 0U);
  const uint32_t states = dim("A_log", 1U);
  const uint32_t n_dbc  = dim("x_proj.weight", 0U);
  double*        x_raw  = (double*)calloc(N_FRAMES * inner, sizeof(double));
  double*        h      = (double*)calloc(inner * states, sizeof(double));
  double         in[16];
  double         x[32];
  double         dbc[64];
  double         out[32];
  for (uint32_t f = 0U; f < N_FRAMES; ++f) {
    for (uint32_t i = 0U; i < model; ++i) {
      in[i] = (double)u[(f * model) + i];
    }
    for (uint32_t c = 0U; c < inner; ++c) {
      x_raw[(f * inner) + c] = row_of("in_proj.weight", "in_proj.bias", c, in);
      x[c]                   = silu(convolved(x_raw, inner, f, c));
    }
    for (uint32_t i = 0U; i < n_dbc; ++i) {
      dbc[i] = row_of("x_proj.weight", "none", i, x);
    }
    for (uint32_t c = 0U; c < inner; ++c) {
      const double z = row_of("in_proj.weight", "in_proj.bias", inner + c, in);
      out[c] = remember(h + ((size_t)c * states), c, dbc, x[c]) * silu(z);
    }
    for (uint32_t i = 0U; i < model; ++i) {
      y[(f * model) + i] = row_of("out_proj.weight", "out_proj.bias", i, out);
    }
  }
  free(x_raw);
  free(h);
}

START_TEST(test_recurrence)
{
  const uint32_t model = describe((unsigned)_i);
  const size_t   n     = (size_t)N_FRAMES * model;
  Runner         r     = prepare(spec, &model);
  float* const   u     = (float*)malloc(n * sizeof(float));
  float* const   y     = (float*)malloc(n * sizeof(float));
  double* const  e     = (double*)malloc(n * sizeof(double));
  fill_noise(u, n);
  run(&r, u, y, N_FRAMES);
  reference(u, model, e);
  for (size_t i = 0U; i < n; ++i) {
    ck_assert_double_eq_tol((double)y[i], e[i], 2e-5 * (1.0 + fabs(e[i])));
  }
  free(u);
  free(y);
  free(e);
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

START_TEST(test_streams)
{
  const uint32_t     model = describe((unsigned)_i);
  const size_t       n     = (size_t)N_FRAMES * model;
  Runner             r     = prepare(spec, &model);
  float* const       u     = (float*)malloc(n * sizeof(float));
  const float* const in    = u;
  fill_noise(u, n);
  check_splits(&r, &in, N_FRAMES);
  check_state(spec, &model, &in, N_FRAMES);
  check_no_space(spec, &model);
  check_recovery(&graph, model);
  free(u);
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// The state is what the authors' step() keeps
START_TEST(test_state_layout)
{
  const uint32_t  model = describe(1U);
  Runner          r     = prepare(spec, &model);
  EchoicNodeState piece;
  ck_assert(r.type->state(r.node, 0U, &piece));
  ck_assert_str_eq(piece.name, "conv");
  ck_assert_uint_eq(piece.dims[0], dim("A_log", 0U));
  ck_assert_uint_eq(piece.dims[1], dim("conv1d.weight", 2U));
  ck_assert(r.type->state(r.node, 1U, &piece));
  ck_assert_str_eq(piece.name, "ssm");
  ck_assert_uint_eq(piece.dims[0], dim("A_log", 0U));
  ck_assert_uint_eq(piece.dims[1], dim("A_log", 1U));
  ck_assert(!r.type->state(r.node, 2U, &piece));
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

START_TEST(test_refusals)
{
  static const char* const needed[] = {"in_proj.weight",
                                       "conv1d.weight",
                                       "x_proj.weight",
                                       "dt_proj.weight",
                                       "dt_proj.bias",
                                       "A_log",
                                       "D",
                                       "out_proj.weight"};
  const uint32_t           model    = describe(1U);
  float* const             a_log    = echoic_node_tensor(spec, "A_log")->data;
  for (unsigned i = 0U; i < 8U; ++i) {
    EchoicTensor* const t = &spec->tensors[i];
    char                as[ECHOIC_TENSOR_NAME_SIZE];
    memcpy(as, t->name, sizeof(as));
    memcpy(t->name, "other", sizeof("other"));
    check_unusable(spec, model, "tensor 'other'");
    memcpy(t->name, as, sizeof(as));
    const float first = t->data[0];
    t->data[0]        = INFINITY;
    check_unusable(spec, model, needed[i]);
    t->data[0] = first;
    --t->dims[0];
    check_unusable(spec, model, "must be");
    ++t->dims[0];
  }
  a_log[0] = -200.0F;
  check_unusable(spec, model, "below 0");
  a_log[0] = 200.0F;
  check_unusable(spec, model, "finite");
  a_log[0] = 0.0F;
  check_unusable(spec, model + 1U, "must be");
  echoic_node_spec_number(spec, "speed", 1.0);
  check_unusable(spec, model, "option 'speed'");
  echoic_graph_spec_clear(&graph);
}
END_TEST

START_TEST(test_golden)
{
  static const char* const names[] = {"dev_mamba_a", "dev_mamba_b"};
  Golden                   g       = {0};
  memset(&graph, 0, sizeof(graph));
  if (golden_open(&g, names[_i])) {
    spec = new_spec(&graph, "mamba", 1U);
    golden_weights(&g, spec);
    golden_check(&g, spec);
    golden_close(&g);
    echoic_graph_spec_clear(&graph);
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("mamba");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_recurrence, 0, 20);
  tcase_add_loop_test(tc, test_streams, 0, 4);
  tcase_add_test(tc, test_state_layout);
  tcase_add_test(tc, test_refusals);
  tcase_add_loop_test(tc, test_golden, 0, 2);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
