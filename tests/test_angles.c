// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Positions as angles, against the reference's arrays and closed forms. */

#include "dsp/angles.h"
#include "dsp/hypercomplex.h"
#include "tests/structures.h"

static const double pi = 3.14159265358979323846;

START_TEST(test_angles)
{
  static const char* const names[] = {
    "", "uniform", "warped", "blend_recommended"};
  for (uint32_t code = 1U; code < 4U; ++code) {
    const EchoicAngle angle = {(EchoicAngleCode)code, 16.0};
    char              name[64];
    (void)snprintf(name, sizeof(name), "wrope.abs.%s", names[code]);
    float* const absolute = array(name);
    (void)snprintf(name, sizeof(name), "wrope.inc.%s", names[code]);
    float* const step = array(name);
    for (int64_t n = 0; n <= n_frames; ++n) {
      const double d = echoic_angle(&angle, n) - (double)absolute[n];
      ck_assert_double_le(fabs(d - (2.0 * pi * rint(d / (2.0 * pi)))), 1e-5);
      ck_assert_double_eq_tol(
        echoic_angle_step(&angle, n), (double)step[n], 1e-6);
    }
    free(absolute);
    free(step);
  }

  const EchoicAngle blend = {ECHOIC_ANGLE_BLEND, 16.5}; // L between frames
  double            sum   = 0.0;
  for (int64_t n = 0; n < 1000; ++n) {
    sum += echoic_angle_step(&blend, n);
    ck_assert_double_eq_tol(sum, echoic_angle(&blend, n), 1e-12);
  }
}
END_TEST

START_TEST(test_range_query)
{
  const double           step     = 2.0 * pi / 16.0;
  const EchoicRangeQuery q        = echoic_range_query(step, 2, 5);
  float* const           response = array("range_query.response_2_5");
  for (uint32_t m = 0U; m < 16U; ++m) {
    ck_assert_double_eq_tol(
      q.gain * cos(q.theta - (m * step)), (double)response[m], 1e-6);
  }
  ck_assert_double_eq_tol(echoic_range_query(0.0, 2, 5).gain, 4.0, 1e-12);
  ck_assert_double_eq_tol(echoic_range_query(step, 0, 15).gain, 0.0, 1e-12);
  free(response);
}
END_TEST

START_TEST(test_hypercomplex)
{
  static const char* const names[] = {"quat.q", "quat.h", "oct.a", "oct.b"};
  double                   x[4][8] = {{0.0}};
  for (uint32_t i = 0U; i < 4U; ++i) {
    float* const a = array(names[i]);
    for (uint32_t k = 0U; k < (i < 2U ? 4U : 8U); ++k) {
      x[i][k] = (double)a[k];
    }
    free(a);
  }

  double       out[8];
  float* const left = array("quat.left_qh");
  float* const oct  = array("oct.ab");
  echoic_hypercomplex_multiply(x[0], x[1], out, 4U);
  for (uint32_t k = 0U; k < 4U; ++k) {
    ck_assert_double_eq_tol(out[k], (double)left[k], 1e-6);
  }
  echoic_hypercomplex_multiply(x[2], x[3], out, 8U);
  for (uint32_t k = 0U; k < 8U; ++k) {
    ck_assert_double_eq_tol(out[k], (double)oct[k], 1e-5);
  }
  free(left);
  free(oct);
}
END_TEST

/// q h from the left turns by the whole angle, and keeps the length
START_TEST(test_wrope_axes)
{
  static const uint32_t axes[] = {1U, 3U, 7U};
  const uint32_t        n_axes = axes[_i];
  const uint32_t        w      = 2U;
  EchoicNodeSpec* const spec   = fresh("wrope", 1U);
  ck_assert(echoic_node_spec_number(spec, "axes", n_axes));
  ck_assert(echoic_node_spec_number(spec, "length", 16.0));
  ck_assert(echoic_node_spec_word(spec, "code", "uniform"));
  float axis[7];
  fill_noise(axis, 7U);
  new_tensor(spec, "axis", n_axes, 0U, axis);
  float x[2 * n_frames];
  for (uint32_t i = 0U; i < 2U * n_frames; ++i) {
    x[i] = i % 2U ? -2.0F : 1.0F;
  }
  const float* const in[] = {x};
  float* const       y    = run_node(spec, &w, in);
  for (uint32_t n = 0U; n < n_frames; ++n) {
    for (uint32_t k = 0U; k < 2U; ++k) {
      const float* const h    = y + (((2U * n) + k) * (n_axes + 1U));
      const double       size = k ? 2.0 : 1.0;
      double             sum  = 0.0;
      for (uint32_t i = 0U; i <= n_axes; ++i) {
        sum += (double)h[i] * (double)h[i];
      }
      ck_assert_double_eq_tol(sqrt(sum), size, 1e-6);
      ck_assert_double_eq_tol(
        (double)h[0], (k ? -size : size) * cos(2.0 * pi * n / 16.0), 1e-5);
    }
  }
  free(y);
}
END_TEST

/// One angle: cos; multiples of it: orthogonal
START_TEST(test_wrope_orthogonality)
{
  enum { l = 16 };
  const uint32_t w = l;
  float          x[n_frames * l];
  for (uint32_t i = 0U; i < n_frames * l; ++i) {
    x[i] = 0.25F;
  }
  EchoicNodeSpec* const spec = fresh("wrope", 1U);
  ck_assert(echoic_node_spec_number(spec, "length", l));
  ck_assert(echoic_node_spec_word(spec, "code", "uniform"));
  float* const m = new_tensor(spec, "angles", l, 0U, NULL);
  for (uint32_t k = 0U; k < l; ++k) {
    m[k] = _i ? (float)k : 1.0F;
  }
  const float* const in[] = {x};
  float* const       y    = run_node(spec, &w, in);
  for (uint32_t i = 0U; i < l; ++i) {
    for (uint32_t k = 0U; k < l; ++k) {
      double dot = 0.0;
      for (uint32_t e = 0U; e < 2U * l; ++e) {
        dot += (double)y[(i * 2U * l) + e] * (double)y[(k * 2U * l) + e];
      }
      const double expected =
        _i ? (double)(i == k) : cos(2.0 * pi * ((double)i - k) / l);
      ck_assert_double_eq_tol(dot, expected, 1e-5);
    }
  }
  free(y);
}
END_TEST

START_TEST(test_trape)
{
  const uint32_t        w    = 3U;
  EchoicNodeSpec* const spec = fresh("trape", 1U);
  float                 x[3 * n_frames];
  fill_noise(x, 3U * n_frames);
  ck_assert(echoic_node_spec_number(spec, "length", 10.0));
  ck_assert(echoic_node_spec_number(spec, "gain", 2.0));
  const float* const in[] = {x};
  float* const       y    = run_node(spec, &w, in);
  for (uint32_t n = 0U; n < n_frames; ++n) {
    ck_assert_mem_eq(y + (4U * n), x + (3U * n), 3U * sizeof(float));
    ck_assert_double_eq_tol(
      (double)y[(4U * n) + 3U], 2.0 * n / (n + 10.0), 1e-6);
  }

  const uint32_t        wide = 4U; // The norm leaves the position alone
  EchoicNodeSpec* const norm = fresh("rmsnorm", 1U);
  ck_assert(echoic_node_spec_number(norm, "reserved", 1.0));
  const float* const placed[] = {y};
  float* const       z        = run_node(norm, &wide, placed);
  for (uint32_t n = 0U; n < n_frames; ++n) {
    const float* const v = z + (4U * n);
    ck_assert(v[3] == y[(4U * n) + 3U]);
    ck_assert_double_eq_tol(
      (double)((v[0] * v[0]) + (v[1] * v[1]) + (v[2] * v[2])), 1.0, 1e-5);
  }
  free(y);
  free(z);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("angles");
  TCase* const alone = tcase_create("alone");
  TCase* const tcase = arrays_case(suite);
  tcase_add_loop_test(alone, test_wrope_axes, 0, 3);
  tcase_add_loop_test(alone, test_wrope_orthogonality, 0, 2);
  tcase_add_test(alone, test_trape);
  suite_add_tcase(suite, alone);
  if (tcase) {
    tcase_add_test(tcase, test_angles);
    tcase_add_test(tcase, test_range_query);
    tcase_add_test(tcase, test_hypercomplex);
  }

  return run_structures(suite);
}
