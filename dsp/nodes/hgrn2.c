// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/hgrn2.h"

#include "dsp/activate.h"
#include "dsp/fast_weights.h"
#include "dsp/nodes/activation.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const char* const tensors[] = {"lower_bound", NULL};
static const char* const numbers[] = {"heads", "query_scale", NULL};
static const char* const words[]   = {"input_act", "query_act", NULL};

/// Vectors of a frame, and how far apart those of two frames are
typedef struct {
  const float* data;
  size_t       stride;
} Stream;

typedef struct {
  bool              is_packed; ///< All of i, q, f in one input
  uint32_t          n_keys;    ///< Of all heads together
  uint32_t          n_values;  ///< Of all heads together
  float             query_scale;
  EchoicActivation  input_act; ///< Null: identity
  EchoicActivation  query_act; ///< "
  EchoicFastWeights memory;
  float*            bound; ///< [n_keys] b
  float*            query; ///< [n_keys]
  float*            key;   ///< [n_keys] 1 - w
  float*            decay; ///< [n_keys] w
  float*            value; ///< [n_values]
} Node;

static EchoicStatus
find_activation(const EchoicNodeSpec* const spec,
                const char* const           key,
                const char* const           fallback,
                EchoicActivation* const     apply,
                EchoicError* const          error)
{
  const char* const word = echoic_node_word(spec, key, fallback);
  *apply                 = echoic_activation(word);
  return *apply || !strcmp(word, "none")
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "node '%s': %s is '%s': must be none or a type of "
                          "'activation'",
                          spec->id,
                          key,
                          word);
}

/// Set the numbers of keys and values from the inputs
static EchoicStatus
read_inputs(const EchoicNodeSpec* const  spec,
            const EchoicNodeShape* const shape,
            Node* const                  n,
            EchoicError* const           error)
{
  const uint32_t* const width = shape->width_in;
  n->is_packed                = shape->n_inputs == 1U;
  n->n_keys                   = n->is_packed ? width[0] / 3U : width[1];
  n->n_values                 = n->is_packed ? n->n_keys : width[0];
  if (!n->is_packed && shape->n_inputs != 3U) {
    return echoic_node_expect_inputs(spec, shape, 3U, error);
  }

  return (n->is_packed ? width[0] && !(width[0] % 3U) : width[2] == n->n_keys)
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_SHAPE,
                          "node '%s': the widths of its inputs don't fit: must "
                          "be H V, H K and H K, or one of 3 H K",
                          spec->id);
}

static EchoicStatus
read_options(const EchoicNodeSpec* const spec,
             Node* const                 n,
             EchoicError* const          error)
{
  const double scale = echoic_node_number(spec, "query_scale", 1.0);
  uint32_t     heads = 0U;
  if (echoic_node_whole(spec, "heads", 0.0, 1U, n->n_keys, &heads, error)) {
    return ECHOIC_BAD_ARG;
  }

  if (n->n_keys % heads || n->n_values % heads) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "node '%s': heads is %u: must divide %u keys and %u "
                        "values",
                        spec->id,
                        heads,
                        n->n_keys,
                        n->n_values);
  }

  n->memory.n_heads  = heads;
  n->memory.n_keys   = n->n_keys / heads;
  n->memory.n_values = n->n_values / heads;
  n->query_scale     = (float)scale;
  if (!isfinite(n->query_scale)) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "node '%s': query_scale is %g: must be finite",
                        spec->id,
                        scale);
  }

  const EchoicStatus st =
    find_activation(spec, "input_act", "none", &n->input_act, error);
  return st ? st
            : find_activation(spec, "query_act", "silu", &n->query_act, error);
}

static EchoicStatus
check_bound(const EchoicNodeSpec* const spec,
            const uint32_t              n_keys,
            EchoicError* const          error)
{
  const EchoicTensor* const bound = echoic_node_tensor(spec, "lower_bound");
  EchoicStatus              st    = ECHOIC_OK;
  if (bound) {
    st = echoic_node_expect(spec, "lower_bound", 1U, &n_keys, error);
  }

  for (uint32_t i = 0U; !st && bound && i < n_keys; ++i) {
    if (!(bound->data[i] >= 0.0F && bound->data[i] < 1.0F)) {
      st = echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "node '%s': 'lower_bound' is %g at element %u: must "
                        "be from 0 to below 1",
                        spec->id,
                        (double)bound->data[i],
                        i);
    }
  }

  return st;
}

/// Read everything but the data of tensors
static EchoicStatus
read_spec(const EchoicNodeSpec* const  spec,
          const EchoicNodeShape* const shape,
          Node* const                  n,
          EchoicError* const           error)
{
  memset(n, 0, sizeof(*n));
  EchoicStatus st =
    echoic_node_expect_only(spec, tensors, numbers, words, error);
  st = st ? st : read_inputs(spec, shape, n, error);
  st = st ? st : read_options(spec, n, error);
  return st ? st : check_bound(spec, n->n_keys, error);
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  Node               n;
  const EchoicStatus st = read_spec(spec, shape, &n, error);
  if (!st) {
    shape->width_out = n.n_values;
    shape->bytes     = echoic_arena_round(sizeof(Node)) +
                   echoic_fast_weights_bytes(
                     n.memory.n_heads, n.memory.n_keys, n.memory.n_values) +
                   (4U * echoic_arena_round(n.n_keys * sizeof(float))) +
                   echoic_arena_round(n.n_values * sizeof(float));
  }

  return st;
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const EchoicTensor* const bound = echoic_node_tensor(spec, "lower_bound");
  Node* const n  = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  bool        ok = n;
  if (n) {
    const EchoicStatus st = read_spec(spec, shape, n, error);
    if (st) {
      return st;
    }
    n->bound = echoic_node_vector(arena, bound, n->n_keys);
    n->query = echoic_node_vector(arena, NULL, n->n_keys);
    n->key   = echoic_node_vector(arena, NULL, n->n_keys);
    n->decay = echoic_node_vector(arena, NULL, n->n_keys);
    n->value = echoic_node_vector(arena, NULL, n->n_values);
    ok       = n->bound && n->query && n->key && n->decay && n->value &&
         echoic_fast_weights_prepare(&n->memory,
                                     n->memory.n_heads,
                                     n->memory.n_keys,
                                     n->memory.n_values,
                                     arena);
  }

  if (!ok) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  *node = n;
  return ECHOIC_OK;
}

static ECHOIC_RT void
reset(void* const node)
{
  Node* const n = (Node*)node;
  echoic_fast_weights_reset(&n->memory);
}

/// Set value, query, w, and 1 - w = (1 - b) sigmoid(-f)
static void
open_gates(Node* const        n,
           const float* const i,
           const float* const q,
           const float* const f)
{
  memcpy(n->value, i, n->n_values * sizeof(float));
  memcpy(n->query, q, n->n_keys * sizeof(float));
  if (n->input_act) {
    n->input_act(n->value, n->n_values);
  }

  if (n->query_act) {
    n->query_act(n->query, n->n_keys);
  }

  for (uint32_t k = 0U; k < n->n_keys; ++k) {
    n->query[k] *= n->query_scale;
    n->key[k] = -f[k];
  }

  echoic_sigmoid(n->key, n->n_keys);
  for (uint32_t k = 0U; k < n->n_keys; ++k) {
    n->key[k] *= 1.0F - n->bound[k];
    n->decay[k] = 1.0F - n->key[k];
  }
}

/// Return input `index` of i, q and f
static Stream
stream(const Node* const n, const float* const* const in, const uint32_t index)
{
  const size_t third = n->n_keys;
  const Stream all   = {in[0] + (index * third), 3U * third};
  const Stream own   = {in[n->is_packed ? 0U : index],
                      index ? n->n_keys : n->n_values};
  return n->is_packed ? all : own;
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  Node* const  n = (Node*)node;
  const Stream i = stream(n, in, 0U);
  const Stream q = stream(n, in, 1U);
  const Stream f = stream(n, in, 2U);
  for (size_t t = 0U; t < n_frames; ++t) {
    open_gates(n,
               i.data + (t * i.stride),
               q.data + (t * q.stride),
               f.data + (t * f.stride));
    echoic_fast_weights_update(&n->memory, n->decay, n->key, n->value);
    echoic_fast_weights_read(&n->memory, n->query, out + (t * n->n_values));
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  const EchoicFastWeights* const m = &((const Node*)node)->memory;
  return echoic_fast_weights_state(m, index == 0U ? "S" : NULL, state);
}

const EchoicNodeType echoic_hgrn2_type = {
  "hgrn2",
  bytes,
  prepare,
  reset,
  process,
  state,
};
