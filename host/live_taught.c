// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_taught.h"

#include <stdlib.h>
#include <string.h>

void
echoic_taught_free(EchoicTaught* const taught)
{
  if (taught) {
    echoic_detector_free(taught->detector);
    free(taught->sounds);
    free(taught->live);
    free(taught);
  }
}

static EchoicTaught*
new_taught(const uint32_t n_sounds)
{
  EchoicTaught* const taught = (EchoicTaught*)calloc(1U, sizeof(*taught));
  if (!taught) {
    return NULL;
  }

  taught->n_sounds = n_sounds;
  taught->sounds =
    (EchoicTaughtSound*)calloc(n_sounds + 1U, sizeof(EchoicTaughtSound));
  taught->live = (uint32_t*)calloc(n_sounds + 1U, sizeof(uint32_t));
  if (!taught->sounds || !taught->live) {
    echoic_taught_free(taught);
    return NULL;
  }

  return taught;
}

EchoicTaught*
echoic_taught_new(EchoicDetector* const    detector,
                  const EchoicModel* const model)
{
  EchoicTaught* const taught = model ? new_taught(model->n_sounds) : NULL;
  if (!taught) {
    echoic_detector_free(detector);
    return NULL;
  }

  taught->detector = detector;
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    const EchoicSound* const from = &model->sounds[i];
    EchoicTaughtSound* const to   = &taught->sounds[i];
    memcpy(to->name, from->name, sizeof(to->name));
    to->midi_note = from->midi_note;
    to->slot = i < detector->n_sounds ? detector->slot_of[i] : ECHOIC_NO_SLOT;
    to->n_examples  = from->calibration.n_examples;
    to->sensitivity = from->sensitivity;
    to->in_force    = from->sensitivity;
    to->mask_s      = from->mask_s;
    to->is_live     = !from->removed;
    to->is_wanted   = true;
    to->threshold =
      detector->engine ? echoic_engine_threshold(detector->engine, i) : 0.0F;
    if (to->is_live) {
      taught->live[taught->n_live++] = i;
    }
  }

  return taught;
}

EchoicTaught*
echoic_taught_copy(const EchoicTaught* const taught)
{
  EchoicTaught* const copy = taught ? new_taught(taught->n_sounds) : NULL;
  if (copy) {
    copy->n_live = taught->n_live;
    memcpy(copy->sounds,
           taught->sounds,
           taught->n_sounds * sizeof(EchoicTaughtSound));
    memcpy(copy->live, taught->live, taught->n_live * sizeof(uint32_t));
  }

  return copy;
}

int32_t
echoic_taught_find(const EchoicTaught* const taught, const char* const name)
{
  for (uint32_t i = 0U; i < taught->n_sounds; ++i) {
    if (taught->sounds[i].is_live && !strcmp(taught->sounds[i].name, name)) {
      return (int32_t)i;
    }
  }

  return -1;
}

int32_t
echoic_taught_in_slot(const EchoicTaught* const taught, const uint32_t slot)
{
  for (uint32_t i = 0U; i < taught->n_sounds; ++i) {
    if (taught->sounds[i].is_live && taught->sounds[i].slot == slot) {
      return (int32_t)i;
    }
  }

  return -1;
}
