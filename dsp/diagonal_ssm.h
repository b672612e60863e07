// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_DIAGONAL_SSM_H
#define ECHOIC_DIAGONAL_SSM_H

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "dsp/node.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   A diagonal state space: a bank of complex one-poles for each channel.

       s(n) = dA s(n-1) + dB u(n),  y(n) = 2 Re(sum_m C_m s_m(n)) + D u(n)

   for each channel (H) alone, with M modes, each of which stands for itself
   and its conjugate.  The continuous system s' = A s + B u is sampled once, in
   double precision, every dt:

       zoh       dA = e^(dt A)              dB = B (dA - 1) / A
       bilinear  dA = (1 + r) / (1 - r)     dB = B dt / (1 - r),  r = dt A / 2

   dA - 1 is what is kept: slow modes are near 1, and float32 would round their
   duration.  Cost: 8 MAC a mode.
   Gu, Goel, Gupta, Ré, "On the parameterization and initialization of diagonal
   state space models", 2022.
*/
typedef struct {
  uint32_t n_channels;
  uint32_t n_modes;
  float*   re;    ///< [n_channels][n_modes][2] dA - 1: real part twice
  float*   im;    ///< [n_channels][n_modes][2] - and + its imaginary part
  float*   in;    ///< [n_channels][n_modes][2] dB
  float*   out;   ///< [n_channels][n_modes][2] 2 C, conjugated
  float*   skip;  ///< [n_channels] D
  float*   sum;   ///< [n_channels] Scratch
  float*   state; ///< [n_channels][n_modes][2] s, after the current input
} EchoicDiagonalSsm;

typedef struct {
  double re;
  double im;
} EchoicComplex;

/// A mode of the continuous system
typedef struct {
  EchoicComplex a; ///< Real part below 0
  EchoicComplex b;
  EchoicComplex c;
  double        dt; ///< Above 0
} EchoicSsmMode;

/// Return the arena bytes of a system
ECHOIC_SETUP size_t
echoic_diagonal_ssm_bytes(uint32_t n_channels, uint32_t n_modes);

/**
   Take memory for a system; false if it doesn't fit.

   @param skip [n_channels] D, copied; null for zeros.
*/
ECHOIC_SETUP bool
echoic_diagonal_ssm_prepare(EchoicDiagonalSsm* ssm,
                            const float*       skip,
                            uint32_t           n_channels,
                            uint32_t           n_modes,
                            EchoicArena*       arena);

/**
   Sample a mode and set it, at `index` = channel n_modes + mode.

   @return False if it doesn't fade: dt Re(A) not below -1e-9, |dA| not below 1,
   or anything that isn't finite in float32.
*/
ECHOIC_SETUP bool
echoic_diagonal_ssm_set(EchoicDiagonalSsm*   ssm,
                        size_t               index,
                        const EchoicSsmMode* mode,
                        bool                 bilinear);

ECHOIC_RT void
echoic_diagonal_ssm_reset(EchoicDiagonalSsm* ssm);

/// Run one frame; `y` [n_channels] may be `u` [n_channels]
ECHOIC_RT void
echoic_diagonal_ssm_step(EchoicDiagonalSsm* ssm, const float* u, float* y);

/// Fill `state` with [n_channels][n_modes][2]; false if `name` is null
ECHOIC_RT bool
echoic_diagonal_ssm_state(const EchoicDiagonalSsm* ssm,
                          const char*              name,
                          EchoicNodeState*         state);

#endif // ECHOIC_DIAGONAL_SSM_H
