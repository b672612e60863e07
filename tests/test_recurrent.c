// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* LSTM, GRU and the simple recurrent network against the formulas of their
   headers in double, in every form. */

#include "tests/stream_checks.h"
#include "tests/suite.h"

#include <math.h>
#include <stdio.h>

#define N_FRAMES 150U
#define MAX_UNITS 24U

typedef struct {
  const char* type;
  uint32_t    n_gates;
  uint32_t    n_in;
  uint32_t    n_units;
  uint32_t    n_layers;
  uint32_t    n_biases; ///< 0, bias_ih, or both
  bool        has_start;
  const char* words[3][2]; ///< Options and their values
} Kind;

static const Kind kinds[] = {
  {"lstm", 4U, 1U, 1U, 1U, 2U, false, {{NULL}}},
  {"lstm", 4U, 5U, 7U, 3U, 1U, true, {{NULL}}},
  {"lstm", 4U, 20U, 16U, 1U, 0U, true, {{NULL}}},
  {"gru", 3U, 1U, 1U, 1U, 2U, false, {{NULL}}},
  {"gru", 3U, 5U, 9U, 2U, 2U, true, {{NULL}}},
  {"gru", 3U, 5U, 24U, 1U, 0U, false, {{"reset", "before"}}},
  {"gru",
   3U,
   3U,
   8U,
   2U,
   2U,
   true,
   {{"reset", "before"}, {"update", "replace"}}},
  {"gru",
   3U,
   4U,
   6U,
   1U,
   1U,
   false,
   {{"reset", "before"}, {"candidate", "relu"}}},
  {"gru",
   3U,
   4U,
   6U,
   1U,
   2U,
   false,
   {{"reset", "after"}, {"update", "keep"}, {"candidate", "tanh"}}},
  {"gru", 3U, 4U, 6U, 3U, 2U, false, {{"update", "replace"}}},
  {"rnn", 1U, 1U, 1U, 1U, 2U, false, {{NULL}}},
  {"rnn", 1U, 4U, 11U, 2U, 1U, true, {{NULL}}},
  {"rnn", 1U, 4U, 5U, 1U, 0U, false, {{"activation", "relu"}}},
};

#define N_KINDS ((int)(sizeof(kinds) / sizeof(kinds[0])))

/// Append a tensor of a layer, small enough that nothing grows without end
static void
add_tensor(EchoicNodeSpec* const spec,
           const char* const     name,
           const uint32_t        layer,
           const uint32_t        n_rows,
           const uint32_t        n_cols)
{
  char full[32];
  snprintf(full, sizeof(full), "%s_l%u", name, layer);
  const size_t n = (size_t)n_rows * (n_cols ? n_cols : 1U);
  float* const x = new_tensor(spec, full, n_rows, n_cols, NULL);
  fill_noise(x, n);
  for (size_t i = 0U; i < n; ++i) {
    x[i] *= 0.5F;
  }
}

static EchoicNodeSpec*
describe(EchoicGraphSpec* const graph, const Kind* const k)
{
  EchoicNodeSpec* const spec = new_spec(graph, k->type, 1U);
  const uint32_t        rows = k->n_gates * k->n_units;
  for (uint32_t l = 0U; l < k->n_layers; ++l) {
    add_tensor(spec, "weight_ih", l, rows, l ? k->n_units : k->n_in);
    add_tensor(spec, "weight_hh", l, rows, k->n_units);
    if (k->n_biases > 0U) {
      add_tensor(spec, "bias_ih", l, rows, 0U);
    }
    if (k->n_biases > 1U) {
      add_tensor(spec, "bias_hh", l, rows, 0U);
    }
  }

  if (k->has_start) {
    fill_noise(new_tensor(spec, "h0", k->n_layers, k->n_units, NULL),
               (size_t)k->n_layers * k->n_units);
    if (k->n_gates == 4U) {
      fill_noise(new_tensor(spec, "c0", k->n_layers, k->n_units, NULL),
                 (size_t)k->n_layers * k->n_units);
    }
  }

  for (uint32_t i = 0U; i < 3U && k->words[i][0]; ++i) {
    ck_assert(echoic_node_spec_word(spec, k->words[i][0], k->words[i][1]));
  }

  return spec;
}

static double
logistic(const double x)
{
  return 1.0 / (1.0 + exp(-x));
}

/// An element of a tensor of a layer, or 0 if there is none
static double
get(const EchoicNodeSpec* const spec,
    const char* const           name,
    const uint32_t              layer,
    const size_t                at)
{
  char full[32];
  snprintf(full, sizeof(full), "%s_l%u", name, layer);
  const EchoicTensor* const t = echoic_node_tensor(spec, full);
  return t ? (double)t->data[at] : 0.0;
}

/// Row `row` of W x + b, with tensors "weight_WHICH" and "bias_WHICH"
static double
row_of(const EchoicNodeSpec* const spec,
       const char* const           which,
       const uint32_t              layer,
       const uint32_t              row,
       const double* const         x,
       const uint32_t              n)
{
  char weight[16];
  char bias[16];
  snprintf(weight, sizeof(weight), "weight_%s", which);
  snprintf(bias, sizeof(bias), "bias_%s", which);
  double sum = get(spec, bias, layer, row);
  for (uint32_t i = 0U; i < n; ++i) {
    sum += get(spec, weight, layer, ((size_t)row * n) + i) * x[i];
  }

  return sum;
}

static bool
has(const Kind* const k, const char* const key, const char* const word)
{
  for (uint32_t i = 0U; i < 3U && k->words[i][0]; ++i) {
    if (!strcmp(k->words[i][0], key)) {
      return !strcmp(k->words[i][1], word);
    }
  }

  return false;
}

/// One step of one layer; `h` and `c` are its state
static void
step(const Kind* const           k,
     const EchoicNodeSpec* const spec,
     const uint32_t              l,
     const double* const         x,
     double* const               h,
     double* const               c)
{
  const uint32_t n    = k->n_units;
  const uint32_t n_in = l ? n : k->n_in;
  double         a[4U * MAX_UNITS];
  double         b[4U * MAX_UNITS];
  double         rh[MAX_UNITS];
  for (uint32_t r = 0U; r < k->n_gates * n; ++r) {
    a[r] = row_of(spec, "ih", l, r, x, n_in);
    b[r] = row_of(spec, "hh", l, r, h, n);
  }

  for (uint32_t i = 0U; i < n; ++i) {
    rh[i] = logistic(a[i] + b[i]) * h[i];
  }

  for (uint32_t i = 0U; i < n; ++i) {
    if (k->n_gates == 1U) {
      const double sum = a[i] + b[i];
      h[i] = has(k, "activation", "relu") ? fmax(sum, 0.0) : tanh(sum);
    } else if (k->n_gates == 4U) {
      c[i] = (logistic(a[n + i] + b[n + i]) * c[i]) +
             (logistic(a[i] + b[i]) * tanh(a[(2U * n) + i] + b[(2U * n) + i]));
      h[i] = logistic(a[(3U * n) + i] + b[(3U * n) + i]) * tanh(c[i]);
    } else {
      const uint32_t row  = (2U * n) + i;
      const double   r    = logistic(a[i] + b[i]);
      const double   z    = logistic(a[n + i] + b[n + i]);
      const double   seen = has(k, "reset", "before")
                              ? row_of(spec, "hh", l, row, rh, n)
                              : r * b[row];
      const double   sum  = a[row] + seen;
      const double new =
        has(k, "candidate", "relu") ? fmax(sum, 0.0) : tanh(sum);
      const double keep = has(k, "update", "replace") ? 1.0 - z : z;
      h[i]              = (keep * h[i]) + ((1.0 - keep) * new);
    }
  }
}

START_TEST(test_formula)
{
  const Kind* const     k               = &kinds[_i];
  EchoicGraphSpec       graph           = {.width_in = k->n_in};
  EchoicNodeSpec* const spec            = describe(&graph, k);
  Runner                r               = prepare(spec, &k->n_in);
  double                h[3][MAX_UNITS] = {{0.0}};
  double                c[3][MAX_UNITS] = {{0.0}};
  static float          x[N_FRAMES * MAX_UNITS];
  static float          y[N_FRAMES * MAX_UNITS];
  fill_noise(x, (size_t)N_FRAMES * k->n_in);
  run(&r, x, y, N_FRAMES);
  for (uint32_t l = 0U; k->has_start && l < k->n_layers; ++l) {
    for (uint32_t i = 0U; i < k->n_units; ++i) {
      const size_t              at = ((size_t)l * k->n_units) + i;
      const EchoicTensor* const c0 = echoic_node_tensor(spec, "c0");
      h[l][i] = (double)echoic_node_tensor(spec, "h0")->data[at];
      c[l][i] = c0 ? (double)c0->data[at] : 0.0;
    }
  }

  for (uint32_t f = 0U; f < N_FRAMES; ++f) {
    double in[MAX_UNITS];
    for (uint32_t i = 0U; i < k->n_in; ++i) {
      in[i] = (double)x[(f * k->n_in) + i];
    }
    for (uint32_t l = 0U; l < k->n_layers; ++l) {
      step(k, spec, l, l ? h[l - 1U] : in, h[l], c[l]);
    }
    for (uint32_t i = 0U; i < k->n_units; ++i) {
      ck_assert_double_eq_tol(
        (double)y[(f * k->n_units) + i], h[k->n_layers - 1U][i], 2e-6);
    }
  }

  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

START_TEST(test_stream)
{
  const Kind* const     k     = &kinds[_i];
  EchoicGraphSpec       graph = {.width_in = k->n_in};
  EchoicNodeSpec* const spec  = describe(&graph, k);
  Runner                r     = prepare(spec, &k->n_in);
  static float          x[N_FRAMES * MAX_UNITS];
  const float* const    in[] = {x};
  fill_noise(x, (size_t)N_FRAMES * k->n_in);
  check_splits(&r, in, N_FRAMES);
  check_state(spec, &k->n_in, in, N_FRAMES);
  check_no_space(spec, &k->n_in);
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Make one thing of a node of 3 units on 2 inputs wrong
static void
refuse(const Kind* const  k,
       const char* const  tensor,
       const uint32_t     n_rows,
       const uint32_t     n_cols,
       const char* const  key,
       const EchoicStatus status,
       const char* const  says)
{
  EchoicGraphSpec       graph = {.width_in = 2U};
  EchoicNodeSpec* const spec  = describe(&graph, k);
  if (tensor) {
    new_tensor(spec, tensor, n_rows, n_cols, NULL);
  }

  if (key) {
    echoic_node_spec_word(spec, key, "sometimes");
  }

  check_refused(spec, &k->n_in, status, says);
  echoic_graph_spec_clear(&graph);
}

START_TEST(test_refusals)
{
  const Kind lstm = {"lstm", 4U, 2U, 3U, 1U, 2U, false, {{NULL}}};
  const Kind gru  = {"gru", 3U, 2U, 3U, 1U, 2U, false, {{NULL}}};
  const Kind rnn  = {"rnn", 1U, 2U, 3U, 1U, 2U, false, {{NULL}}};
  refuse(&lstm, "h0", 3U, 0U, NULL, ECHOIC_BAD_SHAPE, "'h0' is [3]");
  refuse(&lstm, "c0", 2U, 3U, NULL, ECHOIC_BAD_SHAPE, "'c0' is [2, 3]");
  refuse(&gru, "c0", 1U, 3U, NULL, ECHOIC_BAD_FORMAT, "'c0'");
  refuse(&lstm, "weight_hr_l0", 3U, 3U, NULL, ECHOIC_BAD_FORMAT, "weight_hr");
  refuse(&lstm, "weight_ih_l0", 12U, 2U, NULL, ECHOIC_BAD_FORMAT, "twice");
  refuse(&lstm, "weight_ih_l2", 12U, 3U, NULL, ECHOIC_BAD_FORMAT, "_l2");
  refuse(&lstm, "weight_ih_l1", 12U, 2U, NULL, ECHOIC_BAD_SHAPE, "_l1");
  refuse(
    &lstm, "weight_ih_l1", 12U, 3U, NULL, ECHOIC_BAD_SHAPE, "weight_hh_l1");
  refuse(&gru, NULL, 0U, 0U, "reset", ECHOIC_BAD_ARG, "'sometimes'");
  refuse(&gru, NULL, 0U, 0U, "update", ECHOIC_BAD_ARG, "keep or replace");
  refuse(&gru, NULL, 0U, 0U, "candidate", ECHOIC_BAD_ARG, "tanh or relu");
  refuse(&rnn, NULL, 0U, 0U, "activation", ECHOIC_BAD_ARG, "tanh or relu");
  refuse(&rnn, NULL, 0U, 0U, "reset", ECHOIC_BAD_FORMAT, "'reset'");
}
END_TEST

/// Weights that aren't finite, or of the wrong width
START_TEST(test_bad_weights)
{
  static const char* const names[] = {
    "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"};
  const Kind  lstm  = {"lstm", 4U, 2U, 3U, 1U, 2U, false, {{NULL}}};
  const float bad[] = {NAN, INFINITY};
  for (uint32_t i = 0U; i < 8U; ++i) {
    EchoicGraphSpec       graph   = {.width_in = 2U};
    EchoicNodeSpec* const spec    = describe(&graph, &lstm);
    spec->tensors[i % 4U].data[1] = bad[i / 4U];
    check_refused(spec, &lstm.n_in, ECHOIC_BAD_FORMAT, names[i % 4U]);
    echoic_graph_spec_clear(&graph);
  }

  const uint32_t  wide  = 5U;
  EchoicGraphSpec graph = {.width_in = 5U};
  check_refused(describe(&graph, &lstm), &wide, ECHOIC_BAD_SHAPE, "[12, 2]");
  echoic_graph_spec_clear(&graph);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("recurrent");
  TCase* const tcase = tcase_create("recurrent");
  tcase_add_loop_test(tcase, test_formula, 0, N_KINDS);
  tcase_add_loop_test(tcase, test_stream, 0, N_KINDS);
  tcase_add_test(tcase, test_refusals);
  tcase_add_test(tcase, test_bad_weights);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
