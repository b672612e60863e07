// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/gate.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { n_all = 4800 };

/// 10 ms attack, 5 ms hold, 20 ms release, 10 ms look-ahead at 48 kHz
static const EchoicGateSpec spec =
  {48000.0, 0.010, 0.005, 0.020, 0.010, 1.0F, 0.25F};

static EchoicGate
made(void)
{
  EchoicGate gate;
  ck_assert_int_eq(echoic_gate_init(&gate, &spec), ECHOIC_OK);
  return gate;
}

/// Gains of one event follow the formula in the header
START_TEST(test_formula)
{
  float      gain[n_all];
  EchoicGate gate = made();
  ck_assert(echoic_gate_event(&gate, 1000U, 2000U));
  echoic_gate_process(&gate, gain, n_all);

  const int start = 1000 - 480;
  const int stop  = 2000 + 240;
  for (int n = 0; n < n_all; ++n) {
    double p = n < start ? 0.0 : fmin((n - start + 1) / 480.0, 1.0);
    p        = n < stop ? p : fmax(1.0 - ((n - stop + 1) / 960.0), 0.0);
    ck_assert_double_eq_tol(
      (double)gain[n], 0.25 + (0.75 * 0.5 * (1.0 - cos(M_PI * p))), 1e-6);
  }

  // Exactly, not nearly: such samples are copied to the bit
  for (int n = 999; n < stop; ++n) {
    ck_assert(gain[n] == 1.0F);
  }
  ck_assert(gain[start - 1] == 0.25F);
  ck_assert(gain[stop + 960] == 0.25F);
}
END_TEST

/// Any split into blocks gives the same bits
START_TEST(test_splits)
{
  static const uint64_t onsets[] = {300U, 900U, 1500U, 1510U, 3000U};

  float      whole[n_all];
  float      split[n_all];
  EchoicGate a = made();
  EchoicGate b = made();
  for (int i = 0; i < 5; ++i) {
    ck_assert(echoic_gate_event(&a, onsets[i], onsets[i] + 200U));
    ck_assert(echoic_gate_event(&b, onsets[4 - i], onsets[4 - i] + 200U));
  }

  echoic_gate_process(&a, whole, n_all);
  srand((unsigned)_i);
  for (uint32_t n = 0U; n < n_all;) {
    const uint32_t left = n_all - n;
    const uint32_t len  = (uint32_t)rand() % 200U;
    echoic_gate_process(&b, split + n, len < left ? len : left);
    n += len < left ? len : left;
  }

  ck_assert_mem_eq(whole, split, sizeof(whole));
}
END_TEST

/// An event during a release turns round without a step
START_TEST(test_no_clicks)
{
  float      gain[n_all];
  EchoicGate gate = made();
  ck_assert(echoic_gate_event(&gate, 600U, 700U));
  ck_assert(echoic_gate_event(&gate, 1700U, 1800U));
  ck_assert(echoic_gate_event(&gate, 1700U, 1900U));
  echoic_gate_process(&gate, gain, n_all);
  const double steepest   = 0.75 * 0.5 * M_PI / 480.0; // Of the attack
  bool         has_turned = false;
  for (int n = 1; n < n_all; ++n) {
    ck_assert_double_le(fabs((double)gain[n] - (double)gain[n - 1]),
                        steepest * 1.001);
    has_turned = has_turned || (n > 1000 && n < 1690 && gain[n] > 0.26F &&
                                gain[n] < 0.99F && gain[n] > gain[n - 1]);
  }
  ck_assert(has_turned);
}
END_TEST

START_TEST(test_limits)
{
  float      gain[16];
  EchoicGate gate = made();
  for (unsigned i = 0U; i < ECHOIC_GATE_MAX_PENDING; ++i) {
    ck_assert(echoic_gate_event(&gate, 100000U + i, 100001U));
  }
  ck_assert(!echoic_gate_event(&gate, 0U, 1U));

  echoic_gate_reset(&gate);
  ck_assert(echoic_gate_event(&gate, 0U, UINT64_MAX)); // No overflow of hold
  echoic_gate_process(&gate, gain, 16U);
  ck_assert(gain[15] > 0.25F);

  EchoicGateSpec bad = spec;
  bad.attack_s       = -0.001;
  ck_assert_int_eq(echoic_gate_init(&gate, &bad), ECHOIC_BAD_ARG);
  bad        = spec;
  bad.hold_s = (double)NAN;
  ck_assert_int_eq(echoic_gate_init(&gate, &bad), ECHOIC_BAD_ARG);
  bad         = spec;
  bad.outside = -1.0F;
  ck_assert_int_eq(echoic_gate_init(&gate, &bad), ECHOIC_BAD_ARG);
  bad         = spec;
  bad.rate_hz = 0.0;
  ck_assert_int_eq(echoic_gate_init(&gate, &bad), ECHOIC_BAD_ARG);
}
END_TEST

/// Times change where the gate is, without a step
START_TEST(test_tune)
{
  float          gain[n_all];
  EchoicGate     gate    = made();
  EchoicGateSpec changed = spec;
  changed.attack_s       = 0.020;
  changed.release_s      = 0.005;
  ck_assert(echoic_gate_event(&gate, 1000U, 2000U));
  echoic_gate_process(&gate, gain, 760U); // Half open
  ck_assert_int_eq(echoic_gate_tune(&gate, &changed), ECHOIC_OK);
  echoic_gate_process(&gate, gain + 760, n_all - 760U);
  for (int n = 1; n < n_all; ++n) {
    ck_assert(fabsf(gain[n] - gain[n - 1]) < 0.006F);
  }

  ck_assert(gain[759 + 480] == 1.0F); // Half of the new attack later
  ck_assert(gain[759 + 470] < 1.0F);
  ck_assert(gain[2240 + 240] == 0.25F);
  ck_assert(gain[2240 + 230] > 0.25F);
  changed.hold_s = -1.0;
  ck_assert_int_eq(echoic_gate_tune(&gate, &changed), ECHOIC_BAD_ARG);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("gate");
  TCase* const tc    = tcase_create("all");
  tcase_add_test(tc, test_formula);
  tcase_add_loop_test(tc, test_splits, 0, 50);
  tcase_add_test(tc, test_no_clicks);
  tcase_add_test(tc, test_limits);
  tcase_add_test(tc, test_tune);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
