// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_CONVERT_CHECKS_H
#define ECHOIC_TESTS_CONVERT_CHECKS_H

/* Of every kind of cell that is converted: with a configuration the tensors
   that the authors' constructor makes, no others. */

#include "host/convert.h"
#include "host/graph_host.h"
#include "tests/node_runner.h"
#include "tests/temp.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define MAX_TENSORS 64U

/// A tensor that a constructor makes
typedef struct {
  const char* name;
  uint32_t    n_dims;
  uint64_t    dims[4];
} Want;

/// A configuration and its tensors
typedef struct {
  const char* cell;
  const char* config;
  uint32_t    width;     ///< Of the output, up to 64
  bool        is_tokens; ///< Input
  Want        tensors[MAX_TENSORS];
} Kind;

static char path[temp_size]; ///< Of the weights

static inline uint64_t
count(const EchoicTensorOut* const t)
{
  uint64_t n = 1U;
  for (uint32_t d = 0U; d < t->n_dims; ++d) {
    n *= t->dims[d];
  }

  return n;
}

/// Write tensors of noise
static inline void
write_weights(EchoicTensorOut* const tensors, const uint32_t n)
{
  uint8_t* bytes = NULL;
  size_t   size  = 0U;
  srand(1U);
  for (uint32_t i = 0U; i < n; ++i) {
    const uint64_t n_elements = count(&tensors[i]);
    float* const   data = (float*)malloc((n_elements + 1U) * sizeof(float));
    fill_noise(data, n_elements);
    tensors[i].data = data;
  }

  ck_assert_int_eq(
    echoic_safetensors_write(tensors, n, NULL, NULL, 0U, &bytes, &size, NULL),
    ECHOIC_OK);
  ck_assert_int_eq(echoic_save_bytes(bytes, size, path, NULL), ECHOIC_OK);
  free(bytes);
  for (uint32_t i = 0U; i < n; ++i) {
    free((void*)(uintptr_t)tensors[i].data);
  }
}

/// Describe the tensors of a kind; their number
static inline uint32_t
want(const Kind* const kind, EchoicTensorOut* const tensors)
{
  uint32_t n = 0U;
  for (; n < MAX_TENSORS && kind->tensors[n].name; ++n) {
    const Want* const w = &kind->tensors[n];
    memset(&tensors[n], 0, sizeof(tensors[n]));
    tensors[n].name   = w->name;
    tensors[n].dtype  = ECHOIC_F32;
    tensors[n].n_dims = w->n_dims;
    memcpy(tensors[n].dims, w->dims, sizeof(w->dims));
  }

  return n;
}

static inline EchoicStatus
convert(const char* const      cell,
        const char* const      config,
        EchoicGraphSpec* const graph,
        EchoicError* const     error)
{
  const EchoicCell* c = echoic_cells;
  while (c->name && strcmp(c->name, cell) != 0) {
    ++c;
  }

  ck_assert_ptr_nonnull(c->name);
  return echoic_convert_cell(c, config, path, graph, error);
}

static inline void
check_refused(const char* const cell,
              const char* const config,
              const char* const says)
{
  EchoicGraphSpec graph;
  EchoicError     error = {ECHOIC_OK, ""};
  ck_assert_int_ne(convert(cell, config, &graph, &error), ECHOIC_OK);
  ck_assert_msg(strstr(error.text, says) != NULL,
                "'%s' doesn't say '%s'",
                error.text,
                says);
}

/// What was converted runs
static inline void
check_runs(const Kind* const kind)
{
  EchoicTensorOut tensors[MAX_TENSORS];
  EchoicGraphSpec graph;
  EchoicHostGraph host;
  EchoicError     error = {ECHOIC_OK, ""};
  float           in[20 * 64];
  float           out[20 * 64];
  write_weights(tensors, want(kind, tensors));
  ck_assert_msg(
    !convert(kind->cell, kind->config, &graph, &error), "%s", error.text);
  ck_assert_msg(
    !echoic_host_graph_new(&graph, &host, &error), "%s", error.text);
  fill_noise(in, 20U * graph.width_in);
  for (uint32_t f = 0U; kind->is_tokens && f < 20U; ++f) {
    in[f] = (float)(f % 9U);
  }
  echoic_graph_process(host.graph, in, out, 20U);
  for (uint32_t i = 0U; i < 20U * kind->width; ++i) {
    ck_assert(isfinite(out[i]));
    ck_assert(out[i] != 0.0F);
  }
  echoic_host_graph_free(&host);
  echoic_graph_spec_clear(&graph);
}

/// A tensor that is missing, shorter or one too many is named
static inline void
check_tensors(const Kind* const kind)
{
  EchoicTensorOut all[MAX_TENSORS];
  EchoicTensorOut some[MAX_TENSORS];
  const uint32_t  n = want(kind, all);
  for (uint32_t i = 0U; i < n; ++i) {
    const char* const name = all[i].name;
    memcpy(some, all, sizeof(all));
    some[i].name = "unheard.of";
    write_weights(some, n);
    check_refused(kind->cell, kind->config, name);
    memcpy(some, all, sizeof(all));
    some[i].dims[all[i].n_dims - 1U] += 1U;
    write_weights(some, n);
    check_refused(kind->cell, kind->config, name);
  }
  memcpy(some, all, sizeof(all));
  some[n]      = all[0];
  some[n].name = "unheard.of";
  write_weights(some, n + 1U);
  check_refused(kind->cell, kind->config, "unheard.of");
}

/// Row `r` of the matrix `name` with `n` columns times x
static inline double
row_of(const EchoicTensorFile* const f,
       const char* const             name,
       const uint32_t                r,
       const uint32_t                n,
       const double* const           x)
{
  const EchoicFileTensor* const t = echoic_safetensors_find(&f->file, name);
  float* const w   = (float*)malloc(t->n_elements * sizeof(float));
  double       sum = 0.0;
  echoic_tensor_read(t, w);
  for (uint32_t i = 0U; i < n; ++i) {
    sum += (double)w[(r * n) + i] * x[i];
  }
  free(w);
  return sum;
}

/// Run the tests, with a file for the weights
static inline int
run_converted(Suite* const suite)
{
  if (!temp_file(path, "convert")) {
    return EXIT_FAILURE;
  }

  SRunner* const runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  const int n_failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  (void)unlink(path);
  return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif // ECHOIC_TESTS_CONVERT_CHECKS_H
