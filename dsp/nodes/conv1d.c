// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/conv1d.h"

#include "dsp/matrix.h"

#include <math.h>

static const char* const tensors[] = {"weight", "bias", NULL};
static const char* const numbers[] = {"stride", "padding", NULL};
static const char* const words[]   = {NULL};

/// Sizes; all of vectors within one frame
typedef struct {
  uint32_t n_in;    ///< Channels
  uint32_t n_out;   ///< Channels
  uint32_t n_taps;  ///< K
  uint32_t length;  ///< Numbers of an input channel
  uint32_t n_steps; ///< Numbers of an output channel
  uint32_t stride;
  uint32_t padding;
} Sizes;

typedef struct {
  Sizes        sizes;
  EchoicMatrix matrix; ///< [n_out][n_in * n_taps]
  float*       patch;  ///< [n_in * n_taps] What the taps see
  float*       column; ///< [n_out]
} Node;

static EchoicStatus
expect_whole(const EchoicNodeSpec* const spec,
             const char* const           key,
             const double                fallback,
             const double                least,
             EchoicError* const          error)
{
  const double x = echoic_node_number(spec, key, fallback);
  return x >= least && x <= 65536.0 && x == floor(x)
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "node '%s': %s is %g: must be whole, %g to 65536",
                          spec->id,
                          key,
                          x,
                          least);
}

/// Derive the sizes from checked weights and options
static Sizes
sizes_of(const EchoicNodeSpec* const spec, const EchoicNodeShape* const shape)
{
  Sizes s               = {0};
  s.n_out               = echoic_node_dim(spec, "weight", 0U);
  s.n_in                = echoic_node_dim(spec, "weight", 1U);
  s.n_taps              = echoic_node_dim(spec, "weight", 2U);
  s.stride              = (uint32_t)echoic_node_number(spec, "stride", 1.0);
  s.padding             = (uint32_t)echoic_node_number(spec, "padding", 0.0);
  s.length              = shape->width_in[0] / s.n_in;
  const uint32_t padded = s.length + (2U * s.padding);
  s.n_steps = padded >= s.n_taps ? ((padded - s.n_taps) / s.stride) + 1U : 0U;
  return s;
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  if (echoic_node_expect_inputs(spec, shape, 1U, error)) {
    return ECHOIC_BAD_SHAPE;
  }

  if (echoic_node_expect_only(spec, tensors, numbers, words, error)) {
    return ECHOIC_BAD_FORMAT;
  }

  if (expect_whole(spec, "stride", 1.0, 1.0, error) ||
      expect_whole(spec, "padding", 0.0, 0.0, error)) {
    return ECHOIC_BAD_ARG;
  }

  const Sizes    s      = sizes_of(spec, shape);
  const uint32_t dims[] = {s.n_out, s.n_in, s.n_taps};
  EchoicStatus   st     = echoic_node_expect(spec, "weight", 3U, dims, error);
  if (!st && echoic_node_tensor(spec, "bias")) {
    st = echoic_node_expect(spec, "bias", 1U, &s.n_out, error);
  }

  const double width = (double)s.n_out * s.n_steps;
  if (!st &&
      (shape->width_in[0] % s.n_in || !s.n_steps || width > ECHOIC_MAX_WIDTH)) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "node '%s': input has width %u: must be %u channels of "
                        "at least %u numbers, and the output not too wide",
                        spec->id,
                        shape->width_in[0],
                        s.n_in,
                        s.n_taps > 2U * s.padding ? s.n_taps - (2U * s.padding)
                                                  : 1U);
  }

  shape->width_out = (uint32_t)width;
  shape->bytes     = echoic_arena_round(sizeof(Node)) +
                 echoic_matrix_bytes(s.n_out, s.n_in * s.n_taps) +
                 echoic_arena_round((size_t)s.n_in * s.n_taps * sizeof(float)) +
                 echoic_arena_round(s.n_out * sizeof(float));
  return st;
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const EchoicTensor* const weight = echoic_node_tensor(spec, "weight");
  const EchoicTensor* const bias   = echoic_node_tensor(spec, "bias");
  const Sizes               s      = sizes_of(spec, shape);
  const uint32_t            n_cols = s.n_in * s.n_taps;
  Node* const n  = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  bool        ok = n && echoic_matrix_prepare(&n->matrix,
                                       weight->data,
                                       bias ? bias->data : NULL,
                                       s.n_out,
                                       n_cols,
                                       arena);
  if (ok) {
    n->patch  = echoic_node_vector(arena, NULL, n_cols);
    n->column = echoic_node_vector(arena, NULL, s.n_out);
    ok        = n->patch && n->column;
  }

  if (!ok) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  n->sizes = s;
  *node    = n;
  return ECHOIC_OK;
}

static ECHOIC_RT void
reset(void* const node)
{
  (void)node;
}

/// Collect what the taps see at output `step`
static ECHOIC_RT void
fill_patch(const Node* const n, const float* const x, const uint32_t step)
{
  const Sizes* const s     = &n->sizes;
  const int64_t      first = ((int64_t)step * s->stride) - s->padding;
  float*             to    = n->patch;
  for (uint32_t i = 0U; i < s->n_in; ++i) {
    const float* const channel = x + ((size_t)i * s->length);
    for (uint32_t k = 0U; k < s->n_taps; ++k) {
      const int64_t at = first + k;
      *to++ = at >= 0 && at < (int64_t)s->length ? channel[at] : 0.0F;
    }
  }
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  const Node* const  n     = (const Node*)node;
  const Sizes* const s     = &n->sizes;
  const size_t       n_in  = (size_t)s->n_in * s->length;
  const size_t       n_out = (size_t)s->n_out * s->n_steps;
  for (uint32_t f = 0U; f < n_frames; ++f) {
    float* const y = out + (f * n_out);
    for (uint32_t t = 0U; t < s->n_steps; ++t) {
      fill_patch(n, in[0] + (f * n_in), t);
      echoic_matrix_apply(&n->matrix, n->patch, n->column);
      for (uint32_t o = 0U; o < s->n_out; ++o) {
        y[((size_t)o * s->n_steps) + t] = n->column[o];
      }
    }
  }
}

const EchoicNodeType echoic_conv1d_type = {
  "conv1d",
  bytes,
  prepare,
  reset,
  process,
  NULL,
};
