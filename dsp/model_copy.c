// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/model.h"

#include <stdlib.h>
#include <string.h>

/// Return a copy of an array, or null without memory
static void*
copy_array(const void* const from, const size_t n, const size_t size)
{
  void* const to = calloc(n + 1U, size);
  if (!to) {
    return NULL;
  }

  if (n) { // memcpy() takes no null, not even for nothing
    memcpy(to, from, n * size);
  }

  return to;
}

static bool
copy_clip(const EchoicClip* const from, EchoicClip* const to)
{
  const size_t n_levels = (size_t)echoic_clip_rows(from) * ECHOIC_N_BANDS;
  *to                   = *from;
  to->level             = (uint8_t*)copy_array(from->level, n_levels, 1U);
  to->source =
    from->source
      ? (char*)copy_array(from->source, strlen(from->source) + 1U, 1U)
      : NULL;
  return to->level && (!from->source || to->source);
}

/// Copy all but graph and what clips own; clips are counted when copied
static bool
copy_lists(const EchoicModel* const from, EchoicModel* const to)
{
  to->revision   = from->revision;
  to->max_span_s = from->max_span_s;
  to->states     = from->states;
  to->n_bands    = from->n_bands;
  to->n_sounds   = from->n_sounds;
  to->n_marks    = from->n_marks;
  to->n_profiles = from->n_profiles;
  to->sounds =
    (EchoicSound*)copy_array(from->sounds, from->n_sounds, sizeof(EchoicSound));
  to->marks =
    (EchoicMark*)copy_array(from->marks, from->n_marks, sizeof(EchoicMark));
  to->profiles = (EchoicProfile*)copy_array(
    from->profiles, from->n_profiles, sizeof(EchoicProfile));
  to->clips = (EchoicClip*)calloc(from->n_clips + 1U, sizeof(EchoicClip));
  return to->sounds && to->marks && to->profiles && to->clips;
}

EchoicModel*
echoic_model_copy(const EchoicModel* const model)
{
  EchoicModel* const copy = echoic_model_new();
  bool               ok   = copy && copy_lists(model, copy);
  for (uint32_t i = 0U; ok && i < model->n_clips; ++i) {
    ok = copy_clip(&model->clips[i], &copy->clips[i]);
    ++copy->n_clips;
  }

  ok = ok && echoic_graph_spec_copy(&model->graph, &copy->graph) &&
       echoic_graph_spec_copy(&model->memory, &copy->memory);
  if (!ok) {
    echoic_model_free(copy);
  }

  return ok ? copy : NULL;
}
