// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/node.h"

#include "dsp/nodes/concat.h"
#include "dsp/nodes/delay.h"
#include "dsp/nodes/linear.h"
#include "dsp/nodes/memory.h"
#include "dsp/nodes/perceptron.h"
#include "dsp/nodes/rmsnorm.h"
#include "dsp/nodes/sum.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const EchoicNodeType* const types[] = {
  &echoic_concat_type,
  &echoic_delay_type,
  &echoic_linear_type,
  &echoic_memory_type,
  &echoic_perceptron_type,
  &echoic_rmsnorm_type,
  &echoic_sum_type,
};

const EchoicNodeType*
echoic_node_type(const char* const name)
{
  for (size_t i = 0U; i < sizeof(types) / sizeof(types[0]); ++i) {
    if (!strcmp(types[i]->name, name)) {
      return types[i];
    }
  }

  return NULL;
}

const EchoicTensor*
echoic_node_tensor(const EchoicNodeSpec* const spec, const char* const name)
{
  for (uint32_t i = 0U; i < spec->n_tensors; ++i) {
    if (!strcmp(spec->tensors[i].name, name)) {
      return &spec->tensors[i];
    }
  }

  return NULL;
}

static const EchoicParam*
find_param(const EchoicNodeSpec* const spec, const char* const key)
{
  for (uint32_t i = 0U; i < spec->n_params; ++i) {
    if (!strcmp(spec->params[i].key, key)) {
      return &spec->params[i];
    }
  }

  return NULL;
}

double
echoic_node_number(const EchoicNodeSpec* const spec,
                   const char* const           key,
                   const double                fallback)
{
  const EchoicParam* const param = find_param(spec, key);
  return param && !param->text[0] ? param->value : fallback;
}

const char*
echoic_node_word(const EchoicNodeSpec* const spec,
                 const char* const           key,
                 const char* const           fallback)
{
  const EchoicParam* const param = find_param(spec, key);
  return param && param->text[0] ? param->text : fallback;
}

static bool
has_shape(const EchoicTensor* const tensor,
          const uint32_t            n_dims,
          const uint32_t* const     dims)
{
  return tensor->n_dims == n_dims &&
         !memcmp(tensor->dims, dims, n_dims * sizeof(*dims));
}

/// Write "[2, 3]" into `text`
static const char*
shape_text(const uint32_t n_dims, const uint32_t* const dims, char* const text)
{
  char* end = text;
  *end++    = '[';
  for (uint32_t i = 0U; i < n_dims; ++i) {
    char     digits[10];
    uint32_t n = 0U;
    for (uint32_t d = dims[i]; d || !n; d /= 10U) {
      digits[n++] = (char)('0' + (d % 10U));
    }
    while (n) {
      *end++ = digits[--n];
    }
    if (i + 1U < n_dims) {
      *end++ = ',';
      *end++ = ' ';
    }
  }

  *end++ = ']';
  *end   = '\0';
  return text;
}

EchoicStatus
echoic_node_expect(const EchoicNodeSpec* const spec,
                   const char* const           name,
                   const uint32_t              n_dims,
                   const uint32_t* const       dims,
                   EchoicError* const          error)
{
  const EchoicTensor* const tensor = echoic_node_tensor(spec, name);
  char                      wanted[64];
  char                      found[64];
  if (!tensor) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "node '%s': tensor '%s' is missing: must be %s",
                        spec->id,
                        name,
                        shape_text(n_dims, dims, wanted));
  }

  if (!has_shape(tensor, n_dims, dims)) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "node '%s': tensor '%s' is %s: must be %s",
                        spec->id,
                        name,
                        shape_text(tensor->n_dims, tensor->dims, found),
                        shape_text(n_dims, dims, wanted));
  }

  size_t n = 1U;
  for (uint32_t i = 0U; i < n_dims; ++i) {
    n *= dims[i];
  }

  for (size_t i = 0U; i < n; ++i) {
    if (!isfinite(tensor->data[i])) {
      return echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "node '%s': tensor '%s' holds a number that isn't "
                          "finite at element %zu",
                          spec->id,
                          name,
                          i);
    }
  }

  return ECHOIC_OK;
}

static bool
is_listed(const char* const name, const char* const* const list)
{
  for (size_t i = 0U; list[i]; ++i) {
    if (!strcmp(list[i], name)) {
      return true;
    }
  }

  return false;
}

static EchoicStatus
expect_param(const EchoicNodeSpec* const spec,
             const EchoicParam* const    param,
             const char* const* const    numbers,
             const char* const* const    words,
             EchoicError* const          error)
{
  if (!is_listed(param->key, param->text[0] ? words : numbers)) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "node '%s': option '%s' isn't a %s of type '%s'",
                        spec->id,
                        param->key,
                        param->text[0] ? "word" : "number",
                        spec->type);
  }

  return find_param(spec, param->key) == param
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "node '%s': option '%s' is there twice",
                          spec->id,
                          param->key);
}

EchoicStatus
echoic_node_expect_only(const EchoicNodeSpec* const spec,
                        const char* const* const    tensors,
                        const char* const* const    numbers,
                        const char* const* const    words,
                        EchoicError* const          error)
{
  for (uint32_t i = 0U; i < spec->n_tensors; ++i) {
    const char* const name = spec->tensors[i].name;
    if (!is_listed(name, tensors) ||
        echoic_node_tensor(spec, name) != &spec->tensors[i]) {
      return echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "node '%s': tensor '%s' isn't one of type '%s', or "
                          "is there twice",
                          spec->id,
                          name,
                          spec->type);
    }
  }

  EchoicStatus st = ECHOIC_OK;
  for (uint32_t i = 0U; !st && i < spec->n_params; ++i) {
    st = expect_param(spec, &spec->params[i], numbers, words, error);
  }

  return st;
}

EchoicStatus
echoic_node_expect_inputs(const EchoicNodeSpec* const  spec,
                          const EchoicNodeShape* const shape,
                          const uint32_t               n,
                          EchoicError* const           error)
{
  return shape->n_inputs == n
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_SHAPE,
                          "node '%s': %u inputs: type '%s' takes %u",
                          spec->id,
                          shape->n_inputs,
                          spec->type,
                          n);
}
