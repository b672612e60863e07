// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* S4D, Mamba, Mamba-2 and their language models from a configuration: with
   every option the tensors that the authors' constructors make, no others. */

#include "tests/convert_checks.h"
#include "tests/ssm_kinds.h"

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

/// Element `i` of a layer norm of 4 numbers
static double
normalized(const EchoicTensorFile* const f,
           const char* const             weight,
           const char* const             bias,
           const double* const           x,
           const uint32_t                i)
{
  const double one      = 1.0;
  const double mean     = (x[0] + x[1] + x[2] + x[3]) / 4.0;
  double       variance = 0.0;
  for (uint32_t k = 0U; k < 4U; ++k) {
    variance += (x[k] - mean) * (x[k] - mean) / 4.0;
  }

  return (row_of(f, weight, i, 1U, &one) * (x[i] - mean) /
          sqrt(variance + 1e-5)) +
         row_of(f, bias, i, 1U, &one);
}

/// y silu(gate), then fc2: element `i`
static double
mlp(const EchoicTensorFile* const f, const double* const x, const uint32_t i)
{
  static const char* const fc1 = "backbone.layers.0.mlp.fc1.weight";
  static const char* const fc2 = "backbone.layers.0.mlp.fc2.weight";
  double                   hidden[128];
  for (uint32_t k = 0U; k < 128U; ++k) {
    const double gate = row_of(f, fc1, 128U + k, 4U, x);
    hidden[k]         = row_of(f, fc1, k, 4U, x) * gate / (1.0 + exp(-gate));
  }

  return row_of(f, fc2, i, 128U, hidden);
}

/// The language model with an MLP, from what its mixer says to the logits
START_TEST(test_layer)
{
  EchoicTensorOut  tensors[MAX_TENSORS];
  EchoicTensorFile f;
  EchoicGraphSpec  graph;
  EchoicHostGraph  host;
  EchoicError      error = {ECHOIC_OK, ""};
  const uint32_t   four  = 4U;
  const float      token = 7.0F;
  float            logits[16];
  float            mixed[4];
  float            heard[4];
  double           r[4];
  double           x[4];
  write_weights(tensors, want(&kinds[8], tensors));
  ck_assert(!convert(kinds[8].cell, kinds[8].config, &graph, &error));
  ck_assert(!echoic_host_graph_new(&graph, &host, &error));
  ck_assert(!echoic_load_tensors(path, &f, &error));
  echoic_graph_process(host.graph, &token, logits, 1U);
  const float* const table = graph.nodes[0].tensors[0].data + (7U * 4U);
  for (uint32_t i = 0U; i < 4U; ++i) {
    r[i] = (double)table[i];
  }
  for (uint32_t i = 0U; i < 4U; ++i) {
    heard[i] = (float)normalized(
      &f, "backbone.layers.0.norm.weight", "backbone.layers.0.norm.bias", r, i);
  }
  ck_assert_str_eq(graph.nodes[2].type, "mamba");
  Runner mixer = prepare(&graph.nodes[2], &four);
  run(&mixer, heard, mixed, 1U);
  for (uint32_t i = 0U; i < 4U; ++i) {
    r[i] += (double)mixed[i];
  }
  for (uint32_t i = 0U; i < 4U; ++i) {
    x[i] = normalized(&f,
                      "backbone.layers.0.norm2.weight",
                      "backbone.layers.0.norm2.bias",
                      r,
                      i);
  }
  for (uint32_t i = 0U; i < 4U; ++i) {
    r[i] += mlp(&f, x, i);
  }
  for (uint32_t i = 0U; i < 4U; ++i) {
    x[i] =
      normalized(&f, "backbone.norm_f.weight", "backbone.norm_f.bias", r, i);
  }
  for (uint32_t i = 0U; i < 16U; ++i) {
    const double e = row_of(&f, "lm_head.weight", i, 4U, x);
    ck_assert_double_eq_tol((double)logits[i], e, 1e-4);
  }
  release(&mixer);
  echoic_tensor_file_clear(&f);
  echoic_host_graph_free(&host);
  echoic_graph_spec_clear(&graph);
}
END_TEST

START_TEST(test_configurations)
{
  static const struct {
    const char* cell;
    const char* config;
    const char* says;
  } bad[] = {
    {"mamba", "{}", "'d_model' is missing"},
    {"mamba", "{\"d_model\": 0}", "'d_model' isn't right"},
    {"mamba", "{\"d_model\": 20, \"dt_rank\": \"full\"}", "'auto'"},
    {"mamba", "{\"d_model\": 20, \"expand\": 0.01}", "expand 0.01"},
    {"mamba2", "{\"d_model\": 20}", "'headdim' is 64"},
    {"mamba2", "{\"d_model\": 64, \"dt_limit\": 3}", "'dt_limit' must be"},
    {"mamba2", "{\"d_model\": 64, \"dt_limit\": [\"a\"]}", "'dt_limit' must"},
    {"s4d", "{\"d_model\": 3, \"d_state\": 1}", "'d_state' isn't right"},
    {"s4d_kernel_zoh",
     "{\"d_model\": 3, \"disc\": \"bilinear\"}",
     "must be 'zoh'"},
    {"s4d_kernel_zoh", "{\"d_model\": 3, \"is_real\": true}", "is_real"},
    {"s4d_kernel_zoh", "{\"d_model\": 3, \"channels\": 2}", "channels"},
    {"mamba_lm", "{\"ssm_cfg\": {\"layer\": \"Mamba3\"}}", "Mamba1 or Mamba2"},
    {"mamba_lm", "{\"attn_layer_idx\": [1]}", "attention layers"},
    {"mamba_lm", "{\"ssm_cfg\": {\"d_state\": 0}}", "embedding.weight"},
  };
  EchoicTensorOut tensors[MAX_TENSORS];
  write_weights(tensors, want(&kinds[0], tensors));
  for (uint32_t i = 0U; i < sizeof(bad) / sizeof(*bad); ++i) {
    check_refused(bad[i].cell, bad[i].config, bad[i].says);
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("convert_ssm");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_runs, 0, n_kinds);
  tcase_add_loop_test(tc, test_tensors, 0, n_kinds);
  tcase_add_test(tc, test_layer);
  tcase_add_test(tc, test_configurations);
  suite_add_tcase(suite, tc);
  return run_converted(suite);
}
