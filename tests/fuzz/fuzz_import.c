// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Any file of weights: refused with a reason, or a graph that runs. */

#include "host/convert.h"
#include "tests/fuzz/check_graph.h"
#include "tests/fuzz/mutate_json.h"

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  char            path[fuzz_path_size];
  const int       fd    = fuzz_file(data, size, path);
  EchoicGraphSpec graph = {0};
  EchoicError     error = {ECHOIC_OK, ""};
  if (echoic_convert_cell(NULL, NULL, path, &graph, &error)) {
    require(error.text[0] && !graph.nodes);
  } else {
    check_graph(&graph);
  }

  echoic_graph_spec_clear(&graph);
  close(fd);
  return 0;
}
