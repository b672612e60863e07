// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* S4D and its kernel: the authors' numbers, and a convolution with the
   impulse response in closed form, for random sizes. */

#include "tests/golden_case.h"
#include "tests/stream_checks.h"
#include "tests/suite.h"

#include <complex.h>

#define N_FRAMES 100U

static const double complex j = (double complex)I;

/// A system of random size, with what the closed form needs
typedef struct {
  uint32_t        h;
  uint32_t        m;
  EchoicGraphSpec graph;
  EchoicNodeSpec* spec;
  float*          a_real;
  float*          a_imag;
  float*          b; ///< Null for ones
  float*          c;
  float*          dt;
  float*          d;
} System;

static float*
new_deep(EchoicNodeSpec* const spec,
         const char* const     name,
         const uint32_t        n_dims,
         const uint32_t* const dims)
{
  float* const data = echoic_node_spec_tensor(spec, name, n_dims, dims);
  size_t       n    = 1U;
  for (uint32_t i = 0U; i < n_dims; ++i) {
    n *= dims[i];
  }
  ck_assert_ptr_nonnull(data);
  fill_noise(data, n);
  return data;
}

/// Steps from e^-5 to e^-1, angles up to a few turns a second
static void
spread(const System* const s, const size_t n_dt, const size_t n_modes)
{
  for (size_t i = 0U; i < n_dt; ++i) {
    s->dt[i] = (2.0F * s->dt[i]) - 3.0F;
  }
  for (size_t i = 0U; i < n_modes; ++i) {
    s->a_imag[i] *= 20.0F;
  }
}

static System
new_s4d(void)
{
  const uint32_t        h        = 1U + ((uint32_t)rand() % 12U);
  const uint32_t        m        = 1U + ((uint32_t)rand() % 20U);
  const uint32_t        pairs[]  = {h, m, 2U};
  const uint32_t        square[] = {2U * h, h, 1U};
  System                s        = {.h = h, .m = m, .graph = {h, 0U, NULL}};
  EchoicNodeSpec* const spec     = new_spec(&s.graph, "s4d", 1U);
  s.spec                         = spec;
  s.d                            = new_deep(spec, "D", 1U, pairs);
  s.dt                           = new_deep(spec, "kernel.log_dt", 1U, pairs);
  s.a_real = new_deep(spec, "kernel.log_A_real", 2U, pairs);
  s.a_imag = new_deep(spec, "kernel.A_imag", 2U, pairs);
  s.c      = new_deep(spec, "kernel.C", 3U, pairs);
  new_deep(spec, "output_linear.0.weight", 3U, square);
  new_deep(spec, "output_linear.0.bias", 1U, square);
  spread(&s, h, (size_t)h * m);
  return s;
}

static System
new_kernel(const char* const disc)
{
  const uint32_t        n_ssm    = 1U + ((uint32_t)rand() % 3U);
  const uint32_t        h        = n_ssm * (1U + ((uint32_t)rand() % 4U));
  const uint32_t        m        = 1U + ((uint32_t)rand() % 20U);
  const uint32_t        dims_a[] = {n_ssm, m};
  const uint32_t        dims_b[] = {1U, n_ssm, m, 2U};
  const uint32_t        dims_c[] = {1U, h, m, 2U};
  const uint32_t        dims_d[] = {h, 1U};
  System                s        = {.h = h, .m = m, .graph = {h, 0U, NULL}};
  EchoicNodeSpec* const spec     = new_spec(&s.graph, "s4d_kernel", 1U);
  s.spec                         = spec;
  s.dt                           = new_deep(spec, "inv_dt", 2U, dims_d);
  s.a_real                       = new_deep(spec, "A_real", 2U, dims_a);
  s.a_imag                       = new_deep(spec, "A_imag", 2U, dims_a);
  s.b                            = new_deep(spec, "B", 4U, dims_b);
  s.c                            = new_deep(spec, "C", 4U, dims_c);
  s.d                            = new_deep(spec, "D", 1U, dims_d);
  ck_assert(echoic_node_spec_word(spec, "disc", disc));
  spread(&s, h, (size_t)n_ssm * m);
  return s;
}

/// 2 Re C dB dA^n of a mode of channel `h`; `i` is its row in A and B
static double
impulse(const System* const s,
        const uint32_t      h,
        const uint32_t      i,
        const uint32_t      k,
        const double        sign,
        const bool          bilinear,
        const double        n)
{
  const size_t         at = ((size_t)i * s->m) + k;
  const size_t         to = ((size_t)h * s->m) + k;
  const double         dt = exp((double)s->dt[h]);
  const double complex a =
    -exp((double)s->a_real[at]) + (sign * j * (double)s->a_imag[at]);
  const double complex c =
    (double)s->c[2U * to] + (j * (double)s->c[(2U * to) + 1U]);
  const double complex b =
    s->b ? (double)s->b[2U * at] + (j * (double)s->b[(2U * at) + 1U]) : 1.0;
  const double complex half = dt * a / 2.0;
  const double complex da =
    bilinear ? (1.0 + half) / (1.0 - half) : cexp(dt * a);
  const double complex db =
    bilinear ? b * dt / (1.0 - half) : b * (cexp(dt * a) - 1.0) / a;
  return 2.0 * creal(c * db * cpow(da, n));
}

/// Convolve with the impulse response: [N_FRAMES][h]
static void
convolve(const System* const s,
         const uint32_t      n_ssm,
         const double        sign,
         const bool          bilinear,
         const float* const  u,
         double* const       y)
{
  for (uint32_t h = 0U; h < s->h; ++h) {
    double kernel[N_FRAMES] = {0.0};
    for (uint32_t l = 0U; l < N_FRAMES; ++l) {
      for (uint32_t k = 0U; k < s->m; ++k) {
        kernel[l] += impulse(s, h, h % n_ssm, k, sign, bilinear, l);
      }
    }
    for (uint32_t f = 0U; f < N_FRAMES; ++f) {
      double sum = (double)s->d[h] * (double)u[(f * s->h) + h];
      for (uint32_t l = 0U; l <= f; ++l) {
        sum += kernel[l] * (double)u[((f - l) * s->h) + h];
      }
      y[(f * s->h) + h] = sum;
    }
  }
}

/// z = W gelu(v) + b of channel `i`
static double
mixed(const System* const s, const double* const v, const uint32_t i)
{
  const float* const w =
    echoic_node_tensor(s->spec, "output_linear.0.weight")->data;
  double sum =
    (double)echoic_node_tensor(s->spec, "output_linear.0.bias")->data[i];
  for (uint32_t k = 0U; k < s->h; ++k) {
    sum +=
      (double)w[(i * s->h) + k] * v[k] * 0.5 * (1.0 + erf(v[k] * M_SQRT1_2));
  }

  return sum;
}

/// The node against convolution, GELU and gate in double
START_TEST(test_s4d)
{
  srand((unsigned)_i);
  System        s = new_s4d();
  Runner        r = prepare(s.spec, &s.h);
  float* const  u = (float*)malloc(N_FRAMES * s.h * sizeof(float));
  float* const  y = (float*)malloc(N_FRAMES * s.h * sizeof(float));
  double* const v = (double*)malloc(N_FRAMES * s.h * sizeof(double));
  fill_noise(u, (size_t)N_FRAMES * s.h);
  run(&r, u, y, N_FRAMES);
  convolve(&s, s.h, 1.0, false, u, v);
  for (uint32_t f = 0U; f < N_FRAMES; ++f) {
    for (uint32_t i = 0U; i < s.h; ++i) {
      const double gate = mixed(&s, v + ((size_t)f * s.h), s.h + i);
      const double e = mixed(&s, v + ((size_t)f * s.h), i) / (1.0 + exp(-gate));
      ck_assert_double_eq_tol((double)y[(f * s.h) + i], e, 1e-5);
    }
  }
  free(u);
  free(y);
  free(v);
  release(&r);
  echoic_graph_spec_clear(&s.graph);
}
END_TEST

/// The kernel node, both ways of sampling, with modes shared by channels
START_TEST(test_kernel)
{
  const bool bilinear = _i % 2;
  srand((unsigned)_i);
  System         s     = new_kernel(bilinear ? "bilinear" : "zoh");
  Runner         r     = prepare(s.spec, &s.h);
  const uint32_t n_ssm = echoic_node_tensor(s.spec, "A_real")->dims[0];
  float* const   u     = (float*)malloc(N_FRAMES * s.h * sizeof(float));
  float* const   y     = (float*)malloc(N_FRAMES * s.h * sizeof(float));
  double* const  v     = (double*)malloc(N_FRAMES * s.h * sizeof(double));
  fill_noise(u, (size_t)N_FRAMES * s.h);
  run(&r, u, y, N_FRAMES);
  convolve(&s, n_ssm, -1.0, bilinear, u, v);
  for (uint32_t i = 0U; i < N_FRAMES * s.h; ++i) {
    ck_assert_double_eq_tol((double)y[i], v[i], 1e-5);
  }
  free(u);
  free(y);
  free(v);
  release(&r);
  echoic_graph_spec_clear(&s.graph);
}
END_TEST

/// A mode that lasts a million frames lasts that long: e^-1 of it is left
START_TEST(test_slow_mode)
{
  System s    = new_kernel("zoh");
  float  u    = 1.0F;
  float  y    = 0.0F;
  Runner r    = {0};
  float* some = NULL;
  echoic_graph_spec_clear(&s.graph);
  s.spec = new_spec(&s.graph, "s4d_kernel", 1U);
  for (unsigned k = 0U; k < 5U; ++k) {
    static const char* const names[] = {"inv_dt", "A_real", "A_imag", "B", "C"};
    const uint32_t           dims[]  = {1U, 1U, 1U, 2U};
    some = echoic_node_spec_tensor(s.spec, names[k], k < 3U ? 2U : 4U, dims);
    ck_assert_ptr_nonnull(some);
    some[0] = k == 0U ? -logf(1e6F) : k < 3U ? 0.0F : 1.0F;
  }
  s.h = 1U;
  r   = prepare(s.spec, &s.h);
  run(&r, &u, &y, 1U);
  const float first = y;
  u                 = 0.0F;
  for (unsigned n = 0U; n < 1000000U; ++n) {
    run(&r, &u, &y, 1U);
  }
  ck_assert_double_eq_tol((double)(y / first), exp(-1.0), 0.03);
  release(&r);
  echoic_graph_spec_clear(&s.graph);
}
END_TEST

START_TEST(test_streams)
{
  srand((unsigned)_i);
  System             s  = _i ? new_kernel("bilinear") : new_s4d();
  Runner             r  = prepare(s.spec, &s.h);
  float* const       u  = (float*)malloc(N_FRAMES * s.h * sizeof(float));
  const float* const in = u;
  fill_noise(u, (size_t)N_FRAMES * s.h);
  check_splits(&r, &in, N_FRAMES);
  check_state(s.spec, &s.h, &in, N_FRAMES);
  check_no_space(s.spec, &s.h);
  check_recovery(&s.graph, s.h);
  free(u);
  release(&r);
  echoic_graph_spec_clear(&s.graph);
}
END_TEST

START_TEST(test_refusals)
{
  System s    = new_s4d();
  System k    = new_kernel("zoh");
  s.a_real[0] = -200.0F; // e^-200 is no decay in float32
  check_unusable(s.spec, s.h, "mode 0 of channel 0 doesn't fade");
  s.a_real[0] = 0.0F;
  s.dt[0]     = -200.0F;
  check_unusable(s.spec, s.h, "doesn't fade");
  s.a_real[0] = NAN;
  check_unusable(s.spec, s.h, "'kernel.log_A_real' holds a number");
  check_unusable(s.spec, s.h + 1U, "must be");
  echoic_node_spec_number(s.spec, "speed", 1.0);
  check_unusable(s.spec, s.h, "option 'speed'");
  k.a_real[0] = -200.0F;
  check_unusable(k.spec, k.h, "doesn't fade");
  new_tensor(k.spec, "E", 1U, 0U, NULL);
  check_unusable(k.spec, k.h, "tensor 'E'");
  echoic_graph_spec_clear(&s.graph);
  echoic_graph_spec_clear(&k.graph);
  k = new_kernel("trapezoid");
  check_unusable(k.spec, k.h, "must be zoh or bilinear");
  echoic_graph_spec_clear(&k.graph);
  k = new_kernel("zoh");
  echoic_node_spec_word(k.spec, "dt_transform", "log");
  check_unusable(k.spec, k.h, "must be none, exp");
  echoic_graph_spec_clear(&k.graph);
}
END_TEST

START_TEST(test_golden)
{
  static const char* const names[] = {
    "dev_s4d_a", "dev_s4d_b", "dev_s4diag_zoh", "dev_s4diag_bilinear"};
  Golden          g     = {0};
  EchoicGraphSpec graph = {0U, 0U, NULL};
  if (golden_open(&g, names[_i])) {
    EchoicNodeSpec* const spec =
      new_spec(&graph, _i < 2 ? "s4d" : "s4d_kernel", 1U);
    golden_weights(&g, spec);
    ck_assert(_i < 3 || echoic_node_spec_word(spec, "disc", "bilinear"));
    golden_check(&g, spec);
    golden_close(&g);
    echoic_graph_spec_clear(&graph);
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("s4d");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_s4d, 0, 10);
  tcase_add_loop_test(tc, test_kernel, 0, 20);
  tcase_add_test(tc, test_slow_mode);
  tcase_add_loop_test(tc, test_streams, 0, 2);
  tcase_add_test(tc, test_refusals);
  tcase_add_loop_test(tc, test_golden, 0, 4);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
