// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_STRUCTURES_H
#define ECHOIC_TESTS_STRUCTURES_H

/* Arrays of the talk's formulas, and nodes run on them. */

#include "tests/golden_case.h"
#include "tests/stream_checks.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { n_frames = 64, width = 16 };

static EchoicSafetensors arrays;
static uint8_t*          bytes_of_arrays;
static EchoicGraphSpec   graph;

/// Return the numbers of an array, until the end of the test
static inline float*
array(const char* const name)
{
  const EchoicFileTensor* const t = echoic_safetensors_find(&arrays, name);
  ck_assert_msg(t != NULL, "no array '%s'", name);
  float* const data = (float*)calloc(t->n_elements, sizeof(float));
  ck_assert_ptr_nonnull(data);
  echoic_tensor_read(t, data);
  return data;
}

static inline void
expect_near(const float* const x,
            const float* const expected,
            const size_t       n,
            const double       most,
            const char* const  what)
{
  double worst = 0.0;
  for (size_t i = 0U; i < n; ++i) {
    const double e = fabs((double)x[i] - (double)expected[i]);
    worst          = isnan(e) ? HUGE_VAL : fmax(worst, e);
  }

  printf("%s: within %.2g\n", what, worst);
  ck_assert_msg(worst <= most, "%s: %g", what, worst);
}

/// Run a node over the frames of its inputs, after the checks of every node
static inline float*
run_node(const EchoicNodeSpec* const spec,
         const uint32_t* const       widths,
         const float* const* const   in)
{
  Runner       r = prepare(spec, widths);
  const size_t n = (size_t)n_frames * r.shape.width_out;
  float* const y = (float*)malloc(n * sizeof(float));
  check_splits(&r, in, n_frames);
  r.type->reset(r.node);
  run_from(&r, in, y, 0U, n_frames);
  release(&r);
  check_no_space(spec, widths);
  if (echoic_node_type(spec->type)->state) {
    check_state(spec, widths, in, n_frames);
  }
  return y;
}

static inline EchoicNodeSpec*
fresh(const char* const type, const uint32_t n_inputs)
{
  echoic_graph_spec_clear(&graph);
  return new_spec(&graph, type, n_inputs);
}

static inline void
arrays_open(void)
{
  bytes_of_arrays =
    golden_read(golden_path("formulas.arrays", ".safetensors"), &arrays);
}

static inline void
arrays_close(void)
{
  echoic_safetensors_clear(&arrays);
  free(bytes_of_arrays);
}

/// Return a case for tests that need the arrays, null where they aren't
static inline TCase*
arrays_case(Suite* const suite)
{
  FILE* const there =
    fopen(golden_path("formulas.arrays", ".safetensors"), "rb");
  if (!there) {
    printf("skip formulas: no reference arrays\n");
    return NULL;
  }

  (void)fclose(there);
  TCase* const tcase = tcase_create("reference");
  tcase_add_unchecked_fixture(tcase, arrays_open, arrays_close);
  suite_add_tcase(suite, tcase);
  return tcase;
}

/// Run a suite on the graph, and free both
static inline int
run_structures(Suite* const suite)
{
  const int status = run_suite(suite);
  echoic_graph_spec_clear(&graph);
  return status;
}

#endif // ECHOIC_TESTS_STRUCTURES_H
