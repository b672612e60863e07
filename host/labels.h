// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LABELS_H
#define ECHOIC_HOST_LABELS_H

#include "dsp/echoic.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Label tracks of Audacity: START TAB END TAB NAME, times in seconds.

   https://manual.audacityteam.org/man/importing_and_exporting_labels.html
   Lines that begin with a backslash (frequency ranges) and empty lines are
   skipped; a byte order mark and CRLF are fine; a number may have a decimal
   comma, since fields are separated by TAB alone.
*/
typedef struct {
  double   start_s;
  double   end_s; ///< Same as start_s: a point
  char*    name;  ///< Owned
  unsigned line;  ///< From 1
} EchoicLabel;

/// All labels of a file, in its order
typedef struct {
  size_t       n_labels;
  EchoicLabel* labels; ///< [n_labels], owned
} EchoicLabels;

/// Read a label file; `error` says PATH:LINE
bool
echoic_labels_read(const char* path, EchoicLabels* labels, EchoicError* error);

/// Free what `labels` owns
void
echoic_labels_clear(EchoicLabels* labels);

#endif // ECHOIC_HOST_LABELS_H
