// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_ATTACK_H
#define ECHOIC_ATTACK_H

#include "dsp/echoic.h"

#include <stdint.h>

#define ECHOIC_ATTACK_REACH_S 0.012  ///< Searched on both sides
#define ECHOIC_ATTACK_AFTER_S 0.002  ///< Of the sound that has begun
#define ECHOIC_ATTACK_BEFORE_S 0.008 ///< Of what was there before
#define ECHOIC_LEAST_RISE_DB 6.0F    ///< Of an attack that says where it begins

/**
   Where a sound begins, to the sample: the steepest rise of energy.

       J(t) = ln((A(t) + e) / (B(t) + e)) - 2 ((t - t_0) / reach)^2

   A is the mean energy of the 2 ms from t, B of the 8 ms before t (a period of
   a deep drum is no rise), e = 1e-9.  The attack is the largest J within 12 ms
   of t_0.  Cost: 6 operations a sample searched.
*/
typedef struct {
  int32_t offset_samples; ///< From t_0
  float   rise_db;        ///< A over B, 0 if there is no rise at all
} EchoicAttack;

/// Return the samples that are needed on each side of t_0
ECHOIC_RT uint32_t
echoic_attack_margin(double rate_hz);

/**
   Find the attack nearest to the middle of some samples.

   @param in [2 margin] Samples, t_0 is in[margin].
*/
ECHOIC_RT EchoicAttack
echoic_attack_find(const float* in, double rate_hz);

#endif // ECHOIC_ATTACK_H
