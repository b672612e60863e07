// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_TENSOR_INPUT_H
#define ECHOIC_TESTS_TENSOR_INPUT_H

/* Inputs of `echoic run`, made in memory, and two graphs for them. */

#include "dsp/safetensors.h"
#include "host/run_graph.h"
#include "tests/graph_runner.h"

#include <check.h>

/// Tensors of an input, and the file that they make
typedef struct {
  EchoicTensorList  list;
  uint8_t*          bytes;
  EchoicSafetensors file;
} Input;

/// Append a tensor of noise, or of whole numbers 0, 1, 2, ...
static inline void*
add(Input* const      input,
    const char* const name,
    const EchoicDtype dtype,
    const uint32_t    n_dims,
    const uint64_t    rows,
    const uint64_t    cols)
{
  const uint64_t dims[] = {rows, cols};
  const size_t   n      = (size_t)rows * (n_dims > 1U ? (size_t)cols : 1U);
  void* const    data =
    echoic_tensor_list_add(&input->list, name, dtype, n_dims, dims);
  ck_assert_ptr_nonnull(data);
  for (size_t i = 0U; i < n; ++i) {
    if (dtype == ECHOIC_I64) {
      ((int64_t*)data)[i] = (int64_t)i;
    } else {
      ((float*)data)[i] = noise();
    }
  }

  return data;
}

static inline const EchoicSafetensors*
parse(Input* const input)
{
  size_t      size  = 0U;
  EchoicError error = {ECHOIC_OK, ""};
  ck_assert(!echoic_safetensors_write(input->list.tensors,
                                      input->list.n_tensors,
                                      NULL,
                                      NULL,
                                      0U,
                                      &input->bytes,
                                      &size,
                                      &error));
  ck_assert(
    !echoic_safetensors_parse(input->bytes, size, &input->file, &error));
  return &input->file;
}

static inline void
clear(Input* const input)
{
  echoic_safetensors_clear(&input->file);
  free(input->bytes);
  echoic_tensor_list_clear(&input->list);
}

static inline void
add_gru(EchoicGraphSpec* const graph,
        const char* const      id,
        const char* const      input,
        const uint32_t         n_in)
{
  EchoicNodeSpec* const gru = add_node(graph, id, "gru", input);
  fill_noise(new_tensor(gru, "weight_ih_l0", 9U, n_in, NULL),
             (size_t)9U * n_in);
  fill_noise(new_tensor(gru, "weight_hh_l0", 9U, 3U, NULL), 27U);
}

/// Two numbers through one GRU of 3
static inline EchoicGraphSpec
one_gru(void)
{
  EchoicGraphSpec graph = {.width_in = 2U};
  add_gru(&graph, "a", "in", 2U);
  return graph;
}

/// Tokens of 5 through an embedding and two GRU, joined states, a delay
static inline EchoicGraphSpec
language(void)
{
  EchoicGraphSpec       graph = {.width_in = 1U};
  EchoicNodeSpec* const table = add_node(&graph, "e", "embedding", "in");
  fill_noise(new_tensor(table, "weight", 5U, 2U, NULL), 10U);
  add_gru(&graph, "a", "e", 2U);
  add_gru(&graph, "b", "a", 3U);
  EchoicNodeSpec* const delay = add_node(&graph, "d", "delay", "b");
  echoic_node_spec_number(delay, "frames", 2.0);
  echoic_node_spec_word(delay, "output", "last");
  ck_assert(echoic_graph_spec_state(&graph, "all", 3U));
  ck_assert(echoic_graph_spec_piece(&graph, "b", "h"));
  ck_assert(echoic_graph_spec_piece(&graph, "a", "h"));
  return graph;
}

#endif // ECHOIC_TESTS_TENSOR_INPUT_H
