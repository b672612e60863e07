// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The talk's own numbers: the formulas against the golden values, and the
   memory node against the formulas, within three standard errors. */

#include "dsp/capacity.h"
#include "tests/node_runner.h"
#include "tests/suite.h"

#include <jansson.h>

#include <math.h>
#include <stdio.h>

#define N_DIMS 64U
#define MAX_FRAMES 512U

static json_t* golden;

static double
number(const json_t* const object, const char* const key)
{
  const json_t* const value = json_object_get(object, key);
  ck_assert_msg(json_is_number(value), "no number '%s'", key);
  return json_number_value(value);
}

static uint32_t
count(const json_t* const object, const char* const key)
{
  return (uint32_t)number(object, key);
}

static void
expect_equal(const double x, const double expected)
{
  ck_assert_double_eq_tol(x, expected, 1e-12 * fmax(fabs(expected), 1.0));
}

START_TEST(test_formulas)
{
  size_t  i    = 0U;
  json_t* item = NULL;
  json_array_foreach(json_object_get(golden, "E_dot_sq"), i, item)
  {
    expect_equal(echoic_capacity_crosstalk(count(item, "N")),
                 number(item, "theory"));
  }
  ck_assert_uint_eq(i, 4U);
  json_array_foreach(json_object_get(golden, "random_sum"), i, item)
  {
    expect_equal(echoic_capacity_sum(count(item, "N"), count(item, "n")),
                 number(item, "correct_n_plus_1_over_N"));
  }
  ck_assert_uint_eq(i, 4U);
  json_array_foreach(json_object_get(golden, "decaying_sum"), i, item)
  {
    const double   p = number(item, "p");
    const uint32_t n = count(item, "N");
    expect_equal(echoic_capacity_decaying_sum(n, count(item, "n"), p),
                 number(item, "theory"));
    expect_equal(echoic_capacity_decaying_limit(n, p), number(item, "limit"));
  }
  ck_assert_uint_eq(i, 5U);
}
END_TEST

START_TEST(test_bounds)
{
  size_t              i    = 0U;
  json_t*             item = NULL;
  const json_t* const rms  = json_object_get(golden, "threshold_reading");
  json_array_foreach(json_object_get(golden, "p_max"), i, item)
  {
    const uint32_t n = count(item, "N");
    const double   p = echoic_capacity_max_pole(n);
    const double   q = echoic_capacity_max_pole_half(n);
    expect_equal(p, number(item, "for_lt_N"));
    expect_equal(q, number(item, "for_lt_N_over_2"));
    ck_assert_double_eq_tol(echoic_capacity_decaying_limit(n, p), 1.0, 1e-9);
    ck_assert_double_eq_tol(echoic_capacity_decaying_limit(n, q), 0.5, 1e-9);
  }
  ck_assert_uint_eq(i, 4U);
  json_array_foreach(json_object_get(golden, "n_max"), i, item)
  {
    ck_assert_uint_eq(
      echoic_capacity_max_age(number(item, "p"), number(item, "b")),
      count(item, "strict_integer_p_pow_d_gt_b"));
  }
  ck_assert_uint_eq(i, 7U);
  expect_equal(echoic_capacity_threshold(count(rms, "N"), 1U),
               number(rms, "rms_1_over_sqrtN"));
}
END_TEST

START_TEST(test_ranges)
{
  ck_assert(isnan(echoic_capacity_crosstalk(0U)));
  ck_assert(isnan(echoic_capacity_sum(0U, 1U)));
  ck_assert(isnan(echoic_capacity_decaying_sum(8U, 1U, 1.5)));
  ck_assert(isnan(echoic_capacity_decaying_sum(8U, 1U, -0.5)));
  ck_assert(isnan(echoic_capacity_decaying_limit(8U, 1.0)));
  ck_assert(isnan(echoic_capacity_max_pole(0U)));
  ck_assert(isnan(echoic_capacity_max_pole_half(1U)));
  ck_assert(isnan(echoic_capacity_threshold(0U, 1U)));
  ck_assert_uint_eq(echoic_capacity_max_age(1.0, 0.5), 0U);
  ck_assert_uint_eq(echoic_capacity_max_age(0.9, 0.0), 0U);
  ck_assert_uint_eq(echoic_capacity_max_age(0.9, (double)NAN), 0U);
  ck_assert_uint_eq(echoic_capacity_max_age(0.5, 0.6), 0U); // Gone at once
  expect_equal(echoic_capacity_decaying_sum(8U, 7U, 1.0), 1.0);
}
END_TEST

/// A random vector of length 1: Gaussian numbers, normalized
static void
random_unit(float* const x)
{
  double power = 0.0;
  for (uint32_t i = 0U; i < N_DIMS; ++i) {
    const double u = (rand() + 1.0) / (RAND_MAX + 2.0);
    const double v = (rand() + 1.0) / (RAND_MAX + 2.0);
    x[i]           = (float)(sqrt(-2.0 * log(u)) * cos(2.0 * M_PI * v));
    power += (double)x[i] * (double)x[i];
  }

  for (uint32_t i = 0U; i < N_DIMS; ++i) {
    x[i] = (float)((double)x[i] / sqrt(power));
  }
}

static double
dot(const float* const a, const float* const b)
{
  double sum = 0.0;
  for (uint32_t i = 0U; i < N_DIMS; ++i) {
    sum += (double)a[i] * (double)b[i];
  }

  return sum;
}

/// h(n) = p h(n-1) + x(n), as a memory node with one real pole
static Runner
prepare_memory(EchoicGraphSpec* const graph, const double p)
{
  static const uint32_t width   = N_DIMS;
  const float           pole[2] = {(float)p, 0.0F};
  const float           gain    = 1.0F;
  EchoicNodeSpec* const spec    = new_spec(graph, "memory", 1U);
  new_tensor(spec, "poles", 1U, 2U, pole);
  new_tensor(spec, "gain", 1U, 0U, &gain);
  echoic_node_spec_number(spec, "allow_unit", 1.0);
  return prepare(spec, &width);
}

/// Store n + 1 random vectors in an empty memory; return its last state
static const float*
store(Runner* const r, const uint32_t n, float* const in, float* const out)
{
  for (uint32_t f = 0U; f <= n; ++f) {
    random_unit(in + ((size_t)f * N_DIMS));
  }

  r->type->reset(r->node);
  run(r, in, out, n + 1U);
  return out + ((size_t)n * N_DIMS);
}

static float frames_in[MAX_FRAMES * N_DIMS];
static float frames_out[MAX_FRAMES * N_DIMS];

/// Mean square of w . h(n) over many memories, against the formula
static void
check_mean_square(const double p, const uint32_t n)
{
  const unsigned  n_trials = 3000U;
  EchoicGraphSpec graph    = {N_DIMS, 0U, NULL};
  Runner          r        = prepare_memory(&graph, p);
  const double    expected = echoic_capacity_decaying_sum(N_DIMS, n, p);
  double          sum      = 0.0;
  double          squares  = 0.0;
  for (unsigned t = 0U; t < n_trials; ++t) {
    float              w[N_DIMS];
    const float* const h = store(&r, n, frames_in, frames_out);
    random_unit(w);
    const double y = dot(w, h);
    sum += y * y;
    squares += y * y * y * y;
  }

  const double mean  = sum / n_trials;
  const double error = sqrt(((squares / n_trials) - (mean * mean)) / n_trials);
  ck_assert_msg(fabs(mean - expected) < 3.0 * error && error < 0.04 * expected,
                "p %g, n %u: %g +- %g, must be %g",
                p,
                n,
                mean,
                error,
                expected);
  release(&r);
  echoic_graph_spec_clear(&graph);
}

START_TEST(test_crosstalk)
{
  size_t  i    = 0U;
  json_t* item = NULL;
  srand(1U);
  json_array_foreach(json_object_get(golden, "random_sum"), i, item)
  {
    ck_assert_uint_eq(count(item, "N"), N_DIMS);
    check_mean_square(1.0, count(item, "n"));
  }
  json_array_foreach(json_object_get(golden, "decaying_sum"), i, item)
  {
    ck_assert_uint_eq(count(item, "N"), N_DIMS);
    check_mean_square(number(item, "p"), count(item, "n"));
  }
}
END_TEST

/// A vector of age d is recalled with p^d, whatever else is stored
START_TEST(test_recall)
{
  static const double p        = 0.95;
  static const double error    = 4.0 / 20.0; // Of a mean of 400: 4 sigma
  const unsigned      n_trials = 400U;
  const uint32_t      n        = 40U;
  double              sum[41]  = {0.0};
  EchoicGraphSpec     graph    = {N_DIMS, 0U, NULL};
  Runner              r        = prepare_memory(&graph, p);
  srand(2U);
  for (unsigned t = 0U; t < n_trials; ++t) {
    const float* const h = store(&r, n, frames_in, frames_out);
    for (uint32_t d = 0U; d <= n; ++d) {
      sum[d] += dot(frames_in + ((size_t)(n - d) * N_DIMS), h) / n_trials;
    }
  }

  const double noise = sqrt(echoic_capacity_decaying_limit(N_DIMS, p));
  for (uint32_t d = 0U; d <= n; ++d) {
    ck_assert_double_eq_tol(sum[d], pow(p, d), error * noise);
  }
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Return the probability that a Gaussian exceeds `z` standard deviations
static double
tail(const double z)
{
  return 0.5 * erfc(z / sqrt(2.0));
}

/// At 3 sqrt(L/N): what is stored is found, what isn't is not, as expected
START_TEST(test_detection)
{
  static const uint32_t stored[]  = {1U, 3U, 7U}; // 3 sqrt(L/N) = .38 .65 .99
  const uint32_t        n_dims    = N_DIMS;
  const uint32_t        n         = stored[_i];
  const double          sigma     = echoic_capacity_threshold(n_dims, n);
  const double          threshold = 3.0 * sigma;
  const unsigned        n_trials  = 20000U;
  unsigned              n_found   = 0U;
  unsigned              n_false   = 0U;
  EchoicGraphSpec       graph     = {N_DIMS, 0U, NULL};
  Runner                r         = prepare_memory(&graph, 1.0);
  srand(3U);
  for (unsigned t = 0U; t < n_trials; ++t) {
    float              w[N_DIMS];
    const float* const h = store(&r, n - 1U, frames_in, frames_out);
    random_unit(w);
    n_false += dot(w, h) > threshold;
    n_found += dot(frames_in, h) > threshold;
  }

  // Stored: 1 plus crosstalk of the L - 1 others
  const double others =
    n > 1U ? sqrt(echoic_capacity_sum(n_dims, n - 2U)) : 1e-9;
  const double hits   = tail((threshold - 1.0) / others);
  const double falses = tail(3.0);
  printf("L %u: found %.4f (%.4f), false %.5f (%.5f)\n",
         n,
         (double)n_found / n_trials,
         hits,
         (double)n_false / n_trials,
         falses);
  ck_assert_double_eq_tol((double)n_found / n_trials, hits, 0.015);
  ck_assert_double_eq_tol((double)n_false / n_trials, falses, 0.001);
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

int
main(void)
{
  char              path[1024];
  const char* const shared = getenv("ECHOIC_SHARED");
  Suite* const      suite  = suite_create("talk");
  TCase* const      tc     = tcase_create("all");
  (void)snprintf(path,
                 sizeof(path),
                 "%s/golden/formulas.json",
                 shared ? shared : "../shared");
  golden = json_load_file(path, 0U, NULL);
  tcase_set_timeout(tc, 120.0);
  tcase_add_test(tc, test_ranges);
  tcase_add_test(tc, test_recall);
  tcase_add_loop_test(tc, test_detection, 0, 3);
  if (golden) {
    tcase_add_test(tc, test_formulas);
    tcase_add_test(tc, test_bounds);
    tcase_add_test(tc, test_crosstalk);
  } else {
    printf("skip talk: no %s\n", path);
  }

  suite_add_tcase(suite, tc);
  const int status = run_suite(suite);
  json_decref(golden);
  return status;
}
