// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What a running graph makes of numbers that aren't finite, its outputs and its
   state. */

#include "dsp/graph.h"
#include "tests/graph_runner.h"
#include "tests/suite.h"

#include <math.h>

#define N_FRAMES 200U
#define WIDTH 3U

/// An LSTM that a linear node reads
static EchoicGraphSpec
lstm_graph(void)
{
  EchoicGraphSpec       graph = {.width_in = WIDTH};
  EchoicNodeSpec* const lstm  = add_node(&graph, "lstm", "lstm", "in");
  fill_noise(new_tensor(lstm, "weight_ih_l0", 20U, WIDTH, NULL), 20U * WIDTH);
  fill_noise(new_tensor(lstm, "weight_hh_l0", 20U, 5U, NULL), 100U);
  EchoicNodeSpec* const linear = add_node(&graph, "linear", "linear", "lstm");
  fill_noise(new_tensor(linear, "weight", 2U, 5U, NULL), 10U);
  return graph;
}

/// A number at the input that isn't finite is as good as 0
START_TEST(test_bad_input)
{
  static const float bad[] = {NAN, INFINITY, -INFINITY};
  EchoicGraphSpec    spec  = lstm_graph();
  Running            a     = start(&spec);
  Running            b     = start(&spec);
  float              x[N_FRAMES * WIDTH];
  float              z[N_FRAMES * WIDTH];
  float              y[2][N_FRAMES * 2U];
  fill_noise(x, N_FRAMES * WIDTH);
  memcpy(z, x, sizeof(x));
  for (uint32_t i = 0U; i < 40U; ++i) {
    const uint32_t at = (uint32_t)rand() % (N_FRAMES * WIDTH);
    x[at]             = bad[i % 3U];
    z[at]             = 0.0F;
  }

  echoic_graph_process(a.graph, x, y[0], N_FRAMES);
  echoic_graph_process(b.graph, z, y[1], N_FRAMES);
  ck_assert(!memcmp(y[0], y[1], sizeof(y[0])));
  free(a.block);
  free(b.block);
  echoic_graph_spec_clear(&spec);
}
END_TEST

/// A memory that never fades, and perhaps hides that behind a sigmoid
static EchoicGraphSpec
sum_graph(const bool is_hidden)
{
  const float           pole[] = {1.0F, 0.0F};
  EchoicGraphSpec       graph  = {.width_in = 1U};
  EchoicNodeSpec* const memory = add_node(&graph, "memory", "memory", "in");
  echoic_node_spec_word(memory, "layout", "bank");
  echoic_node_spec_number(memory, "allow_unit", 1.0);
  new_tensor(memory, "poles", 1U, 2U, pole);
  if (is_hidden) {
    echoic_node_spec_word(
      add_node(&graph, "hide", "activation", "memory"), "type", "sigmoid");
  }

  return graph;
}

/// An overflow gives one frame of zeros, and everything begins anew
START_TEST(test_overflow)
{
  EchoicGraphSpec spec = sum_graph(_i);
  Running         r    = start(&spec);
  Running         s    = start(&spec);
  float           x[N_FRAMES];
  float           whole[N_FRAMES];
  float           split[N_FRAMES];
  float           rest[N_FRAMES];
  fill_noise(x, N_FRAMES);
  x[70] = 3e38F;
  x[90] = 3e38F; // The sum overflows here
  x[91] = 3e38F;
  echoic_graph_process(r.graph, x, whole, N_FRAMES);
  for (uint32_t f = 0U; f < N_FRAMES; ++f) {
    ck_assert(isfinite(whole[f]));
  }

  ck_assert(whole[90] == 0.0F);
  echoic_graph_process(s.graph, x + 91, rest, N_FRAMES - 91U);
  ck_assert(!memcmp(rest, whole + 91, (N_FRAMES - 91U) * sizeof(float)));
  for (uint32_t n = 1U; n < 130U; n += 9U) {
    echoic_graph_reset(r.graph);
    for (uint32_t f = 0U; f < N_FRAMES; f += n) {
      echoic_graph_process(
        r.graph, x + f, split + f, n < N_FRAMES - f ? n : N_FRAMES - f);
    }
    ck_assert_msg(!memcmp(whole, split, sizeof(whole)), "blocks of %u", n);
  }

  free(r.block);
  free(s.block);
  echoic_graph_spec_clear(&spec);
}
END_TEST

/// Every frame overflows: every frame is zero
START_TEST(test_always_overflow)
{
  EchoicGraphSpec       spec  = {.width_in = 1U};
  EchoicNodeSpec* const scale = add_node(&spec, "scale", "scale", "in");
  echoic_node_spec_number(scale, "gain", 1e6);
  Running r = start(&spec);
  float   x[N_FRAMES];
  float   y[N_FRAMES];
  for (uint32_t f = 0U; f < N_FRAMES; ++f) {
    x[f] = f % 2U ? 1e38F : -1e38F;
  }

  echoic_graph_process(r.graph, x, y, N_FRAMES);
  for (uint32_t f = 0U; f < N_FRAMES; ++f) {
    ck_assert(y[f] == 0.0F);
  }

  free(r.block);
  echoic_graph_spec_clear(&spec);
}
END_TEST

/// Named outputs come in their order, the first as the main one
START_TEST(test_outputs)
{
  EchoicGraphSpec spec = lstm_graph();
  ck_assert(echoic_graph_spec_output(&spec, "y", "lstm"));
  ck_assert(echoic_graph_spec_output(&spec, "z", "linear"));
  Running  r     = start(&spec);
  uint32_t width = 0U;
  size_t   size  = 0U;
  float    x[N_FRAMES * WIDTH];
  float    y[N_FRAMES * 5U];
  float    main[N_FRAMES * 5U];
  float    z[N_FRAMES * 2U];
  float    last[N_FRAMES * 2U];
  float*   out[] = {y, z};
  fill_noise(x, N_FRAMES * WIDTH);
  ck_assert_uint_eq(echoic_graph_n_outputs(r.graph), 2U);
  ck_assert_uint_eq(echoic_graph_width(r.graph, 0U), 5U);
  ck_assert_uint_eq(echoic_graph_width(r.graph, 1U), 2U);
  ck_assert(!echoic_graph_bytes(&spec, &size, &width, NULL));
  ck_assert_uint_eq(width, 5U);
  echoic_graph_process_all(r.graph, x, out, N_FRAMES);
  echoic_graph_reset(r.graph);
  echoic_graph_process(r.graph, x, main, N_FRAMES);
  ck_assert(!memcmp(y, main, sizeof(y)));
  spec.n_outputs = 0U;
  Running plain  = start(&spec);
  spec.n_outputs = 2U;
  echoic_graph_process(plain.graph, x, last, N_FRAMES);
  ck_assert(!memcmp(z, last, sizeof(z)));
  free(r.block);
  free(plain.block);
  echoic_graph_spec_clear(&spec);
}
END_TEST

/// An output that isn't a node is refused
START_TEST(test_bad_outputs)
{
  size_t          size  = 0U;
  uint32_t        width = 0U;
  EchoicError     error = {ECHOIC_OK, ""};
  EchoicGraphSpec spec  = lstm_graph();
  ck_assert(echoic_graph_spec_output(&spec, "y", "nowhere"));
  ck_assert_int_eq(echoic_graph_bytes(&spec, &size, &width, &error),
                   ECHOIC_BAD_FORMAT);
  ck_assert_ptr_nonnull(strstr(error.text, "'nowhere'"));
  for (uint32_t i = 1U; i < ECHOIC_GRAPH_MAX_OUTPUTS; ++i) {
    ck_assert(echoic_graph_spec_output(&spec, "y", "lstm"));
  }
  ck_assert(!echoic_graph_spec_output(&spec, "y", "lstm"));
  echoic_graph_spec_clear(&spec);
}
END_TEST

/// Pieces of state are found by node; another graph continues with them
START_TEST(test_state)
{
  EchoicGraphSpec spec = lstm_graph();
  Running         a    = start(&spec);
  Running         b    = start(&spec);
  EchoicNodeState from;
  EchoicNodeState to;
  float           x[N_FRAMES * WIDTH];
  float           y[N_FRAMES * 2U];
  float           z[N_FRAMES * 2U];
  fill_noise(x, N_FRAMES * WIDTH);
  echoic_graph_process(a.graph, x, y, 77U);
  for (uint32_t i = 0U; echoic_graph_state(a.graph, 0U, i, &from); ++i) {
    ck_assert(echoic_graph_state(b.graph, 0U, i, &to));
    memcpy(to.data, from.data, 5U * sizeof(float));
  }

  ck_assert(!echoic_graph_state(a.graph, 0U, 2U, &from));
  ck_assert(!echoic_graph_state(a.graph, 1U, 0U, &from));
  echoic_graph_process(a.graph, x + (77U * WIDTH), y, N_FRAMES - 77U);
  echoic_graph_process(b.graph, x + (77U * WIDTH), z, N_FRAMES - 77U);
  ck_assert(!memcmp(y, z, (N_FRAMES - 77U) * 2U * sizeof(float)));
  free(a.block);
  free(b.block);
  echoic_graph_spec_clear(&spec);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("graph_run");
  TCase* const tcase = tcase_create("graph_run");
  tcase_add_test(tcase, test_bad_input);
  tcase_add_loop_test(tcase, test_overflow, 0, 2);
  tcase_add_test(tcase, test_always_overflow);
  tcase_add_test(tcase, test_outputs);
  tcase_add_test(tcase, test_bad_outputs);
  tcase_add_test(tcase, test_state);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
