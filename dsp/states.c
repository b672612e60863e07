// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/states.h"

#include "dsp/embed.h"
#include "dsp/world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_Z ECHOIC_N_EMBEDDED

enum { n_vectors = 15, n_taps_kept = 8, n_modes = 7 };

const char* const echoic_states_names[ECHOIC_N_STATES_KINDS + 1U] =
  {"rotating", "delay", "onepole", "transmamba", "graph", NULL};

/// Set `to` to `from` with `prefix`; false if that is too long
static bool
prefixed(char* const to, const char* const prefix, const char* const from)
{
  const size_t n = strlen(prefix);
  const size_t m = strlen(from);
  if (n + m >= ECHOIC_ID_SIZE) {
    return false;
  }

  char whole[ECHOIC_ID_SIZE];
  memcpy(whole, prefix, n);
  memcpy(whole + n, from, m + 1U);
  memcpy(to, whole, n + m + 1U);
  return true;
}

/// Append a node with an id of two parts
static EchoicNodeSpec*
add_node(EchoicGraphSpec* const graph,
         const char* const      prefix,
         const char* const      id,
         const char* const      type)
{
  char whole[ECHOIC_ID_SIZE];
  return prefixed(whole, prefix, id) ? echoic_graph_spec_add(graph, whole, type)
                                     : NULL;
}

/// Pole of a real memory that lasts `length` frames
static float
pole(const double length)
{
  return (float)pow(10.0, -1.0 / fmax(length, 0.5));
}

static bool
add_poles(EchoicNodeSpec* const node, const EchoicStatesSpec* const spec)
{
  const bool     is_real = spec->kind == ECHOIC_STATES_ONEPOLE;
  const uint32_t dims[]  = {is_real ? (uint32_t)n_vectors : ECHOIC_N_POLES, 2U};
  float* const   poles   = echoic_node_spec_word(node, "layout", "bank")
                             ? echoic_node_spec_tensor(node, "poles", 2U, dims)
                             : NULL;
  if (poles && !is_real) {
    echoic_embed_poles(spec->memory, poles);
  }

  for (uint32_t i = 0U; poles && is_real && i < n_vectors; ++i) {
    poles[2U * i] = pole(spec->memory * pow(2.0, 0.5 * ((double)i - 10.0)));
  }

  return poles;
}

static bool
add_blocks(EchoicNodeSpec* const node, const EchoicStatesSpec* const spec)
{
  const double pool = fmax(rint(spec->memory / n_vectors), 1.0);
  return echoic_node_spec_number(node, "frames", n_vectors - 1) &&
         echoic_node_spec_number(node, "pool", pool);
}

static bool
add_transmamba(EchoicNodeSpec* const node, const EchoicStatesSpec* const spec)
{
  const uint32_t n  = n_modes;
  const bool     ok = echoic_node_spec_word(node, "parts", "real") &&
                  echoic_node_spec_number(node, "taps", n_taps_kept) &&
                  echoic_node_spec_number(node, "modes", n_modes);
  float* const a    = ok ? echoic_node_spec_tensor(node, "a", 1U, &n) : NULL;
  float* const beta = a ? echoic_node_spec_tensor(node, "beta", 1U, &n) : NULL;
  for (uint32_t i = 0U; beta && i < n; ++i) {
    const EchoicTensor* const t = echoic_node_tensor(node, "a");
    t->data[i] = pole(spec->memory * pow(2.0, (double)i - 3.0));
    beta[i]    = sqrtf(1.0F - (t->data[i] * t->data[i]));
  }

  return beta;
}

/// Copy a node into a graph under a longer id
static EchoicNodeSpec*
add_copy(EchoicGraphSpec* const      graph,
         const EchoicNodeSpec* const from,
         const char* const           prefix,
         const char* const           input)
{
  EchoicNodeSpec renamed = *from; // Borrows what it owns
  bool           ok      = prefixed(renamed.id, prefix, from->id);
  for (uint32_t i = 0U; ok && i < from->n_inputs; ++i) {
    const bool is_outer = !strcmp(from->inputs[i], ECHOIC_GRAPH_INPUT);
    ok                  = prefixed(renamed.inputs[i],
                  is_outer ? "" : prefix,
                  is_outer ? input : from->inputs[i]);
  }

  return ok ? echoic_graph_spec_append(graph, &renamed) : NULL;
}

const char*
echoic_states_add(const EchoicStatesSpec* const spec,
                  const char* const             prefix,
                  const char* const             input,
                  EchoicGraphSpec* const        graph)
{
  static const char* const types[] = {
    "memory", "delay", "memory", "transmamba"};
  EchoicNodeSpec* node = NULL;
  if (spec->kind == ECHOIC_STATES_GRAPH) {
    for (uint32_t i = 0U; i < spec->graph->n_nodes; ++i) {
      node = add_copy(graph, &spec->graph->nodes[i], prefix, input);
      if (!node) {
        return NULL;
      }
    }
    return node ? node->id : NULL;
  }

  node = add_node(graph, prefix, "memory", types[spec->kind]);
  if (!node || !echoic_node_spec_input(node, input)) {
    return NULL;
  }

  const bool ok = spec->kind == ECHOIC_STATES_DELAY ? add_blocks(node, spec)
                  : spec->kind == ECHOIC_STATES_TRANSMAMBA
                    ? add_transmamba(node, spec)
                    : add_poles(node, spec);
  return ok ? node->id : NULL;
}

uint32_t
echoic_states_width(const EchoicStatesSpec* const spec,
                    EchoicError* const            error)
{
  EchoicGraphSpec graph = {.width_in = N_Z};
  size_t          bytes = 0U;
  uint32_t        width = 0U;
  if (!echoic_states_add(spec, "", ECHOIC_GRAPH_INPUT, &graph)) {
    echoic_error(error, ECHOIC_NO_MEMORY, "no memory, or ids too long");
  } else if (spec->graph && spec->graph->width_in != N_Z) {
    echoic_error(error,
                 ECHOIC_BAD_SHAPE,
                 "the graph takes vectors of width %u: must be 30, an embedded "
                 "frame",
                 spec->graph->width_in);
  } else if (!echoic_graph_bytes(&graph, &bytes, &width, error) &&
             width > ECHOIC_MAX_STATES) {
    echoic_error(error,
                 ECHOIC_BAD_SHAPE,
                 "the graph remembers %u numbers: must be at most %u",
                 width,
                 ECHOIC_MAX_STATES);
    width = 0U;
  }

  echoic_graph_spec_clear(&graph);
  return width;
}

EchoicStatus
echoic_states_extract(const EchoicGraphSpec* const graph,
                      const char* const            prefix,
                      EchoicGraphSpec* const       states)
{
  const size_t n   = strlen(prefix);
  states->width_in = N_Z;
  for (uint32_t i = 0U; i < graph->n_nodes; ++i) {
    const EchoicNodeSpec* const node = &graph->nodes[i];
    if (strncmp(node->id, prefix, n) != 0) {
      continue;
    }

    EchoicNodeSpec inner = *node; // Borrows what it owns
    memmove(inner.id, node->id + n, strlen(node->id + n) + 1U);
    for (uint32_t k = 0U; k < node->n_inputs; ++k) {
      const char* const from  = node->inputs[k];
      const bool        is_in = strncmp(from, prefix, n) != 0;
      const char* const to    = is_in ? ECHOIC_GRAPH_INPUT : from + n;
      memmove(inner.inputs[k], to, strlen(to) + 1U);
    }
    if (!echoic_graph_spec_append(states, &inner)) {
      return ECHOIC_NO_MEMORY;
    }
  }

  return states->n_nodes ? ECHOIC_OK : ECHOIC_BAD_FORMAT;
}

static EchoicStatus
respond(const EchoicGraphSpec* const graph,
        const uint32_t               n_taps,
        const uint32_t               width,
        const size_t                 bytes,
        float* const                 responses)
{
  void* const  block  = aligned_alloc(ECHOIC_ARENA_ALIGN, bytes);
  float* const out    = (float*)malloc(width * sizeof(float));
  EchoicArena  arena  = {(unsigned char*)block, bytes, 0U};
  EchoicGraph* run    = NULL;
  EchoicStatus st     = block && out
                          ? echoic_graph_prepare(graph, &arena, &run, NULL)
                          : ECHOIC_NO_MEMORY;
  float        z[N_Z] = {1.0F};
  for (uint32_t k = 0U; !st && k < n_taps; ++k) {
    echoic_graph_process(run, z, out, 1U);
    z[0] = 0.0F;
    for (uint32_t i = 0U; i < width / N_Z; ++i) {
      responses[(k * (width / N_Z)) + i] = out[(size_t)i * N_Z];
    }
  }

  free(block);
  free(out);
  return st;
}

EchoicStatus
echoic_states_responses(const EchoicStatesSpec* const spec,
                        const uint32_t                n_taps,
                        float* const                  responses)
{
  EchoicGraphSpec graph = {.width_in = N_Z};
  size_t          bytes = 0U;
  uint32_t        width = 0U;
  EchoicStatus    st    = ECHOIC_NO_MEMORY;
  if (echoic_states_add(spec, "", ECHOIC_GRAPH_INPUT, &graph) &&
      !(st = echoic_graph_bytes(&graph, &bytes, &width, NULL))) {
    st = respond(&graph, n_taps, width, bytes, responses);
  }

  echoic_graph_spec_clear(&graph);
  return st;
}
