// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_STRIKE_FIT_H
#define ECHOIC_STRIKE_FIT_H

#include "dsp/echoic.h"
#include "dsp/short_front.h"

#include <stdbool.h>
#include <stdint.h>

/**
   Which taught sounds began together: their attacks' spectra are fitted to what
   is heard, as a sum.

       M = a B + sum_i g_i A_i          energies, 2 frames of 24 bands
       C = sum_c rho((ln E_c - ln M_c) / s_c) + sum_i G_i^2 / 12

   rho is Huber's, with the knee at 3; G_i by how many dB the gain is more than
   3 dB from 0: sounds come about as loud as their examples.

   B is what was heard just before (a: 1 or 1/2), A_i an example of sound i less
   what was heard before it, g_i its gain (-24 to 24 dB), s_c^2 = 0.5 + 1 / n_c
   with n_c the degrees of freedom of noise in band c under the window (0.25 /
   n_c in the lowest six, where tones are; s_c^2 = 0.7 in bands of the longer
   window).  A second sound is tried with each of the best three; one
   more sound must lower C by e_2 (18 in the first looks), three are the most.

   The evidence e of a sum is by how much it lowers C below that of B alone; it
   scores e / (e + what is needed), so that 1/2 is where it counts.  In a sum of
   several each scores no more than what C would rise without it says, against
   e_2, or e_2 C / (0.25 cells) where the fit is worse than usual: what fits
   badly hides much, and isn't worth another sound.  Cost: for k sounds of m
   examples k m sums of 9 to 13 logarithms of 48 numbers, twice (gains that cost
   more than the best so far aren't tried); seven times as many where one sound
   isn't enough.  No latency.
*/

#define ECHOIC_STRIKE_LOOKS 2U ///< Frames that are looked at
#define ECHOIC_STRIKE_CELLS (ECHOIC_STRIKE_LOOKS * ECHOIC_SHORT_BANDS)
#define ECHOIC_STRIKE_MOST 3U ///< Sounds at once
#define ECHOIC_STRIKE_THRESHOLD 0.5F

/// The attack of an example
typedef struct {
  uint32_t sound; ///< From 0 to n_sounds - 1
  float    energy[ECHOIC_STRIKE_CELLS];
} EchoicShape;

/// A sound that was found
typedef struct {
  uint32_t shape; ///< Index of the example
  float    gain;  ///< Of its energies
  float    score;
} EchoicStruck;

/// What is heard, and what it may be
typedef struct {
  uint32_t           n_bands; ///< That count, of each frame
  uint32_t           n_sounds;
  uint32_t           n_shapes;
  const EchoicShape* shapes;   ///< [n_shapes]
  float              evidence; ///< That scores 1/2
  float              more;     ///< Evidence for one more sound
  bool               is_low;   ///< The second frame is of a longer window
  float              energy[ECHOIC_STRIKE_CELLS];
  float              before[ECHOIC_STRIKE_CELLS]; ///< B
} EchoicStrikeScene;

/// What explains it
typedef struct {
  uint32_t     n_struck;
  EchoicStruck struck[ECHOIC_STRIKE_MOST];
  float        misfit; ///< C for each cell
  float        alone;  ///< The same of what was heard before alone
} EchoicStrikeFit;

/// Explain what is heard
ECHOIC_RT void
echoic_strike_fit(const EchoicStrikeScene* scene, EchoicStrikeFit* fit);

/// Return the spread s of noise in a band, in nat
ECHOIC_RT float
echoic_strike_spread(uint32_t band);

#endif // ECHOIC_STRIKE_FIT_H
