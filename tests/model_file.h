// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_MODEL_FILE_H
#define ECHOIC_TESTS_MODEL_FILE_H

/* The file of the sample model, taken apart, to be spoilt. */

#include "dsp/model.h"
#include "tests/sample_model.h"

#include <check.h>
#include <jansson.h>

#include <stdlib.h>
#include <string.h>

/// A file, its header and its description, to be changed and put together
typedef struct {
  uint8_t* bytes;
  size_t   size;
  json_t*  header;
  json_t*  description;
  size_t   data; ///< Where the tensors start
} File;

static inline File
open_file(void)
{
  File               f     = {NULL, 0U, NULL, NULL, 0U};
  EchoicError        error = {ECHOIC_OK, ""};
  EchoicModel* const model = sample_model();
  uint64_t           n     = 0U;
  ck_assert_msg(
    !echoic_model_write(model, &f.bytes, &f.size, &error), "%s", error.text);
  echoic_model_free(model);
  memcpy(&n, f.bytes, sizeof(n));
  f.data   = (size_t)n + 8U;
  f.header = json_loadb((const char*)f.bytes + 8U, (size_t)n, 0U, NULL);
  f.description =
    json_loads(json_string_value(json_object_get(
                 json_object_get(f.header, "__metadata__"), "echoic")),
               0U,
               NULL);
  ck_assert_ptr_nonnull(f.description);
  return f;
}

static inline void
close_file(File* const f)
{
  json_decref(f->header);
  json_decref(f->description);
  free(f->bytes);
}

/// Make a file of header and data
static inline uint8_t*
join(const char* const    header,
     const uint8_t* const data,
     const size_t         data_size,
     size_t* const        size)
{
  const uint64_t n     = strlen(header);
  uint8_t* const bytes = (uint8_t*)malloc(8U + (size_t)n + data_size);
  ck_assert_ptr_nonnull(bytes);
  memcpy(bytes, &n, 8U);
  memcpy(bytes + 8U, header, (size_t)n);
  memcpy(bytes + 8U + n, data, data_size);
  *size = 8U + (size_t)n + data_size;
  return bytes;
}

/// Parse a file with this text as the description
static inline EchoicModel*
parse_text(const File* const  f,
           const char* const  text,
           EchoicError* const error)
{
  json_t* const header   = json_deep_copy(f->header);
  json_t* const metadata = json_object_get(header, "__metadata__");
  json_object_set_new(metadata, "echoic", json_string(text));
  char* const    dump = json_dumps(header, 0U);
  size_t         size = 0U;
  uint8_t* const bytes =
    join(dump, f->bytes + f->data, f->size - f->data, &size);
  EchoicModel* const model = echoic_model_parse(bytes, size, error);
  free(bytes);
  free(dump);
  json_decref(header);
  return model;
}

/// Parse the file with its header and description as they are now
static inline EchoicModel*
parse(const File* const f, EchoicError* const error)
{
  char* const        text  = json_dumps(f->description, 0U);
  EchoicModel* const model = parse_text(f, text, error);
  free(text);
  return model;
}

static inline void
expect_refused(const File* const f,
               const char* const where,
               const char* const what)
{
  EchoicError        error = {ECHOIC_OK, ""};
  EchoicModel* const model = parse(f, &error);
  ck_assert_msg(!model, "%s %s is accepted", where, what);
  ck_assert_msg(error.status && strlen(error.text) > 10U,
                "%s %s: '%s' says nothing",
                where,
                what,
                error.text);
}

#endif // ECHOIC_TESTS_MODEL_FILE_H
