// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/fft.h"

#include "dsp/kernels.h"

#include <kiss_fftr.h>

#include <math.h>
#include <string.h>

static const uint32_t least_own = 128U; ///< Shorter and longer ones are kissfft
static const uint32_t most_own  = 16384U;
static const double   pi        = 3.14159265358979323846;

struct EchoicFftImpl {
  uint32_t      n_bins; ///< n / 2 + 1
  EchoicFftPlan plan;   ///< Of lengths that have their own
  kiss_fftr_cfg kiss;   ///< Of others, null if there is a plan
  kiss_fft_cpx* bins;   ///< [n_bins]
};

static bool
is_own(const uint32_t n)
{
  return n >= least_own && n <= most_own;
}

static size_t
kiss_bytes(const uint32_t n)
{
  size_t size = 0U;
  (void)kiss_fftr_alloc((int)n, 0, NULL, &size);
  return size;
}

/// Lanes of a transform of N points: no more than points in each
static uint32_t
lanes_of(const uint32_t n_complex)
{
  uint32_t n = echoic_kernels()->n_lanes;
  while (n * n > n_complex) {
    n /= 2U;
  }

  return n;
}

/// Set lanes, radices and strides for 2 N real points
static void
shape_plan(const uint32_t n_complex, EchoicFftPlan* const plan)
{
  memset(plan, 0, sizeof(*plan));
  plan->n_complex = n_complex;
  plan->n_lanes   = lanes_of(n_complex);
  uint32_t stride = 1U;
  for (uint32_t n = n_complex / plan->n_lanes; n > 1U;) {
    const bool            is_few = n == 4U || n == 16U; // Not 8 times 2
    EchoicFftStage* const st     = &plan->stages[plan->n_stages++];
    st->radix                    = is_few ? 4U : 8U;
    st->stride                   = stride;
    st->n_turns                  = n / st->radix;
    stride *= st->radix;
    n /= st->radix;
  }
}

static size_t
turns_size(const EchoicFftStage* const st)
{
  return 2U * (size_t)st->n_turns * (st->radix - 1U);
}

static size_t
lane_turns_size(const EchoicFftPlan* const plan)
{
  const size_t n_rows = plan->n_complex / plan->n_lanes;
  return 2U * n_rows * (plan->n_lanes - 1U);
}

static size_t
plan_bytes(const uint32_t n_complex)
{
  EchoicFftPlan plan;
  shape_plan(n_complex, &plan);
  size_t bytes =
    (2U * echoic_arena_round(2U * (size_t)n_complex * sizeof(float))) +
    echoic_arena_round(lane_turns_size(&plan) * sizeof(float)) +
    (2U * echoic_arena_round(((n_complex / 2U) + 1U) * sizeof(float)));
  for (uint32_t i = 0U; i < plan.n_stages; ++i) {
    bytes += echoic_arena_round(turns_size(&plan.stages[i]) * sizeof(float));
  }

  return bytes;
}

size_t
echoic_fft_bytes(const uint32_t n)
{
  const size_t bins = ((n / 2U) + 1U) * sizeof(kiss_fft_cpx);
  return echoic_arena_round(sizeof(EchoicFft)) +
         (is_own(n)
            ? plan_bytes(n / 2U)
            : echoic_arena_round(kiss_bytes(n)) + echoic_arena_round(bins));
}

/// Write exp(-2 pi j part)
static void
put_turn(const double part, float* const re, float* const im)
{
  *re = (float)cos(-2.0 * pi * part);
  *im = (float)sin(-2.0 * pi * part);
}

static bool
prepare_stage(EchoicFftStage* const st, EchoicArena* const arena)
{
  const double n = (double)st->n_turns * st->radix;
  float* const turns =
    (float*)echoic_arena_take(arena, turns_size(st), sizeof(float));
  st->turns = turns;
  float* to = turns;
  for (uint32_t p = 0U; to && p < st->n_turns; ++p) {
    for (uint32_t k = 1U; k < st->radix; ++k, to += 2U) {
      put_turn((double)k * p / n, &to[0], &to[1]);
    }
  }

  return turns;
}

static bool
prepare_lanes(EchoicFftPlan* const plan, EchoicArena* const arena)
{
  const uint32_t n_lanes = plan->n_lanes;
  float* const   turns =
    (float*)echoic_arena_take(arena, lane_turns_size(plan), sizeof(float));
  float* to        = turns;
  plan->lane_turns = turns;
  for (uint32_t k = 0U; to && k < plan->n_complex / n_lanes; k += n_lanes) {
    for (uint32_t l = 1U; l < n_lanes; ++l, to += 2U * (size_t)n_lanes) {
      for (uint32_t i = 0U; i < n_lanes; ++i) {
        const double part = (double)l * (k + i) / plan->n_complex;
        put_turn(part, &to[i], &to[n_lanes + i]);
      }
    }
  }

  return turns;
}

static bool
prepare_plan(EchoicFftPlan* const plan,
             const uint32_t       n_complex,
             EchoicArena* const   arena)
{
  shape_plan(n_complex, plan);
  for (uint32_t i = 0U; i < plan->n_stages; ++i) {
    if (!prepare_stage(&plan->stages[i], arena)) {
      return false;
    }
  }

  // The turns of the bins between the buffers keep these from being a multiple
  // of 4096 bytes apart, which processors take for the same place
  const size_t n_work = 2U * (size_t)n_complex;
  const size_t n_bins = (n_complex / 2U) + 1U;
  plan->work[0]       = (float*)echoic_arena_take(arena, n_work, sizeof(float));
  float* const re     = (float*)echoic_arena_take(arena, n_bins, sizeof(float));
  plan->work[1]       = (float*)echoic_arena_take(arena, n_work, sizeof(float));
  float* const im     = (float*)echoic_arena_take(arena, n_bins, sizeof(float));
  for (uint32_t i = 0U; re && im && i < n_bins; ++i) {
    put_turn(0.5 * i / n_complex, &re[i], &im[i]);
  }

  plan->n_bins  = n_complex + 1U;
  plan->turn[0] = re;
  plan->turn[1] = im;
  return prepare_lanes(plan, arena) && re && im && plan->work[0] &&
         plan->work[1];
}

static bool
prepare_kiss(EchoicFft* const fft, const uint32_t n, EchoicArena* const arena)
{
  size_t      size = kiss_bytes(n);
  void* const kiss = echoic_arena_take(arena, 1U, size);
  fft->bins =
    (kiss_fft_cpx*)echoic_arena_take(arena, fft->n_bins, sizeof(kiss_fft_cpx));
  if (kiss && fft->bins) {
    fft->kiss = kiss_fftr_alloc((int)n, 0, kiss, &size);
  }

  return fft->kiss;
}

EchoicFft*
echoic_fft_prepare(const uint32_t n, EchoicArena* const arena)
{
  EchoicFft* const fft = (EchoicFft*)echoic_arena_take(arena, 1U, sizeof(*fft));
  if (!fft) {
    return NULL;
  }

  fft->n_bins   = (n / 2U) + 1U;
  const bool ok = is_own(n) ? prepare_plan(&fft->plan, n / 2U, arena)
                            : prepare_kiss(fft, n, arena);
  return ok ? fft : NULL;
}

void
echoic_fft_limit(EchoicFft* const fft, const uint32_t n_bins)
{
  fft->plan.n_bins = n_bins;
}

ECHOIC_RT void
echoic_fft_power(EchoicFft* const   fft,
                 const float* const in,
                 const float* const window,
                 float* const       power)
{
  if (!fft->kiss) {
    echoic_kernels()->fft_power(&fft->plan, in, window, power);
    return;
  }

  kiss_fft_cpx* const bins = fft->bins;
  kiss_fftr(fft->kiss, in, bins);
  for (uint32_t j = 0U; j < fft->n_bins; ++j) {
    power[j] = (bins[j].r * bins[j].r) + (bins[j].i * bins[j].i);
  }
}
