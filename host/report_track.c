// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/report_file.h"

#include "dsp/mel.h"
#include "host/html.h"
#include "host/png.h"

#include <math.h>
#include <stdlib.h>

enum { max_lanes = 64, lane_height = 72 };

static const float  range_db    = 70.0F; ///< From the loudest to black
static const double px_per_s    = 110.0;
static const double least_px    = 1060.0;
static const double most_px     = 12000.0;
static const double px_per_tick = 90.0;

/// What is the same for all that is drawn over time
typedef struct {
  FILE*                   stream;
  const EchoicFileReport* report;
  double                  width_px;
  double                  length_s; ///< Shown by the width
  double                  column_s;
} Track;

/// Fill a palette whose lightness rises evenly: black, blue, red, yellow, white
static void
fill_palette(uint8_t* const palette)
{
  static const float anchors[][3] = {{0.0F, 0.0F, 6.0F},
                                     {40.0F, 12.0F, 84.0F},
                                     {120.0F, 28.0F, 109.0F},
                                     {188.0F, 55.0F, 84.0F},
                                     {237.0F, 105.0F, 37.0F},
                                     {251.0F, 180.0F, 26.0F},
                                     {252.0F, 255.0F, 200.0F}};

  enum { n_steps = sizeof(anchors) / sizeof(*anchors) - 1 };

  for (uint32_t i = 0U; i < 256U; ++i) {
    const float    x    = (float)i * (float)n_steps / 255.0F;
    const uint32_t step = x < (float)n_steps ? (uint32_t)x : n_steps - 1U;
    const float    part = x - (float)step;
    for (uint32_t c = 0U; c < 3U; ++c) {
      const float from      = anchors[step][c];
      const float to        = anchors[step + 1U][c];
      palette[(3U * i) + c] = (uint8_t)lrintf(from + (part * (to - from)));
    }
  }
}

static float
level_db(const float energy)
{
  return 10.0F * log10f(fmaxf(energy, 1e-12F));
}

/// Paint levels, low bands at the bottom; null without memory
static uint8_t*
paint(const EchoicHearing* const h, const uint32_t n_bands)
{
  const size_t   n_all  = (size_t)h->n_columns * ECHOIC_N_BANDS;
  uint8_t* const pixels = (uint8_t*)malloc((size_t)h->n_columns * n_bands + 1U);
  float          top    = level_db(0.0F) + range_db;
  for (size_t i = 0U; i < n_all; ++i) {
    top = fmaxf(top, level_db(h->energies[i]));
  }

  for (uint32_t c = 0U; pixels && c < h->n_columns; ++c) {
    for (uint32_t b = 0U; b < n_bands; ++b) {
      const float db =
        level_db(h->energies[((size_t)c * ECHOIC_N_BANDS) + b]) - top;
      const float shade = fmaxf(0.0F, 1.0F + (db / range_db));
      pixels[((size_t)(n_bands - 1U - b) * h->n_columns) + c] =
        (uint8_t)lrintf(255.0F * shade);
    }
  }

  return pixels;
}

/// Label some frequencies at the left edge
static void
write_frequencies(FILE* const stream, const uint32_t n_bands)
{
  static const double wanted_hz[] = {
    200.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0};

  fputs("<div class=\"hz\" aria-hidden=\"true\">", stream);
  for (size_t i = 0U; i < sizeof(wanted_hz) / sizeof(*wanted_hz); ++i) {
    uint32_t band = 0U;
    while (band < n_bands && echoic_mel_centre_hz(band) < wanted_hz[i]) {
      ++band;
    }
    if (band < n_bands) {
      const double top = 200.0 * (1.0 - ((band + 0.5) / n_bands));
      fprintf(stream,
              "<span style=\"top:%.0fpx\">%g %s</span>",
              top,
              wanted_hz[i] < 1000.0 ? wanted_hz[i] : wanted_hz[i] / 1000.0,
              wanted_hz[i] < 1000.0 ? "Hz" : "kHz");
    }
  }
  fputs("</div>", stream);
}

static double
x_of(const Track* const t, const double time_s)
{
  return fmin(fmax(time_s / t->length_s, 0.0), 1.0) * t->width_px;
}

/// Mark the events of one lane, or of all
static void
write_marks(const Track* const t, const int64_t lane, const double height)
{
  const EchoicHearing* const h = t->report->hearing;
  for (size_t i = 0U; i < h->n_events; ++i) {
    const EchoicEvent* const e = &h->events[i];
    const uint32_t at          = echoic_report_lane(t->report->model, e->sound);
    if (lane >= 0 && at != lane) {
      continue;
    }

    const unsigned colour = at % ECHOIC_HTML_N_COLOURS;
    const double   begin  = x_of(t, (double)e->onset / h->rate_hz);
    const double   end    = x_of(t, (double)e->end / h->rate_hz);
    fprintf(t->stream,
            "<g><title>%.3f s, score %.2f, ",
            (double)e->onset / h->rate_hz,
            (double)e->score);
    echoic_html_text(t->stream, t->report->model->sounds[e->sound].name);
    fprintf(t->stream,
            "</title><rect x=\"%.1f\" y=\"%g\" width=\"%.1f\" height=\"%g\" "
            "class=\"f%u\" opacity=\"%s\"/>",
            begin,
            lane < 0 ? 6.0 * colour : 0.0,
            fmax(end - begin, 1.0),
            lane < 0 ? 5.0 : height,
            colour,
            lane < 0 ? "1" : ".18");
    if (lane >= 0) {
      fprintf(t->stream,
              "<path d=\"M%.1f 0v%g\" class=\"c%u\" stroke-width=\"2\" "
              "vector-effect=\"non-scaling-stroke\"/>",
              begin,
              height,
              colour);
    }
    fputs("</g>\n", t->stream);
  }
}

static EchoicStatus
write_spectrogram(const Track* const t)
{
  const EchoicHearing* const h = t->report->hearing;
  uint8_t                    palette[256U * 3U];
  const uint32_t             n_bands = echoic_mel_bands(h->rate_hz);
  uint8_t* const             pixels  = paint(h, n_bands);
  if (!pixels) {
    return ECHOIC_NO_MEMORY;
  }

  fill_palette(palette);
  fputs("<div class=\"spec\">", t->stream);
  write_frequencies(t->stream, n_bands);
  fputs("<img alt=\"Spectrogram\" src=\"", t->stream);
  const EchoicStatus st =
    echoic_png_write_uri(t->stream, palette, pixels, h->n_columns, n_bands);
  free(pixels);
  fprintf(t->stream,
          "\"><svg viewBox=\"0 0 %.0f 200\" preserveAspectRatio=\"none\">\n",
          t->width_px);
  write_marks(t, -1, 200.0);
  fputs("</svg></div>\n", t->stream);
  return st;
}

/// Return a round number of seconds at least as long as a label is wide
static double
tick_s(const Track* const t)
{
  static const double steps[] = {0.1,
                                 0.2,
                                 0.5,
                                 1.0,
                                 2.0,
                                 5.0,
                                 10.0,
                                 30.0,
                                 60.0,
                                 120.0,
                                 300.0,
                                 600.0,
                                 1800.0,
                                 3600.0,
                                 7200.0};

  const double least = px_per_tick * t->length_s / t->width_px;
  size_t       i     = 0U;
  while (i + 1U < sizeof(steps) / sizeof(*steps) && steps[i] < least) {
    ++i;
  }

  return fmax(steps[i], least);
}

static void
write_times(const Track* const t)
{
  const double   step   = tick_s(t);
  const uint32_t n      = (uint32_t)(t->length_s / step) + 1U;
  const uint32_t rarely = 1U + (n / 10U);
  fputs("<div class=\"times\">", t->stream);
  for (uint32_t i = 0U; i < n; ++i) {
    const double time_s = step * i;
    fprintf(t->stream,
            "<span%s style=\"left:%.3f%%\">",
            i % rarely ? " class=\"minor\"" : "",
            100.0 * time_s / t->length_s);
    if (time_s < 60.0) {
      fprintf(t->stream, "%.*f s</span>", step < 1.0 ? 1 : 0, time_s);
    } else {
      const uint32_t seconds = (uint32_t)time_s;
      fprintf(t->stream, "%u:%02u</span>", seconds / 60U, seconds % 60U);
    }
  }
  fputs("</div>\n", t->stream);
}

/// Draw one sound's score: the highest of about every pixel
static void
write_curve(const Track* const t, const uint32_t lane, const double top)
{
  const EchoicHearing* const h    = t->report->hearing;
  const uint32_t             step = 1U + (h->n_columns / 4096U);
  fprintf(t->stream,
          "<path class=\"curve c%u\" style=\"stroke-width:1.2\" "
          "vector-effect=\"non-scaling-stroke\" d=\"",
          lane % ECHOIC_HTML_N_COLOURS);
  for (uint32_t c = 0U; c < h->n_columns; c += step) {
    float score = -INFINITY;
    for (uint32_t k = c; k < h->n_columns && k < c + step; ++k) {
      score = fmaxf(score, h->scores[((size_t)k * h->n_scores) + lane]);
    }

    const double shown = fmax((double)score, -0.15);
    fprintf(t->stream,
            "%c%.1f %.1f",
            c ? 'L' : 'M',
            x_of(t, (c + (step / 2U)) * t->column_s),
            lane_height * (top - shown) / (top + 0.15));
  }
  fputs("\"/>\n", t->stream);
}

static void
write_lane(const Track* const       t,
           const EchoicSound* const sound,
           const uint32_t           lane)
{
  const EchoicHearing* const h   = t->report->hearing;
  double                     top = 1.25;
  for (uint32_t c = 0U; c < h->n_columns; ++c) {
    top = fmax(top, (double)h->scores[((size_t)c * h->n_scores) + lane] + 0.05);
  }

  const double threshold = (double)h->thresholds[lane];
  const double y         = lane_height * (top - threshold) / (top + 0.15);
  fprintf(t->stream,
          "<div class=\"lane\"><span class=\"tag\"><span class=\"key c%u\">"
          "</span>",
          lane % ECHOIC_HTML_N_COLOURS);
  echoic_html_text(t->stream, sound->name);
  fprintf(t->stream,
          " <span class=\"dim\">threshold %.2f</span></span>"
          "<svg height=\"%d\" viewBox=\"0 0 %.0f %d\" "
          "preserveAspectRatio=\"none\">\n",
          threshold,
          lane_height,
          t->width_px,
          lane_height);
  write_marks(t, lane, lane_height);
  fprintf(t->stream,
          "<path class=\"axis\" stroke-dasharray=\"5 4\" "
          "vector-effect=\"non-scaling-stroke\" d=\"M0 %.1fH%.0f\"/>\n",
          y,
          t->width_px);
  write_curve(t, lane, top);
  fputs("</svg></div>\n", t->stream);
}

EchoicStatus
echoic_report_write_track(FILE* const                   stream,
                          const EchoicFileReport* const report)
{
  const EchoicHearing* const h = report->hearing;
  Track t    = {stream, report, 0.0, 0.0, ECHOIC_HOP_S * h->n_pooled};
  t.length_s = t.column_s * h->n_columns;
  t.width_px = fmin(fmax(t.length_s * px_per_s, least_px), most_px);
  fprintf(stream,
          "<div class=\"scroll\" tabindex=\"0\"><div class=\"track\" "
          "style=\"width:%.0fpx\">\n",
          t.width_px);
  const EchoicStatus st = write_spectrogram(&t);
  write_times(&t);
  for (uint32_t i = 0U, lane = 0U; !st && i < report->model->n_sounds; ++i) {
    const EchoicSound* const sound = &report->model->sounds[i];
    if (!sound->removed && lane < max_lanes) {
      write_lane(&t, sound, lane++);
    }
  }

  fputs("</div></div>\n", stream);
  if (h->n_scores > max_lanes) {
    fprintf(stream,
            "<p class=\"dim\">Curves of the first %d of %u sounds.</p>\n",
            max_lanes,
            h->n_scores);
  }

  return st;
}
