// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach.h"
#include "host/commands.h"
#include "host/files.h"
#include "host/gm_drums.h"
#include "host/labels.h"
#include "host/memory_choice.h"
#include "host/teach_marks.h"
#include "host/teach_request.h"
#include "host/teach_table.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

/// Add a sound, or find it, and set what is asked for
static EchoicStatus
set_sound(EchoicModel* const               model,
          const char* const                name,
          const EchoicSoundSettings* const all,
          const EchoicSoundSettings* const own,
          EchoicError* const               error)
{
  const bool         is_new = echoic_model_find(model, name) < 0;
  int32_t            index  = -1;
  const EchoicStatus st = echoic_model_need_sound(model, name, &index, error);
  if (st) {
    return st;
  }

  EchoicSound* const        sound    = &model->sounds[index];
  const EchoicSoundSettings settings = own ? *own : *all;
  const long                note =
    settings.midi_note < 0 ? all->midi_note : settings.midi_note;
  const double sensitivity =
    isnan(settings.sensitivity) ? all->sensitivity : settings.sensitivity;
  const double false_alarms =
    isnan(settings.false_alarms) ? all->false_alarms : settings.false_alarms;
  if (is_new) {
    sound->midi_note = 128U; // So that it isn't taken for its own rival
    sound->midi_note = echoic_default_note(model, name);
  }

  if (note >= 0) {
    sound->midi_note = (uint32_t)note;
  }

  if (!isnan(sensitivity)) {
    sound->sensitivity = (float)sensitivity;
  }

  if (!isnan(false_alarms)) {
    sound->max_false_alarms_per_hour = (float)false_alarms;
  }

  return ECHOIC_OK;
}

static EchoicStatus
add_sounds(EchoicModel* const              model,
           const EchoicTeachRequest* const request,
           const EchoicLabels* const       labels,
           EchoicError* const              error)
{
  EchoicStatus st = ECHOIC_OK;
  for (size_t i = 0U; labels && !st && i < labels->n_labels; ++i) {
    st =
      set_sound(model, labels->labels[i].name, &request->settings, NULL, error);
  }

  for (size_t i = 0U; !st && i < request->n_sounds; ++i) {
    const EchoicTaughtSound* const sound = &request->sounds[i];
    st                                   = set_sound(
      model, sound->name, &request->settings, &sound->settings, error);
  }

  return st;
}

/// Return whether there is anything to be taken back: settings aren't
static bool
is_change(const EchoicModel* const        model,
          const EchoicTeachRequest* const request)
{
  bool is_new = request->n_files || request->labels_path;
  for (size_t i = 0U; i < request->n_sounds; ++i) {
    is_new = is_new || echoic_model_find(model, request->sounds[i].name) < 0;
  }

  return is_new;
}

static EchoicStatus
add_lessons(EchoicModel* const              model,
            const EchoicTeachRequest* const request,
            uint32_t* const                 warnings,
            EchoicError* const              error)
{
  EchoicLabels labels = {0U, NULL};
  if (request->labels_path &&
      !echoic_labels_read(request->labels_path, &labels, error)) {
    return error->status;
  }

  const EchoicLabels* const given = request->labels_path ? &labels : NULL;
  if (is_change(model, request)) {
    echoic_model_begin(model);
  }

  EchoicStatus st = add_sounds(model, request, given, error);
  if (!st) {
    st = echoic_teach_marks(model, request, given, warnings, error);
  }

  echoic_labels_clear(&labels);
  return st;
}

static EchoicStatus
forget(EchoicModel* const              model,
       const EchoicTeachRequest* const request,
       EchoicError* const              error)
{
  EchoicStatus st = ECHOIC_OK;
  echoic_model_begin(model);
  for (size_t i = 0U; !st && i < request->n_forget; ++i) {
    EchoicError why = {ECHOIC_OK, ""};
    if (echoic_model_forget(model, request->forget[i], &why)) {
      st = echoic_error(
        error, why.status, "%s: %s", request->model_path, why.text);
    }
  }

  return st;
}

static EchoicStatus
undo(EchoicModel* const              model,
     const EchoicTeachRequest* const request,
     EchoicError* const              error)
{
  EchoicError        why = {ECHOIC_OK, ""};
  const EchoicStatus st  = echoic_model_undo(model, &why);
  return st ? echoic_error(error, st, "%s: %s", request->model_path, why.text)
            : st;
}

static EchoicStatus
change(EchoicModel* const              model,
       const EchoicTeachRequest* const request,
       uint32_t* const                 warnings,
       EchoicError* const              error)
{
  return request->is_undo    ? undo(model, request, error)
         : request->n_forget ? forget(model, request, error)
                             : add_lessons(model, request, warnings, error);
}

/// What was said of a sound's examples before
typedef struct {
  char     name[ECHOIC_NAME_SIZE];
  uint32_t n_examples;
  uint32_t warnings;
} Told;

static size_t
remember(const EchoicModel* const model, Told* const told)
{
  size_t n = 0U;
  for (uint32_t i = 0U; i < model->n_sounds && n < ECHOIC_MAX_SOUNDS; ++i) {
    const EchoicSound* const sound = &model->sounds[i];
    const EchoicCalibration* c     = &sound->calibration;
    if (!sound->removed) {
      told[n].n_examples = c->n_examples;
      told[n].warnings   = c->warnings & ECHOIC_EXAMPLE_WARNINGS;
      memcpy(told[n++].name, sound->name, sizeof(sound->name));
    }
  }

  return n;
}

/// Warn of the new examples, and of the old ones if none was taken back
static void
add_warnings(EchoicModel* const    model,
             const uint32_t* const warnings,
             const Told* const     told,
             const size_t          n_told)
{
  for (uint32_t i = 0U; i < model->n_sounds && i < ECHOIC_MAX_SOUNDS; ++i) {
    model->sounds[i].calibration.warnings |= warnings[i];
  }

  for (size_t i = 0U; i < n_told; ++i) {
    const int32_t sound = echoic_model_find(model, told[i].name);
    if (sound >= 0) {
      EchoicCalibration* const c = &model->sounds[sound].calibration;
      c->warnings |=
        c->n_examples >= told[i].n_examples ? told[i].warnings : 0U;
    }
  }
}

/// Change, teach and save; the model's file is untouched unless all succeeds
static EchoicStatus
teach(EchoicModel* const              model,
      const EchoicTeachRequest* const request,
      EchoicError* const              error)
{
  static uint32_t warnings[ECHOIC_MAX_SOUNDS];
  static Told     told[ECHOIC_MAX_SOUNDS];

  const size_t n_told = remember(model, told);
  EchoicStatus st     = change(model, request, warnings, error);
  if (!st && request->graph) {
    st = echoic_choose_memory(model, request->graph, error);
  }

  st = st ? st : echoic_teach(model, ECHOIC_N_BANDS, error);
  if (!st) {
    add_warnings(model, warnings, told, n_told);
  }

  if (echoic_interrupted()) {
    st = echoic_error(error,
                      ECHOIC_NOT_FOUND,
                      "%s: interrupted; nothing was changed",
                      request->model_path);
  }

  return st ? st : echoic_save_model(model, request->model_path, error);
}

/// Say what was learnt, and that it was if nobody can hear it
static EchoicStatus
tell(const EchoicModel* const        model,
     const EchoicTeachRequest* const request,
     EchoicError* const              error)
{
  (request->is_json ? echoic_teach_json : echoic_teach_table)(model, stdout);
  errno = 0;
  if (!fflush(stdout) && !ferror(stdout)) {
    return ECHOIC_OK;
  }

  return echoic_error(error,
                      ECHOIC_NO_SPACE,
                      "standard output: can't be written: %s; %s is taught all "
                      "the same",
                      errno ? strerror(errno) : "not all of it arrived",
                      request->model_path);
}

static EchoicModel*
open_model(const EchoicTeachRequest* const request, EchoicError* const error)
{
  const bool is_new = access(request->model_path, F_OK) && errno == ENOENT;
  if (!is_new || request->is_undo || request->n_forget) {
    return echoic_load_model(request->model_path, error);
  }

  EchoicModel* const model = echoic_model_new();
  if (!model) {
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  return model;
}

static int
run(const EchoicTeachRequest* const request)
{
  EchoicError        error = {ECHOIC_OK, ""};
  EchoicModel* const model = open_model(request, &error);
  const bool         failed =
    !model || teach(model, request, &error) || tell(model, request, &error);
  echoic_model_free(model);
  return failed ? echoic_fail("%s", error.text) : ECHOIC_EXIT_FOUND;
}

int
echoic_cmd_teach(int argc, char** argv)
{
  EchoicTeachRequest request = {0};
  int                status  = ECHOIC_EXIT_ERROR;
  if (echoic_teach_parse(argc, argv, &request)) {
    if (request.is_help) {
      echoic_teach_usage();
      status = ECHOIC_EXIT_FOUND;
    } else {
      status = run(&request);
    }
  }

  echoic_teach_request_clear(&request);
  return status;
}
