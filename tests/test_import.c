// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Weights as others write them: put in PyTorch's order, and refused if they
   aren't right.  Whole networks: test_checkpoints.sh. */

#include "host/convert.h"
#include "host/graph_host.h"
#include "tests/suite.h"
#include "tests/temp.h"

#include <check.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static EchoicStatus
convert(const char* const      text,
        const char* const      cell,
        const char* const      config,
        EchoicGraphSpec* const graph,
        EchoicError* const     error)
{
  char path[temp_size];
  ck_assert(temp_file(path, "import"));
  ck_assert(
    !echoic_save_bytes((const uint8_t*)text, strlen(text), path, error));
  const EchoicStatus st = echoic_convert_cell(
    cell ? echoic_cell_find(cell) : NULL, config, path, graph, error);
  remove(path);
  return st;
}

static const EchoicNodeSpec*
node_of(const EchoicGraphSpec* const graph, const char* const id)
{
  for (uint32_t i = 0U; i < graph->n_nodes; ++i) {
    if (!strcmp(graph->nodes[i].id, id)) {
      return &graph->nodes[i];
    }
  }

  ck_abort_msg("no node '%s'", id);
  return NULL;
}

/// A tensor has these whole numbers, one after the other
static void
check(const EchoicGraphSpec* const graph,
      const char* const            node,
      const char* const            tensor,
      const char* const            numbers)
{
  const EchoicTensor* const t =
    echoic_node_tensor(node_of(graph, node), tensor);
  char   text[256] = "";
  size_t n         = 1U;
  ck_assert_msg(t != NULL, "%s.%s", node, tensor);
  for (uint32_t d = 0U; d < t->n_dims; ++d) {
    n *= t->dims[d];
  }

  for (size_t i = 0U; i < n; ++i) {
    const size_t end = strlen(text);
    snprintf(
      text + end, sizeof(text) - end, "%s%g", i ? " " : "", (double)t->data[i]);
  }

  ck_assert_str_eq(text, numbers);
}

/// Keras keeps [in][z r h] and two rows of biases; PyTorch [r z n][in]
START_TEST(test_keras_gru)
{
  EchoicGraphSpec graph = {0};
  EchoicError     error = {ECHOIC_OK, ""};
  ck_assert_msg(
    !convert("{\"in_shape\": [null, null, 1], \"in_skip\": 1, \"out_gain\": 20,"
             "\"layers\": [{\"type\": \"gru\", \"activation\": \"tanh\","
             "\"shape\": [null, null, 2], \"weights\": [[[1, 2, 3, 4, 5, 6]],"
             "[[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]],"
             "[[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]]]},"
             "{\"type\": \"dense\", \"activation\": \"\","
             "\"shape\": [null, null, 1], \"weights\": [[[13], [14]], [15]]}]}",
             NULL,
             NULL,
             &graph,
             &error),
    "%s",
    error.text);
  check(&graph, "layer0", "weight_ih_l0", "3 4 1 2 5 6");
  check(&graph, "layer0", "weight_hh_l0", "3 9 4 10 1 7 2 8 5 11 6 12");
  check(&graph, "layer0", "bias_ih_l0", "3 4 1 2 5 6");
  check(&graph, "layer0", "bias_hh_l0", "9 10 7 8 11 12");
  check(&graph, "layer1", "weight", "13 14");
  check(&graph, "layer1", "bias", "15");
  ck_assert_str_eq(node_of(&graph, "layer0")->type, "gru");
  ck_assert_str_eq(node_of(&graph, "skip")->inputs[1], "in");
  ck_assert_double_eq_tol(
    echoic_node_number(node_of(&graph, "out_gain"), "gain", 0.0), 10.0, 1e-9);
  echoic_graph_spec_clear(&graph);
}
END_TEST

START_TEST(test_keras_lstm)
{
  EchoicGraphSpec graph = {0};
  EchoicError     error = {ECHOIC_OK, ""};
  ck_assert_msg(
    !convert("{\"in_shape\": [null, null, 2], \"layers\": [{\"type\": \"lstm\","
             "\"activation\": \"\", \"shape\": [null, null, 1], \"weights\":"
             "[[[1, 2, 3, 4], [5, 6, 7, 8]], [[9, 10, 11, 12]],"
             "[13, 14, 15, 16]]}, {\"type\": \"time-distributed-dense\","
             "\"activation\": \"tanh\", \"shape\": [1], \"weights\":"
             "[[[17]], [18]]}]}",
             NULL,
             NULL,
             &graph,
             &error),
    "%s",
    error.text);
  check(&graph, "layer0", "weight_ih_l0", "1 5 2 6 3 7 4 8");
  check(&graph, "layer0", "weight_hh_l0", "9 10 11 12");
  check(&graph, "layer0", "bias_ih_l0", "13 14 15 16");
  ck_assert_str_eq(echoic_node_word(node_of(&graph, "layer1_act"), "type", ""),
                   "tanh");
  ck_assert_uint_eq(graph.n_nodes, 3U);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// [W_ih | W_hh] row by row, bias, h, c, for each layer; then the head
START_TEST(test_nam)
{
  EchoicGraphSpec graph = {0};
  EchoicError     error = {ECHOIC_OK, ""};
  ck_assert_msg(
    !convert("{\"architecture\": \"LSTM\", \"config\": {\"input_size\": 1,"
             "\"hidden_size\": 1, \"num_layers\": 2}, \"weights\":"
             "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 21, 22, 23, 24,"
             "25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 41, 42]}",
             NULL,
             NULL,
             &graph,
             &error),
    "%s",
    error.text);
  check(&graph, "layer", "weight_ih_l0", "1 3 5 7");
  check(&graph, "layer", "weight_hh_l0", "2 4 6 8");
  check(&graph, "layer", "bias_ih_l0", "9 10 11 12");
  check(&graph, "layer", "weight_ih_l1", "21 23 25 27");
  check(&graph, "layer", "bias_ih_l1", "29 30 31 32");
  check(&graph, "layer", "h0", "13 33");
  check(&graph, "layer", "c0", "14 34");
  check(&graph, "head", "weight", "41");
  check(&graph, "head", "bias", "42");
  echoic_graph_spec_clear(&graph);
}
END_TEST

#define RNN_WEIGHTS "\"weight_ih_l0\": [[1]], \"weight_hh_l0\": [[2]]"
#define NAM_START "{\"architecture\": \"LSTM\", \"config\": {\"input_size\": 1,"
#define LAYER(what) "{\"in_shape\": [1], \"layers\": [{" what "}]}"

/// A file that is refused, by itself or with cell and configuration
static const struct {
  const char* text;
  const char* cell;
  const char* config;
  const char* says;
} refusals[] = {
  {"{\"a\": [1, 2", NULL, NULL, "isn't JSON"},
  {"PK\003\004archive/data.pkl", NULL, NULL, "safetensors.torch.save_file()"},
  {"\200\002\212\012", NULL, NULL, "safetensors.torch.save_file()"},
  {"GGUF, say", NULL, NULL, "not a safetensors file"},
  {"{\"a\": \"b\"}", NULL, NULL, "'a' must be an array of numbers"},
  {"{\"a\": [[1, 2], [3]]}", NULL, NULL, "regular dimensions"},
  {"{\"a\": [[1, 2], [3, null]]}", NULL, NULL, "array of numbers"},
  {"{\"a\": [[[[[1]]]]]}", NULL, NULL, "1 to 4"},
  {"{\"a\": [1]}", NULL, NULL, "no layers"},
  {"{\"a.weight\": [[1, 2]], \"b\": [3]}", NULL, NULL, "1 tensor that no"},
  {"{\"model_data\": {\"skip\": 2}, \"state_dict\": {}}",
   NULL,
   NULL,
   "'skip' 0 or 1"},
  {"{\"architecture\": \"WaveNet\"}", NULL, NULL, "'WaveNet': must be 'LSTM'"},
  {NAM_START "\"hidden_size\": 0, \"num_layers\": 1}, \"weights\": []}",
   NULL,
   NULL,
   "hidden_size"},
  {NAM_START "\"hidden_size\": 1, \"num_layers\": 1}, \"weights\": [1]}",
   NULL,
   NULL,
   "1 numbers: must be 16"},
  {NAM_START "\"hidden_size\": 1, \"num_layers\": 1}, \"weights\":"
             "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, \"x\"]}",
   NULL,
   NULL,
   "element 15 must be a number"},
  {LAYER("\"type\": \"conv1d\", \"shape\": [1]"), NULL, NULL, "'conv1d'"},
  {LAYER("\"type\": \"gru\""), NULL, NULL, "'shape'"},
  {LAYER("\"type\": \"dense\", \"shape\": [2], \"weights\": [[[1]], [1, 2]]"),
   NULL,
   NULL,
   "rows of 2"},
  {LAYER("\"type\": \"dense\", \"shape\": [1], \"weights\": [[[1]], [1, 2]]"),
   NULL,
   NULL,
   "bias must be 1"},
  {LAYER("\"type\": \"dense\", \"shape\": [1], \"weights\": [[[\"a\"]], [1]]"),
   NULL,
   NULL,
   "rows of 1"},
  {"{" RNN_WEIGHTS "}",
   "rnn",
   "{\"hidden_size\": 1}",
   "'input_size' is missing"},
  {"{" RNN_WEIGHTS "}",
   "rnn",
   "{\"hidden_size\": 0, \"input_size\": 1}",
   "from 1 to 65536"},
  {"{" RNN_WEIGHTS "}",
   "rnn",
   "{\"hidden_size\": 1.5, \"input_size\": 1}",
   "whole number"},
  {"{" RNN_WEIGHTS "}", "rnn", "[1]", "must be a JSON object"},
  {"{" RNN_WEIGHTS "}",
   "rnn",
   "{\"hidden_size\": 1, \"input_size\": 1, \"bias\": 1}",
   "true or false"},
  {"{" RNN_WEIGHTS "}",
   "rnn",
   "{\"hidden_size\": 1, \"input_size\": 1}",
   "'bias_ih_l0' is missing"},
  {"{" RNN_WEIGHTS "}",
   "rnn",
   "{\"hidden_size\": 1, \"input_size\": 2, \"bias\": false}",
   "is [1, 1]: must be [1, 2]"},
  {"{" RNN_WEIGHTS ", \"extra\": [1]}",
   "rnn",
   "{\"hidden_size\": 1, \"input_size\": 1, \"bias\": false}",
   "no node takes: extra"},
  {"{" RNN_WEIGHTS "}",
   "rnn",
   "{\"hidden_size\": 1, \"input_size\": 1, \"bias\": false,"
   "\"nonlinearity\": \"sinus\"}",
   "'sinus'"},
  {"{\"a.weight\": [[1]]}",
   "recurrent_stack",
   "{\"layers\": \"b\"}",
   "'b.weight' is missing"},
  {"{\"a.weight\": [[1]]}",
   "recurrent_stack",
   "{\"layers\": \"a:sinus\"}",
   "'sinus'"},
  {"{\"a.weight\": [[1]]}",
   "recurrent_stack",
   "{\"in_gain\": \"loud\"}",
   "must be a number"},
  {"{\"a.weight\": [[1], [2]]}",
   "recurrent_stack",
   "{\"skip\": true}",
   "narrower"},
  {"{\"a.weight_ih_l0\": [[1], [2]], \"a.weight_hh_l0\": [[2], [3]]}",
   NULL,
   NULL,
   "1, 3 or 4 times"},
  {"{\"a.weight\": [[1e999]]}", NULL, NULL, "isn't JSON"},
  {"{\"a.weight\": [[1e39]]}", NULL, NULL, "finite"},
};

#define N_REFUSALS ((int)(sizeof(refusals) / sizeof(refusals[0])))

START_TEST(test_refusals)
{
  EchoicGraphSpec graph = {0};
  EchoicError     error = {ECHOIC_OK, ""};
  ck_assert_int_ne(convert(refusals[_i].text,
                           refusals[_i].cell,
                           refusals[_i].config,
                           &graph,
                           &error),
                   ECHOIC_OK);
  ck_assert_msg(strstr(error.text, refusals[_i].says) != NULL,
                "'%s' should say '%s'",
                error.text,
                refusals[_i].says);
  ck_assert_uint_eq(graph.n_nodes, 0U);
}
END_TEST

/// Append a list of a thousand, of which the first is a list of so many levels
static void
write_lists(char** const at, const unsigned n_levels)
{
  *(*at)++ = '[';
  if (n_levels) {
    write_lists(at, n_levels - 1U);
  } else {
    *(*at)++ = '0';
  }
  for (unsigned i = 1U; i < 1000U; ++i) {
    memcpy(*at, ",0", 2U);
    *at += 2;
  }
  *(*at)++ = ']';
}

/// First rows that promise 4 TB: what is wrong is said before it is asked for
START_TEST(test_promise)
{
  static char     text[9000];
  char*           at    = text + sprintf(text, "{\"a\": ");
  EchoicGraphSpec graph = {0};
  EchoicError     error = {ECHOIC_OK, ""};
  write_lists(&at, 3U);
  strcpy(at, "}");
  ck_assert(convert(text, NULL, NULL, &graph, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "regular dimensions"));
}
END_TEST

/// JSON cut anywhere is refused, or is still a file
START_TEST(test_cut)
{
  static const char whole[] =
    NAM_START "\"hidden_size\": 1, \"num_layers\": 1}, \"weights\":"
              "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]}";
  for (size_t n = 0U; n <= strlen(whole); ++n) {
    char            text[sizeof(whole)];
    EchoicGraphSpec graph = {0};
    EchoicError     error = {ECHOIC_OK, ""};
    memcpy(text, whole, n);
    text[n] = '\0';
    ck_assert_int_eq(!convert(text, NULL, NULL, &graph, &error),
                     n == strlen(whole));
    echoic_graph_spec_clear(&graph);
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("import");
  TCase* const tcase = tcase_create("import");
  tcase_add_test(tcase, test_keras_gru);
  tcase_add_test(tcase, test_keras_lstm);
  tcase_add_test(tcase, test_nam);
  tcase_add_loop_test(tcase, test_refusals, 0, N_REFUSALS);
  tcase_add_test(tcase, test_promise);
  tcase_add_test(tcase, test_cut);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
