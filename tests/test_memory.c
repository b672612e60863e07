// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The memory node: impulse responses and gates in closed form. */

#include "tests/node_runner.h"
#include "tests/suite.h"

#include <math.h>

/// h_s(n) = g a_s^n for an impulse: real parts, and imaginary ones unless real
START_TEST(test_impulse_bank)
{
  const float     poles[] = {0.9F, 0.0F, 0.56F, 0.63F};
  const uint32_t  two     = 2U;
  EchoicGraphSpec graph   = {2U, 0U, NULL};
  EchoicNodeSpec* spec    = new_spec(&graph, "memory", 1U);
  new_tensor(spec, "poles", 2U, 2U, poles);
  Runner r         = prepare(spec, &two);
  float  x[100]    = {1.0F, -2.0F};
  float  y[50][6]  = {{0.0F}};
  double magnitude = hypot((double)poles[2], (double)poles[3]);
  double angle     = atan2((double)poles[3], (double)poles[2]);
  double gain      = sqrt(1.0 - (magnitude * magnitude));
  double real_gain = sqrt(1.0 - ((double)poles[0] * (double)poles[0]));
  ck_assert_uint_eq(r.shape.width_out, 6U);
  run(&r, x, &y[0][0], 50U);
  for (unsigned n = 0U; n < 50U; ++n) {
    const double real = real_gain * pow((double)poles[0], n);
    const double p    = gain * pow(magnitude, n);
    ck_assert_double_eq_tol((double)y[n][0], real, 1e-6);
    ck_assert_double_eq_tol((double)y[n][1], -2.0 * real, 1e-6);
    ck_assert_double_eq_tol((double)y[n][2], p * cos(n * angle), 1e-6);
    ck_assert_double_eq_tol((double)y[n][3], -2.0 * p * cos(n * angle), 1e-6);
    ck_assert_double_eq_tol((double)y[n][4], p * sin(n * angle), 1e-6);
    ck_assert_double_eq_tol((double)y[n][5], -2.0 * p * sin(n * angle), 1e-6);
  }
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Each complex number through its own pole: (x0 + j x1) g a^n
START_TEST(test_impulse_diagonal)
{
  const float     poles[] = {0.0F, 1.0F, 0.56F, 0.63F};
  const float     gain[]  = {2.0F, 0.5F};
  const uint32_t  four    = 4U;
  EchoicGraphSpec graph   = {4U, 0U, NULL};
  EchoicNodeSpec* spec    = new_spec(&graph, "memory", 1U);
  echoic_node_spec_word(spec, "layout", "diagonal");
  echoic_node_spec_number(spec, "allow_unit", 1.0);
  new_tensor(spec, "poles", 2U, 2U, poles);
  new_tensor(spec, "gain", 2U, 0U, gain);
  Runner       r         = prepare(spec, &four);
  float        x[200]    = {1.0F, 0.5F, 1.0F, 0.0F};
  float        y[50][4]  = {{0.0F}};
  const double magnitude = hypot((double)poles[2], (double)poles[3]);
  const double angle     = atan2((double)poles[3], (double)poles[2]);
  run(&r, x, &y[0][0], 50U);
  for (unsigned n = 0U; n < 50U; ++n) { // First pole: a quarter turn a frame
    static const float re[] = {2.0F, -1.0F, -2.0F, 1.0F};
    static const float im[] = {1.0F, 2.0F, -1.0F, -2.0F};
    const double       p    = 0.5 * pow(magnitude, n);
    ck_assert(y[n][0] == re[n % 4U]);
    ck_assert(y[n][1] == im[n % 4U]);
    ck_assert_double_eq_tol((double)y[n][2], p * cos(n * angle), 1e-6);
    ck_assert_double_eq_tol((double)y[n][3], p * sin(n * angle), 1e-6);
  }
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

static double
logistic(const double x)
{
  return 1.0 / (1.0 + exp(-x));
}

/// h(n) = g(n) gain x(n) + f(n) a h(n-1) in double, with the header's gates
START_TEST(test_gates)
{
  const float     pole[]  = {0.8F, 0.0F};
  const float     w[2][2] = {{1.5F, -0.5F}, {-2.0F, 0.25F}}; // Input, feedback
  const float     b[2]    = {0.3F, 1.0F};
  const uint32_t  two     = 2U;
  EchoicGraphSpec graph   = {2U, 0U, NULL};
  EchoicNodeSpec* spec    = new_spec(&graph, "memory", 1U);
  new_tensor(spec, "poles", 1U, 2U, pole);
  new_tensor(spec, "input_gate.weight", 1U, 2U, w[0]);
  new_tensor(spec, "input_gate.bias", 1U, 0U, &b[0]);
  new_tensor(spec, "feedback_gate.weight", 1U, 2U, w[1]);
  new_tensor(spec, "feedback_gate.bias", 1U, 0U, &b[1]);
  Runner r     = prepare(spec, &two);
  float  x[80] = {0.0F};
  float  y[80] = {0.0F};
  double h[2]  = {0.0, 0.0};
  fill_noise(x, 80U);
  run(&r, x, y, 40U);
  for (unsigned n = 0U; n < 40U; ++n) {
    const double u = (double)x[2U * n];
    const double v = (double)x[(2U * n) + 1U];
    const double g =
      logistic(((double)w[0][0] * u) + ((double)w[0][1] * v) + (double)b[0]);
    const double f =
      logistic(((double)w[1][0] * u) + ((double)w[1][1] * v) + (double)b[1]);
    h[0] = (g * 0.6 * u) + (f * 0.8 * h[0]);
    h[1] = (g * 0.6 * v) + (f * 0.8 * h[1]);
    ck_assert_double_eq_tol((double)y[2U * n], h[0], 1e-6);
    ck_assert_double_eq_tol((double)y[(2U * n) + 1U], h[1], 1e-6);
  }
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("memory");
  TCase* const tc    = tcase_create("all");
  tcase_add_test(tc, test_impulse_bank);
  tcase_add_test(tc, test_impulse_diagonal);
  tcase_add_test(tc, test_gates);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
