// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_heard.h"

#include "dsp/embed.h"
#include "dsp/features.h"
#include "dsp/teach_noise.h"
#include "dsp/teach_stats.h"
#include "dsp/world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_Z ECHOIC_N_EMBEDDED
#define BLOCK ECHOIC_GRAPH_BLOCK

static const float snr_db[ECHOIC_N_COPIES] = {INFINITY,
                                              12.0F,
                                              3.0F,
                                              12.0F,
                                              3.0F};
static const float db_per_nat              = 4.342944819F;
static const float no_level                = -10.0F; ///< Without any example

/// A prepared graph and its memory
typedef struct {
  EchoicGraph* graph;
  void*        block;
} Runner;

uint32_t
echoic_heard_frame(const double time_s)
{
  return (uint32_t)fmax(rint(time_s / ECHOIC_HOP_S), 0.0);
}

static EchoicStatus
runner_open(Runner* const runner, const EchoicGraphSpec* const spec)
{
  size_t       bytes = 0U;
  uint32_t     width = 0U;
  EchoicStatus st    = echoic_graph_bytes(spec, &bytes, &width, NULL);
  if (st) {
    return st;
  }

  runner->block = aligned_alloc(ECHOIC_ARENA_ALIGN, echoic_arena_round(bytes));
  if (!runner->block) {
    return ECHOIC_NO_MEMORY;
  }

  EchoicArena arena = {(unsigned char*)runner->block, bytes, 0U};
  st                = echoic_graph_prepare(spec, &arena, &runner->graph, NULL);
  if (st) {
    free(runner->block);
  }

  return st;
}

static float
log_energy(const EchoicClip* const clip, const uint32_t frame)
{
  float energies[ECHOIC_N_BANDS];
  float sum = 1e-10F;
  echoic_clip_energies(clip, frame, 1U, energies);
  for (uint32_t b = 0U; b < ECHOIC_N_BANDS; ++b) {
    sum += energies[b];
  }

  return logf(sum);
}

static bool
add_mark(const EchoicClip* const clip,
         const EchoicMark* const mark,
         EchoicNumbers* const    list)
{
  const uint32_t stop = (uint32_t)(mark->end_s / ECHOIC_HOP_S) + 1U;
  bool           ok   = true;
  for (uint32_t k = (uint32_t)(mark->start_s / ECHOIC_HOP_S);
       ok && k < stop && k < clip->n_frames;
       ++k) {
    ok = echoic_numbers_add(list, log_energy(clip, k));
  }

  return ok;
}

/// Median log energy over the frames of all examples in a clip (UINT32_MAX: in
/// any clip); `level` stays as it is if there is none
static EchoicStatus
example_level(const EchoicModel* const model,
              const uint32_t           clip,
              float* const             level)
{
  EchoicNumbers list = {0};
  bool          ok   = true;
  for (uint32_t m = 0U; ok && m < model->n_marks; ++m) {
    const EchoicMark* const mark = &model->marks[m];
    if (!mark->removed && mark->kind == ECHOIC_MARK_EXAMPLE &&
        (clip == UINT32_MAX || mark->clip == clip)) {
      ok = add_mark(&model->clips[mark->clip], mark, &list);
    }
  }

  if (ok && list.n) {
    *level = echoic_quantile(list.values, list.n, 0.5F);
  }

  free(list.values);
  return ok ? ECHOIC_OK : ECHOIC_NO_MEMORY;
}

/// Features of a whole clip, then z
static EchoicStatus
embed(const EchoicModel* const model,
      EchoicTrack* const       track,
      const float* const       energies,
      const uint32_t           n_bands,
      const EchoicGraphSpec*   spec)
{
  Runner             runner = {NULL, NULL};
  EchoicFeatures     state;
  float              features[BLOCK * ECHOIC_N_FEATURES];
  const EchoicStatus st = runner_open(&runner, spec);
  if (st) {
    return st;
  }

  echoic_features_reset(&state, n_bands);
  if (echoic_model_clip_begins(model, track->clip)) {
    echoic_features_hear_silence(&state);
  }

  for (uint32_t k = 0U; k < track->n_frames; k += BLOCK) {
    const uint32_t left = track->n_frames - k;
    const uint32_t n    = left < BLOCK ? left : BLOCK;
    for (uint32_t i = 0U; i < n; i += state.n_frames) {
      const uint32_t most = ECHOIC_FEATURES_FRAMES;
      echoic_features_process(&state,
                              energies + ((size_t)(k + i) * ECHOIC_N_BANDS),
                              n - i < most ? n - i : most,
                              features + ((size_t)i * ECHOIC_N_FEATURES));
      echoic_history_add(&track->history, &state);
    }
    echoic_graph_process(
      runner.graph, features, track->z + ((size_t)k * N_Z), n);
  }

  free(runner.block);
  return ECHOIC_OK;
}

static EchoicStatus
prepare_track(const EchoicModel* const     model,
              const uint32_t               n_bands,
              const EchoicGraphSpec* const spec,
              const float                  level,
              EchoicTrack* const           track)
{
  const EchoicClip* const clip = &model->clips[track->clip];
  const size_t            n    = clip->n_frames;
  float* const energies = (float*)malloc(n * ECHOIC_N_BANDS * sizeof(float));
  track->n_frames       = clip->n_frames;
  track->z              = (float*)malloc(n * N_Z * sizeof(float));
  const size_t bytes    = echoic_history_bytes(clip->n_frames, false);
  track->block          = aligned_alloc(ECHOIC_ARENA_ALIGN, bytes);
  EchoicArena arena     = {(unsigned char*)track->block, bytes, 0U};
  if (!energies || !track->z || !track->block ||
      !echoic_history_prepare(&track->history, clip->n_frames, false, &arena)) {
    free(energies);
    return ECHOIC_NO_MEMORY;
  }

  echoic_clip_energies(clip, 0U, clip->n_frames, energies);
  if (track->copy) {
    const uint64_t seed = 1U + ((uint64_t)track->clip * 1000U) + track->copy;
    echoic_noise_add(energies,
                     clip->n_frames,
                     level - (snr_db[track->copy] / db_per_nat),
                     seed);
  }

  const EchoicStatus st = embed(model, track, energies, n_bands, spec);
  free(energies);
  return st;
}

static EchoicStatus
prepare_tracks(const EchoicModel* const     model,
               const uint32_t               n_bands,
               const EchoicGraphSpec* const spec,
               EchoicHeard* const           heard)
{
  float common = no_level;
  if (example_level(model, UINT32_MAX, &common)) {
    return ECHOIC_NO_MEMORY;
  }

  for (uint32_t i = 0U; i < heard->n_tracks; ++i) {
    EchoicTrack* const track = &heard->tracks[i];
    float              level = common;
    track->clip              = i / ECHOIC_N_COPIES;
    track->copy              = i % ECHOIC_N_COPIES;
    EchoicStatus st          = example_level(model, track->clip, &level);
    if (!st) {
      st = prepare_track(model, n_bands, spec, level, track);
    }
    if (st) {
      return st;
    }
  }

  return ECHOIC_OK;
}

EchoicStatus
echoic_heard_prepare(const EchoicModel* const model,
                     const uint32_t           n_bands,
                     EchoicHeard* const       heard)
{
  EchoicGraphSpec spec = {0};
  heard->n_tracks      = model->n_clips * ECHOIC_N_COPIES;
  heard->tracks   = (EchoicTrack*)calloc(heard->n_tracks, sizeof(EchoicTrack));
  EchoicStatus st = heard->tracks ? echoic_embed_add(&spec) : ECHOIC_NO_MEMORY;
  if (!st) {
    st = prepare_tracks(model, n_bands, &spec, heard);
  }

  echoic_graph_spec_clear(&spec);
  if (st) {
    echoic_heard_clear(heard);
  }

  return st;
}

void
echoic_heard_clear(EchoicHeard* const heard)
{
  for (uint32_t i = 0U; heard->tracks && i < heard->n_tracks; ++i) {
    free(heard->tracks[i].z);
    free(heard->tracks[i].block);
  }

  free(heard->tracks);
  memset(heard, 0, sizeof(*heard));
}

static void
keep_states(const EchoicTrack* const  track,
            EchoicGraph* const        bank,
            const EchoicWanted* const wanted,
            const uint32_t            n_wanted,
            const uint32_t            width,
            float* const              states)
{
  uint32_t w = 0U;
  for (uint32_t k = 0U; k < track->n_frames && w < n_wanted; k += BLOCK) {
    const uint32_t left = track->n_frames - k;
    const uint32_t n    = left < BLOCK ? left : BLOCK;
    echoic_graph_process(bank, track->z + ((size_t)k * N_Z), states, n);
    for (; w < n_wanted && (wanted[w].frame < k + n || left <= BLOCK); ++w) {
      const uint32_t i = wanted[w].frame < k + n ? wanted[w].frame - k : n - 1U;
      memcpy(
        wanted[w].state, states + ((size_t)i * width), width * sizeof(float));
    }
  }
}

EchoicStatus
echoic_heard_states(const EchoicTrack* const     track,
                    const EchoicGraphSpec* const spec,
                    const uint32_t               width,
                    const EchoicWanted* const    wanted,
                    const uint32_t               n_wanted)
{
  Runner             runner = {NULL, NULL};
  const EchoicStatus st     = runner_open(&runner, spec);
  if (st) {
    return st;
  }

  float* const states = (float*)malloc((size_t)BLOCK * width * sizeof(float));
  if (states) {
    keep_states(track, runner.graph, wanted, n_wanted, width, states);
  }

  free(runner.block);
  free(states);
  return states ? ECHOIC_OK : ECHOIC_NO_MEMORY;
}

EchoicStatus
echoic_heard_run(const EchoicTrack* const     track,
                 const EchoicGraphSpec* const spec,
                 float* const                 out)
{
  Runner             runner = {NULL, NULL};
  const EchoicStatus st     = runner_open(&runner, spec);
  if (!st) {
    echoic_graph_process(runner.graph, track->z, out, track->n_frames);
    free(runner.block);
  }

  return st;
}
