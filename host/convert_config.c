// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What a builder asks of its configuration. */

#include "host/convert.h"

#include "host/convert_parts.h"

#include <string.h>

/// Return the value at `path`, "a" or "a.b", or null; it counts as known
static const json_t*
get(EchoicConvert* const c, const char* const path)
{
  const char* const dot     = strchr(path, '.');
  const json_t*     from    = c->config;
  json_t*           unknown = c->unknown;
  const char*       key     = path;
  if (dot) {
    const size_t n = (size_t)(dot - path);
    from           = json_object_getn(from, path, n);
    unknown        = json_object_getn(unknown, path, n);
    key            = dot + 1;
  }

  json_object_del(unknown, key);
  const json_t* const value = json_object_get(from, key);
  return json_is_null(value) ? NULL : value;
}

const char*
echoic_convert_key(EchoicConvert* const c,
                   const char* const    object,
                   const char* const    key)
{
  return object[0] ? echoic_convert_name(c, "%s.%s", object, key) : key;
}

bool
echoic_convert_has(EchoicConvert* const c, const char* const key)
{
  return get(c, key);
}

void
echoic_convert_ignore(EchoicConvert* const c, const char* const key)
{
  get(c, key);
}

uint32_t
echoic_convert_size(EchoicConvert* const c,
                    const char* const    key,
                    const uint32_t       min,
                    const uint32_t       max)
{
  const json_t* const value = get(c, key);
  const json_int_t    n     = json_integer_value(value);
  if (!json_is_integer(value) || n < min || n > max) {
    echoic_convert_fail(c,
                        "--config: '%s' %s: must be a whole number from %u to "
                        "%u",
                        key,
                        value ? "isn't right" : "is missing",
                        min,
                        max);
    return min;
  }

  return (uint32_t)n;
}

uint32_t
echoic_convert_size_or(EchoicConvert* const c,
                       const char* const    key,
                       const uint32_t       fallback,
                       const uint32_t       min,
                       const uint32_t       max)
{
  return get(c, key) ? echoic_convert_size(c, key, min, max) : fallback;
}

double
echoic_convert_number_or(EchoicConvert* const c,
                         const char* const    key,
                         const double         fallback,
                         const double         min,
                         const double         max)
{
  const json_t* const value = get(c, key);
  const double        x     = json_number_value(value);
  if (value && !(json_is_number(value) && x >= min && x <= max)) {
    echoic_convert_fail(c,
                        "--config: '%s' isn't right: must be a number from %g "
                        "to %g",
                        key,
                        min,
                        max);
    return min;
  }

  return value ? x : fallback;
}

bool
echoic_convert_flag_or(EchoicConvert* const c,
                       const char* const    key,
                       const bool           fallback)
{
  const json_t* const value = get(c, key);
  if (value && !json_is_boolean(value)) {
    echoic_convert_fail(c, "--config: '%s' must be true or false", key);
  }

  return value ? json_is_true(value) : fallback;
}

const char*
echoic_convert_word_or(EchoicConvert* const c,
                       const char* const    key,
                       const char* const    fallback)
{
  const json_t* const value = get(c, key);
  if (value && !json_is_string(value)) {
    echoic_convert_fail(c, "--config: '%s' must be a string", key);
    return fallback;
  }

  return value ? json_string_value(value) : fallback;
}

bool
echoic_convert_is_word(EchoicConvert* const c, const char* const key)
{
  return json_is_string(get(c, key));
}

double
echoic_convert_item_or(EchoicConvert* const c,
                       const char* const    key,
                       const uint32_t       index,
                       const double         fallback)
{
  const json_t* const list = get(c, key);
  const json_t* const item = json_array_get(list, index);
  if (list && (!json_is_array(list) ||
               (item && !json_is_number(item) && !json_is_null(item)))) {
    echoic_convert_fail(c, "--config: '%s' must be a list of numbers", key);
  }

  return json_is_number(item) ? json_number_value(item) : fallback;
}

void
echoic_convert_require_word(EchoicConvert* const c,
                            const char* const    key,
                            const char* const    only)
{
  const char* const word = echoic_convert_word_or(c, key, only);
  if (strcmp(word, only)) {
    echoic_convert_fail(
      c, "--config: '%s' is '%.40s': must be '%s'", key, word, only);
  }
}
