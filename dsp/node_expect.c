// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What a node may be made of: tensors, options, inputs. */

#include "dsp/node.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

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

/// Is no option of that name before it?
static bool
is_first(const EchoicNodeSpec* const spec, const EchoicParam* const param)
{
  const EchoicParam* p = spec->params;
  while (p < param && strcmp(p->key, param->key) != 0) {
    ++p;
  }

  return p == param;
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

  return is_first(spec, param)
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "node '%s': option '%s' is there twice",
                          spec->id,
                          param->key);
}

static EchoicStatus
unexpected_tensor(const EchoicNodeSpec* const spec,
                  const char* const           name,
                  EchoicError* const          error)
{
  return echoic_error(error,
                      ECHOIC_BAD_FORMAT,
                      "node '%s': tensor '%s' isn't one of type '%s', or is "
                      "there twice",
                      spec->id,
                      name,
                      spec->type);
}

EchoicStatus
echoic_node_expect_only(const EchoicNodeSpec* const spec,
                        const char* const* const    tensors,
                        const char* const* const    numbers,
                        const char* const* const    words,
                        EchoicError* const          error)
{
  for (uint32_t i = 0U; tensors && i < spec->n_tensors; ++i) {
    const char* const name = spec->tensors[i].name;
    if (!is_listed(name, tensors) ||
        echoic_node_tensor(spec, name) != &spec->tensors[i]) {
      return unexpected_tensor(spec, name, error);
    }
  }

  EchoicStatus st = ECHOIC_OK;
  for (uint32_t i = 0U; !st && i < spec->n_params; ++i) {
    st = expect_param(spec, &spec->params[i], numbers, words, error);
  }

  return st;
}

static const EchoicTensorRule*
find_rule(const EchoicTensorRule* const rules,
          const uint32_t                n_rules,
          const char* const             name)
{
  for (uint32_t i = 0U; i < n_rules; ++i) {
    if (!strcmp(rules[i].name, name)) {
      return &rules[i];
    }
  }

  return NULL;
}

EchoicStatus
echoic_node_expect_tensors(const EchoicNodeSpec* const   spec,
                           const EchoicTensorRule* const rules,
                           const uint32_t                n_rules,
                           EchoicError* const            error)
{
  for (uint32_t i = 0U; i < spec->n_tensors; ++i) {
    const char* const name = spec->tensors[i].name;
    if (!find_rule(rules, n_rules, name) ||
        echoic_node_tensor(spec, name) != &spec->tensors[i]) {
      return unexpected_tensor(spec, name, error);
    }
  }

  EchoicStatus st = ECHOIC_OK;
  for (uint32_t i = 0U; !st && i < n_rules; ++i) {
    const EchoicTensorRule* const r = &rules[i];
    if (!r->optional || echoic_node_tensor(spec, r->name)) {
      st = echoic_node_expect(spec, r->name, r->n_dims, r->dims, error);
    }
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

EchoicStatus
echoic_node_expect_equal(const EchoicNodeSpec* const  spec,
                         const EchoicNodeShape* const shape,
                         EchoicError* const           error)
{
  for (uint32_t i = 1U; i < shape->n_inputs; ++i) {
    if (shape->width_in[i] != shape->width_in[0]) {
      return echoic_error(error,
                          ECHOIC_BAD_SHAPE,
                          "node '%s': input '%s' has width %u: must be %u, as "
                          "the first",
                          spec->id,
                          spec->inputs[i],
                          shape->width_in[i],
                          shape->width_in[0]);
    }
  }

  return ECHOIC_OK;
}

EchoicStatus
echoic_node_expect_choice(const EchoicNodeSpec* const spec,
                          const char* const           key,
                          const char* const           a,
                          const char* const           b,
                          EchoicError* const          error)
{
  const char* const word = echoic_node_word(spec, key, a);
  return !strcmp(word, a) || !strcmp(word, b)
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "node '%s': %s is '%s': must be %s or %s",
                          spec->id,
                          key,
                          word,
                          a,
                          b);
}
