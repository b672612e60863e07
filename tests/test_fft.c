// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The transform against its definition in double, for every length and
   instruction set. */

#include "tests/kernel_sets.h"

#include "dsp/arena.h"
#include "dsp/fft.h"
#include "tests/suite.h"

#include <math.h>
#include <string.h>

#define MOST 16384U

static const double pi = 3.14159265358979323846;

static float  in[MOST];
static float  power[(MOST / 2U) + 1U];
static double turn[MOST][2];

static EchoicFft*
prepare(const uint32_t n, EchoicArena* const arena)
{
  const size_t bytes   = echoic_fft_bytes(n);
  arena->base          = (unsigned char*)aligned_alloc(64U, bytes);
  arena->size          = bytes;
  arena->used          = 0U;
  EchoicFft* const fft = echoic_fft_prepare(n, arena);
  ck_assert_ptr_nonnull(fft);
  ck_assert_uint_eq(arena->used, bytes);
  for (uint32_t i = 0U; i < n; ++i) {
    turn[i][0] = cos(2.0 * pi * i / n);
    turn[i][1] = sin(2.0 * pi * i / n);
  }

  return fft;
}

/// Power of bin j by its definition
static double
expected(const uint32_t n, const uint32_t j)
{
  double re = 0.0;
  double im = 0.0;
  for (uint32_t i = 0U; i < n; ++i) {
    const uint32_t at = (uint32_t)(((uint64_t)i * j) % n);
    re += (double)in[i] * turn[at][0];
    im -= (double)in[i] * turn[at][1];
  }

  return (re * re) + (im * im);
}

/// Signal to error of magnitudes in dB; of long transforms every 13th bin
static double
snr_db(const uint32_t n)
{
  double signal = 0.0;
  double error  = 0.0;
  for (uint32_t j = 0U; j <= n / 2U; j += n > 2048U ? 13U : 1U) {
    const double e = expected(n, j);
    const double d = sqrt((double)power[j]) - sqrt(e);
    signal += e;
    error += d * d;
  }

  return 10.0 * log10(signal / fmax(error, 1e-300));
}

static void
check_noise(const uint32_t n)
{
  EchoicArena      arena;
  EchoicFft* const fft   = prepare(n, &arena);
  uint32_t         state = n;
  for (uint32_t i = 0U; i < n; ++i) {
    in[i] = next_noise(&state);
  }

  echoic_fft_power(fft, in, NULL, power);
  const double db = snr_db(n);
  ck_assert_msg(db > 130.0, "%u points: %.1f dB", n, db);
  free(arena.base);
}

START_TEST(test_noise)
{
  if (use_kernels(_i)) {
    for (uint32_t n = 2U; n <= MOST; n *= 2U) {
      check_noise(n);
    }
  }
}
END_TEST

/// An impulse anywhere is flat; a sine at a bin is nowhere else
START_TEST(test_impulse_and_sine)
{
  const uint32_t n = 1024U;
  if (use_kernels(_i)) {
    EchoicArena      arena;
    EchoicFft* const fft = prepare(n, &arena);
    for (uint32_t at = 0U; at < n; at += 31U) {
      memset(in, 0, sizeof(in));
      in[at] = 1.0F;
      echoic_fft_power(fft, in, NULL, power);
      for (uint32_t j = 0U; j <= n / 2U; ++j) {
        ck_assert_double_eq_tol((double)power[j], 1.0, 2e-6);
      }
    }

    for (uint32_t bin = 1U; bin < n / 2U; bin += 17U) {
      for (uint32_t i = 0U; i < n; ++i) {
        in[i] = (float)turn[(i * bin) % n][1];
      }
      echoic_fft_power(fft, in, NULL, power);
      for (uint32_t j = 0U; j <= n / 2U; ++j) {
        const double e = j == bin ? 512.0 * 512.0 : 0.0;
        ck_assert_double_eq_tol((double)power[j], e, 0.2);
      }
    }
    free(arena.base);
  }
}
END_TEST

/// A window given has the bits of one that was multiplied by
START_TEST(test_window)
{
  static float window[MOST];
  static float both[MOST];
  static float expect[(MOST / 2) + 1];
  uint32_t     state = 3U;
  if (use_kernels(_i)) {
    for (uint32_t n = 128U; n <= 16384U && n <= MOST; n *= 2U) {
      EchoicArena      arena;
      EchoicFft* const fft = prepare(n, &arena);
      for (uint32_t i = 0U; i < n; ++i) {
        in[i]     = next_noise(&state);
        window[i] = next_noise(&state);
        both[i]   = in[i] * (2.0F * window[i]);
      }
      echoic_fft_power(fft, both, NULL, expect);
      echoic_fft_power(fft, in, window, power);
      ck_assert(!memcmp(power, expect, ((n / 2U) + 1U) * sizeof(float)));
      free(arena.base);
    }
  }
}
END_TEST

/// What is asked for has the same bits whether the rest is or not
START_TEST(test_limit)
{
  static float all[(MOST / 2) + 1];
  uint32_t     state = 5U;
  if (use_kernels(_i)) {
    for (uint32_t n = 2U; n <= 4096U; n *= 2U) {
      EchoicArena      arena;
      EchoicFft* const fft = prepare(n, &arena);
      for (uint32_t i = 0U; i < n; ++i) {
        in[i] = next_noise(&state);
      }
      echoic_fft_power(fft, in, NULL, all);
      for (uint32_t k = 1U; k <= (n / 2U) + 1U; k += 1U + (n / 64U)) {
        memset(power, 0, sizeof(power));
        echoic_fft_limit(fft, k);
        echoic_fft_power(fft, in, NULL, power);
        ck_assert(!memcmp(power, all, k * sizeof(float)));
      }
      free(arena.base);
    }
  }
}
END_TEST

START_TEST(test_no_space)
{
  const uint32_t n     = _i ? 512U : 32U;
  const size_t   bytes = echoic_fft_bytes(n);
  void* const    block = aligned_alloc(64U, bytes);
  for (size_t size = 0U; size < bytes; size += 64U) {
    EchoicArena arena = {(unsigned char*)block, size, 0U};
    ck_assert_ptr_null(echoic_fft_prepare(n, &arena));
  }
  free(block);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("fft");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 120.0);
  tcase_add_loop_test(tc, test_noise, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_impulse_and_sine, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_window, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_limit, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_no_space, 0, 2);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
