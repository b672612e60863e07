// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Neural Amp Modeler. */

#include "host/convert_import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// A size of a configuration; 0 if it isn't one
static uint32_t
size_of(const json_t* const config, const char* const key)
{
  const json_t* const value = json_object_get(config, key);
  const json_int_t    n     = json_integer_value(value);
  return json_is_integer(value) && n > 0 && n <= 65536 ? (uint32_t)n : 0U;
}

/// Numbers of a flat list, taken one after the other
typedef struct {
  const json_t* list;
  size_t        at;
} Flat;

static void
take(Flat* const flat, float* const to, const size_t n)
{
  for (size_t i = 0U; i < n; ++i) {
    to[i] = (float)json_number_value(json_array_get(flat->list, flat->at++));
  }
}

/// Take [W_ih | W_hh] row by row, the bias and the state after a reset
static bool
take_layer(Flat* const             flat,
           const uint32_t          layer,
           const uint32_t          n_in,
           const uint32_t          h,
           float* const            start, ///< [2][n_layers][h]
           const uint32_t          n_layers,
           EchoicTensorList* const list,
           EchoicError* const      error)
{
  char         names[3][32];
  const size_t rows = 4U * (size_t)h;
  snprintf(names[0], sizeof(names[0]), "weight_ih_l%u", layer);
  snprintf(names[1], sizeof(names[1]), "weight_hh_l%u", layer);
  snprintf(names[2], sizeof(names[2]), "bias_ih_l%u", layer);
  float* const ih = echoic_import_tensor(list, names[0], rows, n_in, error);
  float* const hh = echoic_import_tensor(list, names[1], rows, h, error);
  float* const b  = echoic_import_tensor(list, names[2], rows, 0U, error);
  if (!ih || !hh || !b) {
    return false;
  }

  for (size_t r = 0U; r < rows; ++r) {
    take(flat, ih + (r * n_in), n_in);
    take(flat, hh + (r * h), h);
  }

  take(flat, b, rows);
  take(flat, start + ((size_t)layer * h), h);
  take(flat, start + (((size_t)n_layers + layer) * h), h);
  return true;
}

/// Take all layers and the head
static EchoicStatus
take_network(Flat* const             flat,
             const uint32_t          n_in,
             const uint32_t          h,
             const uint32_t          n_layers,
             EchoicTensorList* const list,
             EchoicError* const      error)
{
  const size_t n_state = (size_t)n_layers * h;
  float* const start   = (float*)calloc(2U * n_state, sizeof(float));
  bool         ok      = start;
  for (uint32_t l = 0U; ok && l < n_layers; ++l) {
    ok = take_layer(flat, l, l ? h : n_in, h, start, n_layers, list, error);
  }

  float* const h0 =
    ok ? echoic_import_tensor(list, "h0", n_layers, h, error) : NULL;
  float* const c0 =
    h0 ? echoic_import_tensor(list, "c0", n_layers, h, error) : NULL;
  float* const head =
    c0 ? echoic_import_tensor(list, "head.weight", 1U, h, error) : NULL;
  float* const bias =
    head ? echoic_import_tensor(list, "head.bias", 1U, 0U, error) : NULL;
  if (bias) {
    memcpy(h0, start, n_state * sizeof(float));
    memcpy(c0, start + n_state, n_state * sizeof(float));
    take(flat, head, h);
    take(flat, bias, 1U);
  }

  free(start);
  return bias ? ECHOIC_OK
              : echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
}

EchoicStatus
echoic_import_nam(const json_t* const     root,
                  EchoicTensorList* const list,
                  EchoicImport* const     import,
                  EchoicError* const      error)
{
  const char* const kind =
    json_string_value(json_object_get(root, "architecture"));
  const json_t* const config   = json_object_get(root, "config");
  Flat                flat     = {json_object_get(root, "weights"), 0U};
  const uint32_t      n_in     = size_of(config, "input_size");
  const uint32_t      h        = size_of(config, "hidden_size");
  const uint32_t      n_layers = size_of(config, "num_layers");
  if (!kind || strcmp(kind, "LSTM")) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "'architecture' is '%.40s': must be 'LSTM'",
                        kind ? kind : "");
  }

  if (!n_in || !h || !n_layers || n_layers > 16U) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "'config' must have input_size, hidden_size and "
                        "num_layers from 1 (to 16 layers)");
  }

  const size_t per_unit = 6U + (4U * (size_t)h); // Biases, states, W_hh
  const size_t n        = (h * (per_unit + (4U * (size_t)n_in))) +
                   ((n_layers - 1U) * h * (per_unit + (4U * (size_t)h))) + h +
                   1U;
  if (json_array_size(flat.list) != n) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "'weights' has %zu numbers: must be %zu",
                        json_array_size(flat.list),
                        n);
  }

  for (size_t i = 0U; i < n; ++i) {
    if (!json_is_number(json_array_get(flat.list, i))) {
      return echoic_error(
        error, ECHOIC_BAD_FORMAT, "'weights': element %zu must be a number", i);
    }
  }

  import->cell   = "recurrent_stack";
  import->config = strdup("{\"layers\": \". head\"}");
  return take_network(&flat, n_in, h, n_layers, list, error);
}
