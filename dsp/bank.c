// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/bank.h"

#include <math.h>
#include <string.h>

#define PANEL ECHOIC_PANEL

static const double most_weight = 127.0;
static const double least_step  = 1e-32;
static const float  most_input  = 2047.0F;
static const double most_sum    = 2147483000.0; ///< Of an int32_t

static size_t
padded(const uint32_t n_rows)
{
  return (((size_t)n_rows + PANEL - 1U) / PANEL) * PANEL;
}

static uint32_t
count_pairs(const uint32_t n_cols)
{
  return (n_cols + 1U) / 2U;
}

size_t
echoic_bank_bytes(const uint32_t n_rows, const uint32_t n_cols)
{
  const size_t n = padded(n_rows);
  return echoic_arena_round(2U * n * count_pairs(n_cols)) +
         (5U * echoic_arena_round(n * sizeof(float))) +
         echoic_arena_round(count_pairs(n_cols) * 2U * sizeof(int16_t)) +
         echoic_arena_round((size_t)n_rows * n_cols * sizeof(float)) +
         echoic_arena_round(n_rows * sizeof(float));
}

/// Round a row to whole numbers; keep what the bound needs, rounded up
static void
pack_row(EchoicScreen* const s, const uint32_t row, const float* const w)
{
  const size_t panel = (size_t)(row / PANEL) * count_pairs(s->n_cols);
  double       most  = 0.0;
  double       own   = 0.0;
  double       lost  = 0.0;
  for (uint32_t i = 0U; i < s->n_cols; ++i) {
    most = fmax(most, fabs((double)w[i]));
  }

  const double fine = fmax(most / most_weight, least_step) * (1.0 + 1e-6);
  const double step = (double)(float)fine; // Not below what fits
  for (uint32_t i = 0U; i < s->n_cols; ++i) {
    const double q = rint((double)w[i] / step);
    const double e = (double)w[i] - (q * step);
    s->weight[(((panel + (i / 2U)) * PANEL) + (row % PANEL)) * 2U + (i % 2U)] =
      (int8_t)q;
    own += (double)w[i] * (double)w[i];
    lost += e * e;
  }

  s->step[row] = (float)step;
  s->own[row]  = (float)(sqrt(own) * (1.0 + 1e-6));
  s->lost[row] = (float)(sqrt(lost) * (1.0 + 1e-6));
}

bool
echoic_bank_prepare(EchoicBank* const  bank,
                    const float* const weight,
                    const float* const bias,
                    const uint32_t     n_rows,
                    const uint32_t     n_cols,
                    EchoicArena* const arena)
{
  const size_t        n       = padded(n_rows);
  const size_t        n_pairs = count_pairs(n_cols);
  EchoicScreen* const s       = &bank->screen;
  s->n_rows                   = n_rows;
  s->n_cols                   = n_cols;
  s->weight = (int8_t*)echoic_arena_take(arena, 2U * n * n_pairs, 1U);
  s->step   = (float*)echoic_arena_take(arena, n, sizeof(float));
  s->own    = (float*)echoic_arena_take(arena, n, sizeof(float));
  s->lost   = (float*)echoic_arena_take(arena, n, sizeof(float));
  s->bias   = (float*)echoic_arena_take(arena, n, sizeof(float));
  s->input  = (int16_t*)echoic_arena_take(arena, 2U * n_pairs, sizeof(int16_t));
  bank->margin = (float*)echoic_arena_take(arena, n, sizeof(float));
  bank->weight =
    (float*)echoic_arena_take(arena, (size_t)n_rows * n_cols, sizeof(float));
  bank->bias = (float*)echoic_arena_take(arena, n_rows, sizeof(float));
  if (!s->weight || !s->step || !s->own || !s->lost || !s->bias || !s->input ||
      !bank->margin || !bank->weight || !bank->bias) {
    return false;
  }

  memcpy(bank->weight, weight, (size_t)n_rows * n_cols * sizeof(float));
  for (uint32_t r = 0U; r < n_rows; ++r) {
    pack_row(s, r, weight + ((size_t)r * n_cols));
    bank->bias[r] = bias ? bias[r] : 0.0F;
    s->bias[r]    = bank->bias[r];
  }

  return true;
}

ECHOIC_RT float
echoic_bank_score(const EchoicBank* const bank,
                  const uint32_t          row,
                  const float* const      x)
{
  const size_t n     = bank->screen.n_cols;
  float        score = 0.0F;
  echoic_kernels()->dots(bank->weight + (row * n),
                         bank->bias + row,
                         x,
                         &score,
                         1U,
                         bank->screen.n_cols,
                         1U);
  return score;
}

/// Round the input to whole numbers; set its step and the lengths of the bound
static void
round_input(const EchoicScreen* const s,
            const float* const        x,
            EchoicScreenInput* const  input)
{
  const uint32_t n     = s->n_cols;
  const float    most  = echoic_kernels()->loudest(x, n);
  const float    room  = (float)floor(most_sum / (most_weight * n));
  const float    range = room < most_input ? room : most_input;
  const double   step  = (double)(most / range);
  double         own   = 0.0;
  double         lost  = 0.0;
  for (uint32_t i = 0U; i < n; ++i) {
    const double q = step > 0.0 ? rint((double)x[i] / step) : 0.0;
    const double p = fmin(fmax(q, -(double)range), (double)range);
    const double d = (double)x[i] - (p * step);
    s->input[i]    = (int16_t)p;
    own += (double)x[i] * (double)x[i];
    lost += d * d;
  }

  // What rounding, and results near 0, can do to the sum and to the bound
  const double rounding = ldexp(2.0 * (n + 16.0), -24);
  input->step           = (float)step;
  input->least          = (float)ldexp(n + 16.0, -125);
  input->lost  = (float)((sqrt(lost) + (rounding * sqrt(own))) * (1.0 + 1e-6));
  input->whole = (float)((sqrt(own) + sqrt(lost)) * (1.0 + 1e-6));
}

ECHOIC_RT uint32_t
echoic_bank_find(const EchoicBank* const bank,
                 const float* const      x,
                 uint32_t* const         rows)
{
  EchoicScreenInput input;
  uint32_t          n = 0U;
  round_input(&bank->screen, x, &input);
  echoic_kernels()->screen(&bank->screen, &input, bank->margin);
  for (uint32_t r = 0U; r < bank->screen.n_rows; ++r) {
    if (!(bank->margin[r] < 0.0F) && echoic_bank_score(bank, r, x) > 0.0F) {
      rows[n++] = r;
    }
  }

  return n;
}
