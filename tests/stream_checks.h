// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_STREAM_CHECKS_H
#define ECHOIC_TESTS_STREAM_CHECKS_H

/* What every node must do, whatever it computes; inputs of any number. */

#include "tests/node_runner.h"

#include <math.h>
#include <stdint.h>

/// Run frames from `first` on
static inline void
run_from(const Runner* const       r,
         const float* const* const in,
         float* const              out,
         const uint32_t            first,
         const uint32_t            n_frames)
{
  const float* inputs[ECHOIC_MAX_INPUTS] = {NULL};
  for (uint32_t i = 0U; i < r->shape.n_inputs; ++i) {
    inputs[i] = in[i] + ((size_t)first * r->shape.width_in[i]);
  }
  r->type->process(
    r->node, inputs, out + ((size_t)first * r->shape.width_out), n_frames);
}

/// After a reset, blocks of 1, 7, 64 and of random sizes give the same bits
static inline void
check_splits(Runner* const             r,
             const float* const* const in,
             const uint32_t            n_frames)
{
  static const uint32_t blocks[] = {1U, 7U, 64U, 0U};
  const size_t n     = (size_t)n_frames * r->shape.width_out * sizeof(float);
  float* const whole = (float*)malloc(n);
  float* const split = (float*)malloc(n);
  r->type->reset(r->node);
  run_from(r, in, whole, 0U, n_frames);
  for (unsigned b = 0U; b < 4U; ++b) {
    memset(split, 0xFF, n);
    r->type->reset(r->node);
    for (uint32_t f = 0U; f < n_frames;) {
      const uint32_t wanted = blocks[b] ? blocks[b] : (uint32_t)rand() % 90U;
      const uint32_t size   = wanted < n_frames - f ? wanted : n_frames - f;
      run_from(r, in, split, f, size);
      f += size;
    }
    ck_assert_msg(!memcmp(whole, split, n), "blocks of %u", blocks[b]);
  }
  free(whole);
  free(split);
}

/// Return how many numbers a piece of state has
static inline size_t
state_size(const EchoicNodeState* const piece)
{
  size_t n = 1U;
  for (uint32_t d = 0U; d < piece->n_dims; ++d) {
    n *= piece->dims[d];
  }

  return n;
}

static inline void
copy_piece(const EchoicNodeState* const from, const EchoicNodeState* const to)
{
  size_t n = 1U;
  ck_assert_str_eq(from->name, to->name);
  for (uint32_t d = 0U; d < from->n_dims; ++d) {
    n *= from->dims[d];
  }

  if (from->count) {
    *to->count = *from->count;
  } else {
    memcpy(to->data, from->data, n * sizeof(float));
  }
}

/// Copy a node's state into another one, piece by piece
static inline void
copy_state(const Runner* const from, const Runner* const to)
{
  EchoicNodeState a;
  EchoicNodeState b;
  for (uint32_t i = 0U; from->type->state(from->node, i, &a); ++i) {
    ck_assert(to->type->state(to->node, i, &b));
    copy_piece(&a, &b);
  }
}

/// The pieces of the state are all there is: another node continues with them
static inline void
check_state(const EchoicNodeSpec* const spec,
            const uint32_t* const       widths,
            const float* const* const   in,
            const uint32_t              n_frames)
{
  Runner       a    = prepare(spec, widths);
  Runner       b    = prepare(spec, widths);
  const size_t n    = (size_t)n_frames * a.shape.width_out;
  float* const y    = (float*)malloc(n * sizeof(float));
  float* const z    = (float*)malloc(n * sizeof(float));
  const size_t half = n_frames / 2U;
  const size_t from = half * a.shape.width_out;
  run_from(&a, in, y, 0U, (uint32_t)half);
  copy_state(&a, &b);
  run_from(&a, in, y, (uint32_t)half, n_frames - (uint32_t)half);
  run_from(&b, in, z, (uint32_t)half, n_frames - (uint32_t)half);
  ck_assert(!memcmp(y + from, z + from, (n - from) * sizeof(float)));
  free(y);
  free(z);
  release(&a);
  release(&b);
}

/// Every size short of enough fails, says which node, and sets nothing
static inline void
check_no_space(const EchoicNodeSpec* const spec, const uint32_t* const widths)
{
  Runner r = prepare(spec, widths);
  for (size_t size = 0U; size < r.shape.bytes; size += ECHOIC_ARENA_ALIGN) {
    EchoicArena arena = {(unsigned char*)r.block, size, 0U};
    EchoicError error = {ECHOIC_OK, ""};
    void*       node  = NULL;
    ck_assert_int_eq(r.type->prepare(spec, &r.shape, &arena, &node, &error),
                     ECHOIC_NO_SPACE);
    ck_assert_ptr_null(node);
    ck_assert_uint_le(arena.used, size);
    ck_assert_ptr_nonnull(strstr(error.text, "node 'n'"));
  }
  release(&r);
}

/// Refused with that status, saying so
static inline void
check_refused(const EchoicNodeSpec* const spec,
              const uint32_t* const       widths,
              const EchoicStatus          status,
              const char* const           says)
{
  EchoicNodeShape shape = shape_of(spec, widths);
  EchoicError     error = {ECHOIC_OK, ""};
  ck_assert_int_eq(echoic_node_type(spec->type)->bytes(spec, &shape, &error),
                   status);
  ck_assert_msg(strstr(error.text, says) && strstr(error.text, "'n'"),
                "'%s' doesn't say \"%s\"",
                error.text,
                says);
}

/// A graph of one node goes on after an input that isn't finite, or is huge
static inline void
check_recovery(EchoicGraphSpec* const spec, const uint32_t width)
{
  static const float bad[] = {NAN, INFINITY, -INFINITY, 3e38F, -3e38F};
  size_t             bytes = 0U;
  uint32_t           w     = 0U;
  EchoicGraph*       graph = NULL;
  spec->width_in           = width;
  ck_assert_int_eq(echoic_graph_bytes(spec, &bytes, &w, NULL), ECHOIC_OK);
  EchoicArena arena = {
    (unsigned char*)aligned_alloc(ECHOIC_ARENA_ALIGN, bytes), bytes, 0U};
  ck_assert_int_eq(echoic_graph_prepare(spec, &arena, &graph, NULL), ECHOIC_OK);
  float* const in  = (float*)malloc(width * sizeof(float));
  float* const out = (float*)malloc(w * sizeof(float));
  for (unsigned f = 0U; f < 100U; ++f) {
    fill_noise(in, width);
    in[f % width] = f % 20U == 10U ? bad[f / 20U] : in[f % width];
    echoic_graph_process(graph, in, out, 1U);
    for (uint32_t i = 0U; i < w; ++i) {
      ck_assert(isfinite(out[i]));
      ck_assert(f % 20U >= 10U || f > 60U || out[i] != 0.0F); // 3e38 may last
    }
  }

  free(in);
  free(out);
  free(arena.base);
}

/// A spec is refused, at the latest by prepare, and the message says so
static inline void
check_unusable(const EchoicNodeSpec* const spec,
               const uint32_t              width,
               const char* const           what)
{
  EchoicError                 error = {ECHOIC_OK, ""};
  const EchoicNodeType* const type  = echoic_node_type(spec->type);
  EchoicNodeShape             shape = shape_of(spec, &width);
  EchoicStatus                st    = type->bytes(spec, &shape, &error);
  if (!st) {
    void* const block =
      aligned_alloc(ECHOIC_ARENA_ALIGN, echoic_arena_round(shape.bytes));
    EchoicArena arena = {(unsigned char*)block, shape.bytes, 0U};
    void*       node  = NULL;
    st                = type->prepare(spec, &shape, &arena, &node, &error);
    ck_assert_ptr_null(node);
    free(block);
  }

  ck_assert_int_ne(st, ECHOIC_OK);
  ck_assert_ptr_nonnull(strstr(error.text, "node 'n'"));
  ck_assert_msg(strstr(error.text, what) != NULL,
                "'%s' should mention '%s'",
                error.text,
                what);
}

#endif // ECHOIC_TESTS_STREAM_CHECKS_H
