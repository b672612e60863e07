// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What nodes without a state refuse, with a message that names node and tensor
   or option. */

#include "tests/stream_checks.h"
#include "tests/suite.h"

#include <math.h>

#define WIDTH 12U

static const uint32_t widths[ECHOIC_MAX_INPUTS] = {WIDTH, WIDTH, WIDTH};

/// A node that is refused: with one vector and one option
typedef struct {
  const char*  type;
  uint32_t     n_inputs;
  const char*  tensor;
  uint32_t     n_rows;
  uint32_t     n_cols;
  float        value; ///< Of every element
  const char*  key;
  const char*  word; ///< Or null: the number
  double       number;
  EchoicStatus status;
  const char*  says;
} Refusal;

#define NONE NULL, 0U, 0U, 0.0F

static const Refusal refusals[] = {
  {"activation", 1, NONE, NULL, NULL, 0, ECHOIC_BAD_ARG, "type is ''"},
  {"activation", 1, NONE, "type", "sinus", 0, ECHOIC_BAD_ARG, "'sinus'"},
  {"activation", 2, NONE, "type", "tanh", 0, ECHOIC_BAD_SHAPE, "2 inputs"},
  {"conv1d", 1, NONE, NULL, NULL, 0, ECHOIC_BAD_SHAPE, "missing"},
  {"conv1d", 1, NONE, "stride", NULL, 0, ECHOIC_BAD_ARG, "stride is 0"},
  {"conv1d", 1, NONE, "padding", NULL, -1, ECHOIC_BAD_ARG, "padding is -1"},
  {"conv1d", 1, NONE, "padding", NULL, 1e9, ECHOIC_BAD_ARG, "65536"},
  {"conv1d", 1, "weight", 4, 4, 1, NULL, NULL, 0, ECHOIC_BAD_SHAPE, "[4, 4]"},
  {"embedding", 1, "weight", 4, 4, 1, NULL, NULL, 0, ECHOIC_BAD_SHAPE, "token"},
  {"gather", 1, NONE, NULL, NULL, 0, ECHOIC_BAD_SHAPE, "missing"},
  {"gather", 1, "index", 3, 0, 12, NULL, NULL, 0, ECHOIC_BAD_ARG, "0 to 11"},
  {"gather", 1, "index", 3, 0, -1, NULL, NULL, 0, ECHOIC_BAD_ARG, "-1"},
  {"gather", 1, "index", 3, 0, 0.5F, NULL, NULL, 0, ECHOIC_BAD_ARG, "whole"},
  {"gather", 1, "index", 3, 0, NAN, NULL, NULL, 0, ECHOIC_BAD_FORMAT, "finite"},
  {"layernorm", 1, NONE, "eps", NULL, -1, ECHOIC_BAD_ARG, "eps is -1"},
  {"layernorm", 1, "bias", 3, 0, 1, NULL, NULL, 0, ECHOIC_BAD_SHAPE, "[12]"},
  {"layernorm",
   1,
   "weight",
   12,
   0,
   NAN,
   NULL,
   NULL,
   0,
   ECHOIC_BAD_FORMAT,
   "finite"},
  {"magnitude", 2, NONE, NULL, NULL, 0, ECHOIC_BAD_SHAPE, "2 inputs"},
  {"multiply", 2, NONE, "gain", NULL, 1, ECHOIC_BAD_FORMAT, "'gain'"},
  {"rmsnorm", 1, NONE, "eps", NULL, 2, ECHOIC_BAD_ARG, "eps is 2"},
  {"rmsnorm", 1, NONE, "offset", NULL, -1, ECHOIC_BAD_ARG, "offset is -1"},
  {"scale", 1, NONE, "gain", NULL, 1e7, ECHOIC_BAD_ARG, "gain is 1e+07"},
  {"scale",
   1,
   NONE,
   "offset",
   NULL,
   (double)NAN,
   ECHOIC_BAD_ARG,
   "offset is nan"},
  {"slice", 1, NONE, "start", NULL, 12, ECHOIC_BAD_ARG, "from 12"},
  {"slice", 1, NONE, "start", NULL, 0.5, ECHOIC_BAD_ARG, "whole"},
  {"slice", 1, NONE, "width", NULL, 13, ECHOIC_BAD_ARG, "13 wide"},
};

#define N_REFUSALS ((int)(sizeof(refusals) / sizeof(refusals[0])))

START_TEST(test_refusals)
{
  const Refusal* const  c     = &refusals[_i];
  EchoicGraphSpec       graph = {.width_in = WIDTH};
  EchoicNodeSpec* const spec  = new_spec(&graph, c->type, c->n_inputs);
  if (c->tensor) {
    float* const x = new_tensor(spec, c->tensor, c->n_rows, c->n_cols, NULL);
    for (uint32_t i = 0U; i < c->n_rows * (c->n_cols ? c->n_cols : 1U); ++i) {
      x[i] = c->value;
    }
  }

  if (c->key && c->word) {
    echoic_node_spec_word(spec, c->key, c->word);
  } else if (c->key) {
    echoic_node_spec_number(spec, c->key, c->number);
  }

  check_refused(spec, widths, c->status, c->says);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Kernels of 3 taps for 3 channels
static void
new_kernels(EchoicNodeSpec* const spec)
{
  const uint32_t dims[] = {5U, 3U, 3U};
  ck_assert_ptr_nonnull(echoic_node_spec_tensor(spec, "weight", 3U, dims));
}

/// What needs two things to be wrong
START_TEST(test_other_refusals)
{
  const uint32_t        odd   = 5U;
  const uint32_t        two[] = {WIDTH, 5U};
  EchoicGraphSpec       graph = {.width_in = WIDTH};
  EchoicNodeSpec* const norm  = new_spec(&graph, "rmsnorm", 1U);
  echoic_node_spec_number(norm, "eps", 1e-6);
  echoic_node_spec_number(norm, "c", 1.0);
  check_refused(norm, widths, ECHOIC_BAD_ARG, "both c and eps");
  check_refused(
    new_spec(&graph, "magnitude", 1U), &odd, ECHOIC_BAD_SHAPE, "must be even");
  check_refused(
    new_spec(&graph, "multiply", 2U), two, ECHOIC_BAD_SHAPE, "width 5");
  EchoicNodeSpec* const conv = new_spec(&graph, "conv1d", 1U);
  new_kernels(conv);
  check_refused(conv, &odd, ECHOIC_BAD_SHAPE, "3 channels");
  EchoicNodeSpec* const table = new_spec(&graph, "embedding", 1U);
  check_refused(table, widths, ECHOIC_BAD_SHAPE, "token");
  echoic_graph_spec_clear(&graph);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("element_refusals");
  TCase* const tcase = tcase_create("element_refusals");
  tcase_add_loop_test(tcase, test_refusals, 0, N_REFUSALS);
  tcase_add_test(tcase, test_other_refusals);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
