// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Any memory can be taught in closed form: those that are built in, and graphs
   with cells in them; a model keeps what remembers. */

#include "dsp/detector.h"
#include "dsp/embed.h"
#include "dsp/lesson.h"
#include "dsp/mel.h"
#include "dsp/model.h"
#include "dsp/states.h"
#include "dsp/teach.h"
#include "dsp/teach_trim.h"
#include "dsp/world.h"
#include "tests/drum_kit.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { rate = 48000, n_hits = 24, spacing = 21000, n_taught = 4 };

#define N_SAMPLES ((size_t)n_hits * spacing + rate)
#define N_STATES ECHOIC_N_STATES

static float*   music;          ///< [N_SAMPLES] Kick and snare in turn
static uint64_t onsets[n_hits]; ///< Even ones are kicks
static uint32_t n_found;
static uint32_t n_events;

static void
make_music(void)
{
  DrumKit kit = {rate, 3U};
  music       = (float*)calloc(N_SAMPLES, sizeof(float));
  ck_assert_ptr_nonnull(music);
  for (uint32_t i = 0U; i < n_hits; ++i) {
    onsets[i] = ((uint64_t)i * spacing) + (rate / 4U) + (29U * i);
    if (i % 2U) {
      kit_snare(&kit, music + onsets[i]);
    } else {
      kit_kick(&kit, music + onsets[i]);
    }
  }
  kit_hiss(&kit, music, N_SAMPLES, 0.001F);
}

static void
free_music(void)
{
  free(music);
}

/// Mark the first hits in one clip
static EchoicModel*
marked_model(void)
{
  EchoicModel* const  model   = echoic_model_new();
  const EchoicPassage passage = {
    music, (size_t)(onsets[n_taught] - 500U), rate};
  float*   energies = NULL;
  uint32_t n_frames = 0U;
  ck_assert_ptr_nonnull(model);
  ck_assert(!echoic_lesson_energies(&passage, 0U, &energies, &n_frames));
  echoic_model_begin(model);
  const int32_t clip =
    echoic_model_add_clip(model, energies, n_frames, ECHOIC_N_BANDS, NULL, 0.0);
  ck_assert_int_ge(clip, 0);
  free(energies);
  for (uint32_t i = 0U; i < n_taught; ++i) {
    EchoicLesson  found = {0};
    const int32_t sound =
      echoic_model_add_sound(model, i % 2U ? "snare" : "kick");
    ck_assert(!echoic_lesson_find(&passage,
                                  (size_t)onsets[i] - 1000U,
                                  (size_t)onsets[i] + 15000U,
                                  ECHOIC_GIVEN_HEARD,
                                  ECHOIC_PAUSE_S,
                                  &found));
    const EchoicMark mark = {.kind     = ECHOIC_MARK_EXAMPLE,
                             .clip     = (uint32_t)clip,
                             .sound    = (uint32_t)sound,
                             .start_s  = (double)found.onset / rate,
                             .end_s    = (double)found.end / rate,
                             .level_db = found.peak_db,
                             .attack_s = found.attack_s,
                             .rise_db  = found.rise_db};
    ck_assert(echoic_model_add_mark(model, &mark));
  }

  return model;
}

static void
count_event(void* const context, const EchoicEvent* const event)
{
  (void)context;
  ++n_events;
  for (uint32_t i = n_taught; i < n_hits; ++i) {
    const int64_t d = (int64_t)event->onset - (int64_t)onsets[i];
    n_found += event->sound == i % 2U && llabs(d) < rate / 100;
  }
}

/// Hear all hits with a model: nearly all that weren't taught must be found
static void
expect_found(const EchoicModel* const model)
{
  const EchoicEngineSpec spec  = {rate, 0.0F, false, false};
  EchoicError            error = {ECHOIC_OK, ""};
  EchoicDetector* const  d     = echoic_detector_new(model, &spec, &error);
  const EchoicSink       sink  = {count_event, NULL, NULL, NULL};
  ck_assert_msg(d != NULL, "%s", error.text);
  n_found  = 0U;
  n_events = 0U;
  echoic_engine_process(d->engine, music, N_SAMPLES, &sink);
  echoic_engine_finish(d->engine, &sink);
  echoic_detector_free(d);
  ck_assert_uint_ge(n_found, n_hits - n_taught - 1U);
  ck_assert_uint_le(n_events, n_hits + 1U);
}

/// Write and parse; the same bytes again
static EchoicModel*
round_trip(EchoicModel* const model)
{
  uint8_t*    bytes[2] = {NULL, NULL};
  size_t      size[2]  = {0U, 0U};
  EchoicError error    = {ECHOIC_OK, ""};
  ck_assert(!echoic_model_write(model, &bytes[0], &size[0], &error));
  EchoicModel* const back = echoic_model_parse(bytes[0], size[0], &error);
  ck_assert_msg(back != NULL, "%s", error.text);
  ck_assert_int_eq(back->states, model->states);
  ck_assert(!echoic_model_write(back, &bytes[1], &size[1], &error));
  ck_assert_uint_eq(size[0], size[1]);
  ck_assert_mem_eq(bytes[0], bytes[1], size[0]);
  free(bytes[0]);
  free(bytes[1]);
  echoic_model_free(model);
  return back;
}

/// A reservoir: a GRU with fixed random weights, beside the frame itself
static void
add_reservoir(EchoicGraphSpec* const graph)
{
  const uint32_t in[]   = {120U, 30U};
  const uint32_t back[] = {120U, 40U};
  DrumKit        kit    = {rate, 11U};
  graph->width_in       = 30U;
  EchoicNodeSpec* node  = echoic_graph_spec_add(graph, "gru", "gru");
  ck_assert(node && echoic_node_spec_input(node, ECHOIC_GRAPH_INPUT));
  float* const w = echoic_node_spec_tensor(node, "weight_ih_l0", 2U, in);
  float* const u = echoic_node_spec_tensor(node, "weight_hh_l0", 2U, back);
  for (uint32_t i = 0U; i < 120U * 30U; ++i) {
    w[i] = kit_noise(&kit);
  }
  for (uint32_t i = 0U; i < 120U * 40U; ++i) {
    u[i] = 0.2F * kit_noise(&kit);
  }

  node = echoic_graph_spec_add(graph, "taps", "delay");
  ck_assert(node && echoic_node_spec_input(node, ECHOIC_GRAPH_INPUT) &&
            echoic_node_spec_number(node, "frames", 5.0) &&
            echoic_node_spec_number(node, "pool", 3.0));
  node = echoic_graph_spec_add(graph, "both", "concat");
  ck_assert(node && echoic_node_spec_input(node, "gru") &&
            echoic_node_spec_input(node, "taps"));
}

START_TEST(test_kinds)
{
  EchoicError  error = {ECHOIC_OK, ""};
  EchoicModel* model = marked_model();
  model->states      = (EchoicStates)_i;
  if (model->states == ECHOIC_STATES_GRAPH) {
    add_reservoir(&model->memory);
  }

  ck_assert_msg(!echoic_teach(model, ECHOIC_N_BANDS, &error), "%s", error.text);
  expect_found(model);
  model = round_trip(model); // And teaching again needs nothing else
  ck_assert_msg(!echoic_teach(model, ECHOIC_N_BANDS, &error), "%s", error.text);
  expect_found(model);
  model = round_trip(model);
  echoic_model_free(model);
}
END_TEST

START_TEST(test_widths)
{
  EchoicError      error = {ECHOIC_OK, ""};
  EchoicStatesSpec spec  = {(EchoicStates)_i, NULL, 50.0};
  if (_i < (int)ECHOIC_STATES_GRAPH) {
    ck_assert_uint_eq(echoic_states_width(&spec, &error), N_STATES);
    return;
  }

  EchoicGraphSpec graph = {0};
  add_reservoir(&graph);
  spec.graph = &graph;
  ck_assert_uint_eq(echoic_states_width(&spec, &error), 40U + (6U * 30U));
  graph.width_in = 29U;
  ck_assert_uint_eq(echoic_states_width(&spec, &error), 0U);
  ck_assert_ptr_nonnull(strstr(error.text, "width 29"));
  graph.width_in             = 30U;
  EchoicNodeSpec* const wide = echoic_graph_spec_add(&graph, "w", "delay");
  ck_assert(wide && echoic_node_spec_input(wide, "both") &&
            echoic_node_spec_number(wide, "frames", 2.0));
  ck_assert_uint_eq(echoic_states_width(&spec, &error), 0U);
  ck_assert_ptr_nonnull(strstr(error.text, "at most 512"));
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Filters and poles see the same world
START_TEST(test_world)
{
  enum { n_taps = 200 };
  const double             memory = 30.0;
  const EchoicStatesSpec   spec   = {ECHOIC_STATES_ROTATING, NULL, memory};
  const EchoicWorld* const world  = echoic_world_for(ECHOIC_N_BANDS);
  float                    poles[2U * ECHOIC_N_POLES];
  float*  taps    = (float*)calloc((size_t)n_taps * 15U, sizeof(float));
  double* mean[2] = {(double*)calloc(N_STATES, sizeof(double)),
                     (double*)calloc(N_STATES, sizeof(double))};
  double* cov[2]  = {
     (double*)calloc((size_t)N_STATES * N_STATES, sizeof(double)),
     (double*)calloc((size_t)N_STATES * N_STATES, sizeof(double))};
  echoic_embed_poles(memory, poles);
  ck_assert(!echoic_states_responses(&spec, n_taps, taps));
  ck_assert(!echoic_world_states(
    world, poles, ECHOIC_N_POLES, n_taps, mean[0], cov[0]));
  ck_assert(!echoic_world_filters(world, taps, 15U, n_taps, mean[1], cov[1]));
  double largest = 0.0;
  double worst   = 0.0;
  for (size_t i = 0U; i < (size_t)N_STATES * N_STATES; ++i) {
    largest = fmax(largest, fabs(cov[0][i]));
    worst   = fmax(worst, fabs(cov[0][i] - cov[1][i]));
  }
  ck_assert_double_le(worst, 1e-3 * largest);
  for (uint32_t i = 0U; i < N_STATES; ++i) {
    ck_assert_double_eq_tol(mean[0][i], mean[1][i], 1e-4);
  }
  free(taps);
  free(mean[0]);
  free(mean[1]);
  free(cov[0]);
  free(cov[1]);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("states");
  TCase* const tcase = tcase_create("states");
  tcase_set_timeout(tcase, 60.0);
  tcase_add_checked_fixture(tcase, make_music, free_music);
  tcase_add_loop_test(tcase, test_kinds, 0, ECHOIC_N_STATES_KINDS);
  tcase_add_loop_test(tcase, test_widths, 0, ECHOIC_N_STATES_KINDS);
  tcase_add_test(tcase, test_world);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
