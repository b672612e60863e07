// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/convert.h"

#include "host/convert_parts.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
echoic_convert_fail(EchoicConvert* const c, const char* const format, ...)
{
  if (!c->error->status) {
    va_list args;
    va_start(args, format);
    c->error->status = ECHOIC_BAD_FORMAT;
    vsnprintf(c->error->text, sizeof(c->error->text), format, args);
    va_end(args);
  }
}

bool
echoic_convert_failed(const EchoicConvert* const c)
{
  return c->error->status != ECHOIC_OK;
}

/// Keep memory until the end
static void*
keep(EchoicConvert* const c, void* const memory)
{
  EchoicConvertKept* const kept =
    memory ? (EchoicConvertKept*)malloc(sizeof(*kept)) : NULL;
  if (!kept) {
    free(memory);
    echoic_convert_fail(c, "out of memory");
    return NULL;
  }

  kept->memory = memory;
  kept->next   = c->kept;
  c->kept      = kept;
  return memory;
}

const char*
echoic_convert_name(EchoicConvert* const c, const char* const format, ...)
{
  char    text[ECHOIC_TENSOR_NAME_SIZE * 2U];
  va_list args;
  va_start(args, format);
  const int n = vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  char* const copy =
    n > 0 && (size_t)n < sizeof(text) ? (char*)keep(c, strdup(text)) : NULL;
  if (!copy) {
    echoic_convert_fail(c, "a name of %d characters is too long", n);
  }

  return copy ? copy : "";
}

/* Tensors. */

/// Return a tensor of the weights, checked, or null after an error
static const EchoicFileTensor*
find(EchoicConvert* const c, const char* const name)
{
  const EchoicFileTensor* const t =
    echoic_convert_failed(c) ? NULL
                             : echoic_safetensors_find(&c->weights.file, name);
  if (!t) {
    echoic_convert_fail(c, "%s: tensor '%s' is missing", c->path, name);
    return NULL;
  }

  c->used[t - c->weights.file.tensors] = true;
  return t;
}

/// Write "[2, 3]" into `text`
static const char*
shape_text(const EchoicFileTensor* const t, char* const text, const size_t size)
{
  size_t n = 0U;
  text[0]  = '\0';
  for (uint32_t i = 0U; i < t->n_dims && n < size; ++i) {
    n += (size_t)snprintf(text + n,
                          size - n,
                          "%s%llu",
                          i ? ", " : "",
                          (unsigned long long)t->dims[i]);
  }

  return text;
}

static bool
has_shape(EchoicConvert* const          c,
          const EchoicFileTensor* const t,
          const uint32_t                n_dims,
          const uint32_t* const         dims)
{
  bool ok = t->n_dims == n_dims;
  for (uint32_t i = 0U; ok && i < n_dims; ++i) {
    ok = t->dims[i] == dims[i];
  }

  if (!ok) {
    char             found[96];
    char             wanted[96];
    EchoicFileTensor right = *t;
    right.n_dims           = n_dims;
    for (uint32_t i = 0U; i < n_dims; ++i) {
      right.dims[i] = dims[i];
    }
    echoic_convert_fail(c,
                        "%s: tensor '%s' is [%s]: must be [%s]",
                        c->path,
                        t->name,
                        shape_text(t, found, sizeof(found)),
                        shape_text(&right, wanted, sizeof(wanted)));
  }

  return ok;
}

/// Copy a tensor's numbers, which must be finite
static void
read_finite(EchoicConvert* const          c,
            const EchoicFileTensor* const t,
            float* const                  data)
{
  if (t->dtype > ECHOIC_BF16) {
    echoic_convert_fail(
      c, "%s: tensor '%s' must hold floating point numbers", c->path, t->name);
    return;
  }

  echoic_tensor_read(t, data);
  for (size_t i = 0U; i < t->n_elements; ++i) {
    if (!isfinite(data[i])) {
      echoic_convert_fail(c,
                          "%s: tensor '%s' holds a number that isn't finite at "
                          "element %zu",
                          c->path,
                          t->name,
                          i);
      return;
    }
  }
}

float*
echoic_convert_tensor(EchoicConvert* const  c,
                      const char* const     to,
                      const uint32_t        n_dims,
                      const uint32_t* const dims)
{
  EchoicNodeSpec* const node = echoic_convert_last(c);
  float* const          data =
    node ? echoic_node_spec_tensor(node, to, n_dims, dims) : NULL;
  if (node && !data) {
    echoic_convert_fail(
      c, "node '%s': tensor '%s' is too large, or memory is", node->id, to);
  }

  return data;
}

float*
echoic_convert_take(EchoicConvert* const  c,
                    const char* const     from,
                    const char* const     to,
                    const uint32_t        n_dims,
                    const uint32_t* const dims)
{
  const EchoicFileTensor* const t    = find(c, from);
  float* const                  data = t && has_shape(c, t, n_dims, dims)
                                         ? echoic_convert_tensor(c, to, n_dims, dims)
                                         : NULL;
  if (data) {
    read_finite(c, t, data);
  }

  return data;
}

const float*
echoic_convert_weights(EchoicConvert* const  c,
                       const char* const     from,
                       const uint32_t        n_dims,
                       const uint32_t* const dims)
{
  const EchoicFileTensor* const t = find(c, from);
  float* const                  data =
    t && has_shape(c, t, n_dims, dims)
                       ? (float*)keep(c, calloc((size_t)t->n_elements + 1U, sizeof(float)))
                       : NULL;
  if (data) {
    read_finite(c, t, data);
  }

  return data;
}

bool
echoic_convert_has_tensor(const EchoicConvert* const c, const char* const name)
{
  return echoic_safetensors_find(&c->weights.file, name);
}

const char*
echoic_convert_tensor_name(const EchoicConvert* const c, const uint32_t index)
{
  return index < c->weights.file.n_tensors ? c->weights.file.tensors[index].name
                                           : NULL;
}

uint32_t
echoic_convert_n_dims(const EchoicConvert* const c, const char* const name)
{
  const EchoicFileTensor* const t =
    echoic_safetensors_find(&c->weights.file, name);
  return t ? t->n_dims : 0U;
}

uint32_t
echoic_convert_dim(EchoicConvert* const c,
                   const char* const    name,
                   const uint32_t       dim)
{
  const EchoicFileTensor* const t = find(c, name);
  if (t &&
      (dim >= t->n_dims || !t->dims[dim] || t->dims[dim] > ECHOIC_MAX_WIDTH)) {
    echoic_convert_fail(c,
                        "%s: tensor '%s': dimension %u must be there, from 1 "
                        "to %u",
                        c->path,
                        name,
                        dim,
                        ECHOIC_MAX_WIDTH);
  }

  return echoic_convert_failed(c) ? 1U : (uint32_t)t->dims[dim];
}

void
echoic_convert_ignore_tensor(EchoicConvert* const c, const char* const from)
{
  if (echoic_convert_has_tensor(c, from)) {
    find(c, from);
  }
}
