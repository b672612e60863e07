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

  free(graph->nodes);
  memset(graph, 0, sizeof(*graph));
}
