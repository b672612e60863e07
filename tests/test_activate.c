// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Elementwise functions of every instruction set against double. */

#include "tests/kernel_sets.h"

#include "dsp/activate.h"
#include "tests/slow.h"
#include "tests/suite.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define BLOCK 4096U

typedef struct {
  const char* name;
  void (*function)(float*, uint32_t);
  double (*exact)(double);
  float  from; ///< Where the error is counted in units of the last place
  float  to;
  double most_ulp; ///< As dsp/activate.h says
} Function;

static double
sigmoid(const double x)
{
  return 1.0 / (1.0 + exp(-x));
}

static double
silu(const double x)
{
  return x * sigmoid(x);
}

static double
softplus(const double x)
{
  return fmax(x, 0.0) + log1p(exp(-fabs(x)));
}

static double
gelu(const double x)
{
  return 0.5 * x * erfc(-x * sqrt(0.5));
}

static double
gelu_tanh(const double x)
{
  return 0.5 * x *
         (1.0 + tanh(sqrt(2.0 / acos(-1.0)) * (x + 0.044715 * x * x * x)));
}

static const Function functions[] = {
  {"exp", echoic_exp, exp, -87.3F, 88.7F, 1.1},
  {"log", echoic_log, log, 1.2e-38F, 3.4e38F, 2.0},
  {"sigmoid", echoic_sigmoid, sigmoid, -87.0F, 200.0F, 2.2},
  {"tanh", echoic_tanh, tanh, -200.0F, 200.0F, 2.5},
  {"silu", echoic_silu, silu, -80.0F, 1e30F, 2.5},
  {"softplus", echoic_softplus, softplus, -87.0F, 1e30F, 2.6},
};

enum { n_functions = sizeof(functions) / sizeof(*functions) };

static float
of_bits(const uint32_t bits)
{
  float x = 0.0F;
  memcpy(&x, &bits, sizeof(x));
  return x;
}

/// Distance in units of the last place of the exact value
static double
ulp(const float x, const double exact)
{
  int          exponent = 0;
  const double size     = fmax(fabs(exact), (double)FLT_MIN);
  (void)frexp(size, &exponent);
  return fabs((double)x - exact) / ldexp(1.0, exponent - FLT_MANT_DIG);
}

/// One in 1021 of all numbers there are in the range (16411 if that is slow)
START_TEST(test_elementwise)
{
  const Function* const f = &functions[_i % n_functions];
  if (use_kernels(_i / n_functions)) {
    static float   in[BLOCK];
    static float   out[BLOCK];
    const uint32_t step  = is_slow() ? 16411U : 1021U;
    double         worst = 0.0;
    float          at    = 0.0F;
    for (uint64_t bits = 0U; bits < UINT32_MAX;) {
      uint32_t n = 0U;
      for (; n < BLOCK && bits < UINT32_MAX; bits += step) {
        const float x = of_bits((uint32_t)bits);
        if (x >= f->from && x <= f->to) {
          in[n++] = x;
        }
      }
      memcpy(out, in, sizeof(out));
      f->function(out, n);
      for (uint32_t i = 0U; i < n; ++i) {
        const double e = ulp(out[i], f->exact((double)in[i]));
        at             = e > worst ? in[i] : at;
        worst          = fmax(worst, e);
      }
    }
    ck_assert_msg(worst <= f->most_ulp,
                  "%s of %s: %.2f ulp at %.9g",
                  f->name,
                  echoic_kernels()->name,
                  worst,
                  (double)at);
  }
}
END_TEST

/// Both forms of gelu, whose tail falls away: to 2e-7 of |x| where that is more
START_TEST(test_gelu)
{
  if (use_kernels(_i / 2)) {
    const int step = is_slow() ? 17 : 1;
    for (int k = -120000; k <= 120000; k += step) {
      const float x = (float)k * 1e-4F;
      float       y = x;
      if (_i % 2) {
        echoic_gelu_tanh(&y, 1U);
      } else {
        echoic_gelu(&y, 1U);
      }
      const double e = _i % 2 ? gelu_tanh((double)x) : gelu((double)x);
      ck_assert_msg(fabs((double)y - e) <= 2e-7 * fabs((double)x),
                    "%s: %g gives %.9g, not %.9g",
                    echoic_kernels()->name,
                    (double)x,
                    (double)y,
                    e);
    }
  }
}
END_TEST

/// What is no number stays none; infinities go to their limits
START_TEST(test_limits)
{
  if (use_kernels(_i)) {
    for (int k = 0; k < n_functions; ++k) {
      float x[3] = {NAN, 1.0F, NAN};
      functions[k].function(x, 3U);
      if (functions[k].function != echoic_log) {
        ck_assert(isnan(x[0]) && !isnan(x[1]) && isnan(x[2]));
      }
    }
    float x[] = {INFINITY, -INFINITY, 100.0F, -104.0F};
    echoic_exp(x, 4U);
    ck_assert(isinf(x[0]) && x[1] == 0.0F && isinf(x[2]) && x[3] == 0.0F);
    float y[] = {INFINITY, -INFINITY, -0.0F};
    echoic_tanh(y, 3U);
    ck_assert(y[0] == 1.0F && y[1] == -1.0F && y[2] == 0.0F && signbit(y[2]));
    float z[] = {INFINITY, -INFINITY, 0.0F};
    echoic_sigmoid(z, 3U);
    ck_assert(z[0] == 1.0F && z[1] == 0.0F && z[2] == 0.5F);
    float s[] = {INFINITY, -INFINITY, 1e30F};
    echoic_softplus(s, 3U);
    ck_assert(isinf(s[0]) && s[1] == 0.0F && s[2] == 1e30F);
    float r[] = {INFINITY, -INFINITY, -3.0F};
    echoic_relu(r, 3U);
    ck_assert(isinf(r[0]) && r[1] == 0.0F && r[2] == 0.0F);
  }
}
END_TEST

/// Any length, part by part, gives the bits of the whole; nothing else changes
START_TEST(test_elementwise_splits)
{
  if (use_kernels(_i)) {
    uint32_t state = 1U;
    for (int k = 0; k < n_functions; ++k) {
      float in[80];
      for (uint32_t i = 0U; i < 80U; ++i) {
        in[i] = fabsf(4.0F * next_noise(&state)) + 0.1F;
      }
      for (uint32_t n = 0U; n <= 70U; ++n) {
        float whole[80];
        memcpy(whole, in, sizeof(in));
        functions[k].function(whole, n);
        for (uint32_t i = 0U; i < 80U; ++i) {
          float one = in[i];
          functions[k].function(&one, 1U);
          ck_assert(whole[i] == (i < n ? one : in[i]));
        }
      }
    }
  }
}
END_TEST

START_TEST(test_softmax)
{
  if (use_kernels(_i)) {
    uint32_t state = 1U;
    for (uint32_t n = 1U; n < 100U; ++n) {
      float  x[100];
      double e[100];
      double sum = 0.0;
      for (uint32_t i = 0U; i < n; ++i) {
        x[i] = (20.0F * next_noise(&state)) + 90.0F;
        e[i] = exp((double)x[i] - 100.0);
        sum += e[i];
      }
      echoic_softmax(x, n);
      for (uint32_t i = 0U; i < n; ++i) {
        ck_assert_double_eq_tol((double)x[i], e[i] / sum, 5e-7);
      }
    }
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("activate");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 120.0);
  tcase_add_loop_test(tc, test_elementwise, 0, n_functions * n_kernel_sets);
  tcase_add_loop_test(tc, test_gelu, 0, 2 * n_kernel_sets);
  tcase_add_loop_test(tc, test_limits, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_elementwise_splits, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_softmax, 0, n_kernel_sets);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
