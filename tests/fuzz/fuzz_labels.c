// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Any bytes: refused with a sentence, or labels that can all be used. */

#include "host/labels.h"
#include "tests/fuzz/fuzz.h"

#include <math.h>
#include <string.h>

static void
check_label(const EchoicLabel* const label, const unsigned after)
{
  require(label->start_s >= 0.0 && label->end_s >= label->start_s);
  require(isfinite(label->end_s));
  require(label->name[0] && strlen(label->name) < ECHOIC_NAME_SIZE);
  require(!strpbrk(label->name, "\r\n"));
  require(label->line > after);
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  char         path[fuzz_path_size];
  const int    fd     = fuzz_file(data, size, path);
  EchoicLabels labels = {0U, NULL};
  EchoicError  error  = {ECHOIC_OK, ""};
  if (echoic_labels_read(path, &labels, &error)) {
    require(labels.n_labels);
    for (size_t i = 0U; i < labels.n_labels; ++i) {
      check_label(&labels.labels[i], i ? labels.labels[i - 1U].line : 0U);
    }
    echoic_labels_clear(&labels);
  } else {
    require(error.status && *error.text && !labels.labels);
  }

  close(fd);
  return 0;
}
