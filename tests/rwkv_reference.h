// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_RWKV_REFERENCE_H
#define ECHOIC_TESTS_RWKV_REFERENCE_H

/* What RWKV-5 and RWKV-6 share, in double as their papers write it, and their
   time mixing by the authors' numbers. */

#include "tests/golden_case.h"
#include "tests/node_runner.h"

#include <math.h>

#define MAX_WIDTH 24U ///< Of the nodes tested here
#define MAX_FFN 100U

/// Append a tensor of up to three dimensions, of noise that large
static inline float*
noisy_tensor(EchoicNodeSpec* const spec,
             const char* const     name,
             const uint32_t        n_dims,
             const uint32_t        d0,
             const uint32_t        d1,
             const uint32_t        d2,
             const float           scale)
{
  const uint32_t dims[] = {d0, d1, d2};
  const size_t   n =
    (size_t)d0 * (n_dims > 1U ? d1 : 1U) * (n_dims > 2U ? d2 : 1U);
  float* const data = echoic_node_spec_tensor(spec, name, n_dims, dims);
  ck_assert_ptr_nonnull(data);
  fill_noise(data, n);
  for (size_t i = 0U; i < n; ++i) {
    data[i] *= scale;
  }

  return data;
}

/// Append the tensors of dsp/nodes/wkv.h
static inline void
describe_wkv(EchoicNodeSpec* const spec,
             const uint32_t        n_heads,
             const uint32_t        size)
{
  static const char* const matrices[] = {"receptance.weight",
                                         "key.weight",
                                         "value.weight",
                                         "gate.weight",
                                         "output.weight"};
  const uint32_t           width      = n_heads * size;
  for (unsigned i = 0U; i < 5U; ++i) {
    noisy_tensor(spec, matrices[i], 2U, width, width, 0U, 0.7F);
  }
  noisy_tensor(spec, "time_faaaa", 2U, n_heads, size, 0U, 1.0F);
  noisy_tensor(spec, "ln_x.weight", 1U, width, 0U, 0U, 1.0F);
  noisy_tensor(spec, "ln_x.bias", 1U, width, 0U, 0U, 1.0F);
}

static inline const float*
weights_of(const EchoicNodeSpec* const spec, const char* const name)
{
  const EchoicTensor* const t = echoic_node_tensor(spec, name);
  ck_assert_msg(t != NULL, "%s", name);
  return t->data;
}

/// y = W x
static inline void
multiply(const float* const  w,
         const double* const x,
         double* const       y,
         const uint32_t      n_out,
         const uint32_t      n_in)
{
  for (uint32_t o = 0U; o < n_out; ++o) {
    y[o] = 0.0;
    for (uint32_t i = 0U; i < n_in; ++i) {
      y[o] += (double)w[((size_t)o * n_in) + i] * x[i];
    }
  }
}

static inline double
logistic(const double x)
{
  return 1.0 / (1.0 + exp(-x));
}

/// (y - mean) / sqrt(variance + eps) of one head
static inline void
group_norm(double* const y, const uint32_t n, const double eps)
{
  double mean     = 0.0;
  double variance = 0.0;
  for (uint32_t i = 0U; i < n; ++i) {
    mean += y[i] / n;
  }
  for (uint32_t i = 0U; i < n; ++i) {
    variance += (y[i] - mean) * (y[i] - mean) / n;
  }
  for (uint32_t i = 0U; i < n; ++i) {
    y[i] = (y[i] - mean) / sqrt(variance + eps);
  }
}

typedef double WkvState[MAX_WIDTH][MAX_WIDTH]; ///< [head and key][value]

/// One frame of the memory, the norm, the gate and the output
static inline void
reference_wkv(const EchoicNodeSpec* const spec,
              double (*const mixed)[MAX_WIDTH], // For r, k, v, g
              const double* const decay,
              const double        eps,
              WkvState            state,
              double* const       out)
{
  const EchoicTensor* const bonus = echoic_node_tensor(spec, "time_faaaa");
  const uint32_t            size  = bonus->dims[1];
  const uint32_t            n     = bonus->dims[0] * size;
  double                    r[MAX_WIDTH];
  double                    k[MAX_WIDTH];
  double                    v[MAX_WIDTH];
  double                    g[MAX_WIDTH];
  double                    y[MAX_WIDTH] = {0.0};
  multiply(weights_of(spec, "receptance.weight"), mixed[0], r, n, n);
  multiply(weights_of(spec, "key.weight"), mixed[1], k, n, n);
  multiply(weights_of(spec, "value.weight"), mixed[2], v, n, n);
  multiply(weights_of(spec, "gate.weight"), mixed[3], g, n, n);
  for (uint32_t i = 0U; i < n; ++i) { // Key
    for (uint32_t j = 0U; j < size; ++j) {
      const uint32_t to    = ((i / size) * size) + j; // Value of the same head
      const double   fresh = k[i] * v[to];
      y[to] += r[i] * (((double)bonus->data[i] * fresh) + state[i][j]);
      state[i][j] = (decay[i] * state[i][j]) + fresh;
    }
  }
  for (uint32_t h = 0U; h < n; h += size) {
    group_norm(y + h, size, eps);
  }
  for (uint32_t i = 0U; i < n; ++i) {
    y[i] = ((y[i] * (double)weights_of(spec, "ln_x.weight")[i]) +
            (double)weights_of(spec, "ln_x.bias")[i]) *
           g[i] * logistic(g[i]);
  }
  multiply(weights_of(spec, "output.weight"), y, out, n, n);
}

/// Give a node the tensors of a case whose names begin with `prefix`
static inline void
take_weights(const Golden* const   g,
             const char* const     prefix,
             EchoicNodeSpec* const spec)
{
  const size_t length = strlen(prefix);
  for (uint32_t i = 0U; i < g->weights.n_tensors; ++i) {
    const EchoicFileTensor* const t = &g->weights.tensors[i];
    uint32_t                      dims[ECHOIC_MAX_DIMS];
    for (uint32_t d = 0U; d < t->n_dims; ++d) {
      dims[d] = (uint32_t)t->dims[d];
    }
    if (!strncmp(t->name, prefix, length)) {
      echoic_tensor_read(
        t, echoic_node_spec_tensor(spec, t->name + length, t->n_dims, dims));
    }
  }
}

/// Time mixing of the first layer of a language model, as its authors have it
static inline void
check_first_layer(const char* const type, const char* const name)
{
  Golden          g;
  EchoicGraphSpec graph = {1U, 0U, NULL};
  EchoicNodeState piece;
  if (!golden_open(&g, name)) {
    return;
  }

  EchoicNodeSpec* const spec = new_spec(&graph, type, 1U);
  take_weights(&g, "blocks.0.att.", spec);
  float* const   in  = golden_tensor(&g, "out.tap.att0_in");
  float* const   all = golden_tensor(&g, "out.stateT.state");
  const uint32_t width =
    (uint32_t)echoic_safetensors_find(&g.io, "out.tap.att0_in")->dims[1];
  const uint32_t n_frames =
    (uint32_t)echoic_safetensors_find(&g.io, "out.tap.att0_in")->dims[0];
  float* const out = (float*)malloc((size_t)n_frames * width * sizeof(float));
  Runner       r   = prepare(spec, &width);
  run(&r, in, out, n_frames);
  const double e = golden_error(&g, "out.tap.att0_out", out);
  printf("%s: first layer within %.2g of %.2g\n", name, e, g.tolerance);
  ck_assert_double_le(e, g.tolerance);

  ck_assert(r.type->state(r.node, 1U, &piece));
  const float* const state =
    all + (2U * width); // Two rows of shifts come first
  for (uint32_t i = 0U; i < piece.dims[0] * piece.dims[1] * piece.dims[2];
       ++i) {
    ck_assert_double_eq_tol(
      (double)piece.data[i], (double)state[i], g.tolerance);
  }
  free(in);
  free(all);
  free(out);
  release(&r);
  echoic_graph_spec_clear(&graph);
  golden_close(&g);
}

#endif // ECHOIC_TESTS_RWKV_REFERENCE_H
