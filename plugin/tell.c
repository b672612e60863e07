// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "plugin/tell.h"

#include "dsp/strikes.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 2, 3))) static void
add(char* const text, const char* const format, ...)
{
  const size_t used = strlen(text);
  va_list      arguments;
  va_start(arguments, format);
  vsnprintf(text + used, ECHOIC_TEXT_SIZE - used, format, arguments);
  va_end(arguments);
}

/// Say what there is to mend about a sound
static void
add_warnings(const EchoicModel* const       model,
             const EchoicCalibration* const c,
             char* const                    text)
{
  const bool has_rival =
    c->confused_with >= 0 && (uint32_t)c->confused_with < model->n_sounds;
  if (c->warnings & ECHOIC_WARN_DISAGREE) {
    add(text, "the examples don't resemble each other; ");
  } else if (c->warnings & ECHOIC_WARN_CONFUSED && has_rival) {
    add(
      text, "easily confused with %s; ", model->sounds[c->confused_with].name);
  } else if (c->warnings & ECHOIC_WARN_CLIPPED) {
    add(text, "an example is clipped; ");
  }
}

/// Return how long before it was asked for the last mark began, or -1
static double
begun_before_s(const EchoicModel* const model,
               const double             rate_hz,
               const EchoicAsk* const   ask)
{
  const EchoicMark* const last =
    model->n_marks ? &model->marks[model->n_marks - 1U] : NULL;
  if (!last || last->added != model->revision) {
    return -1.0;
  }

  return ((double)ask->preroll.now / rate_hz) -
         (model->clips[last->clip].source_s + last->start_s);
}

void
echoic_tell_slot(const EchoicPlugin* const   plugin,
                 const EchoicDetector* const detector,
                 const EchoicAsk* const      ask,
                 char* const                 text)
{
  const EchoicSlot* const        s      = &detector->slots[ask->slot];
  const EchoicCalibration* const c      = &s->calibration;
  const EchoicModel* const       model  = echoic_tutor_model(plugin->tutor);
  const bool                     is_not = ask->kind == ECHOIC_ASK_NOT;
  const double before_s = begun_before_s(model, plugin->rate_hz, ask);
  text[0]               = '\0';
  if (s->sound < 0) {
    add(text, "slot %u is empty", ask->slot + 1U);
    return;
  }

  add(text, "%s: ", s->name);
  if (is_not) {
    add(text, "not the one %.2f s before; ", before_s);
  }

  add_warnings(model, c, text);
  add(text, "%u example%s, ", c->n_examples, c->n_examples == 1U ? "" : "s");
  if (!is_not && before_s >= 0.0) {
    add(text, "begun %.2f s before, ", before_s);
  }

  add(
    text, "%.2f s long, margin %.2f, ", (double)c->length_s, (double)c->margin);
  if (c->alone) {
    add(text, "too little else heard to expect false alarms");
  } else {
    add(text,
        "%.1f false alarms an hour expected",
        (double)c->false_alarms_per_hour);
  }

  if (echoic_strikes_is_veiled(model, (uint32_t)s->sound)) {
    add(text, "; told by its attack as well: others sound in its examples");
  }
}

void
echoic_tell_undone(const EchoicModel* const model, char* const text)
{
  const EchoicMark* mark    = NULL;
  uint32_t          n_marks = 0U;
  for (uint32_t m = 0U; m < model->n_marks; ++m) {
    if (model->marks[m].added == model->revision) {
      mark = &model->marks[m];
      ++n_marks;
    }
  }

  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    if (model->sounds[i].removed == model->revision) {
      snprintf(
        text, ECHOIC_TEXT_SIZE, "undone: forgetting %s", model->sounds[i].name);
      return;
    }
  }

  if (n_marks == 1U && mark->kind != ECHOIC_MARK_BACKGROUND) {
    const bool is_not = mark->kind == ECHOIC_MARK_NOT;
    snprintf(text,
             ECHOIC_TEXT_SIZE,
             "undone: %s %s",
             is_not ? "Not This of" : "an example of",
             model->sounds[mark->sound].name);
  } else {
    snprintf(text, ECHOIC_TEXT_SIZE, "the last change is undone");
  }
}

void
echoic_tell_file(char* const       text,
                 const char* const done,
                 const char* const path,
                 const char* const more)
{
  EchoicError told = {ECHOIC_OK, ""};
  echoic_error(&told, ECHOIC_OK, "%s %s%s", done, path, more);
  snprintf(text, ECHOIC_TEXT_SIZE, "%s", told.text);
}

/// Say which live sounds of a model have no slot
static void
tell_left_out(const EchoicModel* const model,
              const uint8_t* const     slots,
              char* const              text,
              const size_t             size)
{
  uint32_t    n     = 0U;
  const char* first = "";
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    if (!model->sounds[i].removed && slots[i] == ECHOIC_NO_SLOT) {
      first = n ? first : model->sounds[i].name;
      ++n;
    }
  }

  if (n == 1U) {
    snprintf(text, size, "; '%s' has no slot and no notes", first);
  } else if (n) {
    snprintf(text,
             size,
             "; '%s' and %u more have no slot and no notes",
             first,
             n - 1U);
  }
}

void
echoic_tell_loaded(const EchoicPlugin* const plugin,
                   const EchoicWork* const   work,
                   char* const               text)
{
  char                     more[256] = "";
  uint8_t                  slots[ECHOIC_MAX_SOUNDS];
  const char*              before = "; there Note";
  const EchoicModel* const model  = echoic_tutor_model(plugin->tutor);
  echoic_slots_assign(model, slots);
  tell_left_out(model, slots, more, sizeof(more));
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    const uint32_t note = model->sounds[i].midi_note;
    const size_t   used = strlen(more);
    if (slots[i] != ECHOIC_NO_SLOT && note != work->notes[slots[i]]) {
      snprintf(more + used,
               sizeof(more) - used,
               "%s %u was %u",
               before,
               slots[i] + 1U,
               note);
      before = ",";
    }
  }

  echoic_tell_file(text, "loaded", work->path, more);
}
