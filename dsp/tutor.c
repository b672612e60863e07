// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/tutor.h"

#include "dsp/mel.h"
#include "dsp/notes.h"
#include "dsp/teach.h"
#include "dsp/tutor_hear.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS ECHOIC_DETECTOR_SLOTS

struct EchoicTutorImpl {
  double       rate_hz;
  EchoicModel* model;
  float        max_span_s;                     ///< For the next teaching
  char         names[SLOTS][ECHOIC_NAME_SIZE]; ///< Of sounds to be taught
};

EchoicTutor*
echoic_tutor_new(const double rate_hz)
{
  EchoicTutor* const t = (EchoicTutor*)calloc(1U, sizeof(*t));
  if (t) {
    t->rate_hz = rate_hz;
    t->model   = echoic_model_new();
    for (uint32_t i = 0U; i < SLOTS; ++i) {
      memcpy(t->names[i], "sound 1", sizeof("sound 1"));
      t->names[i][6] = (char)('1' + i);
    }
  }

  if (t && !t->model) {
    free(t);
    return NULL;
  }

  return t;
}

void
echoic_tutor_free(EchoicTutor* const tutor)
{
  if (tutor) {
    echoic_model_free(tutor->model);
    free(tutor);
  }
}

void
echoic_tutor_remember(EchoicTutor* const tutor, const float max_span_s)
{
  tutor->max_span_s = max_span_s;
}

const EchoicModel*
echoic_tutor_model(const EchoicTutor* const tutor)
{
  return tutor->model;
}

/// Make the detector of a model at the rate of the sound
static EchoicDetector*
make_engine(const EchoicTutor* const tutor,
            const EchoicModel* const model,
            EchoicError* const       error)
{
  const EchoicEngineSpec spec    = {tutor->rate_hz, 0.0F, false, false};
  const uint32_t         n_bands = echoic_mel_bands(tutor->rate_hz);
  if (n_bands >= model->n_bands) {
    return echoic_detector_new(model, &spec, error);
  }

  EchoicModel* const fewer = echoic_model_copy(model);
  EchoicDetector*    made  = NULL;
  if (!fewer) {
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  } else if (!echoic_teach(fewer, n_bands, error)) {
    made = echoic_detector_new(fewer, &spec, error);
  }

  echoic_model_free(fewer);
  return made;
}

/// Likewise, and name its empty slots after the sounds to be taught there
static EchoicDetector*
make_detector(const EchoicTutor* const tutor,
              const EchoicModel* const model,
              EchoicError* const       error)
{
  EchoicDetector* const made = make_engine(tutor, model, error);
  for (uint32_t i = 0U; made && i < SLOTS; ++i) {
    if (made->slots[i].sound < 0) {
      memcpy(made->slots[i].name, tutor->names[i], ECHOIC_NAME_SIZE);
    }
  }

  return made;
}

/// Return the live sound in a slot, as detectors give them out, or -1
static int32_t
sound_in_slot(const EchoicModel* const model, const uint32_t slot)
{
  uint8_t slots[ECHOIC_MAX_SOUNDS];
  echoic_slots_assign(model, slots);
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    if (slots[i] == slot) {
      return (int32_t)i;
    }
  }

  return -1;
}

EchoicStatus
echoic_tutor_name(EchoicTutor* const tutor,
                  const uint32_t     slot,
                  const char* const  name,
                  EchoicError* const error)
{
  if (slot >= SLOTS || !echoic_name_is_valid(name)) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "a name must have 1 to 63 bytes of UTF-8 without "
                        "control characters");
  }

  const int32_t own  = sound_in_slot(tutor->model, slot);
  const int32_t same = echoic_model_find(tutor->model, name);
  if (same >= 0 && same != own) {
    return echoic_error(
      error, ECHOIC_BAD_ARG, "there is a sound '%s' already", name);
  }

  memcpy(tutor->names[slot], name, strlen(name) + 1U);
  if (own >= 0) {
    memcpy(tutor->model->sounds[own].name, name, strlen(name) + 1U);
  }

  return ECHOIC_OK;
}

const char*
echoic_tutor_slot_name(const EchoicTutor* const tutor, const uint32_t slot)
{
  const int32_t own = sound_in_slot(tutor->model, slot);
  return own >= 0 ? tutor->model->sounds[own].name : tutor->names[slot];
}

/// Find the sound of a slot, or add it
static EchoicStatus
need_sound(const EchoicTutor* const tutor,
           EchoicModel* const       model,
           const uint32_t           slot,
           int32_t* const           sound,
           EchoicError* const       error)
{
  if (*sound < 0) {
    char         name[ECHOIC_NAME_SIZE];
    const size_t end = strlen(tutor->names[slot]);
    memcpy(name, tutor->names[slot], sizeof(name));
    for (char n = '2'; echoic_model_find(model, name) >= 0; ++n) {
      if (n > '9' || end + 3U > sizeof(name)) {
        return echoic_error(
          error,
          ECHOIC_BAD_ARG,
          "slot %u needs another name: there is a sound '%s' already",
          slot + 1U,
          name);
      }
      name[end]      = ' ';
      name[end + 1U] = n;
      name[end + 2U] = '\0';
    }
    const EchoicStatus st = echoic_model_need_sound(model, name, sound, error);
    if (st) {
      return st;
    }
    model->sounds[*sound].midi_note = echoic_drum_notes[slot];
  }

  model->sounds[*sound].slot = slot + 1U;
  return ECHOIC_OK;
}

static EchoicStatus
no_sound(const EchoicAsk* const ask, EchoicError* const error)
{
  return echoic_error(
    error, ECHOIC_NOT_FOUND, "slot %u has no sound", ask->slot + 1U);
}

/// Add what was heard as an example of a slot's sound, or as none
static EchoicStatus
add_heard(const EchoicTutor* const tutor,
          EchoicModel* const       model,
          const EchoicAsk* const   ask,
          EchoicError* const       error)
{
  int32_t sound = sound_in_slot(model, ask->slot);
  if (ask->kind == ECHOIC_ASK_NOT && sound < 0) {
    return no_sound(ask, error);
  }

  const EchoicStatus st =
    ask->kind == ECHOIC_ASK_NOT
      ? ECHOIC_OK
      : need_sound(tutor, model, ask->slot, &sound, error);
  return st ? st
            : echoic_tutor_hear(
                model, tutor->rate_hz, (uint32_t)sound, ask, error);
}

static EchoicStatus
change(const EchoicTutor* const tutor,
       EchoicModel* const       model,
       const EchoicAsk* const   ask,
       EchoicError* const       error)
{
  const int32_t sound = sound_in_slot(model, ask->slot);
  switch (ask->kind) {
  case ECHOIC_ASK_EXAMPLE:
  case ECHOIC_ASK_GONE:
  case ECHOIC_ASK_HELD:
  case ECHOIC_ASK_NOT:
    echoic_model_begin(model);
    return add_heard(tutor, model, ask, error);
  case ECHOIC_ASK_FORGET:
    if (sound < 0) {
      return no_sound(ask, error);
    }
    echoic_model_begin(model);
    return echoic_model_forget(model, model->sounds[sound].name, error);
  case ECHOIC_ASK_UNDO:
    return echoic_model_undo(model, error);
  case ECHOIC_ASK_TEACH:
  case ECHOIC_ASK_AGAIN:
    break;
  }

  return ECHOIC_OK;
}

static EchoicStatus
teach(const EchoicTutor* const tutor,
      EchoicModel* const       model,
      EchoicError* const       error)
{
  model->max_span_s = tutor->max_span_s;
  return echoic_teach(model, ECHOIC_N_BANDS, error);
}

EchoicDetector*
echoic_tutor_ask(EchoicTutor* const     tutor,
                 const EchoicAsk* const ask,
                 EchoicError* const     error)
{
  EchoicModel* const model = echoic_model_copy(tutor->model);
  EchoicDetector*    made  = NULL;
  if (!model) {
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  } else if (ask->slot >= SLOTS) {
    echoic_error(error, ECHOIC_BAD_ARG, "slots are 1 to %u", SLOTS);
  } else if (!change(tutor, model, ask, error) &&
             (ask->kind == ECHOIC_ASK_AGAIN || !teach(tutor, model, error))) {
    made = make_detector(tutor, model, error);
  }

  if (made) {
    echoic_model_free(tutor->model);
    tutor->model = model;
  } else {
    echoic_model_free(model);
  }

  return made;
}

EchoicDetector*
echoic_tutor_load(EchoicTutor* const       tutor,
                  const EchoicModel* const model,
                  EchoicError* const       error)
{
  EchoicModel* const    copy = echoic_model_copy(model);
  EchoicDetector* const made = copy ? make_detector(tutor, copy, error) : NULL;
  if (!copy) {
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  if (made) {
    echoic_slots_keep(copy);
    echoic_model_free(tutor->model);
    tutor->model      = copy;
    tutor->max_span_s = copy->max_span_s;
  } else {
    echoic_model_free(copy);
  }

  return made;
}
