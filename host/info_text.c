// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/info.h"

#include "dsp/fingerprint.h"
#include "dsp/strikes.h"
#include "dsp/teach_calibrate.h"
#include "host/teach_table.h"
#include "host/text_out.h"

#include <math.h>
#include <stdbool.h>

static const char*
plural(const size_t n)
{
  return n == 1U ? "" : "s";
}

static const char*
source(const EchoicClip* const clip)
{
  return clip->source && clip->source[0] ? clip->source : "(heard live)";
}

static void
write_examples(const EchoicModel* const model,
               const uint32_t           sound,
               const EchoicMarkKind     kind,
               const char* const        what,
               FILE* const              stream)
{
  for (uint32_t i = 0U; i < model->n_marks; ++i) {
    const EchoicMark* const mark = &model->marks[i];
    if (!mark->removed && mark->sound == sound && mark->kind == kind) {
      const EchoicClip* const clip = &model->clips[mark->clip];
      fprintf(stream, "  %s ", what);
      echoic_write_field(stream, source(clip));
      fprintf(stream,
              ", %.3f to %.3f s, begins with a peak of %.1f dB\n",
              clip->source_s + mark->start_s,
              clip->source_s + mark->end_s,
              (rint(10.0 * (double)mark->level_db) / 10.0) + 0.0); // No -0.0
    }
  }
}

static void
write_expectation(const EchoicModel* const       model,
                  const EchoicCalibration* const c,
                  FILE* const                    stream)
{
  fprintf(stream,
          "  threshold %.2f: examples score about %.2f, margin %.2f; ",
          (double)c->threshold,
          (double)c->positive,
          (double)c->margin);
  fprintf(stream,
          echoic_background_is_assumed(c)
            ? "nothing else heard scores more than %.2f, the least assumed\n"
            : "everything else heard scores up to %.2f\n",
          (double)c->background);
  if (c->alone) {
    fputs("  expected false alarms: unknown, nothing else was heard, or too "
          "little: teach --background FILE\n",
          stream);
  } else {
    fprintf(stream,
            "  expected false alarms: %.1f an hour\n",
            (double)c->false_alarms_per_hour);
  }
  if (c->confused_with >= 0 && (uint32_t)c->confused_with < model->n_sounds) {
    fputs("  most like it: ", stream);
    echoic_write_field(stream, model->sounds[c->confused_with].name);
    fprintf(stream, ", which scores up to %.2f here\n", (double)c->confusion);
  }

  for (uint32_t bit = 1U; bit; bit <<= 1U) {
    const char* const text =
      c->warnings & bit ? echoic_warning_text(bit) : NULL;
    if (text) {
      fprintf(stream, "  warning: %s\n", text);
    }
  }
}

static void
write_sound(const EchoicModel* const model,
            const uint32_t           index,
            FILE* const              stream)
{
  const EchoicSound* const       sound = &model->sounds[index];
  const EchoicCalibration* const c     = &sound->calibration;
  fputc('\n', stream);
  echoic_write_field(stream, sound->name);
  fprintf(stream,
          ": %u example%s, MIDI note %u\n",
          c->n_examples,
          plural(c->n_examples),
          sound->midi_note);
  write_examples(model, index, ECHOIC_MARK_EXAMPLE, "example:", stream);
  write_examples(model, index, ECHOIC_MARK_NOT, "not it:", stream);
  fprintf(stream,
          "  lasts %.3f s; known %.3f s after it begins, and up to half of "
          "that or its mask later if a better match could follow\n",
          (double)c->length_s,
          (double)c->span_s);
  fprintf(
    stream,
    "  memory of %.3f s, %.0f frames: what was heard counts more than half "
    "for %u frames, a tenth at its end\n",
    (double)c->memory_s,
    (double)c->memory_s / ECHOIC_HOP_S,
    echoic_info_half_frames(c));
  if (echoic_strikes_is_veiled(model, index)) {
    fputs("  told by its attack as well: others sound in its examples\n",
          stream);
  }
  if (echoic_fingerprints_count(model, index)) {
    fputs("  known by its waveform as well: the very recording is found "
          "beneath others\n",
          stream);
  }

  write_expectation(model, c, stream);
  if (sound->sensitivity != 0.0F) {
    fprintf(stream, "  sensitivity set to %+.2f\n", (double)sound->sensitivity);
  }
  if (sound->mask_s > 0.0F) {
    fprintf(stream, "  events at least %.3f s apart\n", (double)sound->mask_s);
  }
  if (sound->max_false_alarms_per_hour > 0.0F) {
    fprintf(stream,
            "  threshold chosen for %g false alarms an hour\n",
            (double)sound->max_false_alarms_per_hour);
  }
  echoic_write_rate_warning(sound, stream);
}

static void
write_graph(const EchoicInfo* const info, FILE* const stream)
{
  const EchoicGraphSpec* const graph = &info->model->graph;
  fprintf(stream,
          "\nDetector: %u nodes, %zu bytes (an engine for 48 kHz: %zu)\n",
          graph->n_nodes,
          info->graph_bytes,
          info->engine_bytes);
  for (uint32_t i = 0U; i < graph->n_nodes; ++i) {
    const EchoicNodeSpec* const node = &graph->nodes[i];
    const EchoicNodeInfo        n    = echoic_info_node(graph, i);
    fputs("  ", stream);
    echoic_write_field(stream, node->id);
    fprintf(
      stream, ": %s, width %u, %zu bytes, from", node->type, n.width, n.bytes);
    for (uint32_t k = 0U; k < node->n_inputs; ++k) {
      fputc(' ', stream);
      echoic_write_field(stream, node->inputs[k]);
    }
    fputc('\n', stream);
  }
}

void
echoic_info_text(const EchoicInfo* const info, FILE* const stream)
{
  const EchoicModel* const model = info->model;
  echoic_write_field(stream, info->path);
  fprintf(stream,
          ": %u sound%s, revision %u, %zu bytes\n",
          info->n_sounds,
          plural(info->n_sounds),
          model->revision,
          info->file_bytes);
  fprintf(stream,
          "Keeps %u clip%s of what was heard, %.1f s in all\n",
          model->n_clips,
          plural(model->n_clips),
          info->clips_s);
  if (info->n_sounds) {
    fprintf(
      stream,
      "Listens to %u of %u bands: best at %.0f Hz or more; at lower rates "
      "to fewer\n",
      model->n_bands,
      ECHOIC_N_BANDS,
      info->min_rate_hz);
  }

  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    if (!model->sounds[i].removed) {
      write_sound(model, i, stream);
    }
  }

  if (info->n_sounds) {
    write_graph(info, stream);
  }
}
