// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Nodes without a state that graphs are put together from, against the formulas
   of their headers in double.  What they refuse: test_element_refusals.c. */

#include "tests/stream_checks.h"
#include "tests/suite.h"

#include <math.h>

#define N_FRAMES 100U
#define WIDTH 12U
#define MAX_OUT 32U

static const uint32_t widths[ECHOIC_MAX_INPUTS] = {WIDTH, WIDTH, WIDTH};

/// A node with a reference: what makes it, and what it computes of a frame
typedef struct {
  const char* type;
  uint32_t    n_inputs;
  uint32_t    width_out;
  void (*describe)(EchoicNodeSpec* spec);
  void (*compute)(const EchoicNodeSpec* spec, const float* const* x, double* y);
} Kind;

static const float*
data_of(const EchoicNodeSpec* const spec, const char* const name)
{
  const EchoicTensor* const t = echoic_node_tensor(spec, name);
  return t ? t->data : NULL;
}

static void
describe_norm(EchoicNodeSpec* const spec)
{
  fill_noise(new_tensor(spec, "weight", WIDTH, 0U, NULL), WIDTH);
  fill_noise(new_tensor(spec, "bias", WIDTH, 0U, NULL), WIDTH);
  echoic_node_spec_number(spec, "eps", 0.01);
}

static void
compute_layernorm(const EchoicNodeSpec* const spec,
                  const float* const* const   x,
                  double* const               y)
{
  const double eps      = echoic_node_number(spec, "eps", 1e-5);
  double       mean     = 0.0;
  double       variance = 0.0;
  for (uint32_t i = 0U; i < WIDTH; ++i) {
    mean += (double)x[0][i] / WIDTH;
  }

  for (uint32_t i = 0U; i < WIDTH; ++i) {
    variance += pow((double)x[0][i] - mean, 2.0) / WIDTH;
  }

  for (uint32_t i = 0U; i < WIDTH; ++i) {
    const float* const w = data_of(spec, "weight");
    const float* const b = data_of(spec, "bias");
    y[i]                 = (((double)x[0][i] - mean) / sqrt(variance + eps) *
            (w ? (double)w[i] : 1.0)) +
           (b ? (double)b[i] : 0.0);
  }
}

static void
describe_rmsnorm(EchoicNodeSpec* const spec)
{
  fill_noise(new_tensor(spec, "weight", WIDTH, 0U, NULL), WIDTH);
  echoic_node_spec_number(spec, "eps", 0.01);
  echoic_node_spec_number(spec, "offset", 1.0);
}

static void
describe_plain_rmsnorm(EchoicNodeSpec* const spec)
{
  echoic_node_spec_number(spec, "eps", 1e-6);
}

static void
compute_rmsnorm(const EchoicNodeSpec* const spec,
                const float* const* const   x,
                double* const               y)
{
  const float* const w      = data_of(spec, "weight");
  const double       eps    = echoic_node_number(spec, "eps", 0.0);
  const double       offset = echoic_node_number(spec, "offset", 0.0);
  double             power  = 0.0;
  for (uint32_t i = 0U; i < WIDTH; ++i) {
    power += (double)x[0][i] * (double)x[0][i] / WIDTH;
  }

  for (uint32_t i = 0U; i < WIDTH; ++i) {
    y[i] =
      (double)x[0][i] / sqrt(power + eps) * (w ? offset + (double)w[i] : 1.0);
  }
}

static void
compute_product(const EchoicNodeSpec* const spec,
                const float* const* const   x,
                double* const               y)
{
  for (uint32_t i = 0U; i < WIDTH; ++i) {
    y[i] = 1.0;
    for (uint32_t k = 0U; k < spec->n_inputs; ++k) {
      y[i] *= (double)x[k][i];
    }
  }
}

static void
describe_scale(EchoicNodeSpec* const spec)
{
  echoic_node_spec_number(spec, "gain", -2.5);
  echoic_node_spec_number(spec, "offset", 0.75);
}

static void
compute_scale(const EchoicNodeSpec* const spec,
              const float* const* const   x,
              double* const               y)
{
  for (uint32_t i = 0U; i < WIDTH; ++i) {
    y[i] = (echoic_node_number(spec, "gain", 1.0) * (double)x[0][i]) +
           echoic_node_number(spec, "offset", 0.0);
  }
}

static void
describe_slice(EchoicNodeSpec* const spec)
{
  echoic_node_spec_number(spec, "start", 3.0);
  echoic_node_spec_number(spec, "width", 5.0);
}

static void
describe_tail(EchoicNodeSpec* const spec)
{
  echoic_node_spec_number(spec, "start", 10.0);
}

static void
compute_slice(const EchoicNodeSpec* const spec,
              const float* const* const   x,
              double* const               y)
{
  const uint32_t start = (uint32_t)echoic_node_number(spec, "start", 0.0);
  const uint32_t n = (uint32_t)echoic_node_number(spec, "width", WIDTH - start);
  for (uint32_t i = 0U; i < n; ++i) {
    y[i] = (double)x[0][start + i];
  }
}

static void
describe_gather(EchoicNodeSpec* const spec)
{
  const float index[] = {11.0F, 0.0F, 0.0F, 5.0F};
  new_tensor(spec, "index", 4U, 0U, index);
}

static void
compute_gather(const EchoicNodeSpec* const spec,
               const float* const* const   x,
               double* const               y)
{
  for (uint32_t i = 0U; i < 4U; ++i) {
    y[i] = (double)x[0][(uint32_t)data_of(spec, "index")[i]];
  }
}

static void
compute_magnitude(const EchoicNodeSpec* const spec,
                  const float* const* const   x,
                  double* const               y)
{
  (void)spec;
  for (uint32_t i = 0U; i < WIDTH / 2U; ++i) {
    y[i] = hypot((double)x[0][i], (double)x[0][i + (WIDTH / 2U)]);
  }
}

/// A convolution of 3 channels of 4 numbers
static void
describe_conv(EchoicNodeSpec* const spec)
{
  const uint32_t dims[] = {5U, 3U, 3U};
  fill_noise(echoic_node_spec_tensor(spec, "weight", 3U, dims), 45U);
  fill_noise(new_tensor(spec, "bias", 5U, 0U, NULL), 5U);
  echoic_node_spec_number(spec, "padding", 1.0);
}

static void
describe_strided_conv(EchoicNodeSpec* const spec)
{
  const uint32_t dims[] = {7U, 1U, 4U};
  fill_noise(echoic_node_spec_tensor(spec, "weight", 3U, dims), 28U);
  echoic_node_spec_number(spec, "stride", 3.0);
}

static void
compute_conv(const EchoicNodeSpec* const spec,
             const float* const* const   x,
             double* const               y)
{
  const EchoicTensor* const w = echoic_node_tensor(spec, "weight");
  const float* const        b = data_of(spec, "bias");
  const int stride            = (int)echoic_node_number(spec, "stride", 1.0);
  const int padding           = (int)echoic_node_number(spec, "padding", 0.0);
  const int n_in              = (int)w->dims[1];
  const int n_taps            = (int)w->dims[2];
  const int length            = (int)WIDTH / n_in;
  const int n_steps = ((length + (2 * padding) - n_taps) / stride) + 1;
  for (int o = 0; o < (int)w->dims[0]; ++o) {
    for (int t = 0; t < n_steps; ++t) {
      double sum = b ? (double)b[o] : 0.0;
      for (int i = 0; i < n_in; ++i) {
        for (int k = 0; k < n_taps; ++k) {
          const int at = (t * stride) + k - padding;
          sum += at >= 0 && at < length
                   ? (double)w->data[(((o * n_in) + i) * n_taps) + k] *
                       (double)x[0][(i * length) + at]
                   : 0.0;
        }
      }
      y[(o * n_steps) + t] = sum;
    }
  }
}

static const Kind kinds[] = {
  {"layernorm", 1U, WIDTH, NULL, compute_layernorm},
  {"layernorm", 1U, WIDTH, describe_norm, compute_layernorm},
  {"rmsnorm", 1U, WIDTH, describe_rmsnorm, compute_rmsnorm},
  {"rmsnorm", 1U, WIDTH, describe_plain_rmsnorm, compute_rmsnorm},
  {"multiply", 1U, WIDTH, NULL, compute_product},
  {"multiply", 3U, WIDTH, NULL, compute_product},
  {"scale", 1U, WIDTH, NULL, compute_scale},
  {"scale", 1U, WIDTH, describe_scale, compute_scale},
  {"slice", 1U, WIDTH, NULL, compute_slice},
  {"slice", 1U, 5U, describe_slice, compute_slice},
  {"slice", 1U, 2U, describe_tail, compute_slice},
  {"gather", 1U, 4U, describe_gather, compute_gather},
  {"magnitude", 1U, WIDTH / 2U, NULL, compute_magnitude},
  {"conv1d", 1U, 20U, describe_conv, compute_conv},
  {"conv1d", 1U, 21U, describe_strided_conv, compute_conv},
};

#define N_KINDS ((int)(sizeof(kinds) / sizeof(kinds[0])))

START_TEST(test_formula)
{
  const Kind* const     k     = &kinds[_i];
  EchoicGraphSpec       graph = {.width_in = WIDTH};
  EchoicNodeSpec* const spec  = new_spec(&graph, k->type, k->n_inputs);
  static float          x[3][N_FRAMES * WIDTH];
  static float          y[N_FRAMES * MAX_OUT];
  const float* const    in[] = {x[0], x[1], x[2]};
  if (k->describe) {
    k->describe(spec);
  }

  Runner r = prepare(spec, widths);
  fill_noise(x[0], 3U * N_FRAMES * WIDTH);
  ck_assert_uint_eq(r.shape.width_out, k->width_out);
  check_splits(&r, in, N_FRAMES);
  run_from(&r, in, y, 0U, N_FRAMES);
  for (uint32_t f = 0U; f < N_FRAMES; ++f) {
    const float* const frame[] = {
      x[0] + (f * WIDTH), x[1] + (f * WIDTH), x[2] + (f * WIDTH)};
    double wanted[MAX_OUT];
    k->compute(spec, frame, wanted);
    for (uint32_t i = 0U; i < k->width_out; ++i) {
      ck_assert_double_eq_tol(
        (double)y[(f * k->width_out) + i], wanted[i], 3e-6);
    }
  }

  check_no_space(spec, widths);
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Rows of the table, and zeros for what isn't a token
START_TEST(test_embedding)
{
  const uint32_t        one   = 1U;
  EchoicGraphSpec       graph = {.width_in = 1U};
  EchoicNodeSpec* const spec  = new_spec(&graph, "embedding", 1U);
  float* const          w     = new_tensor(spec, "weight", 5U, 3U, NULL);
  const float           x[]   = {0.0F, 4.0F, 2.0F, 5.0F, -1.0F, 1.5F, 1e30F};
  float                 y[21];
  fill_noise(w, 15U);
  Runner r = prepare(spec, &one);
  run(&r, x, y, 7U);
  for (uint32_t f = 0U; f < 7U; ++f) {
    for (uint32_t i = 0U; i < 3U; ++i) {
      const float wanted = f < 3U ? w[((size_t)x[f] * 3U) + i] : 0.0F;
      ck_assert(y[(f * 3U) + i] == wanted);
    }
  }

  check_no_space(spec, &one);
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

static double
logistic(const double x)
{
  return 1.0 / (1.0 + exp(-x));
}

static double
activated(const char* const name, const double x, const double sum)
{
  return !strcmp(name, "exp")    ? exp(x)
         : !strcmp(name, "gelu") ? x * erfc(-x / sqrt(2.0)) / 2.0
         : !strcmp(name, "gelu_tanh")
           ? x * logistic(2.0 * sqrt(2.0 / M_PI) * (x + (0.044715 * x * x * x)))
         : !strcmp(name, "relu")     ? fmax(x, 0.0)
         : !strcmp(name, "sigmoid")  ? logistic(x)
         : !strcmp(name, "silu")     ? x * logistic(x)
         : !strcmp(name, "softmax")  ? exp(x) / sum
         : !strcmp(name, "softplus") ? log1p(exp(x))
                                     : tanh(x);
}

START_TEST(test_activation)
{
  static const char* const names[] = {"exp",
                                      "gelu",
                                      "gelu_tanh",
                                      "relu",
                                      "sigmoid",
                                      "silu",
                                      "softmax",
                                      "softplus",
                                      "tanh"};
  EchoicGraphSpec          graph   = {.width_in = WIDTH};
  EchoicNodeSpec* const    spec    = new_spec(&graph, "activation", 1U);
  static float             x[N_FRAMES * WIDTH];
  static float             y[N_FRAMES * WIDTH];
  const float* const       in[] = {x};
  echoic_node_spec_word(spec, "type", names[_i]);
  fill_noise(x, N_FRAMES * WIDTH);
  Runner r = prepare(spec, widths);
  check_splits(&r, in, N_FRAMES);
  run(&r, x, y, N_FRAMES);
  for (uint32_t f = 0U; f < N_FRAMES; ++f) {
    double sum = 0.0;
    for (uint32_t i = 0U; i < WIDTH; ++i) {
      sum += exp((double)x[(f * WIDTH) + i]);
    }
    for (uint32_t i = 0U; i < WIDTH; ++i) {
      ck_assert_double_eq_tol(
        (double)y[(f * WIDTH) + i],
        activated(names[_i], (double)x[(f * WIDTH) + i], sum),
        1e-6);
    }
  }

  check_no_space(spec, widths);
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("elements");
  TCase* const tcase = tcase_create("elements");
  tcase_add_loop_test(tcase, test_formula, 0, N_KINDS);
  tcase_add_test(tcase, test_embedding);
  tcase_add_loop_test(tcase, test_activation, 0, 9);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
