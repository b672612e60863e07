// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_readout.h"

#include "dsp/embed.h"
#include "dsp/world.h"

#include <string.h>

#define N_ROWS (2U * ECHOIC_N_POLES) ///< Numbers a sound feeds to its memory

uint32_t
echoic_readout_group(const EchoicLesson* const lessons, const uint32_t lesson)
{
  uint32_t first = 0U;
  while (lessons[first].memory != lessons[lesson].memory) {
    ++first;
  }

  return first;
}

/// Append the folded readouts
static EchoicStatus
add_folded(const EchoicLesson* const lessons,
           const uint32_t            n,
           const char* const         input,
           EchoicGraphSpec* const    graph)
{
  const uint32_t  n_poles   = n * ECHOIC_N_POLES;
  const uint32_t  rows[]    = {n * N_ROWS, ECHOIC_N_EMBEDDED};
  const uint32_t  poles[]   = {n_poles, 2U};
  const uint32_t  gains[]   = {n_poles};
  const uint32_t  weights[] = {n, N_ROWS};
  const uint32_t  biases[]  = {n};
  EchoicNodeSpec* node      = echoic_graph_spec_add(graph, "write", "linear");
  float* const    into      = node && echoic_node_spec_input(node, input)
                                ? echoic_node_spec_tensor(node, "weight", 2U, rows)
                                : NULL;

  node = into ? echoic_graph_spec_add(graph, "memory", "memory") : NULL;
  const bool ok = node && echoic_node_spec_input(node, "write") &&
                  echoic_node_spec_word(node, "layout", "diagonal");
  float* const a =
    ok ? echoic_node_spec_tensor(node, "poles", 2U, poles) : NULL;
  float* const g = a ? echoic_node_spec_tensor(node, "gain", 1U, gains) : NULL;

  node = g ? echoic_graph_spec_add(graph, "score", "perceptron") : NULL;
  const bool ok2 = node && echoic_node_spec_input(node, "memory") &&
                   echoic_node_spec_number(node, "groups", n);
  float* const w =
    ok2 ? echoic_node_spec_tensor(node, "weight", 2U, weights) : NULL;
  float* const b = w ? echoic_node_spec_tensor(node, "bias", 1U, biases) : NULL;
  if (!b) {
    return ECHOIC_NO_MEMORY;
  }

  for (uint32_t i = 0U; i < n; ++i) {
    const EchoicLesson* const l = &lessons[i];
    echoic_embed_poles(l->memory, a + ((size_t)i * N_ROWS));
    echoic_embed_fold(a + ((size_t)i * N_ROWS),
                      l->w,
                      into + ((size_t)i * N_ROWS * ECHOIC_N_EMBEDDED));
    for (uint32_t p = 0U; p < ECHOIC_N_POLES; ++p) {
      g[(i * ECHOIC_N_POLES) + p] = 1.0F; // Already in the folded weights
      w[(i * N_ROWS) + (2U * p)]  = 1.0F; // Real part
    }
    b[i] = l->bias;
  }

  return ECHOIC_OK;
}

/// Write `text`, and a number
static void
write_numbered(const char* const text, const uint32_t number, char* const id)
{
  char   digits[10];
  size_t n   = 0U;
  char*  end = id + strlen(text);
  memcpy(id, text, strlen(text));
  for (uint32_t k = number; k || !n; k /= 10U) {
    digits[n++] = (char)('0' + (k % 10U));
  }

  while (n) {
    *end++ = digits[--n];
  }
  *end = '\0';
}

/// Write "states." for a graph, or "states.12."
static void
write_prefix(const bool is_one, const uint32_t group, char* const prefix)
{
  memcpy(prefix, ECHOIC_STATES_PREFIX, sizeof(ECHOIC_STATES_PREFIX));
  if (!is_one) {
    write_numbered(ECHOIC_STATES_PREFIX, group, prefix);
    memcpy(prefix + strlen(prefix), ".", 2U);
  }
}

/// Append one perceptron for all lessons, which hears all memories
static EchoicStatus
add_perceptrons(const EchoicLesson* const lessons,
                const uint32_t            n_lessons,
                const uint32_t* const     offsets,
                const uint32_t            width,
                EchoicGraphSpec* const    graph)
{
  const uint32_t        dims[] = {n_lessons, width};
  EchoicNodeSpec* const node =
    echoic_graph_spec_add(graph, "score", "perceptron");
  float* const w = node && echoic_node_spec_input(node, node[-1].id)
                     ? echoic_node_spec_tensor(node, "weight", 2U, dims)
                     : NULL;
  float* const b = w ? echoic_node_spec_tensor(node, "bias", 1U, dims) : NULL;
  if (!b) {
    return ECHOIC_NO_MEMORY;
  }

  for (uint32_t i = 0U; i < n_lessons; ++i) {
    memcpy(w + ((size_t)i * width) + offsets[i],
           lessons[i].w,
           lessons[i].n_states * sizeof(float));
    b[i] = lessons[i].bias;
  }

  return ECHOIC_OK;
}

/// Join the last memory to those before it
static bool
join(EchoicGraphSpec* const graph, const char* const id, uint32_t* const n_ids)
{
  char last[ECHOIC_ID_SIZE];
  char before[ECHOIC_ID_SIZE] = "";
  char all[ECHOIC_ID_SIZE];
  memcpy(last, id, strlen(id) + 1U);
  if (*n_ids) {
    write_numbered("all.", *n_ids - 1U, before);
  }

  write_numbered("all.", (*n_ids)++, all);
  EchoicNodeSpec* const node = echoic_graph_spec_add(graph, all, "concat");
  return node && (!before[0] || echoic_node_spec_input(node, before)) &&
         echoic_node_spec_input(node, last);
}

/// Append the memories side by side, and perceptrons that read them
static EchoicStatus
add_read(const EchoicModel* const  model,
         const EchoicLesson* const lessons,
         const uint32_t            n_lessons,
         const char* const         input,
         EchoicGraphSpec* const    graph)
{
  const bool is_one                     = model->states == ECHOIC_STATES_GRAPH;
  uint32_t   offsets[ECHOIC_MAX_SOUNDS] = {0U};
  uint32_t   n_ids                      = 0U;
  uint32_t   width                      = 0U;
  for (uint32_t i = 0U; i < n_lessons; ++i) {
    const uint32_t group = is_one ? 0U : echoic_readout_group(lessons, i);
    offsets[i]           = group < i ? offsets[group] : width;
    if (group < i) {
      continue;
    }

    const EchoicStatesSpec spec = {
      model->states, is_one ? &model->memory : NULL, lessons[i].memory};
    char prefix[ECHOIC_ID_SIZE];
    write_prefix(is_one, n_ids, prefix);
    const char* const id = echoic_states_add(&spec, prefix, input, graph);
    if (!id || !join(graph, id, &n_ids)) {
      return ECHOIC_NO_MEMORY;
    }

    width += lessons[i].n_states;
  }

  return add_perceptrons(lessons, n_lessons, offsets, width, graph);
}

EchoicStatus
echoic_readout_add(const EchoicModel* const  model,
                   const EchoicLesson* const lessons,
                   const uint32_t            n_lessons,
                   const char* const         input,
                   EchoicGraphSpec* const    graph)
{
  return model->states == ECHOIC_STATES_ROTATING
           ? add_folded(lessons, n_lessons, input, graph)
           : add_read(model, lessons, n_lessons, input, graph);
}
