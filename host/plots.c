// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/plots.h"

#include "host/html.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Pixels */
static const double width  = 346.0;
static const double height = 250.0;
static const double left   = 46.0;
static const double right  = 26.0;
static const double top    = 10.0;
static const double bottom = 40.0;
static const double cell   = 25.0;
static const double letter = 6.4; ///< Mean width

static const double slack = 1e-9; ///< Of coordinates

static double
x_of(const EchoicPlot* const plot, const double x)
{
  const double part = (x - plot->x_min) / (plot->x_max - plot->x_min);
  return left + (fmin(fmax(part, 0.0), 1.0) * (width - left - right));
}

static double
y_of(const EchoicPlot* const plot, const double y)
{
  const double part = (y - plot->y_min) / (plot->y_max - plot->y_min);
  return height - bottom -
         (fmin(fmax(part, 0.0), 1.0) * (height - top - bottom));
}

static void
write_title(FILE* const stream, const char* const title)
{
  fputs("<figure><figcaption>", stream);
  echoic_html_text(stream, title);
  fputs("</figcaption>\n", stream);
}

/// Count the steps of a grid that fit into a span
static unsigned
n_steps(const double span, const double step)
{
  return (unsigned)floor((span + slack) / step);
}

static void
write_grid(FILE* const stream, const EchoicPlot* const plot)
{
  const unsigned n_x = n_steps(plot->x_max - plot->x_min, plot->x_step);
  const unsigned n_y = n_steps(plot->y_max - plot->y_min, plot->y_step);
  for (unsigned i = 0U; i <= n_x; ++i) {
    const double x = plot->x_min + (plot->x_step * i);
    fprintf(stream,
            "<path class=\"grid\" d=\"M%.1f %.1fV%.1f\"/>"
            "<text class=\"t\" x=\"%.1f\" y=\"%.1f\" "
            "text-anchor=\"middle\">%g</text>\n",
            x_of(plot, x),
            top,
            height - bottom,
            x_of(plot, x),
            height - bottom + 14.0,
            plot->is_log_x    ? pow(10.0, x)
            : fabs(x) < slack ? 0.0
                              : x);
  }

  for (unsigned i = 0U; i <= n_y; ++i) {
    const double y = plot->y_min + (plot->y_step * i);
    fprintf(stream,
            "<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>"
            "<text class=\"t\" x=\"%.1f\" y=\"%.1f\" "
            "text-anchor=\"end\">%g</text>\n",
            left,
            y_of(plot, y),
            width - right,
            left - 5.0,
            y_of(plot, y) + 4.0,
            fabs(y) < slack ? 0.0 : y);
  }
}

void
echoic_plot_begin(FILE* const stream, const EchoicPlot* const plot)
{
  write_title(stream, plot->title);
  fprintf(stream,
          "<svg width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" "
          "role=\"img\">\n",
          width,
          height,
          width,
          height);
  write_grid(stream, plot);
  fprintf(stream,
          "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
          (left + width - right) / 2.0,
          height - 6.0);
  echoic_html_text(stream, plot->x_name);
  fprintf(stream,
          "</text><text transform=\"translate(12 %.1f)rotate(-90)\" "
          "text-anchor=\"middle\">",
          (top + height - bottom) / 2.0);
  echoic_html_text(stream, plot->y_name);
  fputs("</text>\n", stream);
}

void
echoic_plot_curve(FILE* const                  stream,
                  const EchoicPlot* const      plot,
                  const EchoicPlotPoint* const points,
                  const size_t                 n_points,
                  const unsigned               colour)
{
  if (!n_points) {
    return;
  }

  fprintf(
    stream, "<path class=\"curve c%u\" d=\"", colour % ECHOIC_HTML_N_COLOURS);
  for (size_t i = 0U; i < n_points; ++i) {
    fprintf(stream,
            "%c%.1f %.1f",
            i ? 'L' : 'M',
            x_of(plot, points[i].x),
            y_of(plot, points[i].y));
  }
  fputs("\"/>\n", stream);
}

void
echoic_plot_dot(FILE* const             stream,
                const EchoicPlot* const plot,
                const EchoicPlotPoint   point,
                const unsigned          colour,
                const char* const       title)
{
  fprintf(stream,
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\" class=\"f%u\"><title>",
          x_of(plot, point.x),
          y_of(plot, point.y),
          colour % ECHOIC_HTML_N_COLOURS);
  echoic_html_text(stream, title);
  fputs("</title></circle>\n", stream);
}

void
echoic_plot_end(FILE* const              stream,
                const char* const* const names,
                const size_t             n_names)
{
  fputs("</svg>\n<div class=\"legend\">", stream);
  for (size_t i = 0U; i < n_names; ++i) {
    fprintf(stream,
            "<span><span class=\"key c%u\"></span>",
            (unsigned)(i % ECHOIC_HTML_N_COLOURS));
    echoic_html_text(stream, names[i]);
    fputs("</span>", stream);
  }
  fputs("</div></figure>\n", stream);
}

/// Return 1, 2 or 5 times a power of ten, for about five steps to `range`
static double
round_step(const double range)
{
  const double rough = fmax(range, 1.0) / 5.0;
  const double power = pow(10.0, floor(log10(rough)));
  const double part  = rough / power;
  return power * (part <= 1.0   ? 1.0
                  : part <= 2.0 ? 2.0
                  : part <= 5.0 ? 5.0
                                : 10.0);
}

void
echoic_plot_histogram(FILE* const         stream,
                      const char* const   title,
                      const char* const   x_name,
                      const double* const values,
                      const size_t        n_values,
                      const double        min,
                      const double        max,
                      const size_t        n_bins)
{
  size_t* const bins = (size_t*)calloc(n_bins, sizeof(size_t));
  size_t        most = 1U;
  for (size_t i = 0U; bins && i < n_values; ++i) {
    const double part = (values[i] - min) / (max - min) * (double)n_bins;
    const size_t bin  = (size_t)fmin(fmax(part, 0.0), (double)n_bins - 1.0);
    ++bins[bin];
    most = bins[bin] > most ? bins[bin] : most;
  }

  const double     step = fmax(round_step((double)most), 1.0);
  const double     high = step * ceil((double)most / step);
  const EchoicPlot plot = {title,
                           x_name,
                           "detections",
                           min,
                           max,
                           0.0,
                           high,
                           (max - min) / 4.0,
                           step,
                           false};
  echoic_plot_begin(stream, &plot);
  for (size_t i = 0U; bins && i < n_bins; ++i) {
    const double bin = (max - min) / (double)n_bins;
    const double x   = x_of(&plot, min + (bin * (double)i));
    const double y   = y_of(&plot, (double)bins[i]);
    if (bins[i]) {
      fprintf(stream,
              "<rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
              "height=\"%.1f\"><title>%g to %g: %zu</title></rect>\n",
              x + 0.5,
              y,
              x_of(&plot, min + (bin * (double)(i + 1U))) - x - 1.0,
              y_of(&plot, 0.0) - y,
              min + (bin * (double)i),
              min + (bin * (double)(i + 1U)),
              bins[i]);
    }
  }

  free(bins);
  echoic_plot_end(stream, NULL, 0U);
}

static double
longest(const char* const* const names, const size_t n)
{
  size_t most = 0U;
  for (size_t i = 0U; i < n; ++i) {
    most = strlen(names[i]) > most ? strlen(names[i]) : most;
  }

  return letter * (double)(most < 30U ? most : 30U);
}

static void
write_cell(FILE* const  stream,
           const double x,
           const double y,
           const size_t count,
           const size_t sum,
           const int    is_right)
{
  const double part = sum ? (double)count / (double)sum : 0.0;
  fprintf(stream,
          "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
          "class=\"%s\" opacity=\"%.3f\"/>",
          x + 0.5,
          y + 0.5,
          cell - 1.0,
          cell - 1.0,
          is_right ? "cell" : "wrong",
          0.04 + (0.8 * sqrt(part)));
  if (count) {
    fprintf(stream,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%zu</text>",
            x + (cell / 2.0),
            y + (cell / 2.0) + 4.0,
            count);
  }
}

void
echoic_plot_matrix(FILE* const              stream,
                   const char* const        title,
                   const char* const* const rows,
                   const size_t             n_rows,
                   const char* const* const columns,
                   const size_t             n_columns,
                   const size_t* const      counts)
{
  const double x0 = 12.0 + longest(rows, n_rows);
  const double y0 = 12.0 + (0.75 * longest(columns, n_columns));
  const double w  = x0 + (cell * (double)n_columns) + 40.0;
  const double h  = y0 + (cell * (double)n_rows) + 4.0;
  write_title(stream, title);
  fprintf(stream,
          "<svg width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" "
          "role=\"img\">\n",
          w,
          h,
          w,
          h);
  for (size_t c = 0U; c < n_columns; ++c) {
    fprintf(stream,
            "<text transform=\"translate(%.1f %.1f)rotate(-45)\">",
            x0 + (cell * ((double)c + 0.55)),
            y0 - 4.0);
    echoic_html_text(stream, columns[c]);
    fputs("</text>\n", stream);
  }

  for (size_t r = 0U; r < n_rows; ++r) {
    const size_t* const row = counts + (r * n_columns);
    const double        y   = y0 + (cell * (double)r);
    size_t              sum = 0U;
    for (size_t c = 0U; c < n_columns; ++c) {
      sum += row[c];
    }

    fprintf(stream,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">",
            x0 - 5.0,
            y + (cell / 2.0) + 4.0);
    echoic_html_text(stream, rows[r]);
    fputs("</text>", stream);
    for (size_t c = 0U; c < n_columns; ++c) {
      write_cell(stream, x0 + (cell * (double)c), y, row[c], sum, r == c);
    }
    fputc('\n', stream);
  }

  fputs("</svg></figure>\n", stream);
}
