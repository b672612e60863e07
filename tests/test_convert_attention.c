// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Attention, Griffin and makemore from a configuration: with every option the
   tensors that the authors' constructors make, no others. */

#include "tests/attention_kinds.h"
#include "tests/convert_checks.h"

enum { n_kinds = sizeof(kinds) / sizeof(*kinds) };

START_TEST(test_runs)
{
  check_runs(&kinds[_i]);
}
END_TEST

START_TEST(test_tensors)
{
  check_tensors(&kinds[_i]);
}
END_TEST

/// Convert with weights of noise under these names
static EchoicGraphSpec
convert_kind(const Kind* const kind)
{
  EchoicTensorOut tensors[MAX_TENSORS];
  EchoicGraphSpec graph = {0};
  EchoicError     error = {ECHOIC_OK, ""};
  write_weights(tensors, want(kind, tensors));
  ck_assert_msg(
    !convert(kind->cell, kind->config, &graph, &error), "%s", error.text);
  return graph;
}

/// Attention without a window has a bound all the same
START_TEST(test_length)
{
  static const struct {
    const char* config;
    double      window;
  } cases[] = {
    {"{\"embed_dim\": 12, \"num_heads\": 3}", 8192.0},
    {"{\"embed_dim\": 12, \"num_heads\": 3, \"window\": null}", 8192.0},
    {"{\"embed_dim\": 12, \"num_heads\": 3, \"max_length\": 77}", 77.0},
    {"{\"embed_dim\": 12, \"num_heads\": 3, \"window\": 5}", 5.0},
  };
  for (size_t i = 0U; i < sizeof(cases) / sizeof(*cases); ++i) {
    Kind kind             = kinds[0];
    kind.config           = cases[i].config;
    EchoicGraphSpec graph = convert_kind(&kind);
    ck_assert(echoic_node_number(&graph.nodes[0], "window", 0.0) ==
              cases[i].window);
    echoic_graph_spec_clear(&graph);
  }
}
END_TEST

/// Frequencies that are a base's are computed, others taken as they are
START_TEST(test_freqs)
{
  const Kind none = {
    "rope", "{\"dim\": 6, \"theta\": 100.0}", 6U, false, {{0}}};
  const Kind given = {"rope", "{\"dim\": 6}", 6U, false, {{"freqs", 1U, {3U}}}};
  const Kind wrong = {"rope", "{\"dim\": 6}", 6U, false, {{"freqs", 1U, {2U}}}};
  EchoicTensorOut tensors[MAX_TENSORS];
  EchoicGraphSpec graph = convert_kind(&none);
  ck_assert(echoic_node_number(&graph.nodes[1], "base", 0.0) == 100.0);
  ck_assert_uint_eq(graph.n_outputs, 2U);
  ck_assert_str_eq(graph.outputs[1].name, "y_halfsplit");
  echoic_graph_spec_clear(&graph);

  graph = convert_kind(&given);
  ck_assert_ptr_nonnull(echoic_node_tensor(&graph.nodes[0], "freqs"));
  ck_assert_ptr_nonnull(echoic_node_tensor(&graph.nodes[1], "freqs"));
  echoic_graph_spec_clear(&graph);
  check_runs(&given);
  write_weights(tensors, want(&wrong, tensors));
  check_refused("rope", wrong.config, "'freqs' is [2]: must be [3]");
}
END_TEST

/// The mask that makemore keeps among its weights isn't one
START_TEST(test_mask)
{
  EchoicTensorOut tensors[MAX_TENSORS];
  EchoicGraphSpec graph = {0};
  EchoicError     error = {ECHOIC_OK, ""};
  const Kind*     kind  = &kinds[8];
  const uint32_t  n     = want(kind, tensors);
  tensors[n]            = (EchoicTensorOut){
               "transformer.h.1.attn.bias", ECHOIC_F32, 4U, {1U, 1U, 10U, 10U}, NULL};
  write_weights(tensors, n + 1U);
  ck_assert_msg(
    !convert(kind->cell, kind->config, &graph, &error), "%s", error.text);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// The scale of embeddings, sqrt(width), is rounded to bfloat16 in training
START_TEST(test_embedding_scale)
{
  EchoicGraphSpec graph = convert_kind(&kinds[6]); // Width 6
  ck_assert_str_eq(graph.nodes[1].type, "scale");
  ck_assert(echoic_node_number(&graph.nodes[1], "gain", 0.0) == 2.453125);
  echoic_graph_spec_clear(&graph);
}
END_TEST

#define GRIFFIN(more)                                        \
  "{\"vocab_size\": 9, \"width\": 8, \"lru_width\": 8, "     \
  "\"mlp_expanded_width\": 5, \"attention_window_size\": 4," \
  "\"num_heads\": " more "}"

START_TEST(test_refused)
{
  static const struct {
    const char* cell;
    const char* config;
    const char* says;
  } cases[] = {
    {"mha", "{\"embed_dim\": 12, \"num_heads\": 5}", "heads is 5"},
    {"mha", "{\"embed_dim\": 12, \"num_heads\": 3, \"window\": 0}", "'window'"},
    {"griffin_lm", GRIFFIN("2, \"block_types\": \"AX\""), "'AX'"},
    {"griffin_lm", GRIFFIN("2"), "block_types"},
    {"griffin_lm", GRIFFIN("3, \"block_types\": \"AR\""), "num_heads is 3"},
    {"griffin_lm", GRIFFIN("4, \"block_types\": \"AR\""), "width 2"},
    {"griffin_lm", GRIFFIN("2, \"block_types\": \"ARR\""), "blocks.2"},
    {"griffin_lm", GRIFFIN("2, \"block_types\": \"A\""), "blocks.1"},
    {"makemore_bow", "{\"kind\": \"rnn\"}", "rnn"},
  };
  EchoicTensorOut tensors[MAX_TENSORS];
  for (size_t i = 0U; i < sizeof(cases) / sizeof(*cases); ++i) {
    const Kind* kind = kinds;
    while (strcmp(kind->cell, cases[i].cell) != 0) {
      ++kind;
    }
    write_weights(tensors, want(kind, tensors));
    check_refused(cases[i].cell, cases[i].config, cases[i].says);
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("convert_attention");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_runs, 0, n_kinds);
  tcase_add_loop_test(tc, test_tensors, 0, n_kinds);
  tcase_add_test(tc, test_length);
  tcase_add_test(tc, test_freqs);
  tcase_add_test(tc, test_mask);
  tcase_add_test(tc, test_embedding_scale);
  tcase_add_test(tc, test_refused);
  suite_add_tcase(suite, tc);
  return run_converted(suite);
}
