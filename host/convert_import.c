// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/convert_import.h"

#include "host/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char stack[] = "recurrent_stack";

/// A safetensors header, JSON, begins after its length: that is any eight bytes
static bool
has_header(const uint8_t* const bytes, const size_t size)
{
  return size > 8U && bytes[8] == '{' && !bytes[6] && !bytes[7];
}

static bool
is_json(const uint8_t* const bytes, const size_t size)
{
  size_t i = 0U;
  while (i < size && strchr(" \t\r\n", bytes[i]) && bytes[i]) {
    ++i;
  }

  return i < size && bytes[i] == '{' && !has_header(bytes, size);
}

/// What torch.save() writes is a ZIP archive, or was a pickle
static bool
is_pickled(const uint8_t* const bytes, const size_t size)
{
  return size >= 4U && !has_header(bytes, size) &&
         (!memcmp(bytes, "PK\003\004", 4U) || !memcmp(bytes, "\200\002", 2U));
}

static bool
ends_with(const char* const text, const char* const end)
{
  const size_t n = strlen(text);
  const size_t m = strlen(end);
  return n >= m && !strcmp(text + n - m, end);
}

/// Say what a state_dict is by the names in it, or null
static const char*
guess_cell(const EchoicSafetensors* const file)
{
  static const char* const marks[][2] = {
    {"stft_conv.weight", "silero_vad"},
    {"denoise_gru_recurrent_weights", "rnnoise"},
    {"blocks.0.att.time_mix_g", "rwkv5"},
    {"blocks.0.att.time_maa_w1", "rwkv6"},
  };
  for (size_t i = 0U; i < sizeof(marks) / sizeof(marks[0]); ++i) {
    if (echoic_safetensors_find(file, marks[i][0])) {
      return marks[i][1];
    }
  }

  for (uint32_t i = 0U; i < file->n_tensors; ++i) {
    if (ends_with(file->tensors[i].name, "weight_ih_l0")) {
      return stack;
    }
  }

  return NULL;
}

/// Amplifiers of Automated-GuitarAmpModelling add the input to the output
static EchoicStatus
guess_config(EchoicImport* const import, EchoicError* const error)
{
  const EchoicSafetensors* const file = &import->weights.file;
  if (!echoic_safetensors_find(file, "rec.weight_ih_l0") ||
      !echoic_safetensors_find(file, "lin.weight")) {
    return ECHOIC_OK;
  }

  import->config = strdup("{\"layers\": \"rec lin\", \"skip\": true}");
  return import->config
           ? ECHOIC_OK
           : echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
}

/// True if an array of numbers has this shape throughout
static bool
has_shape(const json_t* const   array,
          const uint32_t        n_dims,
          const uint64_t* const dims)
{
  if (!n_dims) {
    return json_is_number(array);
  }

  bool ok = json_is_array(array) && json_array_size(array) == dims[0];
  for (size_t i = 0U; ok && i < dims[0]; ++i) {
    ok = has_shape(json_array_get(array, i), n_dims - 1U, dims + 1);
  }

  return ok;
}

/// Copy the numbers of an array of regular shape
static void
copy_array(const json_t* const array, const uint32_t n_dims, float** const to)
{
  if (!n_dims) {
    **to = (float)json_number_value(array);
    ++*to;
  }

  for (size_t i = 0U; n_dims && i < json_array_size(array); ++i) {
    copy_array(json_array_get(array, i), n_dims - 1U, to);
  }
}

float*
echoic_import_tensor(EchoicTensorList* const list,
                     const char* const       name,
                     const uint64_t          n_rows,
                     const uint64_t          n_cols,
                     EchoicError* const      error)
{
  const uint64_t dims[] = {n_rows, n_cols};
  float* const   data   = (float*)echoic_tensor_list_add(
    list, name, ECHOIC_F32, n_cols ? 2U : 1U, dims);
  if (!data) {
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  return data;
}

EchoicStatus
echoic_import_array(EchoicTensorList* const list,
                    const char* const       name,
                    const json_t* const     array,
                    EchoicError* const      error)
{
  uint64_t      dims[ECHOIC_MAX_DIMS] = {0U};
  uint32_t      n_dims                = 0U;
  const json_t* element               = array;
  while (n_dims < ECHOIC_MAX_DIMS && json_is_array(element)) {
    dims[n_dims++] = json_array_size(element);
    element        = json_array_get(element, 0U);
  }

  // Before there is memory for it: the first rows may promise far too much
  if (!n_dims || !has_shape(array, n_dims, dims)) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "'%.80s' must be an array of numbers, of 1 to 4 "
                        "regular dimensions",
                        name);
  }

  float* to =
    (float*)echoic_tensor_list_add(list, name, ECHOIC_F32, n_dims, dims);
  if (!to) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  copy_array(array, n_dims, &to);
  return ECHOIC_OK;
}

static EchoicStatus
import_state_dict(const json_t* const     dict,
                  EchoicTensorList* const list,
                  EchoicError* const      error)
{
  const char*  key    = NULL;
  json_t*      value  = NULL;
  json_t*      object = (json_t*)(uintptr_t)dict; // Only read here
  EchoicStatus st     = ECHOIC_OK;
  json_object_foreach(object, key, value)
  {
    st = st ? st : echoic_import_array(list, key, value, error);
  }

  return st;
}

/// Models of Automated-GuitarAmpModelling
static EchoicStatus
import_amp(const json_t* const     root,
           EchoicTensorList* const list,
           EchoicImport* const     import,
           EchoicError* const      error)
{
  const json_t* const data = json_object_get(root, "model_data");
  const json_t* const skip = json_object_get(data, "skip");
  const json_int_t    n    = json_integer_value(skip);
  if (!json_is_object(data) || (skip && !json_is_integer(skip)) || n < 0 ||
      n > 1) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "'model_data' must be an object with 'skip' 0 or 1");
  }

  import->cell   = stack;
  import->config = strdup(n ? "{\"skip\": true}" : "{\"skip\": false}");
  return import_state_dict(json_object_get(root, "state_dict"), list, error);
}

static EchoicStatus
import_json(const json_t* const     root,
            EchoicTensorList* const list,
            EchoicImport* const     import,
            EchoicError* const      error)
{
  EchoicStatus st = ECHOIC_OK;
  if (json_is_object(json_object_get(root, "state_dict"))) {
    st = import_amp(root, list, import, error);
  } else if (json_object_get(root, "architecture")) {
    st = echoic_import_nam(root, list, import, error);
  } else if (json_is_array(json_object_get(root, "layers"))) {
    st = echoic_import_layers(root, list, import, error);
  } else {
    import->cell = stack;
    return import_state_dict(root, list, error);
  }

  return st || import->config
           ? st
           : echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
}

/// Turn tensors of JSON into a file in memory
static EchoicStatus
pack(const EchoicTensorList* const list,
     EchoicTensorFile* const       file,
     EchoicError* const            error)
{
  size_t             size = 0U;
  const EchoicStatus st   = echoic_safetensors_write(
    list->tensors, list->n_tensors, NULL, NULL, 0U, &file->bytes, &size, error);
  return st ? st
            : echoic_safetensors_parse(file->bytes, size, &file->file, error);
}

static EchoicStatus
parse_json(const uint8_t* const bytes,
           const size_t         size,
           EchoicImport* const  import,
           EchoicError* const   error)
{
  json_error_t     why;
  EchoicTensorList list = {0};
  json_t* const    root =
    json_loadb((const char*)bytes, size, JSON_REJECT_DUPLICATES, &why);
  EchoicStatus st =
    root ? import_json(root, &list, import, error)
    : *why.text
      ? echoic_error(error, ECHOIC_BAD_FORMAT, "isn't JSON: %.100s", why.text)
      : echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  st = st ? st : pack(&list, &import->weights, error);
  echoic_tensor_list_clear(&list);
  json_decref(root);
  return st;
}

EchoicStatus
echoic_import(const char* const   path,
              EchoicImport* const import,
              EchoicError* const  error)
{
  size_t      size = 0U;
  EchoicError why  = {ECHOIC_OK, ""};
  memset(import, 0, sizeof(*import));
  uint8_t* const bytes =
    echoic_read_file(path, ECHOIC_MAX_TENSOR_FILE, &size, error);
  if (!bytes) {
    return error->status;
  }

  EchoicStatus st = ECHOIC_OK;
  if (is_json(bytes, size)) {
    st = parse_json(bytes, size, import, &why);
    free(bytes);
  } else if (is_pickled(bytes, size)) {
    free(bytes);
    st = echoic_error(&why,
                      ECHOIC_BAD_FORMAT,
                      "is a file of torch.save(): write its state_dict with "
                      "safetensors.torch.save_file() instead");
  } else {
    import->weights.bytes = bytes;
    st = echoic_safetensors_parse(bytes, size, &import->weights.file, &why);
    import->cell = st ? NULL : guess_cell(&import->weights.file);
    st           = st ? st : guess_config(import, &why);
  }

  if (st) {
    echoic_tensor_file_clear(&import->weights);
    return echoic_error(error, st, "%s: %.200s", path, why.text);
  }

  return ECHOIC_OK;
}
