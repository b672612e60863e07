// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/skip.h"

#include <math.h>
#include <string.h>

static const char* const tensors[] = {NULL};
static const char* const numbers[] = {NULL};
static const char* const words[]   = {"normalise", NULL};

typedef struct {
  uint32_t width;
  uint32_t gate_width;
  float    gain; ///< k
} Node;

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const char* const word = echoic_node_word(spec, "normalise", "none");
  EchoicStatus      st   = echoic_node_expect_inputs(spec, shape, 3U, error);
  if (st ||
      (st = echoic_node_expect_only(spec, tensors, numbers, words, error))) {
    return st;
  }

  const uint32_t* const width = shape->width_in;
  if (width[2] != width[0] || (width[1] != width[0] && width[1] != 1U)) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "node '%s': widths %u, %u and %u: the bypass must be "
                        "as wide as what is gated, the gate as well or 1",
                        spec->id,
                        width[0],
                        width[1],
                        width[2]);
  }

  shape->width_out = width[0];
  shape->bytes     = echoic_arena_round(sizeof(Node));
  return strcmp(word, "none") && strcmp(word, "power")
           ? echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "node '%s': normalise is '%s': must be none or power",
                          spec->id,
                          word)
           : ECHOIC_OK;
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  Node* const n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  if (!n) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  n->width      = shape->width_in[0];
  n->gate_width = shape->width_in[1];
  n->gain       = strcmp(echoic_node_word(spec, "normalise", "none"), "power")
                    ? 1.0F
                    : sqrtf(0.5F);
  *node         = n;
  return ECHOIC_OK;
}

static ECHOIC_RT void
reset(void* const node)
{
  (void)node;
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  const Node* const n = (const Node*)node;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    const float* const h = in[0] + ((size_t)f * n->width);
    const float* const o = in[1] + ((size_t)f * n->gate_width);
    const float* const x = in[2] + ((size_t)f * n->width);
    float* const       y = out + ((size_t)f * n->width);
    for (uint32_t i = 0U; i < n->width; ++i) {
      y[i] = n->gain * ((o[n->gate_width > 1U ? i : 0U] * h[i]) + x[i]);
    }
  }
}

const EchoicNodeType echoic_skip_type = {
  "skip",
  bytes,
  prepare,
  reset,
  process,
  NULL,
};
