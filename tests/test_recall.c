// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Memories that fade and are read, of every instruction set against double. */

#include "tests/kernel_sets.h"
#include "tests/suite.h"

#include <string.h>

/// Shapes around the sizes of vectors
static const uint32_t sizes[] =
  {1U, 2U, 3U, 5U, 8U, 15U, 16U, 17U, 31U, 40U, 64U, 65U};

enum { n_sizes = sizeof(sizes) / sizeof(*sizes), n_most = 66 * 66 };

/// Numbers for a memory: states, coefficients, inputs
typedef struct {
  uint32_t n_out;
  uint32_t n_in;
  float    w[n_most + 500];
  float    x[500];
} Memory;

static void
fill(Memory* const p, const uint32_t n_out, const uint32_t n_in)
{
  uint32_t state = (n_out * 1000U) + n_in;
  p->n_out       = n_out;
  p->n_in        = n_in;
  for (uint32_t i = 0U; i < n_most + 500U; ++i) {
    p->w[i] = next_noise(&state);
  }
  for (uint32_t i = 0U; i < 500U; ++i) {
    p->x[i] = next_noise(&state);
  }
}

/// h = a h + g b, y = c . h, with an a for each element or each row
static void
check_fading(const Memory* const p, const bool one)
{
  const uint32_t       rows = p->n_out;
  const uint32_t       cols = p->n_in;
  static float         h[n_most];
  float                y[67];
  const float* const   g = p->w + 400;
  const EchoicMemories m = {rows, cols, h, p->w, NULL, g, p->x, p->x + 300, y};
  memcpy(h, p->w, sizeof(h));
  h[rows * cols] = y[rows] = 7.0F;
  if (one) {
    echoic_kernels()->fade_all(&m);
  } else {
    echoic_kernels()->fade_each(&m);
  }

  ck_assert(h[rows * cols] == 7.0F && y[rows] == 7.0F);
  for (uint32_t r = 0U; r < rows; ++r) {
    double sum = 0.0;
    for (uint32_t c = 0U; c < cols; ++c) {
      const uint32_t i = (r * cols) + c;
      const double   a = (double)p->w[one ? r : i];
      const double   now =
        (a * (double)p->w[i]) + ((double)g[r] * (double)p->x[c]);
      ck_assert_double_eq_tol((double)h[i], now, 1e-6);
      sum += (double)p->x[300U + c] * now;
    }
    ck_assert_double_eq_tol((double)y[r], sum, 2e-5);
  }
}

/// h = h + a h + g b of complex numbers, y = Re sum c h
static void
check_resonating(const Memory* const p)
{
  const uint32_t       rows = p->n_out;
  const uint32_t       cols = p->n_in & ~1U;
  static float         h[n_most];
  static float         re[n_most];
  static float         im[n_most];
  float                y[67];
  const float* const   b = p->w + 1;
  const float* const   c = p->w + 2;
  const EchoicMemories m = {rows, cols, h, re, im, p->x, b, c, y};
  memcpy(h, p->w, sizeof(h));
  y[rows] = 7.0F;
  for (uint32_t i = 0U; i < rows * cols; i += 2U) {
    re[i] = re[i + 1U] = p->w[i + 3U];
    im[i + 1U]         = p->w[i + 4U];
    im[i]              = -im[i + 1U];
  }
  echoic_kernels()->resonate(&m);
  ck_assert(y[rows] == 7.0F);
  for (uint32_t r = 0U; r < rows; ++r) {
    double sum = 0.0;
    for (uint32_t i = r * cols; i < (r + 1U) * cols; i += 2U) {
      const double x     = (double)p->w[i];
      const double z     = (double)p->w[i + 1U];
      const double g     = (double)p->x[r];
      const double now[] = {x + ((double)re[i] * x) - ((double)im[i + 1U] * z) +
                              (g * (double)b[i]),
                            z + ((double)re[i] * z) + ((double)im[i + 1U] * x) +
                              (g * (double)b[i + 1U])};
      ck_assert_double_eq_tol((double)h[i], now[0], 1e-6);
      ck_assert_double_eq_tol((double)h[i + 1U], now[1], 1e-6);
      sum += ((double)c[i] * now[0]) + ((double)c[i + 1U] * now[1]);
    }
    ck_assert_double_eq_tol((double)y[r], sum, 2e-5);
  }
}

START_TEST(test_memories)
{
  static Memory p;
  for (int i = 0; use_kernels(_i) && i < n_sizes; ++i) {
    for (int k = 0; k < n_sizes; ++k) {
      fill(&p, sizes[i], sizes[k]);
      check_fading(&p, false);
      check_fading(&p, true);
      check_resonating(&p);
    }
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("recall");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_memories, 0, n_kernel_sets);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
