// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Mamba-2: the authors' numbers, and the recurrence in double precision, as
   the header writes it, for random sizes and every option. */

#include "tests/golden_case.h"
#include "tests/stream_checks.h"
#include "tests/suite.h"

#define N_FRAMES 60U
#define MAX_ROWS 256U

static EchoicGraphSpec graph;
static EchoicNodeSpec* spec;

/// Sizes as in the header
static struct {
  uint32_t m, e, w, n, g, h, k;
} size;

static uint32_t
up_to(const uint32_t n)
{
  return 1U + ((uint32_t)rand() % n);
}

static void
add(const char* const name, const uint32_t rows, const uint32_t cols)
{
  float* const data = new_tensor(spec, name, rows, cols, NULL);
  fill_noise(data, (size_t)rows * (cols ? cols : 1U));
}

static const float*
weight(const char* const name)
{
  const EchoicTensor* const t = echoic_node_tensor(spec, name);
  return t ? t->data : NULL;
}

static double
number(const char* const key, const double fallback)
{
  return echoic_node_number(spec, key, fallback);
}

static void
choose_sizes(const unsigned seed)
{
  srand(seed);
  size.g = up_to(3U);
  size.h = size.g * up_to(3U);
  size.w = size.h * up_to(5U);
  size.e = seed % 4U == 3U ? up_to(6U) : 0U;
  size.m = up_to(9U);
  size.n = up_to(17U);
  size.k = seed % 3U ? 4U : up_to(5U);
}

/// A node of random sizes; what is optional depends on the seed
static uint32_t
describe(const unsigned seed)
{
  choose_sizes(seed);
  const uint32_t channels = size.w + (2U * size.g * size.n);
  const uint32_t rows     = (2U * size.e) + size.w + channels + size.h;
  const uint32_t taps[]   = {channels, 1U, size.k};
  memset(&graph, 0, sizeof(graph));
  spec = new_spec(&graph, "mamba2", 1U);
  add("in_proj.weight", rows, size.m);
  fill_noise(echoic_node_spec_tensor(spec, "conv1d.weight", 3U, taps),
             (size_t)channels * size.k);
  add("dt_bias", size.h, 0U);
  add("A_log", size.h, 0U);
  add("D", seed % 5U == 4U ? size.w : size.h, 0U);
  add("out_proj.weight", size.m, size.e + size.w);
  echoic_node_spec_number(spec, "ngroups", size.g);
  if (seed % 2U) {
    add("in_proj.bias", rows, 0U);
    add("conv1d.bias", channels, 0U);
    add("out_proj.bias", size.m, 0U);
  }
  if (seed % 3U) {
    add("norm.weight", size.w, 0U);
    echoic_node_spec_number(spec, "norm_before_gate", seed % 3U == 2U);
    echoic_node_spec_number(spec, "eps", 1e-3);
  }
  if (seed % 7U == 6U) {
    echoic_node_spec_number(spec, "dt_min", 0.5);
    echoic_node_spec_number(spec, "dt_max", 0.8);
  }

  return size.m;
}

static double
silu(const double x)
{
  return x / (1.0 + exp(-x));
}

/// Return row `r` of W x + b, with `n` columns
static double
row_of(const char* const   w,
       const char* const   b,
       const uint32_t      r,
       const uint32_t      n,
       const double* const x)
{
  double sum = weight(b) ? (double)weight(b)[r] : 0.0;
  for (uint32_t i = 0U; i < n; ++i) {
    sum += (double)weight(w)[(r * n) + i] * x[i];
  }

  return sum;
}

/// silu of the convolution of channel `c` at frame `f` of rows of all frames
static double
convolved(const double (*const rows)[MAX_ROWS],
          const uint32_t f,
          const uint32_t c)
{
  const uint32_t at   = (2U * size.e) + size.w + c;
  const float*   bias = weight("conv1d.bias");
  double         sum  = bias ? (double)bias[c] : 0.0;
  for (uint32_t age = 0U; age < size.k && age <= f; ++age) {
    const uint32_t tap = (c * size.k) + size.k - 1U - age;
    sum += (double)weight("conv1d.weight")[tap] * rows[f - age][at];
  }

  return silu(sum);
}

/// The memory of channel `c`: s [n] steps, return its output
static double
remember(double* const       s,
         const uint32_t      c,
         const double* const xbc,
         const double        d)
{
  const uint32_t h     = c / (size.w / size.h);
  const uint32_t group = h / (size.h / size.g);
  const uint32_t per_head =
    echoic_node_tensor(spec, "D")->dims[0] == size.h ? h : c;
  const double free_dt = log1p(exp(d + (double)weight("dt_bias")[h]));
  const double dt =
    fmin(fmax(free_dt, number("dt_min", 0.0)), number("dt_max", HUGE_VAL));
  const double        a   = exp(-dt * exp((double)weight("A_log")[h]));
  const double* const b   = xbc + size.w + ((size_t)group * size.n);
  double              sum = (double)weight("D")[per_head] * xbc[c];
  for (uint32_t n = 0U; n < size.n; ++n) {
    s[n] = (a * s[n]) + (dt * b[n] * xbc[c]);
    sum += b[(size.g * size.n) + n] * s[n];
  }

  return sum;
}

static double
mean_square(const double* const y, const uint32_t c)
{
  const uint32_t n   = size.w / size.g;
  double         sum = 0.0;
  for (uint32_t i = 0U; i < n; ++i) {
    sum += y[((c / n) * n) + i] * y[((c / n) * n) + i];
  }

  return sum / n;
}

/// Gate and norm in their order: [w] to [w]
static void
finish(const double* const y, const double* const z, double* const to)
{
  const float* const norm   = weight("norm.weight");
  const bool         before = number("norm_before_gate", 0.0) > 0.0;
  double             gated[MAX_ROWS];
  for (uint32_t c = 0U; c < size.w; ++c) {
    gated[c] = y[c] * (norm && before ? 1.0 : silu(z[c]));
  }
  for (uint32_t c = 0U; c < size.w; ++c) {
    to[c] = gated[c];
    if (norm) {
      to[c] *= (double)norm[c] / sqrt(mean_square(gated, c) + 1e-3);
      to[c] *= before ? silu(z[c]) : 1.0;
    }
  }
}

static void
reference(const float* const u, double* const y)
{
  static double  rows[N_FRAMES][MAX_ROWS];
  static double  s[MAX_ROWS][32];
  const uint32_t channels = size.w + (2U * size.g * size.n);
  const uint32_t z        = 2U * size.e;
  const uint32_t d        = z + size.w + channels;
  double         in[16];
  double         xbc[MAX_ROWS];
  double         out[MAX_ROWS];
  double         all[MAX_ROWS];
  memset(s, 0, sizeof(s));
  for (uint32_t f = 0U; f < N_FRAMES; ++f) {
    for (uint32_t i = 0U; i < size.m; ++i) {
      in[i] = (double)u[(f * size.m) + i];
    }
    for (uint32_t i = 0U; i < d + size.h; ++i) {
      rows[f][i] = row_of("in_proj.weight", "in_proj.bias", i, size.m, in);
    }
    for (uint32_t c = 0U; c < channels; ++c) {
      xbc[c] = convolved(rows, f, c);
    }
    for (uint32_t c = 0U; c < size.w; ++c) {
      out[c] = remember(s[c], c, xbc, rows[f][d + (c / (size.w / size.h))]);
    }
    for (uint32_t i = 0U; i < size.e; ++i) {
      all[i] = silu(rows[f][i]) * rows[f][size.e + i];
    }
    finish(out, rows[f] + z, all + size.e);
    for (uint32_t i = 0U; i < size.m; ++i) {
      y[(f * size.m) + i] =
        row_of("out_proj.weight", "out_proj.bias", i, size.e + size.w, all);
    }
  }
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
  reference(u, e);
  for (size_t i = 0U; i < n; ++i) {
    ck_assert_double_eq_tol((double)y[i], e[i], 3e-5 * (1.0 + fabs(e[i])));
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
  ck_assert_uint_eq(piece.dims[0], size.w + (2U * size.g * size.n));
  ck_assert_uint_eq(piece.dims[1], size.k);
  ck_assert(r.type->state(r.node, 1U, &piece));
  ck_assert_str_eq(piece.name, "ssm");
  ck_assert_uint_eq(piece.n_dims, 3U);
  ck_assert_uint_eq(piece.dims[0], size.h);
  ck_assert_uint_eq(piece.dims[1], size.w / size.h);
  ck_assert_uint_eq(piece.dims[2], size.n);
  ck_assert(!r.type->state(r.node, 2U, &piece));
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

START_TEST(test_refusals)
{
  const uint32_t model = describe(0U);
  float* const   a_log = echoic_node_tensor(spec, "A_log")->data;
  for (uint32_t i = 0U; i < spec->n_tensors; ++i) {
    EchoicTensor* const t = &spec->tensors[i];
    char                as[ECHOIC_TENSOR_NAME_SIZE];
    memcpy(as, t->name, sizeof(as));
    memcpy(t->name, "other", sizeof("other"));
    check_unusable(spec, model, "tensor 'other'");
    memcpy(t->name, as, sizeof(as));
    const float first = t->data[0];
    t->data[0]        = INFINITY;
    check_unusable(spec, model, as);
    t->data[0] = first;
    --t->dims[0];
    check_unusable(spec, model, "");
    ++t->dims[0];
  }
  a_log[0] = -200.0F;
  check_unusable(spec, model, "below 0");
  check_unusable(spec, model + 1U, "must be");
  echoic_graph_spec_clear(&graph);
}
END_TEST

START_TEST(test_bad_options)
{
  static const struct {
    const char* key;
    double      value;
    const char* says;
  } bad[]              = {{"ngroups", 0.0, "must divide"},
                          {"ngroups", 1.5, "must divide"},
                          {"ngroups", 1e9, "must divide"},
                          {"ngroups", -1.0, "must divide"},
                          {"eps", 0.0, "eps is 0"},
                          {"norm_before_gate", 0.5, "must be whole, 0 to 1"},
                          {"dt_min", -1.0, "dt_min is -1"},
                          {"dt_max", -1.0, "dt_max -1"},
                          {"headdim", 4.0, "option 'headdim'"}};
  const uint32_t model = describe(2U);
  for (unsigned i = 0U; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    spec->n_params = 0U;
    echoic_node_spec_number(spec, bad[i].key, bad[i].value);
    check_unusable(spec, model, bad[i].says);
  }
  echoic_graph_spec_clear(&graph);
}
END_TEST

START_TEST(test_golden)
{
  static const char* const names[] = {
    "dev_mamba2_a", "dev_mamba2_b", "dev_mamba2_g2", "dev_mamba2_nonorm"};
  Golden g = {0};
  memset(&graph, 0, sizeof(graph));
  if (golden_open(&g, names[_i])) {
    spec = new_spec(&graph, "mamba2", 1U);
    golden_weights(&g, spec);
    echoic_node_spec_number(spec, "ngroups", _i == 2 ? 2.0 : 1.0);
    golden_check(&g, spec);
    golden_close(&g);
    echoic_graph_spec_clear(&graph);
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("mamba2");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_recurrence, 0, 42);
  tcase_add_loop_test(tc, test_streams, 0, 4);
  tcase_add_test(tc, test_state_layout);
  tcase_add_test(tc, test_refusals);
  tcase_add_test(tc, test_bad_options);
  tcase_add_loop_test(tc, test_golden, 0, 4);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
