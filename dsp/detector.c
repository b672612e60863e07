// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/detector.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS ECHOIC_DETECTOR_SLOTS

/// FNV-1a
static uint32_t
hash(const char* const name)
{
  uint32_t h = 2166136261U;
  for (const char* c = name; *c; ++c) {
    h = (h ^ (uint8_t)*c) * 16777619U;
  }

  return h;
}

void
echoic_slots_assign(const EchoicModel* const model, uint8_t* const slots)
{
  bool is_taken[SLOTS + 1U] = {false};
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    const uint32_t slot = model->sounds[i].slot;
    slots[i]            = ECHOIC_NO_SLOT;
    if (!model->sounds[i].removed && slot && slot <= SLOTS &&
        !is_taken[slot - 1U]) {
      slots[i]            = (uint8_t)(slot - 1U);
      is_taken[slot - 1U] = true;
    }
  }

  uint32_t next = 0U;
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    while (is_taken[next]) {
      ++next;
    }
    if (next < SLOTS && !model->sounds[i].removed &&
        model->sounds[i].slot <= SLOTS && slots[i] == ECHOIC_NO_SLOT) {
      slots[i]       = (uint8_t)next;
      is_taken[next] = true;
    }
  }
}

void
echoic_slots_keep(EchoicModel* const model)
{
  uint8_t slots[ECHOIC_MAX_SOUNDS];
  echoic_slots_assign(model, slots);
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    if (!model->sounds[i].removed) {
      model->sounds[i].slot =
        slots[i] == ECHOIC_NO_SLOT ? SLOTS + 1U : slots[i] + 1U;
    }
  }
}

void
echoic_slots_reopen(EchoicModel* const model)
{
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    if (model->sounds[i].slot > SLOTS) {
      model->sounds[i].slot = 0U;
    }
  }
}

static void
fill_slots(EchoicDetector* const d, const EchoicModel* const model)
{
  for (uint32_t i = 0U; i < SLOTS; ++i) {
    d->slots[i].sound = -1;
  }

  uint32_t n_live = 0U;
  echoic_slots_assign(model, d->slot_of);
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    const EchoicSound* const s = &model->sounds[i];
    d->key[i]                  = hash(s->name);
    if (!s->removed) {
      d->slot_of_score[n_live++] = d->slot_of[i];
    }
    if (d->slot_of[i] != ECHOIC_NO_SLOT) {
      EchoicSlot* const to = &d->slots[d->slot_of[i]];
      to->sound            = (int32_t)i;
      to->midi_note        = s->midi_note;
      to->calibration      = s->calibration;
      memcpy(to->name, s->name, sizeof(to->name));
    }
  }
}

EchoicDetector*
echoic_detector_new(const EchoicModel* const      model,
                    const EchoicEngineSpec* const spec,
                    EchoicError* const            error)
{
  EchoicDetector* const d          = (EchoicDetector*)calloc(1U, sizeof(*d));
  const size_t          n          = (size_t)model->n_sounds + 1U;
  bool                  has_sounds = false;
  if (d) {
    d->n_sounds      = model->n_sounds;
    d->slot_of       = (uint8_t*)calloc(n, sizeof(uint8_t));
    d->slot_of_score = (uint8_t*)calloc(n, sizeof(uint8_t));
    d->key           = (uint32_t*)calloc(n, sizeof(uint32_t));
  }

  if (!d || !d->slot_of || !d->slot_of_score || !d->key) {
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    echoic_detector_free(d);
    return NULL;
  }

  fill_slots(d, model);
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    has_sounds = has_sounds || !model->sounds[i].removed;
  }

  if (has_sounds &&
      echoic_engine_new(model, spec, &d->engine, &d->block, error)) {
    echoic_detector_free(d);
    return NULL;
  }

  return d;
}

void
echoic_detector_free(EchoicDetector* const detector)
{
  if (detector) {
    free(detector->block);
    free(detector->slot_of);
    free(detector->slot_of_score);
    free(detector->key);
    free(detector);
  }
}
