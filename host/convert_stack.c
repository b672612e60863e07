// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Recurrent and linear layers one after the other: amplifiers and pedals. */

#include "host/convert.h"
#include "host/convert_cells.h"
#include "host/convert_rnn.h"

#include <stdlib.h>
#include <string.h>

static const char ending[] = "weight_ih_l0"; ///< Of a recurrent layer's tensor

/// A layer's name, and what is applied to its output
typedef struct {
  const char* prefix;     ///< Of its tensors, with the dot
  const char* id;         ///< Of its node
  const char* activation; ///< Empty for none
} Layer;

/// Return how long the prefix of a tensor is, if it is a layer's first one
static size_t
prefix_length(const char* const name, const bool is_recurrent)
{
  const char* const end    = is_recurrent ? ending : "weight";
  const size_t      length = strlen(name);
  const size_t      n      = strlen(end);
  const bool        ends   = length >= n && !strcmp(name + length - n, end) &&
                    (length == n || name[length - n - 1U] == '.');
  return ends ? length - n : SIZE_MAX;
}

/// List the layers as they follow in general: recurrent ones, then linear ones
static const char*
guess_layers(EchoicConvert* const c)
{
  const char* list = "";
  for (uint32_t pass = 0U; pass < 2U; ++pass) {
    const char* name = NULL;
    for (uint32_t i = 0U; (name = echoic_convert_tensor_name(c, i)); ++i) {
      const size_t n = prefix_length(name, pass == 0U);
      if (n != SIZE_MAX) {
        list = echoic_convert_name(c,
                                   "%s%s%.*s",
                                   list,
                                   *list ? " " : "",
                                   n ? (int)n - 1 : 1,
                                   n ? name : ".");
      }
    }
  }

  return list;
}

/// Read NAME or NAME:ACTIVATION; the name "." is that of tensors without one
static Layer
read_layer(EchoicConvert* const c, const char* const word, const size_t length)
{
  const char* const colon = (const char*)memchr(word, ':', length);
  const size_t      n     = colon ? (size_t)(colon - word) : length;
  const bool        bare  = n == 1U && *word == '.';
  Layer             layer;
  layer.prefix = bare ? "" : echoic_convert_name(c, "%.*s.", (int)n, word);
  layer.id     = bare ? "layer" : echoic_convert_name(c, "%.*s", (int)n, word);
  layer.activation =
    colon ? echoic_convert_name(c, "%.*s", (int)(length - n - 1U), colon + 1)
          : "";
  return layer;
}

static uint32_t
count_layers(EchoicConvert* const c, const char* const prefix)
{
  uint32_t n = 1U;
  while (n < 16U &&
         echoic_convert_has_tensor(
           c, echoic_convert_name(c, "%sweight_ih_l%u", prefix, n))) {
    ++n;
  }

  return n;
}

static uint32_t
count_biases(EchoicConvert* const c, const char* const prefix)
{
  static const char* const names[] = {"bias_ih_l0", "bias_hh_l0"};
  uint32_t                 n       = 0U;
  while (n < 2U && echoic_convert_has_tensor(
                     c, echoic_convert_name(c, "%s%s", prefix, names[n]))) {
    ++n;
  }

  return n;
}

/// Take the state after a reset, if it is there: (L, H), or (H)
static void
take_start(EchoicConvert* const               c,
           const EchoicRecurrentLayers* const layers,
           const char* const                  to)
{
  const char* const from   = echoic_convert_name(c, "%s%s", layers->prefix, to);
  const uint32_t    dims[] = {layers->n_layers, layers->n_hidden};
  if (!echoic_convert_has_tensor(c, from)) {
    return;
  }

  if (echoic_convert_n_dims(c, from) == 1U && layers->n_layers == 1U) {
    const float* const x = echoic_convert_weights(c, from, 1U, &dims[1]);
    float* const       y = echoic_convert_tensor(c, to, 2U, dims);
    if (x && y) {
      memcpy(y, x, dims[1] * sizeof(float));
    }
  } else {
    echoic_convert_take(c, from, to, 2U, dims);
  }
}

/// Append a recurrent layer, of the kind that its tensors have; its width
static uint32_t
add_recurrent(EchoicConvert* const c,
              const Layer* const   l,
              const char* const    in)
{
  static const char* const types[] = {"", "rnn", "", "gru", "lstm"};
  const char* const ih = echoic_convert_name(c, "%s%s", l->prefix, ending);
  const char* const hh = echoic_convert_name(c, "%sweight_hh_l0", l->prefix);
  const uint32_t    h  = echoic_convert_dim(c, hh, 1U);
  const uint32_t    n_gates = echoic_convert_dim(c, ih, 0U) / h;
  if (n_gates > 4U || !*types[n_gates]) {
    echoic_convert_fail(
      c, "tensor '%s': must have 1, 3 or 4 times %u rows", ih, h);
    return 1U;
  }

  const EchoicRecurrentLayers layers = {
    .id       = l->id,
    .type     = types[n_gates],
    .input    = in,
    .prefix   = l->prefix,
    .n_gates  = n_gates,
    .n_in     = echoic_convert_dim(c, ih, 1U),
    .n_hidden = h,
    .n_layers = count_layers(c, l->prefix),
    .n_biases = count_biases(c, l->prefix),
  };
  echoic_convert_recurrent(c, &layers);
  take_start(c, &layers, "h0");
  take_start(c, &layers, "c0");
  return h;
}

/// Append a linear layer; its width
static uint32_t
add_linear(EchoicConvert* const c, const Layer* const l, const char* const in)
{
  const char* const weight = echoic_convert_name(c, "%sweight", l->prefix);
  const char* const bias   = echoic_convert_name(c, "%sbias", l->prefix);
  const uint32_t    n_out  = echoic_convert_dim(c, weight, 0U);
  const uint32_t    n_in   = echoic_convert_dim(c, weight, 1U);
  echoic_convert_node(c, l->id, "linear", in);
  echoic_convert_take(c, weight, "weight", ECHOIC_SHAPE(n_out, n_in));
  if (echoic_convert_has_tensor(c, bias)) {
    echoic_convert_take(c, bias, "bias", ECHOIC_SHAPE(n_out));
  }

  return n_out;
}

/// Append all layers of the list; the id and the width of the last node
static const char*
add_layers(EchoicConvert* const c,
           const char* const    list,
           const char*          last,
           uint32_t* const      width)
{
  for (const char* word = list + strspn(list, " ");
       *word && !echoic_convert_failed(c);
       word += strspn(word, " ")) {
    const size_t      length = strcspn(word, " ");
    const Layer       layer  = read_layer(c, word, length);
    const char* const first =
      echoic_convert_name(c, "%s%s", layer.prefix, ending);
    *width = echoic_convert_has_tensor(c, first)
               ? add_recurrent(c, &layer, last)
               : add_linear(c, &layer, last);
    last   = layer.id;
    if (*layer.activation) {
      const char* const id = echoic_convert_name(c, "%s_act", layer.id);
      echoic_convert_node(c, id, "activation", last);
      echoic_convert_set_word(c, "type", layer.activation);
      last = id;
    }
    word += length;
  }

  return last;
}

/// Append the sum with the input, of which the first numbers count
static const char*
add_skip(EchoicConvert* const c,
         const char* const    input,
         const char* const    last,
         const uint32_t       width_in,
         const uint32_t       width)
{
  const char* from = input;
  if (width_in < width) {
    echoic_convert_fail(
      c, "--config: 'skip': the input is narrower than the output");
  } else if (width_in > width) {
    from = "skip_input";
    echoic_convert_node(c, from, "slice", input);
    echoic_convert_set(c, "width", width);
  }

  echoic_convert_add(c, "skip", last, from);
  return "skip";
}

static const char*
add_gain(EchoicConvert* const c, const char* const key, const char* const input)
{
  const double gain = echoic_convert_number_or(c, key, 1.0, -1e6, 1e6);
  if (gain >= 1.0 && gain <= 1.0) {
    return input;
  }

  echoic_convert_node(c, key, "scale", input);
  echoic_convert_set(c, "gain", gain);
  return key;
}

/// Return the width of what the first layer takes
static uint32_t
find_width_in(EchoicConvert* const c, const char* const list)
{
  const char* const word  = list + strspn(list, " ");
  const Layer       layer = read_layer(c, word, strcspn(word, " "));
  const char* const ih = echoic_convert_name(c, "%s%s", layer.prefix, ending);
  return echoic_convert_dim(
    c,
    echoic_convert_has_tensor(c, ih)
      ? ih
      : echoic_convert_name(c, "%sweight", layer.prefix),
    1U);
}

void
echoic_build_recurrent_stack(EchoicConvert* const c)
{
  const char* const given = echoic_convert_word_or(c, "layers", NULL);
  const char* const list  = given ? given : guess_layers(c);
  if (!list[strspn(list, " ")]) {
    echoic_convert_fail(c,
                        "no layers: no tensor is called NAME.weight_ih_l0 "
                        "or NAME.weight");
    return;
  }

  const uint32_t width_in = find_width_in(c, list);
  uint32_t       width    = width_in;
  echoic_convert_width_in(c, width_in);
  const char* const first = add_gain(c, "in_gain", ECHOIC_GRAPH_INPUT);
  const char*       last  = add_layers(c, list, first, &width);
  if (echoic_convert_flag_or(c, "skip", false)) {
    last = add_skip(c, first, last, width_in, width);
  }

  add_gain(c, "out_gain", last);
}
