// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_PERCUSSION_HITS_H
#define ECHOIC_TESTS_PERCUSSION_HITS_H

#include "tests/noise.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

/* Instruments made by formula: modes that ring and fall in pitch, and noise
   between two frequencies. */

typedef enum {
  PERCUSSION_KICK,
  PERCUSSION_SNARE,
  PERCUSSION_CLOSED_HAT,
  PERCUSSION_OPEN_HAT,
  PERCUSSION_LOW_TOM,
  PERCUSSION_CONGA,
  PERCUSSION_CLAP,
  PERCUSSION_RIM,
  PERCUSSION_COWBELL,
  PERCUSSION_SHAKER,
  PERCUSSION_VOICE ///< No instrument, but a syllable
} PercussionKind;

#define PERCUSSION_KINDS 10U ///< That are instruments

enum { n_modes = 4 };

static const double two_pi    = 6.28318530717958648;
static const double longest_s = 0.9;
static const double jitter_s  = 0.003; ///< Of hits on one sixteenth
static const double spacing_s = 0.6;   ///< Of examples
static const double lead_s    = 0.5;
static const double range_db  = 20.0;  ///< Of levels
static const double alone_s   = 0.008; ///< Of a hit, to measure it
static const double burst_s   = 0.004;
static const double loud_db   = -6.0; ///< Of the loudest hit

typedef struct {
  double hz;
  double level;
  double decay_s;
} Mode;

/// How an instrument sounds
typedef struct {
  Mode   modes[n_modes];
  double bend;   ///< Pitch at the start is higher by this share ...
  double bend_s; ///< ... which fades with this time constant
  double noise;  ///< Level
  double noise_s;
  double low_hz; ///< Of the noise
  double high_hz;
  double attack_s;
  double bursts_s; ///< Noise begins three times at this distance; 0: once
} Kind;

static const Kind kinds[PERCUSSION_KINDS] = {
  {{{52.0, 1.0, 0.12}, {95.0, 0.3, 0.05}, {2200.0, 0.12, 0.003}},
   1.6,
   0.018,
   0.25,
   0.006,
   500.0,
   6000.0,
   0.0004,
   0.0},
  {{{190.0, 0.6, 0.06}, {335.0, 0.4, 0.04}, {520.0, 0.2, 0.02}},
   0.15,
   0.010,
   0.8,
   0.09,
   900.0,
   10000.0,
   0.0003,
   0.0},
  {{{5400.0, 0.10, 0.02}, {7900.0, 0.12, 0.02}},
   0.0,
   0.01,
   0.8,
   0.030,
   6500.0,
   16000.0,
   0.0003,
   0.0},
  {{{3700.0, 0.10, 0.2}, {5200.0, 0.15, 0.25}, {6900.0, 0.12, 0.2}},
   0.0,
   0.01,
   0.7,
   0.25,
   4500.0,
   15000.0,
   0.0006,
   0.0},
  {{{98.0, 1.0, 0.20}, {156.0, 0.5, 0.12}, {215.0, 0.25, 0.08}},
   0.35,
   0.040,
   0.15,
   0.008,
   300.0,
   3000.0,
   0.0006,
   0.0},
  {{{310.0, 1.0, 0.11}, {655.0, 0.35, 0.05}, {1010.0, 0.2, 0.03}},
   0.08,
   0.015,
   0.2,
   0.004,
   800.0,
   5000.0,
   0.0004,
   0.0},
  {{{0.0, 0.0, 0.1}}, 0.0, 0.01, 1.0, 0.045, 900.0, 3200.0, 0.0003, 0.009},
  {{{1720.0, 0.8, 0.012}, {2480.0, 0.5, 0.010}, {455.0, 0.4, 0.018}},
   0.0,
   0.01,
   0.3,
   0.002,
   1500.0,
   9000.0,
   0.0002,
   0.0},
  {{{560.0, 0.8, 0.15},
    {845.0, 1.0, 0.12},
    {2540.0, 0.2, 0.04},
    {3390.0, 0.15, 0.03}},
   0.0,
   0.01,
   0.15,
   0.003,
   1000.0,
   8000.0,
   0.0003,
   0.0},
  {{{0.0, 0.0, 0.1}}, 0.0, 0.01, 0.9, 0.050, 3800.0, 9500.0, 0.0020, 0.0},
};

/// A number from 0 to 1
static inline double
draw(uint32_t* const seed)
{
  return 0.5 * (1.0 + (double)next_noise(seed));
}

/// A number from 1 - spread to 1 + spread
static inline double
vary(uint32_t* const seed, const double spread)
{
  return 1.0 + (spread * (double)next_noise(seed));
}

/// Resonant low-pass and high-pass of second order (Simper's linear form)
typedef struct {
  double g;
  double k;
  double s1;
  double s2;
} Filter;

static inline Filter
filter_at(const double hz, const double rate_hz)
{
  const double most = 0.49 * rate_hz;
  const Filter f    = {
       tan(0.5 * two_pi * fmin(hz, most) / rate_hz), 1.2, 0.0, 0.0};
  return f;
}

/// Filter a number; returns the low part, the high one in `high`
static inline double
filter_step(Filter* const f, const double x, double* const high)
{
  const double a  = 1.0 / (1.0 + (f->g * (f->g + f->k)));
  const double v1 = a * (f->s1 + (f->g * (x - f->s2)));
  const double v2 = f->s2 + (f->g * v1);
  f->s1           = (2.0 * v1) - f->s1;
  f->s2           = (2.0 * v2) - f->s2;
  *high           = x - (f->k * v1) - v2;
  return v2;
}

/// One hit that is made
typedef struct {
  double    rate_hz;
  double    gain;
  double    dull; ///< Of high partials, 1 for the loudest
  uint32_t* seed;
} Hit;

/// A decaying exponential, step by step
typedef struct {
  double value;
  double ratio;
} Decay;

static inline Decay
decay_over(const double time_s, const double rate_hz)
{
  const Decay d = {1.0, exp(-1.0 / (time_s * rate_hz))};
  return d;
}

/// Return the value, and go on to the next sample
static inline double
decay_step(Decay* const d)
{
  const double value = d->value;
  d->value *= d->ratio;
  return value;
}

/// Add the ringing part of a hit
static inline void
add_modes(const Kind* const kind, const Hit* const hit, float* const x)
{
  const double rate_hz = hit->rate_hz;
  const double pitch   = vary(hit->seed, 0.02);
  const double stretch = vary(hit->seed, 0.15);
  const size_t n       = (size_t)(longest_s * rate_hz);
  for (uint32_t m = 0U; m < n_modes; ++m) {
    const Mode* const mode  = &kind->modes[m];
    const double      dull  = mode->hz > 1500.0 ? hit->dull : 1.0;
    const double      level = hit->gain * mode->level * dull;
    const double      gain  = level * vary(hit->seed, 0.2);
    Decay             bend  = decay_over(kind->bend_s, rate_hz);
    Decay             rise  = decay_over(kind->attack_s, rate_hz);
    Decay             fall  = decay_over(stretch * mode->decay_s, rate_hz);
    double            phase = 0.0;
    for (size_t i = 0U; i < n && mode->level > 0.0; ++i) {
      phase += pitch * mode->hz * (1.0 + (kind->bend * decay_step(&bend)));
      x[i] += (float)(gain * (1.0 - decay_step(&rise)) * decay_step(&fall) *
                      sin(two_pi * phase / rate_hz));
    }
  }
}

/// Add the noise of a hit
static inline void
add_noise(const Kind* const kind, const Hit* const hit, float* const x)
{
  const double rate_hz = hit->rate_hz;
  const double decay_s = vary(hit->seed, 0.15) * kind->noise_s;
  const double level   = 1.6 * hit->gain * kind->noise * vary(hit->seed, 0.2);
  const double high_hz = kind->high_hz * (0.6 + (0.4 * hit->dull));
  const size_t gap     = (size_t)(kind->bursts_s * rate_hz);
  const size_t n       = (size_t)(longest_s * rate_hz);
  Filter       low  = filter_at(vary(hit->seed, 0.05) * kind->low_hz, rate_hz);
  Filter       high = filter_at(fmax(high_hz, 1.3 * kind->low_hz), rate_hz);
  Decay        rise = decay_over(kind->attack_s, rate_hz);
  Decay        fall = decay_over(gap ? burst_s : decay_s, rate_hz);
  for (size_t i = 0U; i < n; ++i) {
    double cut  = 0.0;
    double none = 0.0;
    (void)filter_step(&low, (double)next_noise(hit->seed), &cut);
    const double band = filter_step(&high, cut, &none);
    x[i] +=
      (float)(level * decay_step(&fall) * (1.0 - decay_step(&rise)) * band);
    if (gap && (i + 1U == gap || i + 1U == 2U * gap)) { // Once more
      fall = decay_over(i + 1U == gap ? burst_s : decay_s, rate_hz);
    }
  }
}

/// Add a syllable: pulses of a voice through two formants
static inline void
add_syllable(const Hit* const hit, float* const x)
{
  uint32_t* const seed    = hit->seed;
  const double    step_s  = 1.0 / hit->rate_hz;
  const double    f0      = 90.0 + (140.0 * draw(seed));
  const double    first   = two_pi * (300.0 + (500.0 * draw(seed)));
  const double    second  = two_pi * (900.0 + (1400.0 * draw(seed)));
  const double    rise_s  = 0.01 + (0.03 * draw(seed));
  const double    hiss    = draw(seed) > 0.5 ? 0.3 : 0.0; // A consonant
  const double    last_s  = 0.1 + (0.2 * draw(seed));
  const size_t    n       = (size_t)((last_s + 0.15) * hit->rate_hz);
  double          phase   = 0.0;
  double          since_s = 0.0;
  for (size_t i = 0U; i < n; ++i) {
    const double t = (double)i * step_s;
    phase += f0 * (1.0 - (0.3 * t)) * step_s;
    since_s = phase >= 1.0 ? 0.0 : since_s + step_s;
    phase -= phase >= 1.0 ? 1.0 : 0.0;
    const double voiced = (exp(-since_s * 350.0) * sin(first * since_s)) +
                          (0.5 * exp(-since_s * 500.0) * sin(second * since_s));
    const double noise = hiss * exp(-t / 0.03) * (1.0 - exp(-t / 0.004)) *
                         (double)next_noise(seed);
    const double level =
      (1.0 - exp(-t / rise_s)) * (t < last_s ? 1.0 : exp((last_s - t) / 0.03));
    x[i] += (float)(0.7 * hit->gain * ((level * voiced) + noise));
  }
}

/// Add a hit where `x` begins
static inline void
add_hit(const uint32_t kind, const Hit* const hit, float* const x)
{
  if (kind == PERCUSSION_VOICE) {
    add_syllable(hit, x);
  } else {
    add_modes(&kinds[kind], hit, x);
    add_noise(&kinds[kind], hit, x);
  }
}
#endif // ECHOIC_TESTS_PERCUSSION_HITS_H
