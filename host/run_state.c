// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/run_graph.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE (ECHOIC_ID_SIZE + ECHOIC_KEY_SIZE)

static const char prefix_in[]  = "in.state0.";
static const char prefix_out[] = "out.stateT.";

static const int64_t max_count = (int64_t)1 << 53; ///< Exact in double, too

/// A state by the name it has outside: one piece, or several joined
typedef struct {
  char             name[NAME_SIZE];
  uint32_t         n_dims;
  uint64_t         dims[ECHOIC_MAX_DIMS];
  size_t           n_elements;
  uint32_t         n_pieces;
  EchoicNodeState* pieces; ///< [n_pieces] Owned
} State;

/// All states of a graph
typedef struct {
  State*   states; ///< [n_states]
  uint32_t n_states;
} States;

static void
clear(States* const all)
{
  for (uint32_t i = 0U; i < all->n_states; ++i) {
    free(all->states[i].pieces);
  }

  free(all->states);
}

static size_t
count(const EchoicNodeState* const piece)
{
  size_t n = 1U;
  for (uint32_t d = 0U; d < piece->n_dims; ++d) {
    n *= piece->dims[d];
  }

  return n;
}

/// Append a state without pieces; null without memory
static State*
add_state(States* const all)
{
  State* const more =
    (State*)realloc(all->states, ((size_t)all->n_states + 1U) * sizeof(State));
  if (!more) {
    return NULL;
  }

  all->states = more;
  memset(&more[all->n_states], 0, sizeof(State));
  return &more[all->n_states++];
}

static bool
add_piece(State* const state, const EchoicNodeState* const piece)
{
  EchoicNodeState* const more = (EchoicNodeState*)realloc(
    state->pieces, ((size_t)state->n_pieces + 1U) * sizeof(*more));
  if (!more) {
    return false;
  }

  state->pieces                    = more;
  state->pieces[state->n_pieces++] = *piece;
  state->n_elements += count(piece);
  return true;
}

/// Return how many nodes have a state
static uint32_t
count_stateful(const EchoicGraphSpec* const spec, EchoicGraph* const graph)
{
  uint32_t        n = 0U;
  EchoicNodeState piece;
  for (uint32_t i = 0U; i < spec->n_nodes; ++i) {
    n += echoic_graph_state(graph, i, 0U, &piece);
  }

  return n;
}

/// List every piece of every node
static bool
list_pieces(const EchoicGraphSpec* const spec,
            EchoicGraph* const           graph,
            States* const                all)
{
  const bool      is_only = count_stateful(spec, graph) == 1U;
  EchoicNodeState piece;
  for (uint32_t i = 0U; i < spec->n_nodes; ++i) {
    for (uint32_t k = 0U; echoic_graph_state(graph, i, k, &piece); ++k) {
      State* const state = add_state(all);
      if (!state || !add_piece(state, &piece)) {
        return false;
      }
      state->n_dims = piece.n_dims;
      for (uint32_t d = 0U; d < piece.n_dims; ++d) {
        state->dims[d] = piece.dims[d];
      }
      snprintf(state->name,
               sizeof(state->name),
               "%s%s%s",
               is_only ? "" : spec->nodes[i].id,
               is_only ? "" : ".",
               piece.name);
    }
  }

  return true;
}

/// Find a piece of state by the names of node and piece; it must hold floats
static bool
find_piece(const EchoicGraphSpec* const  spec,
           EchoicGraph* const            graph,
           const EchoicGraphPiece* const name,
           EchoicNodeState* const        piece)
{
  for (uint32_t i = 0U; i < spec->n_nodes; ++i) {
    if (!strcmp(spec->nodes[i].id, name->node)) {
      for (uint32_t k = 0U; echoic_graph_state(graph, i, k, piece); ++k) {
        if (!strcmp(piece->name, name->name)) {
          return piece->data;
        }
      }
    }
  }

  return false;
}

static EchoicStatus
list_named(const EchoicGraphSpec* const  spec,
           EchoicGraph* const            graph,
           const EchoicGraphState* const named,
           States* const                 all,
           EchoicError* const            error)
{
  State* const    state = add_state(all);
  EchoicNodeState piece;
  for (uint32_t k = 0U; state && k < named->n_pieces; ++k) {
    if (!find_piece(spec, graph, &named->pieces[k], &piece)) {
      return echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "the graph's state '%s': node '%s' has no state '%s' "
                          "of floating point numbers",
                          named->name,
                          named->pieces[k].node,
                          named->pieces[k].name);
    }
    if (!add_piece(state, &piece)) {
      return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    }
  }

  if (!state) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  const uint32_t width = named->width;
  if (width && state->n_elements % width) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "the graph's state '%s' has %zu numbers: must be rows "
                        "of %u",
                        named->name,
                        state->n_elements,
                        width);
  }

  memcpy(state->name, named->name, strlen(named->name) + 1U);
  state->n_dims  = width ? 2U : 1U;
  state->dims[0] = width ? state->n_elements / width : state->n_elements;
  state->dims[1] = width;
  return ECHOIC_OK;
}

static EchoicStatus
list_states(const EchoicGraphSpec* const spec,
            EchoicGraph* const           graph,
            States* const                all,
            EchoicError* const           error)
{
  EchoicStatus st = list_pieces(spec, graph, all)
                      ? ECHOIC_OK
                      : echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  for (uint32_t i = 0U; !st && i < spec->n_states; ++i) {
    st = list_named(spec, graph, &spec->states[i], all, error);
  }

  return st;
}

/// Copy numbers from one buffer to all pieces
static void
scatter(const State* const state, const float* from)
{
  for (uint32_t k = 0U; k < state->n_pieces; ++k) {
    const size_t n = count(&state->pieces[k]);
    memcpy(state->pieces[k].data, from, n * sizeof(float));
    from += n;
  }
}

static EchoicStatus
check_state(const EchoicFileTensor* const t,
            const State* const            state,
            EchoicError* const            error)
{
  const bool is_count = state->pieces[0].count;
  bool       ok       = t->n_dims == state->n_dims;
  for (uint32_t d = 0U; ok && d < t->n_dims; ++d) {
    ok = t->dims[d] == state->dims[d];
  }

  if (!ok) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "tensor '%.80s' has another shape than that state: "
                        "must have %u dimensions, %zu numbers in all",
                        t->name,
                        state->n_dims,
                        state->n_elements);
  }

  return (t->dtype > ECHOIC_BF16) == is_count
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "tensor '%.80s' must hold %s numbers",
                          t->name,
                          is_count ? "whole" : "floating point");
}

static EchoicStatus
set_state(const EchoicFileTensor* const t,
          const State* const            state,
          EchoicError* const            error)
{
  const EchoicStatus st = check_state(t, state, error);
  if (st) {
    return st;
  }

  if (state->pieces[0].count) {
    int64_t n = 0;
    echoic_tensor_read_int(t, &n);
    if (n < 0 || n > max_count) {
      return echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "tensor '%.80s' is %lld: must be from 0 to 2^53",
                          t->name,
                          (long long)n);
    }
    *state->pieces[0].count = n;
    return ECHOIC_OK;
  }

  float* const data = (float*)malloc((state->n_elements + 1U) * sizeof(float));
  if (!data) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  echoic_tensor_read(t, data);
  size_t bad = 0U;
  while (bad < state->n_elements && isfinite(data[bad])) {
    ++bad;
  }

  if (bad == state->n_elements) {
    scatter(state, data);
  }

  free(data);
  return bad == state->n_elements
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "tensor '%.80s' holds a number that isn't finite at "
                          "element %zu",
                          t->name,
                          bad);
}

EchoicStatus
echoic_run_set_states(const EchoicSafetensors* const in,
                      const EchoicGraphSpec* const   spec,
                      EchoicGraph* const             graph,
                      EchoicError* const             error)
{
  const size_t length = strlen(prefix_in);
  States       all    = {NULL, 0U};
  EchoicStatus st     = list_states(spec, graph, &all, error);
  for (uint32_t i = 0U; !st && i < in->n_tensors; ++i) {
    const EchoicFileTensor* const t = &in->tensors[i];
    uint32_t                      k = 0U;
    if (strncmp(t->name, prefix_in, length)) {
      continue;
    }
    while (k < all.n_states && strcmp(all.states[k].name, t->name + length)) {
      ++k;
    }
    st = k < all.n_states
           ? set_state(t, &all.states[k], error)
           : echoic_error(error,
                          ECHOIC_NOT_FOUND,
                          "tensor '%.80s': the graph has no state of that name",
                          t->name);
  }

  clear(&all);
  return st;
}

static EchoicStatus
get_state(const State* const      state,
          EchoicTensorList* const out,
          EchoicError* const      error)
{
  char name[NAME_SIZE + sizeof(prefix_out)];
  snprintf(name, sizeof(name), "%s%s", prefix_out, state->name);
  const bool  is_count = state->pieces[0].count;
  void* const data     = echoic_tensor_list_add(
    out, name, is_count ? ECHOIC_I64 : ECHOIC_F32, state->n_dims, state->dims);
  if (!data) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  if (is_count) {
    memcpy(data, state->pieces[0].count, sizeof(int64_t));
    return ECHOIC_OK;
  }

  float* to = (float*)data;
  for (uint32_t k = 0U; k < state->n_pieces; ++k) {
    const size_t n = count(&state->pieces[k]);
    memcpy(to, state->pieces[k].data, n * sizeof(float));
    to += n;
  }

  return ECHOIC_OK;
}

EchoicStatus
echoic_run_get_states(const EchoicGraphSpec* const spec,
                      EchoicGraph* const           graph,
                      EchoicTensorList* const      out,
                      EchoicError* const           error)
{
  States       all = {NULL, 0U};
  EchoicStatus st  = list_states(spec, graph, &all, error);
  for (uint32_t i = 0U; !st && i < all.n_states; ++i) {
    st = get_state(&all.states[i], out, error);
  }

  clear(&all);
  return st;
}
