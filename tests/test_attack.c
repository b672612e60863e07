// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/attack.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { n_rates = 8, n_places = 7, n_most = 8192 };

static const double rates[n_rates] =
  {8000.0, 11025.0, 16000.0, 22050.0, 44100.0, 48000.0, 96000.0, 192000.0};
static const double place_s[n_places] =
  {-0.009, -0.005, -0.001, 0.0, 0.0013, 0.004, 0.009};

static float in[n_most];

/// Fill with noise of some level and return where t_0 is
static uint32_t
quiet(const double rate_hz, const double level)
{
  const uint32_t margin = echoic_attack_margin(rate_hz);
  ck_assert_uint_le(2U * margin, n_most);
  srand(1U);
  for (uint32_t i = 0U; i < 2U * margin; ++i) {
    in[i] = (float)(level * 2.0 * (((double)rand() / RAND_MAX) - 0.5));
  }

  return margin;
}

typedef double (*Sound)(double t_s);

static double
step(const double t_s)
{
  return t_s >= 0.0 ? 0.5 : 0.0;
}

static double
click(const double t_s)
{
  return 0.5 * exp(-t_s / 0.003) * cos(2.0 * M_PI * 1500.0 * t_s);
}

static double
drum(const double t_s)
{
  return 0.5 * sin(2.0 * M_PI * 60.0 * t_s);
}

/// Find a sound that begins `at_s` after t_0; return the error in seconds
static double
error_s(const Sound sound, const double at_s, const double rate_hz)
{
  const uint32_t middle = quiet(rate_hz, 0.003);
  const int32_t  start  = (int32_t)lrint(at_s * rate_hz);
  for (uint32_t i = (uint32_t)((int32_t)middle + start); i < 2U * middle; ++i) {
    in[i] +=
      (float)sound(((double)i - (double)middle - (double)start) / rate_hz);
  }

  const EchoicAttack attack = echoic_attack_find(in, rate_hz);
  ck_assert(attack.rise_db > 10.0F);
  return fabs((double)(attack.offset_samples - start)) / rate_hz;
}

START_TEST(test_found)
{
  const double rate_hz = rates[_i];
  for (int p = 0; p < n_places; ++p) {
    ck_assert_double_le(error_s(step, place_s[p], rate_hz), 0.0005);
    ck_assert_double_le(error_s(click, place_s[p], rate_hz), 0.001);
    ck_assert_double_le(error_s(drum, place_s[p], rate_hz), 0.001);
  }
}
END_TEST

/// What begins beyond the reach isn't found, and noise is no attack
START_TEST(test_reach)
{
  const double   rate_hz = rates[_i];
  const int32_t  reach   = (int32_t)lrint(ECHOIC_ATTACK_REACH_S * rate_hz);
  const uint32_t middle  = quiet(rate_hz, 0.01);
  for (uint32_t i = middle + (uint32_t)(0.0145 * rate_hz); i < 2U * middle;
       ++i) {
    in[i] += 0.5F;
  }

  const EchoicAttack attack = echoic_attack_find(in, rate_hz);
  ck_assert_int_le(abs(attack.offset_samples), reach);
  ck_assert(attack.rise_db < 6.0F);
}
END_TEST

/// The rise is that of the energies; of two attacks the nearer one
START_TEST(test_rise)
{
  const double   rate_hz = rates[_i];
  const uint32_t middle  = quiet(rate_hz, 0.0);
  for (uint32_t i = 0U; i < 2U * middle; ++i) {
    in[i] = i < middle ? 0.01F : 0.1F;
  }

  EchoicAttack attack = echoic_attack_find(in, rate_hz);
  ck_assert_int_eq(attack.offset_samples, 0);
  ck_assert_double_eq_tol((double)attack.rise_db, 20.0, 0.01);

  const uint32_t later = middle + (uint32_t)(0.011 * rate_hz);
  for (uint32_t i = 0U; i < 2U * middle; ++i) {
    in[i] = i < middle ? 0.01F : i < later ? 0.1F : 1.0F;
  }
  attack = echoic_attack_find(in, rate_hz);
  ck_assert_int_eq(attack.offset_samples, 0);
}
END_TEST

START_TEST(test_silence)
{
  const double   rate_hz = rates[_i];
  const uint32_t middle  = quiet(rate_hz, 0.0);
  EchoicAttack   attack  = echoic_attack_find(in, rate_hz);
  ck_assert(attack.rise_db == 0.0F);
  ck_assert_int_eq(attack.offset_samples, 0);
  for (uint32_t i = 0U; i < 2U * middle; ++i) {
    in[i] = 0.25F; // Nothing begins here either
  }
  attack = echoic_attack_find(in, rate_hz);
  ck_assert(attack.rise_db < 0.001F);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("attack");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_found, 0, 8);
  tcase_add_loop_test(tc, test_reach, 0, 8);
  tcase_add_loop_test(tc, test_rise, 0, 8);
  tcase_add_loop_test(tc, test_silence, 0, 8);
  tcase_set_timeout(tc, 60.0);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
