// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The pointwise network against its formula in double. */

#include "tests/stream_checks.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>

enum { w = 5, h = 21, v = 3, n_frames = 70 };

static double
dot(const float* const row, const float* const x, const uint32_t n)
{
  double sum = 0.0;
  for (uint32_t i = 0U; i < n; ++i) {
    sum += (double)row[i] * (double)x[i];
  }

  return sum;
}

START_TEST(test_formula)
{
  const bool            gated  = _i % 2;
  const bool            biased = _i / 2;
  const uint32_t        width  = w;
  EchoicGraphSpec       graph  = {0};
  EchoicNodeSpec* const spec   = new_spec(&graph, "mlp", 1U);
  float*                t[3]   = {NULL, NULL, NULL};
  float*                b[3]   = {NULL, NULL, NULL};
  t[0]                         = new_tensor(spec, "fc1.weight", h, w, NULL);
  fill_noise(t[0], (size_t)h * w);
  t[1] = new_tensor(spec, "fc2.weight", v, h, NULL);
  fill_noise(t[1], (size_t)v * h);
  if (gated) {
    t[2] = new_tensor(spec, "gate.weight", h, w, NULL);
    fill_noise(t[2], (size_t)h * w);
    ck_assert(echoic_node_spec_word(spec, "activation", "silu"));
  }
  if (biased) {
    b[0] = new_tensor(spec, "fc1.bias", h, 0U, NULL);
    fill_noise(b[0], h);
    b[1] = new_tensor(spec, "fc2.bias", v, 0U, NULL);
    fill_noise(b[1], v);
  }

  float x[n_frames * w];
  float y[n_frames * v];
  fill_noise(x, n_frames * w);
  const float* const in[] = {x};
  Runner             r    = prepare(spec, &width);
  check_splits(&r, in, n_frames);
  run(&r, x, y, n_frames);
  for (uint32_t f = 0U; f < n_frames; ++f) {
    float hidden[h];
    for (uint32_t i = 0U; i < h; ++i) {
      const float* const at = x + ((size_t)f * w);
      double             a  = dot(t[0] + ((size_t)i * w), at, w);
      a += b[0] ? (double)b[0][i] : 0.0;
      a = gated ? a / (1.0 + exp(-a)) : fmax(a, 0.0);
      a *= gated ? dot(t[2] + ((size_t)i * w), at, w) : 1.0;
      hidden[i] = (float)a;
    }
    for (uint32_t o = 0U; o < v; ++o) {
      const double expected =
        dot(t[1] + ((size_t)o * h), hidden, h) + (b[1] ? (double)b[1][o] : 0.0);
      ck_assert_double_eq_tol((double)y[(f * v) + o], expected, 1e-5);
    }
  }
  release(&r);
  check_no_space(spec, &width);
  echoic_graph_spec_clear(&graph);
}
END_TEST

START_TEST(test_refused)
{
  const uint32_t        width = w;
  EchoicGraphSpec       graph = {0};
  EchoicNodeSpec* const spec  = new_spec(&graph, "mlp", 1U);
  new_tensor(spec, "fc1.weight", h, w, NULL);
  check_refused(spec, &width, ECHOIC_BAD_SHAPE, "fc2.weight");
  new_tensor(spec, "fc2.weight", v, h, NULL);
  ck_assert(echoic_node_spec_word(spec, "activation", "hard"));
  check_refused(spec, &width, ECHOIC_BAD_ARG, "activation is 'hard'");
  echoic_graph_spec_clear(&graph);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("mlp");
  TCase* const tcase = tcase_create("mlp");
  tcase_add_loop_test(tcase, test_formula, 0, 4);
  tcase_add_test(tcase, test_refused);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
