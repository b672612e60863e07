// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_WORLD_H
#define ECHOIC_WORLD_H

#include "dsp/echoic.h"

#include <stdint.h>

/**
   The world: statistics of foreign sounds, so that one example is enough.

   Mean m and autocovariance R(k) = E[z(n) z(n-k)^T] of embedded frames of many
   kinds of sound, at a few lags.  From these follow mean and covariance of the
   states of a memory of any duration:

       E[h_s h_t^H] = g_s g_t / (1 - a_s conj a_t)
                      (sum_{k>=0} conj(a_t)^k R(k) + sum_{k>0} a_s^k R(k)^T)

   and E[h_s h_t^T] with a_t for conj a_t.  R is interpolated linearly in
   ln(1 + k) and 0 beyond the last lag.  Made by presets/make_world.c.
*/

#define ECHOIC_N_EMBEDDED 30U ///< Numbers of an embedded frame z
#define ECHOIC_WORLD_N_LAGS 22U

/// Statistics for sound with a number of bands
typedef struct {
  uint32_t      n_bands; ///< Bands that were heard
  const float*  mean;    ///< [N_EMBEDDED]
  const float*  scale;   ///< [N_LAGS] Of the bytes of each lag
  const int8_t* lagged;  ///< [N_LAGS][N_EMBEDDED][N_EMBEDDED] R / scale
} EchoicWorld;

extern const uint32_t    echoic_world_lags[ECHOIC_WORLD_N_LAGS];
extern const EchoicWorld echoic_worlds[];
extern const uint32_t    echoic_n_worlds;

/// Return the statistics made for the number of bands nearest to `n_bands`
ECHOIC_SETUP const EchoicWorld*
echoic_world_for(uint32_t n_bands);

/**
   Mean and covariance of the states of a memory that hears the world.

   States in the order of the memory node: for each pole the real parts of all
   numbers, then the imaginary parts unless the pole is real.

   @param poles [n_poles][2] Real and imaginary part, |a| < 1; gain is
   sqrt(1 - |a|^2).
   @param max_lag Lags beyond this many frames are taken as 0.
   @param mean [n] With n the number of states.
   @param cov [n][n] Whole matrix.

   @return ECHOIC_NO_MEMORY if scratch can't be allocated.
*/
ECHOIC_SETUP EchoicStatus
echoic_world_states(const EchoicWorld* world,
                    const float*       poles,
                    uint32_t           n_poles,
                    uint32_t           max_lag,
                    double*            mean,
                    double*            cov);

/**
   Mean and covariance of the states of any linear filters that hear the world.

   State (i, a) is sum_k f_i(k) z_a(n - k): filter by filter, all numbers of z.

   @param taps [n_taps][n_filters] Impulse responses.
   @param mean [n_filters * 30]
   @param cov [n_filters * 30][n_filters * 30] Whole matrix.

   @return ECHOIC_NO_MEMORY if scratch can't be allocated.
*/
ECHOIC_SETUP EchoicStatus
echoic_world_filters(const EchoicWorld* world,
                     const float*       taps,
                     uint32_t           n_filters,
                     uint32_t           n_taps,
                     double*            mean,
                     double*            cov);

#endif // ECHOIC_WORLD_H
