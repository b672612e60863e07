// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Make dsp/world_table.c from recordings of foreign sounds.

   usage: make_world SECONDS FILE... > dsp/world_table.c

   At most SECONDS of each file are heard, one after the other in the order
   given, at changing levels and with pauses.  See dsp/world.h for what is kept,
   and presets/make_world.sh for the sounds. */

#include "dsp/embed.h"
#include "dsp/features.h"
#include "dsp/graph.h"
#include "dsp/mel.h"
#include "dsp/world.h"

#include <sndfile.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N ECHOIC_N_EMBEDDED
#define N_LAGS ECHOIC_WORLD_N_LAGS

/* Sound of these sample rates gets its own statistics: bands above Nyquist
   are absent there, which changes every number. */
static const double rates_hz[] = {8000.0, 11025.0, 16000.0, 22050.0, 48000.0};
#define N_RATES (sizeof(rates_hz) / sizeof(rates_hz[0]))

/// Sums over all sounds for one set of bands
typedef struct {
  double n_frames;
  double sum[N];
  double n_pairs[N_LAGS];
  double products[N_LAGS][N][N];
} Sums;

/// All of one sound
typedef struct {
  uint32_t n_frames;
  float*   energies; ///< [n_frames][ECHOIC_N_BANDS]
} Sound;

#define Z_KEPT 1024U ///< Frames, more than the longest lag

/// One continuous hearing of everything, with one set of bands
typedef struct {
  EchoicFeatures features;
  EchoicGraph*   graph;
  uint64_t       n; ///< Frames heard
  float          z[Z_KEPT][N];
} Hearing;

static Sums    sums[N_RATES];
static Hearing hearings[N_RATES];

static _Noreturn void
die(const char* const what, const char* const where)
{
  fprintf(stderr, "make_world: %s: %s\n", where, what);
  exit(2);
}

static void*
take(const size_t size)
{
  void* const memory = malloc(size);
  if (!memory) {
    die("out of memory", "sound");
  }
  return memory;
}

/// Return a number below `n`, always the same sequence
static uint32_t
draw(const uint32_t n)
{
  static uint32_t state = 1U;
  state                 = (state * 1664525U) + 1013904223U;
  return (uint32_t)(((uint64_t)state * n) >> 32U);
}

static float*
read_mono(const char* const path,
          const double      most_s,
          SF_INFO* const    info,
          uint32_t* const   n)
{
  memset(info, 0, sizeof(*info));
  SNDFILE* const file = sf_open(path, SFM_READ, info);
  if (!file) {
    die(sf_strerror(NULL), path);
  }

  const double     most = most_s * info->samplerate;
  const sf_count_t n_wanted =
    info->frames < most ? info->frames : (sf_count_t)most;
  const size_t n_channels = (size_t)info->channels;
  float* const data =
    (float*)take((size_t)(n_wanted + 1) * n_channels * sizeof(float));
  *n = (uint32_t)sf_readf_float(file, data, n_wanted);
  for (uint32_t i = 0U; i < *n; ++i) {
    float sum = 0.0F;
    for (size_t c = 0U; c < n_channels; ++c) {
      sum += data[(i * n_channels) + c];
    }
    data[i] = sum / (float)n_channels;
  }

  sf_close(file);
  return data;
}

static Sound
hear(const char* const path, const double most_s)
{
  SF_INFO      info;
  uint32_t     n     = 0U;
  float* const data  = read_mono(path, most_s, &info, &n);
  const size_t bytes = echoic_mel_bytes(info.samplerate, 0U);
  EchoicArena  arena = {aligned_alloc(ECHOIC_ARENA_ALIGN, bytes), bytes, 0U};
  EchoicMel*   mel   = NULL;
  Sound        sound = {0U, NULL};
  if (!bytes || !arena.base ||
      echoic_mel_prepare(info.samplerate, 0U, &arena, &mel)) {
    die("unusable sample rate", path);
  }

  uint32_t     used = 0U;
  const size_t most = (size_t)(n / (ECHOIC_HOP_S * info.samplerate)) + 2U;
  sound.energies    = (float*)take(most * ECHOIC_N_BANDS * sizeof(float));
  for (uint32_t i = 0U; i < n; i += used) {
    float frame[ECHOIC_N_BANDS];
    if (echoic_mel_process(mel, data + i, n - i, &used, frame)) {
      const size_t at = (size_t)sound.n_frames * ECHOIC_N_BANDS;
      memcpy(sound.energies + at, frame, sizeof(frame));
      ++sound.n_frames;
    }
  }

  free(arena.base);
  free(data);
  return sound;
}

static EchoicGraph*
embedding(void)
{
  EchoicGraphSpec spec  = {0};
  EchoicGraph*    graph = NULL;
  size_t          bytes = 0U;
  uint32_t        width = 0U;
  if (echoic_embed_add(&spec) ||
      echoic_graph_bytes(&spec, &bytes, &width, NULL)) {
    die("can't be made", "embedding");
  }

  EchoicArena arena = {aligned_alloc(ECHOIC_ARENA_ALIGN, bytes), bytes, 0U};
  if (!arena.base || echoic_graph_prepare(&spec, &arena, &graph, NULL)) {
    die("can't be prepared", "embedding");
  }

  echoic_graph_spec_clear(&spec);
  return graph;
}

/// Take a frame of sound or silence into the sums of one set of bands
static void
add_frame(Hearing* const h, const float* const energies, Sums* const s)
{
  float        features[ECHOIC_N_FEATURES];
  float* const z = h->z[h->n % Z_KEPT];
  echoic_features_process(&h->features, energies, 1U, features);
  echoic_graph_process(h->graph, features, z, 1U);
  s->n_frames += 1.0;
  for (uint32_t i = 0U; i < N; ++i) {
    s->sum[i] += (double)z[i];
  }

  for (uint32_t l = 0U; l < N_LAGS && echoic_world_lags[l] <= h->n; ++l) {
    const float* const before = h->z[(h->n - echoic_world_lags[l]) % Z_KEPT];
    s->n_pairs[l] += 1.0;
    for (uint32_t i = 0U; i < N; ++i) {
      for (uint32_t j = 0U; j < N; ++j) {
        s->products[l][i][j] += (double)z[i] * (double)before[j];
      }
    }
  }

  ++h->n;
}

/// Return the gain of energies that brings the loudest frame to a level
static float
level(const Sound* const sound, const float db)
{
  float most = 1e-9F;
  for (uint32_t k = 0U; k < sound->n_frames; ++k) {
    float sum = 0.0F;
    for (uint32_t b = 0U; b < ECHOIC_N_BANDS; ++b) {
      sum += sound->energies[((size_t)k * ECHOIC_N_BANDS) + b];
    }
    most = fmaxf(most, sum);
  }

  return 0.1F * powf(10.0F, 0.1F * db) / most;
}

/// Hear a sound at some level, and a pause after it
static void
add_sound(const Sound* const sound,
          const float        gain,
          const uint32_t     pause,
          Hearing* const     h,
          Sums* const        s)
{
  float energies[ECHOIC_N_BANDS];
  for (uint32_t k = 0U; k < sound->n_frames + pause; ++k) {
    const float* const from = sound->energies + ((size_t)k * ECHOIC_N_BANDS);
    for (uint32_t b = 0U; b < ECHOIC_N_BANDS; ++b) {
      energies[b] = k < sound->n_frames ? gain * from[b] : 0.0F;
    }
    add_frame(h, energies, s);
  }
}

/// Sums become mean and covariances of differences from the mean
static void
finish(Sums* const s)
{
  for (uint32_t i = 0U; i < N; ++i) {
    s->sum[i] /= s->n_frames;
  }

  for (uint32_t l = 0U; l < N_LAGS; ++l) {
    for (uint32_t i = 0U; i < N; ++i) {
      for (uint32_t j = 0U; j < N; ++j) {
        // Divided by all frames, not pairs: keeps the sequence definite
        const double mean = s->sum[i] * s->sum[j];
        s->products[l][i][j] =
          (s->products[l][i][j] - (mean * s->n_pairs[l])) / s->n_frames;
      }
    }
  }
}

static double
lag_scale(const Sums* const s, const uint32_t lag)
{
  double most = 1e-30;
  for (uint32_t i = 0U; i < N; ++i) {
    for (uint32_t j = 0U; j < N; ++j) {
      most = fmax(most, fabs(s->products[lag][i][j]));
    }
  }

  return most / 127.0;
}

static void
print_tables(const Sums* const s, const uint32_t n_bands)
{
  printf("\nstatic const float mean_%u[] = {\n", n_bands);
  for (uint32_t i = 0U; i < N; ++i) {
    printf("%.6eF,%s", s->sum[i], i % 10U == 9U ? "\n" : "");
  }

  printf("};\n\nstatic const float scale_%u[] = {\n", n_bands);
  for (uint32_t l = 0U; l < N_LAGS; ++l) {
    printf("%.6eF,%s", lag_scale(s, l), l % 10U == 9U ? "\n" : "");
  }

  printf("};\n\nstatic const int8_t lagged_%u[] = {\n", n_bands);
  for (uint32_t l = 0U; l < N_LAGS; ++l) {
    const double scale = lag_scale(s, l);
    for (uint32_t e = 0U; e < N * N; ++e) {
      printf("%ld,%s",
             lround(s->products[l][e / N][e % N] / scale),
             e % 450U == 449U ? "\n" : "");
    }
  }

  printf("};\n");
}

int
main(int argc, char** argv)
{
  if (argc < 3) {
    die("usage: make_world SECONDS FILE...", "arguments");
  }

  for (size_t r = 0U; r < N_RATES; ++r) {
    hearings[r].graph = embedding();
    echoic_features_reset(&hearings[r].features, echoic_mel_bands(rates_hz[r]));
  }

  for (int a = 2; a < argc; ++a) {
    const Sound    sound = hear(argv[a], atof(argv[1]));
    const float    gain  = level(&sound, -12.0F + (float)draw(13U));
    const uint32_t pause = 10U + draw(85U); // 0.05 to 0.5 s
    for (size_t r = 0U; r < N_RATES; ++r) {
      add_sound(&sound, gain, pause, &hearings[r], &sums[r]);
    }
    free(sound.energies);
  }

  fprintf(stderr, "%.0f s of sound\n", sums[0].n_frames * ECHOIC_HOP_S);
  printf("// Copyright 2026 Echoic authors\n// SPDX-License-Identifier: ISC\n\n"
         "// Made by presets/make_world.sh: don't edit\n"
         "// clang-format off\n\n#include \"dsp/world.h\"\n");
  for (size_t r = 0U; r < N_RATES; ++r) {
    finish(&sums[r]);
    print_tables(&sums[r], echoic_mel_bands(rates_hz[r]));
  }

  printf("\nconst EchoicWorld echoic_worlds[] = {\n");
  for (size_t r = 0U; r < N_RATES; ++r) {
    const uint32_t n = echoic_mel_bands(rates_hz[r]);
    printf("{%uU, mean_%u, scale_%u, lagged_%u},\n", n, n, n, n);
  }

  printf("};\n\nconst uint32_t echoic_n_worlds = %zuU;\n", N_RATES);
  return 0;
}
