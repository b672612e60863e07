// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* A bank decides every row as float32 does, also those on the edge, and rules
   out most rows without it. */

#include "tests/kernel_sets.h"

#include "dsp/bank.h"
#include "tests/suite.h"

#include <math.h>
#include <string.h>

#define ROWS 700U
#define COLS 257U

static float    w[ROWS * COLS];
static float    b[ROWS];
static float    x[COLS];
static uint32_t rows[ROWS];
static uint32_t n_left; ///< Rows that weren't ruled out

/// Check the decisions of all rows; return how many are above
static uint32_t
check_rows(const EchoicBank* const bank, const uint32_t n_rows)
{
  const uint32_t n  = echoic_bank_find(bank, x, rows);
  uint32_t       at = 0U;
  for (uint32_t r = 0U; r < n_rows; ++r) {
    n_left += !(bank->margin[r] < 0.0F);
    if (echoic_bank_score(bank, r, x) > 0.0F) {
      ck_assert(at < n && rows[at] == r);
      ++at;
    }
  }
  ck_assert_uint_eq(at, n);
  return n;
}

static EchoicBank
prepare(const uint32_t n_rows, const uint32_t n_cols, void** const block)
{
  const size_t bytes = echoic_bank_bytes(n_rows, n_cols);
  EchoicBank   bank;
  *block            = aligned_alloc(64U, bytes);
  EchoicArena arena = {(unsigned char*)*block, bytes, 0U};
  ck_assert(echoic_bank_prepare(&bank, w, b, n_rows, n_cols, &arena));
  ck_assert_uint_eq(arena.used, bytes);
  return bank;
}

/// Random rows at three sigma: most are ruled out, none is decided wrong
START_TEST(test_random)
{
  static const uint32_t sizes[][2] = {
    {1U, 1U}, {5U, 3U}, {16U, 2U}, {17U, 31U}, {64U, 64U}, {700U, 257U}};
  for (int k = 0; use_kernels(_i) && k < 6; ++k) {
    const uint32_t n_rows = sizes[k][0];
    const uint32_t n_cols = sizes[k][1];
    uint32_t       state  = 3U;
    void*          block  = NULL;
    for (uint32_t i = 0U; i < n_rows * n_cols; ++i) {
      w[i] = next_noise(&state);
    }
    for (uint32_t i = 0U; i < n_rows; ++i) { // Sigma of a row is sqrt(n) / 3
      b[i] = -sqrtf((float)n_cols);
    }
    EchoicBank bank  = prepare(n_rows, n_cols, &block);
    uint32_t   found = 0U;
    n_left           = 0U;
    for (int frame = 0; frame < 40; ++frame) {
      const float gain = ldexpf(1.0F, (frame % 10) == 9 ? 10 : 0);
      for (uint32_t i = 0U; i < n_cols; ++i) {
        x[i] = gain * next_noise(&state);
      }
      found += check_rows(&bank, n_rows);
    }
    ck_assert(k < 5 || (found > 0U && n_left - found < 40U * n_rows / 50U));
    free(block);
  }
}
END_TEST

/// Biases on, just above and just below what the row gives: the hardest rows
START_TEST(test_edges)
{
  if (use_kernels(_i)) {
    uint32_t state = 9U;
    void*    block = NULL;
    for (uint32_t i = 0U; i < ROWS * COLS; ++i) {
      w[i] = next_noise(&state) * ldexpf(1.0F, (int)(i % 7U) * -3);
    }
    for (uint32_t i = 0U; i < COLS; ++i) {
      x[i] = next_noise(&state);
    }
    memset(b, 0, sizeof(b));
    EchoicBank bank = prepare(ROWS, COLS, &block);
    for (uint32_t r = 0U; r < ROWS; ++r) {
      b[r] = -echoic_bank_score(&bank, r, x);
      b[r] = r % 3U == 0U   ? b[r]
             : r % 3U == 1U ? nextafterf(b[r], 1e9F)
                            : nextafterf(b[r], -1e9F);
    }
    free(block);
    bank = prepare(ROWS, COLS, &block);
    ck_assert_uint_gt(check_rows(&bank, ROWS), 0U);
    free(block);
  }
}
END_TEST

/// Zero weights, zero input, tiny and huge numbers
START_TEST(test_extremes)
{
  static const float sizes[] = {0.0F, 1e-38F, 1e-30F, 1.0F, 1e15F};
  for (int k = 0; use_kernels(_i) && k < 25; ++k) {
    uint32_t state = 5U;
    void*    block = NULL;
    for (uint32_t i = 0U; i < 40U * 30U; ++i) {
      w[i] = sizes[k % 5] * next_noise(&state);
    }
    for (uint32_t i = 0U; i < 40U; ++i) {
      b[i] = (float)(i % 3U) * 1e-20F - 1e-20F;
      x[i] = sizes[k / 5] * next_noise(&state);
    }
    EchoicBank bank = prepare(40U, 30U, &block);
    check_rows(&bank, 40U);
    free(block);
  }
}
END_TEST

START_TEST(test_no_space)
{
  const size_t bytes = echoic_bank_bytes(20U, 9U);
  void* const  block = aligned_alloc(64U, bytes);
  for (size_t size = 0U; size < bytes; size += 64U) {
    EchoicBank  bank;
    EchoicArena arena = {(unsigned char*)block, size, 0U};
    ck_assert(!echoic_bank_prepare(&bank, w, NULL, 20U, 9U, &arena));
  }
  free(block);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("bank");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 120.0);
  tcase_add_loop_test(tc, test_random, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_edges, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_extremes, 0, n_kernel_sets);
  tcase_add_test(tc, test_no_space);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
