// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Loops over samples and bands of frames, by their formulas, in every
   instruction set. */

#include "tests/kernel_sets.h"

#include "dsp/kernels.h"
#include "tests/suite.h"

#include <math.h>
#include <string.h>

/// Every 16-bit sample, to the bit
START_TEST(test_from_shorts)
{
  static int16_t x[65536];
  static float   y[65537];
  if (use_kernels(_i)) {
    for (int32_t i = 0; i < 65536; ++i) {
      x[i] = (int16_t)(i - 32768);
    }
    for (size_t n = 0U; n <= 65536U; n += n < 40U ? 1U : 65496U) {
      y[n] = 7.0F;
      echoic_kernels()->from_shorts(x, y, n);
      ck_assert(y[n] == 7.0F);
      for (size_t i = 0U; i < n; ++i) {
        ck_assert(y[i] == (float)x[i] / 32768.0F);
      }
    }
  }
}
END_TEST

/// Sums before each chunk, to the bit
START_TEST(test_energies)
{
  if (use_kernels(_i)) {
    float    x[120];
    double   up_to[16];
    double   sum   = 0.0;
    uint32_t state = 9U;
    for (uint32_t i = 0U; i < 120U; ++i) {
      x[i] = 100.0F * next_noise(&state);
    }
    echoic_kernels()->energies(x, 15U, up_to);
    for (uint32_t k = 0U; k < 15U; ++k) {
      double y[8];
      ck_assert(up_to[k] == sum);
      for (uint32_t i = 0U; i < 8U; ++i) {
        y[i] = (double)x[(8U * k) + i] * (double)x[(8U * k) + i];
      }
      sum += ((y[0] + y[1]) + (y[2] + y[3])) + ((y[4] + y[5]) + (y[6] + y[7]));
    }
    ck_assert(up_to[15] == sum);
  }
}
END_TEST

enum { n_frames = 3, lag = 2, most_bands = 40 };

/// Frames by their formulas: bands of one frame after those of another
typedef struct {
  float energy[n_frames * most_bands];
  float level[(n_frames * most_bands) + 1];
  float noise[most_bands + 1];
  float gate[(n_frames * most_bands) + 1];
  float above[((lag + n_frames) * most_bands) + 1];
  float out[(2 * n_frames * most_bands) + 1];
  float most[n_frames];
} Frames;

static const float floors[n_frames] = {-9.5F, -8.0F, -11.0F};
static const float follow[n_frames] = {0.25F, 0.5F, 0.125F};

static void
check_band(const Frames* const x,
           const uint32_t      n,
           const uint32_t      i,
           double              noise,
           const bool          begins)
{
  for (uint32_t f = 0U; f < n_frames; ++f) {
    const size_t at    = ((size_t)f * n) + i;
    const double l     = log((double)x->energy[at] + 1e-10);
    const double least = (double)floors[f];
    noise += (double)follow[f] * (fmax(l, least) - noise);
    const double gate = fmax(noise + 0.5, least);
    const double open = log1p(exp(l - gate));
    const size_t past = begins && f < lag ? (lag * n) + i : at;
    const double rise = fmax(0.0, open - (double)x->above[past]);
    const size_t row  = (2U * (size_t)f * n) + i;
    ck_assert(x->most[f] >= x->level[at]);
    ck_assert_double_eq_tol((double)x->level[at], l, 3e-6);
    ck_assert_double_eq_tol((double)x->gate[at], gate, 6e-6);
    ck_assert_double_eq_tol((double)x->above[(lag * n) + at], open, 8e-6);
    ck_assert(x->out[row] == x->above[(lag * n) + at]);
    ck_assert_double_eq_tol((double)x->out[row + n], rise, 8e-6);
  }
  ck_assert_double_eq_tol((double)x->noise[i], noise, 6e-6);
}

/// Levels and gates of any number of bands, by their formulas
START_TEST(test_gates)
{
  static Frames x;
  if (use_kernels(_i)) {
    for (uint32_t n = 1U; n <= most_bands; ++n) {
      const uint32_t n_all = n_frames * n;
      const uint32_t past  = lag * n;
      uint32_t       state = n;
      float          old[most_bands];
      for (uint32_t i = 0U; i < n_all; ++i) {
        const float r  = next_noise(&state);
        x.energy[i]    = 1e-3F * r * r;
        x.above[i]     = 1.0F + next_noise(&state); // As much as is before
        x.noise[i % n] = old[i % n] = -9.0F + r;
      }
      x.level[n_all] = x.noise[n] = x.gate[n_all] = 7.0F;
      x.above[past + n_all] = x.out[2U * n_all] = 7.0F;
      const bool        begins                  = n % 2U;
      const EchoicGates g                       = {n,
                                                   n_frames,
                                                   lag,
                                                   begins,
                                                   0.5F,
                                                   floors,
                                                   follow,
                                                   x.level,
                                                   x.noise,
                                                   x.gate,
                                                   x.above,
                                                   x.out};
      echoic_kernels()->levels(x.energy, 1e-10F, x.level, x.most, n, n_frames);
      echoic_kernels()->gates(&g);
      ck_assert(x.level[n_all] == 7.0F && x.noise[n] == 7.0F);
      ck_assert(x.gate[n_all] == 7.0F && x.above[past + n_all] == 7.0F);
      ck_assert(x.out[2U * n_all] == 7.0F);
      for (uint32_t i = 0U; i < n; ++i) {
        check_band(&x, n, i, (double)old[i], begins);
      }
      for (uint32_t f = 0U; f < n_frames; ++f) {
        float top = x.level[f * n];
        for (uint32_t i = 0U; i < n; ++i) {
          top = fmaxf(top, x.level[(f * n) + i]);
        }
        ck_assert(x.most[f] == top);
      }
    }
  }
}
END_TEST

/// What energies differ from others, on both sides of the knee, by its formula;
/// nothing beyond is written
START_TEST(test_misfits)
{
  if (use_kernels(_i)) {
    for (uint32_t n = 16U; n <= ECHOIC_MISFIT_MOST; n += 16U) {
      float    level[ECHOIC_MISFIT_MOST];
      float    weight[ECHOIC_MISFIT_MOST];
      float    others[ECHOIC_MISFIT_MOST];
      float    shape[ECHOIC_MISFIT_MOST];
      float    costs[6];
      float    gains[5] = {0.0F, 0.3F, 1e-3F, 4.0F, 250.0F};
      uint32_t state    = n;
      for (uint32_t c = 0U; c < n; ++c) {
        level[c]  = -5.0F + (5.0F * next_noise(&state));
        weight[c] = c % 7U ? 1.0F + (0.5F * next_noise(&state)) : 0.0F;
        others[c] = c % 5U ? fabsf(next_noise(&state)) : 0.0F;
        shape[c]  = c % 3U ? fabsf(next_noise(&state)) : 0.0F;
      }
      const EchoicMisfit m = {n, 1e-9F, 3.0F, level, weight};
      for (uint32_t g = 1U; g <= 5U; ++g) {
        costs[g] = 7.0F;
        echoic_kernels()->misfits(&m, others, shape, gains, g, costs);
        ck_assert(costs[g] == 7.0F);
      }
      for (uint32_t g = 0U; g < 5U; ++g) {
        double sum = 0.0;
        for (uint32_t c = 0U; c < n; ++c) {
          const double e =
            (double)others[c] + ((double)gains[g] * (double)shape[c]) + 1e-9;
          const double d  = fabs((double)level[c] - log(e)) * (double)weight[c];
          const double in = fmin(d, 3.0);
          sum += in * (d - (0.5 * in));
        }
        ck_assert_double_eq_tol((double)costs[g], sum, 1e-5 * sum);
      }
    }
  }
}
END_TEST

static uint64_t
random_word(void)
{
  uint64_t word = 0U;
  for (uint32_t i = 0U; i < 8U; ++i) {
    word = (word << 8U) | ((uint64_t)rand() & 0xFFU);
  }

  return word;
}

/// Tops by their definition, ties of all kinds and infinities among them;
/// nothing beyond is looked at
START_TEST(test_tops)
{
  float    row[3][48];
  uint32_t at[48];
  srand(7U);
  for (uint32_t n = 0U; use_kernels(_i) && n <= 40U; ++n) {
    for (uint32_t i = 0U; i < 3U * 48U; ++i) {
      const int r           = rand() % 6;
      row[i / 48U][i % 48U] = r ? (float)(r - 3) : -INFINITY;
    }
    for (float least = -2.0F; least < 2.0F; least += 1.0F) {
      const uint32_t n_tops =
        echoic_kernels()->tops(row[0], row[1], row[2], least, n, at);
      uint32_t found = 0U;
      for (uint32_t i = 0U; i < n; ++i) {
        const float x = row[1][i];
        if (x > least && x > row[0][i] && x >= row[2][i]) {
          ck_assert(found < n_tops && at[found] == i);
          ++found;
        }
      }
      ck_assert_uint_eq(found, n_tops);
    }
  }
}
END_TEST

/// Bits of words, one after the other
START_TEST(test_bits)
{
  uint64_t words[31];
  uint64_t heard[2][31];
  float    d[66];
  srand(9U);
  for (uint32_t n = 1U; use_kernels(_i) && n <= 31U; ++n) {
    for (uint32_t i = 0U; i < n; ++i) { // At last all that can differ
      words[i]    = n < 31U ? random_word() : UINT64_MAX;
      heard[0][i] = n < 31U ? random_word() : 0U;
      heard[1][i] = n < 31U ? random_word() : 0U;
    }

    uint16_t n_differ[64];
    echoic_kernels()->differ_each(words, heard[0], heard[1], n, n_differ);
    for (uint32_t j = 0U; j < 64U; ++j) {
      uint32_t expected = 0U;
      for (uint32_t b = 0U; b < 64U * n; ++b) {
        const uint32_t i  = b / 64U;
        const uint32_t at = (b % 64U) + j;
        expected += ((words[i] >> (b % 64U)) & 1U) !=
                    ((heard[at / 64U][i] >> (at % 64U)) & 1U);
      }
      ck_assert_uint_eq(n_differ[j], expected);
      ck_assert_uint_eq(
        echoic_kernels()->differ_at(words, heard[0], heard[1], n, j), expected);
    }

    uint64_t signs = 0U;
    for (uint32_t m = 0U; m < 66U; ++m) {
      d[m] = (float)(rand() % 5); // With ties, which are no sign
      if (m >= 2U && d[m] + d[m - 2U] > 2.0F * d[m - 1U]) {
        signs |= (uint64_t)1U << (m - 2U);
      }
    }
    ck_assert_uint_eq(echoic_kernels()->signs(d), signs);

    float x[192];
    for (uint32_t i = 0U; i < 192U; ++i) {
      x[i] = (float)rand() / (float)RAND_MAX;
    }
    echoic_kernels()->sum_threes(x, d);
    for (uint32_t m = 0U; m < 64U; ++m) {
      ck_assert(d[m] == x[3U * m] + x[(3U * m) + 1U] + x[(3U * m) + 2U]);
    }
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("frame kernels");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 120.0);
  tcase_add_loop_test(tc, test_from_shorts, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_energies, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_gates, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_tops, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_bits, 0, n_kernel_sets);
  tcase_add_loop_test(tc, test_misfits, 0, n_kernel_sets);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
