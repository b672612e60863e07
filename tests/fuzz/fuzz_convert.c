// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Any configuration of any cell, with any tensors: refused with a reason, or a
   graph that runs.

   The input is text: a line with the name of the cell, one with its
   configuration, and one for each tensor: its name and its dimensions.  The
   weights are noise. */

#include "host/convert.h"
#include "host/run_graph.h"
#include "tests/fuzz/check_graph.h"

enum { max_tensors = 96 };

static const uint64_t max_elements = 1U << 18U; ///< Of all tensors

/// Append a tensor as a line says; false if it doesn't, or it is too large
static bool
add_tensor(EchoicTensorList* const list, char* const line, uint64_t* const left)
{
  uint64_t    dims[ECHOIC_MAX_DIMS] = {0U};
  uint32_t    n_dims                = 0U;
  uint64_t    n                     = 1U;
  char*       rest                  = line;
  const char* name                  = strsep(&rest, " ");
  for (char* word = NULL; (word = strsep(&rest, " "));) {
    const unsigned long long dim = strtoull(word, NULL, 10);
    if (n_dims == ECHOIC_MAX_DIMS || !dim || dim > *left / n) {
      return false;
    }
    dims[n_dims++] = dim;
    n *= dim;
  }

  uint32_t     seed = 1U;
  float* const data =
    (float*)echoic_tensor_list_add(list, name, ECHOIC_F32, n_dims, dims);
  require(data);
  for (uint64_t i = 0U; i < n; ++i) {
    seed    = (seed * 1664525U) + 1013904223U;
    data[i] = ((float)(seed >> 8U) / 8388608.0F) - 1.0F;
  }

  *left -= n;
  return true;
}

/// Make the file of weights; null if the lines don't say what is in it
static uint8_t*
make_weights(char* rest, size_t* const size)
{
  EchoicTensorList list  = {0};
  uint8_t*         bytes = NULL;
  uint64_t         left  = max_elements;
  bool             ok    = true;
  for (char* line = NULL; ok && (line = strsep(&rest, "\n"));) {
    ok = !*line ||
         (list.n_tensors < max_tensors && add_tensor(&list, line, &left));
  }

  if (!ok ||
      echoic_safetensors_write(
        list.tensors, list.n_tensors, NULL, NULL, 0U, &bytes, size, NULL)) {
    bytes = NULL;
  }
  echoic_tensor_list_clear(&list);
  return bytes;
}

static void
convert(const EchoicCell* const cell,
        const char* const       config,
        const uint8_t* const    weights,
        const size_t            size)
{
  char            path[fuzz_path_size];
  const int       fd    = fuzz_file(weights, size, path);
  EchoicGraphSpec graph = {0};
  EchoicError     error = {ECHOIC_OK, ""};
  if (echoic_convert_cell(cell, config, path, &graph, &error)) {
    require(error.text[0] && !graph.nodes);
  } else {
    check_graph(&graph);
  }

  echoic_graph_spec_clear(&graph);
  close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  char* const text = (char*)malloc(size + 1U);
  require(text);
  memcpy(text, data, size);
  text[size]               = '\0';
  char*             rest   = text;
  const char* const name   = strsep(&rest, "\n");
  const char* const config = rest ? strsep(&rest, "\n") : NULL;
  const EchoicCell* cell   = echoic_cell_find(name);
  size_t            n      = 0U;
  uint8_t* const    bytes  = config && rest ? make_weights(rest, &n) : NULL;
  if (bytes && (cell || !*name)) {
    convert(cell, config, bytes, n);
  }

  free(bytes);
  free(text);
  return 0;
}
