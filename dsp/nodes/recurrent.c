// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/recurrent.h"

#include <string.h>

enum { n_kinds = 4, name_size = 16, max_more = 4 };

static const char* const kinds[n_kinds] = {"weight_ih_l",
                                           "weight_hh_l",
                                           "bias_ih_l",
                                           "bias_hh_l"};

/// Write the name of a tensor of layer `k` < 100
static const char*
layer_name(const uint32_t kind, const uint32_t k, char* const name)
{
  size_t n = strlen(kinds[kind]);
  memcpy(name, kinds[kind], n);
  if (k > 9U) {
    name[n++] = (char)('0' + (k / 10U));
  }
  name[n++] = (char)('0' + (k % 10U));
  name[n]   = '\0';
  return name;
}

/// Return a tensor of layer `k`, or null
static const EchoicTensor*
layer_tensor(const EchoicNodeSpec* const spec,
             const uint32_t              kind,
             const uint32_t              k)
{
  char name[name_size];
  return echoic_node_tensor(spec, layer_name(kind, k, name));
}

static uint32_t
count_layers(const EchoicNodeSpec* const spec)
{
  uint32_t n = 1U;
  while (n < ECHOIC_MAX_LAYERS && layer_tensor(spec, 0U, n)) {
    ++n;
  }

  return n;
}

/// Check that there are no tensors and options but those allowed
static EchoicStatus
expect_only(const EchoicNodeSpec* const      spec,
            const EchoicRecurrentKind* const kind,
            const uint32_t                   n_layers,
            EchoicError* const               error)
{
  static const char* const numbers[] = {NULL};
  char                     names[ECHOIC_MAX_LAYERS * n_kinds][name_size];
  const char*              list[(ECHOIC_MAX_LAYERS * n_kinds) + max_more + 2U];
  size_t                   n = 0U;
  for (uint32_t k = 0U; k < n_layers; ++k) {
    for (uint32_t i = 0U; i < n_kinds; ++i, ++n) {
      list[n] = layer_name(i, k, names[n]);
    }
  }

  list[n++] = "h0";
  for (size_t i = 0U; i < max_more && kind->more[i]; ++i) {
    list[n++] = kind->more[i];
  }

  list[n] = NULL;
  return echoic_node_expect_only(spec, list, numbers, kind->words, error);
}

static EchoicStatus
expect_layer(const EchoicNodeSpec* const spec,
             const uint32_t              k,
             const uint32_t              n_rows,
             const uint32_t              n_in,
             const uint32_t              n_hidden,
             EchoicError* const          error)
{
  const uint32_t dims[n_kinds][2U] = {
    {n_rows, n_in}, {n_rows, n_hidden}, {n_rows, 0U}, {n_rows, 0U}};
  EchoicStatus st = ECHOIC_OK;
  for (uint32_t i = 0U; !st && i < n_kinds; ++i) {
    char name[name_size];
    if (i < 2U || layer_tensor(spec, i, k)) { // Biases may be left out
      st = echoic_node_expect(
        spec, layer_name(i, k, name), i < 2U ? 2U : 1U, dims[i], error);
    }
  }

  return st;
}

static size_t
floats(const size_t n)
{
  return echoic_arena_round(n * sizeof(float));
}

static size_t
layer_bytes(const EchoicRecurrentKind* const kind,
            const uint32_t                   n_in,
            const uint32_t                   n)
{
  const uint32_t apart = kind->n_apart * n;
  const uint32_t rows  = kind->n_gates * n;
  return echoic_matrix_bytes(rows, n_in) +
         echoic_matrix_bytes(rows - apart, n) +
         (apart ? echoic_matrix_bytes(apart, n) : 0U);
}

/// Check the states after a reset, where they are given
static EchoicStatus
expect_states(const EchoicNodeSpec* const      spec,
              const EchoicRecurrentKind* const kind,
              const uint32_t* const            dims,
              EchoicError* const               error)
{
  EchoicStatus st = echoic_node_tensor(spec, "h0")
                      ? echoic_node_expect(spec, "h0", 2U, dims, error)
                      : ECHOIC_OK;
  for (size_t i = 0U; !st && kind->more[i]; ++i) {
    st = echoic_node_tensor(spec, kind->more[i])
           ? echoic_node_expect(spec, kind->more[i], 2U, dims, error)
           : ECHOIC_OK;
  }

  return st;
}

EchoicStatus
echoic_recurrent_bytes(const EchoicNodeSpec* const      spec,
                       const EchoicRecurrentKind* const kind,
                       EchoicNodeShape* const           shape,
                       uint32_t* const                  n_layers,
                       EchoicError* const               error)
{
  const EchoicTensor* const hh = layer_tensor(spec, 1U, 0U);
  const bool                usable =
    hh && hh->n_dims == 2U && hh->dims[1] && hh->dims[1] <= ECHOIC_MAX_WIDTH;
  const uint32_t n      = usable ? hh->dims[1] : 1U;
  const uint32_t layers = count_layers(spec);
  const uint32_t dims[] = {layers, n};
  EchoicStatus   st     = echoic_node_expect_inputs(spec, shape, 1U, error);
  if (st || (st = expect_only(spec, kind, layers, error))) {
    return st;
  }

  *n_layers        = layers;
  shape->width_out = n;
  shape->bytes     = echoic_arena_round(layers * sizeof(EchoicRecurrentLayer)) +
                 (2U * floats((size_t)layers * n)) +
                 floats((size_t)kind->n_gates * n * ECHOIC_RECURRENT_FRAMES) +
                 floats((size_t)kind->n_gates * n);
  for (uint32_t k = 0U; !st && k < layers; ++k) {
    const uint32_t n_in = k ? n : shape->width_in[0];
    st = expect_layer(spec, k, kind->n_gates * n, n_in, n, error);
    shape->bytes += layer_bytes(kind, n_in, n);
  }

  return st ? st : expect_states(spec, kind, dims, error);
}

static bool
prepare_layer(const EchoicNodeSpec* const      spec,
              const EchoicRecurrentKind* const kind,
              const uint32_t                   k,
              EchoicRecurrent* const           r,
              EchoicArena* const               arena)
{
  const EchoicTensor* tensors[n_kinds];
  for (uint32_t i = 0U; i < n_kinds; ++i) {
    tensors[i] = layer_tensor(spec, i, k);
  }

  EchoicRecurrentLayer* const l     = &r->layers[k];
  const uint32_t              n     = r->n_hidden;
  const uint32_t              rows  = kind->n_gates * n;
  const uint32_t              apart = kind->n_apart * n;
  const uint32_t              joint = rows - apart;
  const float* const          b_ih  = tensors[2] ? tensors[2]->data : NULL;
  const float* const          hh    = tensors[1]->data;
  const float* const          b_hh  = tensors[3] ? tensors[3]->data : NULL;
  const uint32_t              n_in  = k ? n : r->n_in;
  return echoic_matrix_prepare(
           &l->ih, tensors[0]->data, b_ih, rows, n_in, arena) &&
         echoic_matrix_prepare(&l->hh, hh, b_hh, joint, n, arena) &&
         (!apart || echoic_matrix_prepare(&l->apart,
                                          hh + ((size_t)joint * n),
                                          b_hh ? b_hh + joint : NULL,
                                          apart,
                                          n,
                                          arena));
}

EchoicStatus
echoic_recurrent_prepare(const EchoicNodeSpec* const      spec,
                         const EchoicRecurrentKind* const kind,
                         const EchoicNodeShape* const     shape,
                         EchoicArena* const               arena,
                         EchoicRecurrent* const           r,
                         EchoicError* const               error)
{
  const EchoicTensor* const h0 = echoic_node_tensor(spec, "h0");
  r->n_in                      = shape->width_in[0];
  r->n_hidden                  = shape->width_out;
  r->n_layers                  = count_layers(spec);
  const size_t n_state         = (size_t)r->n_layers * r->n_hidden;
  r->n_rows                    = kind->n_gates * r->n_hidden;
  r->layers                    = (EchoicRecurrentLayer*)echoic_arena_take(
    arena, r->n_layers, sizeof(EchoicRecurrentLayer));
  r->h     = (float*)echoic_arena_take(arena, n_state, sizeof(float));
  r->h0    = (float*)echoic_arena_take(arena, n_state, sizeof(float));
  r->gates = (float*)echoic_arena_take(
    arena, (size_t)ECHOIC_RECURRENT_FRAMES * r->n_rows, sizeof(float));
  r->more = (float*)echoic_arena_take(arena, r->n_rows, sizeof(float));
  bool ok = r->layers && r->h && r->h0 && r->gates && r->more;
  for (uint32_t k = 0U; ok && k < r->n_layers; ++k) {
    ok = prepare_layer(spec, kind, k, r, arena);
  }

  if (!ok) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  if (h0) {
    memcpy(r->h0, h0->data, n_state * sizeof(float));
  }

  echoic_recurrent_reset(r);
  return ECHOIC_OK;
}

ECHOIC_RT void
echoic_recurrent_reset(EchoicRecurrent* const r)
{
  memcpy(r->h, r->h0, (size_t)r->n_layers * r->n_hidden * sizeof(float));
}

/// At most ECHOIC_RECURRENT_FRAMES
static ECHOIC_RT void
run_frames(const EchoicRecurrent* const r,
           const EchoicRecurrentStep    step,
           void* const                  node,
           const float* const           in,
           float* const                 out,
           const uint32_t               n_frames)
{
  const uint32_t h = r->n_hidden;
  for (uint32_t k = 0U; k < r->n_layers; ++k) { // A layer's input is in `out`
    const float* const state = r->h + ((size_t)k * h);
    echoic_matrix_apply_frames(
      &r->layers[k].ih, k ? out : in, r->gates, n_frames);
    for (uint32_t f = 0U; f < n_frames; ++f) {
      step(node, k, r->gates + ((size_t)f * r->n_rows));
      memcpy(out + ((size_t)f * h), state, h * sizeof(float));
    }
  }
}

ECHOIC_RT void
echoic_recurrent_run(const EchoicRecurrent* const r,
                     const EchoicRecurrentStep    step,
                     void* const                  node,
                     const float* const           in,
                     float* const                 out,
                     const uint32_t               n_frames)
{
  const uint32_t most = ECHOIC_RECURRENT_FRAMES;
  for (uint32_t f = 0U; f < n_frames; f += most) {
    const uint32_t left = n_frames - f;
    run_frames(r,
               step,
               node,
               in + ((size_t)f * r->n_in),
               out + ((size_t)f * r->n_hidden),
               left < most ? left : most);
  }
}

ECHOIC_RT bool
echoic_recurrent_state(const EchoicRecurrent* const r,
                       const uint32_t               index,
                       EchoicNodeState* const       state)
{
  return echoic_node_state(
    state, index ? NULL : "h", r->n_layers, r->n_hidden, r->h);
}
