// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/json_text.h"

#include <stdlib.h>

json_t*
echoic_json_keep(json_t* const json, const bool is_whole)
{
  if (!is_whole) {
    json_decref(json);
  }

  return is_whole ? json : NULL;
}

char*
echoic_json_text(const json_t* const json)
{
  // json_dumps() would go on after a part of a growing text was lost
  const size_t size = json ? json_dumpb(json, NULL, 0U, JSON_COMPACT) : 0U;
  char* const  text = size ? (char*)malloc(size + 1U) : NULL;
  if (text && json_dumpb(json, text, size, JSON_COMPACT) == size) {
    text[size] = '\0';
    return text;
  }

  free(text);
  return NULL;
}
