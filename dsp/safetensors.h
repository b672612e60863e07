// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_SAFETENSORS_H
#define ECHOIC_SAFETENSORS_H

#include "dsp/echoic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   The safetensors container: a JSON header and raw tensors.

   8 bytes: header length, little-endian.  Then the header, an object of
   {name: {dtype, shape, data_offsets}} and `__metadata__`, an object of
   strings.  Then the tensors, little-endian, row-major, without alignment.
   https://huggingface.co/docs/safetensors
*/

#define ECHOIC_TENSOR_MAX_DIMS 8U

/// Element types that are understood; others are refused by name
typedef enum {
  ECHOIC_F32,
  ECHOIC_F64,
  ECHOIC_F16,
  ECHOIC_BF16,
  ECHOIC_I64,
  ECHOIC_I32,
  ECHOIC_I16,
  ECHOIC_I8,
  ECHOIC_U8,
  ECHOIC_BOOL,
} EchoicDtype;

/// A tensor inside the file's bytes
typedef struct {
  const char*    name; ///< Owned by the file
  EchoicDtype    dtype;
  uint32_t       n_dims;
  uint64_t       dims[ECHOIC_TENSOR_MAX_DIMS];
  uint64_t       n_elements;
  const uint8_t* data; ///< Not aligned: read by echoic_tensor_read()
  size_t         size; ///< Bytes
} EchoicFileTensor;

/// A parsed file; borrows the bytes it was parsed from
typedef struct {
  uint32_t          n_tensors;
  EchoicFileTensor* tensors;  ///< [n_tensors], in order of the header
  void*             metadata; ///< Opaque, see echoic_safetensors_metadata()
} EchoicSafetensors;

/**
   Parse a whole file in memory.

   Everything is checked: lengths, ranges, overlaps and gaps, shapes against
   sizes.
   `bytes` must outlive `file`, which must be cleared afterwards.
*/
ECHOIC_SETUP EchoicStatus
echoic_safetensors_parse(const uint8_t*     bytes,
                         size_t             size,
                         EchoicSafetensors* file,
                         EchoicError*       error);

/// Free what parse allocated and make `file` empty
ECHOIC_SETUP void
echoic_safetensors_clear(EchoicSafetensors* file);

/// Return the tensor with that name, or null
ECHOIC_SETUP const EchoicFileTensor*
echoic_safetensors_find(const EchoicSafetensors* file, const char* name);

/// Return the string under `key` of `__metadata__`, or null; owned by `file`
ECHOIC_SETUP const char*
echoic_safetensors_metadata(const EchoicSafetensors* file, const char* key);

/// Copy all elements as float32, whatever the type; `out` is [n_elements]
ECHOIC_SETUP void
echoic_tensor_read(const EchoicFileTensor* tensor, float* out);

/// Copy all elements as int64, for integer types
ECHOIC_SETUP bool
echoic_tensor_read_int(const EchoicFileTensor* tensor, int64_t* out);

/// A tensor to be written
typedef struct {
  const char* name;
  EchoicDtype dtype; ///< ECHOIC_F32, ECHOIC_F64, ECHOIC_I64 or ECHOIC_U8
  uint32_t    n_dims;
  uint64_t    dims[ECHOIC_TENSOR_MAX_DIMS];
  const void* data; ///< In the machine's order
} EchoicTensorOut;

/**
   Make a file in memory.

   @param keys [n_keys] Keys of `__metadata__`.
   @param values [n_keys] Their strings, UTF-8.
   @param bytes Set to the file, to be freed by the caller with free().
*/
ECHOIC_SETUP EchoicStatus
echoic_safetensors_write(const EchoicTensorOut* tensors,
                         uint32_t               n_tensors,
                         const char* const*     keys,
                         const char* const*     values,
                         uint32_t               n_keys,
                         uint8_t**              bytes,
                         size_t*                size,
                         EchoicError*           error);

#endif // ECHOIC_SAFETENSORS_H
