// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/teach_table.h"

#include "host/text_out.h"

#include <stdbool.h>
#include <string.h>

enum { n_warning_bits = 5 };

static const float many_per_hour = 60.0F; ///< One a minute

const char*
echoic_warning_text(const uint32_t bit)
{
  switch ((EchoicWarning)bit) {
  case ECHOIC_WARN_DISAGREE:
    return "its examples don't resemble each other; teach different sounds "
           "under different names";
  case ECHOIC_WARN_CLIPPED:
    return "an example is clipped; one recorded with less gain is better";
  case ECHOIC_WARN_SHORT:
    return "an example is shorter than 20 ms; give more of the sound";
  case ECHOIC_WARN_QUIET:
    return "an example is less than 10 dB above its background; a clearer one "
           "is better";
  case ECHOIC_WARN_CONFUSED:
    return "another taught sound scores above its threshold; give more "
           "examples, or say --not";
  }

  return NULL;
}

void
echoic_write_rate_warning(const EchoicSound* const sound, FILE* const stream)
{
  const EchoicCalibration* const c = &sound->calibration;
  if (sound->max_false_alarms_per_hour > 0.0F && c->margin < 0.0F) {
    fprintf(stream,
            "  warning: for so few false alarms the threshold is %.2f, and a "
            "typical example scores %.2f: few will be found; allow more, or "
            "give more examples\n",
            (double)c->threshold,
            (double)c->positive);
  }
}

static const char*
rival(const EchoicModel* const model, const EchoicCalibration* const c)
{
  const bool exists =
    c->confused_with >= 0 && (uint32_t)c->confused_with < model->n_sounds;
  return exists ? model->sounds[c->confused_with].name : NULL;
}

static void
write_row(const EchoicModel* const model,
          const EchoicSound* const sound,
          const int                width,
          FILE* const              stream)
{
  const EchoicCalibration* const c     = &sound->calibration;
  const char* const              other = rival(model, c);
  char                           name[ECHOIC_FIT_SIZE(ECHOIC_NAME_SIZE)];
  const int n = (int)echoic_fit_text(name, ECHOIC_NAME_SIZE, sound->name);
  char      rate[32] = "unknown";
  if (!c->alone) {
    snprintf(rate, sizeof(rate), "%.1f", (double)c->false_alarms_per_hour);
  }

  fprintf(stream,
          "%s%*s  %8u  %4.2f s  %6.2f  %14s  %4u  %s",
          name,
          width - n,
          "",
          c->n_examples,
          (double)c->length_s,
          (double)c->margin,
          rate,
          sound->midi_note,
          other ? other : "-");
  if (other) {
    fprintf(
      stream, " (%.2f of %.2f)", (double)c->confusion, (double)c->threshold);
  }

  fputc('\n', stream);
  const uint32_t untold = c->warnings & ~ECHOIC_EXAMPLE_WARNINGS;
  for (unsigned b = 0U; b < n_warning_bits; ++b) {
    if (untold & 1U << b) {
      fprintf(stream, "  warning: %s\n", echoic_warning_text(1U << b));
    }
  }

  echoic_write_rate_warning(sound, stream);
}

/// True if more false alarms are to be expected than many would accept, and
/// nobody asked for a rate
static bool
is_often_wrong(const EchoicSound* const sound)
{
  return !sound->calibration.alone &&
         sound->max_false_alarms_per_hour <= 0.0F &&
         sound->calibration.false_alarms_per_hour > many_per_hour;
}

void
echoic_teach_table(const EchoicModel* const model, FILE* const stream)
{
  char name[ECHOIC_FIT_SIZE(ECHOIC_NAME_SIZE)];
  int  width = (int)strlen("sound");

  uint32_t n_alone       = 0U;
  bool     is_some_wrong = false;
  if (!echoic_model_count_live(model)) {
    fputs("no sound is left\n", stream);
    return;
  }

  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    const EchoicSound* const sound = &model->sounds[i];
    const int n = (int)echoic_fit_text(name, ECHOIC_NAME_SIZE, sound->name);
    width       = !sound->removed && n > width ? n : width;
  }

  fprintf(stream,
          "%-*s  examples  length  margin  false alarms/h  note  like\n",
          width,
          "sound");
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    if (!model->sounds[i].removed) {
      write_row(model, &model->sounds[i], width, stream);
      n_alone += model->sounds[i].calibration.alone;
      is_some_wrong = is_some_wrong || is_often_wrong(&model->sounds[i]);
    }
  }

  if (n_alone) {
    fputs("unknown: nothing else was heard, or too little; --background FILE "
          "gives a recording of what it will be heard among\n",
          stream);
  }

  if (is_some_wrong) {
    fprintf(stream,
            "more than %.0f an hour: --not FILE:START-END says what isn't the "
            "sound, --false-alarms PER_HOUR accepts fewer, and finds less\n",
            (double)many_per_hour);
  }
}

static void
write_warnings(const EchoicCalibration* const c, FILE* const stream)
{
  const char* glue = "";
  fputs(", \"warnings\": [", stream);
  for (unsigned b = 0U; b < n_warning_bits; ++b) {
    if (c->warnings & 1U << b) {
      fputs(glue, stream);
      echoic_write_json(stream, echoic_warning_text(1U << b));
      glue = ", ";
    }
  }
  fputc(']', stream);
}

static void
write_sound(const EchoicModel* const model,
            const EchoicSound* const sound,
            FILE* const              stream)
{
  const EchoicCalibration* const c        = &sound->calibration;
  const char* const              other    = rival(model, c);
  char                           rate[32] = "null";
  if (!c->alone) {
    snprintf(rate, sizeof(rate), "%.4f", (double)c->false_alarms_per_hour);
  }

  fputs("\n  {\"name\": ", stream);
  echoic_write_json(stream, sound->name);
  fprintf(stream,
          ", \"examples\": %u, \"length_s\": %.6f, \"span_s\": %.6f"
          ", \"level_db\": %.2f, \"threshold\": %.6f, \"margin\": %.6f"
          ", \"false_alarms_per_hour\": %s, \"midi_note\": %u"
          ", \"sensitivity\": %.4f, \"confused_with\": ",
          c->n_examples,
          (double)c->length_s,
          (double)c->span_s,
          (double)c->level_db,
          (double)c->threshold,
          (double)c->margin,
          rate,
          sound->midi_note,
          (double)sound->sensitivity);
  if (other) {
    echoic_write_json(stream, other);
    fprintf(stream, ", \"confusion\": %.6f", (double)c->confusion);
  } else {
    fputs("null", stream);
  }

  write_warnings(c, stream);
  fputc('}', stream);
}

void
echoic_teach_json(const EchoicModel* const model, FILE* const stream)
{
  const char* glue = "";
  fprintf(stream, "{\"revision\": %u, \"sounds\": [", model->revision);
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    if (!model->sounds[i].removed) {
      fputs(glue, stream);
      write_sound(model, &model->sounds[i], stream);
      glue = ",";
    }
  }

  fputs("]}\n", stream);
}
