// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/labels.h"

#include "host/files.h"
#include "host/options.h"

#include <stdlib.h>
#include <string.h>

static const size_t max_file_bytes = (size_t)16U << 20U;

typedef struct {
  const char*  path;
  unsigned     line;
  EchoicError* error;
} Place;

static bool
complain(const Place* const place, const char* const what)
{
  echoic_error(place->error,
               ECHOIC_BAD_FORMAT,
               "%s:%u: %s",
               place->path,
               place->line,
               what);
  return false;
}

/// Read a number with a decimal point or a decimal comma
static bool
parse_seconds(const char* const text, double* const seconds)
{
  char         word[64] = {0};
  const char*  first    = text + strspn(text, " ");
  const size_t n        = strcspn(first, " ");
  if (!n || n >= sizeof(word) || first[n + strspn(first + n, " ")]) {
    return false;
  }

  memcpy(word, first, n);
  char* const comma = strchr(word, ',');
  if (comma && !strchr(word, '.')) {
    *comma = '.';
  }

  return echoic_parse_number(word, seconds);
}

static char*
trimmed(char* text)
{
  text += strspn(text, " \t");
  for (size_t n = strlen(text); n && strchr(" \t", text[n - 1U]);) {
    text[--n] = '\0';
  }

  return text;
}

static bool
parse_line(const Place* const place, char* const line, EchoicLabel* const label)
{
  char* const end  = strchr(line, '\t');
  char* const text = end ? strchr(end + 1, '\t') : NULL;
  if (!end || !text) {
    return complain(place, "isn't START TAB END TAB NAME");
  }

  *end             = '\0';
  *text            = '\0';
  char* const name = trimmed(text + 1);
  if (!parse_seconds(line, &label->start_s) ||
      !parse_seconds(end + 1, &label->end_s)) {
    return complain(place,
                    "a time isn't a number of seconds like 1.25; a label is "
                    "START TAB END TAB NAME");
  }

  if (label->start_s < 0.0) {
    return complain(place, "starts before 0; times are seconds from there");
  }

  if (label->end_s < label->start_s) {
    return complain(place, "ends before it starts; exchange the two times");
  }

  if (!*name || strlen(name) >= ECHOIC_NAME_SIZE) {
    return complain(place,
                    *name ? "its name is too long; at most 63 bytes"
                          : "has no name; the text names the sound");
  }

  label->line = place->line;
  label->name = strdup(name);
  return label->name || complain(place, "out of memory");
}

static bool
append(const Place* const place, char* const line, EchoicLabels* const labels)
{
  if (line[0] == '\\' || !line[strspn(line, " \t")]) {
    return true;
  }

  const size_t       n = labels->n_labels + 1U;
  EchoicLabel* const more =
    (EchoicLabel*)realloc(labels->labels, n * sizeof(EchoicLabel));
  if (!more) {
    return complain(place, "out of memory");
  }

  labels->labels = more;
  if (!parse_line(place, line, &more[n - 1U])) {
    return false;
  }

  labels->n_labels = n;
  return true;
}

static bool
parse_text(const char* const   path,
           char* const         text,
           EchoicLabels* const labels,
           EchoicError* const  error)
{
  Place place = {path, 0U, error};
  char* rest  = strncmp(text, "\xEF\xBB\xBF", 3U) ? text : text + 3;
  for (char* line = NULL; (line = strsep(&rest, "\n"));) {
    ++place.line;
    line[strcspn(line, "\r")] = '\0';
    if (!append(&place, line, labels)) {
      return false;
    }
  }

  if (!labels->n_labels) {
    echoic_error(
      error,
      ECHOIC_BAD_FORMAT,
      "%s: holds no labels; a label is a line START TAB END TAB NAME",
      path);
  }

  return labels->n_labels;
}

bool
echoic_labels_read(const char* const   path,
                   EchoicLabels* const labels,
                   EchoicError* const  error)
{
  size_t         size  = 0U;
  uint8_t* const bytes = echoic_read_file(path, max_file_bytes, &size, error);
  char* const    text  = bytes ? (char*)realloc(bytes, size + 1U) : NULL;
  if (!text) {
    if (bytes) {
      echoic_error(error, ECHOIC_NO_MEMORY, "%s: out of memory", path);
    }
    free(bytes);
    return false;
  }

  text[size]          = '\0';
  EchoicLabels result = {0U, NULL};
  bool         ok     = false;
  if (memchr(text, '\0', size)) {
    echoic_error(error,
                 ECHOIC_BAD_FORMAT,
                 "%s: isn't text in UTF-8; export the label track again",
                 path);
  } else {
    ok = parse_text(path, text, &result, error);
  }

  free(text);
  if (!ok) {
    echoic_labels_clear(&result);
    return false;
  }

  *labels = result;
  return true;
}

void
echoic_labels_clear(EchoicLabels* const labels)
{
  for (size_t i = 0U; i < labels->n_labels; ++i) {
    free(labels->labels[i].name);
  }

  free(labels->labels);
  labels->n_labels = 0U;
  labels->labels   = NULL;
}
