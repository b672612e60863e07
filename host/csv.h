// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_CSV_H
#define ECHOIC_HOST_CSV_H

#include "dsp/echoic.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Comma-separated values with a header, columns by name.

   RFC 4180: fields in double quotes may hold commas, line breaks and doubled
   quotes.  A byte order mark, CRLF and empty lines are fine; a row with another
   number of fields than the header isn't.
*/
typedef struct {
  char*     path;
  char*     text; ///< All fields, each with a terminator
  size_t    n_columns;
  size_t    n_rows; ///< Without the header
  char**    fields; ///< [n_rows + 1][n_columns], the header first
  unsigned* lines;  ///< [n_rows + 1] Line at which a row begins, from 1
} EchoicCsv;

/// Read a file; `error` says PATH:LINE
EchoicStatus
echoic_csv_read(const char* path, EchoicCsv* csv, EchoicError* error);

/// Free what `csv` owns
void
echoic_csv_clear(EchoicCsv* csv);

/// Find the column with that name; an error that names the file if it's missing
EchoicStatus
echoic_csv_column(const EchoicCsv* csv,
                  const char*      name,
                  size_t*          column,
                  EchoicError*     error);

/// Return a field, `row` from 0 after the header
const char*
echoic_csv_text(const EchoicCsv* csv, size_t row, size_t column);

/// Read a field as a finite number from `min` to `max`
EchoicStatus
echoic_csv_number(const EchoicCsv* csv,
                  size_t           row,
                  size_t           column,
                  double           min,
                  double           max,
                  double*          value,
                  EchoicError*     error);

#endif // ECHOIC_HOST_CSV_H
