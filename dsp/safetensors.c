// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/safetensors.h"

#include <jansson.h>

#include <stdlib.h>
#include <string.h>

static const size_t max_header = 100000000U; ///< Bytes, as the reference's

static const struct {
  const char* name;
  size_t      size; ///< Bytes of an element
} dtypes[] = {
  {"F32", 4U},
  {"F64", 8U},
  {"F16", 2U},
  {"BF16", 2U},
  {"I64", 8U},
  {"I32", 4U},
  {"I16", 2U},
  {"I8", 1U},
  {"U8", 1U},
  {"BOOL", 1U},
};

#define N_DTYPES (sizeof(dtypes) / sizeof(dtypes[0]))

static EchoicStatus
bad(EchoicError* const error, const char* const name, const char* const what)
{
  return echoic_error(
    error, ECHOIC_BAD_FORMAT, "tensor '%.64s': %s", name, what);
}

static bool
find_dtype(const char* const name, EchoicDtype* const dtype)
{
  for (size_t i = 0U; name && i < N_DTYPES; ++i) {
    if (!strcmp(dtypes[i].name, name)) {
      *dtype = (EchoicDtype)i;
      return true;
    }
  }

  return false;
}

static EchoicStatus
parse_shape(const json_t* const     shape,
            EchoicFileTensor* const t,
            EchoicError* const      error)
{
  if (!json_is_array(shape) ||
      json_array_size(shape) > ECHOIC_TENSOR_MAX_DIMS) {
    return bad(error, t->name, "shape must be a list of at most 8 numbers");
  }

  t->n_dims     = (uint32_t)json_array_size(shape);
  t->n_elements = 1U;
  for (uint32_t i = 0U; i < t->n_dims; ++i) {
    const json_t* const item = json_array_get(shape, i);
    const json_int_t    dim  = json_integer_value(item);
    if (!json_is_integer(item) || dim < 0) {
      return bad(error, t->name, "shape must hold whole numbers from 0");
    }

    t->dims[i] = (uint64_t)dim;
    if (dim && t->n_elements > UINT64_MAX / 16U / (uint64_t)dim) {
      return bad(error, t->name, "shape is too large");
    }
    t->n_elements *= (uint64_t)dim;
  }

  return ECHOIC_OK;
}

static EchoicStatus
parse_data(const json_t* const     offsets,
           const uint8_t* const    data,
           const size_t            size,
           EchoicFileTensor* const t,
           EchoicError* const      error)
{
  const json_t* const first = json_array_get(offsets, 0U);
  const json_t* const last  = json_array_get(offsets, 1U);
  if (!json_is_array(offsets) || json_array_size(offsets) != 2U ||
      !json_is_integer(first) || !json_is_integer(last)) {
    return bad(error, t->name, "data_offsets must be two whole numbers");
  }

  const json_int_t start = json_integer_value(first);
  const json_int_t end   = json_integer_value(last);
  if (start < 0 || end < start) {
    return bad(error, t->name, "data_offsets are outside of the file");
  }

  if ((uint64_t)end > size) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "the file is cut off: tensor '%.64s' ends %llu bytes "
                        "behind its end (data_offsets); copy it again from its "
                        "source",
                        t->name,
                        (unsigned long long)end - size);
  }

  t->data = data + start;
  t->size = (size_t)(end - start);
  return t->size == t->n_elements * dtypes[t->dtype].size
           ? ECHOIC_OK
           : bad(error, t->name, "shape doesn't fit the size of its data");
}

static EchoicStatus
parse_tensor(const char* const       name,
             const json_t* const     value,
             const uint8_t* const    data,
             const size_t            size,
             EchoicFileTensor* const t,
             EchoicError* const      error)
{
  t->name = name;
  if (!find_dtype(json_string_value(json_object_get(value, "dtype")),
                  &t->dtype)) {
    return bad(error,
               name,
               "dtype must be F32, F64, F16, BF16, I64, I32, I16, I8, U8 or "
               "BOOL");
  }

  const EchoicStatus st =
    parse_shape(json_object_get(value, "shape"), t, error);
  return st ? st
            : parse_data(
                json_object_get(value, "data_offsets"), data, size, t, error);
}

static int
compare_data(const void* const a, const void* const b)
{
  const EchoicFileTensor* const x = *(const EchoicFileTensor* const*)a;
  const EchoicFileTensor* const y = *(const EchoicFileTensor* const*)b;
  return x->data != y->data ? (x->data > y->data) - (x->data < y->data)
                            : (x->size > y->size) - (x->size < y->size);
}

/// Tensors must follow one another without overlap or gap to the file's end
static EchoicStatus
check_layout(const EchoicSafetensors* const file,
             const uint8_t* const           data,
             const size_t                   size,
             EchoicError* const             error)
{
  const size_t                   n = file->n_tensors;
  const EchoicFileTensor** const sorted =
    (const EchoicFileTensor**)malloc((n + 1U) * sizeof(EchoicFileTensor*));
  const uint8_t* end = data;
  EchoicStatus   st  = ECHOIC_OK;
  if (!sorted) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  for (size_t i = 0U; i < n; ++i) {
    sorted[i] = &file->tensors[i];
  }

  qsort(sorted, n, sizeof(*sorted), compare_data);
  for (size_t i = 0U; i < n && !st; ++i) {
    if (sorted[i]->data != end) {
      st = bad(error,
               sorted[i]->name,
               "data_offsets overlap another tensor's, or leave a gap");
    }
    end = sorted[i]->data + sorted[i]->size;
  }

  free(sorted);
  return st || end == data + size
           ? st
           : echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "%zu bytes after the last tensor belong to none",
                          (size_t)(data + size - end));
}

static EchoicStatus
check_metadata(const json_t* const metadata, EchoicError* const error)
{
  const char* key    = NULL;
  json_t*     value  = NULL;
  json_t*     object = (json_t*)(uintptr_t)metadata; // Only read here
  if (metadata && !json_is_object(metadata)) {
    return echoic_error(
      error, ECHOIC_BAD_FORMAT, "__metadata__ must be an object of strings");
  }

  json_object_foreach(object, key, value)
  {
    if (!json_is_string(value)) {
      return echoic_error(
        error, ECHOIC_BAD_FORMAT, "__metadata__ '%.64s' must be a string", key);
    }
  }

  return ECHOIC_OK;
}

static EchoicStatus
parse_tensors(const uint8_t* const     data,
              const size_t             size,
              EchoicSafetensors* const file,
              EchoicError* const       error)
{
  json_t* const root  = (json_t*)file->metadata;
  const char*   key   = NULL;
  json_t*       value = NULL;
  EchoicStatus  st =
    check_metadata(json_object_get(root, "__metadata__"), error);
  file->tensors = (EchoicFileTensor*)calloc(json_object_size(root) + 1U,
                                            sizeof(EchoicFileTensor));
  if (!file->tensors) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  json_object_foreach(root, key, value)
  {
    if (!st && strcmp(key, "__metadata__")) {
      st = parse_tensor(
        key, value, data, size, &file->tensors[file->n_tensors], error);
      ++file->n_tensors;
    }
  }

  return st ? st : check_layout(file, data, size, error);
}

static EchoicStatus
parse_header(const uint8_t* const     bytes,
             const size_t             size,
             size_t* const            header_size,
             EchoicSafetensors* const file,
             EchoicError* const       error)
{
  uint64_t n = 0U;
  for (uint32_t i = 0U; i < 8U && i < size; ++i) {
    n |= (uint64_t)bytes[i] << (8U * i);
  }

  if (size > 8U && bytes[8] == '{' && n > size - 8U && n <= max_header) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "the file is cut off: its header has %llu bytes, of "
                        "which %zu are there; copy it again from its source",
                        (unsigned long long)n,
                        size - 8U);
  }

  if (size < 8U || n < 2U || n > max_header || n > size - 8U) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "not a safetensors file, or cut short: the header must "
                        "fit into the %zu bytes",
                        size);
  }

  json_error_t  why;
  json_t* const root = json_loadb(
    (const char*)bytes + 8U, (size_t)n, JSON_REJECT_DUPLICATES, &why);
  if (!json_is_object(root)) {
    json_decref(root);
    if (!root && !*why.text) { // All that JSON says of memory
      return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    }
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "not a safetensors file: its header must be a JSON "
                        "object (%.80s)",
                        root ? "it is something else" : why.text);
  }

  file->metadata = root;
  *header_size   = (size_t)n + 8U;
  return ECHOIC_OK;
}

EchoicStatus
echoic_safetensors_parse(const uint8_t* const     bytes,
                         const size_t             size,
                         EchoicSafetensors* const file,
                         EchoicError* const       error)
{
  size_t header_size = 0U;
  memset(file, 0, sizeof(*file));
  EchoicStatus st = parse_header(bytes, size, &header_size, file, error);
  if (!st) {
    st = parse_tensors(bytes + header_size, size - header_size, file, error);
  }

  if (st) {
    echoic_safetensors_clear(file);
  }

  return st;
}

void
echoic_safetensors_clear(EchoicSafetensors* const file)
{
  json_decref((json_t*)file->metadata);
  free(file->tensors);
  memset(file, 0, sizeof(*file));
}

const EchoicFileTensor*
echoic_safetensors_find(const EchoicSafetensors* const file,
                        const char* const              name)
{
  for (uint32_t i = 0U; i < file->n_tensors; ++i) {
    if (!strcmp(file->tensors[i].name, name)) {
      return &file->tensors[i];
    }
  }

  return NULL;
}

const char*
echoic_safetensors_metadata(const EchoicSafetensors* const file,
                            const char* const              key)
{
  const json_t* const root = (const json_t*)file->metadata;
  return json_string_value(
    json_object_get(json_object_get(root, "__metadata__"), key));
}
