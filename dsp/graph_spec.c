// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/graph.h"

#include <stdlib.h>
#include <string.h>

static bool
copy_text(char* const to, const char* const from, const size_t size)
{
  const size_t length = strlen(from);
  if (length >= size) {
    return false;
  }

  memcpy(to, from, length + 1U);
  return true;
}

EchoicNodeSpec*
echoic_graph_spec_add(EchoicGraphSpec* const graph,
                      const char* const      id,
                      const char* const      type)
{
  const size_t          n = graph->n_nodes;
  EchoicNodeSpec* const more =
    (EchoicNodeSpec*)realloc(graph->nodes, (n + 1U) * sizeof(EchoicNodeSpec));
  if (!more) {
    return NULL;
  }

  graph->nodes               = more;
  EchoicNodeSpec* const node = &more[n];
  memset(node, 0, sizeof(*node));
  if (!copy_text(node->id, id, sizeof(node->id)) ||
      !copy_text(node->type, type, sizeof(node->type))) {
    return NULL;
  }

  ++graph->n_nodes;
  return node;
}

bool
echoic_node_spec_input(EchoicNodeSpec* const node, const char* const id)
{
  if (node->n_inputs == ECHOIC_MAX_INPUTS ||
      !copy_text(node->inputs[node->n_inputs], id, ECHOIC_ID_SIZE)) {
    return false;
  }

  ++node->n_inputs;
  return true;
}

static bool
add_param(EchoicNodeSpec* const node,
          const char* const     key,
          const char* const     text,
          const double          value)
{
  EchoicParam* const more = (EchoicParam*)realloc(
    node->params, ((size_t)node->n_params + 1U) * sizeof(EchoicParam));
  if (!more) {
    return false;
  }

  node->params             = more;
  EchoicParam* const param = &more[node->n_params];
  memset(param, 0, sizeof(*param));
  param->value = value;
  if (!copy_text(param->key, key, sizeof(param->key)) ||
      !copy_text(param->text, text, sizeof(param->text))) {
    return false;
  }

  ++node->n_params;
  return true;
}

bool
echoic_node_spec_number(EchoicNodeSpec* const node,
                        const char* const     key,
                        const double          value)
{
  return add_param(node, key, "", value);
}

bool
echoic_node_spec_word(EchoicNodeSpec* const node,
                      const char* const     key,
                      const char* const     text)
{
  return text[0] && add_param(node, key, text, 0.0);
}

static bool
count_elements(const uint32_t        n_dims,
               const uint32_t* const dims,
               size_t* const         n)
{
  *n = 1U;
  for (uint32_t i = 0U; i < n_dims; ++i) {
    if (dims[i] && *n > SIZE_MAX / sizeof(float) / dims[i]) {
      return false;
    }
    *n *= dims[i];
  }

  return n_dims <= ECHOIC_MAX_DIMS;
}

float*
echoic_node_spec_tensor(EchoicNodeSpec* const node,
                        const char* const     name,
                        const uint32_t        n_dims,
                        const uint32_t* const dims)
{
  size_t n = 0U;
  if (!count_elements(n_dims, dims, &n)) {
    return NULL;
  }

  EchoicTensor* const more = (EchoicTensor*)realloc(
    node->tensors, ((size_t)node->n_tensors + 1U) * sizeof(EchoicTensor));
  if (!more) {
    return NULL;
  }

  node->tensors              = more;
  EchoicTensor* const tensor = &more[node->n_tensors];
  memset(tensor, 0, sizeof(*tensor));
  tensor->n_dims = n_dims;
  memcpy(tensor->dims, dims, n_dims * sizeof(*dims));
  if (!copy_text(tensor->name, name, sizeof(tensor->name))) {
    return NULL;
  }

  tensor->data = (float*)calloc(n ? n : 1U, sizeof(float));
  node->n_tensors += tensor->data != NULL;
  return tensor->data;
}

/// Return `list` with room for one more element, zeroed, or null
static void*
grow(void* const list, const uint32_t n, const size_t size)
{
  void* const more = realloc(list, ((size_t)n + 1U) * size);
  if (more) {
    memset((char*)more + (n * size), 0, size);
  }

  return more;
}

bool
echoic_graph_spec_output(EchoicGraphSpec* const graph,
                         const char* const      name,
                         const char* const      node)
{
  EchoicGraphOutput* const more =
    graph->n_outputs < ECHOIC_GRAPH_MAX_OUTPUTS
      ? (EchoicGraphOutput*)grow(
          graph->outputs, graph->n_outputs, sizeof(EchoicGraphOutput))
      : NULL;
  if (!more) {
    return false;
  }

  graph->outputs              = more;
  EchoicGraphOutput* const to = &more[graph->n_outputs];
  const bool               ok = copy_text(to->name, name, sizeof(to->name)) &&
                  copy_text(to->node, node, sizeof(to->node));
  graph->n_outputs += ok;
  return ok;
}

bool
echoic_graph_spec_state(EchoicGraphSpec* const graph,
                        const char* const      name,
                        const uint32_t         width)
{
  EchoicGraphState* const more = (EchoicGraphState*)grow(
    graph->states, graph->n_states, sizeof(EchoicGraphState));
  if (!more) {
    return false;
  }

  graph->states              = more;
  EchoicGraphState* const to = &more[graph->n_states];
  to->width                  = width;
  const bool ok              = copy_text(to->name, name, sizeof(to->name));
  graph->n_states += ok;
  return ok;
}

bool
echoic_graph_spec_piece(EchoicGraphSpec* const graph,
                        const char* const      node,
                        const char* const      name)
{
  EchoicGraphState* const state = &graph->states[graph->n_states - 1U];
  EchoicGraphPiece* const more  = (EchoicGraphPiece*)grow(
    state->pieces, state->n_pieces, sizeof(EchoicGraphPiece));
  if (!more) {
    return false;
  }

  state->pieces              = more;
  EchoicGraphPiece* const to = &more[state->n_pieces];
  const bool              ok = copy_text(to->node, node, sizeof(to->node)) &&
                  copy_text(to->name, name, sizeof(to->name));
  state->n_pieces += ok;
  return ok;
}

EchoicNodeSpec*
echoic_graph_spec_append(EchoicGraphSpec* const      graph,
                         const EchoicNodeSpec* const from)
{
  EchoicNodeSpec* const to = echoic_graph_spec_add(graph, from->id, from->type);
  bool                  ok = to;
  for (uint32_t i = 0U; ok && i < from->n_inputs; ++i) {
    ok = echoic_node_spec_input(to, from->inputs[i]);
  }

  for (uint32_t i = 0U; ok && i < from->n_params; ++i) {
    const EchoicParam* const p = &from->params[i];
    ok                         = add_param(to, p->key, p->text, p->value);
  }

  for (uint32_t i = 0U; ok && i < from->n_tensors; ++i) {
    const EchoicTensor* const t = &from->tensors[i];
    size_t                    n = 0U;
    float* const              data =
      echoic_node_spec_tensor(to, t->name, t->n_dims, t->dims);
    ok = data && count_elements(t->n_dims, t->dims, &n);
    if (ok) {
      memcpy(data, t->data, n * sizeof(float));
    }
  }

  return ok ? to : NULL;
}

bool
echoic_graph_spec_copy(const EchoicGraphSpec* const from,
                       EchoicGraphSpec* const       to)
{
  bool ok = true;
  memset(to, 0, sizeof(*to));
  to->width_in = from->width_in;
  for (uint32_t i = 0U; ok && i < from->n_nodes; ++i) {
    ok = echoic_graph_spec_append(to, &from->nodes[i]);
  }

  for (uint32_t i = 0U; ok && i < from->n_outputs; ++i) {
    const EchoicGraphOutput* const o = &from->outputs[i];
    ok = echoic_graph_spec_output(to, o->name, o->node);
  }

  for (uint32_t i = 0U; ok && i < from->n_states; ++i) {
    const EchoicGraphState* const s = &from->states[i];
    ok = echoic_graph_spec_state(to, s->name, s->width);
    for (uint32_t k = 0U; ok && k < s->n_pieces; ++k) {
      ok = echoic_graph_spec_piece(to, s->pieces[k].node, s->pieces[k].name);
    }
  }

  return ok;
}

void
echoic_graph_spec_clear(EchoicGraphSpec* const graph)
{
  for (uint32_t i = 0U; i < graph->n_nodes; ++i) {
    EchoicNodeSpec* const node = &graph->nodes[i];
    for (uint32_t t = 0U; t < node->n_tensors; ++t) {
      free(node->tensors[t].data);
    }
    free(node->tensors);
    free(node->params);
  }

  for (uint32_t i = 0U; i < graph->n_states; ++i) {
    free(graph->states[i].pieces);
  }

  free(graph->nodes);
  free(graph->outputs);
  free(graph->states);
  memset(graph, 0, sizeof(*graph));
}
