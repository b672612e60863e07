// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Any bytes: refused with a reason, or a graph that can be written, read again,
   and run on anything: nothing that isn't finite comes out. */

#include "tests/fuzz/check_graph.h"

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  EchoicError     error = {ECHOIC_OK, ""};
  EchoicGraphSpec spec  = {0};
  if (echoic_graph_parse(data, size, &spec, &error)) {
    require(error.text[0] && error.status && !spec.nodes);
    return 0;
  }

  check_graph(&spec);
  echoic_graph_spec_clear(&spec);
  return 0;
}
