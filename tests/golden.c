// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What the shell tests of graphs need to look into tensor files:

   golden list INDEX                   a line for each case of an index.json:
                                       name, cell, weights, io, tolerance,
                                       config, separated by tabs
   golden compare OUT GOLDEN TOL [STATE_TOL]   largest difference of outputs,
                                       and of the states at the end
   golden cut IN FIRST END FILE [OUT]  frames of an input, beginning with the
                                       state at the end of OUT
   golden joined FIRST SECOND WHOLE    outputs of two cuts are those of the
                                       whole, to the bit
   golden reset GRAPH IN               after a reset the output is the same

   Exit status 0 if it holds; what was found is printed. */

#include "dsp/safetensors.h"
#include "host/graph_host.h"
#include "host/run_graph.h"

#include <jansson.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATE_IN "in.state0."
#define STATE_OUT "out.stateT."

static void
die(const char* const what, const char* const why)
{
  (void)fprintf(stderr, "golden: %s: %s\n", what, why);
  exit(2);
}

static EchoicTensorFile
load(const char* const path)
{
  EchoicTensorFile file;
  EchoicError      error = {ECHOIC_OK, ""};
  if (echoic_load_tensors(path, &file, &error)) {
    die("can't read", error.text);
  }

  return file;
}

static bool
starts(const char* const text, const char* const with)
{
  return !strncmp(text, with, strlen(with));
}

static int
list_cases(const char* const path)
{
  json_error_t why;
  json_t*      cases = json_load_file(path, 0, &why);
  size_t       i     = 0U;
  json_t*      c     = NULL;
  if (!json_is_array(cases)) {
    die(path, "isn't a list of cases");
  }

  json_array_foreach(cases, i, c)
  {
    char* const config =
      json_dumps(json_object_get(c, "config"), JSON_COMPACT | JSON_ENCODE_ANY);
    printf("%s\t%s\t%s\t%s\t%g\t%s\n",
           json_string_value(json_object_get(c, "name")),
           json_string_value(json_object_get(c, "cell")),
           json_string_value(json_object_get(c, "weights")),
           json_string_value(json_object_get(c, "io")),
           json_number_value(json_object_get(c, "recommended_tol_f32_abs")),
           config ? config : "{}");
    free(config);
  }

  json_decref(cases);
  return 0;
}

static double*
doubles(const EchoicFileTensor* const t)
{
  double* const x = (double*)malloc((t->n_elements + 1U) * sizeof(double));
  float* const  f = (float*)malloc((t->n_elements + 1U) * sizeof(float));
  if (!x || !f) {
    die(t->name, "out of memory");
  }

  echoic_tensor_read(t, f);
  for (uint64_t i = 0U; i < t->n_elements; ++i) {
    x[i] = (double)f[i];
  }

  if (t->dtype == ECHOIC_F64) { // Not aligned
    memcpy(x, t->data, t->n_elements * sizeof(double));
  }

  free(f);
  return x;
}

/// Return the largest difference, or infinity if shapes or numbers are wrong
static double
difference(const EchoicFileTensor* const a, const EchoicFileTensor* const b)
{
  double* const x     = doubles(a);
  double* const y     = doubles(b);
  double        worst = a->n_elements == b->n_elements ? 0.0 : HUGE_VAL;
  for (uint64_t i = 0U; worst < HUGE_VAL && i < a->n_elements; ++i) {
    const double d = fabs(x[i] - y[i]);
    worst          = isfinite(d) ? fmax(worst, d) : HUGE_VAL;
  }

  free(x);
  free(y);
  return worst;
}

/// Compare every "out64." and "out." of the reference, the former if both
static int
compare(const char* const out_path,
        const char* const in_path,
        const double      tol,
        const double      state_tol)
{
  EchoicTensorFile out         = load(out_path);
  EchoicTensorFile in          = load(in_path);
  double           worst       = 0.0;
  double           worst_state = 0.0;
  uint32_t         n           = 0U;
  uint32_t         n_bad       = 0U;
  for (uint32_t i = 0U; i < in.file.n_tensors; ++i) {
    const EchoicFileTensor* const t = &in.file.tensors[i];
    char                          name[256];
    const bool                    is_64 = starts(t->name, "out64.");
    (void)snprintf(name,
                   sizeof(name),
                   is_64 ? "out.%s" : "out64.%s",
                   strchr(t->name, '.') + 1);
    if (starts(t->name, "out.tap.") ||
        !(is_64 || (starts(t->name, "out.") &&
                    !echoic_safetensors_find(&in.file, name)))) {
      continue;
    }
    // A state of several nodes without a name of its own is their "h"
    const char* const mine = !strcmp(t->name, "out.stateT") ? STATE_OUT "h"
                             : is_64                        ? name
                                                            : t->name;
    const EchoicFileTensor* const o = echoic_safetensors_find(&out.file, mine);
    const double                  d = o ? difference(o, t) : HUGE_VAL;
    const bool                    is_state = starts(t->name, "out.stateT");
    double* const                 most     = is_state ? &worst_state : &worst;
    *most                                  = fmax(*most, d);
    n_bad += !(d <= (is_state ? state_tol : tol));
    ++n;
  }

  printf("largest error %.2g of %g, of states %.2g of %g, in %u tensors\n",
         worst,
         tol,
         worst_state,
         state_tol,
         n);
  echoic_tensor_file_clear(&out);
  echoic_tensor_file_clear(&in);
  return n && !n_bad ? 0 : 1;
}

/// Append rows `first` to `end` of a tensor under another name
static void
add_rows(EchoicTensorList* const       list,
         const EchoicFileTensor* const t,
         const char* const             name,
         const uint64_t                first,
         const uint64_t                end)
{
  uint64_t dims[ECHOIC_TENSOR_MAX_DIMS];
  memcpy(dims, t->dims, sizeof(dims));
  dims[0]               = end - first;
  const size_t size     = t->dims[0] ? t->size / t->dims[0] : 0U;
  const bool   is_whole = t->dtype > ECHOIC_BF16;
  if (t->dtype != ECHOIC_F32 && t->dtype != ECHOIC_I64) {
    die(t->name, "must be F32 or I64");
  }

  void* const data = echoic_tensor_list_add(
    list, name, is_whole ? ECHOIC_I64 : ECHOIC_F32, t->n_dims, dims);
  if (!data) {
    die(t->name, "out of memory");
  }

  memcpy(data, t->data + (first * size), (size_t)(end - first) * size);
}

static void
add_all(EchoicTensorList* const       list,
        const EchoicFileTensor* const t,
        const char* const             name)
{
  add_rows(list, t, name, 0U, t->n_dims ? t->dims[0] : 1U);
}

static void
write_list(EchoicTensorList* const list, const char* const path)
{
  uint8_t*    bytes = NULL;
  size_t      size  = 0U;
  EchoicError error = {ECHOIC_OK, ""};
  if (echoic_safetensors_write(list->tensors,
                               list->n_tensors,
                               NULL,
                               NULL,
                               0U,
                               &bytes,
                               &size,
                               &error) ||
      echoic_save_bytes(bytes, size, path, &error)) {
    die("can't write", error.text);
  }

  free(bytes);
  echoic_tensor_list_clear(list);
}

static int
cut(const char* const in_path,
    const uint64_t    first,
    const uint64_t    end,
    const char* const to,
    const char* const out_path)
{
  EchoicTensorFile in   = load(in_path);
  EchoicTensorList list = {0};
  for (uint32_t i = 0U; i < in.file.n_tensors; ++i) {
    const EchoicFileTensor* const t = &in.file.tensors[i];
    if (!strcmp(t->name, "in.x") || !strcmp(t->name, "in.tokens")) {
      add_rows(&list, t, t->name, first, end < t->dims[0] ? end : t->dims[0]);
    } else if (starts(t->name, "in.") &&
               !(out_path && starts(t->name, STATE_IN))) {
      add_all(&list, t, t->name);
    }
  }

  EchoicTensorFile out = {0};
  if (out_path) {
    out = load(out_path);
  }

  for (uint32_t i = 0U; i < out.file.n_tensors; ++i) {
    const EchoicFileTensor* const t = &out.file.tensors[i];
    char                          name[256];
    if (starts(t->name, STATE_OUT)) {
      (void)snprintf(
        name, sizeof(name), STATE_IN "%s", t->name + strlen(STATE_OUT));
      add_all(&list, t, name);
    }
  }

  write_list(&list, to);
  echoic_tensor_file_clear(&in);
  echoic_tensor_file_clear(&out);
  return 0;
}

static int
joined(const char* const a_path,
       const char* const b_path,
       const char* const path)
{
  EchoicTensorFile a     = load(a_path);
  EchoicTensorFile b     = load(b_path);
  EchoicTensorFile whole = load(path);
  int              bad   = 0;
  for (uint32_t i = 0U; i < whole.file.n_tensors; ++i) {
    const EchoicFileTensor* const t = &whole.file.tensors[i];
    const EchoicFileTensor* const x = echoic_safetensors_find(&a.file, t->name);
    const EchoicFileTensor* const y = echoic_safetensors_find(&b.file, t->name);
    const bool                    is_state = starts(t->name, STATE_OUT);
    const size_t                  n        = is_state || !x ? 0U : x->size;
    if (!x || !y || n + y->size != t->size ||
        (n && memcmp(t->data, x->data, n)) ||
        memcmp(t->data + n, y->data, y->size)) {
      printf("%s isn't that of the whole; ", t->name);
      bad = 1;
    }
  }

  puts(bad ? "" : "continued to the bit");
  echoic_tensor_file_clear(&a);
  echoic_tensor_file_clear(&b);
  echoic_tensor_file_clear(&whole);
  return bad;
}

/// Run twice with a reset between, and compare the bits of the main output
static int
reset(const char* const graph_path, const char* const in_path)
{
  EchoicError             error = {ECHOIC_OK, ""};
  EchoicGraphSpec         spec  = {0};
  EchoicHostGraph         host  = {0};
  EchoicTensorFile        in    = load(in_path);
  const EchoicFileTensor* x     = echoic_safetensors_find(&in.file, "in.x");
  x = x ? x : echoic_safetensors_find(&in.file, "in.tokens");
  if (!x || echoic_load_graph(graph_path, &spec, &error) ||
      echoic_run_set_constants(&in.file, &spec, &error) ||
      echoic_host_graph_new(&spec, &host, &error)) {
    die(graph_path, error.text);
  }

  const uint32_t n    = (uint32_t)(x->n_elements / spec.width_in);
  const size_t   size = (size_t)n * echoic_graph_width(host.graph, 0U);
  float* const   from = (float*)malloc(x->n_elements * sizeof(float));
  float* const   y    = (float*)calloc(2U * size, sizeof(float));
  if (!from || !y) {
    die(graph_path, "out of memory");
  }

  echoic_tensor_read(x, from);
  for (uint32_t i = 0U; i < 2U; ++i) {
    if (echoic_run_set_states(&in.file, &spec, host.graph, &error)) {
      die(in_path, error.text);
    }
    echoic_graph_process(host.graph, from, y + (i * size), n);
    echoic_graph_reset(host.graph);
  }

  const int bad = memcmp(y, y + size, size * sizeof(float)) != 0;
  puts(bad ? "differs after a reset" : "the same after a reset");
  free(from);
  free(y);
  echoic_host_graph_free(&host);
  echoic_graph_spec_clear(&spec);
  echoic_tensor_file_clear(&in);
  return bad;
}

int
main(int argc, char** argv)
{
  const char* const mode = argc > 1 ? argv[1] : "";
  if (argc == 3 && !strcmp(mode, "list")) {
    return list_cases(argv[2]);
  }

  if ((argc == 5 || argc == 6) && !strcmp(mode, "compare")) {
    return compare(argv[2], argv[3], atof(argv[4]), atof(argv[argc - 1]));
  }

  if ((argc == 6 || argc == 7) && !strcmp(mode, "cut")) {
    return cut(argv[2],
               strtoull(argv[3], NULL, 10),
               strtoull(argv[4], NULL, 10),
               argv[5],
               argc == 7 ? argv[6] : NULL);
  }

  if (argc == 5 && !strcmp(mode, "joined")) {
    return joined(argv[2], argv[3], argv[4]);
  }

  if (argc == 4 && !strcmp(mode, "reset")) {
    return reset(argv[2], argv[3]);
  }

  die(mode, "isn't a use of it");
  return 2;
}
