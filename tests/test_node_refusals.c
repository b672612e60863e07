// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What node types refuse, with a message that names node and tensor or option.
   Each case changes one thing of a node that is accepted. */

#include "tests/node_runner.h"
#include "tests/suite.h"

#include <math.h>

/// A matrix of a case; no name ends a list
typedef struct {
  const char* name;
  uint32_t    n_rows;
  uint32_t    n_cols; ///< 0 for a vector
  float       value;  ///< Of every element
} Matrix;

/// An option of a case; a number if it has no text
typedef struct {
  const char* key;
  const char* text;
  double      value;
} Option;

typedef struct {
  const char*  type;
  uint32_t     n_inputs;
  Matrix       tensors[4];
  Option       options[3];
  EchoicStatus status;
  const char*  says; ///< Besides the node's id
} Case;

#define ANY          \
  {                  \
    NULL, 0, 0, 0.0F \
  }
#define GATE "input_gate.weight"

/* All inputs have width 4. */
static const Case cases[] = {
  {"concat",
   2,
   {{"weight", 4, 0, 1}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_FORMAT,
   "'weight'"},
  {"concat", 2, {ANY}, {{"c", NULL, 1}}, ECHOIC_BAD_FORMAT, "'c'"},
  {"delay", 1, {ANY}, {{NULL, NULL, 0.0}}, ECHOIC_BAD_ARG, "frames"},
  {"delay", 2, {ANY}, {{"frames", NULL, 1}}, ECHOIC_BAD_SHAPE, "2 inputs"},
  {"delay", 1, {ANY}, {{"frames", NULL, -1}}, ECHOIC_BAD_ARG, "-1"},
  {"delay", 1, {ANY}, {{"frames", NULL, 1.5}}, ECHOIC_BAD_ARG, "1.5"},
  {"delay", 1, {ANY}, {{"frames", NULL, 1e9}}, ECHOIC_BAD_ARG, "1e+09"},
  {"delay",
   1,
   {ANY},
   {{"frames", NULL, (double)NAN}},
   ECHOIC_BAD_ARG,
   "frames"},
  {"delay", 1, {ANY}, {{"frames", NULL, 1e6}}, ECHOIC_BAD_SHAPE, "too many"},
  {"delay", 1, {ANY}, {{"frames", "two", 0}}, ECHOIC_BAD_FORMAT, "'frames'"},
  {"delay",
   1,
   {ANY},
   {{"frames", NULL, 2}, {"output", "first", 0}},
   ECHOIC_BAD_ARG,
   "'first'"},
  {"linear",
   1,
   {ANY},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_SHAPE,
   "'weight' is missing"},
  {"linear",
   2,
   {{"weight", 3, 4, 1}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_SHAPE,
   "2 inputs"},
  {"linear",
   1,
   {{"weight", 3, 5, 1}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_SHAPE,
   "[3, 4]"},
  {"linear",
   1,
   {{"weight", 4, 0, 1}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_SHAPE,
   "'weight'"},
  {"linear",
   1,
   {{"weight", 3, 4, NAN}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_FORMAT,
   "'weight'"},
  {"linear",
   1,
   {{"weight", 3, 4, 1}, {"bias", 4, 0, 1}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_SHAPE,
   "'bias' is [4]: must be [3]"},
  {"linear",
   1,
   {{"weight", 3, 4, 1}, {"bias", 3, 0, INFINITY}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_FORMAT,
   "'bias'"},
  {"memory",
   1,
   {ANY},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_SHAPE,
   "'poles' is missing"},
  {"memory",
   2,
   {{"poles", 2, 2, 0.5}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_SHAPE,
   "inputs"},
  {"memory",
   1,
   {{"poles", 2, 3, 0.5}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_SHAPE,
   "'poles'"},
  {"memory",
   1,
   {{"poles", 2, 2, NAN}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_FORMAT,
   "'poles'"},
  {"memory",
   1,
   {{"poles", 2, 2, 0.8F}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_FORMAT,
   "pole 0"},
  {"memory",
   1,
   {{"poles", 2, 2, 0.8F}},
   {{"allow_unit", NULL, 1}},
   ECHOIC_BAD_FORMAT,
   "pole 0"},
  {"memory",
   1,
   {{"poles", 2, 2, 0.5}},
   {{"layout", "banks", 0}},
   ECHOIC_BAD_ARG,
   "'banks'"},
  {"memory",
   1,
   {{"poles", 3, 2, 0.5}},
   {{"layout", "diagonal", 0}},
   ECHOIC_BAD_SHAPE,
   "3 poles"},
  {"memory",
   1,
   {{"poles", 2, 2, 0.5}, {"gain", 3, 0, 1}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_SHAPE,
   "'gain'"},
  {"memory",
   1,
   {{"poles", 2, 2, 0.5}, {"gain", 2, 0, NAN}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_FORMAT,
   "'gain'"},
  {"memory",
   1,
   {{"poles", 2, 2, 0.5}, {GATE, 2, 4, 1}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_SHAPE,
   "'input_gate.bias' is missing"},
  {"memory",
   1,
   {{"poles", 2, 2, 0.5}, {GATE, 2, 3, 1}, {"input_gate.bias", 2, 0, 1}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_SHAPE,
   "'input_gate.weight'"},
  {"memory",
   1,
   {{"poles", 2, 2, 0.5}, {"feedback_gate.bias", 2, 0, 1}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_SHAPE,
   "'feedback_gate.weight' is missing"},
  {"memory",
   1,
   {{"poles", 2, 2, 0.5},
    {"feedback_gate.weight", 2, 4, NAN},
    {"feedback_gate.bias", 2, 0, 1}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_FORMAT,
   "'feedback_gate.weight'"},
  {"perceptron",
   1,
   {ANY},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_SHAPE,
   "'weight' is missing"},
  {"perceptron",
   2,
   {{"weight", 2, 4, 1}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_SHAPE,
   "2 inputs"},
  {"perceptron",
   1,
   {{"weight", 2, 4, 1}},
   {{"activation", "relu", 0}},
   ECHOIC_BAD_ARG,
   "'relu'"},
  {"perceptron",
   1,
   {{"weight", 2, 4, 1}},
   {{"groups", NULL, 2}},
   ECHOIC_BAD_SHAPE,
   "[2, 2]"},
  {"perceptron",
   1,
   {{"weight", 3, 1, 1}},
   {{"groups", NULL, 3}},
   ECHOIC_BAD_ARG,
   "groups is 3"},
  {"perceptron",
   1,
   {{"weight", 2, 4, 1}, {"bias", 1, 0, 1}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_SHAPE,
   "'bias'"},
  {"perceptron",
   1,
   {{"weight", 2, 4, 1}, {"bias", 2, 0, NAN}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_FORMAT,
   "'bias'"},
  {"rmsnorm", 2, {ANY}, {{NULL, NULL, 0.0}}, ECHOIC_BAD_SHAPE, "2 inputs"},
  {"rmsnorm", 1, {ANY}, {{"c", NULL, -1}}, ECHOIC_BAD_ARG, "c is -1"},
  {"rmsnorm", 1, {ANY}, {{"c", NULL, 1e9}}, ECHOIC_BAD_ARG, "c is 1e+09"},
  {"rmsnorm", 1, {ANY}, {{"c", NULL, (double)NAN}}, ECHOIC_BAD_ARG, "c is"},
  {"rmsnorm",
   1,
   {{"weight", 3, 0, 1}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_SHAPE,
   "'weight'"},
  {"rmsnorm",
   1,
   {{"weight", 4, 0, NAN}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_FORMAT,
   "'weight'"},
  {"sum",
   2,
   {{"gain", 3, 0, 1}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_SHAPE,
   "'gain'"},
  {"sum",
   2,
   {{"gain", 2, 0, NAN}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_FORMAT,
   "'gain'"},
  {"sum",
   2,
   {{"gains", 2, 0, 1}},
   {{NULL, NULL, 0.0}},
   ECHOIC_BAD_FORMAT,
   "'gains'"},
};

#define N_CASES ((int)(sizeof(cases) / sizeof(cases[0])))

START_TEST(test_refused)
{
  static const uint32_t widths[ECHOIC_MAX_INPUTS] = {4U, 4U};
  const Case* const     c                         = &cases[_i];
  EchoicGraphSpec       graph                     = {4U, 0U, NULL};
  EchoicNodeSpec* const spec  = new_spec(&graph, c->type, c->n_inputs);
  EchoicNodeShape       shape = shape_of(spec, widths);
  EchoicError           error = {ECHOIC_OK, ""};
  for (const Matrix* m = c->tensors; m < c->tensors + 4 && m->name; ++m) {
    const uint32_t n = m->n_rows * (m->n_cols ? m->n_cols : 1U);
    float* const   t = new_tensor(spec, m->name, m->n_rows, m->n_cols, NULL);
    for (uint32_t i = 0U; i < n; ++i) {
      t[i] = m->value;
    }
  }
  for (const Option* o = c->options; o < c->options + 3 && o->key; ++o) {
    ck_assert(o->text ? echoic_node_spec_word(spec, o->key, o->text)
                      : echoic_node_spec_number(spec, o->key, o->value));
  }

  const EchoicStatus st =
    echoic_node_type(c->type)->bytes(spec, &shape, &error);
  ck_assert_msg(st == c->status && error.status == st,
                "%s, case %d: status %d: %s",
                c->type,
                _i,
                (int)st,
                error.text);
  ck_assert_msg(strstr(error.text, "node 'n'") && strstr(error.text, c->says),
                "%s, case %d: %s",
                c->type,
                _i,
                error.text);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Inputs of different widths can't be added; concat has a limit
START_TEST(test_widths)
{
  static const uint32_t widths[ECHOIC_MAX_INPUTS] = {4U, 5U};
  static const uint32_t wide[ECHOIC_MAX_INPUTS]   = {ECHOIC_MAX_WIDTH, 1U};
  EchoicGraphSpec       graph                     = {4U, 0U, NULL};
  EchoicNodeSpec*       spec                      = new_spec(&graph, "sum", 2U);
  EchoicNodeShape       shape                     = shape_of(spec, widths);
  EchoicError           error                     = {ECHOIC_OK, ""};
  ck_assert_int_eq(echoic_node_type("sum")->bytes(spec, &shape, &error),
                   ECHOIC_BAD_SHAPE);
  ck_assert_ptr_nonnull(strstr(error.text, "width 5: must be 4"));
  spec  = new_spec(&graph, "concat", 2U);
  shape = shape_of(spec, wide);
  ck_assert_int_eq(echoic_node_type("concat")->bytes(spec, &shape, &error),
                   ECHOIC_BAD_SHAPE);
  ck_assert_ptr_nonnull(strstr(error.text, "too wide"));
  echoic_graph_spec_clear(&graph);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("node_refusals");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_refused, 0, N_CASES);
  tcase_add_test(tc, test_widths);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
