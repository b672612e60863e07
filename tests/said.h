// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_SAID_H
#define ECHOIC_TESTS_SAID_H

#include "dsp/model.h"
#include "host/info.h"

#include <check.h>

#include <stdio.h>

/// Set `text` to what is said of a model, in words and as JSON; to be freed
static inline void
say(const EchoicModel* const model, char** const text)
{
  const EchoicInfo info = echoic_info(model, "m", 0U);
  size_t           size = 0U;
  FILE* const      out  = open_memstream(text, &size);
  ck_assert_ptr_nonnull(out);
  echoic_info_text(&info, out);
  echoic_info_json(&info, out);
  ck_assert(!fclose(out));
}

#endif // ECHOIC_TESTS_SAID_H
