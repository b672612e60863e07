// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Graphs come back from their files as they were; what isn't one is refused
   with a sentence. */

#include "dsp/graph_file.h"
#include "dsp/safetensors.h"
#include "tests/node_runner.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>

/// A graph with everything that a file can hold
static EchoicGraphSpec
sample(void)
{
  EchoicGraphSpec       graph = {.width_in = 2U};
  EchoicNodeSpec* const gru   = echoic_graph_spec_add(&graph, "a", "gru");
  ck_assert(echoic_node_spec_input(gru, "in"));
  ck_assert(echoic_node_spec_word(gru, "reset", "before"));
  fill_noise(new_tensor(gru, "weight_ih_l0", 3U, 2U, NULL), 6U);
  fill_noise(new_tensor(gru, "weight_hh_l0", 3U, 1U, NULL), 3U);
  EchoicNodeSpec* const scale = echoic_graph_spec_add(&graph, "a.b", "scale");
  ck_assert(echoic_node_spec_input(scale, "a"));
  ck_assert(echoic_node_spec_number(scale, "gain", 0.1));
  EchoicNodeSpec* const norm =
    echoic_graph_spec_add(&graph, "a.b.c", "rmsnorm");
  ck_assert(echoic_node_spec_input(norm, "a.b"));
  fill_noise(new_tensor(norm, "weight", 1U, 0U, NULL), 1U);
  ck_assert(echoic_graph_spec_output(&graph, "y", "a.b.c"));
  ck_assert(echoic_graph_spec_output(&graph, "z", "a"));
  ck_assert(echoic_graph_spec_state(&graph, "all", 1U));
  ck_assert(echoic_graph_spec_piece(&graph, "a", "h"));
  return graph;
}

static uint8_t*
write(const EchoicGraphSpec* const graph, size_t* const size)
{
  uint8_t*    bytes = NULL;
  EchoicError error = {ECHOIC_OK, ""};
  ck_assert_msg(
    !echoic_graph_write(graph, &bytes, size, &error), "%s", error.text);
  return bytes;
}

START_TEST(test_round_trip)
{
  size_t          size[2] = {0U, 0U};
  EchoicError     error   = {ECHOIC_OK, ""};
  EchoicGraphSpec back    = {0};
  EchoicGraphSpec graph   = sample();
  uint8_t* const  first   = write(&graph, &size[0]);
  ck_assert(echoic_graph_recognise(first, size[0]));
  ck_assert_msg(
    !echoic_graph_parse(first, size[0], &back, &error), "%s", error.text);
  ck_assert_uint_eq(back.n_nodes, 3U);
  ck_assert_uint_eq(back.nodes[2].n_tensors, 1U); // Not given to "a"
  ck_assert_uint_eq(back.n_outputs, 2U);
  ck_assert_str_eq(back.outputs[0].name, "y");
  ck_assert_str_eq(back.states[0].pieces[0].name, "h");
  ck_assert(echoic_node_number(&back.nodes[1], "gain", 0.0) == 0.1);
  uint8_t* const second = write(&back, &size[1]);
  ck_assert_uint_eq(size[0], size[1]);
  ck_assert(!memcmp(first, second, size[0]));
  free(first);
  free(second);
  echoic_graph_spec_clear(&graph);
  echoic_graph_spec_clear(&back);
}
END_TEST

/// Cut anywhere it is refused; spoilt anywhere it is refused or still a graph
START_TEST(test_spoilt)
{
  size_t          size  = 0U;
  EchoicGraphSpec graph = sample();
  uint8_t* const  bytes = write(&graph, &size);
  for (size_t i = 0U; i < size; ++i) {
    EchoicGraphSpec back  = {0};
    EchoicError     error = {ECHOIC_OK, ""};
    uint8_t* const  cut   = (uint8_t*)malloc(i + 1U);
    memcpy(cut, bytes, i);
    ck_assert(echoic_graph_parse(cut, i, &back, &error));
    ck_assert(error.text[0] && !back.nodes);
    free(cut);
    for (uint32_t k = 0U; k < 4U; ++k) {
      const uint8_t old = bytes[i];
      bytes[i]          = (uint8_t)(old ^ (1U << (2U * k)));
      error.text[0]     = '\0';
      const bool is_bad = echoic_graph_parse(bytes, size, &back, &error);
      ck_assert(is_bad ? error.text[0] && !back.nodes : back.n_nodes > 0U);
      echoic_graph_spec_clear(&back);
      bytes[i] = old;
    }
  }

  free(bytes);
  echoic_graph_spec_clear(&graph);
}
END_TEST

#define GRAPH(rest) "{\"version\": 1, \"graph\": {\"width_in\": 1, " rest "}}"
#define ONE "{\"id\": \"a\", \"type\": \"scale\", \"inputs\": [\"in\"]}"
#define NODE(id, input) \
  "{\"id\": \"" id "\", \"type\": \"scale\", \"inputs\": [\"" input "\"]}"

/// Descriptions that are refused
static const struct {
  const char* text;
  const char* says;
} refusals[] = {
  {"", "isn't JSON"},
  {"[]", "'version'"},
  {"{\"graph\": {}}", "'version'"},
  {"{\"version\": 2, \"graph\": {}}", "version 2 is newer"},
  {"{\"version\": 1}", "'graph' must have"},
  {"{\"version\": 1, \"graph\": {}, \"sounds\": []}", "this is a model"},
  {GRAPH("\"nodes\": []"), "has 0 nodes"},
  {GRAPH("\"nodes\": {}"), "a list 'nodes'"},
  {GRAPH("\"nodes\": [" ONE "], \"more\": 1"), "'graph' must have"},
  {GRAPH("\"nodes\": [" ONE ", " ONE "]"), "'a' is empty or taken"},
  {GRAPH("\"nodes\": [" NODE("a", "b") ", " NODE("b", "a") "]"),
   "node 'a': input 'b' isn't a node before it"}, // A cycle
  {GRAPH("\"nodes\": [" NODE("a", "a") "]"), "input 'a' isn't a node before"},
  {GRAPH("\"nodes\": [" NODE("in", "in") "]"), "not 'in'"},
  {GRAPH("\"nodes\": [{\"id\": \"a\", \"type\": \"flanger\", \"inputs\": "
         "[\"in\"]}]"),
   "node 'a': type 'flanger' isn't known"},
  {GRAPH("\"nodes\": [{\"id\": \"a\", \"type\": \"scale\", \"inputs\": []}]"),
   "0 inputs"},
  {GRAPH("\"nodes\": [{\"id\": \"a\", \"type\": \"scale\"}]"), "'inputs'"},
  {GRAPH("\"nodes\": [{\"id\": \"a\", \"type\": \"linear\", \"inputs\": "
         "[\"in\"]}]"),
   "node 'a': tensor 'weight' is missing"},
  {GRAPH("\"nodes\": [{\"id\": \"a\", \"type\": \"delay\", \"inputs\": "
         "[\"in\"], \"params\": {\"frames\": 1e6}}, {\"id\": \"b\", "
         "\"type\": \"delay\", \"inputs\": [\"a\"], \"params\": {\"frames\": "
         "1e6}}]"),
   "are too many"},
  {GRAPH("\"nodes\": [{\"id\": \"a\", \"type\": \"scale\", \"inputs\": "
         "[\"in\"], \"params\": {\"gain\": true}}]"),
   "number or a short word"},
  {GRAPH("\"nodes\": [" ONE "], \"outputs\": {}"), "'outputs'"},
  {GRAPH("\"nodes\": [" ONE "], \"outputs\": {\"y\": 1}"), "'outputs'"},
  {GRAPH("\"nodes\": [" ONE "], \"outputs\": {\"y\": \"b\"}"),
   "output 'y' is 'b': must be a node"},
  {GRAPH("\"nodes\": [" ONE "], \"outputs\": {\"y\": \"in\"}"),
   "must be a node"},
  {GRAPH("\"nodes\": [" ONE "], \"states\": {\"h\": []}"), "'states'"},
  {GRAPH("\"nodes\": [" ONE "], \"states\": {\"h\": {\"width\": -1, "
         "\"pieces\": [[\"a\", \"h\"]]}}"),
   "'states'"},
  {GRAPH("\"nodes\": [" ONE "], \"states\": {\"h\": {\"width\": 1, "
         "\"pieces\": [[\"a\"]]}}"),
   "[node, name]"},
};

#define N_REFUSALS ((int)(sizeof(refusals) / sizeof(refusals[0])))

START_TEST(test_refusals)
{
  const char* const key   = "echoic";
  uint8_t*          bytes = NULL;
  size_t            size  = 0U;
  EchoicGraphSpec   graph = {0};
  EchoicError       error = {ECHOIC_OK, ""};
  ck_assert(!echoic_safetensors_write(
    NULL, 0U, &key, &refusals[_i].text, 1U, &bytes, &size, &error));
  ck_assert(echoic_graph_parse(bytes, size, &graph, &error));
  ck_assert_msg(strstr(error.text, refusals[_i].says) != NULL,
                "'%s' should say '%s'",
                error.text,
                refusals[_i].says);
  ck_assert_ptr_null(graph.nodes);
  free(bytes);
}
END_TEST

/// Tensors that belong to no node, or hold what isn't a weight
START_TEST(test_bad_tensors)
{
  static const char* const text   = GRAPH("\"nodes\": [" ONE "]");
  static const char* const says[] = {"'b.weight' belongs to no node",
                                     "tensor 'weight' isn't one",
                                     "floating point"};
  const float              x[]    = {1.0F, 2.0F};
  const char* const        key    = "echoic";
  uint8_t*                 bytes  = NULL;
  size_t                   size   = 0U;
  EchoicGraphSpec          graph  = {0};
  EchoicError              error  = {ECHOIC_OK, ""};
  const EchoicTensorOut    t      = {_i ? "a.weight" : "b.weight",
                             _i == 2 ? ECHOIC_I64 : ECHOIC_F32,
                             1U,
                             {_i == 2 ? 1U : 2U},
                             x};
  ck_assert(
    !echoic_safetensors_write(&t, 1U, &key, &text, 1U, &bytes, &size, &error));
  ck_assert(echoic_graph_parse(bytes, size, &graph, &error));
  ck_assert_msg(strstr(error.text, says[_i]) != NULL, "%s", error.text);
  free(bytes);
}
END_TEST

/// What can't be run isn't written
START_TEST(test_unwritable)
{
  uint8_t*        bytes             = NULL;
  size_t          size              = 0U;
  EchoicGraphSpec graph             = sample();
  EchoicError     error             = {ECHOIC_OK, ""};
  graph.nodes[0].tensors[0].data[0] = NAN;
  ck_assert(echoic_graph_write(&graph, &bytes, &size, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "node 'a': tensor 'weight_ih_l0'"));
  ck_assert_ptr_null(bytes);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// A copy is the same, and its own
START_TEST(test_copy)
{
  size_t          size[2] = {0U, 0U};
  EchoicGraphSpec copy    = {0};
  EchoicGraphSpec graph   = sample();
  uint8_t* const  first   = write(&graph, &size[0]);
  ck_assert(echoic_graph_spec_copy(&graph, &copy));
  echoic_graph_spec_clear(&graph);
  uint8_t* const second = write(&copy, &size[1]);
  ck_assert_uint_eq(size[0], size[1]);
  ck_assert(!memcmp(first, second, size[0]));
  free(first);
  free(second);
  echoic_graph_spec_clear(&copy);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("graph_file");
  TCase* const tcase = tcase_create("graph_file");
  tcase_add_test(tcase, test_round_trip);
  tcase_add_test(tcase, test_spoilt);
  tcase_add_loop_test(tcase, test_refusals, 0, N_REFUSALS);
  tcase_add_loop_test(tcase, test_bad_tensors, 0, 3);
  tcase_add_test(tcase, test_unwritable);
  tcase_add_test(tcase, test_copy);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
