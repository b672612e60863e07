// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* A trained language model of others (RWKV-5, 730 thousand weights, bytes):
   its published logits, and the text that it goes on with.  All logits of a
   longer text: test_checkpoints.sh. */

#include "dsp/safetensors.h"
#include "host/convert.h"
#include "host/graph_host.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_TOKENS 256U
#define N_GREEDY 60U ///< Bytes at the end that the model chose itself

static EchoicTensorFile io;
static EchoicGraphSpec  spec;
static EchoicHostGraph  model;

static const char*
shared(const char* const suffix)
{
  static char       path[1024];
  const char* const dir = getenv("ECHOIC_SHARED");
  (void)snprintf(path,
                 sizeof(path),
                 "%s/golden/real/tiny-rwkv-5v2-730K.%s",
                 dir ? dir : "../shared",
                 suffix);
  return path;
}

/// Make the model with that eps of the group norm
static void
make(const char* const config)
{
  const EchoicCell* cell  = echoic_cells;
  EchoicError       error = {ECHOIC_OK, ""};
  while (strcmp(cell->name, "rwkv5") != 0) {
    ++cell;
  }

  ck_assert_msg(
    !echoic_load_tensors(shared("io.safetensors"), &io, &error) &&
      !echoic_convert_cell(
        cell, config, shared("weights.safetensors"), &spec, &error) &&
      !echoic_host_graph_new(&spec, &model, &error),
    "%s",
    error.text);
  ck_assert_uint_eq(echoic_graph_width(model.graph, 0U), N_TOKENS);
}

static void
drop(void)
{
  echoic_host_graph_free(&model);
  echoic_graph_spec_clear(&spec);
  echoic_tensor_file_clear(&io);
}

static float*
read_tensor(const char* const name, uint32_t* const n)
{
  const EchoicFileTensor* const t = echoic_safetensors_find(&io.file, name);
  ck_assert_msg(t != NULL, "%s", name);
  float* const data = (float*)malloc(t->n_elements * sizeof(float));
  ck_assert_ptr_nonnull(data);
  echoic_tensor_read(t, data);
  *n = (uint32_t)t->n_elements;
  return data;
}

/// Logits after the published prompt are the published ones
static double
published_error(void)
{
  uint32_t     n        = 0U;
  uint32_t     n_logits = 0U;
  float*       y        = NULL;
  float* const tokens   = read_tensor("prompt_in.tokens", &n);
  float* const expected =
    read_tensor("prompt_in.expected_logits_repo", &n_logits);
  ck_assert_uint_eq(n_logits, N_TOKENS);
  y = (float*)malloc((size_t)n * N_TOKENS * sizeof(float));
  ck_assert_ptr_nonnull(y);
  echoic_graph_process(model.graph, tokens, y, n);
  const float* const last = y + ((size_t)(n - 1U) * N_TOKENS);
  double             e    = 0.0;
  for (uint32_t i = 0U; i < N_TOKENS; ++i) {
    e = fmax(e, fabs((double)last[i] - (double)expected[i]));
  }
  free(tokens);
  free(expected);
  free(y);
  return e;
}

START_TEST(test_published)
{
  make("{\"ln_x_eps\": 1e-5}");
  const double e = published_error();
  printf("published logits within %.2g\n", e);
  ck_assert_double_le(e, 3e-5);
  drop();

  make("{}"); // That of ChatRWKV is another model
  ck_assert_double_gt(published_error(), 0.1);
  drop();
}
END_TEST

static uint32_t
most_likely(const float* const logits)
{
  uint32_t best = 0U;
  for (uint32_t i = 1U; i < N_TOKENS; ++i) {
    best = logits[i] > logits[best] ? i : best;
  }

  return best;
}

/// Fed with its own most likely bytes, it writes what its authors' code wrote
START_TEST(test_greedy)
{
  uint32_t n = 0U;
  float    logits[N_TOKENS];
  char     text[N_GREEDY + 1U] = "";
  make("{\"ln_x_eps\": 1e-5}");
  float* const tokens = read_tensor("in.tokens", &n);
  ck_assert_uint_gt(n, N_GREEDY);
  for (uint32_t t = 0U; t < n; ++t) {
    const uint32_t i = t + N_GREEDY - n; // Chosen so far, where it isn't large
    const float x = t < n - N_GREEDY ? tokens[t] : (float)most_likely(logits);
    ck_assert(x == tokens[t]);
    if (t >= n - N_GREEDY) {
      text[i] = (char)x;
    }
    echoic_graph_process(model.graph, &x, logits, 1U);
  }
  printf("it goes on: %s\n", text);
  free(tokens);
  drop();
}
END_TEST

int
main(void)
{
  FILE* const file = fopen(shared("io.safetensors"), "rb");
  if (!file) {
    printf("skip language model: no %s\n", shared("io.safetensors"));
    return EXIT_SUCCESS;
  }
  (void)fclose(file);

  Suite* const suite = suite_create("language");
  TCase* const tc    = tcase_create("all");
  tcase_add_test(tc, test_published);
  tcase_add_test(tc, test_greedy);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
