// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/attack.h"

#include <math.h>

static const double least_energy = 1e-9;
static const double db_per_nat   = 4.342944819;
static const double nearness     = 2.0; ///< Nat at the reach

static uint32_t
samples(const double seconds, const double rate_hz)
{
  return (uint32_t)lrint(seconds * rate_hz);
}

ECHOIC_RT uint32_t
echoic_attack_margin(const double rate_hz)
{
  return samples(ECHOIC_ATTACK_REACH_S, rate_hz) +
         samples(ECHOIC_ATTACK_BEFORE_S, rate_hz) + 1U;
}

static double
energy(const float* const in, const uint32_t n)
{
  double sum = 0.0;
  for (uint32_t i = 0U; i < n; ++i) {
    sum += (double)in[i] * (double)in[i];
  }

  return sum;
}

ECHOIC_RT EchoicAttack
echoic_attack_find(const float* const in, const double rate_hz)
{
  const uint32_t reach    = samples(ECHOIC_ATTACK_REACH_S, rate_hz);
  const uint32_t n_before = samples(ECHOIC_ATTACK_BEFORE_S, rate_hz);
  const uint32_t n_after  = samples(ECHOIC_ATTACK_AFTER_S, rate_hz);
  const float*   at       = in + echoic_attack_margin(rate_hz) - reach;
  double         before   = energy(at - n_before, n_before);
  double         after    = energy(at, n_after);
  double         best     = -HUGE_VAL;
  EchoicAttack   attack   = {0, 0.0F};
  for (uint32_t i = 0U; i <= 2U * reach; ++i, ++at) {
    const double a     = fmax(after, 0.0) / n_after;
    const double b     = fmax(before, 0.0) / n_before;
    const double rise  = log((a + least_energy) / (b + least_energy));
    const double away  = ((double)i - reach) / reach;
    const double merit = rise - (nearness * away * away);
    if (merit > best) {
      best                  = merit;
      attack.offset_samples = (int32_t)i - (int32_t)reach;
      attack.rise_db        = (float)fmax(db_per_nat * rise, 0.0);
    }

    const double now = (double)at[0] * (double)at[0];
    const double new = (double)at[n_after] * (double)at[n_after];
    const double old =
      (double)at[-(int32_t)n_before] * (double)at[-(int32_t)n_before];
    before += now - old;
    after += new - now;
  }

  return attack;
}
