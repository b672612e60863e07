// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/graph_host.h"

#include "dsp/arena.h"
#include "dsp/graph_file.h"
#include "host/files.h"

#include <stdlib.h>
#include <string.h>

EchoicStatus
echoic_load_graph(const char* const      path,
                  EchoicGraphSpec* const graph,
                  EchoicError* const     error)
{
  size_t         size = 0U;
  EchoicError    why  = {ECHOIC_OK, ""};
  uint8_t* const bytes =
    echoic_read_file(path, ECHOIC_MAX_TENSOR_FILE, &size, error);
  if (!bytes) {
    return error->status;
  }

  const EchoicStatus st = echoic_graph_parse(bytes, size, graph, &why);
  free(bytes);
  return st ? echoic_error(error, st, "%s: %.200s", path, why.text) : ECHOIC_OK;
}

EchoicStatus
echoic_save_bytes(const uint8_t* const bytes,
                  const size_t         size,
                  const char* const    path,
                  EchoicError* const   error)
{
  EchoicOutFile* const out = echoic_out_open(path, error);
  if (!out) {
    return ECHOIC_NO_SPACE;
  }

  // A short write shows in ferror() when the output is committed
  fwrite(bytes, 1U, size, echoic_out_stream(out));
  return echoic_out_commit(out, error);
}

EchoicStatus
echoic_save_graph(const EchoicGraphSpec* const graph,
                  const char* const            path,
                  EchoicError* const           error)
{
  uint8_t*     bytes = NULL;
  size_t       size  = 0U;
  EchoicError  why   = {ECHOIC_OK, ""};
  EchoicStatus st    = echoic_graph_write(graph, &bytes, &size, &why);
  if (st) {
    return echoic_error(error, st, "%s: %.200s", path, why.text);
  }

  st = echoic_save_bytes(bytes, size, path, error);
  free(bytes);
  return st;
}

EchoicStatus
echoic_host_graph_new(const EchoicGraphSpec* const spec,
                      EchoicHostGraph* const       graph,
                      EchoicError* const           error)
{
  size_t       size  = 0U;
  uint32_t     width = 0U;
  EchoicStatus st    = echoic_graph_bytes(spec, &size, &width, error);
  if (st) {
    return st;
  }

  void* const block = aligned_alloc(ECHOIC_ARENA_ALIGN, size);
  if (!block) {
    return echoic_error(
      error, ECHOIC_NO_MEMORY, "out of memory: the graph takes %zu", size);
  }

  EchoicArena arena = {(unsigned char*)block, size, 0U};
  st                = echoic_graph_prepare(spec, &arena, &graph->graph, error);
  if (st) {
    free(block);
    return st;
  }

  graph->block = block;
  return ECHOIC_OK;
}

void
echoic_host_graph_free(EchoicHostGraph* const graph)
{
  free(graph->block);
  memset(graph, 0, sizeof(*graph));
}

EchoicStatus
echoic_load_tensors(const char* const       path,
                    EchoicTensorFile* const file,
                    EchoicError* const      error)
{
  size_t      size = 0U;
  EchoicError why  = {ECHOIC_OK, ""};
  memset(file, 0, sizeof(*file));
  file->bytes = echoic_read_file(path, ECHOIC_MAX_TENSOR_FILE, &size, error);
  if (!file->bytes) {
    return error->status;
  }

  const EchoicStatus st =
    echoic_safetensors_parse(file->bytes, size, &file->file, &why);
  if (st) {
    free(file->bytes);
    file->bytes = NULL;
    return echoic_error(error, st, "%s: %.200s", path, why.text);
  }

  return ECHOIC_OK;
}

void
echoic_tensor_file_clear(EchoicTensorFile* const file)
{
  echoic_safetensors_clear(&file->file);
  free(file->bytes);
  file->bytes = NULL;
}
