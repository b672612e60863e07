// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* HGRN2 and RWKV from a configuration: with every option the tensors that the
   authors' constructors make, no others. */

#include "tests/convert_checks.h"
#include "tests/rwkv_kinds.h"

enum { n_kinds = sizeof(kinds) / sizeof(*kinds) };

#define N_WIDTH 4U ///< Of the first kind
#define N_GLU 5U

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

/// Sizes that the configuration of RWKV leaves out are those of the weights
START_TEST(test_sizes_of_weights)
{
  Kind kind   = kinds[n_kinds - 1 - _i];
  kind.config = "{}";
  check_runs(&kind);
}
END_TEST

static double
logistic(const double x)
{
  return 1.0 / (1.0 + exp(-x));
}

/// y = W x + b, or y + W x + b
static void
linear(const EchoicTensorFile* const f,
       const char* const             prefix,
       const double* const           x,
       const uint32_t                n_in,
       double* const                 y,
       const uint32_t                n_out,
       const bool                    adds)
{
  const double one = 1.0;
  char         name[2][128];
  (void)snprintf(name[0], sizeof(name[0]), "%s.weight", prefix);
  (void)snprintf(name[1], sizeof(name[1]), "%s.bias", prefix);
  for (uint32_t o = 0U; o < n_out; ++o) {
    y[o] = (adds ? y[o] : 0.0) + row_of(f, name[0], o, n_in, x) +
           row_of(f, name[1], o, 1U, &one);
  }
}

/// Layer norm of N_WIDTH numbers
static void
norm(const EchoicTensorFile* const f,
     const char* const             prefix,
     const double* const           x,
     double* const                 y)
{
  const double one      = 1.0;
  double       mean     = 0.0;
  double       variance = 0.0;
  char         name[2][128];
  (void)snprintf(name[0], sizeof(name[0]), "%s.weight", prefix);
  (void)snprintf(name[1], sizeof(name[1]), "%s.bias", prefix);
  for (uint32_t i = 0U; i < N_WIDTH; ++i) {
    mean += x[i] / N_WIDTH;
  }
  for (uint32_t i = 0U; i < N_WIDTH; ++i) {
    variance += (x[i] - mean) * (x[i] - mean) / N_WIDTH;
  }
  for (uint32_t i = 0U; i < N_WIDTH; ++i) {
    y[i] = ((x[i] - mean) / sqrt(variance + 1e-5) *
            row_of(f, name[0], i, 1U, &one)) +
           row_of(f, name[1], i, 1U, &one);
  }
}

/// The first frame of token mixing: y[v] = (sum_k q[k] (1 - w[k])) v[v]
static void
mix_tokens(const EchoicTensorFile* const f,
           const uint32_t                layer,
           double* const                 r)
{
  const double one = 1.0;
  double       x[N_WIDTH];
  double       vqf[3U * N_WIDTH];
  double       match = 0.0;
  char         name[4][96];
  (void)snprintf(name[0], 96U, "layers.%u.token_norm", layer);
  (void)snprintf(name[1], 96U, "layers.%u.token_mixer.in_proj", layer);
  (void)snprintf(name[2], 96U, "layers.%u.token_mixer.norm", layer);
  (void)snprintf(name[3], 96U, "layers.%u.token_mixer.out_proj", layer);
  norm(f, name[0], r, x);
  linear(f, name[1], x, N_WIDTH, vqf, 3U * N_WIDTH, false);
  for (uint32_t k = 0U; k < N_WIDTH; ++k) {
    const double a     = row_of(f, "lower_bounds", k, 1U, &one);
    const double b     = row_of(f, "lower_bounds", N_WIDTH + k, 1U, &one);
    const double bound = layer ? exp(b) / (exp(a) + exp(b)) : 0.0;
    const double w =
      bound + ((1.0 - bound) * logistic(vqf[(2U * N_WIDTH) + k]));
    match += logistic(vqf[N_WIDTH + k]) * (1.0 - w);
  }
  for (uint32_t v = 0U; v < N_WIDTH; ++v) {
    x[v] = match * fmax(vqf[v], 0.0);
  }
  norm(f, name[2], x, vqf);
  linear(f, name[3], vqf, N_WIDTH, r, N_WIDTH, true);
}

static void
mix_channels(const EchoicTensorFile* const f,
             const uint32_t                layer,
             double* const                 r)
{
  double x[N_WIDTH];
  double a[N_GLU];
  double b[N_GLU];
  char   name[4][96];
  (void)snprintf(name[0], 96U, "layers.%u.channel_norm", layer);
  for (uint32_t i = 1U; i < 4U; ++i) {
    (void)snprintf(name[i], 96U, "layers.%u.channel_mixer.l%u", layer, i);
  }
  norm(f, name[0], r, x);
  linear(f, name[1], x, N_WIDTH, a, N_GLU, false);
  linear(f, name[2], x, N_WIDTH, b, N_GLU, false);
  for (uint32_t i = 0U; i < N_GLU; ++i) {
    a[i] *= logistic(a[i]) * b[i];
  }
  linear(f, name[3], a, N_GLU, r, N_WIDTH, true);
}

/// All options of the model of HGRN2, from a token to its last hidden state
START_TEST(test_model)
{
  EchoicTensorOut  tensors[MAX_TENSORS];
  EchoicTensorFile f;
  EchoicGraphSpec  graph;
  EchoicHostGraph  host;
  EchoicError      error = {ECHOIC_OK, ""};
  const double     one   = 1.0;
  const float      token = 7.0F;
  float            out[N_WIDTH];
  double           r[N_WIDTH];
  double           y[N_WIDTH];
  write_weights(tensors, want(&kinds[0], tensors));
  ck_assert(!convert(kinds[0].cell, kinds[0].config, &graph, &error));
  ck_assert(!echoic_host_graph_new(&graph, &host, &error));
  ck_assert(!echoic_load_tensors(path, &f, &error));
  echoic_graph_process(host.graph, &token, out, 1U);
  for (uint32_t i = 0U; i < N_WIDTH; ++i) {
    r[i] = row_of(&f, "embed_tokens.weight", (7U * N_WIDTH) + i, 1U, &one) *
           sqrt((double)N_WIDTH);
  }
  for (uint32_t layer = 0U; layer < 2U; ++layer) {
    mix_tokens(&f, layer, r);
    mix_channels(&f, layer, r);
  }
  norm(&f, "final_norm", r, y);
  for (uint32_t i = 0U; i < N_WIDTH; ++i) {
    ck_assert_double_eq_tol((double)out[i], y[i], 1e-4);
  }
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
    {"hgru2_1d", "{}", "'embed_dim' is missing"},
    {"hgru2_1d", "{\"embed_dim\": 6, \"expand_ratio\": 4}", "'expand_ratio'"},
    {"hgru2_1d", "{\"embed_dim\": 6, \"norm_type\": \"batch\"}", "'batch'"},
    {"hgru2_1d", "{\"embed_dim\": 6, \"act_fun\": \"sin\"}", "'sin'"},
    {"hgrn2_model", "{\"vocab_size\": 9}", "'glu_dim' is missing"},
    {"fla_hgrn2", "{\"hidden_size\": 6}", "'q_proj.weight' is missing"},
    {"rwkv5", "{}", "'emb.weight' is missing"},
    {"rwkv5", "{\"ln_x_eps\": 0}", "'emb.weight' is missing"},
    {"rwkv6", "{\"n_head\": 0}", "'emb.weight' is missing"},
  };
  EchoicTensorOut tensors[MAX_TENSORS];
  write_weights(tensors, want(&kinds[2], tensors)); // Of hgru2_1d
  for (uint32_t i = 0U; i < sizeof(bad) / sizeof(*bad); ++i) {
    check_refused(bad[i].cell, bad[i].config, bad[i].says);
  }

  write_weights(tensors, want(&kinds[n_kinds - 2], tensors)); // Of rwkv5
  check_refused("rwkv5", "{\"n_head\": 4}", "must divide n_embd, 6");
  check_refused("rwkv5", "{\"ln_x_eps\": 0}", "'ln_x_eps' isn't right");
  check_refused("rwkv5", "{\"n_layer\": 1}", "tensors that no node takes");
  check_refused("rwkv5", "{\"n_layer\": 3}", "blocks.2.");
  check_refused("rwkv6", "{}", "'blocks.0.att.time_maa_w2' is missing");
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("convert_rwkv");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_runs, 0, n_kinds);
  tcase_add_loop_test(tc, test_tensors, 0, n_kinds);
  tcase_add_loop_test(tc, test_sizes_of_weights, 0, 2);
  tcase_add_test(tc, test_model);
  tcase_add_test(tc, test_configurations);
  suite_add_tcase(suite, tc);
  return run_converted(suite);
}
