// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_SAMPLE_MODEL_H
#define ECHOIC_TESTS_SAMPLE_MODEL_H

/* A small model made by hand, with everything in it that a file may hold. */

#include "dsp/graph.h"
#include "dsp/model.h"

#include <check.h>

#include <math.h>
#include <stdlib.h>

#define SAMPLE_FRAMES 30U

static inline int32_t
sample_clip(EchoicModel* const model, const float level)
{
  float energies[SAMPLE_FRAMES * ECHOIC_N_BANDS];
  for (uint32_t i = 0U; i < SAMPLE_FRAMES * ECHOIC_N_BANDS; ++i) {
    energies[i] = level * (1.0F + sinf((float)i));
  }

  const int32_t clip = echoic_model_add_clip(
    model, energies, SAMPLE_FRAMES, ECHOIC_N_BANDS, "b\303\244r.wav", 1.25);
  ck_assert_int_ge(clip, 0);
  return clip;
}

static inline void
sample_mark(EchoicModel* const   model,
            const EchoicMarkKind kind,
            const int32_t        clip,
            const uint32_t       sound)
{
  const EchoicMark mark = {.kind        = kind,
                           .clip        = (uint32_t)clip,
                           .sound       = sound,
                           .start_s     = 0.01,
                           .end_s       = 0.12,
                           .level_db    = -12.5F,
                           .attack_s    = 0.002F,
                           .rise_db     = 20.0F,
                           .strike      = {(uint8_t)(sound + 1U), 200U},
                           .fingerprint = {250U, (uint8_t)(sound + 1U)}};
  ck_assert(echoic_model_add_mark(model, &mark));
}

/// Let a clip be one of those of which some frames have no row; keeps levels
static inline void
sample_thin(EchoicClip* const clip)
{
  clip->stride     = 2U;
  clip->first_full = 4U;
  clip->n_full     = 10U;
  ck_assert_uint_eq(echoic_clip_rows(clip), 20U);
}

/// Add a sound with one example in a clip of its own
static inline uint32_t
sample_sound(EchoicModel* const model, const char* const name)
{
  const int32_t sound = echoic_model_add_sound(model, name);
  ck_assert_int_ge(sound, 0);
  sample_mark(model,
              ECHOIC_MARK_EXAMPLE,
              sample_clip(model, 0.1F * (float)(sound + 1)),
              (uint32_t)sound);
  return (uint32_t)sound;
}

/// Append a tensor with numbers that are neither round nor large
static inline void
sample_tensor(EchoicNodeSpec* const node,
              const char* const     name,
              const uint32_t        n_rows,
              const uint32_t        n_cols)
{
  const uint32_t dims[] = {n_rows, n_cols};
  float* const   data   = echoic_node_spec_tensor(node, name, 2U, dims);
  ck_assert_ptr_nonnull(data);
  for (uint32_t i = 0U; i < n_rows * n_cols; ++i) {
    data[i] = 0.5F * cosf((float)i + 1.0F);
  }
}

/// Make a graph with a score for each of `n` sounds
static inline void
sample_graph(EchoicModel* const model, const uint32_t n)
{
  EchoicGraphSpec* const graph = &model->graph;
  echoic_graph_spec_clear(graph);
  graph->width_in      = ECHOIC_N_FEATURES;
  EchoicNodeSpec* node = echoic_graph_spec_add(graph, "norm", "rmsnorm");
  ck_assert(node && echoic_node_spec_input(node, ECHOIC_GRAPH_INPUT));
  ck_assert(echoic_node_spec_number(node, "c", 0.75));

  node = echoic_graph_spec_add(graph, "write", "linear");
  ck_assert(node && echoic_node_spec_input(node, "norm"));
  sample_tensor(node, "weight", 2U * n, ECHOIC_N_FEATURES);

  node = echoic_graph_spec_add(graph, "memory", "memory");
  ck_assert(node && echoic_node_spec_input(node, "write"));
  ck_assert(echoic_node_spec_word(node, "layout", "diagonal"));
  sample_tensor(node, "poles", n, 2U);

  node = echoic_graph_spec_add(graph, "score", "perceptron");
  ck_assert(node && echoic_node_spec_input(node, "memory"));
  ck_assert(echoic_node_spec_number(node, "groups", n));
  sample_tensor(node, "weight", n, 2U);
}

/// Return a model of two sounds, and one that was forgotten
static inline EchoicModel*
sample_model(void)
{
  EchoicModel* const model = echoic_model_new();
  ck_assert_ptr_nonnull(model);
  echoic_model_begin(model);
  const uint32_t kick = sample_sound(model, "kick");
  sample_sound(model, "door");
  echoic_model_begin(model);
  const uint32_t bird = sample_sound(model, "b\303\244r \"1\"");
  sample_mark(model, ECHOIC_MARK_NOT, 0, bird);
  sample_mark(model, ECHOIC_MARK_BACKGROUND, 2, UINT32_MAX);
  sample_thin(&model->clips[2]);
  echoic_model_begin(model);
  ck_assert(!echoic_model_forget(model, "door", NULL));

  const EchoicCalibration c       = {.n_examples            = 3U,
                                     .span_s                = 0.21F,
                                     .memory_s              = 0.3F,
                                     .length_s              = 0.25F,
                                     .level_db              = -9.0F,
                                     .attack_s              = 0.002F,
                                     .rise_db               = 20.0F,
                                     .threshold             = 0.55F,
                                     .positive              = 0.9F,
                                     .background            = 0.2F,
                                     .margin                = 0.35F,
                                     .false_alarms_per_hour = 1.5F,
                                     .confused_with         = 2,
                                     .confusion             = 0.125F,
                                     .warnings              = 17U};
  model->sounds[kick].calibration = c;
  model->sounds[kick].midi_note   = 36U;
  model->sounds[kick].sensitivity = -0.25F;
  model->sounds[kick].mask_s      = 0.1F;
  model->n_bands                  = ECHOIC_N_BANDS;
  model->profiles = (EchoicProfile*)calloc(1U, sizeof(EchoicProfile));
  ck_assert_ptr_nonnull(model->profiles);
  model->n_profiles              = 1U;
  model->profiles[0].listener    = kick;
  model->profiles[0].source      = bird;
  model->profiles[0].response[3] = 200U;
  sample_graph(model, 2U);
  return model;
}

#endif // ECHOIC_TESTS_SAMPLE_MODEL_H
