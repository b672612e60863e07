// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The talk's own structures as nodes, against the reference's arrays. */

#include "tests/structures.h"

enum { n_taps = 5, n_modes = 3 };

static const double tolerance = 2e-6;

START_TEST(test_onepole)
{
  static const struct {
    const char* name;
    const char* code;
    double      p;
    double      g;
  } cases[] = {{"onepole.y.g1.0.p1.0", "none", 1.0, 1.0},
               {"onepole.y.g1.0.p0.9", "none", 0.9, 1.0},
               {"onepole.y.g0.3.p-0.7", "none", -0.7, 0.3},
               {"mem.h.uniform.p1.0", "uniform", 1.0, 1.0},
               {"mem.h.uniform.p0.95", "uniform", 0.95, 1.0},
               {"mem.h.warped.p1.0", "warped", 1.0, 1.0},
               {"mem.h.warped.p0.95", "warped", 0.95, 1.0},
               {"mem.h.blend_recommended.p1.0", "blend", 1.0, 1.0},
               {"mem.h.blend_recommended.p0.95", "blend", 0.95, 1.0}};

  const uint32_t        w    = width;
  EchoicNodeSpec* const spec = fresh("onepole", 1U);
  ck_assert(echoic_node_spec_number(spec, "p", cases[_i].p));
  ck_assert(echoic_node_spec_number(spec, "g", cases[_i].g));
  ck_assert(echoic_node_spec_word(spec, "code", cases[_i].code));
  ck_assert(echoic_node_spec_number(spec, "length", 16.0));
  float* const       x        = array("mem.x");
  float* const       expected = array(cases[_i].name);
  const float* const in[]     = {x};
  float* const       y        = run_node(spec, &w, in);
  expect_near(y,
              expected,
              (size_t)n_frames * width * (_i > 2 ? 2U : 1U),
              5.0 * tolerance,
              cases[_i].name);
  free(x);
  free(y);
  free(expected);
}
END_TEST

START_TEST(test_gates_and_skip)
{
  const uint32_t        widths[] = {width, width, width};
  float* const          x        = array("mem.x");
  float* const          p        = array("gated.p");
  float* const          g        = array("gated.g");
  float* const          o        = array("gated.og");
  float* const          h        = array("gated.y");
  const float* const    gates[]  = {x, p, g};
  EchoicNodeSpec* const gated    = fresh("onepole", 3U);
  float* const          y        = run_node(gated, widths, gates);
  expect_near(y, h, (size_t)n_frames * width, tolerance, "gated");

  for (uint32_t power = 0U; power < 2U; ++power) {
    EchoicNodeSpec* const skip = fresh("skip", 3U);
    ck_assert(
      echoic_node_spec_word(skip, "normalise", power ? "power" : "none"));
    float* const expected =
      array(power ? "gated.skip_out_power_normalised" : "gated.skip_out");
    const float* const in[] = {y, o, x};
    float* const       z    = run_node(skip, widths, in);
    expect_near(z, expected, (size_t)n_frames * width, tolerance, "skip");
    free(expected);
    free(z);
  }
  free(x);
  free(p);
  free(g);
  free(o);
  free(h);
  free(y);
}
END_TEST

/// The unified state space, with coefficients of every frame
START_TEST(test_state_space)
{
  static const char* const forms[] = {"delay", "recurrent", "xmamba", "mambax"};
  static const char* const golden[] = {"ss.hT", "ss.hM", "ss.hTM", "ss.hMX"};
  const bool               is_delay = _i == 0;
  const uint32_t           m        = is_delay ? 0U : n_modes;
  const uint32_t           widths[] = {width, m + 2U};
  float* const             x        = array("mem.x");
  float* const             a        = array("ss.a");
  float* const             b        = array("ss.b");
  float* const             beta     = array(_i == 3 ? "ss.gamma" : "ss.beta");
  float* const             gain     = array("ss.BM");
  float* const             c = (float*)calloc(n_frames * 5U, sizeof(float));
  for (uint32_t n = 0U; n < n_frames; ++n) {
    c[n * widths[1]]        = b[n];
    c[(n * widths[1]) + 1U] = a[n];
    memcpy(c + (n * widths[1]) + 2U, beta + (n * n_modes), m * sizeof(float));
  }

  EchoicNodeSpec* const spec = fresh("transmamba", 2U);
  ck_assert(echoic_node_spec_word(spec, "form", forms[_i]));
  ck_assert(echoic_node_spec_number(spec, "taps", n_taps));
  ck_assert(echoic_node_spec_number(spec, "modes", n_modes));
  ck_assert(echoic_node_spec_number(spec, "allow_unit", 1.0));
  ck_assert(echoic_node_spec_word(spec, "code", "uniform"));
  ck_assert(echoic_node_spec_number(spec, "length", 16.0));
  const float ones[] = {1.0F, 1.0F, 1.0F};
  if (!is_delay) {
    new_tensor(spec, "a", n_modes, 0U, ones);
  }
  if (_i == 1 || _i == 3) {
    new_tensor(spec, "gain", n_modes, 0U, gain);
  }
  const float* const in[]     = {x, c};
  float* const       expected = array(golden[_i]);
  float* const       y        = run_node(spec, widths, in);
  const size_t       rows     = _i == 0 ? n_taps : _i == 1 ? n_modes : 8U;
  expect_near(y, expected, n_frames * rows * width * 2U, 1e-5, golden[_i]);
  free(x);
  free(a);
  free(b);
  free(beta);
  free(gain);
  free(c);
  free(y);
  free(expected);
}
END_TEST

/// With constant coefficients both direct forms are one filter
START_TEST(test_direct_forms)
{
  const uint32_t     w    = width;
  float* const       x    = array("mem.x");
  const float        a[]  = {0.9F, 0.8F, -0.5F};
  const float        k[]  = {0.3F, -0.7F, 1.1F};
  float*             y[2] = {NULL, NULL};
  const float* const in[] = {x};
  for (uint32_t i = 0U; i < 2U; ++i) {
    EchoicNodeSpec* const spec = fresh("transmamba", 1U);
    ck_assert(echoic_node_spec_word(spec, "form", i ? "mambax" : "xmamba"));
    ck_assert(echoic_node_spec_number(spec, "taps", n_taps));
    ck_assert(echoic_node_spec_number(spec, "modes", n_modes));
    new_tensor(spec, "a", n_modes, 0U, a);
    if (i) {
      new_tensor(spec, "beta", n_modes, 0U, k);
    }
    y[i] = run_node(spec, &w, in);
  }

  const size_t row = 2U * width * (n_taps + n_modes);
  for (uint32_t n = 0U; n < n_frames; ++n) {
    for (uint32_t c = 0U; c < width; ++c) { // DF-I: sum of modes; DF-II: a tap
      double sum = 0.0;
      for (uint32_t m = 0U; m < n_modes; ++m) {
        sum += (double)k[m] *
               (double)y[0][(n * row) + (2U * (((n_taps + m) * width) + c))];
      }
      const double last = (double)
        y[1][(n * row) + (2U * (((n_modes + n_taps - 1U) * width) + c))];
      ck_assert_double_eq_tol(sum, last, 1e-5);
    }
  }
  free(x);
  free(y[0]);
  free(y[1]);
}
END_TEST

static void
project(const float* const w, const float* const x, float* const y)
{
  for (uint32_t n = 0U; n < n_frames; ++n) {
    for (uint32_t o = 0U; o < 4U; ++o) {
      y[(n * 4U) + o] = 0.0F;
      for (uint32_t i = 0U; i < width; ++i) {
        y[(n * 4U) + o] += w[(o * width) + i] * x[(n * width) + i];
      }
    }
  }
}

/// Attention without softmax, and relevance of a vector to those before it
START_TEST(test_relevance)
{
  static const char* const names[]  = {"att.Wq", "att.Wk", "att.Wv"};
  const uint32_t           widths[] = {4U, 4U, 4U};
  const uint32_t           same[]   = {width, width, width};
  float                    qkv[3][n_frames * 4];
  float* const             x = array("mem.x");
  for (uint32_t i = 0U; i < 3U; ++i) {
    float* const w = array(names[i]);
    project(w, x, qkv[i]);
    free(w);
  }

  const float* const in[]   = {qkv[0], qkv[1], qkv[2]};
  const float* const self[] = {x, x, x};
  for (uint32_t i = 0U; i < 3U; ++i) {
    EchoicNodeSpec* const spec = fresh("attention", 3U);
    ck_assert(echoic_node_spec_number(spec, "heads", 1.0));
    ck_assert(echoic_node_spec_number(spec, "window", i < 2U ? 64.0 : 8.0));
    ck_assert(
      echoic_node_spec_word(spec, "form", i == 1U ? "power" : "linear"));
    float* const expected = array(i == 0U   ? "att.linear"
                                  : i == 1U ? "att.linear_power_norm"
                                            : "att.self_relevance_M8");
    float* const y =
      i < 2U ? run_node(spec, widths, in) : run_node(spec, same, self);
    expect_near(y,
                expected,
                n_frames * (i < 2U ? 4U : (size_t)width),
                1e-5,
                "attention without softmax");
    free(y);
    free(expected);
  }
  free(x);
}
END_TEST

START_TEST(test_activations)
{
  const uint32_t     w           = 1U;
  float* const       u           = array("sp.u");
  float* const       p           = array("sp.p");
  float              x[n_frames] = {0.0F};
  const float* const in[]        = {x};
  memcpy(x, u, 61U * sizeof(float));
  EchoicNodeSpec* const spec = fresh("activation", 1U);
  ck_assert(echoic_node_spec_word(spec, "type", "decay"));
  float* const y = run_node(spec, &w, in);
  expect_near(y, p, 61U, 1e-6, "decay");
  EchoicNodeSpec* const smooth = fresh("activation", 1U);
  ck_assert(echoic_node_spec_word(smooth, "type", "smooth_step"));
  float* const s = run_node(smooth, &w, in);
  for (uint32_t i = 0U; i < 61U; ++i) {
    ck_assert_double_eq_tol(
      (double)s[i], (1.0 + tanh((double)u[i])) / 2.0, 1e-6);
  }
  free(u);
  free(p);
  free(y);
  free(s);
}
END_TEST

START_TEST(test_refused)
{
  const uint32_t  w[]  = {4U, 3U, 5U};
  EchoicNodeSpec* spec = fresh("onepole", 2U);
  check_refused(spec, w, ECHOIC_BAD_SHAPE, "gate 1 has width 3");
  spec = fresh("onepole", 1U);
  ck_assert(echoic_node_spec_number(spec, "p", 1.01));
  check_refused(spec, w, ECHOIC_BAD_ARG, "p is 1.01");
  spec = fresh("onepole", 1U);
  ck_assert(echoic_node_spec_word(spec, "code", "warped"));
  check_refused(spec, w, ECHOIC_BAD_ARG, "length is 0");
  spec = fresh("wrope", 1U);
  ck_assert(echoic_node_spec_word(spec, "code", "spiral"));
  check_refused(spec, w, ECHOIC_BAD_ARG, "code is 'spiral'");
  spec = fresh("wrope", 1U);
  ck_assert(echoic_node_spec_number(spec, "axes", 2.0));
  check_refused(spec, w, ECHOIC_BAD_ARG, "axes is 2");
  spec = fresh("skip", 3U);
  check_refused(spec, w, ECHOIC_BAD_SHAPE, "widths 4, 3 and 5");
  spec = fresh("transmamba", 1U);
  check_refused(spec, w, ECHOIC_BAD_ARG, "taps is 0");
  spec = fresh("transmamba", 1U);
  ck_assert(echoic_node_spec_word(spec, "form", "recurrent"));
  ck_assert(echoic_node_spec_number(spec, "modes", 1.0));
  check_refused(spec, w, ECHOIC_BAD_SHAPE, "tensor 'a' is missing");
  const float one = 1.0F;
  new_tensor(spec, "a", 1U, 0U, &one);
  check_refused(spec, w, ECHOIC_BAD_FORMAT, "below 1 to fade");
  spec = fresh("attention", 3U);
  ck_assert(echoic_node_spec_number(spec, "heads", 1.0));
  ck_assert(echoic_node_spec_number(spec, "window", 2.0));
  ck_assert(echoic_node_spec_word(spec, "form", "hard"));
  check_refused(spec, w, ECHOIC_BAD_ARG, "form is 'hard'");
  spec = fresh("rmsnorm", 1U);
  ck_assert(echoic_node_spec_number(spec, "reserved", 4.0));
  check_refused(spec, w, ECHOIC_BAD_ARG, "reserved is 4");
}
END_TEST

/// A memory may keep, but not grow, whatever its gates say
START_TEST(test_bounded)
{
  const uint32_t        widths[] = {1U, 1U};
  float                 x[n_frames];
  float                 p[n_frames];
  EchoicNodeSpec* const spec = fresh("onepole", 2U);
  for (uint32_t i = 0U; i < n_frames; ++i) {
    x[i] = 1.0F;
    p[i] = 1e9F;
  }
  const float* const in[] = {x, p};
  float* const       y    = run_node(spec, widths, in);
  ck_assert(y[n_frames - 1] == (float)n_frames);
  free(y);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("structures");
  TCase* const alone = tcase_create("alone");
  TCase* const tcase = arrays_case(suite);
  tcase_add_test(alone, test_refused);
  tcase_add_test(alone, test_bounded);
  suite_add_tcase(suite, alone);
  if (tcase) {
    tcase_add_loop_test(tcase, test_onepole, 0, 9);
    tcase_add_test(tcase, test_gates_and_skip);
    tcase_add_loop_test(tcase, test_state_space, 0, 4);
    tcase_add_test(tcase, test_direct_forms);
    tcase_add_test(tcase, test_relevance);
    tcase_add_test(tcase, test_activations);
  }

  return run_structures(suite);
}
