// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Revisions: what was added and removed when, so that it can be undone. */

#include "dsp/model.h"

#include <stdlib.h>

static const uint32_t undo_depth = 16U; ///< Revisions that can be taken back

static bool
is_gone(const EchoicModel* const model, const uint32_t removed)
{
  return removed && removed + undo_depth < model->revision;
}

static bool
clip_is_used(const EchoicModel* const model, const uint32_t clip)
{
  for (uint32_t m = 0U; m < model->n_marks; ++m) {
    if (model->marks[m].clip == clip) {
      return true;
    }
  }

  return false;
}

static void
drop_clip(EchoicModel* const model, const uint32_t clip)
{
  free(model->clips[clip].level);
  free(model->clips[clip].source);
  --model->n_clips;
  for (uint32_t i = clip; i < model->n_clips; ++i) {
    model->clips[i] = model->clips[i + 1U];
  }

  for (uint32_t m = 0U; m < model->n_marks; ++m) {
    model->marks[m].clip -= model->marks[m].clip > clip;
  }
}

static void
drop_unused_clips(EchoicModel* const model)
{
  for (uint32_t i = model->n_clips; i-- > 0U;) {
    if (!clip_is_used(model, i)) {
      drop_clip(model, i);
    }
  }
}

static void
drop_marks_of(EchoicModel* const model, const uint32_t sound)
{
  uint32_t n = 0U;
  for (uint32_t m = 0U; m < model->n_marks; ++m) {
    if (model->marks[m].sound != sound) {
      model->marks[n++] = model->marks[m];
    }
  }

  model->n_marks = n;
}

/// Drop the profiles of a sound; those of later ones move down with them
static void
drop_profiles(EchoicModel* const model, const uint32_t sound)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < model->n_profiles; ++i) {
    EchoicProfile p = model->profiles[i];
    if (p.listener != sound && p.source != sound) {
      p.listener -= p.listener > sound;
      p.source -= p.source > sound;
      model->profiles[n++] = p;
    }
  }

  model->n_profiles = n;
}

/// Drop a sound with its marks; later ones move down
static void
drop_sound(EchoicModel* const model, const uint32_t sound)
{
  drop_profiles(model, sound);
  drop_marks_of(model, sound);
  --model->n_sounds;
  for (uint32_t i = sound; i < model->n_sounds; ++i) {
    model->sounds[i] = model->sounds[i + 1U];
  }

  for (uint32_t m = 0U; m < model->n_marks; ++m) {
    EchoicMark* const mark = &model->marks[m];
    mark->sound -= mark->sound != UINT32_MAX && mark->sound > sound;
  }

  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    int32_t* const other = &model->sounds[i].calibration.confused_with;
    *other               = *other == (int32_t)sound  ? -1
                           : *other > (int32_t)sound ? *other - 1
                                                     : *other;
  }
}

/// Keep the marks for which `removed` isn't too long ago
static void
drop_old_marks(EchoicModel* const model)
{
  uint32_t n = 0U;
  for (uint32_t m = 0U; m < model->n_marks; ++m) {
    if (!is_gone(model, model->marks[m].removed)) {
      model->marks[n++] = model->marks[m];
    }
  }

  model->n_marks = n;
}

void
echoic_model_begin(EchoicModel* const model)
{
  ++model->revision;
  drop_old_marks(model);
  for (uint32_t i = model->n_sounds; i-- > 0U;) {
    if (is_gone(model, model->sounds[i].removed)) {
      drop_sound(model, i);
    }
  }

  drop_unused_clips(model);
}

EchoicStatus
echoic_model_forget(EchoicModel* const model,
                    const char* const  name,
                    EchoicError* const error)
{
  const int32_t sound = echoic_model_find(model, name);
  if (sound < 0) {
    return echoic_error(
      error, ECHOIC_NOT_FOUND, "the model has no sound '%.63s'", name);
  }

  model->sounds[sound].removed = model->revision;
  for (uint32_t m = 0U; m < model->n_marks; ++m) {
    EchoicMark* const mark = &model->marks[m];
    if (mark->sound == (uint32_t)sound && !mark->removed) {
      mark->removed = model->revision;
    }
  }

  return ECHOIC_OK;
}

static bool
can_undo(const EchoicModel* const model)
{
  const uint32_t r = model->revision;
  for (uint32_t m = 0U; r && m < model->n_marks; ++m) {
    if (model->marks[m].added == r || model->marks[m].removed == r) {
      return true;
    }
  }

  for (uint32_t i = 0U; r && i < model->n_sounds; ++i) {
    if (model->sounds[i].added == r || model->sounds[i].removed == r) {
      return true;
    }
  }

  return false;
}

EchoicStatus
echoic_model_undo(EchoicModel* const model, EchoicError* const error)
{
  const uint32_t r = model->revision;
  uint32_t       n = 0U;
  if (!can_undo(model)) {
    return echoic_error(error, ECHOIC_NOT_FOUND, "there is nothing to undo");
  }

  for (uint32_t m = 0U; m < model->n_marks; ++m) {
    EchoicMark mark = model->marks[m];
    mark.removed    = mark.removed == r ? 0U : mark.removed;
    if (mark.added != r) {
      model->marks[n++] = mark;
    }
  }

  model->n_marks = n;
  for (uint32_t i = model->n_sounds; i-- > 0U;) {
    EchoicSound* const s = &model->sounds[i];
    s->removed           = s->removed == r ? 0U : s->removed;
    if (s->added == r) {
      drop_sound(model, i);
    }
  }

  drop_unused_clips(model);
  --model->revision;
  return ECHOIC_OK;
}
