// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_envelope.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define N_SMOOTH ECHOIC_SMOOTH_BLOCKS

static const size_t n_rise        = 10U;  ///< Blocks whose energy ...
static const size_t n_before_rise = 30U;  ///< ... rises above that of so many
static const double floor_share   = 1e-6; ///< Of the highest power
static const double bend_rate_hz  = 44100.0; ///< Whose interval is bent over

float
echoic_power_db(const double power)
{
  return (float)(10.0 * log10(power));
}

double
echoic_mean_power(const float* const power, const size_t n)
{
  double sum = 0.0;
  for (size_t i = 0U; i < n; ++i) {
    sum += (double)power[i];
  }

  return n ? sum / (double)n : 0.0;
}

size_t
echoic_loudest(const float* const power, const size_t n)
{
  size_t best = 0U;
  for (size_t i = 1U; i < n; ++i) {
    best = power[i] > power[best] ? i : best;
  }

  return best;
}

/// Return a sample, 0 before the first
static double
sample(const EchoicExample* const x, const ptrdiff_t i)
{
  return i >= -(ptrdiff_t)x->n_before ? (double)x->in[i] : 0.0;
}

/// Return the mean square of a block: of the samples, or of how they bend over
/// `lag`, if it isn't 0
static float
block_power(const EchoicExample* const x,
            const ptrdiff_t            from,
            const size_t               n,
            const ptrdiff_t            lag)
{
  double sum = 1e-12;
  for (ptrdiff_t i = from; i < from + (ptrdiff_t)n; ++i) {
    const double past = sample(x, i - lag);
    const double y    = sample(x, i);
    const double bend = y - (2.0 * past) + sample(x, i - (2 * lag));
    sum += lag ? bend * bend : y * y;
  }

  return (float)(sum / (double)n);
}

/// Measure the blocks of an example, and those before it; return a share of
/// the highest power
static double
measure(const EchoicExample* const  x,
        const EchoicEnvelope* const e,
        const ptrdiff_t             lag,
        float* const                power)
{
  float* const of = power - n_before_rise;
  for (size_t k = 0U; k < n_before_rise + e->n_blocks; ++k) {
    const ptrdiff_t b    = (ptrdiff_t)k - (ptrdiff_t)n_before_rise;
    const ptrdiff_t from = b * (ptrdiff_t)e->block;
    const size_t    left = from < 0 ? e->block : x->n - (size_t)from;
    of[k] = block_power(x, from, left < e->block ? left : e->block, lag);
  }

  return floor_share * (double)power[echoic_loudest(power, e->n_blocks)];
}

EchoicStatus
echoic_envelope_new(const EchoicExample* const x, EchoicEnvelope* const e)
{
  e->block    = (size_t)fmax(rint(ECHOIC_BLOCK_S * x->rate_hz), 1.0);
  e->n_blocks = (x->n + e->block - 1U) / e->block;
  if (!e->n_blocks) {
    return ECHOIC_NOT_FOUND;
  }

  const size_t n = n_before_rise + e->n_blocks;
  e->memory      = (float*)calloc(3U * n, sizeof(float));
  if (!e->memory) {
    return ECHOIC_NO_MEMORY;
  }

  const double lag = rint(x->rate_hz / bend_rate_hz);
  e->power         = e->memory + n_before_rise;
  e->bright        = e->power + n;
  e->smooth        = e->bright + n;
  e->power_floor   = measure(x, e, 0, e->power);
  e->bright_floor  = measure(x, e, (ptrdiff_t)fmax(lag, 1.0), e->bright);
  for (size_t b = 0U; b < e->n_blocks; ++b) {
    const size_t half  = N_SMOOTH / 2U;
    const size_t first = b > half ? b - half : 0U;
    const size_t stop  = b + half < e->n_blocks ? b + half : e->n_blocks;
    e->smooth[b] = (float)echoic_mean_power(e->power + first, stop - first);
  }

  return ECHOIC_OK;
}

float
echoic_block_db(const EchoicEnvelope* const e, const size_t block)
{
  return echoic_power_db((double)e->power[block]);
}

/// Return how much one of the powers rises at a block, in dB
static float
rise_of(const EchoicEnvelope* const e,
        const float* const          power,
        const double                floor,
        const size_t                block)
{
  const size_t left = e->n_blocks - block;
  const double a =
    echoic_mean_power(power + block, left < n_rise ? left : n_rise);
  const double b =
    echoic_mean_power(power + block - n_before_rise, n_before_rise);
  return echoic_power_db((a + floor) / (b + floor));
}

float
echoic_rise_db(const EchoicEnvelope* const e, const size_t block)
{
  return rise_of(e, e->power, e->power_floor, block);
}

float
echoic_onset_db(const EchoicEnvelope* const e, const size_t block)
{
  return 0.5F * (rise_of(e, e->power, e->power_floor, block) +
                 rise_of(e, e->bright, e->bright_floor, block));
}

size_t
echoic_steepest(const EchoicEnvelope* const e,
                const size_t                first,
                const size_t                stop)
{
  size_t best    = first;
  float  most_db = -HUGE_VALF;
  for (size_t b = first; b < stop && b < e->n_blocks; ++b) {
    const float db = echoic_onset_db(e, b);
    best           = db > most_db ? b : best;
    most_db        = fmaxf(db, most_db);
  }

  return best;
}

void
echoic_envelope_clear(EchoicEnvelope* const e)
{
  free(e->memory);
  e->memory = NULL;
}
