// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_PLOTS_H
#define ECHOIC_HOST_PLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/**
   Diagrams as inline SVG, for pages begun by echoic_html_begin().
*/

/// A diagram with two axes
typedef struct {
  const char* title;
  const char* x_name;
  const char* y_name;
  double      x_min;
  double      x_max;
  double      y_min;
  double      y_max;
  double      x_step; ///< Between grid lines
  double      y_step;
  bool        is_log_x; ///< x is the decimal logarithm of what is meant
} EchoicPlot;

/// A point of a curve
typedef struct {
  double x;
  double y;
} EchoicPlotPoint;

/// Begin a figure: title, axes, grid
void
echoic_plot_begin(FILE* stream, const EchoicPlot* plot);

/// Draw a curve, points in order; what is outside is moved to the edge
void
echoic_plot_curve(FILE*                  stream,
                  const EchoicPlot*      plot,
                  const EchoicPlotPoint* points,
                  size_t                 n_points,
                  unsigned               colour);

/// Draw a dot with a title that shows when it's pointed at
void
echoic_plot_dot(FILE*             stream,
                const EchoicPlot* plot,
                EchoicPlotPoint   point,
                unsigned          colour,
                const char*       title);

/// End the drawing and name the colours, from 0
void
echoic_plot_end(FILE* stream, const char* const* names, size_t n_names);

/**
   Draw how often values occur, in `n_bins` equal bins from `min` to `max`;
   values beyond are counted in the outer bins.
*/
void
echoic_plot_histogram(FILE*         stream,
                      const char*   title,
                      const char*   x_name,
                      const double* values,
                      size_t        n_values,
                      double        min,
                      double        max,
                      size_t        n_bins);

/**
   Draw a matrix of counts, each cell shaded by its part of the row.

   The first of the rows' names belongs with the first of the columns': where
   they meet is right, elsewhere is wrong.

   @param counts [n_rows][n_columns]
*/
void
echoic_plot_matrix(FILE*              stream,
                   const char*        title,
                   const char* const* rows,
                   size_t             n_rows,
                   const char* const* columns,
                   size_t             n_columns,
                   const size_t*      counts);

#endif // ECHOIC_HOST_PLOTS_H
