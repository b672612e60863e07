// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/graph_parts.h"
#include "dsp/kernels.h"
#include "dsp/nodes/linear.h"
#include "dsp/nodes/memory.h"
#include "dsp/nodes/perceptron.h"

#include <stddef.h>

typedef EchoicGraphStep Step;

/// True if nothing but `reader` needs the output of a step
static bool
is_read_only_by(const EchoicGraph* const g,
                const uint32_t           step,
                const uint32_t           reader)
{
  for (uint32_t o = 0U; o < g->n_outputs; ++o) {
    if (g->output[o] == step) {
      return false;
    }
  }

  for (uint32_t i = step + 1U; i < g->n_steps; ++i) {
    for (uint32_t k = 0U; k < g->steps[i].shape.n_inputs; ++k) {
      if (i != reader && g->steps[i].source[k] == step + 1U) {
        return false;
      }
    }
  }

  return true;
}

/// Return the step that alone feeds a step and feeds it alone, or null
static Step*
sole_source(const EchoicGraph* const g, const uint32_t step)
{
  const Step* const s    = &g->steps[step];
  const uint32_t    from = s->source[0];
  return from && is_read_only_by(g, from - 1U, step) ? &g->steps[from - 1U]
                                                     : NULL;
}

/// Take what a chain of linear map, memory and perceptrons is made of; false if
/// it isn't one
static bool
take_chain(const Step* const       write,
           const Step* const       memory,
           const Step* const       read,
           EchoicRecogniser* const r)
{
  const EchoicMatrix* const map = echoic_linear_map(write->node);
  r->write                      = *map;
  r->n_sounds                   = read->shape.width_out;
  return memory->shape.width_out ==
           (uint64_t)r->n_sounds * ECHOIC_RECOGNISER_COLS &&
         echoic_memory_turns(memory->node, &r->turns) &&
         echoic_perceptron_groups(read->node, &r->weight, &r->bias);
}

void
echoic_graph_fuse(EchoicGraph* const g)
{
  for (uint32_t i = 0U; i < g->n_steps && echoic_kernels()->recognise; ++i) {
    Step* const read = &g->steps[i];
    Step* const memory =
      read->type == &echoic_perceptron_type ? sole_source(g, i) : NULL;
    Step* const write = memory && memory->type == &echoic_memory_type
                          ? sole_source(g, (uint32_t)(memory - g->steps))
                          : NULL;
    if (write && write->type == &echoic_linear_type &&
        take_chain(write, memory, read, &read->chain)) {
      read->source[0]   = write->source[0];
      read->is_chain    = true;
      memory->is_inside = true;
      write->is_inside  = true;
    }
  }
}
