// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/files.h"
#include "host/live_teacher_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void
tell_learnt(const EchoicTeacher* const t, const EchoicAsk* const ask)
{
  const int32_t i = echoic_taught_in_slot(t->newest, ask->slot);
  if (i < 0) {
    return;
  }

  const EchoicTaughtSound* const sound = &t->newest->sounds[i];
  if (ask->kind == ECHOIC_ASK_NOT) {
    echoic_notice(t->spec.notices, "that was no %s", sound->name);
  } else {
    echoic_notice(t->spec.notices,
                  "learnt %s: %u example%s",
                  sound->name,
                  sound->n_examples,
                  sound->n_examples == 1U ? "" : "s");
  }
}

static bool
teach(EchoicTeacher* const t, const EchoicAsk* const ask)
{
  EchoicError           error    = {ECHOIC_OK, ""};
  EchoicDetector* const detector = echoic_tutor_ask(t->tutor, ask, &error);
  if (!echoic_teacher_publish(t, detector, &error)) {
    echoic_notice(t->spec.notices, "not learnt: %s", error.text);
    return false;
  }

  t->n_changes += ask->kind != ECHOIC_ASK_AGAIN;
  return true;
}

static void
forget(EchoicTeacher* const t, const uint32_t slot)
{
  const int32_t i = echoic_taught_in_slot(t->newest, slot);
  char          name[ECHOIC_NAME_SIZE];
  if (i >= 0) {
    const EchoicAsk ask = {ECHOIC_ASK_FORGET, slot, {0U, 0U}, {0}};
    memcpy(name, t->newest->sounds[i].name, sizeof(name));
    if (teach(t, &ask)) {
      echoic_notice(t->spec.notices, "forgot %s", name);
    }
  }
}

static void
undo(EchoicTeacher* const t)
{
  const EchoicAsk ask = {ECHOIC_ASK_UNDO, 0U, {0U, 0U}, {0}};
  if (teach(t, &ask)) {
    echoic_notice(t->spec.notices, "taken back");
  }
}

static void
rename_slot(EchoicTeacher* const t, const EchoicErrand* const errand)
{
  const EchoicAsk again = {ECHOIC_ASK_AGAIN, 0U, {0U, 0U}, {0}};
  EchoicError     error = {ECHOIC_OK, ""};
  if (echoic_tutor_name(t->tutor, errand->slot, errand->name, &error)) {
    echoic_notice(t->spec.notices, "%s", error.text);
  } else if (teach(t, &again)) {
    ++t->n_changes;
    echoic_notice(t->spec.notices, "%u is %s", errand->slot + 1U, errand->name);
  }
}

static EchoicTuned*
find_tuned(EchoicTeacher* const t, const char* const name)
{
  for (size_t i = 0U; i < t->n_tuned; ++i) {
    if (!strcmp(t->tuned[i].name, name)) {
      return &t->tuned[i];
    }
  }

  EchoicTuned* const more =
    (EchoicTuned*)realloc(t->tuned, (t->n_tuned + 1U) * sizeof(EchoicTuned));
  if (!more) {
    return NULL;
  }

  t->tuned = more;
  memcpy(more[t->n_tuned].name, name, sizeof(more->name));
  return &more[t->n_tuned++];
}

static void
tune(EchoicTeacher* const t, const EchoicErrand* const errand)
{
  const int32_t      i     = echoic_taught_find(t->newest, errand->name);
  EchoicTuned* const tuned = i < 0 ? NULL : find_tuned(t, errand->name);
  if (!tuned) {
    return;
  }

  EchoicTaughtSound* const sound = &t->newest->sounds[i];
  const float mine = fminf(fmaxf(errand->sensitivity, -1.0F), 1.0F);
  const float now  = echoic_teacher_in_force(t, mine);
  const float left = 1.0F - sound->in_force;

  // The threshold is (1 - sensitivity) times that of the calibration
  const float calibrated        = left > 0.0F ? sound->threshold / left : 0.0F;
  const EchoicDelivery delivery = {
    NULL, (uint32_t)i, {now, sound->mask_s, true}};
  sound->sensitivity = mine;
  sound->in_force    = now;
  sound->threshold   = calibrated * (1.0F - now);
  tuned->sensitivity = mine;
  ++t->n_changes;
  if (t->unsent && t->unsent->detector->engine) {
    echoic_engine_tune(
      t->unsent->detector->engine, (uint32_t)i, &delivery.tuning);
  } else {
    echoic_ring_write(&t->callback->deliveries, &delivery, 1U);
  }
  echoic_teacher_tell(t);
}

static void
reload(EchoicTeacher* const t)
{
  EchoicError        error  = {ECHOIC_OK, ""};
  const bool         is_old = t->n_saved != t->n_changes;
  EchoicModel* const model  = echoic_load_model(t->spec.path, &error);
  if (model && echoic_teacher_load(t, model, &error)) {
    echoic_notice(t->spec.notices,
                  "%s: read again%s",
                  t->spec.path,
                  is_old ? "; what wasn't saved is gone" : "");
  } else {
    echoic_notice(t->spec.notices, "%s (the model in use stays)", error.text);
  }

  echoic_model_free(model);
}

void
echoic_teacher_do(EchoicTeacher* const t, const EchoicErrand* const errand)
{
  EchoicError error = {ECHOIC_OK, ""};
  switch (errand->kind) {
  case ECHOIC_ERRAND_RELOAD:
    reload(t);
    break;
  case ECHOIC_ERRAND_SAVE:
    echoic_notice(t->spec.notices,
                  "%s%s",
                  echoic_teacher_save(t, &error) ? "saved " : error.text,
                  error.status ? "" : t->spec.path);
    break;
  case ECHOIC_ERRAND_UNDO:
    undo(t);
    break;
  case ECHOIC_ERRAND_FORGET:
    forget(t, errand->slot);
    break;
  case ECHOIC_ERRAND_NAME:
    rename_slot(t, errand);
    break;
  case ECHOIC_ERRAND_TUNE:
    tune(t, errand);
    break;
  }
}

void
echoic_teacher_teach(EchoicTeacher* const t, const EchoicRequest* const request)
{
  const EchoicAsk* const ask = &request->ask;
  if (request->is_vain) {
    echoic_notice(t->spec.notices,
                  "%s: nothing was learnt: no sound came before the next was "
                  "to be learnt",
                  echoic_tutor_slot_name(t->tutor, ask->slot));
  } else if (teach(t, ask)) {
    tell_learnt(t, ask);
  }
}
