// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The delay node: exact frames, also from a state that was restored. */

#include "tests/node_runner.h"
#include "tests/suite.h"

/// Tap d of frame n is frame n - d exactly, 0 before the start
START_TEST(test_delay)
{
  const uint32_t  two   = 2U;
  const unsigned  d     = (unsigned)_i;
  EchoicGraphSpec graph = {2U, 0U, NULL};
  EchoicNodeSpec* spec  = new_spec(&graph, "delay", 1U);
  echoic_node_spec_number(spec, "frames", d);
  Runner all = prepare(spec, &two);
  echoic_node_spec_word(spec, "output", "last");
  Runner last = prepare(spec, &two);
  float  x[40];
  float  y[20 * 2 * 20];
  float  z[40];
  fill_noise(x, 40U);
  run(&all, x, y, 20U);
  run(&last, x, z, 20U);
  ck_assert_uint_eq(all.shape.width_out, 2U * (d + 1U));
  for (unsigned n = 0U; n < 20U; ++n) {
    for (unsigned k = 0U; k <= d; ++k) {
      const float* const tap = y + (2U * ((n * (d + 1U)) + k));
      ck_assert(tap[0] == (n >= k ? x[2U * (n - k)] : 0.0F));
      ck_assert(tap[1] == (n >= k ? x[(2U * (n - k)) + 1U] : 0.0F));
    }
    ck_assert(z[2U * n] == (n >= d ? x[2U * (n - d)] : 0.0F));
  }
  release(&all);
  release(&last);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// A slot that was restored from somewhere else stays within the ring
START_TEST(test_delay_restored)
{
  const uint32_t  two   = 2U;
  EchoicGraphSpec graph = {0};
  EchoicNodeSpec* spec  = new_spec(&graph, "delay", 1U);
  EchoicNodeState state = {0};
  float           x[20];
  float           y[20 * 4];
  echoic_node_spec_number(spec, "frames", 3.0);
  Runner r = prepare(spec, &two);
  fill_noise(x, 20U);
  ck_assert(r.type->state(r.node, 1U, &state));
  *state.count = 4000000001;
  run(&r, x, y, 10U);
  ck_assert(!memcmp(y + (9U * 8U), x + 18U, 2U * sizeof(float)));
  ck_assert(!memcmp(y + (9U * 8U) + 6U, x + 12U, 2U * sizeof(float)));
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("delay");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_delay, 0, 20);
  tcase_add_test(tc, test_delay_restored);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
