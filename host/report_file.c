// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/report_file.h"

#include "dsp/strikes.h"
#include "host/html.h"

#include <math.h>
#include <string.h>

enum { max_rows = 5000 };

uint32_t
echoic_report_lane(const EchoicModel* const model, const uint32_t sound)
{
  uint32_t lane = 0U;
  for (uint32_t i = 0U; i < sound; ++i) {
    lane += !model->sounds[i].removed;
  }

  return lane;
}

static const char*
base_name(const char* const path)
{
  const char* const slash = strrchr(path, '/');
  return slash && slash[1] ? slash + 1 : path;
}

static size_t
count_events(const EchoicHearing* const h, const uint32_t sound)
{
  size_t n = 0U;
  for (size_t i = 0U; i < h->n_events; ++i) {
    n += h->events[i].sound == sound;
  }

  return n;
}

static void
write_duration(FILE* const stream, const double length_s)
{
  if (length_s < 60.0) {
    fprintf(stream, "%.1f seconds", length_s);
  } else if (length_s < 3600.0) {
    fprintf(stream, "%d min %02d s", (int)length_s / 60, (int)length_s % 60);
  } else {
    fprintf(stream,
            "%d h %02d min",
            (int)(length_s / 3600.0),
            ((int)length_s / 60) % 60);
  }
}

static void
write_opening(FILE* const stream, const EchoicFileReport* const report)
{
  const EchoicHearing* const h = report->hearing;
  fputs("<h1>What was heard in <span class=\"file\">", stream);
  echoic_html_text(stream, base_name(report->path));
  fputs("</span></h1>\n<p>Echoic listened to ", stream);
  write_duration(stream, h->length_s);
  fprintf(stream,
          " of sound (%g Hz, %u channel%s) for %u sound%s that it was taught, "
          "and found <b>%zu</b> occurrence%s. ",
          h->rate_hz,
          h->n_channels,
          h->n_channels == 1U ? "" : "s",
          h->n_scores,
          h->n_scores == 1U ? "" : "s",
          h->n_events,
          h->n_events == 1U ? "" : "s");
  fputs("Model: <span class=\"file\">", stream);
  echoic_html_text(stream, base_name(report->model_path));
  fprintf(stream, "</span>, revision %u.</p>\n", report->model->revision);
}

static void
write_card(FILE* const                   stream,
           const EchoicFileReport* const report,
           const uint32_t                sound,
           const uint32_t                lane)
{
  const EchoicSound* const       s = &report->model->sounds[sound];
  const EchoicCalibration* const c = &s->calibration;
  const size_t                   n = count_events(report->hearing, sound);
  char rate[64]                    = "unknown: too little else was heard";
  if (!c->alone) {
    snprintf(
      rate, sizeof(rate), "%.1f an hour", (double)c->false_alarms_per_hour);
  }

  fprintf(stream,
          "<div class=\"card\"><span class=\"key c%u\"></span><b>",
          lane % ECHOIC_HTML_N_COLOURS);
  echoic_html_text(stream, s->name);
  fprintf(stream,
          "</b><div class=\"n\">%zu</div><div class=\"dim\">taught by %u "
          "example%s of %.2f s<br>expected false alarms %s",
          n,
          c->n_examples,
          c->n_examples == 1U ? "" : "s",
          (double)c->length_s,
          rate);
  if (c->confused_with >= 0 &&
      (uint32_t)c->confused_with < report->model->n_sounds) {
    fputs("<br>most like ", stream);
    echoic_html_text(stream, report->model->sounds[c->confused_with].name);
  }
  if (echoic_strikes_is_veiled(report->model, sound)) {
    fputs("<br>told by its attack as well", stream);
  }
  fputs("</div></div>\n", stream);
}

static void
write_cards(FILE* const stream, const EchoicFileReport* const report)
{
  fputs("<div class=\"cards\">\n", stream);
  for (uint32_t i = 0U, lane = 0U; i < report->model->n_sounds; ++i) {
    if (!report->model->sounds[i].removed) {
      write_card(stream, report, i, lane++);
    }
  }
  fputs("</div>\n", stream);
}

static void
write_row(FILE* const                   stream,
          const EchoicFileReport* const report,
          const size_t                  index)
{
  const EchoicHearing* const h = report->hearing;
  const EchoicEvent* const   e = &h->events[index];
  fprintf(stream,
          "<tr><td>%zu<td class=\"l\"><span class=\"key c%u\"></span>",
          index + 1U,
          echoic_report_lane(report->model, e->sound) % ECHOIC_HTML_N_COLOURS);
  echoic_html_text(stream, report->model->sounds[e->sound].name);
  fprintf(stream,
          "<td>%.3f<td>%.3f<td>%.2f<td>%.2f<td>%.1f<td>%.0f</tr>\n",
          (double)e->onset / h->rate_hz,
          (double)e->end / h->rate_hz,
          (double)e->score,
          (double)e->threshold,
          (rint(10.0 * (double)e->level_db) / 10.0) + 0.0, // No -0.0
          (double)e->velocity);
}

static void
write_table(FILE* const stream, const EchoicFileReport* const report)
{
  const size_t n = report->hearing->n_events;
  fputs("<h2>Occurrences</h2>\n", stream);
  if (!n) {
    fputs("<p>None of the taught sounds scored above its threshold.</p>\n",
          stream);
    return;
  }

  fputs("<div class=\"wide\"><table><thead><tr><th>#<th class=\"l\">Sound"
        "<th>Start s<th>End s<th>Score<th>Threshold<th>Peak dB"
        "<th>Velocity</tr></thead>\n<tbody>\n",
        stream);
  for (size_t i = 0U; i < n && i < max_rows; ++i) {
    write_row(stream, report, i);
  }
  fputs("</tbody></table></div>\n", stream);
  if (n > max_rows) {
    fprintf(stream,
            "<p class=\"dim\">The first %d of %zu; 'echoic detect' writes "
            "all.</p>\n",
            max_rows,
            n);
  }
}

EchoicStatus
echoic_report_write(FILE* const stream, const EchoicFileReport* const report)
{
  echoic_html_begin(stream, base_name(report->path));
  write_opening(stream, report);
  write_cards(stream, report);
  fputs(
    "<h2>Over time</h2>\n<p class=\"dim\">Above, the sound as it is heard: "
    "low pitch at the bottom, bright is loud (70 dB from black to the "
    "brightest). Below, for each taught sound, how much the last moments "
    "resembled it: a typical example scores 1. Each peak is then compared "
    "with the examples themselves and with what other sounds explain; where "
    "the score that is left exceeds the dashed threshold, the occurrence is "
    "marked from its onset. Hits may be found by their attacks instead, and "
    "the very recording of an example by its waveform, which the curve doesn't "
    "show. ",
    stream);
  if (report->hearing->n_pooled > 1U) {
    fprintf(stream,
            "Each column shows the highest of %.0f ms. ",
            1000.0 * ECHOIC_HOP_S * report->hearing->n_pooled);
  }
  fputs("Long recordings scroll sideways.</p>\n", stream);
  const EchoicStatus st = echoic_report_write_track(stream, report);
  write_table(stream, report);
  echoic_html_end(stream);
  return st;
}
