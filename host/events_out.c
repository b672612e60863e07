// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/events_out.h"

#include "host/text_out.h"

#include <math.h>
#include <string.h>
#include <strings.h>
#include <time.h>

const char* const echoic_format_names[] =
  {"audacity", "csv", "jsonl", "raven", "midi", NULL};

const char*
echoic_format_suffix(const EchoicFormat format)
{
  static const char* const suffixes[] = {
    ".txt", ".csv", ".jsonl", ".selections.txt", ".mid"};
  return suffixes[format];
}

EchoicFormat
echoic_format_of(const char* const path)
{
  const size_t n = strlen(path);
  for (size_t i = ECHOIC_FORMAT_MIDI; i > ECHOIC_FORMAT_AUDACITY; --i) {
    const char* const suffix   = echoic_format_suffix((EchoicFormat)i);
    const size_t      n_suffix = strlen(suffix);
    if (n > n_suffix && !strcasecmp(path + n - n_suffix, suffix)) {
      return (EchoicFormat)i;
    }
  }

  return ECHOIC_FORMAT_AUDACITY;
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
            "file,sound,start_s,end_s,score,velocity%s%s\n",
            out->has_channels ? ",channel" : "",
            out->has_dates ? ",date" : "");
  } else if (out->format == ECHOIC_FORMAT_RAVEN) {
    fputs("Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\t"
          "Low Freq (Hz)\tHigh Freq (Hz)\tBegin File\tFile Offset (s)\t"
          "Annotation\tScore\tBegin Path\n",
          out->stream);
  }
}

static double
start_s(const EchoicEventRow* const row)
{
  return (double)row->event.onset / row->rate_hz;
}

static double
end_s(const EchoicEventRow* const row)
{
  return (double)row->event.end / row->rate_hz;
}

/// Write the moment at which a sound began as ISO 8601 has it, UTC
static void
write_date(FILE* const stream, const EchoicEventRow* const row)
{
  const int64_t second   = 1000000000;
  const time_t  date     = (time_t)(row->onset_ns / second);
  struct tm     utc      = {0};
  char          text[32] = "";
  gmtime_r(&date, &utc);
  strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
  fprintf(stream, "%s.%03dZ", text, (int)(row->onset_ns % second / 1000000));
}

static void
write_audacity(const EchoicEventsOut* const out,
               const EchoicEventRow* const  row)
{
  echoic_write_millionths(out->stream, start_s(row));
  fputc('\t', out->stream);
  echoic_write_millionths(out->stream, end_s(row));
  fputc('\t', out->stream);
  echoic_write_field(out->stream, row->sound);
  if (out->has_channels) { // A label track belongs to all channels of its track
    fprintf(out->stream, " (channel %u)", row->channel + 1U);
  }
  fputc('\n', out->stream);
}

static void
write_csv(const EchoicEventsOut* const out, const EchoicEventRow* const row)
{
  echoic_write_csv(out->stream, row->path);
  fputc(',', out->stream);
  echoic_write_csv(out->stream, row->sound);
  fputc(',', out->stream);
  echoic_write_millionths(out->stream, start_s(row));
  fputc(',', out->stream);
  echoic_write_millionths(out->stream, end_s(row));
  fputc(',', out->stream);
  echoic_write_millionths(out->stream, (double)row->event.score);
  fprintf(out->stream, ",%ld", lrintf(row->event.velocity));
  if (out->has_channels) {
    fprintf(out->stream, ",%u", row->channel + 1U);
  }
  if (out->has_dates) {
    fputc(',', out->stream);
    write_date(out->stream, row);
  }
  fputc('\n', out->stream);
}

static void
write_jsonl(const EchoicEventsOut* const out, const EchoicEventRow* const row)
{
  fputs("{\"file\": ", out->stream);
  echoic_write_json(out->stream, row->path);
  fputs(", \"sound\": ", out->stream);
  echoic_write_json(out->stream, row->sound);
  if (out->has_channels) {
    fprintf(out->stream, ", \"channel\": %u", row->channel + 1U);
  } else {
    fputs(", \"channel\": null", out->stream);
  }

  fprintf(out->stream,
          ", \"start_sample\": %llu, \"end_sample\": %llu, \"rate_hz\": %.0f"
          ", \"start_s\": %.6f, \"end_s\": %.6f, \"score\": %.6f"
          ", \"threshold\": %.6f, \"velocity\": %ld, \"midi_note\": %u"
          ", \"decided_sample\": %llu",
          (unsigned long long)row->event.onset,
          (unsigned long long)row->event.end,
          row->rate_hz,
          start_s(row),
          end_s(row),
          (double)row->event.score,
          (double)row->event.threshold,
          lrintf(row->event.velocity),
          row->midi_note,
          (unsigned long long)row->event.decided);
  if (out->has_dates) {
    fputs(", \"date\": \"", out->stream);
    write_date(out->stream, row);
    fputc('"', out->stream);
  }
  fputs("}\n", out->stream);
}

static void
write_raven(const EchoicEventsOut* const out, const EchoicEventRow* const row)
{
  const char* const slash = strrchr(row->path, '/');
  fprintf(out->stream,
          "%llu\tSpectrogram 1\t%u\t%.6f\t%.6f\t0\t%.1f\t",
          (unsigned long long)out->n_rows,
          row->channel + 1U,
          out->past_s + start_s(row),
          out->past_s + end_s(row),
          0.5 * row->rate_hz);
  echoic_write_field(out->stream, slash ? slash + 1 : row->path);
  fprintf(out->stream, "\t%.6f\t", start_s(row));
  echoic_write_field(out->stream, row->sound);
  fprintf(out->stream, "\t%.6f\t", (double)row->event.score);
  echoic_write_field(out->stream, row->path);
  fputc('\n', out->stream);
}

void
echoic_events_row(EchoicEventsOut* const out, const EchoicEventRow* const row)
{
  ++out->n_rows;
  switch (out->format) {
  case ECHOIC_FORMAT_AUDACITY:
    write_audacity(out, row);
    break;
  case ECHOIC_FORMAT_CSV:
    write_csv(out, row);
    break;
  case ECHOIC_FORMAT_JSONL:
    write_jsonl(out, row);
    break;
  case ECHOIC_FORMAT_RAVEN:
    write_raven(out, row);
    break;
  case ECHOIC_FORMAT_MIDI:
    break;
  }
}

EchoicStatus
echoic_events_write(EchoicEventsOut* const      out,
                    const char* const           path,
                    const EchoicFindings* const findings)
{
  if (out->format == ECHOIC_FORMAT_MIDI) {
    return echoic_midi_write(out, path, findings);
  }

  const double rate_hz = findings->rate_hz;
  for (size_t i = 0U; i < findings->n_found; ++i) {
    const EchoicFound* const found = &findings->found[i];
    const EchoicSound* const sound = &out->model->sounds[found->event.sound];

    const EchoicEventRow row = {path,
                                sound->name,
                                rate_hz,
                                found->channel,
                                sound->midi_note,
                                found->event,
                                0};
    echoic_events_row(out, &row);
  }

  out->past_s += (double)findings->n_frames / rate_hz;
  return ECHOIC_OK;
}
