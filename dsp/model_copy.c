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
  const size_t n_levels = (size_t)from->n_frames * ECHOIC_N_BANDS;
  *to                   = *from;
  to->level             = (uint8_t*)copy_array(from->level, n_levels, 1U);
  to->source =
    from->source
      ? (char*)copy_array(from->source, strlen(from->source) + 1U, 1U)
      : NULL;
  return to->level && (!from->source || to->source);
}

static bool
copy_node(const EchoicNodeSpec* const from, EchoicNodeSpec* const to)
{
  *to           = *from;
  to->n_tensors = 0U;
  to->params =
    (EchoicParam*)copy_array(from->params, from->n_params, sizeof(EchoicParam));
  to->tensors =
    (EchoicTensor*)calloc(from->n_tensors + 1U, sizeof(EchoicTensor));
  bool ok = to->params && to->tensors;
  for (uint32_t i = 0U; ok && i < from->n_tensors; ++i) {
    const EchoicTensor* const t = &from->tensors[i];
    size_t                    n = 1U;
    for (uint32_t d = 0U; d < t->n_dims; ++d) {
      n *= t->dims[d];
    }
    to->tensors[i]      = *t;
    to->tensors[i].data = (float*)copy_array(t->data, n, sizeof(float));
    ok                  = to->tensors[i].data;
    to->n_tensors += ok;
  }

  return ok;
}

/// Copy all but what clips and nodes own; these are counted when copied
static bool
copy_lists(const EchoicModel* const from, EchoicModel* const to)
{
  to->revision       = from->revision;
  to->n_bands        = from->n_bands;
  to->n_sounds       = from->n_sounds;
  to->n_marks        = from->n_marks;
  to->n_profiles     = from->n_profiles;
  to->graph.width_in = from->graph.width_in;
  to->sounds =
    (EchoicSound*)copy_array(from->sounds, from->n_sounds, sizeof(EchoicSound));
  to->marks =
    (EchoicMark*)copy_array(from->marks, from->n_marks, sizeof(EchoicMark));
  to->profiles = (EchoicProfile*)copy_array(
    from->profiles, from->n_profiles, sizeof(EchoicProfile));
  to->clips = (EchoicClip*)calloc(from->n_clips + 1U, sizeof(EchoicClip));
  to->graph.nodes =
    (EchoicNodeSpec*)calloc(from->graph.n_nodes + 1U, sizeof(EchoicNodeSpec));
  return to->sounds && to->marks && to->profiles && to->clips &&
         to->graph.nodes;
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

  for (uint32_t i = 0U; ok && i < model->graph.n_nodes; ++i) {
    ok = copy_node(&model->graph.nodes[i], &copy->graph.nodes[i]);
    ++copy->graph.n_nodes;
  }

  if (!ok) {
    echoic_model_free(copy);
  }

  return ok ? copy : NULL;
}
