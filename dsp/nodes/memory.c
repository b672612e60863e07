// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/memory.h"

#include "dsp/activate.h"
#include "dsp/kernels.h"
#include "dsp/matrix.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const char* const tensors[] = {"poles",
                                      "gain",
                                      "input_gate.weight",
                                      "input_gate.bias",
                                      "feedback_gate.weight",
                                      "feedback_gate.bias",
                                      NULL};
static const char* const numbers[] = {"allow_unit", NULL};
static const char* const words[]   = {"layout", NULL};

/// A learned gate: logistic(W x + b) for each pole
typedef struct {
  bool         is_learned; ///< Otherwise it is open
  EchoicMatrix map;        ///< (n_poles, width_in)
} Gate;

typedef struct {
  uint32_t width_in;
  uint32_t width_out;
  uint32_t n_poles;
  bool     is_bank;
  Gate     input;
  Gate     feedback;
  float*   poles; ///< [n_poles][2]
  float*   gain;  ///< [n_poles]
  float*   open;  ///< [n_poles] How open a gate is
  float*   re;    ///< [n_poles][2] Re a of this frame, twice
  float*   im;    ///< [n_poles][2] -Im a, Im a
  float*   g;     ///< [n_poles][2] Input gains of this frame, twice
  float*   state; ///< [width_out]
} Node;

static bool
is_bank(const EchoicNodeSpec* const spec)
{
  return !strcmp(echoic_node_word(spec, "layout", "bank"), "bank");
}

static uint32_t
count_real(const EchoicTensor* const poles)
{
  uint32_t n = 0U;
  for (uint32_t s = 0U; s < poles->dims[0]; ++s) {
    n += poles->data[(2U * s) + 1U] == 0.0F;
  }
  return n;
}

static EchoicStatus
check_gate(const EchoicNodeSpec* const spec,
           const char* const           weight,
           const char* const           bias,
           const uint32_t              n_poles,
           const uint32_t              width,
           size_t* const               size,
           EchoicError* const          error)
{
  const uint32_t dims[] = {n_poles, width};
  if (!echoic_node_tensor(spec, weight) && !echoic_node_tensor(spec, bias)) {
    return ECHOIC_OK;
  }

  *size += echoic_matrix_bytes(n_poles, width);
  const EchoicStatus st = echoic_node_expect(spec, weight, 2U, dims, error);
  return st ? st : echoic_node_expect(spec, bias, 1U, &n_poles, error);
}

static EchoicStatus
check_poles(const EchoicNodeSpec* const spec,
            const EchoicTensor* const   poles,
            EchoicError* const          error)
{
  const bool unit = echoic_node_number(spec, "allow_unit", 0.0) == 1.0;
  for (uint32_t s = 0U; s < poles->dims[0]; ++s) {
    const double re = (double)poles->data[2U * s];
    const double im = (double)poles->data[(2U * s) + 1U];
    const double p  = hypot(re, im);
    if (unit ? p > 1.0 + 1e-6 : p >= 1.0) {
      return echoic_error(
        error,
        ECHOIC_BAD_FORMAT,
        "node '%s': pole %u has magnitude %g: must be below 1 "
        "to fade",
        spec->id,
        s,
        p);
    }
  }

  return ECHOIC_OK;
}

/// Widths of the two layouts
static EchoicStatus
check_layout(const EchoicNodeSpec* const spec,
             const EchoicTensor* const   poles,
             EchoicNodeShape* const      shape,
             EchoicError* const          error)
{
  const uint32_t     n     = poles->dims[0];
  const uint32_t     width = shape->width_in[0];
  const EchoicStatus st =
    echoic_node_expect_choice(spec, "layout", "bank", "diagonal", error);
  if (st) {
    return st;
  }

  if (is_bank(spec)) {
    const uint64_t out =
      (uint64_t)width * ((2U * (uint64_t)n) - count_real(poles));
    shape->width_out = out > ECHOIC_MAX_WIDTH ? 0U : (uint32_t)out;
    return shape->width_out
             ? ECHOIC_OK
             : echoic_error(error,
                            ECHOIC_BAD_SHAPE,
                            "node '%s': %u poles on width %u are "
                            "too many",
                            spec->id,
                            n,
                            width);
  }

  shape->width_out = width;
  return width == 2U * (uint64_t)n
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_SHAPE,
                          "node '%s': width %u doesn't fit %u poles: must be "
                          "two numbers for each",
                          spec->id,
                          width,
                          n);
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  const EchoicTensor* const poles = echoic_node_tensor(spec, "poles");
  const bool     usable = poles && poles->n_dims == 2U && poles->dims[0];
  const uint32_t n      = usable ? poles->dims[0] : 1U;
  const uint32_t dims[] = {n, 2U};
  size_t         gates  = 0U;
  EchoicStatus   st     = echoic_node_expect_inputs(spec, shape, 1U, error);
  if (st ||
      (st = echoic_node_expect_only(spec, tensors, numbers, words, error)) ||
      (st = echoic_node_expect(spec, "poles", 2U, dims, error)) ||
      (st = poles ? check_poles(spec, poles, error) : ECHOIC_BAD_SHAPE) ||
      (st = check_layout(spec, poles, shape, error)) ||
      (st = check_gate(spec,
                       "input_gate.weight",
                       "input_gate.bias",
                       n,
                       shape->width_in[0],
                       &gates,
                       error)) ||
      (st = check_gate(spec,
                       "feedback_gate.weight",
                       "feedback_gate.bias",
                       n,
                       shape->width_in[0],
                       &gates,
                       error))) {
    return st;
  }

  shape->bytes = echoic_arena_round(sizeof(Node)) + gates +
                 (4U * echoic_arena_round(2U * n * sizeof(float))) +
                 (2U * echoic_arena_round(n * sizeof(float))) +
                 echoic_arena_round(shape->width_out * sizeof(float));
  return echoic_node_tensor(spec, "gain")
           ? echoic_node_expect(spec, "gain", 1U, &n, error)
           : ECHOIC_OK;
}

static bool
prepare_gate(const EchoicTensor* const weight,
             const EchoicTensor* const bias,
             EchoicArena* const        arena,
             Gate* const               gate)
{
  gate->is_learned = weight;
  return !weight || echoic_matrix_prepare(&gate->map,
                                          weight->data,
                                          bias->data,
                                          weight->dims[0],
                                          weight->dims[1],
                                          arena);
}

static void
fill_gain(Node* const n, const EchoicTensor* const gain)
{
  for (uint32_t s = 0U; s < n->n_poles; ++s) {
    const double re    = (double)n->poles[2U * s];
    const double im    = (double)n->poles[(2U * s) + 1U];
    const double power = 1.0 - ((re * re) + (im * im));
    n->gain[s]         = gain            ? gain->data[s]
                         : power > 1e-12 ? (float)sqrt(power)
                                         : 1.0F;
  }
}

static void
set_gain(Node* const m, const uint32_t s, const float open)
{
  m->g[2U * s]        = open * m->gain[s];
  m->g[(2U * s) + 1U] = open * m->gain[s];
}

static void
set_pole(Node* const m, const uint32_t s, const float open)
{
  m->re[2U * s]        = open * m->poles[2U * s];
  m->re[(2U * s) + 1U] = open * m->poles[2U * s];
  m->im[2U * s]        = -open * m->poles[(2U * s) + 1U];
  m->im[(2U * s) + 1U] = open * m->poles[(2U * s) + 1U];
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  const EchoicTensor* const poles = echoic_node_tensor(spec, "poles");
  const size_t              n     = poles->dims[0];
  Node* const m  = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  bool        ok = m;
  if (m) {
    m->poles = echoic_node_vector(arena, poles, 2U * n);
    m->gain  = echoic_node_vector(arena, NULL, n);
    m->open  = echoic_node_vector(arena, NULL, n);
    m->re    = echoic_node_vector(arena, NULL, 2U * n);
    m->im    = echoic_node_vector(arena, NULL, 2U * n);
    m->g     = echoic_node_vector(arena, NULL, 2U * n);
    m->state = echoic_node_vector(arena, NULL, shape->width_out);
    ok = m->poles && m->gain && m->open && m->re && m->im && m->g && m->state &&
         prepare_gate(echoic_node_tensor(spec, "input_gate.weight"),
                      echoic_node_tensor(spec, "input_gate.bias"),
                      arena,
                      &m->input) &&
         prepare_gate(echoic_node_tensor(spec, "feedback_gate.weight"),
                      echoic_node_tensor(spec, "feedback_gate.bias"),
                      arena,
                      &m->feedback);
  }

  if (!ok) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  m->width_in  = shape->width_in[0];
  m->width_out = shape->width_out;
  m->n_poles   = (uint32_t)n;
  m->is_bank   = is_bank(spec);
  fill_gain(m, echoic_node_tensor(spec, "gain"));
  for (uint32_t s = 0U; s < m->n_poles; ++s) {
    set_pole(m, s, 1.0F);
    set_gain(m, s, 1.0F);
  }

  *node = m;
  return ECHOIC_OK;
}

static ECHOIC_RT void
reset(void* const node)
{
  Node* const m = (Node*)node;
  memset(m->state, 0, m->width_out * sizeof(float));
}

/// Set gains and poles of this frame from the gates
static void
open_gates(Node* const m, const float* const x)
{
  if (m->input.is_learned) {
    echoic_matrix_apply(&m->input.map, x, m->open);
    echoic_sigmoid(m->open, m->n_poles);
    for (uint32_t s = 0U; s < m->n_poles; ++s) {
      set_gain(m, s, m->open[s]);
    }
  }

  if (m->feedback.is_learned) {
    echoic_matrix_apply(&m->feedback.map, x, m->open);
    echoic_sigmoid(m->open, m->n_poles);
    for (uint32_t s = 0U; s < m->n_poles; ++s) {
      set_pole(m, s, m->open[s]);
    }
  }
}

/// Every input through every pole
static void
step_bank(const Node* const m, const float* const restrict x)
{
  const uint32_t n   = m->width_in;
  float* restrict re = m->state;
  for (uint32_t s = 0U; s < m->n_poles; ++s) {
    const float a = m->re[2U * s];
    const float b = m->im[(2U * s) + 1U];
    const float g = m->g[2U * s];
    if (m->poles[(2U * s) + 1U] == 0.0F) {
      for (uint32_t i = 0U; i < n; ++i) {
        re[i] = (a * re[i]) + (g * x[i]);
      }
      re += n;
    } else {
      float* const restrict im = re + n;
      for (uint32_t i = 0U; i < n; ++i) {
        const float r = re[i];
        const float j = im[i];
        re[i]         = ((a * r) - (b * j)) + (g * x[i]);
        im[i]         = (a * j) + (b * r);
      }
      re += 2U * n;
    }
  }
}

static EchoicTurns
turns_of(const Node* const m)
{
  return (EchoicTurns){m->width_out, m->state, m->re, m->im, m->g};
}

static bool
is_fixed_diagonal(const Node* const m)
{
  return !m->is_bank && !m->input.is_learned && !m->feedback.is_learned;
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  Node* const       m     = (Node*)node;
  const EchoicTurns turns = turns_of(m);
  if (is_fixed_diagonal(m)) {
    echoic_kernels()->rotate(&turns, in[0], out, n_frames);
    return;
  }

  for (uint32_t f = 0U; f < n_frames; ++f) {
    const float* const x = in[0] + ((size_t)f * m->width_in);
    float* const       y = out + ((size_t)f * m->width_out);
    open_gates(m, x);
    if (m->is_bank) {
      step_bank(m, x);
      memcpy(y, m->state, m->width_out * sizeof(float));
    } else { // Each input through its own pole
      echoic_kernels()->rotate(&turns, x, y, 1U);
    }
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  const Node* const m = (const Node*)node;
  return echoic_node_state(
    state, index == 0U ? "h" : NULL, m->width_out, 0U, m->state);
}

ECHOIC_RT bool
echoic_memory_turns(const void* const node, EchoicTurns* const turns)
{
  const Node* const m = (const Node*)node;
  *turns              = turns_of(m);
  return is_fixed_diagonal(m);
}

const EchoicNodeType echoic_memory_type = {
  "memory",
  bytes,
  prepare,
  reset,
  process,
  state,
};
