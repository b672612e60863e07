// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/info.h"

#include "dsp/fingerprint.h"
#include "dsp/strikes.h"
#include "host/text_out.h"

#include <math.h>
#include <stdbool.h>

static void
write_number(FILE* const stream, const char* const key, const double value)
{
  if (isfinite(value)) {
    fprintf(stream, ",\"%s\":%.7g", key, value);
  } else {
    fprintf(stream, ",\"%s\":null", key);
  }
}

/// Write the marks of one kind as an array
static void
write_marks(const EchoicModel* const model,
            const uint32_t           sound,
            const EchoicMarkKind     kind,
            const char* const        key,
            FILE* const              stream)
{
  bool is_first = true;
  fprintf(stream, ",\"%s\":[", key);
  for (uint32_t i = 0U; i < model->n_marks; ++i) {
    const EchoicMark* const mark = &model->marks[i];
    if (mark->removed || mark->sound != sound || mark->kind != kind) {
      continue;
    }

    const EchoicClip* const clip = &model->clips[mark->clip];
    fputs(is_first ? "{\"file\":" : ",{\"file\":", stream);
    is_first = false;
    if (clip->source) {
      echoic_write_json(stream, clip->source);
    } else {
      fputs("null", stream);
    }

    write_number(stream, "start_s", clip->source_s + mark->start_s);
    write_number(stream, "end_s", clip->source_s + mark->end_s);
    write_number(stream, "level_db", (double)mark->level_db);
    fputc('}', stream);
  }
  fputc(']', stream);
}

static void
write_warnings(const uint32_t warnings, FILE* const stream)
{
  static const char* const names[] = {
    "disagree", "clipped", "short", "quiet", "confused"};

  bool is_first = true;
  fputs(",\"warnings\":[", stream);
  for (unsigned i = 0U; i < sizeof(names) / sizeof(*names); ++i) {
    if (warnings & (1U << i)) {
      fprintf(stream, "%s\"%s\"", is_first ? "" : ",", names[i]);
      is_first = false;
    }
  }
  fputc(']', stream);
}

static void
write_sound(const EchoicModel* const model,
            const uint32_t           index,
            FILE* const              stream)
{
  const EchoicSound* const       sound = &model->sounds[index];
  const EchoicCalibration* const c     = &sound->calibration;
  fputs("{\"name\":", stream);
  echoic_write_json(stream, sound->name);
  fprintf(stream,
          ",\"midi_note\":%u,\"n_examples\":%u",
          sound->midi_note,
          c->n_examples);
  write_number(stream, "length_s", (double)c->length_s);
  write_number(stream, "span_s", (double)c->span_s);
  write_number(stream, "memory_s", (double)c->memory_s);
  write_number(stream, "memory_half_frames", echoic_info_half_frames(c));
  write_number(stream, "level_db", (double)c->level_db);
  write_number(stream, "threshold", (double)c->threshold);
  write_number(stream, "positive", (double)c->positive);
  write_number(stream, "background", (double)c->background);
  write_number(stream, "margin", (double)c->margin);
  write_number(stream,
               "false_alarms_per_hour",
               c->alone ? (double)NAN : (double)c->false_alarms_per_hour);
  write_number(stream, "sensitivity", (double)sound->sensitivity);
  write_number(stream, "mask_s", (double)sound->mask_s);
  fprintf(stream,
          ",\"by_attack\":%s",
          echoic_strikes_is_veiled(model, index) ? "true" : "false");
  fprintf(stream,
          ",\"by_waveform\":%s",
          echoic_fingerprints_count(model, index) ? "true" : "false");
  fputs(",\"confused_with\":", stream);
  if (c->confused_with >= 0 && (uint32_t)c->confused_with < model->n_sounds) {
    echoic_write_json(stream, model->sounds[c->confused_with].name);
  } else {
    fputs("null", stream);
  }

  write_number(stream, "confusion", (double)c->confusion);
  write_warnings(c->warnings, stream);
  write_marks(model, index, ECHOIC_MARK_EXAMPLE, "examples", stream);
  write_marks(model, index, ECHOIC_MARK_NOT, "not", stream);
  fputc('}', stream);
}

static void
write_graph(const EchoicModel* const model, FILE* const stream)
{
  fputs(",\"nodes\":[", stream);
  for (uint32_t i = 0U; i < model->graph.n_nodes; ++i) {
    const EchoicNodeInfo node = echoic_info_node(&model->graph, i);
    fputs(i ? ",{\"id\":" : "{\"id\":", stream);
    echoic_write_json(stream, model->graph.nodes[i].id);
    fputs(",\"type\":", stream);
    echoic_write_json(stream, model->graph.nodes[i].type);
    fprintf(stream, ",\"width\":%u,\"bytes\":%zu}", node.width, node.bytes);
  }
  fputc(']', stream);
}

void
echoic_info_json(const EchoicInfo* const info, FILE* const stream)
{
  const EchoicModel* const model    = info->model;
  bool                     is_first = true;
  fputs("{\"model\":", stream);
  echoic_write_json(stream, info->path);
  fprintf(stream,
          ",\"bytes\":%zu,\"revision\":%u,\"n_bands\":%u,\"n_clips\":%u",
          info->file_bytes,
          model->revision,
          model->n_bands,
          model->n_clips);
  write_number(stream, "clips_s", info->clips_s);
  write_number(stream, "min_rate_hz", info->min_rate_hz);
  fprintf(stream,
          ",\"graph_bytes\":%zu,\"engine_bytes\":%zu,\"sounds\":[",
          info->graph_bytes,
          info->engine_bytes);
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    if (!model->sounds[i].removed) {
      fputs(is_first ? "\n" : ",\n", stream);
      is_first = false;
      write_sound(model, i, stream);
    }
  }

  fputc(']', stream);
  write_graph(model, stream);
  fputs("}\n", stream);
}
