// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/safetensors.h"

#include "dsp/json_text.h"

#include <jansson.h>

#include <stdlib.h>
#include <string.h>

static const char*
dtype_name(const EchoicDtype dtype)
{
  return dtype == ECHOIC_F32   ? "F32"
         : dtype == ECHOIC_F64 ? "F64"
         : dtype == ECHOIC_I64 ? "I64"
                               : "U8";
}

static size_t
element_size(const EchoicDtype dtype)
{
  return dtype == ECHOIC_F32                          ? 4U
         : dtype == ECHOIC_F64 || dtype == ECHOIC_I64 ? 8U
                                                      : 1U;
}

static size_t
tensor_size(const EchoicTensorOut* const t)
{
  size_t size = element_size(t->dtype);
  for (uint32_t i = 0U; i < t->n_dims; ++i) {
    size *= t->dims[i];
  }

  return size;
}

static json_t*
describe(const EchoicTensorOut* const t, const size_t start)
{
  json_t* const shape = json_array();
  bool          ok    = shape;
  for (uint32_t i = 0U; ok && i < t->n_dims; ++i) {
    ok = !json_array_append_new(shape, json_integer((json_int_t)t->dims[i]));
  }

  return json_pack("{s:s, s:o, s:[I, I]}",
                   "dtype",
                   dtype_name(t->dtype),
                   "shape",
                   echoic_json_keep(shape, ok),
                   "data_offsets",
                   (json_int_t)start,
                   (json_int_t)start + (json_int_t)tensor_size(t));
}

static char*
make_header(const EchoicTensorOut* const tensors,
            const uint32_t               n_tensors,
            const char* const* const     keys,
            const char* const* const     values,
            const uint32_t               n_keys,
            size_t* const                data_size)
{
  json_t* const root     = json_object();
  json_t* const metadata = json_object();
  bool          ok       = root && metadata;
  for (uint32_t i = 0U; ok && i < n_keys; ++i) {
    ok = !json_object_set_new(metadata, keys[i], json_string(values[i]));
  }

  ok = ok && (!n_keys || !json_object_set(root, "__metadata__", metadata));
  *data_size = 0U;
  for (uint32_t i = 0U; ok && i < n_tensors; ++i) {
    ok = !json_object_set_new(
      root, tensors[i].name, describe(&tensors[i], *data_size));
    *data_size += tensor_size(&tensors[i]);
  }

  char* const text = ok ? echoic_json_text(root) : NULL;
  json_decref(metadata);
  json_decref(root);
  return text;
}

/// Copy elements in little-endian order
static void
put_data(const EchoicTensorOut* const t, uint8_t* const out)
{
  const size_t size  = element_size(t->dtype);
  const size_t total = tensor_size(t);
  for (size_t i = 0U; i < total; i += size) {
    uint64_t       bits   = 0U;
    uint32_t       narrow = 0U;
    const uint8_t* from   = (const uint8_t*)t->data + i;
    switch (size) {
    case 8U:
      memcpy(&bits, from, 8U);
      break;
    case 4U:
      memcpy(&narrow, from, 4U);
      bits = narrow;
      break;
    default:
      bits = *from;
    }
    for (size_t b = 0U; b < size; ++b) {
      out[i + b] = (uint8_t)(bits >> (8U * b));
    }
  }
}

EchoicStatus
echoic_safetensors_write(const EchoicTensorOut* const tensors,
                         const uint32_t               n_tensors,
                         const char* const* const     keys,
                         const char* const* const     values,
                         const uint32_t               n_keys,
                         uint8_t** const              bytes,
                         size_t* const                size,
                         EchoicError* const           error)
{
  size_t      data_size = 0U;
  char* const header =
    make_header(tensors, n_tensors, keys, values, n_keys, &data_size);
  const size_t   length = header ? strlen(header) : 0U;
  const size_t   padded = (length + 7U) & ~(size_t)7U; // Data starts at 8 bytes
  uint8_t* const out =
    header ? (uint8_t*)malloc(8U + padded + data_size) : NULL;
  if (!out) {
    free(header);
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  for (uint32_t i = 0U; i < 8U; ++i) {
    out[i] = (uint8_t)((uint64_t)padded >> (8U * i));
  }

  memset(out + 8U, ' ', padded);
  memcpy(out + 8U, header, length);
  uint8_t* data = out + 8U + padded;
  for (uint32_t i = 0U; i < n_tensors; ++i) {
    put_data(&tensors[i], data);
    data += tensor_size(&tensors[i]);
  }

  free(header);
  *bytes = out;
  *size  = 8U + padded + data_size;
  return ECHOIC_OK;
}
