// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* RWKV-5: time mixing and channel mixing against their formulas in double, for
   random sizes, and the authors' own numbers. */

#include "tests/rwkv_reference.h"
#include "tests/stream_checks.h"
#include "tests/suite.h"

#define N_FRAMES 30U

static const char* const mixes[] = {"time_mix_r",
                                    "time_mix_k",
                                    "time_mix_v",
                                    "time_mix_g"};

static const uint32_t sizes[][2] = {{1U, 1U}, {2U, 4U}, {3U, 5U}, {1U, 24U}};

#define N_SIZES ((int)(sizeof(sizes) / sizeof(sizes[0])))

static EchoicNodeSpec*
describe(EchoicGraphSpec* const graph, const uint32_t* const heads)
{
  const uint32_t        width = heads[0] * heads[1];
  EchoicNodeSpec* const spec  = new_spec(graph, "rwkv5", 1U);
  describe_wkv(spec, heads[0], heads[1]);
  noisy_tensor(spec, "time_decay", 2U, heads[0], heads[1], 0U, 3.0F);
  for (unsigned i = 0U; i < 4U; ++i) {
    noisy_tensor(spec, mixes[i], 3U, 1U, 1U, width, 1.0F);
  }

  return spec;
}

/// The formula of the header
static void
reference(const EchoicNodeSpec* const spec,
          const double                eps,
          const float* const          in,
          double* const               out,
          const uint32_t              n)
{
  static WkvState state;
  double          mixed[4][MAX_WIDTH];
  double          decay[MAX_WIDTH];
  memset(state, 0, sizeof(state));
  for (uint32_t f = 0U; f < N_FRAMES; ++f) {
    for (uint32_t i = 0U; i < n; ++i) {
      const double now = (double)in[(f * n) + i];
      const double old = f ? (double)in[((f - 1U) * n) + i] : 0.0;
      for (unsigned p = 0U; p < 4U; ++p) {
        const double mix = (double)weights_of(spec, mixes[p])[i];
        mixed[p][i]      = (now * mix) + (old * (1.0 - mix));
      }
      decay[i] = exp(-exp((double)weights_of(spec, "time_decay")[i]));
    }
    reference_wkv(spec, mixed, decay, eps, state, out + ((size_t)f * n));
  }
}

START_TEST(test_formula)
{
  static float          in[N_FRAMES * MAX_WIDTH];
  static float          out[N_FRAMES * MAX_WIDTH];
  static double         expected[N_FRAMES * MAX_WIDTH];
  const uint32_t* const heads = sizes[_i % N_SIZES];
  const uint32_t        width = heads[0] * heads[1];
  const double          eps   = _i < N_SIZES ? 64e-5 : 0.02;
  EchoicGraphSpec       graph = {1U, 0U, NULL};
  srand((unsigned)_i);
  EchoicNodeSpec* const spec = describe(&graph, heads);
  if (_i >= N_SIZES) {
    echoic_node_spec_number(spec, "eps", eps);
  }
  Runner r = prepare(spec, &width);
  fill_noise(in, N_FRAMES * width);
  run(&r, in, out, N_FRAMES);
  reference(spec, eps, in, expected, width);
  for (uint32_t i = 0U; i < N_FRAMES * width; ++i) {
    ck_assert_double_eq_tol((double)out[i], expected[i], 2e-5);
  }
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Any split gives the same bits; "shift" and "S" are all of the state
START_TEST(test_stream)
{
  static float          in[N_FRAMES * MAX_WIDTH];
  const float* const    inputs[] = {in};
  const uint32_t* const heads    = sizes[_i];
  const uint32_t        width    = heads[0] * heads[1];
  EchoicGraphSpec       graph    = {1U, 0U, NULL};
  EchoicNodeSpec* const spec     = describe(&graph, heads);
  EchoicNodeState       piece;
  fill_noise(in, N_FRAMES * width);
  Runner r = prepare(spec, &width);
  check_splits(&r, inputs, N_FRAMES);
  check_state(spec, &width, inputs, N_FRAMES);
  check_no_space(spec, &width);
  ck_assert(r.type->state(r.node, 0U, &piece));
  ck_assert_str_eq(piece.name, "shift");
  ck_assert(!memcmp(piece.data, in + ((N_FRAMES - 1U) * width), width * 4U));
  ck_assert(r.type->state(r.node, 1U, &piece));
  ck_assert_str_eq(piece.name, "S");
  ck_assert_uint_eq(piece.n_dims, 3U);
  ck_assert_uint_eq(piece.dims[0], heads[0]);
  ck_assert_uint_eq(piece.dims[1], heads[1]);
  ck_assert_uint_eq(piece.dims[2], heads[1]);
  ck_assert(!r.type->state(r.node, 2U, &piece));
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/* Channel mixing. */

static EchoicNodeSpec*
describe_ffn(EchoicGraphSpec* const graph,
             const uint32_t         width,
             const uint32_t         n_hidden,
             const bool             is_5)
{
  EchoicNodeSpec* const spec = new_spec(graph, "rwkv_ffn", 1U);
  noisy_tensor(
    spec, is_5 ? "time_mix_k" : "time_maa_k", 3U, 1U, 1U, width, 1.0F);
  noisy_tensor(
    spec, is_5 ? "time_mix_r" : "time_maa_r", 3U, 1U, 1U, width, 1.0F);
  noisy_tensor(spec, "key.weight", 2U, n_hidden, width, 0U, 0.5F);
  noisy_tensor(spec, "value.weight", 2U, width, n_hidden, 0U, 0.5F);
  noisy_tensor(spec, "receptance.weight", 2U, width, width, 0U, 0.5F);
  return spec;
}

/// One frame; `old` is the frame before
static void
reference_ffn(const EchoicNodeSpec* const spec,
              const float* const          now,
              const float* const          old,
              const bool                  is_5,
              double* const               out)
{
  const EchoicTensor* const key = echoic_node_tensor(spec, "key.weight");
  const uint32_t            n   = key->dims[1];
  double                    mixed[2][MAX_WIDTH];
  double                    gate[MAX_WIDTH];
  double                    hidden[MAX_FFN];
  for (uint32_t i = 0U; i < n; ++i) {
    for (unsigned p = 0U; p < 2U; ++p) {
      const double share = (double)spec->tensors[p].data[i];
      const double mix   = is_5 ? share : 1.0 - share;
      mixed[p][i] = ((double)now[i] * mix) + ((double)old[i] * (1.0 - mix));
    }
  }
  multiply(key->data, mixed[0], hidden, key->dims[0], n);
  for (uint32_t i = 0U; i < key->dims[0]; ++i) {
    hidden[i] = hidden[i] > 0.0 ? hidden[i] * hidden[i] : 0.0;
  }
  multiply(weights_of(spec, "value.weight"), hidden, out, n, key->dims[0]);
  multiply(weights_of(spec, "receptance.weight"), mixed[1], gate, n, n);
  for (uint32_t i = 0U; i < n; ++i) {
    out[i] *= logistic(gate[i]);
  }
}

START_TEST(test_ffn)
{
  static const uint32_t hidden[] = {MAX_FFN, 1U, 13U, 28U};
  static float          in[(N_FRAMES + 1U) * MAX_WIDTH];
  static float          out[N_FRAMES * MAX_WIDTH];
  const bool            is_5  = _i % 2;
  const uint32_t        width = _i < 4 ? 7U : 24U;
  EchoicGraphSpec       graph = {1U, 0U, NULL};
  EchoicNodeSpec* const spec =
    describe_ffn(&graph, width, hidden[_i / 2], is_5);
  const float* const inputs[] = {in + width};
  memset(in, 0, sizeof(in));
  fill_noise(in + width, N_FRAMES * width); // After a frame of zeros
  Runner r = prepare(spec, &width);
  run(&r, inputs[0], out, N_FRAMES);
  for (uint32_t f = 0U; f < N_FRAMES; ++f) {
    double             expected[MAX_WIDTH];
    const float* const old = in + ((size_t)f * width);
    reference_ffn(spec, old + width, old, is_5, expected);
    for (uint32_t i = 0U; i < width; ++i) {
      ck_assert_double_eq_tol((double)out[(f * width) + i], expected[i], 1e-5);
    }
  }
  check_splits(&r, inputs, N_FRAMES);
  check_state(spec, &width, inputs, N_FRAMES);
  check_no_space(spec, &width);
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/* What is refused: tensor `name` of a good node, changed. */

typedef enum { MISSING, TOO_LONG, NOT_FINITE, VALUE } Change;

typedef struct {
  bool         is_ffn;
  const char*  name;
  Change       change;
  float        value;
  EchoicStatus status;
  const char*  says;
} Refusal;

static const Refusal refusals[] = {
  {false, "time_faaaa", MISSING, 0.0F, ECHOIC_BAD_SHAPE, "'time_faaaa'"},
  {false, "time_faaaa", TOO_LONG, 0.0F, ECHOIC_BAD_SHAPE, "'time_faaaa'"},
  {false, "time_faaaa", NOT_FINITE, 0.0F, ECHOIC_BAD_FORMAT, "'time_faaaa'"},
  {false, "time_decay", MISSING, 0.0F, ECHOIC_BAD_SHAPE, "'time_decay'"},
  {false, "time_decay", NOT_FINITE, 0.0F, ECHOIC_BAD_FORMAT, "'time_decay'"},
  {false, "time_decay", VALUE, -40.0F, ECHOIC_BAD_FORMAT, "never fades"},
  {false, "time_mix_g", TOO_LONG, 0.0F, ECHOIC_BAD_SHAPE, "'time_mix_g'"},
  {false, "time_mix_g", NOT_FINITE, 0.0F, ECHOIC_BAD_FORMAT, "'time_mix_g'"},
  {false, "gate.weight", TOO_LONG, 0.0F, ECHOIC_BAD_SHAPE, "'gate.weight'"},
  {false, "gate.weight", MISSING, 0.0F, ECHOIC_BAD_SHAPE, "is missing"},
  {false, "output.weight", NOT_FINITE, 0.0F, ECHOIC_BAD_FORMAT, "finite"},
  {false, "ln_x.bias", TOO_LONG, 0.0F, ECHOIC_BAD_SHAPE, "'ln_x.bias'"},
  {true, "time_mix_k", TOO_LONG, 0.0F, ECHOIC_BAD_SHAPE, "'time_mix_k'"},
  {true, "time_mix_r", MISSING, 0.0F, ECHOIC_BAD_SHAPE, "'time_mix_r'"},
  {true, "key.weight", MISSING, 0.0F, ECHOIC_BAD_SHAPE, "'key.weight'"},
  {true, "key.weight", TOO_LONG, 0.0F, ECHOIC_BAD_SHAPE, "'value.weight'"},
  {true, "value.weight", NOT_FINITE, 0.0F, ECHOIC_BAD_FORMAT, "finite"},
  {true, "receptance.weight", TOO_LONG, 0.0F, ECHOIC_BAD_SHAPE, "[9, 8]"},
};

#define N_REFUSALS ((int)(sizeof(refusals) / sizeof(refusals[0])))

START_TEST(test_refused)
{
  const Refusal* const  r       = &refusals[_i];
  const uint32_t        heads[] = {2U, 4U};
  const uint32_t        width   = 8U;
  EchoicGraphSpec       graph   = {1U, 0U, NULL};
  EchoicNodeSpec* const spec    = r->is_ffn
                                    ? describe_ffn(&graph, width, 28U, true)
                                    : describe(&graph, heads);
  uint32_t              t       = 0U;
  while (strcmp(spec->tensors[t].name, r->name) != 0) {
    ++t;
  }

  EchoicTensor* const tensor = &spec->tensors[t];
  if (r->change == MISSING) {
    free(tensor->data);
    *tensor = spec->tensors[--spec->n_tensors];
  } else if (r->change == TOO_LONG) {
    const size_t rest = (size_t)(tensor->n_dims > 1U ? tensor->dims[1] : 1U) *
                        (tensor->n_dims > 2U ? tensor->dims[2] : 1U);
    free(tensor->data);
    tensor->data = (float*)calloc(++tensor->dims[0] * rest, sizeof(float));
  } else {
    tensor->data[0] = r->change == NOT_FINITE ? NAN : r->value;
  }

  check_refused(spec, &width, r->status, r->says);
  echoic_graph_spec_clear(&graph);
}
END_TEST

static const double bad_eps[] = {0.0, -1e-5, 2.0, (double)NAN};

START_TEST(test_eps)
{
  const uint32_t        heads[] = {2U, 4U};
  const uint32_t        width   = 8U;
  EchoicGraphSpec       graph   = {1U, 0U, NULL};
  EchoicNodeSpec* const spec    = describe(&graph, heads);
  echoic_node_spec_number(spec, "eps", bad_eps[_i]);
  check_refused(spec, &width, ECHOIC_BAD_ARG, "eps is");
  echoic_graph_spec_clear(&graph);
}
END_TEST

START_TEST(test_authors)
{
  check_first_layer("rwkv5", _i ? "dev_rwkv5_b" : "dev_rwkv5_a");
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("rwkv5");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_formula, 0, 2 * N_SIZES);
  tcase_add_loop_test(tc, test_stream, 0, N_SIZES);
  tcase_add_loop_test(tc, test_ffn, 0, 8);
  tcase_add_loop_test(tc, test_refused, 0, N_REFUSALS);
  tcase_add_loop_test(tc, test_eps, 0, 4);
  tcase_add_loop_test(tc, test_authors, 0, 2);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
