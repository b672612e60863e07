// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_FUZZ_MUTATE_JSON_H
#define ECHOIC_TESTS_FUZZ_MUTATE_JSON_H

/* Changes of JSON after which it still is JSON: bytes changed at random hardly
   ever get past the parser. */

#include "tests/fuzz/fuzz.h"

#include <jansson.h>

/// libFuzzer's own mutations; absent where inputs are only replayed
__attribute__((weak)) size_t
LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

size_t
LLVMFuzzerCustomMutator(uint8_t*     data,
                        size_t       size,
                        size_t       max_size,
                        unsigned int seed);

static uint32_t json_seed;

/// Return a number below `n`
static uint32_t
json_chance(const size_t n)
{
  json_seed = (json_seed * 1664525U) + 1013904223U;
  return n ? (uint32_t)((json_seed >> 8U) % n) : 0U;
}

/// Something that isn't what was there
static json_t*
json_other(void)
{
  static const double odd[] = {0.0, -1.0, 0.5, 1e-40, 1e40, -1e300, 3.0, 7e4};
  switch (json_chance(8U)) {
  case 0U:
    return json_null();
  case 1U:
    return json_array();
  case 2U:
    return json_object();
  case 3U:
    return json_string("x");
  case 4U:
    return json_real(odd[json_chance(8U)]);
  default:
    return json_integer((json_int_t)json_chance(5U) - 1);
  }
}

/// Put `value` into a place of `parent`, or take away what is there
static void
json_put(json_t* const parent, const uint32_t place, json_t* const value)
{
  const bool takes_away = !json_chance(4U);
  if (json_is_array(parent)) {
    if (takes_away) {
      (void)json_array_remove(parent, place);
    } else if (json_chance(2U)) {
      (void)json_array_set(parent, place, value);
    } else {
      (void)json_array_insert(parent, place, value);
    }
    return;
  }

  void* at = json_object_iter(parent);
  for (uint32_t i = 0U; i < place; ++i) {
    at = json_object_iter_next(parent, at);
  }

  char key[64];
  (void)snprintf(key, sizeof(key), "%s", json_object_iter_key(at));
  if (takes_away) {
    (void)json_object_del(parent, key);
  } else {
    (void)json_object_set(parent, key, value);
  }
}

/// Return a value anywhere below `root`; it goes down as chance has it
static json_t*
json_find(json_t* const root, json_t** const parent, uint32_t* const place)
{
  json_t* at = root;
  *parent    = NULL;
  while (json_array_size(at) || json_object_size(at)) {
    if (*parent && !json_chance(4U)) {
      break;
    }

    *parent = at;
    if (json_is_array(at)) {
      *place = json_chance(json_array_size(at));
      at     = json_array_get(at, *place);
    } else {
      *place     = json_chance(json_object_size(at));
      void* iter = json_object_iter(at);
      for (uint32_t i = 0U; i < *place; ++i) {
        iter = json_object_iter_next(at, iter);
      }
      at = json_object_iter_value(iter);
    }
  }

  return at;
}

/// Change one place, by something else or by a copy from somewhere
static void
json_change(json_t* const root)
{
  json_t*       parent  = NULL;
  json_t*       ignored = NULL;
  uint32_t      place   = 0U;
  uint32_t      from    = 0U;
  json_t* const found   = json_find(root, &ignored, &from);
  json_t* const value = json_chance(2U) ? json_deep_copy(found) : json_other();
  (void)json_find(root, &parent, &place);
  if (parent && value) {
    json_put(parent, place, value);
  }
  json_decref(value);
}

size_t
LLVMFuzzerCustomMutator(uint8_t* const     data,
                        const size_t       size,
                        const size_t       max_size,
                        const unsigned int seed)
{
  json_seed = seed;
  json_t* const root =
    json_chance(8U) ? json_loadb((const char*)data, size, 0U, NULL) : NULL;
  if (!root) {
    return LLVMFuzzerMutate(data, size, max_size);
  }

  for (uint32_t n = json_chance(3U) + 1U; n; --n) {
    json_change(root);
  }

  const size_t n = json_dumpb(
    root, (char*)data, max_size, JSON_COMPACT | JSON_REAL_PRECISION(9));
  json_decref(root);
  return n && n <= max_size ? n : LLVMFuzzerMutate(data, size, max_size);
}

#endif // ECHOIC_TESTS_FUZZ_MUTATE_JSON_H
