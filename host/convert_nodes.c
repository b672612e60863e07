// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/convert.h"
#include "host/convert_parts.h"

void
echoic_convert_width_in(EchoicConvert* const c, const uint32_t width)
{
  c->graph->width_in = width;
}

EchoicNodeSpec*
echoic_convert_last(EchoicConvert* const c)
{
  const uint32_t n = c->graph->n_nodes;
  return n && !echoic_convert_failed(c) ? &c->graph->nodes[n - 1U] : NULL;
}

/// Fail unless it worked: names have a limit, and memory has
static void
require(EchoicConvert* const c, const bool ok, const char* const what)
{
  if (!ok) {
    echoic_convert_fail(
      c, "'%.80s' is too long, too much, or memory is used up", what);
  }
}

void
echoic_convert_node(EchoicConvert* const c,
                    const char* const    id,
                    const char* const    type,
                    const char* const    input)
{
  if (!echoic_convert_failed(c)) {
    require(c, echoic_graph_spec_add(c->graph, id, type), id);
    echoic_convert_input(c, input);
  }
}

void
echoic_convert_input(EchoicConvert* const c, const char* const input)
{
  EchoicNodeSpec* const node = echoic_convert_last(c);
  require(c, !node || echoic_node_spec_input(node, input), input);
}

void
echoic_convert_set(EchoicConvert* const c,
                   const char* const    key,
                   const double         value)
{
  EchoicNodeSpec* const node = echoic_convert_last(c);
  require(c, !node || echoic_node_spec_number(node, key, value), key);
}

void
echoic_convert_set_word(EchoicConvert* const c,
                        const char* const    key,
                        const char* const    word)
{
  EchoicNodeSpec* const node = echoic_convert_last(c);
  require(c, !node || echoic_node_spec_word(node, key, word), word);
}

void
echoic_convert_output(EchoicConvert* const c,
                      const char* const    name,
                      const char* const    node)
{
  require(c, echoic_graph_spec_output(c->graph, name, node), name);
}

void
echoic_convert_state(EchoicConvert* const c,
                     const char* const    name,
                     const uint32_t       width)
{
  require(c, echoic_graph_spec_state(c->graph, name, width), name);
}

void
echoic_convert_piece(EchoicConvert* const c,
                     const char* const    node,
                     const char* const    name)
{
  require(c, echoic_graph_spec_piece(c->graph, node, name), name);
}

void
echoic_convert_linear(EchoicConvert* const c,
                      const char* const    id,
                      const char* const    input,
                      const char* const    prefix,
                      const uint32_t       n_out,
                      const uint32_t       n_in,
                      const bool           has_bias)
{
  echoic_convert_node(c, id, "linear", input);
  echoic_convert_take(c,
                      echoic_convert_name(c, "%s.weight", prefix),
                      "weight",
                      ECHOIC_SHAPE(n_out, n_in));
  if (has_bias) {
    echoic_convert_take(c,
                        echoic_convert_name(c, "%s.bias", prefix),
                        "bias",
                        ECHOIC_SHAPE(n_out));
  }
}

void
echoic_convert_embedding(EchoicConvert* const c,
                         const char* const    id,
                         const char* const    prefix,
                         const uint32_t       n_tokens,
                         const uint32_t       width)
{
  echoic_convert_node(c, id, "embedding", ECHOIC_GRAPH_INPUT);
  echoic_convert_take(c,
                      echoic_convert_name(c, "%s.weight", prefix),
                      "weight",
                      ECHOIC_SHAPE(n_tokens, width));
}

void
echoic_convert_layernorm(EchoicConvert* const c,
                         const char* const    id,
                         const char* const    input,
                         const char* const    prefix,
                         const uint32_t       width,
                         const double         eps)
{
  echoic_convert_node(c, id, "layernorm", input);
  echoic_convert_set(c, "eps", eps);
  echoic_convert_take(c,
                      echoic_convert_name(c, "%s.weight", prefix),
                      "weight",
                      ECHOIC_SHAPE(width));
  echoic_convert_take(
    c, echoic_convert_name(c, "%s.bias", prefix), "bias", ECHOIC_SHAPE(width));
}

void
echoic_convert_rmsnorm(EchoicConvert* const c,
                       const char* const    id,
                       const char* const    input,
                       const char* const    prefix,
                       const uint32_t       width,
                       const double         eps)
{
  echoic_convert_node(c, id, "rmsnorm", input);
  echoic_convert_set(c, "eps", eps);
  echoic_convert_take(c,
                      echoic_convert_name(c, "%s.weight", prefix),
                      "weight",
                      ECHOIC_SHAPE(width));
}

void
echoic_convert_add(EchoicConvert* const c,
                   const char* const    id,
                   const char* const    a,
                   const char* const    b)
{
  echoic_convert_node(c, id, "sum", a);
  echoic_convert_input(c, b);
}
