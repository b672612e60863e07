// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/csv.h"

#include "host/files.h"
#include "host/options.h"

#include <stdlib.h>
#include <string.h>

static const size_t max_bytes = (size_t)1U << 28U;

/// Where reading is
typedef struct {
  EchoicCsv* csv;
  char*      in;   ///< Next byte of the file
  char*      end;  ///< After the last
  char*      out;  ///< Where the next field's text goes, never beyond `in`
  unsigned   line; ///< Of `in`
  size_t     n_fields;
  size_t     capacity;     ///< Of fields
  size_t     row_capacity; ///< Of lines
} Reader;

static EchoicStatus
no_memory(EchoicError* const error)
{
  return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
}

static bool
keep_field(Reader* const r, char* const field)
{
  if (r->n_fields == r->capacity) {
    const size_t capacity = (2U * r->capacity) + 64U;
    char** const more =
      (char**)realloc(r->csv->fields, capacity * sizeof(char*));
    if (!more) {
      return false;
    }
    r->csv->fields = more;
    r->capacity    = capacity;
  }

  r->csv->fields[r->n_fields++] = field;
  return true;
}

static bool
keep_line(Reader* const r, const size_t row)
{
  if (row == r->row_capacity) {
    const size_t    capacity = (2U * r->row_capacity) + 64U;
    unsigned* const more =
      (unsigned*)realloc(r->csv->lines, capacity * sizeof(unsigned));
    if (!more) {
      return false;
    }
    r->csv->lines   = more;
    r->row_capacity = capacity;
  }

  r->csv->lines[row] = r->line;
  return true;
}

/// Read the rest of a quoted field, after its first quote
static EchoicStatus
read_quoted(Reader* const r, EchoicError* const error)
{
  const unsigned first_line = r->line;
  for (; r->in < r->end; ++r->in) {
    if (*r->in == '"') {
      if (r->in + 1 == r->end || r->in[1] != '"') {
        ++r->in;
        return ECHOIC_OK;
      }
      ++r->in;
    }
    r->line += *r->in == '\n';
    *r->out++ = *r->in;
  }

  return echoic_error(error,
                      ECHOIC_BAD_FORMAT,
                      "%s:%u: a quote is opened and never closed",
                      r->csv->path,
                      first_line);
}

/// Read one field up to its separator, which stays
static EchoicStatus
read_field(Reader* const r, EchoicError* const error)
{
  char* const field = r->out;
  if (r->in < r->end && *r->in == '"') {
    ++r->in;
    const EchoicStatus st = read_quoted(r, error);
    if (st) {
      return st;
    }
  }

  while (r->in < r->end && *r->in != ',' && *r->in != '\n') {
    if (!*r->in) {
      return echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "%s:%u: holds a zero byte; it must be a text file of "
                          "comma-separated values",
                          r->csv->path,
                          r->line);
    }
    *r->out++ = *r->in++;
  }

  if (r->out > field && r->out[-1] == '\r' &&
      (r->in == r->end || *r->in == '\n')) {
    --r->out;
  }

  return keep_field(r, field) ? ECHOIC_OK : no_memory(error);
}

/// Step over a separator and end the field's text; false at the end of a row
static bool
next_in_row(Reader* const r)
{
  const bool more = r->in < r->end && *r->in == ',';
  if (r->in < r->end) {
    r->line += *r->in == '\n';
    ++r->in;
  }

  *r->out++ = '\0';
  return more;
}

static EchoicStatus
read_row(Reader* const r, EchoicError* const error)
{
  EchoicCsv* const csv   = r->csv;
  const size_t     first = r->n_fields;
  const size_t     row   = csv->n_columns ? csv->n_rows + 1U : 0U;
  if (!keep_line(r, row)) {
    return no_memory(error);
  }

  EchoicStatus st = ECHOIC_OK;
  do {
    st = read_field(r, error);
  } while (!st && next_in_row(r));

  const size_t n = r->n_fields - first;
  if (st || (n == 1U && !*csv->fields[first])) {
    r->n_fields = first; // An empty line
    return st;
  }

  if (row && n != csv->n_columns) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "%s:%u: has %zu fields; the header names %zu",
                        csv->path,
                        csv->lines[row],
                        n,
                        csv->n_columns);
  }

  csv->n_rows    = row;
  csv->n_columns = n;
  return ECHOIC_OK;
}

EchoicStatus
echoic_csv_read(const char* const  path,
                EchoicCsv* const   csv,
                EchoicError* const error)
{
  *csv                = (EchoicCsv){0};
  size_t         size = 0U;
  uint8_t* const text = echoic_read_file(path, max_bytes, &size, error);
  if (!text) {
    return error ? error->status : ECHOIC_NOT_FOUND;
  }

  // One byte more, for the terminator of a last line without a line break
  csv->text = (char*)malloc(size + 2U);
  csv->path = strdup(path);
  if (csv->text) {
    memcpy(csv->text, text, size);
  }

  free(text);
  if (!csv->text || !csv->path) {
    echoic_csv_clear(csv);
    return no_memory(error);
  }

  EchoicStatus st  = ECHOIC_OK;
  const size_t bom = size >= 3U && !memcmp(csv->text, "\xEF\xBB\xBF", 3U);
  Reader       r   = {.csv = csv, .line = 1U};
  r.in             = csv->text + (3U * bom);
  r.out            = csv->text;
  r.end            = csv->text + size;
  while (!st && r.in < r.end) {
    st = read_row(&r, error);
  }

  if (!st && !csv->n_columns) {
    st = echoic_error(error,
                      ECHOIC_BAD_FORMAT,
                      "%s: is empty; its first line must name the columns",
                      path);
  }

  if (st) {
    echoic_csv_clear(csv);
  }

  return st;
}

void
echoic_csv_clear(EchoicCsv* const csv)
{
  free(csv->path);
  free(csv->text);
  free(csv->fields);
  free(csv->lines);
  *csv = (EchoicCsv){0};
}

EchoicStatus
echoic_csv_column(const EchoicCsv* const csv,
                  const char* const      name,
                  size_t* const          column,
                  EchoicError* const     error)
{
  for (size_t i = 0U; i < csv->n_columns; ++i) {
    if (!strcmp(csv->fields[i], name)) {
      *column = i;
      return ECHOIC_OK;
    }
  }

  return echoic_error(error,
                      ECHOIC_NOT_FOUND,
                      "%s:%u: has no column '%s'",
                      csv->path,
                      csv->lines[0],
                      name);
}

const char*
echoic_csv_text(const EchoicCsv* const csv,
                const size_t           row,
                const size_t           column)
{
  return csv->fields[((row + 1U) * csv->n_columns) + column];
}

EchoicStatus
echoic_csv_number(const EchoicCsv* const csv,
                  const size_t           row,
                  const size_t           column,
                  const double           min,
                  const double           max,
                  double* const          value,
                  EchoicError* const     error)
{
  const char* const text = echoic_csv_text(csv, row, column);
  if (echoic_parse_number(text, value) && *value >= min && *value <= max) {
    return ECHOIC_OK;
  }

  return echoic_error(error,
                      ECHOIC_BAD_FORMAT,
                      "%s:%u: %s is '%.40s'; it must be a number from %g to %g",
                      csv->path,
                      csv->lines[row + 1U],
                      csv->fields[column],
                      text,
                      min,
                      max);
}
