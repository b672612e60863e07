// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Any bytes: refused with a sentence, or a table whose every field can be
   read. */

#include "host/csv.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void
check_table(const EchoicCsv* const csv)
{
  size_t column = 0U;
  require(csv->n_columns > 0U);
  require(!echoic_csv_column(csv, csv->fields[0], &column, NULL) && !column);
  for (size_t row = 0U; row < csv->n_rows; ++row) {
    require(csv->lines[row + 1U] > csv->lines[row]);
    for (size_t c = 0U; c < csv->n_columns; ++c) {
      double value = 0.0;
      require(strlen(echoic_csv_text(csv, row, c)) < SIZE_MAX);
      require(echoic_csv_number(csv, row, c, 0.0, 1.0, &value, NULL) ||
              (value >= 0.0 && value <= 1.0));
    }
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  char        path[fuzz_path_size];
  const int   fd    = fuzz_file(data, size, path);
  EchoicCsv   csv   = {0};
  EchoicError error = {ECHOIC_OK, ""};
  if (!echoic_csv_read(path, &csv, &error)) {
    check_table(&csv);
    echoic_csv_clear(&csv);
  } else {
    require(error.status && *error.text && !csv.text);
  }

  close(fd);
  return 0;
}
