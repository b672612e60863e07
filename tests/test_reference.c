// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The front end, the embedding and the folded readout against an independent
   implementation's numbers for one taught kick drum, step by step. */

#include "dsp/embed.h"
#include "dsp/features.h"
#include "dsp/graph.h"
#include "dsp/mel.h"
#include "dsp/safetensors.h"
#include "host/audio.h"
#include "host/files.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_FRAMES 1000U
#define N_Z 30U
#define N_POLES 8U

static uint8_t*          bytes;
static EchoicSafetensors ref;
static EchoicStretch     sound;
static float             heard[N_FRAMES][ECHOIC_N_BANDS];
static float             features[N_FRAMES][ECHOIC_N_FEATURES];

static const char*
shared(const char* const name)
{
  static char       path[1024];
  const char* const dir = getenv("ECHOIC_SHARED");
  (void)snprintf(path, sizeof(path), "%s/%s", dir ? dir : "../shared", name);
  return path;
}

static float*
reference(const char* const name)
{
  const EchoicFileTensor* const t = echoic_safetensors_find(&ref, name);
  ck_assert_ptr_nonnull(t);
  float* const data = (float*)malloc(t->n_elements * sizeof(float));
  ck_assert_ptr_nonnull(data);
  echoic_tensor_read(t, data);
  return data;
}

static void*
take_block(const size_t size)
{
  void* const block =
    aligned_alloc(ECHOIC_ARENA_ALIGN, echoic_arena_round(size));
  ck_assert_ptr_nonnull(block);
  return block;
}

static void
hear(void)
{
  const size_t size  = echoic_mel_bytes(sound.rate_hz, 0U);
  EchoicArena  arena = {(unsigned char*)take_block(size), size, 0U};
  EchoicMel*   mel   = NULL;
  ck_assert_int_eq(echoic_mel_prepare(sound.rate_hz, 0U, &arena, &mel),
                   ECHOIC_OK);
  ck_assert_uint_eq(arena.used, size);

  size_t at = 0U;
  for (uint32_t k = 0U; k < N_FRAMES;) {
    uint32_t       used = 0U;
    const uint32_t n    = (uint32_t)(sound.n_samples - at);
    const bool     ready =
      echoic_mel_process(mel, sound.samples + at, n, &used, heard[k]);
    at += used;
    ck_assert_uint_gt(used, 0U);
    k += ready;
  }

  free(arena.base);
}

/// Features of the reference's own energies
static void
make_features(void)
{
  float* const   energies = reference("E");
  EchoicFeatures state;
  echoic_features_reset(&state, ECHOIC_N_BANDS);
  for (uint32_t k = 0U; k < N_FRAMES; ++k) {
    echoic_features_process(
      &state, energies + ((size_t)k * ECHOIC_N_BANDS), 1U, features[k]);
  }
  free(energies);
}

static void
run_graph(const EchoicGraphSpec* const spec, float* const out)
{
  size_t       size  = 0U;
  uint32_t     width = 0U;
  EchoicGraph* graph = NULL;
  ck_assert_int_eq(echoic_graph_bytes(spec, &size, &width, NULL), ECHOIC_OK);
  EchoicArena arena = {(unsigned char*)take_block(size), size, 0U};
  ck_assert_int_eq(echoic_graph_prepare(spec, &arena, &graph, NULL), ECHOIC_OK);
  echoic_graph_process(graph, features[0], out, N_FRAMES);
  free(arena.base);
}

/// Bands here weigh what lies between bins, so that no sample rate is special:
/// the reference samples its triangles at the bins.  The same energy all the
/// same: where bands are wide the two agree, and nowhere do they part.
START_TEST(test_energies)
{
  float* const expected = reference("E");
  double       wide     = 0.0;
  double       all      = 0.0;
  hear();
  for (uint32_t b = 0U; b < ECHOIC_N_BANDS; ++b) {
    double sum = 0.0;
    for (uint32_t k = 0U; k < N_FRAMES; ++k) {
      const double e = (double)expected[(k * ECHOIC_N_BANDS) + b];
      sum += fabs(log(((double)heard[k][b] + 1e-10) / (e + 1e-10)));
    }
    sum *= 4.343 / N_FRAMES;
    all  = fmax(all, sum);
    wide = b >= 30U ? fmax(wide, sum) : wide;
  }
  printf("mel energies: mean difference %.2f dB, %.2f dB in wide bands\n",
         all,
         wide);
  ck_assert_double_lt(all, 2.0);
  ck_assert_double_lt(wide, 0.2);
  free(expected);
}
END_TEST

START_TEST(test_embedding)
{
  static float    z[N_FRAMES * N_Z];
  EchoicGraphSpec spec     = {0U, 0U, NULL};
  float* const    expected = reference("X");
  double          worst    = 0.0;
  make_features();
  ck_assert_int_eq(echoic_embed_add(&spec), ECHOIC_OK);
  run_graph(&spec, z);
  for (uint32_t i = 0U; i < N_FRAMES * N_Z; ++i) {
    worst = fmax(worst, fabs((double)z[i] - (double)expected[i]));
  }
  printf("embedded frames: largest difference %.2e\n", worst);
  ck_assert_double_lt(worst, 1e-4);
  echoic_graph_spec_clear(&spec);
  free(expected);
}
END_TEST

/// The folded readout with the reference's own poles and coefficients
START_TEST(test_score)
{
  static float    score[N_FRAMES];
  EchoicGraphSpec spec     = {0U, 0U, NULL};
  float* const    expected = reference("score");
  float* const    poles    = reference("poles");
  float* const    coef     = reference("coef"); // [8][30][2]
  float* const    bias     = reference("b");
  make_features();
  ck_assert_int_eq(echoic_embed_add(&spec), ECHOIC_OK);

  const uint32_t  into[]    = {2U * N_POLES, N_Z};
  const uint32_t  shape[]   = {N_POLES, 2U};
  const uint32_t  gains[]   = {N_POLES};
  const uint32_t  weights[] = {1U, 2U * N_POLES};
  const uint32_t  one[]     = {1U};
  EchoicNodeSpec* node      = echoic_graph_spec_add(&spec, "into", "linear");
  ck_assert(echoic_node_spec_input(node, ECHOIC_EMBED_ID));
  float* const u = echoic_node_spec_tensor(node, "weight", 2U, into);
  node           = echoic_graph_spec_add(&spec, "memory", "memory");
  ck_assert(echoic_node_spec_input(node, "into"));
  ck_assert(echoic_node_spec_word(node, "layout", "diagonal"));
  float* const a = echoic_node_spec_tensor(node, "poles", 2U, shape);
  float* const g = echoic_node_spec_tensor(node, "gain", 1U, gains);
  node           = echoic_graph_spec_add(&spec, "score", "perceptron");
  ck_assert(echoic_node_spec_input(node, "memory"));
  float* const w = echoic_node_spec_tensor(node, "weight", 2U, weights);
  float* const b = echoic_node_spec_tensor(node, "bias", 1U, one);

  for (uint32_t s = 0U; s < N_POLES; ++s) {
    g[s]      = 1.0F;
    w[2U * s] = 1.0F;
    for (uint32_t c = 0U; c < 2U; ++c) {
      a[(2U * s) + c] = poles[(2U * s) + c];
      for (uint32_t i = 0U; i < N_Z; ++i) {
        u[(((2U * s) + c) * N_Z) + i] = coef[(((s * N_Z) + i) * 2U) + c];
      }
    }
  }
  b[0] = bias[0];

  double worst = 0.0;
  run_graph(&spec, score);
  for (uint32_t i = 0U; i < N_FRAMES; ++i) {
    worst = fmax(worst, fabs((double)score[i] - (double)expected[i]));
  }
  printf("score: largest difference %.2e\n", worst);
  ck_assert_double_lt(worst, 1e-4);

  echoic_graph_spec_clear(&spec);
  free(expected);
  free(poles);
  free(coef);
  free(bias);
}
END_TEST

/// The designed poles are the reference's for its L
START_TEST(test_poles)
{
  float* const expected = reference("poles");
  float* const length   = reference("L");
  float        poles[2U * ECHOIC_N_POLES];
  echoic_embed_poles((double)length[0], poles);
  for (uint32_t i = 0U; i < 2U * ECHOIC_N_POLES; ++i) {
    ck_assert_double_eq_tol((double)poles[i], (double)expected[i], 1e-5);
  }
  free(expected);
  free(length);
}
END_TEST

static bool
load(void)
{
  EchoicError error = {ECHOIC_OK, ""};
  size_t      size  = 0U;
  bytes             = echoic_read_file(
    shared("detector-ref.safetensors"), SIZE_MAX, &size, &error);
  return bytes && !echoic_safetensors_parse(bytes, size, &ref, &error) &&
         !echoic_audio_stretch(
           shared("bench/drums/audio/MusicDelta_Rock_solo.wav"),
           NULL,
           ECHOIC_CHANNEL_MIX,
           0.0,
           HUGE_VAL,
           &sound,
           &error);
}

int
main(void)
{
  Suite* const suite = suite_create("reference");
  TCase* const tc    = tcase_create("all");
  if (load()) {
    tcase_add_test(tc, test_energies);
    tcase_add_test(tc, test_embedding);
    tcase_add_test(tc, test_poles);
    tcase_add_test(tc, test_score);
  } else {
    printf("skip reference: no %s\n", shared("detector-ref.safetensors"));
  }

  suite_add_tcase(suite, tc);
  const int status = run_suite(suite);
  echoic_safetensors_clear(&ref);
  free(bytes);
  free(sound.samples);
  return status;
}
