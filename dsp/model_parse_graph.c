// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/graph.h"
#include "dsp/model_reader.h"

#include <string.h>

static EchoicStatus
read_params(const EchoicModelReader* const r,
            const json_t* const            json,
            EchoicNodeSpec* const          node)
{
  const char* key    = NULL;
  json_t*     value  = NULL;
  json_t*     object = (json_t*)(uintptr_t)json; // Only read here
  if (json && !json_is_object(json)) {
    return echoic_reader_bad(r, node->id, "'params' must be an object");
  }

  json_object_foreach(object, key, value)
  {
    const bool ok =
      strlen(key) && json_is_number(value)
        ? echoic_node_spec_number(node, key, json_number_value(value))
        : json_is_string(value) &&
            echoic_node_spec_word(node, key, json_string_value(value));
    if (!ok) {
      return echoic_reader_bad(
        r, node->id, "a parameter must be a number or a short word");
    }
  }

  return ECHOIC_OK;
}

static EchoicStatus
read_inputs(const EchoicModelReader* const r,
            const json_t* const            json,
            EchoicNodeSpec* const          node)
{
  for (size_t i = 0U; i < json_array_size(json); ++i) {
    const char* const id = json_string_value(json_array_get(json, i));
    if (!id || !echoic_node_spec_input(node, id)) {
      return echoic_reader_bad(
        r, node->id, "'inputs' must be at most 16 ids of nodes");
    }
  }

  return ECHOIC_OK;
}

static EchoicStatus
read_tensor(const EchoicModelReader* const r,
            const EchoicFileTensor* const  t,
            const char* const              name,
            EchoicNodeSpec* const          node)
{
  uint32_t dims[ECHOIC_MAX_DIMS];
  bool     ok = t->dtype <= ECHOIC_BF16 && t->n_dims <= ECHOIC_MAX_DIMS;
  for (uint32_t d = 0U; ok && d < t->n_dims; ++d) {
    dims[d] = (uint32_t)t->dims[d];
    ok      = t->dims[d] && t->dims[d] <= UINT32_MAX;
  }

  float* const data =
    ok ? echoic_node_spec_tensor(node, name, t->n_dims, dims) : NULL;
  if (!data) {
    return echoic_reader_bad(r,
                             t->name,
                             "must hold floating point numbers in 1 to 4 "
                             "dimensions, under a short name");
  }

  echoic_tensor_read(t, data);
  r->used[t - r->file->tensors] = true;
  return ECHOIC_OK;
}

/// Give a node all tensors whose names begin with its id and a dot
static EchoicStatus
read_tensors(const EchoicModelReader* const r, EchoicNodeSpec* const node)
{
  const size_t length = strlen(node->id);
  EchoicStatus st     = ECHOIC_OK;
  for (uint32_t i = 0U; !st && i < r->file->n_tensors; ++i) {
    const EchoicFileTensor* const t = &r->file->tensors[i];
    if (!r->used[i] && !strncmp(t->name, node->id, length) &&
        t->name[length] == '.') {
      st = read_tensor(r, t, t->name + length + 1U, node);
    }
  }

  return st;
}

EchoicStatus
echoic_reader_graph(const EchoicModelReader* const r)
{
  const json_t* const graph = json_object_get(r->root, "graph");
  const json_t* const width = json_object_get(graph, "width_in");
  const json_t* const nodes = json_object_get(graph, "nodes");
  EchoicStatus        st    = ECHOIC_OK;
  if (json_object_size(graph) != 2U || !json_is_integer(width) ||
      json_integer_value(width) < 0 ||
      json_integer_value(width) > ECHOIC_MAX_WIDTH || !json_is_array(nodes) ||
      json_array_size(nodes) > ECHOIC_GRAPH_MAX_NODES) {
    return echoic_reader_bad(
      r, "model", "'graph' must have just 'width_in' and a list 'nodes'");
  }

  r->model->graph.width_in = (uint32_t)json_integer_value(width);
  for (size_t i = 0U; !st && i < json_array_size(nodes); ++i) {
    const json_t* const json = json_array_get(nodes, i);
    const char* const   id   = json_string_value(json_object_get(json, "id"));
    const char* const   type = json_string_value(json_object_get(json, "type"));
    EchoicNodeSpec* const node =
      id && type && json_object_size(json) <= 4U &&
          json_is_array(json_object_get(json, "inputs"))
        ? echoic_graph_spec_add(&r->model->graph, id, type)
        : NULL;
    if (!node) {
      return echoic_reader_bad(
        r,
        "graph",
        "each node must have a short 'id' and 'type', 'inputs', and "
        "'params' or nothing else");
    }
    st = read_inputs(r, json_object_get(json, "inputs"), node);
    st = st ? st : read_params(r, json_object_get(json, "params"), node);
    st = st ? st : read_tensors(r, node);
  }

  return st;
}

EchoicStatus
echoic_reader_check_graph(const EchoicModelReader* const r)
{
  const EchoicModel* const m      = r->model;
  uint32_t                 n_live = 0U;
  uint32_t                 width  = 0U;
  size_t                   bytes  = 0U;
  for (uint32_t i = 0U; i < m->n_sounds; ++i) {
    n_live += !m->sounds[i].removed;
  }

  if (n_live && !m->n_bands) {
    return echoic_reader_bad(r, "model", "'n_bands' must be from 1 to 40");
  }

  if (!m->graph.n_nodes) {
    return n_live ? echoic_reader_bad(
                      r, "model", "has sounds, but no graph to find them")
                  : ECHOIC_OK;
  }

  const EchoicStatus st =
    echoic_graph_bytes(&m->graph, &bytes, &width, r->error);
  if (st) {
    return st;
  }

  return width == n_live && m->graph.width_in == ECHOIC_N_FEATURES
           ? ECHOIC_OK
           : echoic_error(r->error,
                          ECHOIC_BAD_SHAPE,
                          "the graph turns %u numbers into %u: must turn %u "
                          "features into %u scores, one for each sound",
                          m->graph.width_in,
                          width,
                          ECHOIC_N_FEATURES,
                          n_live);
}
