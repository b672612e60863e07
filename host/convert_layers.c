// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* RTNeural, with weights as Keras keeps them: [in][gates x units]. */

#include "dsp/json_text.h"
#include "host/convert_import.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// What a layer of that format is made of
typedef struct {
  const char*   type;
  const char*   activation;
  uint32_t      n_out;
  const json_t* weights;
} Layer;

/// True if a matrix has rows of so many numbers, and at least one
static bool
has_rows(const json_t* const matrix, const size_t n_cols)
{
  const size_t n  = json_array_size(matrix);
  bool         ok = n && n <= 65536U;
  for (size_t i = 0U; ok && i < n; ++i) {
    ok = json_array_size(json_array_get(matrix, i)) == n_cols;
  }

  return ok;
}

/// Append the transposed matrix, its columns in blocks in the order given
static EchoicStatus
add_transposed(EchoicTensorList* const list,
               const char* const       name,
               const json_t* const     matrix,
               const uint32_t          h,
               const uint32_t          n_blocks,
               const uint32_t* const   order,
               EchoicError* const      error)
{
  const size_t n_in = json_array_size(matrix);
  const size_t rows = (size_t)n_blocks * h;
  bool         ok   = has_rows(matrix, rows);
  float* const to =
    ok ? echoic_import_tensor(list, name, rows, n_in, error) : NULL;
  if (ok && !to) {
    return ECHOIC_NO_MEMORY;
  }

  for (size_t i = 0U; ok && i < n_in * rows; ++i) {
    const size_t        r       = i % rows;
    const size_t        from    = (order[r / h] * (size_t)h) + (r % h);
    const json_t* const row     = json_array_get(matrix, i / rows);
    const json_t* const x       = json_array_get(row, from);
    to[(r * n_in) + (i / rows)] = (float)json_number_value(x);
    ok                          = json_is_number(x);
  }

  return ok ? ECHOIC_OK
            : echoic_error(error,
                           ECHOIC_BAD_SHAPE,
                           "'%s': the layer's weights must be rows of %zu "
                           "numbers",
                           name,
                           rows);
}

/// Append a bias, given as one row or as row `index` of several
static EchoicStatus
add_bias(EchoicTensorList* const list,
         const char* const       name,
         const json_t* const     bias,
         const uint32_t          h,
         const uint32_t          n_blocks,
         const uint32_t* const   order,
         EchoicError* const      error)
{
  const size_t rows = (size_t)n_blocks * h;
  bool         ok   = json_array_size(bias) == rows;
  float* const to =
    ok ? echoic_import_tensor(list, name, rows, 0U, error) : NULL;
  if (ok && !to) {
    return ECHOIC_NO_MEMORY;
  }

  for (size_t r = 0U; ok && r < rows; ++r) {
    const size_t        from = (order[r / h] * (size_t)h) + (r % h);
    const json_t* const x    = json_array_get(bias, from);
    to[r]                    = (float)json_number_value(x);
    ok                       = json_is_number(x);
  }

  return ok ? ECHOIC_OK
            : echoic_error(error,
                           ECHOIC_BAD_SHAPE,
                           "'%s': the layer's bias must be %zu numbers",
                           name,
                           rows);
}

static EchoicStatus
add_dense(const Layer* const      layer,
          const char* const       id,
          EchoicTensorList* const list,
          EchoicError* const      error)
{
  static const uint32_t same = 0U;
  char                  name[64];
  snprintf(name, sizeof(name), "%s.weight", id);
  const EchoicStatus st = add_transposed(list,
                                         name,
                                         json_array_get(layer->weights, 0U),
                                         layer->n_out,
                                         1U,
                                         &same,
                                         error);
  snprintf(name, sizeof(name), "%s.bias", id);
  return st ? st
            : add_bias(list,
                       name,
                       json_array_get(layer->weights, 1U),
                       layer->n_out,
                       1U,
                       &same,
                       error);
}

static EchoicStatus
add_recurrent(const Layer* const      layer,
              const char* const       id,
              EchoicTensorList* const list,
              EchoicError* const      error)
{
  static const uint32_t lstm[] = {0U, 1U, 2U, 3U};
  static const uint32_t gru[]  = {1U, 0U, 2U}; // z r h there, r z n here
  const bool            is_gru = !strcmp(layer->type, "gru");
  const uint32_t* const order  = is_gru ? gru : lstm;
  const uint32_t        n      = is_gru ? 3U : 4U;
  const json_t* const   bias   = json_array_get(layer->weights, 2U);
  char                  name[64];
  EchoicStatus          st = ECHOIC_OK;
  for (uint32_t i = 0U; !st && i < 2U; ++i) {
    snprintf(name, sizeof(name), "%s.weight_%s_l0", id, i ? "hh" : "ih");
    st = add_transposed(list,
                        name,
                        json_array_get(layer->weights, i),
                        layer->n_out,
                        n,
                        order,
                        error);
  }

  for (uint32_t i = 0U; !st && i < (is_gru ? 2U : 1U); ++i) {
    snprintf(name, sizeof(name), "%s.bias_%s_l0", id, i ? "hh" : "ih");
    st = add_bias(list,
                  name,
                  is_gru ? json_array_get(bias, i) : bias,
                  layer->n_out,
                  n,
                  order,
                  error);
  }

  return st;
}

static EchoicStatus
add_layer(const json_t* const     json,
          const char* const       id,
          EchoicTensorList* const list,
          Layer* const            layer,
          EchoicError* const      error)
{
  const json_t* const shape = json_object_get(json, "shape");
  const size_t        n     = json_array_size(shape);
  const json_int_t    width = json_integer_value(json_array_get(shape, n - 1U));
  layer->type               = json_string_value(json_object_get(json, "type"));
  layer->activation = json_string_value(json_object_get(json, "activation"));
  layer->weights    = json_object_get(json, "weights");
  if (!layer->type || width < 1 || width > 65536) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "'%s' must have a 'type' and a 'shape' that ends with "
                        "its width",
                        id);
  }

  layer->n_out = (uint32_t)width;
  if (!strcmp(layer->type, "dense") ||
      !strcmp(layer->type, "time-distributed-dense")) {
    return add_dense(layer, id, list, error);
  }

  if (strcmp(layer->type, "gru") && strcmp(layer->type, "lstm")) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "'%s' is of type '%.40s': must be dense, gru or lstm",
                        id,
                        layer->type);
  }

  layer->activation = NULL; // Its own, which is tanh
  return add_recurrent(layer, id, list, error);
}

/// A gain given in decibels
static double
gain_of(const json_t* const root, const char* const key)
{
  return pow(10.0, json_number_value(json_object_get(root, key)) / 20.0);
}

EchoicStatus
echoic_import_layers(const json_t* const     root,
                     EchoicTensorList* const list,
                     EchoicImport* const     import,
                     EchoicError* const      error)
{
  const json_t* const layers   = json_object_get(root, "layers");
  const json_t* const skip     = json_object_get(root, "in_skip");
  char                all[512] = "";
  EchoicStatus        st       = ECHOIC_OK;
  for (size_t i = 0U; !st && i < json_array_size(layers); ++i) {
    char  id[32];
    Layer layer;
    snprintf(id, sizeof(id), "layer%zu", i);
    st = add_layer(json_array_get(layers, i), id, list, &layer, error);
    const size_t      n   = strlen(all);
    const char* const act = st || !layer.activation ? "" : layer.activation;
    snprintf(all + n,
             sizeof(all) - n,
             "%s%s%s%s",
             n ? " " : "",
             id,
             *act ? ":" : "",
             act);
  }

  json_t* const config =
    json_pack("{s:s, s:b, s:f, s:f}",
              "layers",
              all,
              "skip",
              json_is_true(skip) || json_number_value(skip) > 0.0,
              "in_gain",
              gain_of(root, "in_gain"),
              "out_gain",
              gain_of(root, "out_gain"));
  import->cell   = "recurrent_stack";
  import->config = echoic_json_text(config);
  json_decref(config);
  return st;
}
