// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/json_text.h"
#include "dsp/model_writer.h"

static json_t*
write_params(const EchoicNodeSpec* const node)
{
  json_t* const params = json_object();
  bool          ok     = params;
  for (uint32_t i = 0U; ok && i < node->n_params; ++i) {
    const EchoicParam* const p = &node->params[i];
    ok                         = !json_object_set_new(
      params, p->key, p->text[0] ? json_string(p->text) : json_real(p->value));
  }

  return echoic_json_keep(params, ok);
}

static json_t*
write_node(const EchoicNodeSpec* const node)
{
  json_t* const inputs = json_array();
  bool          ok     = inputs;
  for (uint32_t k = 0U; ok && k < node->n_inputs; ++k) {
    ok = !json_array_append_new(inputs, json_string(node->inputs[k]));
  }

  return json_pack("{s:s, s:s, s:o, s:o}",
                   "id",
                   node->id,
                   "type",
                   node->type,
                   "inputs",
                   echoic_json_keep(inputs, ok),
                   "params",
                   write_params(node));
}

static json_t*
write_outputs(const EchoicGraphSpec* const graph)
{
  json_t* const outputs = json_object();
  bool          ok      = outputs;
  for (uint32_t i = 0U; ok && i < graph->n_outputs; ++i) {
    ok = !json_object_set_new(
      outputs, graph->outputs[i].name, json_string(graph->outputs[i].node));
  }

  return echoic_json_keep(outputs, ok);
}

static json_t*
write_state(const EchoicGraphState* const s)
{
  json_t* const pieces = json_array();
  bool          ok     = pieces;
  for (uint32_t k = 0U; ok && k < s->n_pieces; ++k) {
    ok = !json_array_append_new(
      pieces, json_pack("[s, s]", s->pieces[k].node, s->pieces[k].name));
  }

  return json_pack("{s:i, s:o}",
                   "width",
                   (int)s->width,
                   "pieces",
                   echoic_json_keep(pieces, ok));
}

static json_t*
write_states(const EchoicGraphSpec* const graph)
{
  json_t* const states = json_object();
  bool          ok     = states;
  for (uint32_t i = 0U; ok && i < graph->n_states; ++i) {
    const EchoicGraphState* const s = &graph->states[i];
    ok = !json_object_set_new(states, s->name, write_state(s));
  }

  return echoic_json_keep(states, ok);
}

json_t*
echoic_writer_graph(const EchoicGraphSpec* const graph)
{
  json_t* const nodes = json_array();
  bool          ok    = nodes;
  for (uint32_t i = 0U; ok && i < graph->n_nodes; ++i) {
    ok = !json_array_append_new(nodes, write_node(&graph->nodes[i]));
  }

  json_t* const root = json_pack("{s:i, s:o}",
                                 "width_in",
                                 (int)graph->width_in,
                                 "nodes",
                                 echoic_json_keep(nodes, ok));
  ok                 = root;
  if (ok && graph->n_outputs) {
    ok = !json_object_set_new(root, "outputs", write_outputs(graph));
  }

  if (ok && graph->n_states) {
    ok = !json_object_set_new(root, "states", write_states(graph));
  }

  return echoic_json_keep(root, ok);
}

uint32_t
echoic_writer_count(const EchoicGraphSpec* const graph)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < graph->n_nodes; ++i) {
    n += graph->nodes[i].n_tensors;
  }

  return n;
}

uint32_t
echoic_writer_tensors(const EchoicGraphSpec* const graph,
                      char (*const names)[ECHOIC_FULL_NAME_SIZE],
                      EchoicTensorOut* const tensors)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < graph->n_nodes; ++i) {
    const EchoicNodeSpec* const node = &graph->nodes[i];
    for (uint32_t t = 0U; t < node->n_tensors; ++t, ++n) {
      const EchoicTensor* const from = &node->tensors[t];
      EchoicTensorOut* const    to   = &tensors[n];
      echoic_format(
        names[n], ECHOIC_FULL_NAME_SIZE, "%s.%s", node->id, from->name);
      *to =
        (EchoicTensorOut){names[n], ECHOIC_F32, from->n_dims, {0U}, from->data};
      for (uint32_t d = 0U; d < from->n_dims; ++d) {
        to->dims[d] = from->dims[d];
      }
    }
  }

  return n;
}
