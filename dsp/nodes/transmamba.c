// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/nodes/transmamba.h"

#include "dsp/nodes/transmamba_step.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const char* const tensors[] = {"a", "beta", "gain", NULL};
static const char* const numbers[] =
  {"taps", "modes", "b", "length", "allow_unit", NULL};
static const char* const words[] = {"form", "code", "parts", NULL};

static const uint32_t max_rows = 1000000U;

static const char* const forms[] = {"delay", "recurrent", "xmamba", "mambax"};

typedef EchoicTransmamba Node;

static EchoicStatus
read_form(const EchoicNodeSpec* const spec,
          Node* const                 n,
          EchoicError* const          error)
{
  const char* const word = echoic_node_word(spec, "form", "xmamba");
  uint32_t          i    = 0U;
  while (i < 4U && strcmp(forms[i], word)) {
    ++i;
  }

  n->form              = (EchoicForm)i;
  const bool has_taps  = i != ECHOIC_FORM_RECURRENT;
  const bool has_modes = i != ECHOIC_FORM_DELAY;
  n->b                 = (float)echoic_node_number(spec, "b", 1.0);
  EchoicStatus st      = ECHOIC_OK;
  if (i == 4U || !(fabsf(n->b) <= 1e6F)) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "node '%s': form is '%s' and b %g: must be delay, "
                        "recurrent, xmamba or mambax, and from -1e6 to 1e6",
                        spec->id,
                        word,
                        (double)n->b);
  }

  if (has_taps && (st = echoic_node_whole(
                     spec, "taps", 0.0, 1U, max_rows, &n->n_taps, error))) {
    return st;
  }

  if (has_modes && (st = echoic_node_whole(
                      spec, "modes", 0.0, 1U, max_rows, &n->n_modes, error))) {
    return st;
  }

  const char* const parts = echoic_node_word(spec, "parts", "complex");
  n->is_real              = !strcmp(parts, "real");
  if (!n->is_real && strcmp(parts, "complex")) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "node '%s': parts is '%s': must be complex or real",
                        spec->id,
                        parts);
  }

  return echoic_angle_read(spec, ECHOIC_ANGLE_NONE, &n->angle, error);
}

/// Check a tensor of (M) or (M, W)
static EchoicStatus
check_tensor(const EchoicNodeSpec* const spec,
             const Node* const           n,
             const char* const           name,
             const float                 most,
             EchoicError* const          error)
{
  const EchoicTensor* const t      = echoic_node_tensor(spec, name);
  const uint32_t            dims[] = {n->n_modes, n->width};
  const bool                is_2d  = t && t->n_dims == 2U;
  const EchoicStatus        st =
    echoic_node_expect(spec, name, is_2d ? 2U : 1U, dims, error);
  const size_t size = (size_t)n->n_modes * (is_2d ? n->width : 1U);
  for (size_t i = 0U; !st && t && i < size; ++i) {
    if (!(fabsf(t->data[i]) <= most)) {
      return echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "node '%s': tensor '%s' holds %g: its magnitude must "
                          "be %s",
                          spec->id,
                          name,
                          (double)t->data[i],
                          most < 1.0F    ? "below 1 to fade"
                          : most == 1.0F ? "at most 1"
                                         : "at most 1e6");
    }
  }

  return st;
}

static EchoicStatus
check_tensors(const EchoicNodeSpec* const spec,
              const Node* const           n,
              EchoicError* const          error)
{
  const bool  unit = echoic_node_number(spec, "allow_unit", 0.0) == 1.0;
  const float most = unit ? 1.0F : nextafterf(1.0F, 0.0F);
  const bool  beta = echoic_node_tensor(spec, "beta");
  const bool  gain = echoic_node_tensor(spec, "gain");
  if (!n->n_modes) {
    return beta || gain || echoic_node_tensor(spec, "a")
             ? echoic_error(error,
                            ECHOIC_BAD_FORMAT,
                            "node '%s': form delay has no modes, and none of "
                            "the tensors a, beta and gain",
                            spec->id)
             : ECHOIC_OK;
  }

  EchoicStatus st = check_tensor(spec, n, "a", most, error);
  st = st || !beta ? st : check_tensor(spec, n, "beta", 1e6F, error);
  return st || !gain ? st : check_tensor(spec, n, "gain", 1e6F, error);
}

static EchoicStatus
configure(const EchoicNodeSpec* const  spec,
          const EchoicNodeShape* const shape,
          Node* const                  n,
          EchoicError* const           error)
{
  n->width            = shape->width_in[0];
  n->has_coefficients = shape->n_inputs > 1U;
  EchoicStatus st     = read_form(spec, n, error);
  if (st || (st = check_tensors(spec, n, error))) {
    return st;
  }

  return !n->has_coefficients || shape->width_in[1] == n->n_modes + 2U
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_SHAPE,
                          "node '%s': the coefficients have width %u: must be "
                          "%u, for b, a and each beta",
                          spec->id,
                          shape->width_in[1],
                          n->n_modes + 2U);
}

static EchoicStatus
bytes(const EchoicNodeSpec* const spec,
      EchoicNodeShape* const      shape,
      EchoicError* const          error)
{
  Node         n  = {0};
  EchoicStatus st = shape->n_inputs == 1U
                      ? ECHOIC_OK
                      : echoic_node_expect_inputs(spec, shape, 2U, error);
  if (st ||
      (st = echoic_node_expect_only(spec, tensors, numbers, words, error)) ||
      (st = configure(spec, shape, &n, error))) {
    return st;
  }

  const uint64_t rows  = (uint64_t)n.n_taps + n.n_modes;
  const uint64_t width = 2U * rows * n.width;
  const size_t   state = width > ECHOIC_MAX_WIDTH ? 0U : (size_t)width;
  const size_t   modes = (size_t)n.n_modes * n.width * sizeof(float);
  shape->width_out     = (uint32_t)(n.is_real ? state / 2U : state);
  shape->bytes         = echoic_arena_round(sizeof(Node)) +
                 (3U * echoic_arena_round(modes)) +
                 echoic_arena_round(2U * (size_t)n.width * sizeof(float)) +
                 echoic_arena_round(state * sizeof(float));
  return ECHOIC_OK;
}

/// Spread a tensor of (M) or (M, W), or ones, over (M, W)
static float*
spread(const Node* const         n,
       const EchoicTensor* const t,
       EchoicArena* const        arena)
{
  const size_t size = (size_t)n->n_modes * n->width;
  float* const to   = (float*)echoic_arena_take(arena, size, sizeof(float));
  for (size_t i = 0U; to && i < size; ++i) {
    to[i] = !t ? 1.0F : t->data[t->n_dims == 2U ? i : i / n->width];
  }

  return to;
}

static EchoicStatus
prepare(const EchoicNodeSpec* const  spec,
        const EchoicNodeShape* const shape,
        EchoicArena* const           arena,
        void** const                 node,
        EchoicError* const           error)
{
  Node* const        n = (Node*)echoic_arena_take(arena, 1U, sizeof(Node));
  const EchoicStatus st =
    n ? configure(spec, shape, n, error) : ECHOIC_NO_SPACE;
  if (n && !st) {
    n->a    = spread(n, echoic_node_tensor(spec, "a"), arena);
    n->beta = spread(n, echoic_node_tensor(spec, "beta"), arena);
    n->gain = spread(n, echoic_node_tensor(spec, "gain"), arena);
    n->sum =
      (float*)echoic_arena_take(arena, 2U * (size_t)n->width, sizeof(float));
    n->h = (float*)echoic_arena_take(
      arena, echoic_transmamba_size(n), sizeof(float));
  }

  if (!n || (!st && (!n->a || !n->beta || !n->gain || !n->sum || !n->h))) {
    return echoic_error(
      error, ECHOIC_NO_SPACE, "node '%s': no space", spec->id);
  }

  *node = n;
  return st;
}

static ECHOIC_RT void
reset(void* const node)
{
  Node* const n = (Node*)node;
  n->position   = 0;
  memset(n->h, 0, echoic_transmamba_size(n) * sizeof(float));
}

static void
write_out(const Node* const n, float* const y)
{
  const size_t size = echoic_transmamba_size(n);
  if (!n->is_real) {
    memcpy(y, n->h, size * sizeof(float));
    return;
  }

  for (size_t k = 0U; k < size / 2U; ++k) {
    y[k] = n->h[2U * k];
  }
}

static ECHOIC_RT void
process(void* const               node,
        const float* const* const in,
        float* const              out,
        const uint32_t            n_frames)
{
  Node* const  n    = (Node*)node;
  const size_t size = echoic_transmamba_size(n);
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const double          angle = echoic_angle_step(&n->angle, n->position++);
    EchoicTransmambaFrame f     = {
          n->b, 1.0F, NULL, (float)cos(angle), (float)sin(angle)};
    if (n->has_coefficients) {
      const float* const c = in[1] + ((size_t)i * (n->n_modes + 2U));
      f.b *= c[0];
      f.a    = c[1];
      f.beta = c + 2U;
    }
    echoic_transmamba_step(n, in[0] + ((size_t)i * n->width), &f);
    write_out(n, out + (i * (n->is_real ? size / 2U : size)));
  }
}

static ECHOIC_RT bool
state(void* const node, const uint32_t index, EchoicNodeState* const state)
{
  Node* const n = (Node*)node;
  return index == 0U
           ? echoic_node_state(
               state, "h", (uint32_t)echoic_transmamba_size(n), 0U, n->h)
           : echoic_node_count(
               state, index == 1U ? "position" : NULL, &n->position);
}

const EchoicNodeType echoic_transmamba_type = {
  "transmamba",
  bytes,
  prepare,
  reset,
  process,
  state,
};
