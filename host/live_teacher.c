// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_teacher.h"

#include "host/files.h"
#include "host/gm_drums.h"
#include "host/live_teacher_parts.h"
#include "host/live_thread.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const unsigned idle_ms = 10U;

static bool
is_wanted(const EchoicTeacher* const t, const char* const name)
{
  for (size_t i = 0U; i < t->spec.n_names; ++i) {
    if (!strcmp(t->spec.names[i], name)) {
      return true;
    }
  }

  return !t->spec.n_names;
}

/// Return the sensitivity that was set for a sound, or else that of the model
static float
own_sensitivity(const EchoicTeacher* const t,
                const char* const          name,
                const float                otherwise)
{
  for (size_t i = 0U; i < t->n_tuned; ++i) {
    if (!strcmp(t->tuned[i].name, name)) {
      return t->tuned[i].sensitivity;
    }
  }

  return otherwise;
}

float
echoic_teacher_in_force(const EchoicTeacher* const t, const float own)
{
  return fminf(fmaxf(own + t->spec.sensitivity, -1.0F), 1.0F);
}

/// Return the model with what was set while listening, to be freed, or null.
/// Sounds that were made here have the notes of their names
static EchoicModel*
finished_model(const EchoicTeacher* const t)
{
  EchoicModel* const model = echoic_model_copy(echoic_tutor_model(t->tutor));
  for (uint32_t i = 0U; model && i < model->n_sounds; ++i) {
    EchoicSound* const sound = &model->sounds[i];
    sound->sensitivity = own_sensitivity(t, sound->name, sound->sensitivity);
    if (sound->added > t->first_revision && !sound->removed) {
      sound->midi_note = 128U; // None yet
      sound->midi_note = echoic_default_note(model, sound->name);
    }
  }

  return model;
}

/// Apply what was set by the user to a detector that nobody runs yet
static void
tune_all(const EchoicTeacher* const t, EchoicTaught* const taught)
{
  const EchoicModel* const model  = echoic_tutor_model(t->tutor);
  EchoicEngine* const      engine = taught->detector->engine;
  for (uint32_t i = 0U; i < taught->n_sounds; ++i) {
    EchoicTaughtSound* const sound = &taught->sounds[i];
    sound->is_wanted               = is_wanted(t, sound->name);
    sound->in_force = echoic_teacher_in_force(t, sound->sensitivity);
    if (engine && sound->in_force != model->sounds[i].sensitivity) {
      const EchoicTuning tuning = {sound->in_force, sound->mask_s, true};
      echoic_engine_tune(engine, i, &tuning);
      sound->threshold = echoic_engine_threshold(engine, i);
    }
  }
}

void
echoic_teacher_tell(EchoicTeacher* const t)
{
  EchoicTaught* const copy = echoic_taught_copy(t->newest);
  if (copy) { // Else what was told before stays
    echoic_taught_free(atomic_exchange(&t->news, copy));
  }
}

static void
send(EchoicTeacher* const t)
{
  const EchoicDelivery delivery = {t->unsent, 0U, {0.0F, 0.0F, true}};
  if (t->unsent && t->callback &&
      !echoic_ring_write(&t->callback->deliveries, &delivery, 1U)) {
    t->unsent = NULL;
  }
}

/// Give a new detector to everybody; null is an error that was told
bool
echoic_teacher_publish(EchoicTeacher* const  t,
                       EchoicDetector* const detector,
                       EchoicError* const    error)
{
  if (!detector) {
    return false;
  }

  EchoicModel* const  model  = finished_model(t);
  EchoicTaught* const taught = echoic_taught_new(detector, model);
  echoic_model_free(model);
  if (taught) {
    tune_all(t, taught);
  }

  EchoicTaught* const copy = echoic_taught_copy(taught);
  EchoicTaught* const news = echoic_taught_copy(taught);
  if (!copy || !news) {
    echoic_taught_free(taught);
    echoic_taught_free(copy);
    echoic_taught_free(news);
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    return false;
  }

  t->max_delay =
    detector->engine ? echoic_engine_max_delay(detector->engine) : 0U;
  echoic_taught_free(t->newest);
  echoic_taught_free(t->unsent);
  t->newest = copy;
  t->unsent = taught;
  send(t);
  echoic_taught_free(atomic_exchange(&t->news, news));
  return true;
}

bool
echoic_teacher_load(EchoicTeacher* const t,
                    EchoicModel* const   model,
                    EchoicError* const   error)
{
  echoic_slots_reopen(model);
  EchoicDetector* const detector = echoic_tutor_load(t->tutor, model, error);
  if (!detector) {
    return false;
  }

  t->n_tuned        = 0U;
  t->first_revision = model->revision;
  if (!echoic_teacher_publish(t, detector, error)) {
    return false;
  }

  t->n_saved = t->n_changes;
  return true;
}

static bool
begin_empty(EchoicTeacher* const t, EchoicError* const error)
{
  const EchoicAsk       again    = {ECHOIC_ASK_AGAIN, 0U, {0U, 0U}, {0}};
  EchoicDetector* const detector = echoic_tutor_ask(t->tutor, &again, error);
  return echoic_teacher_publish(t, detector, error);
}

EchoicTeacher*
echoic_teacher_new(const EchoicTeacherSpec* const spec,
                   EchoicModel* const             model,
                   EchoicError* const             error)
{
  EchoicTeacher* const t = (EchoicTeacher*)calloc(1U, sizeof(*t));
  if (t) {
    t->spec  = *spec;
    t->tutor = echoic_tutor_new(spec->rate_hz);
  }

  if (!t || !t->tutor) {
    echoic_teacher_free(t);
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    return NULL;
  }

  echoic_ring_init(
    &t->errands, sizeof(EchoicErrand), n_errands, t->errand_memory);
  if (model ? !echoic_teacher_load(t, model, error) : !begin_empty(t, error)) {
    echoic_teacher_free(t);
    return NULL;
  }

  return t;
}

uint64_t
echoic_teacher_max_delay(const EchoicTeacher* const t)
{
  return t->max_delay;
}

bool
echoic_teacher_save(EchoicTeacher* const t, EchoicError* const error)
{
  EchoicModel* const model = finished_model(t);
  const bool is_saved = model && !echoic_save_model(model, t->spec.path, error);
  if (!model) {
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  t->n_saved = is_saved ? t->n_changes : t->n_saved;
  echoic_model_free(model);
  return is_saved;
}

void
echoic_teacher_work(EchoicTeacher* const t)
{
  EchoicErrand  errand;
  EchoicRequest request;
  while (echoic_ring_read(&t->errands, &errand, 1U)) {
    echoic_teacher_do(t, &errand);
  }

  while (echoic_ring_read(&t->callback->requests, &request, 1U)) {
    if (request.done) {
      echoic_taught_free(request.done);
    } else {
      echoic_teacher_teach(t, &request);
    }
  }

  send(t);
}

static void*
run(void* const context)
{
  EchoicTeacher* const t = (EchoicTeacher*)context;
  while (!atomic_load(&t->stops)) {
    echoic_teacher_work(t);
    echoic_sleep_ms(idle_ms);
  }

  return NULL;
}

EchoicStatus
echoic_teacher_start(EchoicTeacher* const  t,
                     EchoicCallback* const callback,
                     EchoicError* const    error)
{
  t->callback = callback;
  send(t);
  echoic_callback_receive(callback);
  t->runs = echoic_thread_start(&t->thread, run, t);
  return t->runs ? ECHOIC_OK
                 : echoic_error(error,
                                ECHOIC_NO_MEMORY,
                                "out of memory or threads for teaching");
}

void
echoic_teacher_ask(EchoicTeacher* const t, const EchoicErrand* const errand)
{
  if (echoic_ring_write(&t->errands, errand, 1U)) {
    echoic_notice(t->spec.notices, "too much is asked for at once");
    return;
  }
}

EchoicTaught*
echoic_teacher_news(EchoicTeacher* const t)
{
  return atomic_exchange(&t->news, NULL);
}

bool
echoic_teacher_stop(EchoicTeacher* const t,
                    const bool           saves,
                    EchoicError* const   error)
{
  if (t->runs) {
    atomic_store(&t->stops, true);
    pthread_join(t->thread, NULL);
    t->runs = false;
    echoic_teacher_work(t);
  }

  return !saves || t->n_saved == t->n_changes || echoic_teacher_save(t, error);
}

void
echoic_teacher_free(EchoicTeacher* const t)
{
  if (t) {
    echoic_tutor_free(t->tutor);
    echoic_taught_free(t->newest);
    echoic_taught_free(t->unsent);
    echoic_taught_free(atomic_load(&t->news));
    free(t->tuned);
    free(t);
  }
}
