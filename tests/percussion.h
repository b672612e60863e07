// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_PERCUSSION_H
#define ECHOIC_TESTS_PERCUSSION_H

#include "tests/percussion_hits.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/**
   Percussion made by formula, for tests of what is decided when.

   Ten kinds of instruments: modes that ring and fall in pitch, and noise
   between two frequencies.  No two hits are alike: level over 20 dB (softer
   ones are duller), pitch, decay, the level of each part and the noise itself
   differ.  The same seed gives the same samples on every system, but for the
   last bits of sin() and exp().
*/

/// A hit in a scene
typedef struct {
  uint64_t onset;    ///< Sample at which it begins
  uint32_t kind;     ///< PercussionKind
  float    level_db; ///< Of its peak, about
  float    above_db; ///< In its first 8 ms over all else, in its best octave
} PercussionHit;

/// Some seconds of music
typedef struct {
  double         rate_hz;
  size_t         n_samples;
  float*         samples; ///< [n_samples]
  size_t         n_hits;
  PercussionHit* hits; ///< [n_hits] In order of their onsets
  size_t         n_alone;
  float *        alone, *scratch;
} Percussion;

/// What is played
typedef struct {
  double          rate_hz;
  uint32_t        seed;
  uint32_t        n_kinds;  ///< That take part, and are to be found
  const uint32_t* kinds;    ///< [n_kinds]
  double          bpm;      ///< Quarters; hits fall on sixteenths
  uint32_t        n_steps;  ///< Sixteenths
  double          noise_db; ///< Of pink background noise, rms
  double          others; ///< Probability of a kind that doesn't take part, or
                          ///< of a syllable, at a step (in `hits` as well)
} PercussionSpec;

/// What is played so far, and each hit's beginning by itself
typedef struct {
  Percussion p;
  size_t     n_alone; ///< Samples kept of each hit
  size_t     n_hit;   ///< Samples of a hit
  float*     alone;   ///< [n_hits][n_alone], in the order of `index`
  size_t*    index;   ///< [n_hits] For each of p.hits
  float*     hit;     ///< [n_hit]
} Stage;

static inline Stage
stage_new(const double rate_hz, const double length_s, const size_t most_hits)
{
  Stage s       = {0};
  s.n_hit       = (size_t)(longest_s * rate_hz);
  s.n_alone     = (size_t)(alone_s * rate_hz);
  s.p.rate_hz   = rate_hz;
  s.p.n_samples = (size_t)(length_s * rate_hz) + s.n_hit + 1U;
  s.p.samples   = (float*)calloc(s.p.n_samples, sizeof(float));
  s.p.hits      = (PercussionHit*)calloc(most_hits, sizeof(PercussionHit));
  s.alone       = (float*)calloc(most_hits * s.n_alone, sizeof(float));
  s.index       = (size_t*)calloc(most_hits, sizeof(size_t));
  s.hit         = (float*)calloc(s.n_hit, sizeof(float));
  if (!s.p.samples || !s.p.hits || !s.alone || !s.index || !s.hit) {
    abort();
  }

  return s;
}

/// Power of `x` around a frequency, through a Hann window
static inline double
power_at(const float* const x, const size_t n, const double omega)
{
  double re = 0.0;
  double im = 0.0;
  double c  = 1.0; // Turned by omega, and by a turn in n samples
  double s  = 0.0;
  double hc = 1.0;
  double hs = 0.0;
  for (size_t i = 0U; i < n; ++i) {
    const double hann = (1.0 - hc) * (double)x[i];
    const double turn = two_pi / (double)n;
    const double c1   = (c * cos(omega)) - (s * sin(omega));
    const double h1   = (hc * cos(turn)) - (hs * sin(turn));
    re += hann * c;
    im += hann * s;
    s  = (s * cos(omega)) + (c * sin(omega));
    hs = (hs * cos(turn)) + (hc * sin(turn));
    c  = c1;
    hc = h1;
  }

  return (re * re) + (im * im);
}

/// Measure by how much each hit stands out of all else in its best octave
static inline void
measure(Stage* const s)
{
  float* const rest = s->hit;
  for (size_t h = 0U; h < s->p.n_hits; ++h) {
    PercussionHit* const hit  = &s->p.hits[h];
    const float* const   own  = s->alone + (s->index[h] * s->n_alone);
    double               best = 0.0;
    for (size_t i = 0U; i < s->n_alone; ++i) {
      rest[i] = s->p.samples[hit->onset + i] - own[i];
    }

    for (double hz = 60.0; hz < 12000.0; hz *= 2.0) {
      double powers[2] = {0.0, 1e-9};
      for (int third = 0; third < 3; ++third) {
        const double w =
          two_pi * hz * pow(2.0, (third + 0.5) / 3.0) / s->p.rate_hz;
        powers[0] += power_at(own, s->n_alone, w);
        powers[1] += power_at(rest, s->n_alone, w);
      }
      best = fmax(best, powers[0] / powers[1]);
    }
    hit->above_db = (float)(10.0 * log10(best + 1e-12));
  }
}

static inline void
strike(Stage* const    s,
       const double    onset_s,
       const uint32_t  kind,
       uint32_t* const seed)
{
  const uint64_t onset    = (uint64_t)llround(onset_s * s->p.rate_hz);
  const double   level    = loud_db - (range_db * draw(seed));
  const double   dull     = pow(10.0, 0.3 * (level - loud_db) / 20.0);
  const Hit      made     = {s->p.rate_hz, pow(10.0, level / 20.0), dull, seed};
  const PercussionHit hit = {onset, kind, (float)level, 0.0F};
  const size_t        index = s->p.n_hits++;
  size_t              at    = index;
  for (; at > 0U && s->p.hits[at - 1U].onset > onset; --at) {
    s->p.hits[at] = s->p.hits[at - 1U];
    s->index[at]  = s->index[at - 1U];
  }

  s->p.hits[at] = hit;
  s->index[at]  = index;
  memset(s->hit, 0, s->n_hit * sizeof(float));
  add_hit(kind, &made, s->hit);
  memcpy(s->alone + (index * s->n_alone), s->hit, s->n_alone * sizeof(float));
  for (size_t i = 0U; i < s->n_hit; ++i) {
    s->p.samples[onset + i] += s->hit[i];
  }
}

/// Add pink noise (Kellet's three poles)
static inline void
add_background(Percussion* const p, const double level_db, uint32_t* const seed)
{
  const double gain = pow(10.0, level_db / 20.0) / 1.03;
  double       b[3] = {0.0, 0.0, 0.0};
  for (size_t i = 0U; i < p->n_samples; ++i) {
    const double white = (double)next_noise(seed);
    b[0]               = (0.99765 * b[0]) + (0.0990460 * white);
    b[1]               = (0.96300 * b[1]) + (0.2965164 * white);
    b[2]               = (0.57000 * b[2]) + (1.0526913 * white);
    p->samples[i] += (float)(gain * (b[0] + b[1] + b[2] + (0.1848 * white)));
  }
}

static inline Percussion
stage_finish(Stage* const s, const double noise_db, uint32_t* const seed)
{
  add_background(&s->p, noise_db, seed);
  measure(s);
  free(s->alone);
  free(s->index);
  free(s->hit);
  return s->p;
}

/// A kind that doesn't take part, or a syllable
static inline uint32_t
draw_other(const PercussionSpec* const spec, uint32_t* const seed)
{
  for (;;) {
    const uint32_t kind  = (uint32_t)(draw(seed) * (PERCUSSION_KINDS + 1.0));
    bool           is_in = kind > PERCUSSION_VOICE;
    for (uint32_t i = 0U; i < spec->n_kinds; ++i) {
      is_in = is_in || spec->kinds[i] == kind;
    }
    if (!is_in) {
      return kind;
    }
  }
}

/// Play a pattern in which hits coincide (within 3 ms) and overlap
static inline Percussion
percussion_play(const PercussionSpec* const spec)
{
  const double step_s = 15.0 / spec->bpm;
  uint32_t     seed   = spec->seed;
  Stage        s      = stage_new(spec->rate_hz,
                      lead_s + (spec->n_steps * step_s),
                      (size_t)spec->n_steps * (spec->n_kinds + 1U));
  double       often[PERCUSSION_KINDS];
  for (uint32_t i = 0U; i < spec->n_kinds; ++i) {
    often[i] = 0.08 + (0.22 * draw(&seed));
  }

  for (uint32_t k = 0U; k < spec->n_steps; ++k) {
    const double at = lead_s + (k * step_s);
    for (uint32_t i = 0U; i < spec->n_kinds; ++i) {
      const double late = jitter_s * draw(&seed);
      if (draw(&seed) < often[i]) {
        strike(&s, at + late, spec->kinds[i], &seed);
      }
    }
    if (draw(&seed) < spec->others) {
      const double late = step_s * draw(&seed);
      strike(&s, at + late, draw_other(spec, &seed), &seed);
    }
  }

  return stage_finish(&s, spec->noise_db, &seed);
}

/// Play examples: `n` hits of each kind in turn, 0.6 s apart, nothing else
static inline Percussion
percussion_examples(const PercussionSpec* const spec, const uint32_t n)
{
  const uint32_t n_hits = spec->n_kinds * n;
  uint32_t       seed   = spec->seed;
  Stage s = stage_new(spec->rate_hz, lead_s + (spacing_s * n_hits), n_hits);
  for (uint32_t i = 0U; i < n_hits; ++i) {
    strike(&s, lead_s + (i * spacing_s), spec->kinds[i % spec->n_kinds], &seed);
  }

  return stage_finish(&s, spec->noise_db, &seed);
}

/// Free samples and hits
static inline void
percussion_free(Percussion* const p)
{
  free(p->samples);
  free(p->hits);
  p->samples = NULL;
  p->hits    = NULL;
}

#endif // ECHOIC_TESTS_PERCUSSION_H
