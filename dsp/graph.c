// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/graph.h"
#include "dsp/graph_parts.h"

#include <string.h>

#define BLOCK ECHOIC_GRAPH_BLOCK

typedef EchoicGraphStep Step;

/// Return step + 1 of the node with that id before `index`, 0 for the graph's
/// input, or -1
static int64_t
find_source(const EchoicGraphSpec* const spec,
            const uint32_t               index,
            const char* const            id)
{
  for (uint32_t i = index; i-- > 0U;) {
    if (!strcmp(spec->nodes[i].id, id)) {
      return (int64_t)i + 1;
    }
  }

  return strcmp(id, ECHOIC_GRAPH_INPUT) ? -1 : 0;
}

static EchoicStatus
check_identity(const EchoicGraphSpec* const spec,
               const uint32_t               index,
               EchoicError* const           error)
{
  const EchoicNodeSpec* const node = &spec->nodes[index];
  if (!node->id[0] || find_source(spec, index, node->id) >= 0) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "node %u: id '%s' is empty or taken: must be unique, "
                        "and not '" ECHOIC_GRAPH_INPUT "'",
                        index,
                        node->id);
  }

  if (!echoic_node_type(node->type)) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "node '%s': type '%s' isn't known",
                        node->id,
                        node->type);
  }

  return node->n_inputs && node->n_inputs <= ECHOIC_MAX_INPUTS
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "node '%s': %u inputs: must be from 1 to %u",
                          node->id,
                          node->n_inputs,
                          ECHOIC_MAX_INPUTS);
}

/// Find where a node's inputs come from, and how wide they are
static EchoicStatus
connect(const EchoicGraphSpec* const spec,
        const uint32_t               index,
        uint32_t* const              source,
        EchoicError* const           error)
{
  const EchoicNodeSpec* const node = &spec->nodes[index];
  for (uint32_t i = 0U; i < node->n_inputs; ++i) {
    const int64_t found = find_source(spec, index, node->inputs[i]);
    if (found < 0) {
      return echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "node '%s': input '%s' isn't a node before it",
                          node->id,
                          node->inputs[i]);
    }
    source[i] = (uint32_t)found;
  }

  return ECHOIC_OK;
}

/**
   Check a node, and find where its inputs come from and how wide it is.

   @param widths [index + 1] Widths of the graph's input and the nodes before.
*/
static EchoicStatus
shape_node(const EchoicGraphSpec* const spec,
           const uint32_t               index,
           Step* const                  step,
           const uint32_t* const        widths,
           EchoicError* const           error)
{
  const EchoicNodeSpec* const node = &spec->nodes[index];
  EchoicStatus                st   = check_identity(spec, index, error);
  if (st || (st = connect(spec, index, step->source, error))) {
    return st;
  }

  memset(&step->shape, 0, sizeof(step->shape));
  step->type           = echoic_node_type(node->type);
  step->shape.n_inputs = node->n_inputs;
  for (uint32_t i = 0U; i < node->n_inputs; ++i) {
    step->shape.width_in[i] = widths[step->source[i]];
  }

  if ((st = step->type->bytes(node, &step->shape, error))) {
    return st;
  }

  return step->shape.width_out && step->shape.width_out <= ECHOIC_MAX_WIDTH
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_SHAPE,
                          "node '%s': output has width %u: must be from 1 to "
                          "%u",
                          node->id,
                          step->shape.width_out,
                          ECHOIC_MAX_WIDTH);
}

static EchoicStatus
check_graph(const EchoicGraphSpec* const spec, EchoicError* const error)
{
  if (!spec->width_in || spec->width_in > ECHOIC_MAX_WIDTH) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "the graph's input has width %u: must be from 1 to %u",
                        spec->width_in,
                        ECHOIC_MAX_WIDTH);
  }

  return spec->n_nodes && spec->n_nodes <= ECHOIC_GRAPH_MAX_NODES
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "the graph has %u nodes: must be from 1 to %u",
                          spec->n_nodes,
                          ECHOIC_GRAPH_MAX_NODES);
}

/// Find the outputs; without names the last node is the only one
static EchoicStatus
find_outputs(const EchoicGraphSpec* const spec,
             uint32_t* const              output,
             EchoicError* const           error)
{
  output[0] = spec->n_nodes - 1U;
  if (spec->n_outputs > ECHOIC_GRAPH_MAX_OUTPUTS) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "the graph has %u outputs: must be at most %u",
                        spec->n_outputs,
                        ECHOIC_GRAPH_MAX_OUTPUTS);
  }

  for (uint32_t i = 0U; i < spec->n_outputs; ++i) {
    const EchoicGraphOutput* const o = &spec->outputs[i];
    const int64_t found = find_source(spec, spec->n_nodes, o->node);
    if (found <= 0) {
      return echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "the graph's output '%s' is '%s': must be a node",
                          o->name,
                          o->node);
    }
    output[i] = (uint32_t)found - 1U;
  }

  return ECHOIC_OK;
}

static size_t
buffer_bytes(const uint32_t width)
{
  return echoic_arena_round((size_t)BLOCK * width * sizeof(float));
}

EchoicStatus
echoic_graph_bytes(const EchoicGraphSpec* const spec,
                   size_t* const                bytes,
                   uint32_t* const              width_out,
                   EchoicError* const           error)
{
  uint32_t     widths[ECHOIC_GRAPH_MAX_NODES + 1U];
  uint32_t     output[ECHOIC_GRAPH_MAX_OUTPUTS];
  EchoicStatus st    = check_graph(spec, error);
  size_t       total = echoic_arena_round(sizeof(EchoicGraph)) +
                 echoic_arena_round(spec->n_nodes * sizeof(Step)) +
                 buffer_bytes(spec->width_in);
  st        = st ? st : find_outputs(spec, output, error);
  widths[0] = spec->width_in;
  for (uint32_t i = 0U; !st && i < spec->n_nodes; ++i) {
    Step step;
    st = shape_node(spec, i, &step, widths, error);
    if (!st) {
      widths[i + 1U] = step.shape.width_out;
      total += step.shape.bytes + buffer_bytes(step.shape.width_out);
    }
    if (!st && total > ECHOIC_GRAPH_MAX_BYTES) { // A few bytes can ask for it
      st = echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "node '%s': the graph up to it needs %zu MiB: must be "
                        "at most %zu",
                        spec->nodes[i].id,
                        total >> 20U,
                        ECHOIC_GRAPH_MAX_BYTES >> 20U);
    }
  }

  if (!st) {
    *bytes     = total;
    *width_out = widths[output[0] + 1U];
  }

  return st;
}

static EchoicStatus
prepare_steps(const EchoicGraphSpec* const spec,
              EchoicGraph* const           g,
              EchoicArena* const           arena,
              EchoicError* const           error)
{
  uint32_t     widths[ECHOIC_GRAPH_MAX_NODES + 1U];
  EchoicStatus st = ECHOIC_OK;
  widths[0]       = spec->width_in;
  for (uint32_t i = 0U; !st && i < spec->n_nodes; ++i) {
    Step* const step = &g->steps[i];
    st               = shape_node(spec, i, step, widths, error);
    if (!st) {
      widths[i + 1U] = step->shape.width_out;
      st             = step->type->prepare(
        &spec->nodes[i], &step->shape, arena, &step->node, error);
    }
    if (!st) {
      const size_t size = (size_t)BLOCK * step->shape.width_out;
      step->out         = (float*)echoic_arena_take(arena, size, sizeof(float));
      st                = step->out ? ECHOIC_OK : ECHOIC_NO_SPACE;
    }
  }

  return st;
}

EchoicStatus
echoic_graph_prepare(const EchoicGraphSpec* const spec,
                     EchoicArena* const           arena,
                     EchoicGraph** const          graph,
                     EchoicError* const           error)
{
  EchoicStatus st = check_graph(spec, error);
  if (st) {
    return st;
  }

  EchoicGraph* const g = (EchoicGraph*)echoic_arena_take(arena, 1U, sizeof(*g));
  Step* const        steps =
    (Step*)echoic_arena_take(arena, spec->n_nodes, sizeof(Step));
  float* const clean = (float*)echoic_arena_take(
    arena, (size_t)BLOCK * spec->width_in, sizeof(float));
  if (!g || !steps || !clean) {
    return echoic_error(error, ECHOIC_NO_SPACE, "no space for the graph");
  }

  g->width_in  = spec->width_in;
  g->n_steps   = spec->n_nodes;
  g->n_outputs = spec->n_outputs ? spec->n_outputs : 1U;
  g->steps     = steps;
  g->clean     = clean;
  if ((st = find_outputs(spec, g->output, error))) {
    return st;
  }

  if ((st = prepare_steps(spec, g, arena, error))) {
    return st == ECHOIC_NO_SPACE
             ? echoic_error(error, st, "no space for the graph")
             : st;
  }

  echoic_graph_fuse(g);
  echoic_graph_reset(g);
  *graph = g;
  return ECHOIC_OK;
}
