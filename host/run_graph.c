// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/run_graph.h"

#include "host/commands.h"
#include "host/progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char name_x[]      = "in.x";
static const char name_tokens[] = "in.tokens";

/// The graph's input
typedef struct {
  float*   x; ///< [n_frames][width] Owned
  uint64_t n_frames;
  uint32_t width;
} Input;

static size_t
element_size(const EchoicDtype dtype)
{
  return dtype == ECHOIC_I64 ? sizeof(int64_t) : sizeof(float);
}

void*
echoic_tensor_list_add(EchoicTensorList* const list,
                       const char* const       name,
                       const EchoicDtype       dtype,
                       const uint32_t          n_dims,
                       const uint64_t* const   dims)
{
  const size_t           n = (size_t)list->n_tensors + 1U;
  EchoicTensorOut* const tensors =
    (EchoicTensorOut*)realloc(list->tensors, n * sizeof(*tensors));
  list->tensors      = tensors ? tensors : list->tensors;
  char** const names = (char**)realloc(list->names, n * sizeof(*names));
  list->names        = names ? names : list->names;
  void** const data  = (void**)realloc(list->data, n * sizeof(*data));
  list->data         = data ? data : list->data;
  size_t size        = element_size(dtype);
  bool   fits        = true;
  for (uint32_t i = 0U; i < n_dims; ++i) {
    fits = fits && (!dims[i] || size <= SIZE_MAX / 2U / dims[i]);
    size *= (size_t)dims[i];
  }

  char* const own = strdup(name);
  void* const to  = fits ? calloc(size + 1U, 1U) : NULL;
  if (!tensors || !names || !data || !own || !to) {
    free(own);
    free(to);
    return NULL;
  }

  EchoicTensorOut* const t = &tensors[n - 1U];
  *t                       = (EchoicTensorOut){own, dtype, n_dims, {0U}, to};
  memcpy(t->dims, dims, n_dims * sizeof(*dims));
  names[n - 1U] = own;
  data[n - 1U]  = to;
  ++list->n_tensors;
  return to;
}

void
echoic_tensor_list_clear(EchoicTensorList* const list)
{
  for (uint32_t i = 0U; i < list->n_tensors; ++i) {
    free(list->names[i]);
    free(list->data[i]);
  }

  free(list->tensors);
  free(list->names);
  free(list->data);
  memset(list, 0, sizeof(*list));
}

/// Return the tensor of a node called NAME, or NODE.NAME, or null
static EchoicTensor*
find_constant(const EchoicGraphSpec* const spec, const char* const name)
{
  for (uint32_t i = 0U; i < spec->n_nodes; ++i) {
    const EchoicNodeSpec* const node   = &spec->nodes[i];
    const size_t                length = strlen(node->id);
    const bool                  is_full =
      !strncmp(name, node->id, length) && name[length] == '.';
    for (uint32_t t = 0U; t < node->n_tensors; ++t) {
      if (!strcmp(node->tensors[t].name, name) ||
          (is_full && !strcmp(node->tensors[t].name, name + length + 1U))) {
        return &node->tensors[t];
      }
    }
  }

  return NULL;
}

static EchoicStatus
set_constant(const EchoicFileTensor* const from,
             EchoicTensor* const           to,
             EchoicError* const            error)
{
  bool ok = from->dtype <= ECHOIC_BF16 && from->n_dims == to->n_dims;
  for (uint32_t d = 0U; ok && d < to->n_dims; ++d) {
    ok = from->dims[d] == to->dims[d];
  }

  if (!ok) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "tensor '%.80s' must hold floating point numbers in "
                        "the shape of the node's, as 'echoic info' shows it",
                        from->name);
  }

  echoic_tensor_read(from, to->data);
  return ECHOIC_OK;
}

EchoicStatus
echoic_run_set_constants(const EchoicSafetensors* const in,
                         EchoicGraphSpec* const         spec,
                         EchoicError* const             error)
{
  EchoicStatus st = ECHOIC_OK;
  for (uint32_t i = 0U; !st && i < in->n_tensors; ++i) {
    const EchoicFileTensor* const t = &in->tensors[i];
    if (strncmp(t->name, "in.", 3U) || !strcmp(t->name, name_x) ||
        !strcmp(t->name, name_tokens) || !strncmp(t->name, "in.state0.", 10U)) {
      continue;
    }
    EchoicTensor* const to = find_constant(spec, t->name + 3U);
    st                     = to ? set_constant(t, to, error)
                                : echoic_error(error,
                           ECHOIC_NOT_FOUND,
                           "tensor '%.80s': no node has a tensor of that name",
                           t->name);
  }

  return st;
}

static EchoicStatus
read_x(const EchoicFileTensor* const t,
       Input* const                  input,
       EchoicError* const            error)
{
  const uint32_t w = input->width;
  if (t->dtype > ECHOIC_BF16) {
    return echoic_error(error,
                        ECHOIC_BAD_FORMAT,
                        "tensor 'in.x' must hold floating point numbers");
  }

  if (!(t->n_dims == 1U && t->dims[0] % w == 0U) &&
      !(t->n_dims == 2U && t->dims[1] == w)) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "tensor 'in.x' has %u dimensions, %llu numbers in the "
                        "last: must be (frames, %u), as the graph takes it",
                        t->n_dims,
                        t->n_dims ? (unsigned long long)t->dims[t->n_dims - 1U]
                                  : 0ULL,
                        w);
  }

  echoic_tensor_read(t, input->x);
  uint64_t n_bad = 0U;
  for (uint64_t i = 0U; i < t->n_elements; ++i) {
    n_bad += isfinite(input->x[i]) ? 0U : 1U;
  }

  if (n_bad) {
    fprintf(stderr,
            "echoic: note: %llu numbers of 'in.x' aren't finite and are taken "
            "as 0\n",
            (unsigned long long)n_bad);
  }

  return ECHOIC_OK;
}

/// Return how many tokens the graph knows: the fewest of its embeddings
static int64_t
count_vocabulary(const EchoicGraphSpec* const spec)
{
  int64_t least = (int64_t)1 << 24; // A float holds all these
  for (uint32_t i = 0U; i < spec->n_nodes; ++i) {
    const EchoicNodeSpec* const node   = &spec->nodes[i];
    const EchoicTensor* const   weight = echoic_node_tensor(node, "weight");
    if (!strcmp(node->type, "embedding") && weight &&
        !strcmp(node->inputs[0], ECHOIC_GRAPH_INPUT) &&
        weight->dims[0] < least) {
      least = weight->dims[0];
    }
  }

  return least;
}

static EchoicStatus
read_tokens(const EchoicFileTensor* const t,
            const EchoicGraphSpec* const  spec,
            Input* const                  input,
            EchoicError* const            error)
{
  const int64_t  n_known = count_vocabulary(spec);
  int64_t* const tokens =
    (int64_t*)calloc((size_t)t->n_elements + 1U, sizeof(int64_t));
  EchoicStatus st = ECHOIC_OK;
  if (!tokens) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  if (t->n_dims != 1U || input->width != 1U ||
      !echoic_tensor_read_int(t, tokens)) {
    st = echoic_error(error,
                      ECHOIC_BAD_SHAPE,
                      "tensor 'in.tokens' must hold whole numbers in one "
                      "dimension, and the graph take one number a frame, not "
                      "%u",
                      input->width);
  }

  for (uint64_t i = 0U; !st && i < t->n_elements; ++i) {
    input->x[i] = (float)tokens[i];
    if (tokens[i] < 0 || tokens[i] >= n_known) {
      st = echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "tensor 'in.tokens': element %llu is %lld: must be "
                        "from 0 to %lld",
                        (unsigned long long)i,
                        (long long)tokens[i],
                        (long long)n_known - 1);
    }
  }

  free(tokens);
  return st;
}

/// Read the input, to be freed
static EchoicStatus
read_input(const EchoicSafetensors* const in,
           const EchoicGraphSpec* const   spec,
           Input* const                   input,
           EchoicError* const             error)
{
  const EchoicFileTensor* const x = echoic_safetensors_find(in, name_x);
  const EchoicFileTensor* const tokens =
    echoic_safetensors_find(in, name_tokens);
  if (!x == !tokens) {
    return echoic_error(error,
                        ECHOIC_NOT_FOUND,
                        "has %s: must have one of 'in.x' and 'in.tokens'",
                        x ? "both" : "neither");
  }

  const EchoicFileTensor* const t = x ? x : tokens;
  input->width                    = spec->width_in;
  input->n_frames                 = t->n_elements / input->width;
  input->x = (float*)malloc(((size_t)t->n_elements + 1U) * sizeof(float));
  if (!input->x) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  return x ? read_x(t, input, error) : read_tokens(t, spec, input, error);
}

/// Append the outputs, to be filled
static EchoicStatus
add_outputs(const EchoicGraphSpec* const spec,
            const EchoicGraph* const     graph,
            const uint64_t               n_frames,
            float** const                outputs,
            EchoicTensorList* const      out,
            EchoicError* const           error)
{
  for (uint32_t i = 0U; i < echoic_graph_n_outputs(graph); ++i) {
    const uint64_t dims[] = {n_frames, echoic_graph_width(graph, i)};
    char           name[ECHOIC_KEY_SIZE + 8U];
    snprintf(name,
             sizeof(name),
             "out.%s",
             spec->n_outputs ? spec->outputs[i].name : "y");
    outputs[i] =
      (float*)echoic_tensor_list_add(out, name, ECHOIC_F32, 2U, dims);
    if (!outputs[i]) {
      return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    }
  }

  return ECHOIC_OK;
}

static EchoicStatus
stream(const char* const  name,
       EchoicGraph* const graph,
       const Input* const input,
       const uint32_t     block,
       float** const      outputs,
       EchoicError* const error)
{
  uint32_t       n         = 0U;
  const uint32_t n_outputs = echoic_graph_n_outputs(graph);
  for (uint64_t f = 0U; f < input->n_frames; f += n) {
    const uint64_t left = input->n_frames - f;
    n                   = left < block ? (uint32_t)left : block;
    if (echoic_interrupted()) {
      return echoic_error(
        error, ECHOIC_BAD_ARG, "interrupted; nothing was written");
    }
    echoic_graph_process_all(graph, input->x + (f * input->width), outputs, n);
    for (uint32_t i = 0U; i < n_outputs; ++i) {
      outputs[i] += (size_t)n * echoic_graph_width(graph, i);
    }
    echoic_progress_add(name, (double)n / (double)input->n_frames, 0.0);
  }

  return ECHOIC_OK;
}

EchoicStatus
echoic_run_graph(const char* const              name,
                 const EchoicSafetensors* const in,
                 const uint32_t                 block,
                 EchoicGraphSpec* const         spec,
                 EchoicTensorList* const        out,
                 EchoicError* const             error)
{
  Input           input                             = {NULL, 0U, 0U};
  EchoicHostGraph host                              = {NULL, NULL};
  float*          outputs[ECHOIC_GRAPH_MAX_OUTPUTS] = {NULL};
  EchoicStatus    st = echoic_run_set_constants(in, spec, error);
  st                 = st ? st : echoic_host_graph_new(spec, &host, error);
  if (!st && !(st = echoic_run_set_states(in, spec, host.graph, error)) &&
      !(st = read_input(in, spec, &input, error)) &&
      !(st =
          add_outputs(spec, host.graph, input.n_frames, outputs, out, error)) &&
      !(st = stream(name, host.graph, &input, block, outputs, error))) {
    st = echoic_run_get_states(spec, host.graph, out, error);
  }

  free(input.x);
  echoic_host_graph_free(&host);
  return st;
}
