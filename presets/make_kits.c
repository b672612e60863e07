// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/*
  make_kits DIR            teach the factory kits and write them to DIR
  make_kits --play KIT N   N hits of a kit in turn, as 32 bit samples at 48 kHz,
                           to the standard output; their onsets, in samples, to
                           the standard error

  The sounds are made here by formula: tones that fall, with noise, each hit a
  little different.  So kits belong to nobody, and are starting points: one hit
  of one's own makes a sound one's own.
*/

#include "dsp/echoic.h"
#include "dsp/live.h"
#include "dsp/model.h"
#include "dsp/teach.h"
#include "dsp/tutor_hear.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { max_sounds = 5, n_examples = 3, ring_size = 1 << 20 };

static const double   rate_hz     = 48000.0;
static const uint32_t spacing     = 26400U; ///< Samples between hits
static const uint32_t first_onset = 24000U;
static const double   two_pi      = 6.28318530717958648;
static const double   longest_s   = 0.5;
static const float    hiss        = 0.0005F;

/// A sound: a tone that falls from one pitch to another, and noise
typedef struct {
  const char* name;
  uint32_t    note; ///< MIDI
  double      high_hz;
  double      low_hz;
  double      fall_s;
  double      tone;       ///< Level
  double      tone_s;     ///< Time constant
  double      noise;      ///< Level
  double      noise_s;    ///< Time constant
  double      brightness; ///< 0..1: noise without its low end
  double      overtone;   ///< Level of a mode at 1.59, as membranes have
} Drum;

typedef struct {
  const char* name;
  uint32_t    n_drums;
  Drum        drums[max_sounds];
} Kit;

static const Kit kits[] = {
  {"empty", 0U, {{0}}},
  {"drum-machine",
   5U,
   {{"kick", 36U, 160.0, 48.0, 0.020, 0.80, 0.090, 0.15, 0.003, 0.3, 0.0},
    {"snare", 38U, 240.0, 185.0, 0.010, 0.35, 0.040, 0.50, 0.060, 0.5, 0.3},
    {"hat", 42U, 0.0, 0.0, 1.0, 0.0, 0.001, 0.30, 0.018, 1.0, 0.0},
    {"open hat", 46U, 0.0, 0.0, 1.0, 0.0, 0.001, 0.30, 0.120, 1.0, 0.0},
    {"tom", 45U, 180.0, 110.0, 0.050, 0.60, 0.110, 0.08, 0.005, 0.3, 0.2}}},
  {"acoustic",
   4U,
   {{"kick", 36U, 95.0, 62.0, 0.012, 0.70, 0.060, 0.35, 0.008, 0.6, 0.4},
    {"snare", 38U, 215.0, 200.0, 0.015, 0.30, 0.055, 0.45, 0.095, 0.7, 0.6},
    {"hat", 42U, 0.0, 0.0, 1.0, 0.0, 0.001, 0.25, 0.035, 1.0, 0.0},
    {"tom", 45U, 230.0, 165.0, 0.080, 0.55, 0.160, 0.15, 0.012, 0.5, 0.5}}},
};

enum { n_kits = sizeof(kits) / sizeof(kits[0]) };

/// The same numbers on every system
typedef struct {
  uint32_t seed;
} Chance;

/// Return a number from -1 to 1
static float
draw(Chance* const chance)
{
  chance->seed = (chance->seed * 1664525U) + 1013904223U;
  return ((float)(chance->seed >> 8U) / 8388608.0F) - 1.0F;
}

/// Add a hit to what is in `x`; louder or softer, higher or lower by a bit
static void
add_hit(const Drum* const drum, Chance* const chance, float* const x)
{
  const double gain  = 0.6 * (1.0 + (0.2 * (double)draw(chance)));
  const double pitch = 1.0 + (0.01 * (double)draw(chance));
  const double decay = 1.0 + (0.1 * (double)draw(chance));
  double       phase = 0.0;
  double       low   = 0.0;
  for (uint32_t i = 0U; i < (uint32_t)(longest_s * rate_hz); ++i) {
    const double t = i / rate_hz;
    const double hz =
      drum->low_hz + ((drum->high_hz - drum->low_hz) * exp(-t / drum->fall_s));
    const double noise = (double)draw(chance);
    low += 0.2 * (noise - low);
    phase += two_pi * pitch * hz / rate_hz;
    const double tone =
      sin(phase) + (drum->overtone * sin(1.59 * phase) * exp(-t / 0.02));
    x[i] +=
      (float)(gain * ((drum->tone * exp(-t / (decay * drum->tone_s)) * tone) +
                      (drum->noise * exp(-t / (decay * drum->noise_s)) *
                       (noise - (drum->brightness * low)))));
  }
}

static uint32_t
onset_of(const uint32_t hit)
{
  return first_onset + (hit * spacing) + (hit % 7U * 131U);
}

/// Make `n_hits` hits of a kit in turn: `samples` long, to be freed, or null
static float*
make_pattern(const Kit* const kit,
             const uint32_t   n_hits,
             const uint32_t   seed,
             const size_t     n_samples)
{
  Chance       chance = {seed};
  float* const x      = (float*)calloc(n_samples, sizeof(float));
  if (!x) {
    return NULL;
  }

  for (uint32_t i = 0U; i < n_hits; ++i) {
    add_hit(&kit->drums[i % kit->n_drums], &chance, x + onset_of(i));
  }

  for (size_t i = 0U; i < n_samples; ++i) {
    x[i] += hiss * draw(&chance);
  }

  return x;
}

/// Make the model of a kit from a pattern of it: a revision for each sound
static EchoicModel*
teach(const Kit* const kit, const float* const x, EchoicError* const error)
{
  const uint32_t     n_hits = n_examples * kit->n_drums;
  EchoicModel* const model  = echoic_model_new();
  bool               ok     = model != NULL;
  for (uint32_t slot = 0U; ok && slot < kit->n_drums; ++slot) {
    echoic_model_begin(model);
    const int32_t sound = echoic_model_add_sound(model, kit->drums[slot].name);
    ok                  = sound >= 0;
    if (ok) {
      model->sounds[sound].slot      = slot + 1U;
      model->sounds[sound].midi_note = kit->drums[slot].note;
    }

    for (uint32_t i = slot; ok && i < n_hits; i += kit->n_drums) {
      const uint32_t      onset = onset_of(i);
      const EchoicPreroll heard = {x, ring_size - 1U, onset_of(n_hits), NULL};
      const EchoicAsk     ask   = {
              ECHOIC_ASK_EXAMPLE, slot, {onset - 96U, onset + (spacing / 2U)}, heard};
      ok = !echoic_tutor_hear(model, rate_hz, (uint32_t)sound, &ask, error);
    }
  }

  if (!ok || echoic_teach(model, ECHOIC_N_BANDS, error)) {
    echoic_model_free(model);
    return NULL;
  }

  return model;
}

static bool
write_kit(const Kit* const   kit,
          const char* const  directory,
          EchoicError* const error)
{
  uint8_t*     bytes = NULL;
  size_t       size  = 0U;
  char         path[1024];
  float* const x = make_pattern(kit, n_examples * kit->n_drums, 1U, ring_size);
  EchoicModel* const model = x ? teach(kit, x, error) : NULL;
  bool ok = model && !echoic_model_write(model, &bytes, &size, error);
  snprintf(
    path, sizeof(path), "%s/%s.echoic.safetensors", directory, kit->name);
  FILE* const file = ok ? fopen(path, "wb") : NULL;
  ok               = file && fwrite(bytes, 1U, size, file) == size;
  if (file && fclose(file)) {
    ok = false;
  }

  free(bytes);
  echoic_model_free(model);
  free(x);
  return ok;
}

static int
play(const char* const name, const uint32_t n_hits)
{
  for (size_t k = 0U; k < n_kits; ++k) {
    if (!strcmp(kits[k].name, name) && kits[k].n_drums && n_hits &&
        n_hits < 1000U) {
      const size_t n = onset_of(n_hits) + (size_t)rate_hz;
      float* const x = make_pattern(&kits[k], n_hits, 77U, n);
      if (!x) {
        return 2;
      }
      const bool ok = fwrite(x, sizeof(float), n, stdout) == n;
      for (uint32_t i = 0U; i < n_hits; ++i) {
        fprintf(stderr, "%u\n", onset_of(i));
      }
      free(x);
      return ok && !fflush(stdout) ? 0 : 2;
    }
  }

  fprintf(stderr, "make_kits: no drums in '%s', or not 1 to 999 hits\n", name);
  return 2;
}

int
main(const int argc, char** const argv)
{
  if (argc == 4 && !strcmp(argv[1], "--play")) {
    return play(argv[2], (uint32_t)strtoul(argv[3], NULL, 10));
  }

  if (argc != 2) {
    fprintf(stderr, "make_kits: name the directory to write kits to\n");
    return 2;
  }

  for (size_t k = 0U; k < n_kits; ++k) {
    EchoicError error = {ECHOIC_OK, ""};
    if (!write_kit(&kits[k], argv[1], &error)) {
      fprintf(stderr, "make_kits: %s: %s\n", kits[k].name, error.text);
      return 2;
    }
  }

  return 0;
}
