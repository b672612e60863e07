// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/options.h"

#include "host/audio.h"
#include "host/audio_source.h"
#include "host/commands.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool
echoic_parse_number(const char* const text, double* const value)
{
  if (!*text || strspn(text, "0123456789.+-eE") != strlen(text)) {
    return false; // Nor hexadecimal, leading space, words
  }

  char*        end    = NULL;
  const double number = strtod(text, &end);
  if (*end || end == text || !isfinite(number)) {
    return false;
  }

  *value = number;
  return true;
}

bool
echoic_option_number(const char* const option,
                     const char* const text,
                     const double      min,
                     const double      max,
                     double* const     value)
{
  double number = 0.0;
  if (!echoic_parse_number(text, &number) || number < min || number > max) {
    echoic_fail(
      "--%s %s: must be a number from %g to %g", option, text, min, max);
    return false;
  }

  *value = number;
  return true;
}

bool
echoic_option_integer(const char* const option,
                      const char* const text,
                      const long        min,
                      const long        max,
                      long* const       value)
{
  double number = 0.0;
  if (!echoic_parse_number(text, &number) || number != rint(number) ||
      number < (double)min || number > (double)max) {
    echoic_fail("--%s %s: must be a whole number from %ld to %ld",
                option,
                text,
                min,
                max);
    return false;
  }

  *value = (long)number;
  return true;
}

bool
echoic_option_choice(const char* const        option,
                     const char* const        text,
                     const char* const* const words,
                     size_t* const            index)
{
  char list[256] = "";
  for (size_t i = 0U; words[i]; ++i) {
    if (!strcmp(words[i], text)) {
      *index = i;
      return true;
    }

    const size_t n = strlen(list);
    snprintf(list + n, sizeof(list) - n, "%s%s", i ? ", " : "", words[i]);
  }

  echoic_fail("--%s %s: must be one of %s", option, text, list);
  return false;
}

bool
echoic_option_channel(const char* const text,
                      const bool        allow_each,
                      int* const        channel)
{
  double number = 0.0;
  if (!strcmp(text, "mix")) {
    *channel = ECHOIC_CHANNEL_MIX;
  } else if (allow_each && !strcmp(text, "each")) {
    *channel = ECHOIC_CHANNEL_EACH;
  } else if (echoic_parse_number(text, &number) && number >= 1.0 &&
             number <= 1024.0 && number == rint(number)) {
    *channel = (int)number - 1;
  } else {
    echoic_fail("--channel %s: must be a channel's number from 1 to 1024%s",
                text,
                allow_each ? ", mix or each" : " or mix");
    return false;
  }

  return true;
}

bool
echoic_option_raw(const char* const text)
{
  SF_INFO     info  = {0};
  EchoicError error = {ECHOIC_OK, ""};
  return echoic_raw_format(text, &info, &error) ||
         !echoic_fail("%s", error.text);
}

bool*
echoic_option_sounds(char* const* const       names,
                     const size_t             n_names,
                     const EchoicModel* const model,
                     const char* const        path)
{
  bool* const wanted = (bool*)calloc(model->n_sounds + 1U, sizeof(bool));
  if (!wanted) {
    echoic_fail("out of memory");
    return NULL;
  }

  for (size_t i = 0U; i < n_names; ++i) {
    const int32_t sound = echoic_model_find(model, names[i]);
    if (sound < 0) {
      echoic_fail("%s: knows no sound '%s'; 'echoic info %s' lists them",
                  path,
                  names[i],
                  path);
      free(wanted);
      return NULL;
    }
    wanted[sound] = true;
  }

  return wanted;
}

uint64_t
echoic_option_bit(const int option)
{
  return option >= 256 ? 1ULL << (unsigned)(option - 256) : 0U;
}

bool
echoic_options_work(const struct option* const    options,
                    const uint64_t                given,
                    const EchoicOptionNeed* const needs,
                    const size_t                  n_needs)
{
  for (size_t i = 0U; i < n_needs; ++i) {
    const EchoicOptionNeed* const need = &needs[i];
    const struct option*          o    = options;
    if (need->is_met || !(given & echoic_option_bit(need->option))) {
      continue;
    }

    while (o->val != need->option) {
      ++o;
    }
    return !echoic_fail("--%s: does nothing without %s", o->name, need->needed);
  }

  return true;
}

void
echoic_note_early(const bool is_early, const bool is_short)
{
  if (is_early && is_short) {
    fprintf(stderr,
            "echoic: note: --early adds nothing to --short, which decides "
            "sooner still\n");
  }
}

int
echoic_option_unknown(char** const argv, const int result)
{
  const char* const word = argv[optind - 1];
  if (result == ':') {
    return echoic_fail("%s needs a value; see 'echoic help %s'", word, argv[0]);
  }

  if (optopt && strncmp(word, "--", 2U)) {
    return echoic_fail(
      "unknown option '-%c'; see 'echoic help %s'", optopt, argv[0]);
  }

  return echoic_fail(
    "%s: isn't an option, or one that takes no value, or is short for several; "
    "see 'echoic help %s'",
    word,
    argv[0]);
}

static bool
parse_time(const char* const text, const size_t n, double* const seconds)
{
  char word[32] = {0};
  if (n >= sizeof(word) || strspn(text, "0123456789.") < n) {
    return false;
  }

  memcpy(word, text, n);
  return echoic_parse_number(word, seconds);
}

/// True if `text` is START-END, START- or -END
static bool
parse_times(const char* const text, EchoicFileRange* const range)
{
  const char* const dash = strchr(text, '-');
  if (!dash || !text[1]) {
    return false;
  }

  const size_t n_start = (size_t)(dash - text);
  const size_t n_end   = strlen(dash + 1);
  return (!n_start || parse_time(text, n_start, &range->start_s)) &&
         (!n_end || parse_time(dash + 1, n_end, &range->end_s));
}

/// Divide where `colon` is, which is no part of a name, into `result`
static bool
split(const char* const      text,
      const char* const      colon,
      EchoicFileRange* const result,
      EchoicError* const     error)
{
  result->path = strndup(text, (size_t)(colon - text));
  if (!result->path) {
    echoic_error(error, ECHOIC_NO_MEMORY, "%s: out of memory", text);
    return false;
  }

  if (parse_times(colon + 1, result)) {
    return result->has_range = true;
  }

  const bool is_file = *result->path && !access(result->path, F_OK);
  if (is_file) {
    echoic_error(error,
                 ECHOIC_BAD_ARG,
                 "%s: '%s' isn't START-END in seconds, such as 1.5-2.25",
                 text,
                 colon + 1);
  }

  free(result->path);
  *result = (EchoicFileRange){NULL, 0.0, HUGE_VAL, false};
  return !is_file;
}

bool
echoic_parse_range(const char* const      text,
                   EchoicFileRange* const range,
                   EchoicError* const     error)
{
  const char* const colon  = strrchr(text, ':');
  EchoicFileRange   result = {NULL, 0.0, HUGE_VAL, false};
  if (colon && access(text, F_OK) && !split(text, colon, &result, error)) {
    return false;
  }

  if (!(result.end_s > result.start_s)) {
    echoic_error(error,
                 ECHOIC_BAD_ARG,
                 "%s: ends at %g s, not after its start at %g s; give "
                 "FILE:START-END in seconds",
                 text,
                 result.end_s,
                 result.start_s);
    free(result.path);
    return false;
  }

  result.path = result.path ? result.path : strdup(text);
  if (!result.path) {
    echoic_error(error, ECHOIC_NO_MEMORY, "%s: out of memory", text);
    return false;
  }

  *range = result;
  return true;
}
