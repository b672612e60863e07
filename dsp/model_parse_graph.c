// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/graph.h"
#include "dsp/model_reader.h"

#include <errno.h>
#include <string.h>

/// Refuse what the graph can't take: it is too long, or there is no memory
static EchoicStatus
refuse(const EchoicModelReader* const r,
       const char* const              where,
       const char* const              what)
{
  return errno == ENOMEM
           ? echoic_error(r->error, ECHOIC_NO_MEMORY, "out of memory")
           : echoic_reader_bad(r, where, what);
}

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
      return refuse(
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
    return refuse(r,
                  t->name,
                  "must hold floating point numbers in 1 to 4 "
                  "dimensions, under a short name");
  }

  echoic_tensor_read(t, data);
  r->used[t - r->file->tensors] = true;
  return ECHOIC_OK;
}

/// Return the node that a tensor belongs to: the longest id before a dot
static EchoicNodeSpec*
find_owner(const EchoicGraphSpec* const graph, const char* const name)
{
  EchoicNodeSpec* owner = NULL;
  size_t          most  = 0U;
  for (uint32_t i = 0U; i < graph->n_nodes; ++i) {
    const char* const id     = graph->nodes[i].id;
    const size_t      length = strlen(id);
    if (length >= most && !strncmp(name, id, length) && name[length] == '.') {
      owner = &graph->nodes[i];
      most  = length;
    }
  }

  return owner;
}

static EchoicStatus
read_tensors(const EchoicModelReader* const r, EchoicGraphSpec* const graph)
{
  EchoicStatus st = ECHOIC_OK;
  for (uint32_t i = 0U; !st && i < r->file->n_tensors; ++i) {
    const EchoicFileTensor* const t = &r->file->tensors[i];
    EchoicNodeSpec* const node = r->used[i] ? NULL : find_owner(graph, t->name);
    if (node) {
      st = read_tensor(r, t, t->name + strlen(node->id) + 1U, node);
    }
  }

  return st;
}

static EchoicStatus
read_node(const EchoicModelReader* const r,
          const json_t* const            json,
          EchoicGraphSpec* const         graph)
{
  const char* const     id   = json_string_value(json_object_get(json, "id"));
  const char* const     type = json_string_value(json_object_get(json, "type"));
  EchoicNodeSpec* const node =
    id && type && json_object_size(json) <= 4U &&
        json_is_array(json_object_get(json, "inputs"))
      ? echoic_graph_spec_add(graph, id, type)
      : NULL;
  if (!node) {
    return refuse(r,
                  "graph",
                  "each node must have a short 'id' and 'type', 'inputs', and "
                  "'params' or nothing else");
  }

  const EchoicStatus st = read_inputs(r, json_object_get(json, "inputs"), node);
  return st ? st : read_params(r, json_object_get(json, "params"), node);
}

/// Read "outputs": {name: id of a node}
static EchoicStatus
read_outputs(const EchoicModelReader* const r,
             const json_t* const            json,
             EchoicGraphSpec* const         graph)
{
  const char* key    = NULL;
  json_t*     value  = NULL;
  json_t*     object = (json_t*)(uintptr_t)json; // Only read here
  bool        ok     = !json || json_object_size(json);
  json_object_foreach(object, key, value)
  {
    const char* const id = json_string_value(value);
    ok = ok && id && *key && echoic_graph_spec_output(graph, key, id);
  }

  return ok ? ECHOIC_OK
            : refuse(
                r, "graph", "'outputs' must name 1 to 16 nodes by short names");
}

/// Read a state: {"width": of its rows, "pieces": [[id of a node, name]...]}
static bool
read_state(const char* const      name,
           const json_t* const    json,
           EchoicGraphSpec* const graph)
{
  const json_t* const width  = json_object_get(json, "width");
  const json_t* const pieces = json_object_get(json, "pieces");
  const json_int_t    n      = json_integer_value(width);
  bool ok = json_object_size(json) == 2U && *name && json_is_integer(width) &&
            n >= 0 && n <= ECHOIC_MAX_WIDTH && json_array_size(pieces) &&
            echoic_graph_spec_state(graph, name, (uint32_t)n);
  for (size_t i = 0U; ok && i < json_array_size(pieces); ++i) {
    const json_t* const piece = json_array_get(pieces, i);
    const char* const   node  = json_string_value(json_array_get(piece, 0U));
    const char* const   part  = json_string_value(json_array_get(piece, 1U));
    ok                        = json_array_size(piece) == 2U && node && part &&
         echoic_graph_spec_piece(graph, node, part);
  }

  return ok;
}

static EchoicStatus
read_states(const EchoicModelReader* const r,
            const json_t* const            json,
            EchoicGraphSpec* const         graph)
{
  const char* key    = NULL;
  json_t*     value  = NULL;
  json_t*     object = (json_t*)(uintptr_t)json; // Only read here
  bool        ok     = !json || json_object_size(json);
  json_object_foreach(object, key, value)
  {
    ok = ok && read_state(key, value, graph);
  }

  return ok ? ECHOIC_OK
            : refuse(r,
                     "graph",
                     "each of 'states' must have just 'width' and "
                     "'pieces', a list of [node, name]");
}

EchoicStatus
echoic_reader_graph(const EchoicModelReader* const r,
                    EchoicGraphSpec* const         graph)
{
  const json_t* const root    = json_object_get(r->root, "graph");
  const json_t* const width   = json_object_get(root, "width_in");
  const json_t* const nodes   = json_object_get(root, "nodes");
  const json_t* const outputs = json_object_get(root, "outputs");
  const json_t* const states  = json_object_get(root, "states");
  EchoicStatus        st      = ECHOIC_OK;
  if (json_object_size(root) != 2U + (outputs != NULL) + (states != NULL) ||
      !json_is_integer(width) || json_integer_value(width) < 0 ||
      json_integer_value(width) > ECHOIC_MAX_WIDTH || !json_is_array(nodes) ||
      json_array_size(nodes) > ECHOIC_GRAPH_MAX_NODES) {
    return echoic_reader_bad(
      r,
      r->model ? "model" : "graph",
      "'graph' must have just 'width_in', a list 'nodes', and perhaps "
      "'outputs' and 'states'");
  }

  errno           = 0;
  graph->width_in = (uint32_t)json_integer_value(width);
  for (size_t i = 0U; !st && i < json_array_size(nodes); ++i) {
    st = read_node(r, json_array_get(nodes, i), graph);
  }

  if (st || (st = read_outputs(r, outputs, graph)) ||
      (st = read_states(r, states, graph))) {
    return st;
  }

  return read_tensors(r, graph);
}

EchoicStatus
echoic_reader_check_graph(const EchoicModelReader* const r)
{
  const EchoicModel* const m      = r->model;
  const uint32_t           n_live = echoic_model_count_live(m);
  uint32_t                 width  = 0U;
  size_t                   bytes  = 0U;
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
