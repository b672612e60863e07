// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/graph_file.h"

#include "dsp/json_text.h"
#include "dsp/model.h"
#include "dsp/model_reader.h"
#include "dsp/model_writer.h"
#include "dsp/safetensors.h"

#include <stdlib.h>
#include <string.h>

static EchoicStatus
read_file(const EchoicModelReader* const r, EchoicGraphSpec* const graph)
{
  size_t       bytes = 0U;
  uint32_t     width = 0U;
  EchoicStatus st    = echoic_reader_version(r);
  if (!st && json_object_size(r->root) > 2U) {
    return echoic_reader_bad(r, "graph", "this is a model: must be a graph");
  }

  if (st || (st = echoic_reader_graph(r, graph)) ||
      (st = echoic_reader_all_used(r))) {
    return st;
  }

  return echoic_graph_bytes(graph, &bytes, &width, r->error);
}

EchoicStatus
echoic_graph_parse(const uint8_t* const   bytes,
                   const size_t           size,
                   EchoicGraphSpec* const graph,
                   EchoicError* const     error)
{
  EchoicSafetensors file;
  memset(graph, 0, sizeof(*graph));
  EchoicStatus st = echoic_safetensors_parse(bytes, size, &file, error);
  if (st) {
    return st;
  }

  json_t* const root = echoic_reader_description(&file, error);
  bool* const   used = (bool*)calloc(file.n_tensors + 1U, sizeof(bool));
  st = root ? ECHOIC_OK : error ? error->status : ECHOIC_BAD_FORMAT;
  if (root && used) {
    uint32_t                next   = 0U;
    const EchoicModelReader reader = {&file, root, NULL, used, &next, error};
    st                             = read_file(&reader, graph);
  } else if (root) {
    st = echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  if (st) {
    echoic_graph_spec_clear(graph);
  }

  free(used);
  json_decref(root);
  echoic_safetensors_clear(&file);
  return st;
}

bool
echoic_graph_recognise(const uint8_t* const bytes, const size_t size)
{
  EchoicSafetensors file;
  if (echoic_safetensors_parse(bytes, size, &file, NULL)) {
    return false;
  }

  json_t* const root = echoic_reader_description(&file, NULL);
  const bool    is_graph =
    json_object_get(root, "graph") && !json_object_get(root, "sounds");
  json_decref(root);
  echoic_safetensors_clear(&file);
  return is_graph;
}

static char*
write_description(const EchoicGraphSpec* const graph)
{
  json_t* const root = json_pack("{s:i, s:o}",
                                 "version",
                                 ECHOIC_MODEL_VERSION,
                                 "graph",
                                 echoic_writer_graph(graph));
  char* const   text = echoic_json_text(root);
  json_decref(root);
  return text;
}

EchoicStatus
echoic_graph_write(const EchoicGraphSpec* const graph,
                   uint8_t** const              bytes,
                   size_t* const                size,
                   EchoicError* const           error)
{
  size_t       needed = 0U;
  uint32_t     width  = 0U;
  EchoicStatus st     = echoic_graph_bytes(graph, &needed, &width, error);
  if (st) {
    return st;
  }

  const uint32_t    n           = echoic_writer_count(graph);
  char* const       description = write_description(graph);
  const char* const keys[]      = {"format", "echoic"};
  const char* const values[]    = {"pt", description};
  char(*const names)[ECHOIC_FULL_NAME_SIZE] =
    (char(*)[ECHOIC_FULL_NAME_SIZE])calloc((size_t)n + 1U,
                                           ECHOIC_FULL_NAME_SIZE);
  EchoicTensorOut* const tensors =
    (EchoicTensorOut*)calloc((size_t)n + 1U, sizeof(EchoicTensorOut));
  if (description && names && tensors) {
    echoic_writer_tensors(graph, names, tensors);
    st = echoic_safetensors_write(
      tensors, n, keys, values, 2U, bytes, size, error);
  } else {
    st = echoic_error(
      error, ECHOIC_NO_MEMORY, "out of memory, or a number that isn't finite");
  }

  free(description);
  // A pointer to arrays, from calloc()
  // cppcheck-suppress autovarInvalidDeallocation
  free(names);
  free(tensors);
  return st;
}
