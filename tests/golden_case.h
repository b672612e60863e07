// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_GOLDEN_CASE_H
#define ECHOIC_TESTS_GOLDEN_CASE_H

/* A reference case of one node: weights, input, output and final state as the
   authors' code computes them, from the folder ECHOIC_SHARED. */

#include "dsp/safetensors.h"
#include "tests/node_runner.h"

#include <jansson.h>

#include <math.h>
#include <stdio.h>

typedef struct {
  const char*       name;
  double            tolerance;
  uint8_t*          bytes[2];
  EchoicSafetensors weights;
  EchoicSafetensors io;
} Golden;

static inline const char*
golden_path(const char* const name, const char* const suffix)
{
  static char       path[1024];
  const char* const dir = getenv("ECHOIC_SHARED");
  (void)snprintf(path,
                 sizeof(path),
                 "%s/golden/%s%s",
                 dir ? dir : "../shared",
                 name,
                 suffix);
  return path;
}

static inline uint8_t*
golden_read(const char* const path, EchoicSafetensors* const file)
{
  FILE* const f = fopen(path, "rb");
  ck_assert_msg(f != NULL, "%s", path);
  ck_assert_int_eq(fseek(f, 0L, SEEK_END), 0);
  const size_t size = (size_t)ftell(f);
  rewind(f);
  uint8_t* const bytes = (uint8_t*)malloc(size);
  ck_assert_uint_eq(fread(bytes, 1U, size, f), size);
  (void)fclose(f);
  ck_assert_int_eq(echoic_safetensors_parse(bytes, size, file, NULL),
                   ECHOIC_OK);
  return bytes;
}

static inline double
golden_tolerance(const json_t* const index, const char* const name)
{
  size_t        i         = 0U;
  const json_t* row       = NULL;
  double        tolerance = 0.0;
  json_array_foreach(index, i, row)
  {
    if (!strcmp(json_string_value(json_object_get(row, "name")), name)) {
      tolerance =
        json_number_value(json_object_get(row, "recommended_tol_f32_abs"));
    }
  }

  return tolerance;
}

/// Open a case; false, and a line that says so, where there is no reference
static inline bool
golden_open(Golden* const g, const char* const name)
{
  json_t* const index = json_load_file(golden_path("index.json", ""), 0U, NULL);
  if (!index) {
    printf("skip %s: no %s\n", name, golden_path("index.json", ""));
    return false;
  }

  g->name      = name;
  g->tolerance = golden_tolerance(index, name);
  g->bytes[0] =
    golden_read(golden_path(name, ".weights.safetensors"), &g->weights);
  g->bytes[1] = golden_read(golden_path(name, ".io.safetensors"), &g->io);
  ck_assert_double_gt(g->tolerance, 0.0);
  json_decref(index);
  return true;
}

static inline void
golden_close(Golden* const g)
{
  echoic_safetensors_clear(&g->weights);
  echoic_safetensors_clear(&g->io);
  free(g->bytes[0]);
  free(g->bytes[1]);
}

/// Give a node all weights, under their names
static inline void
golden_weights(const Golden* const g, EchoicNodeSpec* const spec)
{
  for (uint32_t i = 0U; i < g->weights.n_tensors; ++i) {
    const EchoicFileTensor* const t = &g->weights.tensors[i];
    uint32_t                      dims[ECHOIC_MAX_DIMS];
    for (uint32_t d = 0U; d < t->n_dims; ++d) {
      dims[d] = (uint32_t)t->dims[d];
    }
    float* const data = echoic_node_spec_tensor(spec, t->name, t->n_dims, dims);
    ck_assert_ptr_nonnull(data);
    echoic_tensor_read(t, data);
  }
}

static inline float*
golden_tensor(const Golden* const g, const char* const name)
{
  const EchoicFileTensor* const t = echoic_safetensors_find(&g->io, name);
  ck_assert_msg(t != NULL, "%s: %s", g->name, name);
  float* const data = (float*)malloc(t->n_elements * sizeof(float));
  echoic_tensor_read(t, data);
  return data;
}

/// Return the largest difference from a reference tensor
static inline double
golden_error(const Golden* const g, const char* const name, const float* x)
{
  const EchoicFileTensor* const t     = echoic_safetensors_find(&g->io, name);
  float* const                  data  = golden_tensor(g, name);
  double                        worst = 0.0;
  for (uint64_t i = 0U; i < t->n_elements; ++i) {
    const double e = fabs((double)x[i] - (double)data[i]);
    worst          = isnan(e) ? HUGE_VAL : fmax(worst, e);
  }

  free(data);
  return worst;
}

/// Every state that the reference has is there, of its shape and near it
static inline void
golden_check_states(const Golden* const g, const Runner* const r)
{
  static const char prefix[] = "out.stateT.";
  for (uint32_t i = 0U; i < g->io.n_tensors; ++i) {
    const EchoicFileTensor* const t = &g->io.tensors[i];
    EchoicNodeState               piece;
    uint32_t                      k = 0U;
    if (strncmp(t->name, prefix, strlen(prefix)) != 0) {
      continue;
    }
    while (r->type->state(r->node, k, &piece) &&
           strcmp(piece.name, t->name + strlen(prefix)) != 0) {
      ++k;
    }
    ck_assert_uint_eq(piece.n_dims, t->n_dims);
    for (uint32_t d = 0U; d < t->n_dims; ++d) {
      ck_assert_uint_eq(piece.dims[d], t->dims[d]);
    }
    const double e = golden_error(g, t->name, piece.data);
    printf("%s: %s within %.2g\n", g->name, t->name, e);
    ck_assert_double_le(e, g->tolerance);
  }
}

/// Run the case in blocks of 1, 7 and 64 frames: equal bits, near the reference
static inline void
golden_check(const Golden* const g, const EchoicNodeSpec* const spec)
{
  static const uint32_t         blocks[] = {1U, 7U, 64U};
  const EchoicFileTensor* const in    = echoic_safetensors_find(&g->io, "in.x");
  const uint32_t                width = (uint32_t)in->dims[1];
  const uint32_t                n_frames = (uint32_t)in->dims[0];
  float* const                  x        = golden_tensor(g, "in.x");
  Runner                        r        = prepare(spec, &width);
  const size_t                  n        = (size_t)n_frames * r.shape.width_out;
  float* const                  y        = (float*)malloc(n * sizeof(float));
  float* const                  first    = (float*)malloc(n * sizeof(float));
  for (unsigned b = 0U; b < 3U; ++b) {
    r.type->reset(r.node);
    for (uint32_t f = 0U; f < n_frames; f += blocks[b]) {
      const uint32_t left = n_frames - f;
      run(&r,
          x + ((size_t)f * width),
          y + ((size_t)f * r.shape.width_out),
          left < blocks[b] ? left : blocks[b]);
    }
    memcpy(first, b ? first : y, n * sizeof(float));
    ck_assert_mem_eq(first, y, n * sizeof(float));
    golden_check_states(g, &r);
  }

  const double e = golden_error(g, "out64.y", y);
  printf("%s: y within %.2g of %.2g\n", g->name, e, g->tolerance);
  ck_assert_double_le(e, g->tolerance);
  free(x);
  free(y);
  free(first);
  release(&r);
}

#endif // ECHOIC_TESTS_GOLDEN_CASE_H
