// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/graph.h"
#include "dsp/graph_parts.h"
#include "dsp/kernels.h"

#include <string.h>

typedef EchoicGraphStep Step;

ECHOIC_RT void
echoic_graph_reset(EchoicGraph* const g)
{
  for (uint32_t i = 0U; i < g->n_steps; ++i) {
    g->steps[i].type->reset(g->steps[i].node);
  }
}

/// True if every number is finite; by bits, so that it runs as vectors
static bool
is_finite(const float* const x, const size_t n)
{
  return echoic_kernels()->is_finite(x, n);
}

/// Return the input with zeros for what isn't finite
static ECHOIC_RT const float*
clean_input(EchoicGraph* const g, const float* const in, const uint32_t n)
{
  const size_t size = (size_t)n * g->width_in;
  if (is_finite(in, size)) {
    return in;
  }

  for (size_t i = 0U; i < size; ++i) {
    g->clean[i] = is_finite(&in[i], 1U) ? in[i] : 0.0F;
  }

  return g->clean;
}

static ECHOIC_RT void
run_steps(EchoicGraph* const g, const float* const in, const uint32_t n_frames)
{
  for (uint32_t i = 0U; i < g->n_steps; ++i) {
    const Step* const step = &g->steps[i];
    if (step->is_inside) {
      continue;
    }

    const float* inputs[ECHOIC_MAX_INPUTS] = {in};
    for (uint32_t k = 0U; k < step->shape.n_inputs; ++k) {
      const uint32_t source = step->source[k];
      inputs[k]             = source ? g->steps[source - 1U].out : in;
    }
    if (step->is_chain) {
      echoic_kernels()->recognise(&step->chain, inputs[0], step->out, n_frames);
    } else {
      step->type->process(step->node, inputs, step->out, n_frames);
    }
  }
}

/// Return how many frames came before the first that overflowed; what chains
/// remember is read: what isn't finite comes out
static ECHOIC_RT uint32_t
count_good(const EchoicGraph* const g, const uint32_t n_frames)
{
  uint32_t good = n_frames;
  for (uint32_t i = 0U; i < g->n_steps; ++i) {
    const Step* const step      = &g->steps[i];
    bool              is_output = false;
    for (uint32_t o = 0U; o < g->n_outputs; ++o) {
      is_output = is_output || g->output[o] == i;
    }
    const size_t width     = step->shape.width_out;
    const bool   remembers = step->type->state && !step->is_inside;
    if ((remembers || step->is_chain || is_output) &&
        !is_finite(step->out, good * width)) {
      uint32_t f = 0U;
      while (is_finite(step->out + (f * width), width)) {
        ++f;
      }
      good = f;
    }
  }

  return good;
}

/// Copy frames of the outputs, or zeros, to frame `first` of `out` and on
static ECHOIC_RT void
put_outputs(const EchoicGraph* const g,
            float* const* const      out,
            const uint32_t           n_outputs,
            const size_t             first,
            const uint32_t           n_frames,
            const bool               is_good)
{
  for (uint32_t o = 0U; o < n_outputs; ++o) {
    const Step* const step  = &g->steps[g->output[o]];
    const size_t      width = step->shape.width_out;
    float* const      to    = out[o] + (first * width);
    const size_t      size  = n_frames * width * sizeof(float);
    if (is_good) {
      memcpy(to, step->out, size);
    } else {
      memset(to, 0, size);
    }
  }
}

static ECHOIC_RT void
process(EchoicGraph* const  g,
        const float* const  in,
        float* const* const out,
        const uint32_t      n_outputs,
        const uint32_t      n_frames)
{
  uint32_t most =
    ECHOIC_GRAPH_BLOCK; // One at a time for the rest of a bad block
  uint32_t n = 0U;
  for (uint32_t f = 0U; f < n_frames; f += n) {
    const uint32_t left = n_frames - f;
    n                   = left < most ? left : most;
    most                = ECHOIC_GRAPH_BLOCK;
    run_steps(g, clean_input(g, in + ((size_t)f * g->width_in), n), n);
    const uint32_t good = count_good(g, n);
    put_outputs(g, out, n_outputs, f, good, true);
    if (good < n) {
      put_outputs(g, out, n_outputs, (size_t)f + good, 1U, false);
      echoic_graph_reset(g);
      n    = good + 1U;
      most = 1U;
    }
  }
}

ECHOIC_RT void
echoic_graph_process(EchoicGraph* const g,
                     const float* const in,
                     float* const       out,
                     const uint32_t     n_frames)
{
  process(g, in, &out, 1U, n_frames);
}

ECHOIC_RT void
echoic_graph_process_all(EchoicGraph* const  g,
                         const float* const  in,
                         float* const* const out,
                         const uint32_t      n_frames)
{
  process(g, in, out, g->n_outputs, n_frames);
}

ECHOIC_RT uint32_t
echoic_graph_n_outputs(const EchoicGraph* const g)
{
  return g->n_outputs;
}

ECHOIC_RT uint32_t
echoic_graph_width(const EchoicGraph* const g, const uint32_t output)
{
  return g->steps[g->output[output]].shape.width_out;
}

ECHOIC_RT bool
echoic_graph_state(EchoicGraph* const     g,
                   const uint32_t         node,
                   const uint32_t         index,
                   EchoicNodeState* const state)
{
  const Step* const step = &g->steps[node];
  return step->type->state && step->type->state(step->node, index, state);
}
