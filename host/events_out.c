// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/events_out.h"

#include "host/text_out.h"

#include <math.h>

const char* const echoic_format_names[] =
  {"audacity", "csv", "jsonl", "raven", "midi", NULL};

const char*
echoic_format_suffix(const EchoicFormat format)
{
  static const char* const suffixes[] = {
    ".txt", ".csv", ".jsonl", ".selections.txt", ".mid"};
  return suffixes[format];
}

bool
echoic_format_holds_many(const EchoicFormat format)
{
  return format != ECHOIC_FORMAT_AUDACITY && format != ECHOIC_FORMAT_MIDI;
}

void
echoic_events_begin(EchoicEventsOut* const out)
{
  if (out->format == ECHOIC_FORMAT_CSV) {
    fprintf(out->stream,
            "file,sound,start_s,end_s,score,velocity%s\n",
            out->has_channels ? ",channel" : "");
  } else if (out->format == ECHOIC_FORMAT_RAVEN) {
    fputs("Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\t"
          "Low Freq (Hz)\tHigh Freq (Hz)\tBegin File\tFile Offset (s)\t"
          "Annotation\tScore\n",
          out->stream);
  }
}

typedef struct {
  const char* path;
  const char* sound;
  double      rate_hz;
  double      start_s;
  double      end_s;
  uint32_t    midi_note;
} Row;

static void
write_audacity(const EchoicEventsOut* const out, const Row* const row)
{
  fprintf(out->stream, "%.6f\t%.6f\t", row->start_s, row->end_s);
  echoic_write_field(out->stream, row->sound);
  fputc('\n', out->stream);
}

static void
write_csv(const EchoicEventsOut* const out,
          const Row* const             row,
          const EchoicFound* const     found)
{
  echoic_write_csv(out->stream, row->path);
  fputc(',', out->stream);
  echoic_write_csv(out->stream, row->sound);
  fprintf(out->stream,
          ",%.6f,%.6f,%.6f,%ld",
          row->start_s,
          row->end_s,
          (double)found->event.score,
          lrintf(found->event.velocity));
  if (out->has_channels) {
    fprintf(out->stream, ",%u", found->channel + 1U);
  }
  fputc('\n', out->stream);
}

static void
write_jsonl(const EchoicEventsOut* const out,
            const Row* const             row,
            const EchoicFound* const     found)
{
  fputs("{\"file\": ", out->stream);
  echoic_write_json(out->stream, row->path);
  fputs(", \"sound\": ", out->stream);
  echoic_write_json(out->stream, row->sound);
  if (out->has_channels) {
    fprintf(out->stream, ", \"channel\": %u", found->channel + 1U);
  } else {
    fputs(", \"channel\": null", out->stream);
  }

  fprintf(out->stream,
          ", \"start_sample\": %llu, \"end_sample\": %llu, \"rate_hz\": %.0f"
          ", \"start_s\": %.6f, \"end_s\": %.6f, \"score\": %.6f"
          ", \"threshold\": %.6f, \"velocity\": %ld, \"midi_note\": %u}\n",
          (unsigned long long)found->event.onset,
          (unsigned long long)found->event.end,
          row->rate_hz,
          row->start_s,
          row->end_s,
          (double)found->event.score,
          (double)found->event.threshold,
          lrintf(found->event.velocity),
          row->midi_note);
}

static void
write_raven(const EchoicEventsOut* const out,
            const Row* const             row,
            const EchoicFound* const     found)
{
  fprintf(out->stream,
          "%llu\tSpectrogram 1\t%u\t%.6f\t%.6f\t0\t%.1f\t",
          (unsigned long long)out->n_rows,
          found->channel + 1U,
          out->past_s + row->start_s,
          out->past_s + row->end_s,
          0.5 * row->rate_hz);
  echoic_write_field(out->stream, row->path);
  fprintf(out->stream, "\t%.6f\t", row->start_s);
  echoic_write_field(out->stream, row->sound);
  fprintf(out->stream, "\t%.6f\n", (double)found->event.score);
}

static void
write_row(EchoicEventsOut* const   out,
          const Row* const         row,
          const EchoicFound* const found)
{
  ++out->n_rows;
  switch (out->format) {
  case ECHOIC_FORMAT_AUDACITY:
    write_audacity(out, row);
    break;
  case ECHOIC_FORMAT_CSV:
    write_csv(out, row, found);
    break;
  case ECHOIC_FORMAT_JSONL:
    write_jsonl(out, row, found);
    break;
  case ECHOIC_FORMAT_RAVEN:
    write_raven(out, row, found);
    break;
  case ECHOIC_FORMAT_MIDI:
    break;
  }
}

void
echoic_events_write(EchoicEventsOut* const      out,
                    const char* const           path,
                    const EchoicFindings* const findings)
{
  if (out->format == ECHOIC_FORMAT_MIDI) {
    echoic_midi_write(out, path, findings);
    return;
  }

  const double rate_hz = findings->rate_hz;
  for (size_t i = 0U; i < findings->n_found; ++i) {
    const EchoicFound* const found = &findings->found[i];
    const EchoicSound* const sound = &out->model->sounds[found->event.sound];

    const Row row = {path,
                     sound->name,
                     rate_hz,
                     (double)found->event.onset / rate_hz,
                     (double)found->event.end / rate_hz,
                     sound->midi_note};
    write_row(out, &row, found);
  }

  out->past_s += (double)findings->n_frames / rate_hz;
}
